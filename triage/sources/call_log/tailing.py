"""A growing file read from where it was left: rotation, truncation, and a last line that is still being written."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHUNK = 4 * 1024 * 1024
LONGEST_LINE = 64 * 1024
_HEAD = 64


@dataclass(frozen=True, slots=True)
class Place:
    """How far a file was read: which file it was, and the byte after the last whole line. `head` are its first bytes in
    hexadecimal: a file written anew under the same inode begins otherwise.
    """

    device: int
    inode: int
    offset: int
    head: str = ""

    def same_file(self, other: "Place") -> bool:
        return (self.device, self.inode) == (other.device, other.inode)


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end, and where it starts."""

    start: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """What one look brought: whole lines, where the next look goes on, and whether more is at hand."""

    lines: tuple[Line, ...]
    place: Place
    more: bool


Standing = tuple[int, int, int, int]


def standing(path: Path) -> Standing:
    """Differs when the file was written or replaced."""
    stat = path.stat()
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns


def piece(path: Path, known: Place | None) -> Piece:
    """The next whole lines of the file, from its start if it is not the known one or was written anew."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        now = _opened(file.fileno(), head)
        offset = _goes_on(known, now, os.fstat(file.fileno()).st_size)
        file.seek(offset)
        content = file.read(CHUNK)
        more = len(content) == CHUNK
    end = content.rfind(b"\n") + 1
    if not end and more:  # no line of a call log is that long: nothing of it is one
        end = len(content)
    lines = tuple(_lines(content[:end], offset))
    return Piece(lines, Place(now.device, now.inode, offset + end, now.head), more)


def rotated(path: Path, known: Place) -> Path | None:
    """Where the file that stood at this path lies now, if it was only renamed within its folder."""
    try:
        for other in path.parent.iterdir():
            if other.name.startswith(path.name) and other != path:
                stat = other.stat()
                if (stat.st_dev, stat.st_ino) == (known.device, known.inode):
                    return other
    except OSError:
        return None
    return None


def first_line(path: Path) -> bytes:
    """The header, past a "sep=;" that spreadsheets want; empty in an empty file."""
    with path.open("rb") as file:
        for _ in range(3):
            line = file.readline(LONGEST_LINE).rstrip(b"\r\n")
            if line and not line.lstrip(b"\xef\xbb\xbf").lower().startswith(b"sep="):
                return line
    return b""


def _opened(descriptor: int, head: bytes) -> Place:
    stat = os.fstat(descriptor)
    return Place(stat.st_dev, stat.st_ino, 0, head.hex())


def _goes_on(known: Place | None, now: Place, size: int) -> int:
    """Where to go on reading: a file shorter than what was read, or that begins otherwise, was written anew."""
    if known is None or not known.same_file(now) or size < known.offset:
        return 0
    return known.offset if now.head.startswith(known.head) else 0


def _lines(content: bytes, start: int) -> Iterator[Line]:
    for line in content.splitlines(keepends=True):
        if len(line) <= LONGEST_LINE:
            yield Line(start, line.rstrip(b"\r\n"))
        start += len(line)
