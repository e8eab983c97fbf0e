"""What is known of a message beyond itself: where it lies, and what passed between us before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from triage.model.mail import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A message with what is known of where it lies: the input of threads and judging.

    `seen` is when triage first stored it. `outgoing` means it stands in a Sent mailbox, whatever its From.
    `discarded`: it is only in Trash or Junk now though it once stood in an inbox. `archived`: it left every inbox of a
    source whose user works that way (`archived = "done"`). `left` is when it was found to be gone from an inbox.
    """

    message: Message
    source: str
    seen: datetime
    mailboxes: tuple[str, ...] = ()
    outgoing: bool = False
    discarded: bool = False
    archived: bool = False
    left: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A message that came and when a mail of mine replied to it; None if none has."""

    received: datetime
    answered: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """What the stored mail tells about addresses, all lower-cased.

    `identities` are the From addresses seen in Sent mailboxes. `written_to` and `heard_from` give the first time I
    wrote to an address and it wrote to me, so that a judgement can be limited to what was known at a moment.
    `exchanges` are the latest of an address, in the order they came; under "@domain" those of a house, under "" those
    of all whom I ever wrote to. Addresses that nobody asks about may be left out.
    """

    identities: frozenset[str] = frozenset()
    written_to: Mapping[str, datetime] = field(default_factory=dict)
    heard_from: Mapping[str, datetime] = field(default_factory=dict)
    exchanges: Mapping[str, Sequence[Exchange]] = field(default_factory=dict)
