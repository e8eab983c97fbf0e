"""Folders watched for changes, which say only: look again.

What changed is found by the look itself, and every source looks at each poll anyway. So nothing is lost without an
event: network file systems, which send none, and folders beyond the kernel's limits are simply left to the poll.
"""

import logging
import os
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from triage.sources.mounts import is_remote

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers.api import BaseObserver, ObservedWatch

log = logging.getLogger(__name__)

QUIET = 0.2
LONGEST_BURST = 1.0
RENEWAL = 3600.0
MOST_FOLDERS = 64  # each costs a thread
MOUNTINFO = Path("/proc/self/mountinfo")
_OVERFLOWS = "watchdog.observers.inotify_c"
_STOPS = "watchdog.observers.inotify"


@dataclass(frozen=True, slots=True)
class _Stamp:
    """Which folder stands at a path, and when an entry of it last changed."""

    device: int
    inode: int
    changed: int

    def same_folder(self, other: "_Stamp | None") -> bool:
        return other is not None and (self.device, self.inode) == (other.device, other.inode)


class Bell:
    """Rung by any thread; lets one thread wait until it was rung and a burst of ringing is over."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._woken = False
        self._first: float | None = None
        self._last = 0.0

    def wake(self) -> None:
        """End a running or the next `wait` at once."""
        with self._condition:
            self._woken = True
            self._condition.notify()

    def ring(self) -> None:
        """Something changed. Rings of one burst end one `wait`."""
        with self._condition:
            self._last = time.monotonic()
            if self._first is None:
                self._first = self._last
                self._condition.notify()

    def wait(self, seconds: float) -> None:
        """Return after `wake`, after `seconds`, or once it was rung and then quiet for 0.2 s, or for 1 s in a burst."""
        with self._condition:
            self._condition.wait_for(lambda: self._woken or self._first is not None, max(0.0, seconds))
            while (left := self._unrest()) > 0:
                self._condition.wait(left)
            self._woken, self._first = False, None

    def hush(self) -> None:
        """Forget what was rung; `wake` still counts."""
        with self._condition:
            self._first = None

    def _unrest(self) -> float:
        if self._woken or self._first is None:
            return 0.0
        return min(self._last + QUIET, self._first + LONGEST_BURST) - time.monotonic()


@dataclass(frozen=True, slots=True)
class _Hearing:
    """What watchdog calls. It only rings: an exception here would end watchdog's thread without a word."""

    bell: Bell

    def dispatch(self, _event: "FileSystemEvent") -> None:
        self.bell.ring()


