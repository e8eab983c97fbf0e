"""UIDs to messages over a connection; one message that cannot be read stops none of the others."""

import logging
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from triage.errors import SourceUnreachable
from triage.model.mail import Message
from triage.sources.imap.cursor import Opened
from triage.sources.imap.mailboxes import Box
from triage.sources.imap.records import Record, text_part
from triage.sources.imap.wire import FAULTS, Connection
from triage.sources.message import mime

log = logging.getLogger(__name__)

BATCH = 200
# One message that makes the server hang up or refuse is given up on after so many tries of it alone, where another one
# shows that the server does hand out messages; without another the trouble may be the server's and pass.
TRIES = 3
TRIES_WITHOUT_ANOTHER = 15


class Reader:
    """Reads messages of one source.

    `step` is how many to ask for at once: fewer after a fault in mid-answer, so that the one message that makes a
    server hang up is found and left out instead of keeping all others from being read.
    """

    def __init__(self, source: str, voicemail_from: tuple[str, ...] = ()) -> None:
        self.step = BATCH
        self._source = source
        self._voicemail_from = voicemail_from
        self._failures: dict[tuple[str, int, int], int] = {}

    def messages(
        self, connection: Connection, box: Box, opened: Opened, uids: list[int], *, text: bool, now: datetime
    ) -> dict[int, tuple[Message, datetime]]:
        """Those of the messages that are still in the mailbox, each with its INTERNALDATE (else `now`), by UID."""
        answered = self._answers(connection, box, opened, uids, text=text)
        where = f"{self._source}/{box.name}/{opened.validity}"
        messages = {
            uid: self._message(answered[uid], text=text, where=f"{where}/{uid}", now=now)
            for uid in uids
            if uid in answered
        }
        if text:
            messages |= _wordy(connection, answered, messages)
        return {uid: (message, answered[uid].received or now) for uid, message in messages.items()}

    def _answers(
        self, connection: Connection, box: Box, opened: Opened, uids: list[int], *, text: bool
    ) -> dict[int, Record]:
        """A record for each message that is still there; an empty one for each that cannot be read."""
        alone = (box.name, opened.validity, uids[0]) if len(uids) == 1 else None
        last = alone is not None and self._last_try(connection, opened, alone, text=text)
        try:
            answered = connection.messages(uids, text=text)
            for uid in set(uids) - set(answered):
                answered |= self._asked_alone(connection, uid, text=text)
        except (*FAULTS, SourceUnreachable):
            self.step = max(1, min(self.step, len(uids)) // 8)
            if last:
                return {uid: self._unreadable(uid) for uid in uids}
            if alone:
                self._failures[alone] = self._failures.get(alone, 0) + 1
            raise
        self.step = min(BATCH, self.step * 4)
        return answered

    def _last_try(self, connection: Connection, opened: Opened, alone: tuple[str, int, int], *, text: bool) -> bool:
        """Would one more fault be this message's own? A server that throttles us hands out no other one either."""
        failures = self._failures.get(alone, 0)
        if failures < TRIES:
            return False
        others = connection.search(1, opened.uidnext - 1, exists=opened.exists) - {alone[2]}
        if not others:
            return failures >= TRIES_WITHOUT_ANOTHER
        return bool(connection.messages([max(others)], text=text))

    def _asked_alone(self, connection: Connection, uid: int, *, text: bool) -> dict[int, Record]:
        answered = connection.messages([uid], text=text)
        if answered or not connection.search(uid, uid, exists=1):
            return answered
        return {uid: self._unreadable(uid)}

    def _message(self, record: Record, *, text: bool, where: str, now: datetime) -> Message:
        received = record.received or now
        header = record.sections.get("HEADER")
        if header is None:
            return mime.unreadable("the server does not hand it out", received=received, where=where)
        return mime.message(
            header,
            record.sections.get("TEXT", b"") if text else None,
            received=received,
            where=where,
            source=self._source,
            voicemail_from=self._voicemail_from,
        )

    def _unreadable(self, uid: int) -> Record:
        log.warning("source=%s event=unreadable uid=%d", self._source, uid)
        return Record(uid=uid)


def _wordy(connection: Connection, records: dict[int, Record], messages: dict[int, Message]) -> dict[int, Message]:
    """Those messages whose words lie beyond what was read at first, with them."""
    places: defaultdict[tuple[str, bool], list[int]] = defaultdict(list)
    for uid, structure in connection.structures(_cut(records, messages)).items():
        if part := text_part(structure):
            places[part].append(uid)
    found: dict[int, Message] = {}
    for (section, html), uids in places.items():
        for uid, part_record in connection.parts(uids, section, html=html).items():
            # A message of a single part has its MIME fields in its own header.
            header = part_record.sections.get(f"{section}.MIME") or records[uid].sections["HEADER"]
            found[uid] = mime.with_text(messages[uid], header, part_record.sections.get(section, b""))
    return found


def _cut(records: dict[int, Record], messages: dict[int, Message]) -> Collection[int]:
    return [
        uid
        for uid, message in messages.items()
        if len(records[uid].sections.get("TEXT", b"")) >= mime.TEXT_BYTES and not mime.has_words(message)
    ]
