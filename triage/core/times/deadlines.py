"""When an answer is owed, and the way there in words (contract section 2, "Due")."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from triage.core.times.hours import Hours
from triage.settings import ReplyWithin, Within

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """`due` is None only where a rule says never. `steps` are the calculation, a sentence each, in the user's zone."""

    due: datetime | None
    steps: tuple[str, ...]


def deadline(
    received: datetime, *, asked_by: datetime | None, within: ReplyWithin, late_arrivals: timedelta, hours: Hours
) -> Deadline:
    """The earliest of the end of the working day, the span of a rule and the moment the sender named.

    `Nd` and `end-of-next-day` take the place of the end of the working day and count from the day the message counts
    for; `never` takes the place of everything. A named moment that had passed on receipt is none.
    """
    if within.named is Within.NEVER:
        return Deadline(due=None, steps=("a rule says: never due",))
    day, steps = _counted_day(received, late_arrivals, hours)
    for _ in range(_days_more(within)):
        following = hours.next_workday(day)
        steps += _walk(day, following, hours)
        day = following
    due = hours.ends(day) or hours.midnight_after(day)
    if within.span is not None:
        due, steps = _spanned(received, within.span, due, steps, hours)
    return _asked(received, asked_by, due, steps, hours)


def _days_more(within: ReplyWithin) -> int:
    if within.named is Within.END_OF_NEXT_DAY:
        return 1
    return within.days or 0


def _counted_day(received: datetime, late_arrivals: timedelta, hours: Hours) -> tuple[date, tuple[str, ...]]:
    """The working day a message counts for: its own, unless it came too late on it."""
    day = hours.day(received)
    late = _lateness(received, late_arrivals, hours)
    came = f"received {_clock(received, hours)}"
    if late is None:
        return day, (came, _spans(day, hours))
    following = hours.next_workday(day)
    return following, (f"{came}, {late}, so it counts for the next working day", *_walk(day, following, hours))


def _lateness(received: datetime, late_arrivals: timedelta, hours: Hours) -> str | None:
    """Why the message does not count for its own day, in words."""
    spans = hours.spans(hours.day(received))
    if not spans:
        return "on a free day"
    start, end = spans[-1]
    if received >= end:
        return "after the day's end"
    if received >= max(start, end - late_arrivals):
        return f"in the last {_length(late_arrivals)} of the day"
    return None


def _spanned(
    received: datetime, span: timedelta, end: datetime, steps: tuple[str, ...], hours: Hours
) -> tuple[datetime, tuple[str, ...]]:
    after = hours.after(received, span)
    told = f"{_length(span)} of working time after it came: {_clock(after, hours)}"
    if after <= end:
        return after, (*steps, told)
    return end, (*steps, f"{told}: later than the end of the day, does not move it back")


def _asked(
    received: datetime, asked_by: datetime | None, due: datetime, steps: tuple[str, ...], hours: Hours
) -> Deadline:
    told = f"due {_clock(due, hours)}"
    if asked_by is None:
        return Deadline(due=due, steps=(*steps, told))
    asked = f"asked by {_clock(asked_by, hours)}"
    if asked_by <= received:
        return Deadline(due=due, steps=(*steps, f"{asked}: had passed when it came", told))
    if asked_by < due:
        return Deadline(due=asked_by, steps=(*steps, f"{asked}: brings it forward", f"due {_clock(asked_by, hours)}"))
    return Deadline(due=due, steps=(*steps, told, f"{asked}: shown, does not move it back"))


def _walk(day: date, workday: date, hours: Hours) -> tuple[str, ...]:
    """The days after `day`, free ones in a row as one, up to a working day."""
    free = tuple(_days(day + _DAY, workday - _DAY))
    if not free:
        return (_spans(workday, hours),)
    named = _named(free[0]) if len(free) == 1 else f"{_named(free[0])} to {_named(free[-1])}"
    return f"{named}: free", _spans(workday, hours)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY


def _spans(day: date, hours: Hours) -> str:
    spans = (f"{_hour(start, hours)}-{_hour(end, hours)}" for start, end in hours.spans(day))
    return f"{_named(day)}: {', '.join(spans)}"


def _clock(moment: datetime, hours: Hours) -> str:
    return f"{_named(hours.day(moment))} {_hour(moment, hours)}"


def _hour(moment: datetime, hours: Hours) -> str:
    local = hours.local(moment)
    return f"{local:%H:%M}" if local.second == 0 else f"{local:%H:%M:%S}"


def _named(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _length(span: timedelta) -> str:
    hours, minutes = divmod(span // timedelta(minutes=1), 60)
    parts = (_counted(hours, "hour"), _counted(minutes, "minute"))
    return " ".join(part for part in parts if part) or "0 minutes"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}" if number else ""
