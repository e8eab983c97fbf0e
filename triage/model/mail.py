"""A message as a source reads it, and where it was found."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from triage.model.calls import Call
from triage.model.health import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A mailbox as in RFC 5322 section 3.4. `address` is lower-cased; `name` is the display name or empty."""

    address: str
    name: str = ""


class ReportKind(Enum):
    """What a delivery or disposition report says (RFC 3464 Action, RFC 8098)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A machine's report about a message: `about` is that message's Message-ID when the report names it."""

    kind: ReportKind
    about: str | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as far as judging needs it.

    `key` identifies it everywhere: "id:<…>" from its Message-ID, else "hash:…" of sender, date and subject.
    `received` is when it reached the mailbox (contract section 2), `sent` the Date field. Message-IDs keep their angle
    brackets. `headers` are the other fields judging reads, names lower-cased, in order. `text` is plain text of at most
    16,384 characters, quotes included; None when only headers were read. `parts` are the content types seen,
    lower-cased; `calendar` the iTIP method in capitals, `starts` when what it is about begins, to within a time zone,
    and `event` the UID of that (RFC 5545), the same in the invitation and in the answer to it. `trouble` says why a
    message could not be read; its other fields are then as good as could be had. `call` is the voicemail or missed call
    that a telephone system tells of by it.
    """

    key: str
    message_id: str | None = None
    received: datetime
    sent: datetime | None = None
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    text: str | None = None
    parts: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    calendar: str | None = None
    starts: datetime | None = None
    event: str | None = None
    report: Report | None = None
    trouble: str | None = None
    call: Call | None = None


class Role(Enum):
    """What a mailbox is for (RFC 6154): it decides direction, never the sender's address alone."""

    INBOX = "inbox"
    SENT = "sent"
    TRASH = "trash"
    JUNK = "junk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One place a message lies in. (mailbox, validity, uid) is unique within a source; UIDs of a Maildir are its
    file names.
    """

    mailbox: str
    validity: int
    uid: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message and where it was found."""

    message: Message
    delivery: Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one fetch brought, and the cursor that covers it; storing both in one transaction loses and doubles nothing.

    `gone` are deliveries that no longer stand where they were. `complete` says that this batch ends a pass over all
    mailboxes of the source, Sent included; until then the next fetch goes on from `cursor` at once. `calls` are new, or
    stand differently than before (heard, moved, a transcript came); `calls_gone` are keys no longer found anywhere.
    """

    source: str
    arrivals: tuple[Arrival, ...] = ()
    gone: tuple[Delivery, ...] = ()
    cursor: str
    complete: bool
    calls: tuple[Call, ...] = ()
    calls_gone: tuple[str, ...] = ()
    reading: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What lately came into the mailboxes of a source that are not read, by their name: headers only, and no messages
    of the source. None where the look failed.
    """

    source: str
    found: tuple[tuple[str, tuple[Message, ...]], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A source that could not be read: what happened and what to do. `final` means: do not try again by yourself;
    `locked`: no secret could be had for it.
    """

    source: str
    message: str
    hint: str = ""
    final: bool = False
    locked: bool = False
