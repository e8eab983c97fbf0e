"""Sources that need a word: not read for long, or read whole for the first time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.core.times.hours import Hours
from triage.model.board import Board, Rung
from triage.model.health import Health
from triage.model.notices import Stage

TELL_AFTER = timedelta(minutes=30)
INTRODUCE_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTurn:
    """The moment to speak of a source; `row` silences it once recorded."""

    source: Health
    at: datetime
    row: Rung


def first_reading(board: Board) -> frozenset[str]:
    """The sources never read whole: what they hold is not known, so their cases do not ring yet."""
    return frozenset(source.name for source in board.sources if source.first_complete is None)


def unread(board: Board, awake: datetime | None, hours: Hours) -> tuple[SourceTurn, ...]:
    """Sources as stale as to be told of, now or later if nothing changes; each once for one outage.

    An outage is known by the end of the last whole pass before it. Time asleep does not count, nor a first read that
    goes on without an error.
    """
    found = (_outage(source, awake, hours) for source in board.sources)
    return tuple(turn for turn in found if turn and turn.row not in board.rung)


def introductions(board: Board, now: datetime, hours: Hours) -> tuple[SourceTurn, ...]:
    """Sources lately read whole for the first time and not yet spoken of."""
    rung = {row.key for row in board.rung if row.stage == Stage.FIRST_READ}
    found = []
    for source in board.sources:
        key, at = f"first:{source.name}", source.first_complete
        # A call log holds nobody who waits.
        if at and key not in rung and now - at <= INTRODUCE_FOR and source.kind != "call_log":
            row = Rung(key=key, day=hours.day(at), stage=Stage.FIRST_READ)
            found.append(SourceTurn(source=source, at=at, row=row))
    return tuple(found)


def _outage(source: Health, awake: datetime | None, hours: Hours) -> SourceTurn | None:
    if source.completed:
        since, mark = source.completed + source.stale_after, source.completed.isoformat()
    elif source.known_since and not (source.reading and not source.error):
        since, mark = source.known_since, "never"
    else:
        return None
    at = hours.after(max(since, awake) if awake else since, TELL_AFTER)
    row = Rung(key=f"stale:{source.name}:{mark}", day=hours.day(since), stage=Stage.STALE)
    return SourceTurn(source=source, at=at, row=row)
