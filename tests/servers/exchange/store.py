"""What the server remembers: mailboxes, folders, items, and what every SyncState it ever gave out had told."""

import base64
import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from hashlib import sha256
from itertools import count

_NUMBERS = count(1)
DISTINGUISHED = {
    "inbox": "Inbox",
    "sentitems": "Sent Items",
    "deleteditems": "Deleted Items",
    "junkemail": "Junk Email",
    "drafts": "Drafts",
    "outbox": "Outbox",
}


def identity(kind: str) -> str:
    """An id as Exchange makes them: long, base64, with signs that XML and URLs must quote, never twice the same."""
    number = next(_NUMBERS)
    return b64encode(f"{kind}{number:08d}".encode() + sha256(f"{kind}{number}".encode()).digest() * 3).decode()


@dataclass
class Folder:
    """A folder; `class_` of None is left out, as Exchange does for some."""

    name: str
    parent: "Folder | None" = None
    class_: str | None = "IPF.Note"
    id: str = field(default_factory=lambda: identity("F"))


@dataclass
class Stored:
    """An item. `raw` is what was delivered; `fields` replace what the server would say of it (None: left out)."""

    raw: bytes
    folder: Folder
    received: datetime
    by_smtp: bool
    tag: str = "Message"
    class_: str = "IPM.Note"
    read: bool = False
    version: int = 1
    fields: dict[str, str | None] = field(default_factory=dict)
    extended: dict[str, str] = field(default_factory=dict)
    refused: str | None = None
    id: str = field(default_factory=lambda: identity("I"))

    @property
    def change_key(self) -> str:
        """Changes with every change."""
        return b64encode(f"CQAAABYA{self.id[:12]}{self.version}".encode()).decode()


