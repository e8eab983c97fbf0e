"""Which commands there are, grouped by what a person is doing: where each lives and what it is for."""

from dataclasses import dataclass
from importlib import import_module

import click

from triage.cli.examples import EXAMPLES
from triage.errors import UsageError


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: the module of `triage.cli` it lives in, what it takes, and what it is for in a few words."""

    module: str
    takes: str
    what: str


GROUPS: dict[str, dict[str, Entry]] = {
    "Who waits": {
        "status": Entry("daily", "", "who waits, until when"),
        "list": Entry("daily", "", "cases in any state"),
        "show": Entry("daily", "N", "what they wrote"),
        "why": Entry("daily", "N", "every reason for it"),
        "open": Entry("daily", "N", "in your mail program"),
        "waiting": Entry("daily", "", "what others owe you"),
        "promises": Entry("daily", "", "what you promised"),
    },
    "Settle": {
        "done": Entry("marking", "N", "answered otherwise"),
        "called": Entry("marking", "N", "you called back"),
        "dismiss": Entry("marking", "N", "no answer is needed"),
        "snooze": Entry("marking", "N", "later"),
        "reopen": Entry("marking", "N", "it needs an answer"),
        "add": Entry("marking", "TEXT", "somebody at the door"),
        "undo": Entry("marking", "", "the last of these"),
    },
    "The day": {
        "leave": Entry("evening", "", "can I go?"),
        "summary": Entry("evening", "", "the day in figures"),
        "review": Entry("reviewing", "", "your answers, privately"),
    },
    "Set up": {
        "init": Entry("init", "", "step by step"),
        "login": Entry("login", "", "store a password"),
        "service": Entry("service", "", "start with the session"),
        "doctor": Entry("checking", "", "is everything well?"),
        "completion": Entry("completion", "", "for your shell"),
        "poll": Entry("reading", "", "read everything once"),
        "run": Entry("running", "", "the daemon itself"),
        "forget": Entry("keeping", "ADDR", "erase a person"),
        "export": Entry("keeping", "FILE", "facts to a file"),
        "import": Entry("keeping", "FILE", "and back"),
    },
    "Try out": {
        "demo": Entry("demo", "", "on invented mail"),
        "judge": Entry("lab", "FILE", "verdicts on messages"),
        "replay": Entry("lab", "PATH", "an archive relived"),
    },
}
COMMANDS = {name: entry for group in GROUPS.values() for name, entry in group.items()}

_WIDE = 76
_TITLE, _NAME, _CELL = 10, 12, 35


class Commands(click.Group):
    """Imports a command's module only when it is called, so that `status` pays for nothing else."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"triage.cli.{COMMANDS[cmd_name].module}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        command.epilog = "\n  ".join(("\b\nExamples:", *EXAMPLES[cmd_name]))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            raise UsageError(f"there is no command {args[0]!r}", hint=_meant(args[0]))
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """All commands on one screen of 80 columns, on a narrower one below each other; the options in a sentence."""
        formatter.write("\n")
        for title, group in GROUPS.items():
            rows = [(f"{name} {entry.takes}".rstrip(), entry.what) for name, entry in group.items()]
            formatter.write("".join(f"{line}\n" for line in _group(title, rows, wide=formatter.width >= _WIDE)))
        formatter.write("\n")
        formatter.write_text("Before a command: --config FILE, --debug, --version. After it: -h, --help.")


def _meant(word: str) -> str:
    import difflib  # slow to import and rarely needed

    close = difflib.get_close_matches(word, COMMANDS, n=1)
    return f"did you mean triage {close[0]}?" if close else "triage --help shows those there are"


def _group(title: str, rows: list[tuple[str, str]], *, wide: bool) -> list[str]:
    cells = [f"{name:<{_NAME}}{what}" for name, what in rows]
    if not wide:
        return [title, *(f"  {cell}" for cell in cells)]
    half = (len(cells) + 1) // 2
    pairs = zip(cells[:half], [*cells[half:], ""], strict=False)
    lines = [f"{left:<{_CELL}}{right}".rstrip() for left, right in pairs]
    return [f"{title if not place else '':<{_TITLE}}{line}" for place, line in enumerate(lines)]
