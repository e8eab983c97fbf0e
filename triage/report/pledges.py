"""`triage waiting` and `triage promises` in words: whom, about what, since or until when, and the sentence itself."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from triage.core.cases.state import Standing
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.cases import State
from triage.report import rows
from triage.report.lines import WIDEST, cut, dim, hanging

_NONE = {
    State.WAITING: "Nobody owes you an answer.",
    State.PROMISED: "You promised nobody anything that is still open.",
}
_TOLD = {"away", "came-back"}


def text(
    standings: Sequence[Standing],
    state: State,
    now: datetime,
    *,
    hours: Hours,
    width: int,
    colour: bool = False,
    empty: str = "",
) -> str:
    """The rows in the order given, or `empty` (else a word of our own) when there is none."""
    if not standings:
        return empty or _NONE[state]
    width = min(width, WIDEST)
    place = rows.columns(standings, width)
    lines = (line for one in standings for line in _lines(one, now, hours, place, width, colour=colour))
    return "\n".join(lines)


def _lines(
    standing: Standing, now: datetime, hours: Hours, place: rows.Columns, width: int, *, colour: bool
) -> Iterator[str]:
    first = "" if standing.state is State.WAITING else None
    yield rows.row(standing, now, hours, place, first=first, colour=colour)
    said = plain(standing.cause.excerpt, 300)
    if said:
        yield dim(" " * place.indent + f'"{cut(said, width - place.indent - 2)}"', colour=colour)
    for reason in standing.cause.reasons:
        if reason.rule in _TOLD:
            told = hanging(" " * place.indent, plain(reason.text, 300), width)
            yield from (dim(line, colour=colour) for line in told)
