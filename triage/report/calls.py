"""Calls in words: what was left, what was tried, when both spoke."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from triage.core.calls.joining import Ringing
from triage.core.plain import plain, plain_lines
from triage.core.times.hours import Hours
from triage.model.calls import Way, Wording
from triage.report import words

_LINES = 12
_WITHOUT = {
    Wording.NONE: "no transcript",
    Wording.PENDING: "the transcript is to come",
    Wording.FAILED: "it could not be transcribed",
}


def headline(ringing: Ringing, name: str, *, in_vain: bool = False) -> str:
    """ "Mrs Okafor left a message, 0:34", "you tried", "you spoke, 4 min". `in_vain`: too short to be a talk."""
    if ringing.way is Way.VOICEMAIL:
        return f"{name} left a message{_length(ringing)}"
    spoke = f"you spoke{_talk(ringing)}"
    if ringing.way is Way.OUT:
        if not ringing.call.answered:
            return "you tried"
        return f"you tried{_length(ringing)}" if in_vain else spoke
    return f"{name} rang, {spoke}" if ringing.call.answered else f"{name} rang, no message"


def said(ringing: Ringing, now: datetime, hours: Hours) -> Iterator[str]:
    """What was said in a voicemail, and where it is now."""
    if ringing.way is not Way.VOICEMAIL:
        return
    worded = ringing.worded
    lines = plain_lines(worded.transcript, 400, _LINES)
    yield from lines or (f"({_WITHOUT.get(worded.wording, 'nothing was understood')})",)
    if worded.wording is Wording.LOW and lines:
        yield "(transcribed with doubts)"
    if ringing.gone:
        yield f"(no longer in the mailbox since {words.moment(ringing.gone, now, hours)}; that is no call back)"
    elif ringing.call.heard:
        yield "(heard; that is no call back)"
    if ringing.call.trouble:
        yield f"(could not be read whole: {plain(ringing.call.trouble)})"


def document(ringing: Ringing, hours: Hours) -> dict[str, Any]:
    """A call in the timeline of `show --json`, with the keys of a mail."""
    call, worded = ringing.call, ringing.worded
    return {
        "at": hours.local(ringing.at).isoformat(timespec="seconds"),
        "mine": ringing.way is Way.OUT,
        "in_thread": True,
        "name": plain(call.name) or None,
        "address": None,
        "subject": headline(ringing, "they"),
        "text": plain(worded.transcript, 1000) or None,
        "message_id": ringing.message_id,
        "trouble": plain(call.trouble) if call.trouble else None,
        "call": {
            "way": ringing.way.value,
            "phone": plain(ringing.number.removeprefix("int:")) or None,
            "seconds": ringing.seconds,
            "answered": call.answered,
            "heard": call.heard,
            "gone": ringing.gone is not None,
            "sources": [plain(name) for name in ringing.sources],
        },
    }


def _length(ringing: Ringing) -> str:
    seconds = ringing.seconds
    return "" if seconds is None else f", {seconds // 60}:{seconds % 60:02}"


def _talk(ringing: Ringing) -> str:
    """Minutes, or the clock where it was so short that it may have been a mailbox."""
    seconds = ringing.seconds
    if seconds is None:
        return ""
    return f", {round(seconds / 60)} min" if seconds >= 90 else f" {seconds // 60}:{seconds % 60:02}"
