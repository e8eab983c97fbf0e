"""What a person asks at the end of the day: how it went, and whether he may go."""

import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from triage.cli.days import FORMS, days
from triage.cli.printing import dumped, save
from triage.cli.session import Session
from triage.core.notices.leaving import HISTORY, Leaving, Verdict, leaves, leaving, pace
from triage.core.past.summary import Summary, begins, since, summary
from triage.errors import UsageError
from triage.model.marks import Mark, MarkKind

_DAY = timedelta(days=1)
_WEEKS_BEFORE = timedelta(days=8)


@click.command("summary")
@click.option("--day", "day", metavar="DAY", help=f"Another day: {FORMS}; a weekday is the last one.")
@click.option("--week", is_flag=True, help="The whole week, from Monday.")
@click.option("--format", "shape", type=click.Choice(["text", "markdown", "html", "json"]), default="text")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--output", metavar="FILE", help="Write it there instead; readable by you alone.")
@click.option("--at", "at", metavar="TIME", help="As of another moment.")
@click.option(
    "--notice",
    is_flag=True,
    help="For a timer: show the day as a notice once it ended, or next morning, and tell when no mail was read for two"
    " hours of working time. Each is said once; at other times nothing happens.",
)
@click.pass_obj
def summary_command(
    session: Session,
    *,
    day: str | None,
    week: bool,
    shape: str,
    as_json: bool,
    output: str | None,
    at: str | None,
    notice: bool,
) -> None:
    """How a day or week went: who came, who was answered when, who still waits.

    Time to answer is working time, waits are time on the clock. Dismissed ones and what was taken back count nowhere.
    """
    if notice:
        _tell(session, other=bool(day or week or as_json or output or at or shape != "text"))
        return
    now = session.moment(at) if at else session.now
    first, last = days(day, session.hours_at(now).day(now), week=week)
    found = summed(session, first, last, now if at else None)
    words = _worded(session, found, "json" if as_json else shape)
    if output:
        save(Path(output).expanduser(), words + "\n")
    else:
        click.echo(words)


@click.command("leave")
@click.option("--by", "by", metavar="TIME|off", help="You leave at this time today: 15:30, 2h; off takes it back.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--at", "at", metavar="TIME", help="As of another moment.")
@click.pass_obj
def leave_command(session: Session, by: str | None, as_json: bool, at: str | None) -> None:
    """Can I go? Exit 0: yes. Exit 1: not yet, or not sure.

    With --by whoever is due later today is mentioned before you go.
    """
    if by is not None:
        _leave_by(session, by, other=bool(as_json or at))
        return
    now = session.moment(at) if at else session.now
    hours = session.hours_at(now)
    found = leaving(session.board(now if at else None), now, hours, session.now)
    minutes = _minutes(session, found, now)
    if as_json:
        from triage.report.leaving import document

        click.echo(dumped(document(found, now, hours, minutes=minutes), indent=1))
    else:
        from triage.report.leaving import text

        click.echo(text(found, now, hours, minutes=minutes, width=session.width, colour=session.colour))
    if found.verdict is not Verdict.YES:
        sys.exit(1)


def summed(session: Session, first: date, last: date, at: datetime | None = None) -> Summary:
    """The summary of these days, as of another moment if told."""
    from dataclasses import replace

    from triage.store import lookups, reads

    now = at or session.now
    # The weeks before are looked at too; the daemon keeps the holidays of sixty days.
    hours = session.hours_at(begins(first, session.hours) - _WEEKS_BEFORE)
    start, until = begins(first, hours), min(now, hours.midnight_after(last))
    outcomes = reads.outcomes_about(session.database, since(first, hours), until)
    known = tuple(one for one in outcomes if one.answered_at <= now)
    board = replace(session.board(at), outcomes=known)
    received = lookups.received(session.database, start, until)
    return summary(board, first, last, now, received=received, hours=hours, clock=session.now)


def _worded(session: Session, found: Summary, shape: str) -> str:
    from triage.report import summary as report

    hours = session.hours_at(found.now)
    match shape:
        case "json":
            return dumped(report.document(found, hours), indent=1)
        case "markdown":
            return report.markdown(found, hours)
        case "html":
            from triage.report.summary_html import page

            return page(found, hours)
        case _:
            return report.text(found, hours, width=session.width)


def _tell(session: Session, *, other: bool) -> None:
    if other:
        raise UsageError("--notice goes with no other option", hint="it decides by itself what is to be said")
    from triage.cli.telling import tell

    tell(session, lambda own, day: summed(own, day, day), _page)


def _page(session: Session, found: Summary) -> bool:
    """Show a summary as a page. It stays beside the database: a browser reads it later than we end."""
    from triage.sinks.opening import open_page

    path = session.config.state_dir / "summary.html"
    save(path, _worded(session, found, "html"))
    return open_page(path)


def _minutes(session: Session, found: Leaving, now: datetime) -> int | None:
    """About how long the answers would take, from the user's own; None without enough of them."""
    if not found.waiting:
        return None
    from triage.store import lookups, reads

    past = reads.outcomes(session.database, now - HISTORY, now)
    standing = {one.cause: one for one in past if not one.reversed_}
    causes = [one.cause.key for one in found.waiting]
    signs = lookups.lengths(session.database, [*standing, *causes])
    left = [(one.case.channel, signs.get(one.cause.key, 0)) for one in found.waiting]
    return pace(standing.values(), signs).minutes(left)


def _leave_by(session: Session, by: str, *, other: bool) -> None:
    from triage.report.leaving import said
    from triage.store import marks
    from triage.store.marks import Said

    if other:
        raise UsageError("--by goes with neither --json nor --at", hint="it is a word to the daemon, not a question")
    today = session.hours.day(session.now)
    at = None if by.strip().lower() == "off" else _leaving_at(session, by, today)
    key = f"day:{today.isoformat()}"
    marks.append(session.database, [Said(kind=MarkKind.LEAVE, key=key, until=at)], session.now)
    session.poke()
    mark = Mark(id=0, command="", at=session.now, kind=MarkKind.LEAVE, key=key, until=at)
    click.echo(said(leaves([mark], session.now, session.hours), session.now, session.hours))


def _leaving_at(session: Session, by: str, today: date) -> datetime:
    """A moment of today's work, still to come."""
    from triage.core.times.when import moment
    from triage.report.moments import clock

    at, hours = moment(by, now=session.now, hours=session.hours), session.hours
    starts, ends = hours.starts(today), hours.ends(today)
    if starts is None or ends is None:
        raise UsageError("today is a free day", hint="nothing rings today anyway")
    if not starts < at < ends:
        raise UsageError(
            f"{by} is not within today's work", hint=f"it is {clock(starts, hours)} to {clock(ends, hours)}"
        )
    return at
