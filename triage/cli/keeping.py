"""What is kept, in the user's hands: erasing a person; facts to a file and back."""

import json
import time
from pathlib import Path

import click

from triage.cli.printing import save
from triage.cli.session import Session
from triage.config.written import as_toml, rules
from triage.core.people import People
from triage.core.words.quotes import own_words
from triage.errors import TriageError, UsageError
from triage.report.words import count
from triage.store import examining, lookups, marks, reads
from triage.store.exporting import Document, checked
from triage.store.forgetting import Trace, Ways
from triage.store.lock import holder
from triage.store.writer import UNSCRUBBED

WITHIN = 60.0
LOOK_EVERY = 0.1


@click.command("forget")
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget_command(session: Session, address: str, yes: bool) -> None:
    """Erase a person from what triage keeps. Your mailboxes stay as they are.

    Figures stay without a name. What they wrote until now is not read again; what they write from now on is.
    """
    address = address.strip().lower()
    ways = _ways(session)
    _refuse_odd(address, ways)
    trace = examining.trace(session.database, address, ways)
    if not trace:
        raise TriageError(f"nothing is stored of {address}", hint="triage show N tells a person's address")
    click.echo(_told(address, trace))
    if not yes:
        click.confirm("Erase that? Nothing takes it back.", abort=True)
    marks.forget(session.database, address, session.now)
    _carry_out(session)
    _say_what_is_left(session, address, ways)


@click.command("export")
@click.argument("file", type=click.Path(allow_dash=True, dir_okay=False))
@click.pass_obj
def export_command(session: Session, file: str) -> None:
    """Marks, numbers, rules and outcomes to one JSON file: all that cannot be read from your mailboxes again.

    Also while the daemon runs. "-" is standard output.
    """
    found = {**examining.export(session.database), "rules": rules(session.config)}
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    if file == "-":
        click.echo(text, nl=False)
        return
    save(Path(file).expanduser(), text)
    click.echo(f"{_counted(found)} in {file}. It names people: keep it like your mail.")


@click.command("import")
@click.argument("file", type=click.Path(allow_dash=True, dir_okay=False))
@click.pass_obj
def import_command(session: Session, file: str) -> None:
    """Take in what triage export wrote: into an empty state, or added to what there is; twice is once.

    The daemon must not run meanwhile.
    """
    found = checked(_content(file))
    if holder(session.config.state_dir) is not None:
        raise TriageError("the daemon runs", hint="stop it meanwhile:  systemctl --user stop triage")
    from triage.cli.holding import holding

    with holding(session) as (clerk, _):
        clerk.take_in(found, session.now)
    click.echo(f"Taken in: {_counted(found)}.")
    missing = [one for one in found["rules"] if one not in rules(session.config)]
    if missing:
        click.echo(f"Rules stand in {session.config.path}, which is yours to change. These are not in it:\n")
        click.echo("\n".join(map(as_toml, missing)))


def _content(file: str) -> str:
    try:
        with click.open_file(file, encoding="utf-8") as opened:
            text: str = opened.read()
            return text
    except OSError as error:
        raise TriageError(f"{file} cannot be read: {error.strerror}", hint="name a file triage export wrote") from error
    except UnicodeDecodeError as error:
        raise TriageError(f"{file} is no text in UTF-8", hint="name a file triage export wrote") from error


def _counted(found: Document) -> str:
    parts = (("marks", "mark"), ("outcomes", "outcome"), ("numbers", "number"))
    return ", ".join(count(len(found[name]), one, name) for name, one in parts)


def _ways(session: Session) -> Ways:
    people = People(me=session.config.me, correspondence=lookups.correspondence(session.database))
    return Ways(is_me=people.is_me, own_words=own_words)


def _refuse_odd(address: str, ways: Ways) -> None:
    if address.count("@") != 1 or len(address.split()) != 1 or address.startswith("@") or address.endswith("@"):
        raise UsageError(f"{address} is no address", hint="write one like ada@example.org")
    if ways.is_me(address):
        raise UsageError(f"{address} is you", hint="to start anew, move the state folder away")


def _told(address: str, trace: Trace) -> str:
    parts = [
        f"{count(trace.messages, 'message', 'messages')} in "
        f"{count(trace.conversations, 'conversation', 'conversations')}",
        f"named in {count(trace.mentions, 'other message', 'other messages')}",
        count(trace.calls, "call", "calls"),
        count(trace.marks, "mark of yours", "marks of yours"),
    ]
    numbers = (trace.messages, trace.mentions, trace.calls, trace.marks)
    return f"{address}: {', '.join(part for part, number in zip(parts, numbers, strict=True) if number)}."


def _carry_out(session: Session) -> None:
    """By whoever holds the lock, else here."""
    if session.poke():
        end = time.monotonic() + WITHIN
        while _waits(session) and time.monotonic() < end:
            time.sleep(LOOK_EVERY)
    if _waits(session):
        from triage.cli.holding import holding

        with holding(session):
            pass  # whoever takes the lock heeds what was said before


def _waits(session: Session) -> bool:
    return examining.is_asked_to_forget(session.database)


def _say_what_is_left(session: Session, address: str, ways: Ways) -> None:
    if examining.trace(session.database, address, ways):
        raise TriageError(f"{address} is still stored", hint="run it again; if that does not help, please report it")
    click.echo("Erased. Copies you made (backups, exports) are yours to erase.")
    if reads.kept(session.database, UNSCRUBBED):
        click.echo("Another program reads the database: its file is made anew within a minute after that.")
    if address in session.config.path.read_text(encoding="utf-8", errors="replace").lower():
        click.echo(f"{session.config.path} still names {address}.")
