"""What a voicemail says: who waits for what until when, or why nobody does. Nothing is believed before it is known
whether a person speaks.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from triage.core.calls.dictated import dictated
from triage.core.calls.introductions import introduced
from triage.core.calls.machines import ENOUGH, Suspicion, suspicion
from triage.core.calls.nothing import failed, is_silence, needless
from triage.core.calls.said import Said
from triage.core.calls.timing import reachable, wanted_by
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.core.words.sentences import asking
from triage.model.calls import Call, Way, Wording
from triage.model.judgements import Reason

_MOST = 20_000
_HANG_UP = 3
_FEW_WORDS = 3


class Verdict(Enum):
    """What a call asks of the user. Only WAITS is owed a call back."""

    WAITS = "waits"
    NO_REPLY = "no-reply"
    AUTOMATED = "automated"
    SPAM = "spam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A voicemail, understood. Texts are safe to show.

    `number` is the one dictated, digits with a "+" if one was said. `by` is the moment named as the latest, UTC.
    `reachable` are the caller's words for when they are there. The points of the reasons add up to more than zero
    where the call waits, and to less where it does not.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...]
    name: str = ""
    organisation: str = ""
    number: str = ""
    asks: tuple[str, ...] = ()
    by: datetime | None = None
    reachable: str = ""


def read(call: Call, *, hours: Hours | None, known: bool, area: str = "") -> Heard:
    """What the voicemail asks. `known`: the caller is a contact or I rang them before, and so no machine. `area` is
    the caller's area code. Without `hours` no named moment is read.
    """
    said = Said(call.transcript[:_MOST])
    if (unheard := _unheard(call, said)) is not None:
        return unheard
    suspected = suspicion(said)
    if suspected.enough and not known:
        verdict = Verdict.SPAM if suspected.swindle else Verdict.AUTOMATED
        return _heard(said, call, None, area, verdict=verdict, reasons=suspected.reasons)
    if reason := _needless(call, said):
        return _heard(said, call, hours, area, verdict=Verdict.NO_REPLY, reasons=(reason,))
    return _heard(said, call, hours, area, verdict=Verdict.WAITS, reasons=_waiting(call, said, suspected, known=known))


def _unheard(call: Call, said: Said) -> Heard | None:
    """The answer where there are no words to read."""
    if call.way is not Way.VOICEMAIL and not call.transcript.strip():
        return _without_words(Verdict.NO_REPLY, "no-message", "rang and left no message")
    if call.wording is Wording.FAILED or failed(said):
        return _without_words(Verdict.WAITS, "no-transcript", f"{_length(call)}could not be transcribed")
    if not call.transcript.strip():
        if call.seconds is not None and call.seconds <= _HANG_UP:
            return _without_words(Verdict.NO_REPLY, "hang-up", f"{_length(call)}too short for a message")
        return _without_words(Verdict.WAITS, "no-transcript", f"{_length(call)}no transcript")
    if is_silence(said):
        quoted = plain(call.transcript, 40)
        return _without_words(Verdict.NO_REPLY, "silence", f"{_length(call)}nothing but “{quoted}”")
    return None


def _without_words(verdict: Verdict, rule: str, text: str) -> Heard:
    points = 3 if verdict is Verdict.WAITS else -3
    return Heard(verdict=verdict, reasons=(Reason(rule=rule, points=points, text=text),))


def _needless(call: Call, said: Said) -> Reason | None:
    short = call.seconds is not None and call.seconds <= _HANG_UP and len(said.words) <= _FEW_WORDS
    if short and not asking(said.parts) and not dictated(said):
        return Reason(rule="hang-up", points=-3, text=f"{_length(call)}hung up after “{plain(said.text, 40)}”")
    return needless(said)


def _waiting(call: Call, said: Said, suspected: Suspicion, *, known: bool) -> tuple[Reason, ...]:
    """A message is owed a call back unless enough speaks against it; what does is shown, and what outweighs it."""
    reasons = [Reason(rule="message", points=ENOUGH, text=f"{_length(call)}left a message")]
    if asked := asking(said.parts):
        reasons.append(Reason(rule="asks", points=2, text=f"asks: “{plain(asked[0], 160)}”"))
    if known:
        outweighs = max(1, suspected.score)
        reasons.append(Reason(rule="known", points=outweighs, text="a contact, or called before: no machine"))
    if known or 0 < suspected.score < ENOUGH:
        reasons.extend(reason for reason in suspected.reasons if suspected.score > 0)
    return tuple(reasons)


def _heard(
    said: Said, call: Call, hours: Hours | None, area: str, *, verdict: Verdict, reasons: tuple[Reason, ...]
) -> Heard:
    name, organisation = introduced(said)
    return Heard(
        verdict=verdict,
        reasons=reasons,
        name=name,
        organisation=organisation,
        number=dictated(said, area),
        asks=tuple(plain(question, 300) for question in asking(said.parts)),
        by=wanted_by(said, call.at, hours) if hours else None,
        reachable=reachable(said),
    )


def _length(call: Call) -> str:
    """ "0:34, "."""
    return "" if call.seconds is None else f"{call.seconds // 60}:{call.seconds % 60:02d}, "
