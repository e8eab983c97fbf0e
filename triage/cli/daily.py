"""What a person asks during the day: who waits, what about, why, and how to get at it. All of it only reads."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from triage.cli.completion import cases as cases_completed
from triage.cli.printing import dumped
from triage.cli.session import Session
from triage.core.cases.order import in_order
from triage.core.cases.state import Standing, standings
from triage.errors import TriageError, UsageError
from triage.model.board import Board
from triage.model.cases import Channel, State

if TYPE_CHECKING:
    from triage.core.calls.joining import Ringing
    from triage.model.entries import Entry

_STATES = [state.value for state in State]
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


@click.command("status")
@_JSON
@click.option("--short", is_flag=True, help="One line.")
@click.option("--format", "shape", type=click.Choice(["waybar"]), help="For a status bar.")
@click.option("--watch", is_flag=True, help="Keep it on the screen, until q.")
@click.option("--at", "at", metavar="TIME", help="As of another moment.")
@click.pass_obj
def status_command(
    session: Session, *, as_json: bool, short: bool, shape: str | None, watch: bool, at: str | None
) -> None:
    """Who waits for an answer, and until when.

    Reads what the daemon stored, also when it is down.
    """
    if watch:
        _watch_status(session, alone=not (as_json or short or shape or at))
        return
    now = session.moment(at) if at else session.now
    board, hours = session.board(now if at else None), session.hours_at(now)
    if as_json:
        from triage.report.as_json import status

        _print_json(status(board, now, hours=hours, clock=session.now))
    elif shape:
        from triage.report.waybar import fields

        click.echo(dumped(fields(board, now, hours=hours, clock=session.now)))
    elif short:
        from triage.report.status import short as line

        click.echo(line(board, now, hours=hours, clock=session.now))
    else:
        from triage.report.status import text

        click.echo(text(board, now, hours=hours, width=session.width, colour=session.colour, clock=session.now))


def _watch_status(session: Session, *, alone: bool) -> None:
    """Anew from the store each time, as if it had been called then."""
    from triage.cli.watching import watch

    if not alone:
        raise UsageError("--watch goes with no other option", hint="leave the others out")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("--watch needs a terminal", hint="for a status bar: triage status --format waybar")
    session.config  # noqa: B018 - what is wrong with it is told before the screen is cleared
    watch(lambda: _status_text(Session(session.config_path, datetime.now(UTC))))


def _status_text(session: Session) -> str:
    """What is wrong for a while (a configuration being edited) stands there for as long."""
    from triage.report.lines import wrap
    from triage.report.status import text

    try:
        now, hours = session.now, session.hours
        return text(session.board(), now, hours=hours, width=session.width, colour=session.colour)
    except TriageError as error:
        return "\n".join([*wrap(error.message, session.width), *wrap(error.hint, session.width)])


@click.command("list")
@_JSON
@click.option("--state", "states", multiple=True, metavar="STATE", type=click.Choice(_STATES), help=", ".join(_STATES))
@click.option("--all", "everything", is_flag=True, help="Whatever its state.")
@click.option("--backlog", is_flag=True, help="Older conversations that look unanswered.")
@click.option("--spot-check", is_flag=True, help="Five recent ones that were skipped: was that right?")
@click.pass_obj
def list_command(
    session: Session, *, as_json: bool, states: tuple[str, ...], everything: bool, backlog: bool, spot_check: bool
) -> None:
    """Cases in any state; without options those that are open."""
    if spot_check:
        if states or everything or backlog:
            raise UsageError("--spot-check goes with no other choice of cases", hint="leave the others out")
        _spot_check(session, as_json=as_json)
        return
    if backlog and (states or everything):
        raise UsageError("--backlog goes with neither --state nor --all", hint="leave one of them out")
    board = session.board(whole=everything or bool(states))
    wanted = {State(state) for state in states} or {State.OWED, State.PROMISED, State.WAITING, State.SNOOZED}
    found = [one for one in standings(board, session.now) if everything or one.state in wanted]
    if not everything and not states:
        found = [one for one in found if one.backlog is backlog]
    ordered = in_order(found, session.now)
    if as_json:
        from triage.report.as_json import cases

        _print_json(cases(ordered, session.now, session.hours))
        return
    from triage.core.cases.silences import silenced
    from triage.report.listing import silences, text

    empty, width, colour, marks = _unread(board), session.width, session.colour, board.marks
    click.echo(text(ordered, session.now, hours=session.hours, width=width, colour=colour, empty=empty, marks=marks))
    if State.DISMISSED.value in states and (said := silences(silenced(marks), width)):
        click.echo(f"\n{said}")


def _spot_check(session: Session, *, as_json: bool) -> None:
    """The skipped cases most worth a look, and what to do about a wrong one."""
    from triage.core.cases.spotcheck import worth_a_look
    from triage.report.as_json import cases
    from triage.report.listing import text

    found = worth_a_look(standings(session.board(whole=True), session.now), session.now)
    if as_json:
        _print_json(cases(found, session.now, session.hours))
        return
    width, colour = session.width, session.colour
    click.echo(text(found, session.now, hours=session.hours, width=width, colour=colour))
    if found:
        click.echo("\nIf one of them waits for you: triage reopen N. Why it was skipped: triage why N.")


@click.command("waiting")
@_JSON
@click.pass_obj
def waiting_command(session: Session, as_json: bool) -> None:
    """What others owe you: you asked, and they have not answered within 30 days."""
    _print_pledges(session, State.WAITING, as_json=as_json)


@click.command("promises")
@_JSON
@click.pass_obj
def promises_command(session: Session, as_json: bool) -> None:
    """What you promised in your own mail, and by when."""
    _print_pledges(session, State.PROMISED, as_json=as_json)


def _print_pledges(session: Session, state: State, *, as_json: bool) -> None:
    board = session.board()
    found = in_order((one for one in standings(board, session.now) if one.state is state), session.now)
    if as_json:
        from triage.report.as_json import cases

        _print_json(cases(found, session.now, session.hours))
        return
    from triage.report.pledges import text

    empty, width, colour = _unread(board), session.width, session.colour
    click.echo(text(found, state, session.now, hours=session.hours, width=width, colour=colour, empty=empty))


@click.command("show")
@click.argument("number", metavar="N", shell_complete=cases_completed)
@_JSON
@click.pass_obj
def show_command(session: Session, number: str, as_json: bool) -> None:
    """The people, what was said, what is asked. N is a number, a ref or a name."""
    from triage.report import as_json as documents
    from triage.report.show import text
    from triage.store import lookups

    seen = session.one(number)
    timeline = lookups.timeline(session.database, seen.case)
    written = _written_apart(session, seen)
    calls = _calls(session, seen)
    if as_json:
        _print_json(documents.show(seen, timeline, written, session.now, session.hours, calls=calls))
        return
    width, colour = session.width, session.colour
    hours, channel = session.hours, _channel(session, seen)
    click.echo(
        text(
            seen, timeline, written, session.now, calls=calls, channel=channel, hours=hours, width=width, colour=colour
        )
    )


@click.command("why")
@click.argument("number", metavar="N", shell_complete=cases_completed)
@_JSON
@click.pass_obj
def why_command(session: Session, number: str, as_json: bool) -> None:
    """Every rule that spoke, and how the due time came about. N is a number, a ref or a name."""
    from triage.core.judging.judge import THRESHOLD
    from triage.report.as_json import why

    if not as_json:
        click.echo(why_text(session, number))
        return
    seen = session.one(number)
    _print_json(why(seen, THRESHOLD, _deadline_steps(session, seen), session.now, session.hours))


def why_text(session: Session, number: str) -> str:
    """What `triage why` prints."""
    from triage.core.judging.judge import THRESHOLD
    from triage.report.why import text

    seen = session.one(number)
    steps = _deadline_steps(session, seen)
    width, colour = session.width, session.colour
    return text(seen, THRESHOLD, steps, session.now, hours=session.hours, width=width, colour=colour)


@click.command("open")
@click.argument("number", metavar="N", shell_complete=cases_completed)
@click.pass_obj
def open_command(session: Session, number: str) -> None:
    """The message in your mail program; a voicemail is played. N is a number, a ref or a name."""
    from triage.core.links import link
    from triage.core.plain import plain
    from triage.sinks.opening import open_url
    from triage.store import lookups

    seen = session.one(number)
    if seen.case.channel is Channel.VOICEMAIL:
        from triage.cli.ringing import recording

        played = recording(session, seen.cause)
        if played and open_url(played.as_uri()):
            click.echo(f"Playing {plain(seen.cause.subject)}.")
            return
    template = next((one.open for one in session.config.sources if one.name == seen.cause.source), "")
    url = link(seen.cause, template)
    if url and open_url(url):
        click.echo(f"Opening {plain(seen.cause.subject) or 'it'}.")
        return
    entry = next(iter(lookups.timeline(session.database, seen.case)), None)
    where = f"{', '.join(entry.mailboxes)} of {entry.source}" if entry and entry.mailboxes else "no mailbox"
    if seen.case.channel is Channel.VOICEMAIL:
        where = str(played) if played else "no place where it can be played"
    raise TriageError(
        f"nothing here opens it; it lies in {plain(where)}",
        hint=f"its address is {url}" if url else "triage show tells what is known of it",
    )


def _deadline_steps(session: Session, seen: Standing) -> Sequence[str]:
    """The calculation of the cause's due time, anew from the stored message."""
    from triage.core.people import matching_rule
    from triage.core.times.deadlines import deadline
    from triage.store import lookups

    workday, cause = session.config.workday, seen.cause
    entries = {entry.message.key: entry for entry in lookups.timeline(session.database, seen.case)}
    entry = entries.get(cause.key)
    rule = matching_rule(entry, session.config.rules) if entry else None
    if seen.case.channel is Channel.VOICEMAIL:
        from triage.cli.ringing import rule_of

        rule = rule_of(session, cause)
    if seen.state is State.WAITING:
        return ()
    if seen.state is State.PROMISED and seen.case.promise:
        assumed = "no day named: the end of the next working day is assumed"
        return ("you said when, in your own mail",) if not seen.case.promise.assumed else (assumed,)
    if seen.case.channel is Channel.NOTE:
        return ("you named the time when you added it",) if cause.due else ()
    return deadline(
        cause.received,
        asked_by=cause.asked_by,
        within=rule.reply_within if rule and rule.reply_within else workday.reply_within,
        late_arrivals=workday.late_arrivals,
        hours=session.hours,
    ).steps


