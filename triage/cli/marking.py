"""What a person says about a case: done, not needed, later, again. Each command appends marks and pokes the daemon."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import uuid4

import click

from triage.cli.completion import cases as cases_completed
from triage.cli.session import Session
from triage.core.cases.notes import ref
from triage.core.cases.silences import SILENCING, silenced, silences, spelled
from triage.core.cases.silences import sender as silencing
from triage.core.cases.state import Standing, standing, standings
from triage.core.plain import plain
from triage.core.times.when import moment, read
from triage.errors import TriageError, UsageError
from triage.model.cases import Channel, State
from triage.model.marks import Mark, MarkKind, Reached
from triage.report import moments, words
from triage.store import marks
from triage.store.marks import Said

_CASES = click.argument("numbers", metavar="N...", nargs=-1, required=True, shell_complete=cases_completed)
_WORDS = {
    MarkKind.DONE: "done",
    MarkKind.CALLED: "called",
    MarkKind.DISMISS: "dismissed",
    MarkKind.DISMISS_SENDER: "sender dismissed",
    MarkKind.DISMISS_DOMAIN: "domain dismissed",
    MarkKind.SNOOZE: "put off",
    MarkKind.REOPEN: "opened again",
    MarkKind.ADD: "added",
    MarkKind.LEAVE: "leaving",
}
_CAME_OF_IT = {
    Reached.YES: "Called back",
    Reached.LEFT_MESSAGE: "Left a message",
    Reached.NO_ANSWER: "No answer",
}


@click.command("done")
@_CASES
@click.option("--note", default="", help="A word for yourself.")
@click.pass_obj
def done_command(session: Session, numbers: tuple[str, ...], note: str) -> None:
    """You answered, in whatever way. Anything newer from them opens it again."""
    found = _cases(session, numbers)
    _say(session, [Said(kind=MarkKind.DONE, key=one.newest, text=note) for one in found])
    for one in found:
        click.echo(f"Done: {_title(one)}")


@click.command("called")
@click.argument("numbers", metavar="N... [reached|left-message|no-answer]", nargs=-1, required=True)
@click.pass_obj
def called_command(session: Session, numbers: tuple[str, ...]) -> None:
    """You called back. Only "reached", which goes without saying, closes it; the others are kept as tried."""
    results = {one.value: one for one in Reached}
    reached = results.get(numbers[-1].lower())
    cases = numbers[:-1] if reached else numbers
    if not cases:
        raise UsageError("called takes at least one case", hint="triage called 3 no-answer")
    reached, found = reached or Reached.YES, _cases(session, cases)
    _say(session, [Said(kind=MarkKind.CALLED, key=one.newest, text=reached.value) for one in found])
    for one in found:
        still = ", still open" if one.debts and reached is not Reached.YES else ""
        click.echo(f"{_CAME_OF_IT[reached]}{still}: {_title(one)}")


@click.command("dismiss")
@click.argument("numbers", metavar="[N...]", nargs=-1, shell_complete=cases_completed)
@click.option("--sender", is_flag=True, help="And whatever else this sender writes, or this caller says.")
@click.option("--domain", is_flag=True, help="And whatever else comes from this domain.")
@click.option("--backlog", is_flag=True, help="All older conversations.")
@click.pass_obj
def dismiss_command(session: Session, numbers: tuple[str, ...], sender: bool, domain: bool, backlog: bool) -> None:
    """No answer is needed."""
    if backlog == bool(numbers) or sum((sender, domain, backlog)) > 1:
        raise UsageError(
            "dismiss takes cases or --backlog, and one of --sender and --domain", hint="triage dismiss --help"
        )
    found = _backlog(session) if backlog else _cases(session, numbers)
    said = [Said(kind=MarkKind.DISMISS, key=one.newest) for one in found]
    silences = [silence for one in found for silence in _silences(one, sender=sender, domain=domain)]
    _say(session, [*said, *silences])
    if backlog:
        click.echo(f"Dismissed: {len(found)} older conversation{'' if len(found) == 1 else 's'}")
        return
    for one in found:
        click.echo(f"Dismissed: {_title(one)}")
    for whom in dict.fromkeys(silence.text for silence in silences):
        click.echo(f"From now on nothing from {plain(spelled(whom), 80)} needs an answer. triage undo takes it back.")


@click.command("snooze")
@click.argument("numbers", metavar="N...", nargs=-1, required=True, shell_complete=cases_completed)
@click.argument("when", metavar="WHEN")
@click.pass_obj
def snooze_command(session: Session, numbers: tuple[str, ...], when: str) -> None:
    """Put cases off. WHEN: 30m, 2h, 16:00, mon, fri 14:00, tomorrow, 2026-11-25.

    It ends at its time or when they write again.
    """
    *numbers_only, when = _split_when(session, (*numbers, when))
    until = moment(when, now=session.now, hours=session.hours)
    found = _cases(session, tuple(numbers_only))
    _refuse([one for one in found if not one.debts], "nobody waits there", "triage reopen opens it again")
    _say(session, [Said(kind=MarkKind.SNOOZE, key=one.newest, until=until) for one in found])
    for one in found:
        click.echo(f"Put off until {moments.when(until, session.now, session.hours)}: {_title(one)}")


@click.command("reopen")
@_CASES
@click.pass_obj
def reopen_command(session: Session, numbers: tuple[str, ...]) -> None:
    """It does need an answer. Due anew as if it had come now; a sender or domain you silenced is heard again."""
    found = _cases(session, numbers)
    is_open = [one for one in found if one.state is State.OWED and not one.backlog]
    _refuse(is_open, "it is open", "triage snooze puts it off")
    until, silent = _due_from_now(session), silenced(session.board().marks)
    said = [
        Said(kind=MarkKind.REOPEN, key=one.newest, until=until, text=whom)
        for one in found
        for whom in silences(one.who, one.case.channel, silent) or ("",)
    ]
    _say(session, said)
    for one in found:
        click.echo(f"Open again: {_title(one)}")
    for whom in dict.fromkeys(each.text for each in said if each.text):
        click.echo(f"What comes from {plain(spelled(whom), 80)} may need an answer again.")


@click.command("undo")
@click.pass_obj
def undo_command(session: Session) -> None:
    """Take the last of these commands back; again, the one before it."""
    taken = marks.undo(session.database, session.now)
    if not taken:
        raise TriageError(
            "there is nothing to undo", hint="it takes back done, called, dismiss, snooze, reopen, add and leave"
        )
    _poke(session, taken)
    for mark in taken:
        click.echo(f"Undone: {_WORDS[mark.kind]}: {_title_of(session, mark)}")


@click.command("add")
@click.argument("text")
@click.option("--by", "by", metavar="WHEN", help="Until when; else today, or the next working day.")
@click.pass_obj
def add_command(session: Session, text: str, by: str | None) -> None:
    """Somebody at the door, a text message: whatever no mailbox knows of."""
    if not plain(text):
        raise UsageError("there is nothing to add", hint='say what it is: triage add "Mr Oni at the door"')
    until = moment(by, now=session.now, hours=session.hours) if by else _due_from_now(session)
    key = f"note:{uuid4().hex}"
    _say(session, [Said(kind=MarkKind.ADD, key=key, until=until, text=text)])
    due = moments.when(until, session.now, session.hours) if until else "never"
    click.echo(f"Added {ref(key)[:6]}, due {due}: {plain(text)}")


def _cases(session: Session, numbers: tuple[str, ...]) -> list[Standing]:
    """All of them, or none is touched."""
    found = {one.case.ref: one for one in map(session.one, numbers)}
    return list(found.values())


def _refuse(those: Sequence[Standing], why: str, hint: str) -> None:
    if those:
        raise TriageError(f"{_title(those[0])}: {why}", hint=hint)


def _backlog(session: Session) -> list[Standing]:
    found = [one for one in standings(session.board(), session.now) if one.backlog and one.state is State.OWED]
    if not found:
        raise TriageError("there is no backlog to dismiss", hint="triage list shows what waits")
    return found


def _silences(one: Standing, *, sender: bool, domain: bool) -> list[Said]:
    if not (sender or domain):
        return []
    whom = silencing(one.who, one.case.channel)
    if not whom:
        raise TriageError(
            f"{_title(one)}: there is no sender to dismiss", hint="dismiss it without --sender and --domain"
        )
    if sender:
        return [Said(kind=MarkKind.DISMISS_SENDER, key=one.newest, text=whom)]
    if one.case.channel is not Channel.EMAIL:
        raise TriageError(f"{_title(one)}: a caller has no domain", hint="--sender dismisses him for good")
    return [Said(kind=MarkKind.DISMISS_DOMAIN, key=one.newest, text=f"@{whom.rpartition('@')[2]}")]


def _split_when(session: Session, words: Sequence[str]) -> list[str]:
    """`snooze 3 fri 14:00` without quotes: what makes a moment together with the last word belongs to it."""
    *numbers, day, last = words
    if numbers and not day.isdigit() and read(f"{day} {last}".lower(), now=session.now, hours=session.hours):
        return [*numbers, f"{day} {last}"]
    return list(words)


def _due_from_now(session: Session) -> datetime | None:
    from triage.core.times.deadlines import deadline

    workday = session.config.workday
    return deadline(
        session.now,
        asked_by=None,
        within=workday.reply_within,
        late_arrivals=workday.late_arrivals,
        hours=session.hours,
    ).due


def _say(session: Session, said: Sequence[Said]) -> None:
    marks.append(session.database, said, session.now)
    _poke(session, said)


def _poke(session: Session, said: Sequence[Said | Mark]) -> None:
    """Who is silenced is part of the verdicts: where no daemon makes them anew, this does."""
    lifting = any(each.kind is MarkKind.REOPEN and each.text for each in said)
    if session.poke() or not (lifting or any(each.kind in SILENCING for each in said)):
        return
    from triage.cli.holding import holding

    # Whoever took the lock since then has seen the marks; without room on the disk the next one will.
    with suppress(TriageError), holding(session):
        pass


def _title(one: Standing) -> str:
    name = plain(words.caller(one), 40) if one.case.channel is not Channel.NOTE else ""
    subject = plain(one.cause.subject, 60) or "(no subject)"
    return f"{name}: {subject}" if name else subject


def _title_of(session: Session, mark: Mark) -> str:
    if mark.kind is MarkKind.ADD:
        return plain(mark.text, 60)
    if mark.kind is MarkKind.LEAVE:
        return f"at {moments.when(mark.until, session.now, session.hours)}" if mark.until else "not early"
    from triage.store import reads

    found = reads.case_of(session.database, mark.key)
    if found:
        return _title(standing(found, reads.marks_on(session.database, [found]), session.now))
    # A note that nobody stored yet.
    seen = standings(session.board(), session.now)
    return next((_title(one) for one in seen if one.newest == mark.key), "a case no longer stored")
