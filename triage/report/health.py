"""How the sources fare, in words: what could not be read, since when, and what to run."""

from collections.abc import Iterator
from datetime import datetime

from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.model.health import Health
from triage.report import words
from triage.report.lines import wrap


def never_read(board: Board) -> bool:
    """No source was ever read, not even in part."""
    return not any(health.completed or health.reading for health in board.sources)


def known_since(board: Board) -> datetime | None:
    """As of when everything that was ever read whole is known."""
    return min((health.completed for health in board.sources if health.completed), default=None)


def source_lines(board: Board, clock: datetime, hours: Hours, width: int) -> Iterator[str]:
    """A sentence for every source that is not fresh and well, its way out below; a blank line before the first.

    Where no daemon runs that alone explains staleness: only what failed or was never read whole is told then.
    """
    told = [health for health in board.sources if _is_worth_telling(health, board, clock)]
    if told:
        yield ""
    for health in told:
        yield from wrap(_sentence(health, clock, hours), width, "  ")
        if health.hint:
            yield from wrap(f"Next: {plain(health.hint)}", width, "  ")


def _is_worth_telling(health: Health, board: Board, clock: datetime) -> bool:
    if health.error or _first_read_runs(health):
        return True
    if never_read(board):
        return False
    return health.stale(clock) and (board.daemon_since is not None or health.completed is None)


def _sentence(health: Health, clock: datetime, hours: Hours) -> str:
    name = plain(health.name, 40)
    why = _why(health)
    if health.reading and _first_read_runs(health):
        return f"{name}: first read, {health.reading.done:,} of {health.reading.of:,} read{why}."
    if health.completed is None:
        return f"{name} has not been read yet{why}."
    at = words.moment(health.completed, clock, hours)
    if health.stale(clock):
        return f"{name} has not been read since {at} ({words.length(clock - health.completed)}){why}."
    return f"{name} could not be read after {at}{why}."


def _first_read_runs(health: Health) -> bool:
    return health.reading is not None and health.completed is None


def _why(health: Health) -> str:
    """What went wrong, without the source's name said twice."""
    said = plain(health.error or "").removeprefix(f"{plain(health.name)}: ").rstrip(".")
    return f": {said}" if said else ""
