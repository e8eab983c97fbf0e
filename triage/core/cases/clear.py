"""Has everyone an answer? True only when it is known to be (contract section 2, Clear)."""

from collections.abc import Sequence
from datetime import date, datetime

from triage.core.cases.state import Standing, standings
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.model.cases import AnsweredBy, Outcome, State

_COUNTED = {AnsweredBy.MAIL, AnsweredBy.CALL, AnsweredBy.MARK, AnsweredBy.COWORKER, AnsweredBy.ARCHIVED}
OPEN = {State.OWED, State.PROMISED}


def clear(board: Board, now: datetime, hours: Hours, seen: Sequence[Standing] | None = None) -> bool:
    """Nobody waits for something due by the end of this calendar day, and no source is stale.

    Late ones count; backlog and snoozed ones do not. With no source, or one never read whole, nothing is known:
    False. `seen` are the board's standings at `now` where they are at hand.
    """
    if not board.sources or any(source.stale(now) for source in board.sources):
        return False
    midnight = hours.midnight_after(hours.day(now))
    return not any(_in_the_way(one, midnight) for one in (standings(board, now) if seen is None else seen))


def answered_on(board: Board, day: date, hours: Hours) -> int:
    """How many cases were answered on that day of the user's zone, by when the answer was sent; dismissals are not
    counted.
    """
    return len({outcome.ref for outcome in _ended_on(board, day, hours) if outcome.by in _COUNTED})


def owed_on(board: Board, day: date, seen: Sequence[Standing], hours: Hours) -> bool:
    """Was there something to answer that day that is settled by now? Without it an all-clear would be idle talk."""
    if _ended_on(board, day, hours):
        return True
    return any(standing.state not in OPEN | {State.SNOOZED} and _settled_for(standing, day, hours) for standing in seen)


def _in_the_way(standing: Standing, midnight: datetime) -> bool:
    return standing.state in OPEN and not standing.backlog and standing.due is not None and standing.due <= midnight


def _ended_on(board: Board, day: date, hours: Hours) -> list[Outcome]:
    """The day's outcomes; one that was reversed later does not count."""
    standing: dict[str, Outcome] = {}
    for outcome in board.outcomes:
        if outcome.reversed_:
            standing.pop(outcome.cause, None)
        else:
            standing[outcome.cause] = outcome
    return [outcome for outcome in standing.values() if hours.day(outcome.answered_at) == day]


def _settled_for(standing: Standing, day: date, hours: Hours) -> bool:
    moments = [
        moment
        for outcome in (*standing.case.settled, *standing.ended)
        for moment in (outcome.received, outcome.due, outcome.answered_at)
    ]
    return any(moment is not None and hours.day(moment) == day for moment in moments)
