"""A stream of bytes cut into the messages of an mbox (RFC 4155 and its dialects), a line at a time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader

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


def pieces(stream: BufferedReader) -> Iterator[Piece]:
    """The messages in order. A stream that is no mbox is one message; an empty one is none.

    A "From " line parts two messages if it has a date, or an address alone after an empty line, and a header field
    follows; so an unquoted "From " in a text parts none. One ">" is taken off lines like ">From " (mboxrd), as mboxo,
    which quotes fewer lines, needs it too.
    """
    if starts_mbox(stream.peek(_LONGEST_LINE)):
        yield from _of_mbox(stream)
    elif raw := stream.read(MOST_KEPT):
        yield Piece(raw)


def _of_mbox(stream: BufferedReader) -> Iterator[Piece]:
    kept: list[bytes] = []
    size, delivered, begun, blank = 0, None, False, True
    for line, following in _lines(stream):
        if line.startswith(b"From ") and (not begun or _parts(line, following, blank=blank)):
            if begun:
                yield Piece(b"".join(kept), delivered, mbox=True)
            kept, size, delivered, begun, blank = [], 0, _moment(line), True, False
            continue
        blank = not line.strip()
        if begun and size < MOST_KEPT:
            kept.append(line[1:] if line[:1] == b">" and _QUOTED.match(line) else line)
            size += len(line)
    yield Piece(b"".join(kept), delivered, mbox=True)


def _lines(stream: BufferedReader) -> Iterator[tuple[bytes, bytes]]:
    """Each line with the one after it; an endless line comes in pieces."""
    line = stream.readline(_LONGEST_LINE)
    while line:
        following = stream.readline(_LONGEST_LINE)
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
