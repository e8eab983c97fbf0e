"""A place where another program delivers mail, invented letters, and a reader that plays the pump."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

from triage.model.mail import Arrival, Batch
from triage.sources.base import Source


class Place(Protocol):
    """Mailboxes as the mail server or another mail program sees them; starts with an empty INBOX and Sent."""

    def deliver(self, raw: bytes, mailbox: str = "INBOX", received: datetime | None = None) -> object:
        """Put a message into a mailbox, made if need be, by default an hour ago; the answer names it for `remove`."""
        ...

    def remove(self, *messages: object) -> None:
        """Delete messages for good."""
        ...

    def fingerprint(self) -> object:
        """All that a reader must leave alone: which messages stand where, with which flags and bytes."""
        ...

    def source(self) -> Source:
        """A new source over these mailboxes, as after a restart: history 30 days, mailboxes INBOX."""
        ...


def letter(
    n: int,
    *,
    text: str = "Could you send me the revised quote?",
    subject: str = "",
    sender: str = "Ada Archer <ada@example.org>",
    to: str = "robin@example.com",
    reply_to: str = "",
) -> bytes:
    """An invented message whose Message-ID is `message_id(n)`."""
    mail = EmailMessage()
    mail["Message-ID"] = message_id(n)
    mail["Date"] = format_datetime(datetime.now(UTC) - timedelta(hours=1))
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject or f"Quote {n}"
    if reply_to:
        mail["In-Reply-To"] = reply_to
    mail.set_content(text)
    return mail.as_bytes()


def message_id(n: int) -> str:
    """The Message-ID of letter `n`."""
    return f"<letter-{n}@example.org>"


def passes(source: Source, cursor: str | None = None) -> Iterator[Batch]:
    """One whole pass over all mailboxes, batch by batch, up to the one that is complete."""
    for _ in range(1000):
        batch = source.fetch(cursor)
        yield batch
        if batch.complete:
            return
        cursor = batch.cursor
    raise AssertionError("a pass never came to its end")


def read(source: Source, cursor: str | None = None) -> tuple[list[Arrival], str]:
    """What one whole pass brings, and the cursor after it."""
    batches = list(passes(source, cursor))
    return [arrival for batch in batches for arrival in batch.arrivals], batches[-1].cursor


def ids(arrivals: list[Arrival]) -> list[str | None]:
    """The Message-IDs, sorted; a message read twice stands twice."""
    return sorted((arrival.message.message_id for arrival in arrivals), key=str)
