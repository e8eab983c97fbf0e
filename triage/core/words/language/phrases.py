"""Words, and groups of phrases as trees of words, so that searching a text is linear whatever it holds."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from string import ascii_lowercase, ascii_uppercase
from sys import intern

_WORD = re.compile(r"[^\W_]++(?:['-][^\W_]++)*+")
# An apostrophe or hyphen that is not within a word. Each pattern begins with one sign, which is found at once.
_LOOSE = {sign: re.compile(rf"{sign}(?:(?<![a-z0-9].)|(?![a-z0-9]))") for sign in "-'"}
_STRAIGHT = (("’", "'"), ("‘", "'"), ("´", "'"), ("`", "'"), ("‐", "-"), ("‑", "-"))
_PRINTED = "“”„«»–—…•\xa0"  # stands between words, often as all that is not ASCII
_APART = "".join(sign for sign in map(chr, range(128)) if not sign.isalnum() and sign not in "'`-")
_ASCII = bytes.maketrans(f"{ascii_uppercase}`{_APART}".encode(), f"{ascii_lowercase}'{' ' * len(_APART)}".encode())


def words(text: str) -> tuple[str, ...]:
    """The words of a text, casefolded, inner apostrophes and hyphens kept."""
    if not text.isascii():
        for sign, straight in _STRAIGHT:
            text = text.replace(sign, straight)
        for sign in _PRINTED:
            text = text.replace(sign, " ")
        if not text.isascii():
            return tuple(_WORD.findall(text.casefold()))
    kept = text.encode().translate(_ASCII).decode()  # half the time that a pattern takes
    for sign, loose in _LOOSE.items():
        if sign in kept:
            kept = loose.sub(" ", kept)
    return tuple(kept.split())


_CHOICE = re.compile(r"\{([^{}]*)\}")


def variants(phrase: str) -> Iterator[str]:
    """ "{je|on} te {rappelle|redis}" is four phrases; nothing may stand in one of its places: "te {lo |}mando"."""
    parts = _CHOICE.split(phrase)
    return map("".join, product(*(part.split("|") if place % 2 else (part,) for place, part in enumerate(parts))))


_Tree = dict[str, "_Tree"]
_ENDS = " "  # no word is a blank, so a phrase ends where this one follows
# What most branches end in, once for all of them: there are tens of thousands.
_END: _Tree = {}
_LEAF: _Tree = {_ENDS: _END}


class Group:
    """Phrases that mean the same thing to us, as a tree of words."""

    __slots__ = ("_tree", "phrases")

    def __init__(self, phrases: Iterable[str]) -> None:
        found = (words(one) for phrase in phrases for one in variants(phrase))
        self.phrases = frozenset(tuple(map(intern, one)) for one in found if one)
        self._tree: _Tree = {}
        for *before, last in sorted(self.phrases, key=len, reverse=True):  # so nothing is added to a leaf later
            node = self._tree
            for word in before:
                node = node.setdefault(word, {})
            if last in node:
                node[last][_ENDS] = _END
            else:
                node[last] = _LEAF

    def at(self, said: Sequence[str], place: int) -> int:
        """How many words the longest phrase takes that starts here, 0 if none does."""
        longest, end = 0, place
        node = self._tree.get(said[place])
        while node is not None:
            end += 1
            if _ENDS in node:
                longest = end - place
            node = node.get(said[end]) if end < len(said) else None
        return longest

    def find(self, said: Sequence[str]) -> str:
        """The first phrase found in these words, or nothing."""
        if self._tree.keys().isdisjoint(said):
            return ""
        for place, word in enumerate(said):
            if word in self._tree and (count := self.at(said, place)):
                return " ".join(said[place : place + count])
        return ""

    def all_in(self, said: Sequence[str]) -> tuple[str, ...]:
        """Every different phrase found in these words, in the order they stand there."""
        places = [place for place, word in enumerate(said) if word in self._tree]
        spans = ((place, self.at(said, place)) for place in places)
        return tuple(dict.fromkeys(" ".join(said[place : place + count]) for place, count in spans if count))

    def without(self, said: Sequence[str]) -> tuple[str, ...]:
        """The words with each phrase made one empty word, so that what stood around it stays apart."""
        if self._tree.keys().isdisjoint(said):
            return tuple(said)
        left, place = [], 0
        while place < len(said):
            count = self.at(said, place)
            left.append("" if count else said[place])
            place += count or 1
        return tuple(left)

    def starts(self, said: Sequence[str]) -> int:
        """How many of the first words are one of the phrases."""
        return self.at(said, 0) if said and said[0] in self._tree else 0

    def is_all_of(self, said: Sequence[str]) -> bool:
        """Are the words one of the phrases and nothing else?"""
        return bool(said) and self.starts(said) == len(said)
