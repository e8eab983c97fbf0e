"""What one file tells of a voicemail, and the file as a format is handed it."""

import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from triage.model.calls import Way, Wording
from triage.sources.message.charsets import clean

MOST_BYTES = 256 * 1024
MOST_TEXT = 16_384


class Entry(NamedTuple):
    """A file of a folder as it was listed: whatever changes in it, one of these does."""

    name: str
    inode: int
    size: int
    modified: int
    changed: int


class Moved(Exception):
    """The file was replaced, moved or deleted since it was listed."""


class Unfinished(Exception):
    """The file seems to be written still, though it has not grown for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a file tells of one voicemail; fields it does not tell of stay at their defaults.

    `identity` is what never changes about the voicemail, by this format; empty where the file's name must do. `span` is
    how long its words last.
    `rank` orders places where the same voicemail stands: the lowest says how it stands now.
    """

    identity: str = ""
    at: datetime | None = None
    way: Way = Way.VOICEMAIL
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
    rank: int = 0
    span: int | None = None


@dataclass(frozen=True)
class File:
    """One file, opened only when a format asks for what is in it. `zone` is meant by times written without one."""

    path: Path
    entry: Entry
    zone: tzinfo | None = None

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def extension(self) -> str:
        """In lower case, without the dot."""
        return Path(self.entry.name).suffix[1:].lower()

    @property
    def modified(self) -> datetime:
        """When it was last written."""
        return moment(self.entry.modified / 1e9) or datetime.fromtimestamp(0, UTC)

    @cached_property
    def start(self) -> bytes:
        """Its first 256 KiB. Raises Moved, or OSError if it cannot be read."""
        try:
            with open(self.path, "rb", opener=_without_waiting) as opened:
                found = os.fstat(opened.fileno())
                inode = found.st_ino if self.entry.inode else 0
                same = (inode, found.st_size, found.st_mtime_ns) == self.entry[1:4]
                if not same or not stat.S_ISREG(found.st_mode):
                    raise Moved
                return opened.read(MOST_BYTES)
        except FileNotFoundError as error:
            raise Moved from error

    @property
    def is_whole(self) -> bool:
        """Did all of it fit into `start`?"""
        return self.entry.size <= MOST_BYTES

    @property
    def is_binary(self) -> bool:
        return b"\0" in self.start[:8192].removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff") and not self._utf16

    @property
    def _utf16(self) -> bool:
        return self.start[:2] in {b"\xff\xfe", b"\xfe\xff"}

    @cached_property
    def text(self) -> str:
        """Its start as text: UTF-8 or UTF-16 if it is, else Latin; lines end in \\n."""
        raw = self.start
        if self._utf16:
            text = raw[: len(raw) & ~1].decode("utf-16", "replace")
        else:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError as error:
                cut = not self.is_whole and error.start >= len(raw) - 4
                text = raw[: error.start].decode("utf-8") if cut else raw.decode("cp1252", "replace")
        return clean(text.replace("\r\n", "\n").replace("\r", "\n"))


def moment(epoch: float) -> datetime | None:
    """A time in seconds since 1970, if it is believable."""
    return datetime.fromtimestamp(epoch, UTC) if 86_400 < epoch < 7_258_118_400 else None


def _without_waiting(path: str, flags: int) -> int:
    """A FIFO or device under a harmless name must not hold the reader up."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
