"""The telephone: voicemails and calls as a source reads them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Way(Enum):
    """Which way a call went, and whether it left words."""

    VOICEMAIL = "voicemail"
    IN = "in"
    OUT = "out"


class Wording(Enum):
    """How a voicemail came to its transcript. FAILED: the provider could not; such a caller waits all the same."""

    NONE = "none"
    PENDING = "pending"
    OK = "ok"
    LOW = "low"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call or voicemail, whatever it was seen in.

    `key` ("call:…") is made of what never changes about it: not of its path, number in the folder, folder, or msg_id.
    `at` is when it began, aware UTC. `number`, `name` and `called` (the line that was rung) are as the system gave
    them, decoded, not yet made safe or brought into one form; `withheld` means the caller kept the number back.
    `seconds` is the length of the message, or of the talk; a call without talk has `answered` False.
    `mailbox` is the telephone's ("1001@default"), `heard` None where the system does not tell. `files` are absolute
    paths, audio first. `ids` are names other systems give it. `trouble` says what could not be read.
    """

    key: str
    source: str
    at: datetime
    way: Way
    number: str = ""
    name: str = ""
    called: str = ""
    withheld: bool = False
    seconds: int | None = None
    answered: bool = False
    mailbox: str = ""
    folder: str = ""
    heard: bool | None = None
    urgent: bool = False
    transcript: str = ""
    wording: Wording = Wording.NONE
    confidence: float | None = None
    files: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A call as one source holds it; several may tell of the same call.

    `caller` is the number of the other side in the one form that links (`triage.core.calls.numbers`), empty where
    there is none; `asks` is the number that a voicemail asks to be called on, in the same form. `seen` is when triage
    first stored it, `gone` since when the source no longer finds it. `message_id` names the mail that told of it.
    """

    call: Call
    caller: str
    asks: str = ""
    seen: datetime
    gone: datetime | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A card of the user's address book; `numbers` are in the form that links, `addresses` lower-cased."""

    name: str
    company: str = ""
    numbers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
