"""Phrase tables compiled to look-ups by first word, so that searching a text is linear whatever it holds.

All languages are searched at once: nobody's mail says which one it is in, and many mix two.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from importlib.resources import files
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Every group of the tables; `en.toml` shows what each is for."""

    request: Group
    question_start: Group
    not_request: Group
    offer: Group
    contact: Group
    undertaking: Group
    question_word: Group
    wish: Group
    wish_end: Group
    want: Group
    want_end: Group
    lack: Group
    lack_end: Group
    please: Group
    withdrawing: Group
    small_talk: Group
    chaser: Group
    trouble: Group
    closing: Group
    closing_whole: Group
    no_reply_needed: Group
    fyi: Group
    fyi_label: Group
    greeting: Group
    everyone: Group
    greeting_end: Group
    out_of_office: Group
    away_subject: Group
    bounce: Group
    delayed: Group
    read_receipt: Group
    calendar: Group
    meeting: Group
    meeting_field: Group
    rsvp: Group
    addressed: Group
    receipt: Group
    complaint: Group
    selling: Group
    pitch: Group
    buying: Group
    mass: Group
    mass_subject: Group
    automatic: Group
    notice: Group
    service_talk: Group
    notice_subject: Group
    myself: Group
    house: Group
    common: Group


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
class Promises:
    """What makes a promise, and the moments named in one; `en.toml` and `de.toml` show what each is for. `numbers` maps
    a word to what it counts (0 is a half), `months` to 1 for January and so on, `parted` a verb to what completes it
    later in the sentence.
    """

    subject: Group
    able: Group
    elided: Group
    between: Group
    verb: Group
    dated: Group
    final: Group
    own: Group
    must: Group
    must_elided: Group
    agreeing: Group
    had: Group
    verb_last: Group
    things: Group
    yours: Group
    intend_elided: Group
    they: Group
    enclosed: Group
    inquire: Group
    inquire_final: Group
    intend: Group
    staying: Group
    first: Group
    doing: Group
    doing_dated: Group
    whole: Group
    whole_dated: Group
    me: Group
    others: Group
    not_verb: Group
    relative: Group
    giving: Group
    article: Group
    thing_end: Group
    negated: Group
    whether: Group
    asking_verb: Group
    conditional: Group
    polite: Group
    reported: Group
    then: Group
    within: Group
    minutes: Group
    hours: Group
    days: Group
    weeks: Group
    on: Group
    at: Group
    same_day: Group
    next_day: Group
    same_week: Group
    next: Group
    next_week: Group
    weekend: Group
    day_after: Group
    month_end: Group
    of_month: Group
    morning: Group
    back: Group
    away_until: Group
    gone: Group
    numbers: dict[str, int]
    months: dict[str, int]
    parted: dict[str, Group]


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
    left_out: tuple[str, ...]
    sender: tuple[str, ...]
    sent: tuple[str, ...]
    date: tuple[str, ...]
    to: tuple[str, ...]
    copy: tuple[str, ...]
    subject: tuple[str, ...]
    relayed: tuple[str, ...]
    footer: tuple[str, ...]
    postscript: tuple[str, ...]
    banner: tuple[str, ...]
    disclaimer: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Single words whose order asks where no question mark does; `de.toml` shows what each is for."""

    pronouns: frozenset[str]
    subjects: frozenset[str]
    auxiliaries: frozenset[str]
    asking: frozenset[str]
    after_was: frozenset[str]
    said: frozenset[str]
    verbs: frozenset[str]
    things: frozenset[str]
    people: frozenset[str]
    last: frozenset[str]


Table = dict[str, list[str]]


@dataclass(kw_only=True)
class _Tables:
    """The tables of all languages as one."""

    phrases: Table
    moments: Table
    quotes: Table
    promises: Table
    order: Table
    counts: dict[str, dict[str, int]]
    parted: dict[str, Group]


def _tables() -> _Tables:
    found = _Tables(phrases={}, moments={}, quotes={}, promises={}, order={}, counts={}, parted={})
    languages = (path for path in files(__package__).iterdir() if path.name.endswith(".toml"))
    for path in sorted(languages, key=lambda path: path.name):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        named, promised = table.pop("deadline", {}), table.pop("promise", {})
        for name, listed in (
            ("weekdays", named.pop("weekdays", ())),
            ("numbers", promised.pop("numbers", ())),
            ("months", promised.pop("months", ())),
        ):
            _count(found.counts.setdefault(name, {}), listed, first=int(name == "months"))
        for verbs, *rest in promised.pop("parted", ()):
            found.parted.update(dict.fromkeys(words(verbs), Group(rest)))
        groups = (
            (found.moments, named),
            (found.promises, promised),
            (found.quotes, table.pop("quotes", {})),
            (found.order, table.pop("order", {})),
            (found.phrases, table),
        )
        for into, group in groups:
            for name, phrases in group.items():
                into.setdefault(name, []).extend(phrases)
    return found


def _count(into: dict[str, int], listed: Iterable[Iterable[str]], *, first: int) -> None:
    """Each word to the place of its list."""
    for number, names in enumerate(listed, first):
        into.update(dict.fromkeys(names, number))


_FOUND = _tables()
PHRASES = Phrases(**{field.name: Group(_FOUND.phrases[field.name]) for field in fields(Phrases)})
QUOTES = Quotes(**{field.name: tuple(_FOUND.quotes[field.name]) for field in fields(Quotes)})
ORDER = Order(**{field.name: frozenset(_FOUND.order[field.name]) for field in fields(Order)})
DEADLINES = Deadlines(
    weekdays=_FOUND.counts["weekdays"],
    **{field.name: Group(_FOUND.moments[field.name]) for field in fields(Deadlines) if field.name != "weekdays"},
)
PROMISES = Promises(
    numbers=_FOUND.counts["numbers"],
    months=_FOUND.counts["months"],
    parted=_FOUND.parted,
    **{
        field.name: Group(_FOUND.promises[field.name])
        for field in fields(Promises)
        if field.name not in {"numbers", "months", "parted"}
    },
)
del _FOUND
