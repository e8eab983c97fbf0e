"""What one voicemail or missed call asks of the user: the verdict on the call, and who is meant to be called back."""

from dataclasses import dataclass

from triage.core.calls.joining import Ringing
from triage.core.calls.numbers import number
from triage.model.calls import Call, Way, Wording
from triage.model.judgements import Judgement, Kind, Reason

_LATER = {
    Wording.NONE: "no transcript",
    Wording.PENDING: "the transcript is to come",
    Wording.FAILED: "it could not be transcribed",
}
_MISSED = Judgement(
    kind=Kind.MISSED_CALL,
    owes=False,
    score=0,
    reasons=(Reason(rule="missed-call", points=0, text="rang and left no message", veto=True),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The verdict, with who spoke as he says himself and the number he asks to be called on (its key, or empty)."""

    judgement: Judgement
    name: str = ""
    company: str = ""
    spoken: str = ""


def heard(ringing: Ringing, region: str) -> Heard:
    """What this call asks."""
    if ringing.way is not Way.VOICEMAIL:
        return Heard(judgement=_MISSED)
    return _waits(ringing.worded)


def spoken(call: Call, region: str) -> str:
    """The key of the number that a voicemail asks to be called on; empty where it names none."""
    return number("", region).key


def _waits(call: Call) -> Heard:
    """Without words to go by whoever left a message waits."""
    said = _LATER.get(call.wording, "left a message")
    reasons = (Reason(rule="voicemail", points=2, text=f"left a message: {said}" if said in _LATER.values() else said),)
    return Heard(
        judgement=Judgement(kind=Kind.VOICEMAIL, owes=True, score=2, reasons=reasons, excerpt=call.transcript[:200])
    )
