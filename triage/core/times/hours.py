"""Working time: which moments count, and how far apart two moments are when only those do.

The only place outside `report/` that knows the user's zone. Everything that comes in or goes out is aware; what goes
out is in UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from triage.errors import TriageError
from triage.settings import Span

_DAY = timedelta(days=1)
_ZERO = timedelta()
_MOST_FREE_DAYS = 1100


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The working week in a zone. `week` has seven entries, Monday first; `days_off` holds holidays too.
    `leaves` ends the work of the day it falls on.

    Where clocks change, a span keeps its wall times: one in the hour that is left out begins or ends when that hour
    would have, one in the hour that comes twice begins and ends the first time. So spans never overlap, and a span or
    day that the change swallows is no working time at all.
    """

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    days_off: frozenset[date] = frozenset()
    leaves: datetime | None = None

    def local(self, moment: datetime) -> datetime:
        """The moment on the user's clock."""
        return moment.astimezone(self.zone)

    def day(self, moment: datetime) -> date:
        """The calendar day on the user's clock."""
        return self.local(moment).date()

    def midnight_after(self, day: date) -> datetime:
        """When the day is over."""
        return _moment(self.zone, day + _DAY, time())

    def at(self, day: date, clock: time) -> datetime:
        """The moment the user's clock first shows this time on this day; one that is left out is when clocks jump."""
        return _moment(self.zone, day, clock)

    def spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The day's working spans in order, none on a free day."""
        if day in self.days_off:
            return ()
        found = _spans(self.zone, self.week[day.weekday()], day)
        if self.leaves is None or self.day(self.leaves) != day:
            return found
        return tuple((start, min(end, self.leaves)) for start, end in found if start < self.leaves)

    def is_workday(self, day: date) -> bool:
        """Has the day any working time?"""
        return bool(self.spans(day))

    def starts(self, day: date) -> datetime | None:
        """When the day's work begins, None on a free day."""
        spans = self.spans(day)
        return spans[0][0] if spans else None

    def ends(self, day: date) -> datetime | None:
        """When the day's work is over, None on a free day."""
        spans = self.spans(day)
        return spans[-1][1] if spans else None

    def next_workday(self, day: date) -> date:
        """The first working day after this one. TriageError when there is none in three years."""
        return next(self._workdays(day + _DAY, _DAY))

    def previous_workday(self, day: date) -> date:
        """The last working day before this one. TriageError when there is none in three years."""
        return next(self._workdays(day - _DAY, -_DAY))

    def working_at(self, moment: datetime) -> bool:
        """Is this working time? A span holds its start and not its end."""
        return any(start <= moment < end for start, end in self._spans_near(moment))

    def open_at(self, moment: datetime) -> bool:
        """Like `working_at`, but a span holds its end too: at five o'clock sharp one may still ring."""
        return any(start <= moment <= end for start, end in self._spans_near(moment))

    def working_between(self, first: datetime, last: datetime) -> timedelta:
        """How much working time lies between two moments; none if they are in the wrong order."""
        begin, finish = first.astimezone(UTC), last.astimezone(UTC)
        total, day, stop = _ZERO, self.day(begin) - _DAY, self.day(finish) + _DAY
        while day <= stop:
            for start, end in self.spans(day):
                total += max(_ZERO, min(end, finish) - max(start, begin))
            day += _DAY
        return total

    def after(self, moment: datetime, span: timedelta) -> datetime:
        """The earliest moment by which `span` of working time has passed. TriageError as in `next_workday`."""
        now, left = moment.astimezone(UTC), span
        if left <= _ZERO:
            return now
        spans = self._spans_from(now)
        while True:
            start, end = next(spans)
            begin = max(start, now)
            if left <= end - begin:
                return begin + left
            left -= max(_ZERO, end - begin)

    def before(self, moment: datetime, span: timedelta) -> datetime:
        """The latest moment from which `span` of working time is left. TriageError as in `next_workday`."""
        now, left = moment.astimezone(UTC), span
        if left <= _ZERO:
            return now
        spans = self._spans_back_from(now)
        while True:
            start, end = next(spans)
            finish = min(end, now)
            if left <= finish - start:
                return finish - left
            left -= max(_ZERO, finish - start)

    def next_working(self, moment: datetime) -> datetime:
        """The moment itself in working time, else the next start of a span. TriageError as in `next_workday`."""
        now = moment.astimezone(UTC)
        return next(max(start, now) for start, end in self._spans_from(now) if now < end)

    def _spans_near(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        # The neighbours belong to it: midnight ends a day's last span, and clocks have been set back across midnight.
        day = self.day(moment)
        for near in (day - _DAY, day, day + _DAY):
            yield from self.spans(near)

    def _spans_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        for day in self._workdays(self.day(moment) - _DAY, _DAY):
            yield from self.spans(day)

    def _spans_back_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        for day in self._workdays(self.day(moment) + _DAY, -_DAY):
            yield from reversed(self.spans(day))

    def _workdays(self, day: date, step: timedelta) -> Iterator[date]:
        """Working days from `day` on, without end, forwards or backwards."""
        free = 0
        while free < _MOST_FREE_DAYS:
            if self.is_workday(day):
                free = 0
                yield day
            else:
                free += 1
            day += step
        raise TriageError("no working day in three years", hint="look at days, hours and days_off in the configuration")


@lru_cache(maxsize=4096)
def _spans(zone: ZoneInfo, wall: tuple[Span, ...], day: date) -> tuple[tuple[datetime, datetime], ...]:
    spans = ((_moment(zone, day, span.start), _end(zone, day, span.end)) for span in wall)
    return tuple((start, end) for start, end in spans if start < end)


def _end(zone: ZoneInfo, day: date, clock: time) -> datetime:
    return _moment(zone, day, clock) if clock > time() else _moment(zone, day + _DAY, clock)


def _moment(zone: ZoneInfo, day: date, clock: time) -> datetime:
    """Order is kept: a later wall time never gives an earlier moment."""
    wall = datetime.combine(day, clock)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return moment
    return _end_of_gap(zone, wall)


def _end_of_gap(zone: ZoneInfo, wall: datetime) -> datetime:
    # PEP 495: in a gap fold=1 reads the clock with the offset after the change, fold=0 with the one before; the
    # change itself lies between the two readings.
    low = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    high = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    new = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == new:
            high = middle
        else:
            low = middle
    return high
