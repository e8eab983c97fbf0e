"""Whose the files beside a spool's text files are, once seen at rest: FreePBX leaves some behind."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from triage.sources.voicemail.told import Entry

Stamp = tuple[int, int, int]


@dataclass(slots=True)
class Belongings:
    """Files by inode, size and time of writing, which a rename keeps, and the key of the voicemail they are of."""

    _owners: dict[Stamp, str] = field(default_factory=dict)
    _owned: dict[str, set[Stamp]] = field(default_factory=dict)
    _scattered: set[str] = field(default_factory=set)

    def bind(self, key: str, entries: Iterable[Entry]) -> None:
        """Note that these files, found beside this voicemail's text, are its own."""
        for entry in entries:
            self._owners[_stamp(entry)] = key
            self._owned.setdefault(key, set()).add(_stamp(entry))

    def own(self, key: str, beside: Iterable[Entry], around: Iterable[Entry]) -> list[Entry]:
        """Of the files `beside` its text those of nobody else, and what is its own among those `around` it."""
        kept = [entry for entry in beside if self._owners.get(_stamp(entry), key) == key]
        astray = self._owned.get(key, set()) - {_stamp(entry) for entry in kept}
        found = [entry for entry in around if _stamp(entry) in astray] if astray else []
        (self._scattered.add if found else self._scattered.discard)(key)
        return kept + found

    def is_scattered(self, key: str) -> bool:
        """Does a file of it lie under another's number, so that it may change while its own files do not?"""
        return key in self._scattered

    def drop(self, key: str) -> None:
        """The voicemail is gone."""
        self._scattered.discard(key)
        for stamp in self._owned.pop(key, ()):
            self._owners.pop(stamp, None)


def _stamp(entry: Entry) -> Stamp:
    return entry[1:4]
