"""A board at a moment with all that is still to ring, and when each may: the planner's view."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.core.cases.clear import OPEN
from triage.core.cases.state import Standing, standings
from triage.core.notices.leaving import brought_forward, came_after, hours_until, leaves
from triage.core.notices.outages import first_reading
from triage.core.notices.stages import Turn, ledger, turns
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.settings import Reminders

APART = timedelta(minutes=10)
READ_FIRST = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`turns` are those of owed and promised cases with something from a source that was read whole; `awake` is as in
    `plan`.
    """

    board: Board
    now: datetime
    hours: Hours
    reminders: Reminders
    awake: datetime | None
    standings: tuple[Standing, ...]
    turns: tuple[Turn, ...]

    def chance(
        self, at: datetime, *, grace: datetime | None = None, expires: datetime | None = None
    ) -> datetime | None:
        """When what is to ring at `at` first may, were nothing to change: not before now, ten minutes after the last
        notice, in working time or until `grace`. None when that would be after `expires`.
        """
        moment = max(at, self.now, *self._after_last())
        if grace and moment <= grace:
            return max([moment, *(min(grace, read) for read in self._after_reading())])
        moment = max([moment, *self._after_reading()])
        if not self.hours.open_at(moment):
            moment = self.hours.next_working(moment)
        return None if expires and moment > expires else moment

    def any_hour(self, at: datetime, expires: datetime) -> datetime | None:
        """As `chance`, for what may ring outside working time."""
        moment = max(at, self.now, *self._after_last(), *self._after_reading())
        return moment if moment <= expires else None

    def of(self, turn: Turn) -> datetime | None:
        """When this turn may ring."""
        return self.chance(turn.at, grace=turn.grace, expires=turn.expires)

    def _after_last(self) -> tuple[datetime, ...]:
        # A last notice that lies ahead only says that the clock was set back.
        last = self.board.last_rung
        return (last + APART,) if last and last <= self.now else ()

    def _after_reading(self) -> tuple[datetime, ...]:
        """After a start or a sleep a minute is given to read first: who waited may long have an answer."""
        if self.awake and any(self._may_be_read(source.completed, source.error) for source in self.board.sources):
            return (self.awake + READ_FIRST,)
        return ()

    def _may_be_read(self, completed: datetime | None, error: str | None) -> bool:
        return error is None and self.awake is not None and (completed is None or completed < self.awake)


def scene(board: Board, now: datetime, *, hours: Hours, reminders: Reminders, awake: datetime | None) -> Scene:
    """What the planner looks at, all of it worked out once."""
    away = leaves(board.marks, now, hours)
    book, unknown, hours = ledger(board), first_reading(board), hours_until(away, hours)
    seen = tuple(brought_forward(standing, away, hours) for standing in standings(board, now))
    found = [
        turn
        for standing in seen
        if standing.state in OPEN and not unknown.issuperset(debt.source for debt in standing.debts)
        for turn in turns(standing, now, book, hours=hours, reminders=reminders)
        if turn.stage < 0 or not came_after(standing, away)
    ]
    return Scene(
        board=board, now=now, hours=hours, reminders=reminders, awake=awake, standings=seen, turns=tuple(found)
    )