class Watch:
    """Watches folders, not what lies below them, for one source; all but `wake` belong to the source's one thread.

    Threads and kernel watches begin with the first `wait` that names a folder, and end with `close`.
    """

    def __init__(self, name: str, *, mountinfo: Path = MOUNTINFO, renewal: float = RENEWAL) -> None:
        self._name = name
        self._mountinfo = mountinfo
        self._renewal = renewal
        self._bell = Bell()
        self._observer: BaseObserver | None = None
        self._watched: dict[Path, tuple[ObservedWatch, _Stamp]] = {}
        self._seen: dict[Path, _Stamp] = {}
        self._renewed = 0.0
        self._limited = False
        self._said: set[str] = set()

    def wait(self, seconds: float, folders: Sequence[Path]) -> None:
        """Return when an entry of `folders` came, went or was written, after `wake`, or after `seconds`.

        Of many folders the first ones are watched; a missing one is as soon as a later `wait` finds it there. Returns
        at once when a folder was not watched until now, since what happened in it before was not heard.
        """
        news = self._follow(folders[:MOST_FOLDERS])
        if not self._watched:
            self._bell.hush()
        self._bell.wait(0 if news else seconds)

    def wake(self) -> None:
        """End a running or the next `wait` at once; callable from any thread."""
        self._bell.wake()

    def close(self) -> None:
        """End every thread and give back what the kernel lent; never raises."""
        self._stop()
        self._seen = {}

    def _follow(self, folders: Sequence[Path]) -> bool:
        """Watch exactly `folders`, those that are there; did anything happen in one while it was not watched?"""
        standing = {folder: stamp for folder in folders if (stamp := _stamp(folder))}
        self._seen = {folder: stamp for folder, stamp in self._seen.items() if folder in standing}
        self._renew()
        self._forget(standing)
        begun = [self._begin(folder, stamp) for folder, stamp in standing.items() if folder not in self._watched]
        return any(begun)

    def _renew(self) -> None:
        """Start anew now and then: a folder unmounted and mounted between two looks is deaf, but looks as before."""
        if time.monotonic() - self._renewed > self._renewal:
            self._stop()
            self._limited = False
            self._renewed = time.monotonic()

    def _forget(self, standing: dict[Path, _Stamp]) -> None:
        """Give up the watches of folders that were renamed, removed or replaced: no event tells of that."""
        if self._observer is None:
            return
        if not self._observer.is_alive():
            self._stop()
            return
        alive = {emitter.watch for emitter in self._observer.emitters if emitter.is_alive()}
        for folder, (watch, stamp) in tuple(self._watched.items()):
            if watch not in alive or not stamp.same_folder(standing.get(folder)):
                del self._watched[folder]
                with suppress(OSError):  # the kernel may have given it up before us
                    self._observer.unschedule(watch)

    def _begin(self, folder: Path, stamp: _Stamp) -> bool:
        """Watch one folder; did anything happen in it since we last knew it?"""
        if self._limited or self.is_remote(folder):
            return False
        try:
            self._watched[folder] = (self._schedule(folder), stamp)
        except FileNotFoundError:
            return False
        except (OSError, RuntimeError) as error:  # RuntimeError: no more threads
            # Not tried again before the next renewal: each try may cost descriptors that others need more.
            self._limited = True
            self._say(f"limit errno={getattr(error, 'errno', None)}")
            return False
        known, now = self._seen.get(folder), _stamp(folder) or stamp
        self._seen[folder] = now
        return now != known

    def is_remote(self, folder: Path) -> bool:
        """Does it stand on a network file system, which tells of no change?"""
        try:
            mounts = self._mountinfo.read_text(errors="surrogateescape")
        except OSError:  # no Linux
            return False
        remote = is_remote(folder, mounts)
        if remote:
            self._say("network-file-system")
        return remote

    def _schedule(self, folder: Path) -> "ObservedWatch":
        from watchdog import events

        # Without opened, closed unwritten and attributes: our own reading must not call for another look.
        wanted: list[type[FileSystemEvent]] = [
            events.FileCreatedEvent,
            events.FileMovedEvent,
            events.FileDeletedEvent,
            events.FileClosedEvent,
            events.DirCreatedEvent,
            events.DirMovedEvent,
            events.DirDeletedEvent,
        ]
        hearing = cast("FileSystemEventHandler", _Hearing(self._bell))
        return self._started().schedule(hearing, folder, event_filter=wanted, follow_symlink=True)

    def _started(self) -> "BaseObserver":
        if self._observer is None:
            from watchdog.observers import Observer

            observer = Observer()
            observer.start()
            self._observer = observer
            self._renewed = time.monotonic()
            logging.getLogger(_OVERFLOWS).addFilter(self._overheard)
            logging.getLogger(_STOPS).setLevel(logging.CRITICAL)  # it calls a watch that ends in mid-turn an error
        return self._observer

    def _stop(self) -> None:
        observer, self._observer, self._watched = self._observer, None, {}
        if observer is not None:
            logging.getLogger(_OVERFLOWS).removeFilter(self._overheard)
            with suppress(OSError):
                observer.stop()
            observer.join(timeout=5)

    def _overheard(self, record: logging.LogRecord) -> bool:
        """That events were lost in a full queue is told by watchdog's log alone."""
        if self._watched and record.levelno >= logging.WARNING:
            self._bell.ring()
        return True

    def _say(self, reason: str) -> None:
        if reason not in self._said:
            self._said.add(reason)
            log.warning("source=%s event=unwatched reason=%s", self._name, reason)


def _stamp(folder: Path) -> _Stamp | None:
    """None for a folder that is missing or not ours to read, on which the kernel refuses a watch."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return _Stamp(found.st_dev, found.st_ino, found.st_mtime_ns) if os.access(folder, os.R_OK) else None
