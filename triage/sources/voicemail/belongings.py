"""Whose the files beside a spool's text files are, once seen at rest: FreePBX leaves some behind."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from triage.sources.voicemail.told import Entry

Stamp = tuple[int, int, int]


@dataclass(slots=True)
class Belongings:
    """Files by inode, size and time of writing, which a rename keeps, and the identity of the voicemail they are of."""

    _owners: dict[Stamp, str] = field(default_factory=dict)
    _owned: dict[str, set[Stamp]] = field(default_factory=dict)

    def bind(self, identity: str, entries: Iterable[Entry]) -> None:
        """Note that these files, found beside this voicemail's text, are its own."""
        for entry in entries:
            self._owners[_stamp(entry)] = identity
            self._owned.setdefault(identity, set()).add(_stamp(entry))

    def own(self, identity: str, beside: Iterable[Entry], around: Iterable[Entry]) -> list[Entry]:
        """Of the files `beside` its text those of nobody else, and what is its own among those `around` it."""
        kept = [entry for entry in beside if self._owners.get(_stamp(entry), identity) == identity]
        astray = self._owned.get(identity, set()) - {_stamp(entry) for entry in kept}
        return kept + [entry for entry in around if _stamp(entry) in astray] if astray else kept

    def drop(self, identity: str) -> None:
        """The voicemail is gone."""
        for stamp in self._owned.pop(identity, ()):
            self._owners.pop(stamp, None)


def _stamp(entry: Entry) -> Stamp:
    return entry[1:4]
