"""The moment somebody names for what he will do: "tomorrow morning", "within two days", "on 30 November".

What `latest` reads after "by" is read here as well, and more: promises name their time in other words than demands.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from triage.core.times.hours import Hours
from triage.core.words.dates import dated
from triage.core.words.language import DEADLINES, PROMISES, Group
from triage.core.words.latest import reading

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_NOON = time(12)
_EARLIEST_HOUR = 7
# "do" is Thursday in German, and a verb in English.
_SHORTEST = 3

Found = tuple[datetime, int]


def moment(said: Sequence[str], place: int, sent: datetime, hours: Hours) -> Found | None:
    """The moment named from this word on, and the place after it; None for what had passed when it was written.

    A day means the end of its work, its morning noon; lengths count in working time.
    """
    by = PROMISES.on.at(said, place) or DEADLINES.by.at(said, place)
    start = place + by
    return (
        _length(said, place, sent, hours)
        or _relative(said, place, sent, hours)
        or _calendar(said, start, sent, hours)
        or _not_today(_named(said, start, sent, hours, alone=not by), said, start, sent, hours)
    )


def day_named(said: Sequence[str], place: int, sent: datetime, hours: Hours) -> date | None:
    """The day named from this word on, whether or not people work on it."""
    by = PROMISES.on.at(said, place)
    found = _calendar(said, place + by, sent, hours) or _named(said, place + by, sent, hours, alone=False)
    return hours.day(found[0] - _TICK) if found else None


def _length(said: Sequence[str], place: int, sent: datetime, hours: Hours) -> Found | None:
    """ "within two days", "in 10 minutes"."""
    count = PROMISES.within.at(said, place)
    amount = _amount(said, place + count) if count else None
    if amount is None:
        return None
    number, place = amount
    if unit := _at(PROMISES.minutes, said, place):
        return hours.after(sent, timedelta(minutes=number)), place + unit
    if unit := _at(PROMISES.hours, said, place):
        span = timedelta(hours=number)
        # "Within 24 hours" is said of the clock, not of three days' work.
        return hours.after(sent, span) if span < _DAY / 2 else hours.next_working(sent + span), place + unit
    if unit := _at(PROMISES.days, said, place):
        return _end(_workdays_on(hours.day(sent), int(number), hours), hours), place + unit
    if unit := _at(PROMISES.weeks, said, place):
        return _end(hours.day(sent) + 7 * int(number) * _DAY, hours), place + unit
    return None


def _amount(said: Sequence[str], place: int) -> tuple[float, int] | None:
    if place >= len(said):
        return None
    if said[place].isdecimal() and len(said[place]) <= 3:
        return int(said[place]), place + 1
    for count in (3, 2, 1):
        number = PROMISES.numbers.get(" ".join(said[place : place + count]))
        if number is not None and place + count < len(said):
            # "half an hour" has an article between.
            following = place + count + (number == 0 and said[place + count] in {"a", "an"})
            return number or 0.5, following
    return None


def _relative(said: Sequence[str], place: int, sent: datetime, hours: Hours) -> Found | None:
    today = hours.day(sent)
    if count := PROMISES.next_day.at(said, place):
        return hours.at(hours.next_workday(today), _NOON), place + count
    for group, day in _SPANS:
        if count := group.at(said, place):
            return _after(_end(day(today, hours), hours), place + count, sent)
    if (count := PROMISES.next.at(said, place)) and place + count < len(said):
        weekday = DEADLINES.weekdays.get(said[place + count])
        if weekday is not None:
            monday = today + (7 - today.weekday()) * _DAY
            return _end(monday + weekday * _DAY, hours), place + count + 1
    return None


def _last_of_month(day: date, hours: Hours) -> date:
    """Its last working day."""
    last = (day.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY
    return next((one for n in range(7) if hours.is_workday(one := last - n * _DAY)), last)


def _calendar(said: Sequence[str], place: int, sent: datetime, hours: Hours) -> Found | None:
    named = dated(said, place, hours.day(sent))
    return _after(_end(named[0], hours), named[1], sent) if named else None


def _named(said: Sequence[str], place: int, sent: datetime, hours: Hours, *, alone: bool) -> Found | None:
    """ "Friday", "tomorrow at 10", "noon"; a weekday alone in the midst of a sentence is part of a name."""
    found = reading(said[place:], sent, hours) if place < len(said) else None
    if found is None:
        return None
    when, count = found
    end = place + count
    if alone and (_is_filler(said, place) or _is_a_name(said, place, end)):
        return None
    clock = _bare_clock(said, end)
    day = hours.day(when - _TICK)
    if clock is not None:
        return _after(hours.at(day, clock[0]), clock[1], sent)
    if end < len(said) and (morning := PROMISES.morning.at(said, end)):
        return _after(hours.at(day, _NOON), end + morning, sent)
    return when, end


def _not_today(found: Found | None, said: Sequence[str], place: int, sent: datetime, hours: Hours) -> Found | None:
    """ "On Monday", said on a Monday, is the next: nobody calls today by its name but for a deadline."""
    if found is None or said[place] not in DEADLINES.weekdays or (place and DEADLINES.by.at(said, place - 1)):
        return found
    when, end = found
    return (when + 7 * _DAY if hours.day(when - _TICK) == hours.day(sent) else when), end


def _is_filler(said: Sequence[str], place: int) -> bool:
    """ "The" of "the Monday meeting", which no "by" or "on" makes a date."""
    if not DEADLINES.fillers.at(said, place) or PROMISES.at.at(said, place):
        return False
    return not (DEADLINES.week_end.at(said, place) or DEADLINES.today.at(said, place))


def _is_a_name(said: Sequence[str], place: int, end: int) -> bool:
    """A weekday that only stands before another word, lunch, or a short word that may be no weekday at all."""
    if end - place > 1 or not (said[place] in DEADLINES.weekdays or DEADLINES.noon.at(said, place)):
        return False
    if len(said[place]) < _SHORTEST or DEADLINES.noon.at(said, place):
        return True
    following = (PROMISES.morning, PROMISES.at, PROMISES.thing_end)
    return end < len(said) and not any(group.at(said, end) for group in following)


def _bare_clock(said: Sequence[str], place: int) -> tuple[time, int] | None:
    """ "at 3" after a day: nobody works at night."""
    # "At" may have been read as part of the day.
    count = _at(PROMISES.at, said, place)
    if (
        not (count or _at(PROMISES.at, said, place - 1))
        or place + count >= len(said)
        or not said[place + count].isdecimal()
    ):
        return None
    hour = int(said[place + count])
    hour += 12 if hour < _EARLIEST_HOUR else 0
    return (time(hour), place + count + 1) if hour < 24 else None


def _friday(day: date, hours: Hours) -> date:
    """The last working day of a week; its Friday where it has none."""
    monday = day - day.weekday() * _DAY
    worked = [one for one in (monday + n * _DAY for n in range(7)) if hours.is_workday(one)]
    return worked[-1] if worked else monday + 4 * _DAY


_SPANS: tuple[tuple[Group, Callable[[date, Hours], date]], ...] = (
    (PROMISES.next_week, lambda today, hours: _friday(today + 7 * _DAY, hours)),
    (PROMISES.same_week, _friday),
    (PROMISES.day_after, lambda today, _: today + 2 * _DAY),
    (PROMISES.weekend, lambda today, hours: hours.next_workday(_friday(today, hours))),
    (PROMISES.month_end, _last_of_month),
    (PROMISES.same_day, lambda today, _: today),
)


def _workdays_on(day: date, count: int, hours: Hours) -> date:
    for _ in range(min(count, 60)):
        day = hours.next_workday(day)
    return day


def _end(day: date, hours: Hours) -> datetime:
    return hours.ends(day) or hours.midnight_after(day)


def _after(when: datetime, end: int, sent: datetime) -> Found | None:
    return (when, end) if when > sent else None


def _at(group: Group, said: Sequence[str], place: int) -> int:
    return group.at(said, place) if place < len(said) else 0
