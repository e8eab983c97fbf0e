"""The Tab key: `triage completion SHELL`, and what comes after a command: cases by number or name, sources, states."""

import click
from click.shell_completion import CompletionItem, get_completion_class

from triage.cli.session import Session
from triage.errors import TriageError

SHELLS = ("bash", "zsh", "fish")
_VARIABLE = "_TRIAGE_COMPLETE"


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print what makes your shell complete commands, cases and sources at the Tab key."""
    made = get_completion_class(shell)
    if made is not None:
        click.echo(made(ctx.find_root().command, {}, "triage", _VARIABLE).source())


def cases(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """The open cases, by number or by a word of the name, whichever is being typed; none where nothing can be read."""
    from triage.core.cases.order import in_order
    from triage.core.cases.state import standings
    from triage.report import words

    session = _session(ctx)
    try:
        seen = in_order((one for one in standings(session.board(), session.now) if one.debts), session.now)
    except TriageError:
        return []
    found = []
    for one in seen:
        number, who = words.handle(one), words.caller(one)
        begin = typed.casefold()
        word = next((word for word in (number, *who.casefold().split()) if word.startswith(begin)), None)
        if word:
            found.append(CompletionItem(word, help=f"{who}: {words.subject(one)}"))
    return found


def sources(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """The configured sources whose name begins like what is typed."""
    try:
        return [CompletionItem(one.name) for one in _session(ctx).config.sources if one.name.startswith(typed)]
    except TriageError:
        return []


def _session(ctx: click.Context) -> Session:
    """No command runs while the shell asks, so that there is none made yet."""
    return Session.of(ctx.find_root().params.get("config_path"))
