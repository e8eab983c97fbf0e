"""The rule about those who show that it hurts: it moves them up among those due together, and decides nothing."""

from triage.core.cases.state import UPSET
from triage.core.judging.look import Look
from triage.core.review.upset import upset
from triage.model.judgements import Reason


def hurts(look: Look) -> Reason | None:
    """Somebody is upset, in his own words."""
    if look.bulk_only:
        return None
    found = upset(look.own, [word for part in look.sentences for word in part.said])
    return Reason(rule=UPSET, points=0, text=f'sounds upset: "{found}"') if found else None
