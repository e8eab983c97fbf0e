"""Cases as rows in columns: when, number, who, what, since; narrow terminals lose "since", then "what"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from triage.core.cases.state import Standing
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.cases import Channel, State
from triage.report import words
from triage.report.lines import NARROW, WIDEST, cut, fit, late

_WHEN = 8
_SINCE = 15
_LEAST_WHAT = 14
_GAP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """How many cells each column has; 0 where it is dropped. `number` is that of the longest handle shown."""

    when: int = _WHEN
    number: int
    who: int
    what: int
    since: int

    @property
    def indent(self) -> int:
        """Where the names begin."""
        return _GAP + self.when + 1 + self.number + _GAP


def columns(standings: Iterable[Standing], width: int, when: int = _WHEN) -> Columns:
    """Columns that fit these cases into `width` cells."""
    width = min(width, WIDEST)
    number = max([2, *(len(words.handle(standing)) for standing in standings)])
    since = _SINCE if width >= NARROW else 0
    room = max(width, 24) - (2 * _GAP + when + 1 + number) - (since + 1 if since else 0)
    who = max(10, room * 20 // 49)
    what = room - who if room - who >= _LEAST_WHAT else 0
    return Columns(when=when, number=number, who=who if what else max(8, room), what=what, since=since)


def row(
    standing: Standing, now: datetime, hours: Hours, place: Columns, *, first: str | None = None, colour: bool = False
) -> str:
    """The case on one line. `first` is the first column, else by when it is due."""
    when = words.due(standing, now, hours) if first is None else first
    padded = fit(when, place.when)
    if when == "late":
        padded = late(when, colour=colour) + " " * (place.when - len(when))
    who = fit(words.caller(standing), place.who - _GAP, words.badge(standing.who))
    parts = [f"  {padded} {words.handle(standing):>{place.number}}  {who}"]
    if place.what:
        parts.append(
            fit(words.promised(standing) or words.subject(standing), place.what - _GAP, _asked_by(standing, now, hours))
        )
    if place.since:
        parts.append(cut(since(standing, now, hours), place.since))
    return "  ".join(parts).rstrip()


def asked(standing: Standing, place: Columns, width: int) -> str | None:
    """Under the name: the addresses my answer did not reach, else the sentences asked, quoted; None if nothing was."""
    indent, room = " " * place.indent, min(width, WIDEST) - place.indent
    if failed := ", ".join(plain(address, 60) for address in standing.came_back):
        return indent + cut(f"your answer came back: {failed} could not be reached", room)
    questions = plain(" ".join(question for debt in standing.debts for question in debt.questions), 300)
    if not questions:
        return None
    return f'{indent}"{cut(questions, room - 2)}"'


def since(standing: Standing, now: datetime, hours: Hours) -> str:
    """The last column: since when they wait, when I tried or spoke with them, by when I promised, until when it is put
    off or they are away.
    """
    if standing.state is State.SNOOZED and standing.until:
        return f"until {words.moment(standing.until, now, hours)}"
    if standing.state is State.PROMISED:
        by = standing.until or standing.due
        if by is None:
            return ""
        if standing.case.promise and standing.case.promise.assumed:
            return f"{'by ' if (day := words.day(by, now, hours)) != 'today' else ''}{day}, assumed"
        return f"by {words.moment(by, now, hours)}" + (" today" if hours.day(by) == hours.day(now) else "")
    if standing.state is State.WAITING and standing.until:
        return f"until {words.moment(standing.until, now, hours)}"
    return _by_telephone(standing, now, hours) or f"since {words.moment(standing.cause.received, now, hours)}"


def _by_telephone(standing: Standing, now: datetime, hours: Hours) -> str:
    """When I tried to call back, or spoke with who wrote; empty if neither."""
    if standing.attempts:
        return f"tried {words.moment(standing.attempts[-1], now, hours)}"
    spoke = standing.case.spoke
    return f"spoke {words.moment(spoke.at, now, hours)}" if spoke and standing.debts else ""


def _asked_by(standing: Standing, now: datetime, hours: Hours) -> str:
    """ ", by Wed": a later date than the due time; it never moves that back, but is good to know."""
    by = standing.asked_by
    later = by is not None and standing.due is not None and hours.day(by) > hours.day(standing.due)
    mail = standing.case.channel is Channel.EMAIL
    return f", by {words.day(by, now, hours)}" if by is not None and later and mail else ""
