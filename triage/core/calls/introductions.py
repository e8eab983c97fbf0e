"""Who speaks: the name a caller gives, and the house."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from triage.core.calls.said import Said
from triage.core.calls.spoken.tables import SPOKEN
from triage.core.plain import plain
from triage.core.words.language import PHRASES

_TOKEN = re.compile(r"[^\W_]+(?:['&-][^\W_]+)*|[,;:!?….](?!\d)|&")
_STOPS = frozenset(",;:!?….")
_EARLY = 6000
_MOST_NAMES = 3
_LONGEST_RUN = 8
_MOST_HOUSE = 5
_MOST_BETWEEN = 3
_GREETED = 12
_PARTICLES = frozenset({"von", "van", "de", "da", "di", "del", "der", "den", "la", "le", "and", "&", "of", "und", "y"})
_ARTICLES = frozenset({"the", "der", "die", "dem", "la", "le", "your"})


def introduced(said: Said) -> tuple[str, str]:
    """Name and house, either of them empty. A message without capitals gives shorter names."""
    talk = _Talk(tuple(_TOKEN.findall(said.text[:_EARLY].replace("’", "'"))))
    name, end = next(_names(talk), ("", 0))
    house = _house_after(talk, end) if name else _office(talk)
    if not name and not house:
        name, house = _signed(talk)
    return plain(name, 60), plain(house, 80)


@dataclass(frozen=True)
class _Talk:
    """The words with the stops between them; `like` are casefolded."""

    words: tuple[str, ...]

    @cached_property
    def like(self) -> tuple[str, ...]:
        return tuple(word.casefold() for word in self.words)

    @cached_property
    def cased(self) -> bool:
        """Does this transcriber write capitals?"""
        return any(word[0].isupper() for word in self.words[1:])

    def may_name(self, place: int, *, lower: bool = False) -> bool:
        word = self.words[place]
        if not word[0].isalpha() or SPOKEN.not_name.at(self.like, place) or self.like[place] in SPOKEN.digits:
            return False
        return word[0].isupper() or lower or any(group.at(self.like, place) for group in (SPOKEN.title, SPOKEN.kin))

    def run(self, start: int, most: int, *, lower: bool = False) -> int:
        """Where the words end that may be a name; a title and its stop belong to it."""
        place = start
        while place < min(len(self.words), start + min(most, _LONGEST_RUN)):
            if self.words[place] == "." and place > start and self._is_short(place - 1):
                most += 1
            elif not self.may_name(place, lower=lower):
                break
            elif SPOKEN.title.at(self.like, place):
                most += 1
            place += 1
        return place - (place > start and self.words[place - 1] == ".")

    def text(self, start: int, end: int) -> str:
        joined = " ".join(self.words[start:end])
        return re.sub(r" ([.,])", r"\1", joined).strip(" ,.;:")

    def _is_short(self, place: int) -> bool:
        """ "Dr", or an initial."""
        word = self.words[place]
        return len(word) == 1 or (bool(SPOKEN.title.at(self.like, place)) and len(word) <= 3)


def _names(talk: _Talk) -> Iterator[tuple[str, int]]:
    """The name and the place after it, the surest way of giving one first."""
    for start, end in (*_after_this_is(talk), *_before_here(talk), *_before_from(talk)):
        whole = end > start and not SPOKEN.title.is_all_of(talk.like[start:end])
        if whole and not any(word.endswith("'s") for word in talk.like[start:end]):
            yield talk.text(start, end), end


def _after_this_is(talk: _Talk) -> Iterator[tuple[int, int]]:
    """ "This is Ada Byron"; "it's Ada" only where a capital or "from" shows that it is a name."""
    for group, sure in ((SPOKEN.introducing, True), (SPOKEN.introducing_loosely, False)):
        for place in range(len(talk.words)):
            if count := group.at(talk.like, place):
                start = place + count
                start += start < len(talk.words) and talk.words[start] == ","
                start += start < len(talk.words) and talk.like[start] in {"die", "der", "herr", "frau"}
                yield start, _named_until(talk, start, sure=sure)


def _named_until(talk: _Talk, start: int, *, sure: bool) -> int:
    if talk.cased:
        return talk.run(start, _MOST_NAMES)
    titled = start < len(talk.words) and SPOKEN.title.at(talk.like, start)
    end = talk.run(start, 2 if sure and not titled else 1, lower=True)
    followed = end < len(talk.words) and SPOKEN.belonging.at(talk.like, end)
    return end if sure or followed else start


def _before_here(talk: _Talk) -> Iterator[tuple[int, int]]:
    """ "Karen Whitfield here"."""
    for place in range(1, len(talk.words)):
        if SPOKEN.introduced.at(talk.like, place):
            yield _back(talk, place), place


def _before_from(talk: _Talk) -> Iterator[tuple[int, int]]:
    """ "Hi there, Michelle from accounts": early, and after a stop."""
    for place in range(1, min(len(talk.words), _GREETED)):
        if SPOKEN.belonging.at(talk.like, place):
            start = _back(talk, place)
            if not start or talk.words[start - 1] in _STOPS:
                yield start, place


def _back(talk: _Talk, end: int) -> int:
    start = end
    while start > max(0, end - _MOST_NAMES) and talk.may_name(start - 1):
        start -= 1
    return start


def _house_after(talk: _Talk, after: int) -> str:
    """What follows "from", "with" or "at" soon after the name, or stands beside it between stops."""
    place, unknown = after, 0
    while place < len(talk.words) and unknown <= _MOST_BETWEEN:
        if count := SPOKEN.belonging.at(talk.like, place):
            start = _past_article(talk, place + count)
            end = _house_until(talk, start, lower=not talk.cased)
            if end > start and talk.like[start - 1] != "your":
                return talk.text(start, end)
        known = SPOKEN.between.at(talk.like, place)
        unknown, place = unknown + (not known and talk.words[place] != ","), place + (known or 1)
    return _beside(talk, after)


def _beside(talk: _Talk, after: int) -> str:
    """ "Thomas Berger, Hausverwaltung Linde."."""
    if after >= len(talk.words) or talk.words[after] != ",":
        return ""
    end = _house_until(talk, after + 1)
    stopped = end == len(talk.words) or talk.words[end] in _STOPS
    return talk.text(after + 1, end) if end > after + 2 and stopped else ""


def _past_article(talk: _Talk, place: int) -> int:
    return place + (place < len(talk.words) and talk.like[place] in _ARTICLES)


def _house_until(talk: _Talk, start: int, *, lower: bool = False) -> int:
    """Capitals, small words between them, and what houses are called: "Riverton police department"."""
    place = start
    while place < min(len(talk.words), start + _MOST_HOUSE):
        inside = place > start and talk.like[place] in _PARTICLES
        capital = talk.words[place][0].isupper() and len(talk.words[place]) > 1 and talk.words[place - 1] != "."
        if not (inside or capital or _is_house(talk, place) or talk.may_name(place, lower=lower)):
            stop = talk.words[place] == "." and place > start and SPOKEN.title.at(talk.like, place - 1)
            if not stop:
                break
        place += 1
    while place > start and talk.like[place - 1] in _PARTICLES:
        place -= 1
    return place


def _is_house(talk: _Talk, place: int) -> bool:
    """ "company", and "electric" before it."""
    return any(SPOKEN.house.at(talk.like, near) for near in range(place, min(place + 2, len(talk.like))))


def _office(talk: _Talk) -> str:
    """A house without a name: "Dr. Sharma's office", "the front desk at Harbor Inn", "calling from the bank"."""
    for place in range(len(talk.words)):
        if count := SPOKEN.house.at(talk.like, place):
            start = place
            while start > max(0, place - 4) and _belongs_to_house(talk, start - 1):
                start -= 1
            if any(word.endswith("'s") for word in talk.like[start:place]):
                return talk.text(start, place + count)
    for place in range(min(len(talk.words), 2 * _GREETED)):
        if count := SPOKEN.calling_from.at(talk.like, place):
            start = _past_article(talk, place + count)
            if (end := _house_until(talk, start, lower=not talk.cased)) > start:
                return _house_after(talk, end) or talk.text(start, end)
    return ""


def _belongs_to_house(talk: _Talk, place: int) -> bool:
    if SPOKEN.house.at(talk.like, place) or talk.like[place].endswith("'s"):
        return True
    titled = talk.words[place] == "." and place > 0 and SPOKEN.title.at(talk.like, place - 1)
    return bool(titled or SPOKEN.title.at(talk.like, place))


def _signed(talk: _Talk) -> tuple[str, str]:
    """A name that stands between stops; whom the message greets stands first, who signs it last."""
    names = [part for part in _parts(talk) if talk.run(part[0], _MOST_NAMES) >= part[1]]
    houses = [(start, end) for start, end in names if any(SPOKEN.house.at(talk.like, at) for at in range(start, end))]
    signing = [part for part in names if part not in houses and not _is_greeted(talk, part[0])]
    if not signing:
        return "", talk.text(*houses[0]) if houses else ""
    if len(signing) > 1 and signing[-2][1] + 1 == signing[-1][0] and signing[-1][1] > signing[-1][0] + 1:
        return talk.text(*signing[-2]), talk.text(*signing[-1])
    return talk.text(*signing[-1]), _house_after(talk, signing[-1][1])


def _is_greeted(talk: _Talk, start: int) -> bool:
    """ "Robin," at the very beginning, or after "Hey,"."""
    return all(word in _STOPS or PHRASES.greeting.at(talk.like, place) for place, word in enumerate(talk.words[:start]))


def _parts(talk: _Talk) -> Iterator[tuple[int, int]]:
    """What stands between two stops, each part from its first word."""
    start = 0
    for place, word in enumerate((*talk.words, ".")):
        if word in _STOPS and not (place and place < len(talk.words) and talk.run(place - 1, 2) > place):
            if place > start:
                yield start, place
            start = place + 1
