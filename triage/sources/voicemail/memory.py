"""What a voicemail source knows between two looks: which keys stand where, and what was told of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

Place = tuple[str, str]
"""Where a voicemail stands: its folder's path and the stem of its files."""

VANISHED = 5.0


@dataclass(slots=True)
class Memory:
    """`told` gives the digest last told of a key, `read` a pack's stamp and keys by folder and stem, `places` where
    each key stands, `listing` the stamp of each folder that need not be looked into again while it stays. `dirty` are
    keys that may stand differently than was told.
    """

    told: dict[str, str]
    passed: bool
    read: dict[str, dict[str, tuple[int, tuple[str, ...]]]] = field(default_factory=dict)
    places: dict[str, set[Place]] = field(default_factory=dict)
    listing: dict[str, int] = field(default_factory=dict)
    missing: dict[str, float] = field(default_factory=dict)
    dirty: set[str] = field(default_factory=set)
    done: int = 0

    @property
    def standing(self) -> int:
        """How many packs there are."""
        return sum(map(len, self.read.values()))

    def keys_at(self, place: Place) -> tuple[str, ...]:
        return self.read.get(place[0], {}).get(place[1], (0, ()))[1]

    def put(self, place: Place, stamp: int, keys: tuple[str, ...]) -> None:
        """What stands at a place now."""
        self._move(self.keys_at(place), keys, place)
        self.read.setdefault(place[0], {})[place[1]] = (stamp, keys)

    def forget(self, path: str, stems: Iterable[str]) -> None:
        """These packs no longer stand in the folder."""
        for stem in stems:
            _, keys = self.read[path].pop(stem)
            self._move(keys, (), (path, stem))

    def leave(self, path: str) -> None:
        """The folder is not there any more."""
        self.forget(path, tuple(self.read[path]))
        del self.read[path]
        self.listing.pop(path, None)

    def ready(self, here: Iterable[str], *, last: bool) -> set[str]:
        """The dirty keys to be told of now: those read just now, at the end of a pass all; they are dirty no more."""
        found = self.dirty & (self.places.keys() if last else set(here))
        self.dirty = set() if last else self.dirty - found
        return found

    def miss(self, steady: float) -> set[str]:
        """The keys that were told of and stand nowhere, with when that was first seen."""
        missing = self.told.keys() - self.places.keys()
        self.missing = {key: self.missing.get(key, steady) for key in missing}
        return missing

    def gone(self, steady: float) -> tuple[str, ...]:
        """Those that were missing at an earlier look already; they are known no more."""
        found = tuple(sorted(key for key, since in self.missing.items() if steady - since >= VANISHED))
        for key in found:
            del self.told[key], self.missing[key]
        return found

    def _move(self, before: Iterable[str], after: Iterable[str], place: Place) -> None:
        for key in before:
            self.places[key].discard(place)
            if not self.places[key]:
                del self.places[key]
        for key in after:
            self.places.setdefault(key, set()).add(place)
        self.dirty.update(before, after)
