"""Telephone systems by the address they write from, and what their subjects announce.

One sender announces more than voicemails: a subject that fits no pattern of `voicemail` is none.
"""

import re
from dataclasses import dataclass

_VOICE = re.compile(r"voice ?mail|voice ?message|sprachnachricht|message vocal|mensaje de voz|buz[oó]n de voz|"
                    r"messaggio vocale|segreteria|voicemailbericht|\bVM\b", re.I)  # fmt: skip
_MISSED = re.compile(r"\bmissed (?:a )?call|^new call from|verpasster anruf|anruf in abwesenheit|appel manqu|llamada "
                     r"perdida|chiamata persa|gemiste oproep|no message left", re.I)  # fmt: skip
_OTHER = re.compile(r"\btext message\b|\bsms\b|\bmms\b|\bfax\b|\btelefax\b|group message|recording of your call", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The addresses it writes from, and what its subjects look like. `body_is_words`: what the body says beyond its
    frame was spoken.
    """

    addresses: re.Pattern[str]
    voicemail: re.Pattern[str] = _VOICE
    missed: re.Pattern[str] = _MISSED
    other: re.Pattern[str] = _OTHER
    body_is_words: bool = False


def _sender(addresses: str, voicemail: str = "") -> Sender:
    pattern = re.compile(addresses, re.I)
    return Sender(addresses=pattern, voicemail=re.compile(voicemail, re.I)) if voicemail else Sender(addresses=pattern)


SENDERS: tuple[Sender, ...] = (
    Sender(addresses=re.compile(r"voice-noreply@google\.com", re.I), body_is_words=True),
    _sender(r"(?:notify|service|noreply|no-reply)@(?:[\w.-]{1,60}\.)?ringcentral\.(?:com|co\.uk|eu)"),
    _sender(r"(?:voicemail|noreply|no-reply)@(?:[\w.-]{1,60}\.)?(?:vonagebusiness|vonage)\.com"),
    _sender(r"no_?reply@ooma\.com"),
    _sender(r"voicemail@twimlets\.com"),
    _sender(r"(?:voicemail|noreply|no-reply|support)@(?:[\w.-]{1,60}\.)?youmail\.com"),
    _sender(r"noreply@skype\.voicemail\.microsoft\.com"),
    _sender(r"unityconnection@[\w.-]{1,200}", r"voice ?mail|voice ?message|^(?:urgent |private )?message from\b"),
    _sender(r"(?:noreply|no-reply|notifications?|voicemail)@(?:[\w.-]{1,60}\.)?dialpad\.com"),
    _sender(r"(?:noreply|no-reply|voicemail)@(?:[\w.-]{1,60}\.)?(?:grasshopper|nextiva|8x8|openphone|quo)\.com"),
)


def sender_of(address: str) -> Sender | None:
    """The known system that writes from this address."""
    return next((one for one in SENDERS if one.addresses.fullmatch(address)), None)


ANY = Sender(addresses=re.compile(r".{0,320}"))
"""How subjects of systems that nobody listed announce things."""
