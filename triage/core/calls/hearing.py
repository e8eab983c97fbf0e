"""What one voicemail or missed call asks of the user: the verdict on the call, and who is meant to be called back."""

from dataclasses import dataclass

from triage.core.calls import transcript
from triage.core.calls.dictated import dictated
from triage.core.calls.joining import Ringing
from triage.core.calls.numbers import area, number
from triage.core.calls.said import Said
from triage.core.calls.transcript import Verdict
from triage.core.times.hours import Hours
from triage.model.calls import Call, Way
from triage.model.judgements import Judgement, Kind, Reason

MOST_HEARD = 16_384
_HEARD: dict[int, transcript.Heard] = {}
"""By what was read, the last used at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The verdict, and who spoke as he says himself."""

    judgement: Judgement
    name: str = ""
    company: str = ""


def heard(ringing: Ringing, *, hours: Hours | None, region: str, known: bool) -> Heard:
    """What this call asks. `known`: its caller is in the address book or was called before, and so no machine."""
    call = ringing.worded
    found = _read(call, hours, _area(call, region), known=known)
    there = (Reason(rule="reachable", points=0, text=f"to be reached {found.reachable}"),) if found.reachable else ()
    asked = number(found.number, region).shown if found.number else ""
    call_on = (Reason(rule="number", points=0, text=f"asks to be called on {asked}"),) if asked else ()
    reasons = (*found.reasons, *there, *call_on)
    return Heard(
        judgement=Judgement(
            kind=_kind(ringing, found.verdict),
            owes=found.verdict is Verdict.WAITS,
            score=sum(reason.points for reason in reasons),
            reasons=reasons,
            questions=found.asks,
            asked_by=found.by,
            excerpt=call.transcript[:200],
        ),
        name=found.name,
        company=found.organisation,
    )


def spoken(call: Call, region: str) -> str:
    """The key of the number that a voicemail asks to be called on; empty where it names none."""
    if not call.transcript:
        return ""
    return number(dictated(Said(call.transcript), _area(call, region)), region).key


def _kind(ringing: Ringing, verdict: Verdict) -> Kind:
    if verdict in {Verdict.AUTOMATED, Verdict.SPAM}:
        return Kind.AUTOMATIC
    return Kind.VOICEMAIL if ringing.way is Way.VOICEMAIL else Kind.MISSED_CALL


def _area(call: Call, region: str) -> str:
    return area(number(call.number, region).key)


def _read(call: Call, hours: Hours | None, area: str, *, known: bool) -> transcript.Heard:
    """A caller's calls are looked at again with each further one; what they said stays. Only its hash is kept here,
    so that thousands of long messages cost little.
    """
    key = hash((call.transcript, call.wording, call.way, call.seconds, call.at, hours, area, known))
    found = _HEARD.pop(key, None) or transcript.read(call, hours=hours, known=known, area=area)
    _HEARD[key] = found
    while len(_HEARD) > MOST_HEARD:
        del _HEARD[next(iter(_HEARD))]
    return found
