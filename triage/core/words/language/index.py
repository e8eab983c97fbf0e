"""Many groups of phrases looked for at once: one pass over some words tells which of them these hold."""

from collections.abc import Sequence

from triage.core.words.language.phrases import Group


class _Branch:
    """Where a word leads: the bits of the groups with a phrase that ends in it, and the words that may follow."""

    __slots__ = ("after", "bits")

    def __init__(self) -> None:
        self.bits = 0
        self.after = _NOTHING

    def grown(self, word: str) -> "_Branch":
        """The branch that this word leads on to."""
        if self.after is _NOTHING:
            self.after = {}
        return self.after.setdefault(word, _Branch())


# Shared by all that nothing follows, so never written to.
_NOTHING: dict[str, _Branch] = {}


class Index:
    """The phrases of several groups as one tree of words; `bits` has one for each group."""

    __slots__ = ("_first", "bits")

    def __init__(self, *groups: Group) -> None:
        self.bits = {group: 1 << number for number, group in enumerate(groups)}
        self._first: dict[str, _Branch] = {}
        for group, bit in self.bits.items():
            for first, *further in group.phrases:
                branch = self._first.setdefault(first, _Branch())
                for word in further:
                    branch = branch.grown(word)
                branch.bits |= bit

    def held(self, said: Sequence[str]) -> int:
        """The bits of the groups of which a phrase stands anywhere in these words."""
        found, first, count = 0, self._first, len(said)
        for place, word in enumerate(said, 1):
            if word in first:
                branch, end = first[word], place
                found |= branch.bits
                while end < count and (following := branch.after.get(said[end])):
                    branch, end = following, end + 1
                    found |= branch.bits
        return found
