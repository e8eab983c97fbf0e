"""What a board comes to at a moment: the groups and counts that text, JSON and status bars all show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from triage.core.cases.clear import clear
from triage.core.cases.inviting import inviting
from triage.core.cases.order import in_order
from triage.core.cases.state import Standing, doubted, is_attempt, standings
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.model.cases import AnsweredBy, Outcome, State
from triage.model.health import Health
from triage.model.marks import Mark, MarkKind

_ANSWERS = {AnsweredBy.MAIL, AnsweredBy.COWORKER, AnsweredBy.ARCHIVED, AnsweredBy.MARK, AnsweredBy.CALL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A board sorted out.

    `owed` leaves the backlog out. `answered` holds the last outcome today of each answered case. `stale` sources do
    not let anyone say who waits; `failing` ones are still fresh enough. `doubted` are answered, but the reply may have
    missed a question. `inviting` wait for a word, and are owed none.
    """

    clear: bool
    owed: tuple[Standing, ...]
    backlog: tuple[Standing, ...]
    promised: tuple[Standing, ...]
    waiting: tuple[Standing, ...]
    snoozed: tuple[Standing, ...]
    answered: tuple[Outcome, ...]
    stale: tuple[Health, ...]
    failing: tuple[Health, ...]
    doubted: tuple[Standing, ...] = ()
    inviting: tuple[Standing, ...] = ()

    @property
    def overdue(self) -> int:
        """How many cases are late."""
        return sum(standing.overdue for standing in (*self.owed, *self.promised))

    @property
    def people(self) -> int:
        """How many different people wait: one who wrote twice is one."""
        return len({_identity(standing) for standing in self.owed})


def glance(board: Board, now: datetime, hours: Hours, clock: datetime) -> Glance:
    """The board at `now`. `clock` is the real time, which sources are looked at by (`--at` moves only `now`)."""
    groups: dict[State, list[Standing]] = {state: [] for state in State}
    everything = standings(board, now)
    for standing in in_order(everything, now):
        groups[standing.state].append(standing)
    stale = tuple(health for health in board.sources if health.stale(clock))
    return Glance(
        clear=clear(_as_of(board, now, clock), now, hours),
        owed=tuple(standing for standing in groups[State.OWED] if not standing.backlog),
        backlog=tuple(standing for standing in groups[State.OWED] if standing.backlog),
        promised=tuple(groups[State.PROMISED]),
        waiting=tuple(groups[State.WAITING]),
        snoozed=tuple(groups[State.SNOOZED]),
        answered=_answered_today(board, everything, now, hours),
        stale=stale,
        doubted=doubted(everything, now),
        inviting=inviting(everything, now),
        failing=tuple(health for health in board.sources if health.error and health not in stale),
    )


def _answered_today(board: Board, everything: Sequence[Standing], now: datetime, hours: Hours) -> tuple[Outcome, ...]:
    """The last outcome of every case answered today up to `now`; dismissals and what was reversed are left out.

    Marks count at once, before the daemon has written their outcome.
    """
    last: dict[str, Outcome] = {}
    for outcome in sorted(
        _in_force((*board.outcomes, *_by_marks(everything, board.marks))), key=lambda each: each.answered_at
    ):
        today = hours.day(outcome.answered_at) == hours.day(now) and outcome.answered_at <= now
        if today and outcome.by in _ANSWERS:
            last[outcome.ref] = outcome
    return tuple(last.values())


def _in_force(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """A reversal takes back every earlier outcome of its cause."""
    kept: list[Outcome] = []
    for outcome in outcomes:
        if outcome.reversed_:
            kept = [each for each in kept if each.cause != outcome.cause]
        else:
            kept.append(outcome)
    return kept


def _by_marks(everything: Sequence[Standing], marks: Sequence[Mark]) -> tuple[Outcome, ...]:
    called = (mark.key for mark in marks if mark.kind is MarkKind.CALLED and not is_attempt(mark))
    done = {*called, *(mark.key for mark in marks if mark.kind is MarkKind.DONE)}
    reopened = {mark.key for mark in marks if mark.kind is MarkKind.REOPEN}
    return tuple(
        outcome
        for standing in everything
        if (own := {item.key for item in standing.case.items}) & done and not own & reopened
        for outcome in standing.ended
    )


def _as_of(board: Board, now: datetime, clock: datetime) -> Board:
    """The board with its sources as fresh at `now` as they are at `clock`."""
    if now == clock:
        return board
    moved = (
        replace(health, completed=health.completed and health.completed + (now - clock)) for health in board.sources
    )
    return replace(board, sources=tuple(moved))


def _identity(standing: Standing) -> str:
    who = standing.who
    return who.address or who.phone or who.name or standing.case.ref
