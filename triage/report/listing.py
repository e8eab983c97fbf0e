"""`triage list` in words: cases in any state, one a row; for those that need no answer, why."""

from collections.abc import Collection, Sequence
from datetime import datetime

from triage.core.cases.silences import spelled
from triage.core.cases.state import Standing
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.cases import State
from triage.model.judgements import Reason
from triage.model.marks import Mark, MarkKind
from triage.report import rows, words
from triage.report.lines import WIDEST, cut, dim, wrap

_STATE = 9


def text(
    standings: Sequence[Standing],
    now: datetime,
    *,
    hours: Hours,
    width: int,
    colour: bool = False,
    empty: str = "",
    marks: Sequence[Mark] = (),
) -> str:
    """The rows in the order given, or `empty` (else a word of our own) when there is none. `marks` tell when the user
    dismissed what.
    """
    if not standings:
        return empty or "No conversation like that."
    width = min(width, WIDEST)
    place = rows.columns(standings, width, when=_STATE)
    indent, lines = " " * place.indent, []
    for standing in standings:
        lines.append(rows.row(standing, now, hours, place, first=_state(standing), colour=colour))
        if said := _under(standing, marks, now, hours):
            lines.append(dim(indent + cut(said, width - place.indent), colour=colour))
    return "\n".join(lines)


def silences(silenced: Collection[str], width: int) -> str:
    """Whom the user silenced, and how they are heard again; empty where nobody is."""
    named = ", ".join(plain(spelled(one), 80) for one in sorted(silenced) if one)
    said = f"Silenced: {named}. triage reopen N, with a case of theirs, hears them again."
    return "\n".join(wrap(said, min(width, WIDEST), most=12)) if named else ""


def deciding(reasons: Sequence[Reason]) -> Reason | None:
    """The reason that counts most against an answer: a veto, else the one with the least points."""
    return min(reasons, key=lambda reason: (not reason.veto, reason.points), default=None)


def _under(standing: Standing, marks: Sequence[Mark], now: datetime, hours: Hours) -> str:
    """What is said below its row, of those alone that need no answer."""
    if standing.state is State.DISMISSED:
        return _dismissed(standing, marks, now, hours)
    reason = deciding(standing.cause.reasons) if standing.state is State.SKIPPED else None
    return _because(reason) if reason else ""


def _dismissed(standing: Standing, marks: Sequence[Mark], now: datetime, hours: Hours) -> str:
    """When and how: by the user's word, else because it lies in Trash or Junk."""
    keys = {item.key for item in standing.case.items}
    said = [mark.at for mark in marks if mark.kind is MarkKind.DISMISS and mark.key in keys]
    if said:
        return f"you dismissed it, {words.moment(said[-1], now, hours)}"
    thrown = [words.moment(outcome.answered_at, now, hours) for outcome in standing.case.settled[-1:]]
    return ", ".join(["found in Trash or Junk", *thrown])


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
