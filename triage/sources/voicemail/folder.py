"""A folder of voicemails as a source: looks, compares by key, tells what is new, what stands differently, what is gone.

Nothing is ever written below the root. What was read is held in memory and read anew after a start; the cursor keeps a
digest of what was told of each call, so that a start repeats nothing.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from triage.errors import SourceRejected, SourceUnreachable
from triage.model.calls import Call
from triage.model.health import Progress
from triage.model.mail import Batch
from triage.settings import SourceSettings
from triage.sources.voicemail.belongings import Belongings
from triage.sources.voicemail.cursor import Cursor, digest_of, key_of
from triage.sources.voicemail.formats.asterisk import FOLDERS
from triage.sources.voicemail.joining import call_of
from triage.sources.voicemail.memory import Memory, Place
from triage.sources.voicemail.packs import Pack, told_of, unopened
from triage.sources.voicemail.resting import Resting
from triage.sources.voicemail.told import Entry, Moved, Told, Unfinished
from triage.sources.voicemail.tree import Folder, Tree, listed, packs, to_watch
from triage.sources.watching import Watch

BATCH = 500
FEW = 10
PAUSE = 0.5
TRIES = 5
PATIENCE = 30.0
EMPTIED = 60.0


def system_clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


class Voicemail:
    """Implements `triage.sources.base.Source` over `settings.path`.

    `steady` is a clock in seconds that is never set; `pause` how long a fetch waits before it looks again at what was
    still moving, 0 not at all.
    """

    def __init__(
        self,
        settings: SourceSettings,
        *,
        clock: Callable[[], datetime] = system_clock,
        steady: Callable[[], float] = time.monotonic,
        pause: float = PAUSE,
    ) -> None:
        if settings.path is None:
            raise SourceRejected(f"{settings.name}: no path is set", hint="give this source a path in config.toml")
        self.name = settings.name
        self._root = settings.path.expanduser()
        self._zone: tzinfo | None = ZoneInfo(settings.timezone) if settings.timezone else None
        self._clock = clock
        self._steady = steady
        self._pause = pause
        self._watch = Watch(settings.name)
        self._watched: tuple[Path, ...] = ()
        self._queue: list[Pack] = []
        self._begin(None)

    def fetch(self, cursor: str | None) -> Batch:
        """The calls of the next 500 packs that are new or changed; what is gone comes with the end of the pass.

        A pass does not end while something still moves, but after thirty seconds it does.
        """
        if cursor != self._written:
            self._begin(cursor)
        if not self._queue:
            if self._moving_since is not None and self._pause:
                self._watch.wait(self._pause, self._watched)
            self._look()
        chosen, self._queue = self._queue[:BATCH], self._queue[BATCH:]
        calls = self._calls(self._read(chosen), last=not self._queue)
        gone = self._gone() if not self._queue else ()
        complete = not self._queue and self._is_at_rest()
        if complete and self._tree.barred:
            if not (calls or gone):
                raise self._barred()
            complete = False
        return self._batch(calls, gone, complete=complete)

    def wait(self, seconds: float) -> None:
        """Return when something happened in a folder, soon while something still moves, after `wake` or `seconds`."""
        self._watch.wait(seconds if self._moving_since is None else min(seconds, 2.0), self._watched)

    def wake(self) -> None:
        """End a running or the next `wait` at once; callable from any thread."""
        self._watch.wake()

    def cut(self) -> None:
        """There is no connection."""

    def close(self) -> None:
        """End the watching; nothing else is held open between calls."""
        self._watch.close()

    def _begin(self, cursor: str | None) -> None:
        """Forget what was read, and stand where `cursor` does."""
        state = Cursor.read(cursor)
        self._written = cursor
        self._memory = Memory(dict(state.told), state.passed)
        self._resting = Resting()
        self._belongings = Belongings()
        self._queue = []
        self._grouped: dict[str, dict[str, tuple[Entry, ...]]] = {}
        self._tree = Tree({}, standing=False)
        self._moving_since: float | None = None
        self._emptied_since: float | None = None
        self._tries: dict[Place, int] = {}
        self._unsure = False

    def _look(self) -> None:
        """List everything; queue the packs that are new or changed, forget those that no longer stand there."""
        self._watched = ()
        self._tree = self._listed()
        self._watched = tuple(to_watch(self._root, self._tree.folders))
        self._grouped = {}
        self._unsure = False
        now, steady = self._clock(), self._steady()
        self._resting.begin(now, steady)
        for folder in self._tree.folders.values():
            self._compare(folder)
        lost = self._memory.read.keys() - self._tree.folders.keys()
        for path in (one for one in lost if not self._is_barred(one)):
            self._memory.leave(path)
        self._queue.sort(key=lambda pack: _rank(pack.folder))

    def _listed(self) -> Tree:
        try:
            tree = listed(self._root, inodes=not self._watch.is_remote(self._root))
        except OSError as error:
            raise SourceUnreachable(
                f"{self.name}: {self._root} cannot be read ({error.strerror})",
                hint="check that the folder is there, mounted, and yours to read",
            ) from error
        if self._memory.told and not tree.standing:
            raise SourceUnreachable(
                f"{self.name}: {self._root} is empty all at once",
                hint="check that it is mounted; if you emptied it yourself, put any file there",
            )
        return tree

    def _is_barred(self, path: str) -> bool:
        return any(f"{path}/".startswith(f"{one}/") for one in self._tree.barred)

    def _barred(self) -> SourceUnreachable:
        """What stands in a folder that cannot be read is not known, all else is read by then."""
        return SourceUnreachable(
            f"{self.name}: {self._root / self._tree.barred[0]} cannot be read",
            hint="let your user read it, or set path to your own mailbox alone",
        )

    def _compare(self, folder: Folder) -> None:
        path, stamp = folder.path, hash(folder.entries)
        known = self._memory.read.setdefault(path, {})
        changed = self._memory.listing.get(path) not in {None, stamp}
        if folder.is_spool:
            self._resting.stirred(folder, stamp, changed=changed)
        if self._memory.listing.get(path) == stamp and not self._resting.moves_in(path):
            return
        found = self._grouped[path] = packs(folder.entries)
        self._memory.forget(path, known.keys() - found.keys())
        settled = True
        for stem, entries in found.items():
            mark = hash(entries)
            if stem in known and known[stem][0] == mark:
                continue
            if not folder.is_spool and not self._resting.is_still((path, stem), entries, mark, changed=stem in known):
                settled = False
                continue
            self._queue.append(self._pack(folder, stem, entries))
        if settled:
            self._memory.listing[path] = stamp
        else:
            self._memory.listing.pop(path, None)

    def _pack(self, folder: Folder, stem: str, entries: tuple[Entry, ...]) -> Pack:
        return Pack(
            root=self._root,
            folder=folder,
            stem=stem,
            entries=entries,
            zone=self._zone,
            belongings=self._belongings,
            settled=not self._resting.moves_in(folder.path),
        )

    def _read(self, chosen: list[Pack]) -> dict[Place, tuple[Told, ...]]:
        """What the chosen packs tell; one that moved under our hands is looked at again."""
        fresh: dict[Place, tuple[Told, ...]] = {}
        denied: list[OSError] = []
        for pack in chosen:
            place = (pack.folder.path, pack.stem)
            tries = self._tries.get(place, 0)
            try:
                told = fresh[place] = self._opened(replace(pack, patient=tries < TRIES), denied)
            except Unfinished:
                self._tries[place] = tries + 1
                self._again(pack.folder.path)
                continue
            except Moved:
                self._again(pack.folder.path)
                continue
            self._tries.pop(place, None)
            keys = tuple(dict.fromkeys(key_of(one.identity) for one in told))
            scattered = any(map(self._belongings.is_scattered, keys))
            self._memory.put(place, 0 if scattered else hash(pack.entries), keys)
        if denied and len(denied) == len(chosen) == self._memory.standing:
            raise self._none_to_read(denied[0])
        self._memory.done += len(chosen)
        return fresh

    def _opened(self, pack: Pack, denied: list[OSError]) -> tuple[Told, ...]:
        try:
            return told_of(pack)
        except OSError as error:
            denied.append(error)
            return (unopened(pack, error),)

    def _none_to_read(self, error: OSError) -> SourceUnreachable:
        self._begin(self._written)
        return SourceUnreachable(
            f"{self.name}: none of the voicemails in {self._root} can be opened ({error.strerror})",
            hint="let your user read them; those of Asterisk by its group: sudo usermod -aG asterisk $USER",
        )

    def _again(self, path: str) -> None:
        self._unsure = True
        self._memory.listing.pop(path, None)

    def _calls(self, fresh: dict[Place, tuple[Told, ...]], *, last: bool) -> tuple[Call, ...]:
        """The calls that stand differently than was told. While their folder moves, only new ones are told of."""
        here = (key for place in fresh for key in self._memory.keys_at(place))
        ready = self._memory.ready(here, last=last)
        return tuple(call for key in sorted(ready) if (call := self._call(key, fresh)))

    def _call(self, key: str, fresh: dict[Place, tuple[Told, ...]]) -> Call | None:
        places = sorted(self._memory.places[key])
        moving = any(self._resting.moves_in(path) for path, _ in places)
        if moving:
            self._memory.dirty.add(key)
            if key in self._memory.told:
                return None
        try:
            several = [told for place in places for told in self._told_at(place, fresh) if key_of(told.identity) == key]
        except Moved:
            several = []
        if not several:
            self._memory.dirty.add(key)
            self._unsure = True
            return None
        call = call_of(key, self.name, several, bare=moving)
        digest = digest_of(call)
        if self._memory.told.get(key) == digest:
            return None
        self._memory.told[key] = digest
        return call

    def _told_at(self, place: Place, fresh: dict[Place, tuple[Told, ...]]) -> tuple[Told, ...]:
        if place not in fresh:
            path, stem = place
            if path not in self._tree.folders:
                raise Moved
            folder = self._tree.folders[path]
            if path not in self._grouped:
                self._grouped[path] = packs(folder.entries)
            pack = replace(self._pack(folder, stem, self._grouped[path][stem]), patient=False)
            fresh[place] = self._opened(pack, [])
        return fresh[place]

    def _gone(self) -> tuple[str, ...]:
        """Keys that no longer stand anywhere, found so by two looks; when all of many vanished at once, none."""
        steady = self._steady()
        if self._is_emptied(self._memory.miss(steady), steady):
            return ()
        gone = self._memory.gone(steady)
        for key in gone:
            self._belongings.drop(key)
        return gone

    def _is_emptied(self, missing: set[str], steady: float) -> bool:
        """Did many voicemails vanish and leave none? That is not believed; after a minute it is let stand."""
        if len(missing) <= FEW or self._memory.places:
            self._emptied_since = None
            return False
        self._memory.missing.clear()
        self._emptied_since = steady if self._emptied_since is None else self._emptied_since
        if steady - self._emptied_since < EMPTIED:
            raise SourceUnreachable(
                f"{self.name}: all {len(missing)} voicemails vanished at once from {self._root}",
                hint="check that the folder is mounted; triage looks again by itself",
            )
        return True

    def _is_at_rest(self) -> bool:
        """May the pass end? Also when something has moved for so long that waiting for it would hide all the rest."""
        if not (self._unsure or self._memory.missing or self._resting.any_moving):
            self._moving_since = None
            return True
        steady = self._steady()
        self._moving_since = steady if self._moving_since is None else self._moving_since
        return steady - self._moving_since >= PATIENCE

    def _batch(self, calls: tuple[Call, ...], gone: tuple[str, ...], *, complete: bool) -> Batch:
        memory = self._memory
        first = complete and not memory.passed
        reading = (
            None if memory.passed or not self._queue else Progress(done=memory.done, of=memory.done + len(self._queue))
        )
        if complete:
            memory.passed = True
        if calls or gone or first or self._written is None:
            self._written = Cursor(memory.told, memory.passed).written()
        return Batch(
            source=self.name,
            cursor=self._written,
            complete=complete,
            calls=calls,
            calls_gone=gone,
            reading=reading,
        )


def _rank(folder: Folder) -> int:
    name = folder.path.rpartition("/")[2]
    return FOLDERS.index(name) if folder.is_spool and name in FOLDERS else 0
