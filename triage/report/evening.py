"""The bubbles of the summary's timer: the day in five lines, or that nobody seems to read the mail."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from triage.core.cases.state import Standing
from triage.core.notices.telling import Unread
from triage.core.past.summary import Summary
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.notices import Action, Bubble
from triage.report import words
from triage.report.moments import day_name
from triage.report.summary import length
from triage.settings import Privacy

SHOW = Action(id="show", label="Show")
NAMED = 3


def day_bubble(summary: Summary, hours: Hours, privacy: Privacy) -> Bubble:
    """The day in one bubble; nothing in it is more than a name."""
    today = hours.day(summary.now)
    named = "Today" if summary.last == today else day_name(summary.last, today)
    lines = [*_waiting(summary, privacy), *_speed(summary), *_ahead(summary, hours, privacy), *_doubts(summary)]
    return Bubble(id="summary", title=f"{named}: {_gist(summary)}", body="\n".join(lines), actions=(SHOW,))


def unread_bubble(unread: Unread, now: datetime, hours: Hours) -> Bubble:
    """Nobody reads along."""
    since = f"since {words.moment(unread.since, now, hours)}" if unread.since else "yet"
    return Bubble(
        id="unread",
        title=f"triage has not read your mail {since}",
        body="Run: systemctl --user status triage\nUntil then I cannot say who waits.",
        actions=(SHOW,),
    )


def broken_bubble(what: str, hint: str) -> Bubble:
    """Nobody can tell who waits."""
    body = "\n".join(plain(line, 200) for line in (what, hint) if line)
    return Bubble(id="unread", title="triage cannot say who waits", body=body, actions=(SHOW,))


def _gist(summary: Summary) -> str:
    ours = summary.figures
    if not ours.answered:
        return words.count(len(summary.open), "still waits", "still wait") if summary.open else "nothing left to answer"
    late = f", {ours.late:,} late" if ours.late else ", all on time" if ours.answered > 1 else ""
    return f"{ours.answered:,} answered{late}"


def _waiting(summary: Summary, privacy: Privacy) -> Iterator[str]:
    if not summary.open:
        yield "Nobody waits, as far as I could read." if summary.stale else "Everyone has an answer."
        return
    names = _names(summary.open, privacy)
    if summary.figures.answered:
        yield f"{words.count(len(summary.open), 'still waits', 'still wait')}{names}."
    elif names:
        yield names.removeprefix(": ") + "."


def _speed(summary: Summary) -> Iterator[str]:
    median, longest = summary.figures.median, summary.figures.longest
    if median is not None:
        yield f"Half answered within {length(median)}; the longest wait was {length(longest or timedelta())}."


def _ahead(summary: Summary, hours: Hours, privacy: Privacy) -> Iterator[str]:
    if summary.upcoming:
        named = day_name(summary.next_day, hours.day(summary.now))
        yield f"By {named}: {len(summary.upcoming):,}{_names(summary.upcoming, privacy)}."


def _doubts(summary: Summary) -> Iterator[str]:
    if summary.stale:
        names = ", ".join(plain(health.name, 40) for health in summary.stale)
        yield f"Not read lately: {names}."


def _names(those: tuple[Standing, ...], privacy: Privacy) -> str:
    if privacy is Privacy.COUNT:
        return ""
    named = [_name(one, privacy) for one in those[:NAMED]]
    more = len(those) - len(named)
    return ": " + ", ".join(named) + (f" and {more:,} more" if more else "")


def _name(one: Standing, privacy: Privacy) -> str:
    nameless = not (one.who.name or one.who.address or one.who.phone)
    if nameless and privacy is Privacy.FULL:
        return plain(words.subject(one), 40)
    return "a note" if nameless else plain(words.name(one.who), 40)