def _calls(session: Session, seen: Standing) -> "tuple[Ringing, ...]":
    """What the telephone knows of whoever waits."""
    from triage.cli.ringing import calls_with

    return calls_with(session, seen)


def _written_apart(session: Session, seen: Standing) -> tuple["Entry", ...]:
    """What the user wrote to them since, in other conversations: perhaps the answer."""
    from triage.store import lookups

    if not seen.who.address:
        return ()
    own = {item.key for item in seen.case.items}
    sent = lookups.outgoing_to(session.database, seen.who.address, seen.cause.received)
    return tuple(entry for entry in sent if entry.message.key not in own)


def _channel(session: Session, seen: Standing) -> str:
    """How they like to be reached, as far as the ledger tells."""
    from triage.cli.reviewing import preferences

    theirs = {seen.who.phone, seen.who.name} - {""}
    noted = (one for one in preferences(session, session.now) if one.who and {one.who.phone, one.who.name} & theirs)
    return next((f"They {one.finding.quote}: {one.finding.instead}." for one in noted), "")


def _unread(board: Board) -> str:
    """What stands in for "nobody" where nothing was ever read; empty where something was."""
    from triage.report.health import never_read

    return "Nothing has been read yet.\n\nNext: triage poll" if never_read(board) else ""


def _print_json(document: object) -> None:
    click.echo(dumped(document, indent=1 if sys.stdout.isatty() else None))  # laid out for people only: it takes long
