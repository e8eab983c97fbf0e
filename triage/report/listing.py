"""`triage list` in words: cases in any state, one a row; for those that need no answer, why."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from triage.core.cases.state import Standing
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.cases import State
from triage.model.judgements import Reason
from triage.report import rows
from triage.report.lines import WIDEST, cut, dim

_STATE = 9


def text(
    standings: Sequence[Standing], now: datetime, *, hours: Hours, width: int, colour: bool = False, empty: str = ""
) -> str:
    """The rows in the order given, or `empty` (else a word of our own) when there is none."""
    if not standings:
        return empty or "No conversation like that."
    width = min(width, WIDEST)
    place = rows.columns(standings, width, when=_STATE)
    return "\n".join(
        line for standing in standings for line in _lines(standing, now, hours, place, width, colour=colour)
    )


def deciding(reasons: Sequence[Reason]) -> Reason | None:
    """The reason that counts most against an answer: a veto, else the one with the least points."""
    return min(reasons, key=lambda reason: (not reason.veto, reason.points), default=None)


def _lines(
    standing: Standing, now: datetime, hours: Hours, place: rows.Columns, width: int, *, colour: bool
) -> Iterator[str]:
    yield rows.row(standing, now, hours, place, first=_state(standing), colour=colour)
    reason = deciding(standing.cause.reasons)
    if standing.state is State.SKIPPED and reason:
        room = width - place.indent
        yield dim(" " * place.indent + cut(_because(reason), room), colour=colour)


def _because(reason: Reason) -> str:
    """The rule and what it saw, the rule only once where its own words begin with it."""
    rule, said = plain(reason.rule, 40), plain(reason.text, 300)
    return said if said.startswith(rule) else f"{rule}: {said}"


def _state(standing: Standing) -> str:
    if standing.overdue:
        return "late"
    if standing.state is State.SNOOZED:
        return "put off"
    return "older" if standing.backlog else standing.state.value
