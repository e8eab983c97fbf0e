"""The files of one Maildir: which messages stand in it, since when, and their first bytes."""

import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from triage.sources.maildir.cursor import UNSETTLED, Stamp
from triage.sources.message.charsets import clean

FIRST_READ = 64 * 1024
LONGEST_HEADER = 256 * 1024
PLACES = ("new", "cur")  # in this order: a message moved while we list is seen twice, never missed
SETTLED = timedelta(seconds=3)

_FLAGS = re.compile(r"[:;!][12],[^/]*\Z")
_MBSYNC_UID = re.compile(r",U=\d+")
_TIME = re.compile(r"(\d{9,10})[._]")
_EARLIEST = 788_918_400  # 1995: a smaller number at the start of a name is no time


class Vanished(Exception):
    """The message was moved away or deleted since it was listed."""


@dataclass(frozen=True, slots=True)
class File:
    """A message's file. `uid` is the part of its name that stays when flags change."""

    uid: str
    place: Path

    def arrived(self, now: datetime) -> datetime:
        """The time in the file's name if it is believable, else when it was last written; `now` if it is gone."""
        named = named_time(self.uid)
        if named and named < now + timedelta(days=1):
            return named
        try:
            return datetime.fromtimestamp(self.place.stat().st_mtime, UTC)
        except (OSError, ValueError, OverflowError):
            return now


def named_time(uid: str) -> datetime | None:
    """The time a Maildir name begins with."""
    found = _TIME.match(uid)
    seconds = int(found[1]) if found else 0
    return datetime.fromtimestamp(seconds, UTC) if seconds > _EARLIEST else None


def uid_of(name: str) -> str:
    """What a file name keeps when a mail program sets flags or mbsync adds its own number."""
    uid = _MBSYNC_UID.sub("", _FLAGS.sub("", name))
    return uid if uid.isascii() else clean(uid.encode("utf-8", "backslashreplace").decode("utf-8"))


def listing(maildir: Path) -> dict[str, File]:
    """The messages of a Maildir by UID; raises OSError when it cannot be listed."""
    files: dict[str, File] = {}
    for place in PLACES:
        folder = maildir / place
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith(".") and entry.is_file():
                    uid = uid_of(entry.name)
                    files[uid] = File(uid, folder / entry.name)
    return files


def stamp_of(maildir: Path, history: timedelta, now: datetime) -> Stamp:
    """Changes whenever a message comes, goes or is renamed; UNSETTLED while it may change again unnoticed."""
    cur, new = ((maildir / place).stat().st_mtime_ns for place in ("cur", "new"))
    if max(cur, new) > (now - SETTLED).timestamp() * 1e9:
        return UNSETTLED
    return (cur, new, int(history.total_seconds()))


def start_of(file: File) -> bytes:
    """The first 64 KiB, and more while the header has not ended. Raises Vanished, or OSError if it cannot be read."""
    try:
        return _start(file.place)
    except Vanished:
        return _start(_renamed(file))


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise Vanished
            raw = opened.read(FIRST_READ)
            if len(raw) == FIRST_READ and b"\n\n" not in raw and b"\r\n\r\n" not in raw:
                raw += opened.read(LONGEST_HEADER)
            return raw
    except FileNotFoundError as error:
        raise Vanished from error


def _renamed(file: File) -> Path:
    """Where the message is now: its flags changed, or it went from new to cur."""
    found = listing(file.place.parent.parent).get(file.uid)
    if found is None:
        raise Vanished
    return found.place
