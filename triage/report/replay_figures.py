"""What a replay comes to in numbers: the rounds that were owed and how they ended, and the load of each day."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from triage.core.past.replaying import Replay, Round
from triage.core.times.hours import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The load of a day: messages from others, rounds that began and that were answered, notices."""

    date: date
    heard: int = 0
    owed: int = 0
    answered: int = 0
    notices: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`owed` rounds are `on_time`, `late`, `never` answered though overdue, or still `open`; `waits` are how long the
    answered ones took, shortest first. `asked_nothing` counts messages that owed nothing when they came, `kinds` all
    of them by kind. `days` are those on which something happened.
    """

    since: datetime
    until: datetime
    heard: int
    sent: int
    cases: int
    asked_nothing: int
    kinds: Mapping[str, int]
    notices: int
    waits: tuple[timedelta, ...]
    rounds: tuple[Round, ...] = field(repr=False)
    days: tuple[Day, ...] = field(repr=False)

    @property
    def owed(self) -> int:
        """All rounds."""
        return len(self.rounds)

    @property
    def on_time(self) -> int:
        """Answered by when they were due."""
        return sum(one.on_time(self.until) is True for one in self.rounds)

    @property
    def late(self) -> int:
        """Answered, but after that."""
        return sum(one.answered_at is not None and one.on_time(self.until) is False for one in self.rounds)

    @property
    def never(self) -> int:
        """Overdue at the end and not answered."""
        return sum(one.answered_at is None and one.on_time(self.until) is False for one in self.rounds)

    @property
    def open(self) -> int:
        """Not answered, and not due yet at the end."""
        return self.owed - self.on_time - self.late - self.never


def figures(whole: Replay, hours: Hours) -> Figures:
    """Everything a summary counts; days are those of the user's zone."""
    rounds = tuple(sorted(_rounds(whole), key=lambda one: one.cause.received))
    waits = (one.answered_at - one.cause.received for one in rounds if one.answered_at)
    return Figures(
        since=whole.since,
        until=whole.until,
        heard=len(whole.heard),
        sent=whole.sent,
        cases=len(whole.cases),
        asked_nothing=sum(not one.arrived.judgement.owes for one in whole.heard),
        kinds=dict(Counter(one.arrived.judgement.kind.value for one in whole.heard).most_common()),
        notices=len(whole.rang),
        waits=tuple(sorted(max(wait, timedelta()) for wait in waits)),
        rounds=rounds,
        days=tuple(_days(whole, rounds, hours)),
    )


def _rounds(whole: Replay) -> Iterator[Round]:
    return (one for case in whole.cases for one in case.rounds)


def _days(whole: Replay, rounds: Iterable[Round], hours: Hours) -> Iterator[Day]:
    kept = tuple(rounds)
    heard = Counter(hours.day(one.arrived.at) for one in whole.heard)
    owed = Counter(hours.day(one.cause.received) for one in kept)
    answered = Counter(hours.day(one.answered_at) for one in kept if one.answered_at)
    notices = Counter(hours.day(one.at) for one in whole.rang)
    for day in sorted({*heard, *owed, *answered, *notices}):
        yield Day(date=day, heard=heard[day], owed=owed[day], answered=answered[day], notices=notices[day])
