"""Leaving: may I go now, about how long would what is left take, and what a day that ends sooner changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from itertools import pairwise

from triage.core.cases.clear import OPEN, clear
from triage.core.cases.order import in_order
from triage.core.cases.state import Standing, standings
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.model.cases import AnsweredBy, Channel, Outcome, State
from triage.model.health import Health
from triage.model.marks import Mark, MarkKind

HISTORY = timedelta(days=90)
LONG = 600
ONE_SITTING = timedelta(minutes=30)
ENOUGH = 10
_MINUTE = timedelta(minutes=1)


class Verdict(Enum):
    """May I go?"""

    YES = "yes"
    NOT_YET = "not-yet"
    NOT_SURE = "not-sure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """The verdict and what it rests on. `waiting` are in the way, `put_off` and `later` are not; `stale` sources leave
    open who else waits. `by` is when the user said he leaves today.
    """

    verdict: Verdict
    waiting: tuple[Standing, ...] = ()
    put_off: tuple[Standing, ...] = ()
    later: tuple[Standing, ...] = ()
    stale: tuple[Health, ...] = ()
    by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long answers took the user, by channel and by whether what they answer is long; only what is known well."""

    lengths: Mapping[tuple[Channel, bool], timedelta]

    def minutes(self, waiting: Iterable[tuple[Channel, int]]) -> int | None:
        """For answers to all of these (channel and how many signs were written), None unless each can be told."""
        spans = [self.lengths.get((channel, signs >= LONG)) for channel, signs in waiting]
        known = [span for span in spans if span is not None]
        if not known or len(known) < len(spans):
            return None
        return max(1, round(sum(known, timedelta()) / _MINUTE))


def leaving(board: Board, now: datetime, hours: Hours, clock: datetime) -> Leaving:
    """Yes only when `clear`; `clock` is the real time, which sources are looked at by."""
    seen = in_order(standings(board, now), now)
    midnight = hours.midnight_after(hours.day(now))
    still_open = [one for one in seen if one.state in OPEN and not one.backlog]
    waiting = tuple(one for one in still_open if one.due is not None and one.due <= midnight)
    stale = tuple(health for health in board.sources if health.stale(clock))
    sure = clear(replace(board, sources=tuple(_moved(board.sources, now - clock))), now, hours, seen)
    return Leaving(
        verdict=Verdict.YES if sure else Verdict.NOT_YET if waiting else Verdict.NOT_SURE,
        waiting=waiting,
        put_off=tuple(one for one in seen if one.state is State.SNOOZED),
        later=tuple(one for one in still_open if one not in waiting),
        stale=stale,
        by=leaves(board.marks, now, hours),
    )


def pace(rounds: Iterable[Outcome], signs: Mapping[str, int]) -> Pace:
    """What past answers tell: the time since the answer before, where both were sent in one sitting, is what an answer
    took at most. `signs` is how long each cause was, by its key; without enough answers of a kind it is left out.
    """
    answers = sorted(
        (one for one in rounds if one.by in {AnsweredBy.MAIL, AnsweredBy.CALL, AnsweredBy.MARK}),
        key=lambda one: one.answered_at,
    )
    found: dict[tuple[Channel, bool], list[timedelta]] = {}
    for earlier, one in pairwise(answers):
        span = one.answered_at - max(earlier.answered_at, one.received)
        if one.cause in signs and _MINUTE / 2 <= span <= ONE_SITTING:
            found.setdefault((one.channel, signs[one.cause] >= LONG), []).append(span)
    return Pace(lengths={kind: _middle(spans) for kind, spans in found.items() if len(spans) >= ENOUGH})


def leaves(marks: Iterable[Mark], now: datetime, hours: Hours) -> datetime | None:
    """When the user leaves today by what he said last, None if he did not say or took it back."""
    said = max((mark for mark in marks if mark.kind is MarkKind.LEAVE), key=lambda mark: mark.id, default=None)
    return said.until if said and said.until and hours.day(said.until) == hours.day(now) else None


def hours_until(leaves_at: datetime | None, hours: Hours) -> Hours:
    """Working time of somebody who leaves then."""
    return hours if leaves_at is None else replace(hours, leaves=leaves_at)


def brought_forward(seen: Standing, leaves_at: datetime | None, hours: Hours) -> Standing:
    """The case as it is to be rung for: what would be due after leaving that day is due on leaving. What comes only
    then keeps its time.
    """
    if leaves_at is None or seen.due is None or seen.cause.received >= leaves_at:
        return seen
    same_day = leaves_at < seen.due <= hours.midnight_after(hours.day(leaves_at))
    return replace(seen, due=leaves_at) if same_day else seen


def came_after(seen: Standing, leaves_at: datetime | None) -> bool:
    """Did it come when the user had left? It waits for the morning."""
    return leaves_at is not None and seen.cause.received >= leaves_at


def _moved(sources: Sequence[Health], by: timedelta) -> Iterable[Health]:
    """Sources as fresh at another moment as they are now."""
    return (replace(one, completed=one.completed and one.completed + by) for one in sources)


def _middle(spans: Iterable[timedelta]) -> timedelta:
    ordered = sorted(spans)
    return ordered[len(ordered) // 2]
