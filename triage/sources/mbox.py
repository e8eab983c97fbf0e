"""A stream of bytes cut into the messages of an mbox (RFC 4155 and its dialects), a line at a time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

MOST_KEPT = 512 * 1024
"""How much of one message is kept, in bytes: what judging reads lies at its start."""

_LONGEST_LINE = 64 * 1024
# The date is asctime's, with a zone before or after the year in some dialects.
_DATE = re.compile(
    rb"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? {1,3}(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,3}(\d{1,2}) {1,3}"
    rb"(\d{1,2}):(\d\d)(?::(\d\d))?(?: [A-Za-z0-9+-]{1,6}){0,2} (\d{4})\b"
)
_BARE = re.compile(rb"From [^\s@]{0,64}(?:@[^\s@]{1,255})?\s*\Z")
_FIELD = re.compile(rb">?[!-9;-~]{1,76}[ \t]{0,4}:|>From ")
_QUOTED = re.compile(rb">+From ")
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")


@dataclass(frozen=True, slots=True)
class Piece:
    """One message: its bytes as far as they are kept. `delivered` is the time its "From " line names, taken as UTC;
    `mbox` says whether it came out of an mbox at all.
    """

    raw: bytes
    delivered: datetime | None = None
    mbox: bool = False


def starts_mbox(first: bytes) -> bool:
    """Do these first bytes of a file begin an mbox?"""
    return first.lstrip(b"\r\n").startswith(b"From ")


def pieces(stream: BinaryIO) -> Iterator[Piece]:
    """The messages in order. A stream that is no mbox is one message; an empty one is none.

    A "From " line parts two messages if it has a date, or an address alone after an empty line, and a header field
    follows; so an unquoted "From " in a text parts none. One ">" is taken off lines like ">From " (mboxrd), as mboxo,
    which quotes fewer lines, needs it too.
    """
    lines = _Lines(stream)
    kept: list[bytes] = []
    size, delivered, begun = 0, None, False
    blank = True
    for line, following in lines:
        if line.startswith(b"From ") and _parts(line, following, blank=blank):
            if begun:
                yield Piece(b"".join(kept), delivered, lines.mbox)
            kept, size, delivered, begun, blank = [], 0, _moment(line), True, False
            continue
        blank = not line.strip()
        if not begun and blank and starts_mbox(following):
            continue
        begun = True
        if size < MOST_KEPT:
            kept.append(line[1:] if _QUOTED.match(line) and lines.mbox else line)
            size += len(line)
    if begun:
        yield Piece(b"".join(kept), delivered, lines.mbox)


class _Lines:
    """Each line with the one after it. `mbox` says whether the stream began with a "From " line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.mbox = False

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        line = self._stream.readline(_LONGEST_LINE)
        self.mbox = starts_mbox(line)
        while line:
            following = self._stream.readline(_LONGEST_LINE)
            self.mbox = self.mbox or line.startswith(b"From ") or (not line.strip() and starts_mbox(following))
            yield line, following
            line = following


def _parts(line: bytes, following: bytes, *, blank: bool) -> bool:
    if following and not _FIELD.match(following):
        return False
    return bool(_DATE.search(line[:1000])) or (blank and bool(_BARE.match(line[:1000])))


def _moment(line: bytes) -> datetime | None:
    found = _DATE.search(line[:1000])
    if not found:
        return None
    month, day, hour, minute, second, year = found.groups()
    try:
        return datetime(
            int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
        )
    except ValueError:
        return None
