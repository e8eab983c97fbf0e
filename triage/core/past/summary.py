"""A day or a week in figures: who came, who was answered when, who still waits. Recomputed from outcomes and facts.

What was on time is read from the outcome as it was written, so that no later rule changes it. A case counts once a
day, by the day the answer was sent, and is late if anything answered in it that day was late; a week is the sum of its
days. What was taken back (an undo, a bounce) counts nowhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from triage.core.cases.clear import OPEN
from triage.core.cases.order import in_order
from triage.core.cases.state import Standing, standings
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.model.cases import AnsweredBy, Channel, Class, Outcome, State
from triage.model.health import Health

BEFORE = timedelta(days=28)
ANSWERS = frozenset({AnsweredBy.MAIL, AnsweredBy.CALL, AnsweredBy.COWORKER, AnsweredBy.ARCHIVED, AnsweredBy.MARK})
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_WAITING = OPEN | {State.SNOOZED, State.WAITING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was answered in a stretch. `times` are working time from each cause to its answer, shortest first; `longest`
    is the longest of them on the clock. Dismissed ones are in no other figure.
    """

    answered: int = 0
    late: int = 0
    dismissed: int = 0
    times: tuple[timedelta, ...] = ()
    longest: timedelta | None = None

    @property
    def on_time(self) -> int:
        """Answered by when it was due; what is never due is never late."""
        return self.answered - self.late

    @property
    def median(self) -> timedelta | None:
        """Half of the answers were sent within this, None without any."""
        if not self.times:
            return None
        half = len(self.times) // 2
        return self.times[half] if len(self.times) % 2 else (self.times[half - 1] + self.times[half]) / 2

    @property
    def most(self) -> timedelta | None:
        """Nine in ten answers were sent within this (nearest rank), None without any."""
        return self.times[-(-9 * len(self.times) // 10) - 1] if self.times else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One class's or channel's part of the figures."""

    answered: int
    late: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days from a Monday on."""

    monday: date
    answered: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The days from `first` to `last`, both included, as far as they had come at `until`, which is never after `now`.

    `received` counts messages from others, `owed` the causes that came in these days and were not dismissed. `open` are
    those who waited at `until` and wait still, `answered_since` how many more waited then. `before` are the four weeks
    up to `first` with `workdays` of them since the first known answer; None where there is none. `next_day` is the
    working day that follows, `upcoming` what falls due or ends its snooze by its end; nothing once that is over.
    `arrivals` are `owed` by the hour of the user's clock.
    """

    first: date
    last: date
    until: datetime
    now: datetime
    received: int
    owed: int
    figures: Figures
    open: tuple[Standing, ...]
    answered_since: int
    by_class: Mapping[Class, Share]
    by_channel: Mapping[Channel, Share]
    before: Figures | None
    workdays: int
    next_day: date
    upcoming: tuple[Standing, ...]
    put_off: tuple[Standing, ...]
    stale: tuple[Health, ...]
    arrivals: tuple[int, ...]
    weeks: tuple[Week, ...]

    @property
    def waiting(self) -> int:
        """How many waited at `until`."""
        return len(self.open) + self.answered_since

    @property
    def longest_open(self) -> timedelta | None:
        """How long the one who waits longest had waited at `until`, on the clock."""
        return max((self.until - seen.cause.received for seen in self.open), default=None)

    @property
    def empty(self) -> bool:
        """Did nobody want anything, and was nothing answered?"""
        return not (self.owed or self.figures.answered or self.figures.dismissed or self.waiting)


def since(first: date, hours: Hours) -> datetime:
    """From when on the board's outcomes are needed for a summary that begins with this day."""
    return hours.midnight_after(first - BEFORE - timedelta(days=8))


def begins(first: date, hours: Hours) -> datetime:
    """The first moment of the day."""
    return hours.midnight_after(first - _DAY)


def summary(
    board: Board, first: date, last: date, now: datetime, *, received: int, hours: Hours, clock: datetime
) -> Summary:
    """The figures at `now`. The board's outcomes reach back to `since(first)`; `received` is what the facts tell of
    these days. `clock` is the real time, which sources are looked at by.
    """
    start, until = begins(first, hours), min(now, hours.midnight_after(last))
    # What happens now has happened; what happens at midnight belongs to the next day.
    end = until if until < now else now + _TICK
    seen = standings(board, now)
    rounds = rounds_of(board, seen)
    ended = [one for one in rounds if start <= one.answered_at < end]
    waiting = [one for one in seen if one.state in OPEN and not one.backlog and one.cause.received < end]
    snoozed = [one for one in seen if one.state is State.SNOOZED]
    came = [
        *(one.received for one in rounds if one.by in ANSWERS),
        *(one.cause.received for one in (*waiting, *snoozed) if not one.backlog),
    ]
    came = [moment for moment in came if start <= moment < end]
    ahead = hours.next_workday(last if now > until else hours.day(now))
    before, workdays = _before(rounds, start, hours)
    return Summary(
        first=first,
        last=last,
        until=until,
        now=now,
        received=received,
        owed=len(came),
        figures=figures(ended, hours),
        open=in_order(waiting, now),
        answered_since=sum(one.received < end <= one.answered_at for one in rounds) if until < now else 0,
        by_class={each: _share(ended, waiting, hours, class_=each) for each in Class},
        by_channel={each: _share(ended, waiting, hours, channel=each) for each in Channel},
        before=before,
        workdays=workdays,
        next_day=ahead,
        upcoming=_upcoming(seen, until, ahead, now, hours),
        put_off=in_order(snoozed, now) if ahead >= hours.day(now) else (),
        stale=tuple(health for health in board.sources if health.stale(clock)),
        arrivals=tuple(_by_hour(came, hours)),
        weeks=tuple(_weeks(rounds, first, until, hours)),
    )


def rounds_of(board: Board, seen: Sequence[Standing]) -> tuple[Outcome, ...]:
    """The outcomes that stand, with what marks changed and nobody has written yet: the same before and after."""
    standing: dict[str, Outcome] = {}
    for outcome in board.outcomes:
        if outcome.reversed_:
            standing.pop(outcome.cause, None)
        else:
            standing[outcome.cause] = outcome
    for one in seen:
        for outcome in one.ended:
            standing.setdefault(outcome.cause, outcome)
        for debt in one.debts if one.state in _WAITING else ():
            standing.pop(debt.key, None)
    return tuple(standing.values())


def figures(ended: Iterable[Outcome], hours: Hours) -> Figures:
    """The figures of these rounds."""
    ended = tuple(ended)
    answers = [one for one in ended if one.by in ANSWERS]
    return Figures(
        answered=len({_once(one, hours) for one in answers}),
        late=len({_once(one, hours) for one in answers if _late(one)}),
        dismissed=len({_once(one, hours) for one in ended if one.by not in ANSWERS}),
        times=tuple(sorted(hours.working_between(one.received, one.answered_at) for one in answers)),
        longest=max((one.answered_at - one.received for one in answers), default=None),
    )


def _once(outcome: Outcome, hours: Hours) -> tuple[str, date]:
    return outcome.ref, hours.day(outcome.answered_at)


def _late(outcome: Outcome) -> bool:
    return outcome.due is not None and outcome.answered_at > outcome.due


def _share(
    ended: Iterable[Outcome],
    waiting: Iterable[Standing],
    hours: Hours,
    *,
    class_: Class | None = None,
    channel: Channel | None = None,
) -> Share:
    own = [one for one in ended if one.by in ANSWERS and (one.class_ is class_ or one.channel is channel)]
    left = [one for one in waiting if one.who.class_ is class_ or one.case.channel is channel]
    return Share(
        answered=len({_once(one, hours) for one in own}),
        late=len({_once(one, hours) for one in own if _late(one)}),
        open=len(left),
    )


def _before(rounds: Iterable[Outcome], start: datetime, hours: Hours) -> tuple[Figures | None, int]:
    first = hours.midnight_after(hours.day(start) - BEFORE - _DAY)
    earlier = [one for one in rounds if first <= one.answered_at < start]
    if not any(one.by in ANSWERS for one in earlier):
        return None, 0
    day, workdays = min(hours.day(one.answered_at) for one in earlier), 0
    while day < hours.day(start):
        workdays += hours.is_workday(day)
        day += _DAY
    return figures(earlier, hours), workdays


def _upcoming(
    seen: Iterable[Standing], until: datetime, ahead: date, now: datetime, hours: Hours
) -> tuple[Standing, ...]:
    """Nothing where that day is over by now."""
    today, end = hours.day(now), hours.midnight_after(ahead)
    if ahead < today:
        return ()
    begin = until if until < now else hours.midnight_after(today)
    found = (one for one in seen if one.state in OPEN | {State.SNOOZED} and not one.backlog)
    return in_order((one for one in found if (moment := one.until or one.due) and begin < moment <= end), now)


def _by_hour(moments: Iterable[datetime], hours: Hours) -> list[int]:
    counts = [0] * 24
    for moment in moments:
        counts[hours.local(moment).hour] += 1
    return counts


def _weeks(rounds: Iterable[Outcome], first: date, until: datetime, hours: Hours) -> Iterable[Week]:
    """The week of `first` and the four before it, oldest first."""
    this = first - timedelta(days=first.weekday())
    mondays = [this - timedelta(weeks=back) for back in range(4, -1, -1)]
    own: dict[date, list[Outcome]] = {monday: [] for monday in mondays}
    for one in rounds:
        day = hours.day(one.answered_at)
        monday = day - timedelta(days=day.weekday())
        if monday in own and one.answered_at <= until and one.by in ANSWERS:
            own[monday].append(one)
    for monday, ended in own.items():
        answered = {_once(one, hours) for one in ended}
        yield Week(monday=monday, answered=len(answered), late=len({_once(one, hours) for one in ended if _late(one)}))
