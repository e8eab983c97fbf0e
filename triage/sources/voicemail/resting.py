"""What still moves below the root: files that grow, spool folders that a telephone system is at work in.

A moment on the wall clock only excuses what lies there since before the first look; after that a steady clock counts.
"""

from dataclasses import dataclass, field
from datetime import datetime

from triage.sources.voicemail.told import Entry
from triage.sources.voicemail.tree import Folder

STILL = 2.0
PATIENCE = 30.0
Place = tuple[str, str]


@dataclass(slots=True)
class _Stir:
    stamp: int
    since: float
    first: float


@dataclass(slots=True)
class Resting:
    """`begin` a look, then ask about each folder and pack; what the look does not ask about is forgotten."""

    still: float = STILL
    _now: float = 0.0
    _steady: float = 0.0
    _stirs: dict[str, _Stir] = field(default_factory=dict)
    _growing: dict[Place, _Stir] = field(default_factory=dict)
    _asked: set[Place] = field(default_factory=set)
    _folders: set[str] = field(default_factory=set)
    _given_up: dict[str, int] = field(default_factory=dict)

    def begin(self, now: datetime, steady: float) -> None:
        """A look begins."""
        self._now, self._steady = now.timestamp(), steady
        self._growing = {place: stir for place, stir in self._growing.items() if place in self._asked}
        self._stirs = {path: stir for path, stir in self._stirs.items() if path in self._folders}
        self._asked, self._folders = set(), set()

    @property
    def any_moving(self) -> bool:
        """Is there anything that a later look must see again?"""
        return bool(self._stirs.keys() & self._folders) or any(place in self._growing for place in self._asked)

    def moves_in(self, folder: str) -> bool:
        """Is a telephone system at work in this spool folder?"""
        return folder in self._stirs

    def stirred(self, folder: Folder, stamp: int, *, changed: bool) -> None:
        """Note how a spool folder stands now: it moves until it stood unlocked for two seconds, or for thirty."""
        self._folders.add(folder.path)
        mark = hash((stamp, folder.modified, folder.locked))
        if self._given_up.get(folder.path) == mark:
            return
        stir = self._stirs.get(folder.path)
        if stir is None:
            if self._is_locked(folder) or changed or self._is_young(folder.modified):
                self._stirs[folder.path] = _Stir(mark, self._steady, self._steady)
            return
        if stir.stamp != mark:
            stir.stamp, stir.since = mark, self._steady
        stood = not self._is_locked(folder) and self._steady - stir.since >= self.still
        if stood or self._steady - stir.first >= PATIENCE:
            del self._stirs[folder.path]
            self._given_up[folder.path] = mark

    def is_still(self, place: Place, entries: tuple[Entry, ...], stamp: int, *, changed: bool) -> bool:
        """Have the files of a pack stopped growing?"""
        self._asked.add(place)
        stir = self._growing.get(place)
        if stir is None:
            if not changed and not self._is_young(max(entry.modified for entry in entries)):
                return True
            self._growing[place] = _Stir(stamp, self._steady, self._steady)
            return False
        if stir.stamp != stamp:
            stir.stamp, stir.since = stamp, self._steady
        if self._steady - stir.since < self.still:
            return False
        del self._growing[place]
        return True

    def _is_locked(self, folder: Folder) -> bool:
        """By a lock that is not left over: Asterisk itself breaks none, but holds none for long either."""
        return folder.locked is not None and self._now - folder.locked / 1e9 < PATIENCE

    def _is_young(self, modified: int) -> bool:
        return -1.0 <= self._now - modified / 1e9 < self.still