class Mailbox:
    """One mailbox, changed by `deliver`, `move`, `delete`, `touch`; read through EWS alone."""

    def __init__(self, address: str = "robin@example.com") -> None:
        self.address = address
        self.root = Folder(name="Top of Information Store", class_=None)
        self.folders = {name: Folder(name=shown, parent=self.root) for name, shown in DISTINGUISHED.items()}
        self.others: list[Folder] = [Folder(name="Calendar", parent=self.root, class_="IPF.Appointment")]
        self.items: dict[str, Stored] = {}
        self._states: dict[str, tuple[str, dict[str, tuple[int, bool]]]] = {}

    def every(self) -> list[Folder]:
        """All folders below the root."""
        return [*self.folders.values(), *self.others]

    def make(self, name: str, parent: Folder | None = None, class_: str | None = "IPF.Note") -> Folder:
        """A folder of one's own."""
        self.others.append(Folder(name=name, parent=parent or self.root, class_=class_))
        return self.others[-1]

    def folder(self, name: str) -> Folder:
        """By its distinguished or shown name, made if there is none."""
        wanted = {"INBOX": "inbox", "Sent": "sentitems", "Trash": "deleteditems", "Junk": "junkemail"}.get(name, name)
        if wanted in self.folders:
            return self.folders[wanted]
        return next((one for one in self.others if one.name == wanted), None) or self.make(wanted)

    def by_id(self, folder: str) -> Folder | None:
        """The folder of this id."""
        return next((one for one in [self.root, *self.every()] if one.id == folder), None)

    def deliver(self, raw: bytes, folder: str = "INBOX", received: datetime | None = None, **changes: object) -> Stored:
        """Put a message into a folder, as transport would, by default an hour ago."""
        where = self.folder(folder)
        moment = received or datetime.now(UTC) - timedelta(hours=1)
        sent_by_us = where is self.folders["sentitems"]
        tag, class_ = _kind(raw)
        item = Stored(raw=raw, folder=where, received=moment, by_smtp=not sent_by_us, tag=tag, class_=class_)
        if class_.startswith("REPORT.") and (about := _about(raw)):
            item.extended["0x1046"] = about  # PidTagOriginalMessageId
            failed = re.search(rb"(?im)^final-recipient:[^;]*;\s*(\S+)", raw)
            item.extended["0x0074"] = failed[1].decode() if failed else ""  # PidTagOriginalDisplayTo
        if event := re.search(rb"(?m)^UID:(\S+)", raw):
            item.extended["35"] = base64.b64encode(event[1]).decode()  # PidLidCleanGlobalObjectId
        for name, value in changes.items():
            setattr(item, name, value)
        self.items[item.id] = item
        return item

    def delete(self, *items: Stored) -> None:
        """For good."""
        for item in items:
            del self.items[item.id]

    def move(self, item: Stored, folder: str) -> Stored:
        """To another folder: the same message under another id."""
        del self.items[item.id]
        item.id, item.folder = identity("I"), self.folder(folder)
        self.items[item.id] = item
        return item

    def touch(self, item: Stored) -> None:
        """Flag or categorise it: an Update."""
        item.version += 1

    def forget_states(self) -> None:
        """As after a restored database: every SyncState is invalid from now on."""
        self._states.clear()

    def sync(self, folder: Folder, state: str | None, most: int) -> tuple[list[tuple[str, str]], str, bool] | None:
        """Changes (kind, item id), the new state, and whether these are all; None for a state that is not ours.

        A state knows which items in which version the client was told of, so that whatever happens between two pages
        is told once.
        """
        if state is None or state == "":
            told: dict[str, tuple[int, bool]] = {}
        elif (known := self._states.get(state)) and known[0] == folder.id:
            told = dict(known[1])
        else:
            return None
        now = {item.id: item for item in self.items.values() if item.folder is folder}
        new = sorted((item for item in now.values() if item.id not in told), key=lambda item: item.received)
        changes = [("Delete", id_) for id_ in told if id_ not in now]
        changes += [("Create", item.id) for item in reversed(new)]  # Exchange begins with the newest
        changes += [("Update", id_) for id_, item in now.items() if id_ in told and told[id_][0] != item.version]
        changes += [
            ("ReadFlagChange", id_)
            for id_, item in now.items()
            if id_ in told and told[id_][0] == item.version and told[id_][1] != item.read
        ]
        page = changes[:most]
        for kind, id_ in page:
            if kind == "Delete":
                told.pop(id_, None)
            else:
                told[id_] = (now[id_].version, now[id_].read)
        after = b64encode(f"H4sI{next(_NUMBERS):012d}".encode() + sha256(folder.id.encode()).digest() * 4).decode()
        self._states[after] = folder.id, told
        return page, after, len(page) == len(changes)

    def fingerprint(self) -> object:
        """All that a reader must leave alone."""
        return {
            item.id: (item.folder.id, item.raw, item.read, item.version, item.class_) for item in self.items.values()
        }


def parsed(raw: bytes) -> EmailMessage:
    """The message as Exchange would take it apart."""
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def sent_at(mail: EmailMessage) -> datetime | None:
    """The Date field."""
    try:
        return parsedate_to_datetime(str(mail["Date"])).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _about(raw: bytes) -> str:
    """The Message-ID of the message a report returns."""
    found = re.findall(rb"(?im)^(?:original-)?message-id:\s*(<[^>\s]+>)", raw)
    return found[-1].decode() if len(found) > 1 else ""


_MEETING = {
    "REQUEST": ("MeetingRequest", "IPM.Schedule.Meeting.Request"),
    "CANCEL": ("MeetingCancellation", "IPM.Schedule.Meeting.Canceled"),
    "REPLY": ("MeetingResponse", "IPM.Schedule.Meeting.Resp.Pos"),
}


def _kind(raw: bytes) -> tuple[str, str]:
    """The element and item class Exchange's content conversion gives a message (MS-OXCMAIL)."""
    start = raw[:16384].lower()
    if b"report-type=delivery-status" in start or b'report-type="delivery-status"' in start:
        return "Message", "REPORT.IPM.Note.NDR"
    if b"report-type=disposition-notification" in start or b'report-type="disposition-notification"' in start:
        return "Message", "REPORT.IPM.Note.IPNRN"
    if b"text/calendar" in start:
        for method, kind in _MEETING.items():
            if b"method:" + method.lower().encode() in start or b"method=" + method.lower().encode() in start:
                return kind
    return "Message", "IPM.Note"
