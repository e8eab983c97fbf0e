"""The summary of `triage replay` for a person: how many waited, how many had their answer by the evening, the load."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from triage.core.past.summary import Summary
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.report import words
from triage.report.lines import WIDEST, cut, dim, fit, wrap
from triage.report.replay_figures import Day, Figures
from triage.report.summary import row, speed, tables

_MOST_NAMES = 8
_MOST_ROWS = 24
_NAME = 24
_DATE = 13
_TABLE = 57
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def text(figures: Figures, summary: Summary, *, hours: Hours, week: str, width: int, colour: bool = False) -> str:
    """The whole screen. `summary` is of the same days; `week` says which working hours were taken."""
    width = min(width, WIDEST)
    parts = [
        wrap(_headline(figures, hours), width),
        list(_facts(figures, summary, hours, width)),
        list(_table(figures, hours)) if width >= _TABLE else [],
        [row(label, cells) for table in tables(summary) for label, cells in table] if width >= _TABLE else [],
        list(_never(figures, hours, width, colour=colour)),
        [dim(line, colour=colour) for line in wrap(week, width)],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _headline(figures: Figures, hours: Hours) -> str:
    """ "1 Oct to 31 Oct 2026: 212 owed, 190 answered by the evening, 13 later, 9 never." """
    period = f"{_date(hours.day(figures.since))} to {_date(hours.day(figures.until))}"
    if not figures.owed:
        return f"{period}: nobody waited for an answer."
    told = [
        f"{figures.owed:,} owed",
        f"{figures.on_time:,} answered by the evening",
        *([f"{figures.late:,} later"] if figures.late else []),
        f"{figures.never:,} never" if figures.never else "none forgotten",
        *([f"{figures.open:,} still in time"] if figures.open else []),
    ]
    return f"{period}: {', '.join(told)}."


def _facts(figures: Figures, summary: Summary, hours: Hours, width: int) -> Iterator[str]:
    quiet = words.count(figures.asked_nothing, "asked nothing", "asked nothing")
    read = words.count(figures.heard, "message", "messages")
    yield from wrap(f"{read} from others, {figures.sent:,} of yours. {quiet} of you.", width, "  ")
    if figures.waits:
        yield from wrap(f"First answer: {speed(summary)}.", width, "  ")
        yield from wrap(f"The longest wait that ended was {_span(figures.waits[-1])} on the clock.", width, "  ")
    if figures.notices:
        most = max(figures.days, key=lambda day: day.notices)
        often = f"{figures.notices / max(1, _workdays(figures, hours)):.1f} a working day"
        rung = words.count(figures.notices, "notice", "notices")
        yield from wrap(f"{rung}, {often}, at most {most.notices} (on {_date(most.date)}).", width, "  ")
    if figures.owed:
        fullest = max(figures.days, key=lambda day: day.owed)
        yield from wrap(f"The fullest day was {_date(fullest.date)}: {fullest.owed} came to wait.", width, "  ")


# --- stretch by stretch ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Row:
    owed: int = 0
    on_time: int = 0
    late: int = 0
    never: int = 0
    notices: int = 0


def _table(figures: Figures, hours: Hours) -> Iterator[str]:
    """By day, week, month or year, whichever fits a screen."""
    if not figures.owed:
        return
    name = _grain(figures.days)
    rows: dict[str, _Row] = {}
    for day in figures.days:
        rows.setdefault(name(day.date), _Row()).notices += day.notices
    for one in figures.rounds:
        row, timely = rows[name(hours.day(one.cause.received))], one.on_time(figures.until)
        row.owed += 1
        row.on_time += timely is True
        row.late += timely is False and one.answered_at is not None
        row.never += timely is False and one.answered_at is None
    yield f"  {'':{_DATE}}{'owed':>7}{'in time':>9}{'later':>8}{'never':>8}{'notices':>10}"
    for label, row in rows.items():
        yield f"  {label:{_DATE}}{row.owed:>7,}{row.on_time:>9,}{row.late:>8,}{row.never:>8,}{row.notices:>10,}"


def _grain(days: Sequence[Day]) -> Callable[[date], str]:
    grains: tuple[Callable[[date], str], ...] = (_date, _week, _month)
    return next((name for name in grains if len({name(day.date) for day in days}) <= _MOST_ROWS), _year)


def _week(day: date) -> str:
    return _date(day - timedelta(days=day.weekday()))


def _month(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.year}"


def _year(day: date) -> str:
    return str(day.year)


# --- who was forgotten ----------------------------------------------------------------------------------------------


def _never(figures: Figures, hours: Hours, width: int, *, colour: bool) -> Iterator[str]:
    forgotten = [
        one for one in reversed(figures.rounds) if one.answered_at is None and one.on_time(figures.until) is False
    ]
    if not forgotten:
        return
    yield "Never answered, the latest first:"
    for one in forgotten[:_MOST_NAMES]:
        when, who = _date(hours.day(one.cause.received)), words.name(one.cause.who)
        about = plain(one.cause.subject, 200) or "(no subject)"
        yield cut(f"  {when:{_DATE}}{fit(who, _NAME)}  {about}", width).rstrip()
    if len(forgotten) > _MOST_NAMES:
        yield dim(f"  and {len(forgotten) - _MOST_NAMES:,} more: --json lists them all", colour=colour)


def _workdays(figures: Figures, hours: Hours) -> int:
    first, last = hours.day(figures.since), hours.day(figures.until)
    return sum(hours.is_workday(first + timedelta(days=ahead)) for ahead in range((last - first).days + 1))


def _span(span: timedelta) -> str:
    return words.length(span)


def _date(day: date) -> str:
    """With the year: archives are old."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
