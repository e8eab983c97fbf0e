"""Invitations that ask nothing: not owed, but worth a quiet word until they begin or I have answered."""

from collections.abc import Container, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from triage.core.cases.state import Standing
from triage.model.cases import State
from triage.model.judgements import Judgement, Kind

if TYPE_CHECKING:
    from triage.model.entries import Entry

WITHOUT_A_START = timedelta(days=14)
_ZONES = timedelta(hours=12)
_TO_MANY = {"silenced", "bulk", "service", "list", "elsewhere"}


def invited(judged: Sequence[tuple["Entry", Judgement]], answered: Container[str] = ()) -> datetime | None:
    """Until when the last invitation of a thread, given in its own order, waits for my word.

    None where I wrote after it, it was called off, or it went to many. A start is known to within a time zone only.
    `answered` holds the keys of messages that mail of mine answered, from elsewhere as well.
    """
    until: datetime | None = None
    for entry, verdict in judged:
        message = entry.message
        if verdict.kind is Kind.MINE or message.calendar == "CANCEL":
            until = None
        elif message.calendar == "REQUEST":
            asks = verdict.owes or any(reason.rule in _TO_MANY for reason in verdict.reasons)
            gone = entry.discarded or entry.archived or message.key in answered
            ends = message.starts + _ZONES if message.starts else message.received + WITHOUT_A_START
            until = None if asks or gone else ends
    return until


def inviting(seen: Iterable[Standing], now: datetime) -> tuple[Standing, ...]:
    """Those who sent an invitation that asks nothing and that nobody answered yet."""
    return tuple(
        one for one in seen if one.state is State.SKIPPED and one.case.invited is not None and now < one.case.invited
    )
