"""Phrase tables compiled to look-ups by first word, so that searching a text is linear whatever it holds.

All languages are searched at once: nobody's mail says which one it is in, and many mix two.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from importlib.resources import files

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "‐": "-", "‑": "-"})


def words(text: str) -> tuple[str, ...]:
    """The words of a text, casefolded, inner apostrophes and hyphens kept."""
    return tuple(_WORD.findall(text.translate(_STRAIGHT).casefold()))


class Group:
    """Phrases that mean the same thing to us."""

    __slots__ = ("_by_first",)

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, tuple[tuple[str, ...], ...]] = {}
        for phrase in sorted(set(map(words, phrases)) - {()}, key=len, reverse=True):
            self._by_first[phrase[0]] = (*self._by_first.get(phrase[0], ()), phrase)

    def at(self, said: Sequence[str], place: int) -> int:
        """How many words the longest phrase takes that starts here, 0 if none does."""
        left = len(said) - place
        for phrase in self._by_first.get(said[place], ()):
            count = len(phrase)
            # The second word rules out most phrases before anything is copied.
            if count == 1 or (count <= left and said[place + 1] == phrase[1] and _are(said, place, phrase)):
                return count
        return 0

    def find(self, said: Sequence[str]) -> str:
        """The first phrase found in these words, or nothing."""
        for place, word in enumerate(said):
            if word in self._by_first and (count := self.at(said, place)):
                return " ".join(said[place : place + count])
        return ""

    def all_in(self, said: Sequence[str]) -> tuple[str, ...]:
        """Every different phrase found in these words, in the order they stand there."""
        spans = ((place, self.at(said, place)) for place, word in enumerate(said) if word in self._by_first)
        return tuple(dict.fromkeys(" ".join(said[place : place + count]) for place, count in spans if count))

    def without(self, said: Sequence[str]) -> tuple[str, ...]:
        """The words with each phrase made one empty word, so that what stood around it stays apart."""
        left, place = [], 0
        while place < len(said):
            count = self.at(said, place)
            left.append("" if count else said[place])
            place += count or 1
        return tuple(left)

    def starts(self, said: Sequence[str]) -> int:
        """How many of the first words are one of the phrases."""
        return self.at(said, 0) if said else 0

    def is_all_of(self, said: Sequence[str]) -> bool:
        """Are the words one of the phrases and nothing else?"""
        return bool(said) and self.starts(said) == len(said)


def _are(said: Sequence[str], place: int, phrase: tuple[str, ...]) -> bool:
    return tuple(said[place : place + len(phrase)]) == phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Every group of the tables; `en.toml` shows what each is for."""

    request: Group
    question_start: Group
    not_request: Group
    offer: Group
    contact: Group
    undertaking: Group
    small_talk: Group
    chaser: Group
    trouble: Group
    closing: Group
    no_reply_needed: Group
    fyi: Group
    greeting: Group
    everyone: Group
    greeting_end: Group
    out_of_office: Group
    bounce: Group
    delayed: Group
    read_receipt: Group
    calendar: Group
    receipt: Group
    complaint: Group
    selling: Group
    recruiting: Group
    audience: Group
    meeting: Group
    buying: Group
    mass: Group
    mass_subject: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Words that name a moment. `weekdays` maps a word to 0 for Monday and so on."""

    by: Group
    today: Group
    tomorrow: Group
    noon: Group
    week_end: Group
    fillers: Group
    weekdays: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    """How mail programs introduce what is quoted; `en.toml` shows what each is for."""

    intro: tuple[str, ...]
    wrote: tuple[str, ...]
    wrote_then: tuple[str, ...]
    quoting: tuple[str, ...]
    told: tuple[str, ...]
    original: tuple[str, ...]
    forwarded: tuple[str, ...]
    reply_above: tuple[str, ...]
    sender: tuple[str, ...]
    sent: tuple[str, ...]
    date: tuple[str, ...]
    to: tuple[str, ...]
    copy: tuple[str, ...]
    subject: tuple[str, ...]
    relayed: tuple[str, ...]
    footer: tuple[str, ...]
    banner: tuple[str, ...]
    disclaimer: tuple[str, ...]


Table = dict[str, list[str]]


def _tables() -> tuple[Table, Table, Table, dict[str, int]]:
    phrases: Table = {}
    moments: Table = {}
    quotes: Table = {}
    weekdays: dict[str, int] = {}
    languages = (path for path in files(__package__).iterdir() if path.name.endswith(".toml"))
    for path in sorted(languages, key=lambda path: path.name):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        named = table.pop("deadline", {})
        for number, names in enumerate(named.pop("weekdays", ())):
            weekdays |= dict.fromkeys(names, number)
        for into, group in ((moments, named), (quotes, table.pop("quotes", {})), (phrases, table)):
            for name, listed in group.items():
                into.setdefault(name, []).extend(listed)
    return phrases, moments, quotes, weekdays


_PHRASES, _MOMENTS, _QUOTES, _WEEKDAYS = _tables()
PHRASES = Phrases(**{field.name: Group(_PHRASES[field.name]) for field in fields(Phrases)})
QUOTES = Quotes(**{field.name: tuple(_QUOTES[field.name]) for field in fields(Quotes)})
DEADLINES = Deadlines(
    weekdays=_WEEKDAYS,
    **{field.name: Group(_MOMENTS[field.name]) for field in fields(Deadlines) if field.name != "weekdays"},
)
