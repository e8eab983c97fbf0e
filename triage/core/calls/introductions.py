"""Who speaks: the name a caller gives, and the house."""

import re
from collections.abc import Sequence

from triage.core.calls.said import Said
from triage.core.calls.spoken.tables import SPOKEN
from triage.core.plain import plain

_TOKEN = re.compile(r"[^\W_]+(?:['’&-][^\W_]+)*\.?|[,;:!?…]|(?<=\s)&(?=\s)")
_EARLY = 6000
_LONGEST_NAME = 3
_LONGEST_HOUSE = 5
_NEAR = 7
_PARTICLES = frozenset({"von", "van", "de", "da", "di", "del", "der", "den", "la", "le", "and", "&", "of", "und", "y"})

Words = Sequence[str]


def introduced(said: Said) -> tuple[str, str]:
    """Name and house, either of them empty. A message without capitals gives shorter names."""
    words = tuple(_TOKEN.findall(said.text[:_EARLY].replace("’", "'")))
    like = tuple(word.casefold().rstrip(".") for word in words)
    name, end = _name(words, like)
    house = _house(words, like, end) if name else ""
    return plain(name, 60), plain(house or _alone(words, like), 80)


def _name(words: Words, like: Words) -> tuple[str, int]:
    """The name and the place after it."""
    cased = any(word[0].isupper() for word in words[1:])
    for group, sure in ((SPOKEN.introducing, True), (SPOKEN.introducing_loosely, False)):
        for place in range(len(like)):
            if count := group.at(like, place):
                end = _run(words, like, place + count, _LONGEST_NAME, cased=cased or not sure)
                if end > place + count and (cased or sure or end == place + count + 1):
                    return _joined(words, place + count, end), end
    return _named_after(words, like)


def _named_after(words: Words, like: Words) -> tuple[str, int]:
    """ "Karen Whitfield here", "Tom speaking", and a name that stands alone between stops."""
    for place in range(1, len(like)):
        if SPOKEN.introduced.at(like, place):
            start = place
            while start > max(0, place - _LONGEST_NAME) and _is_name(words, like, start - 1, cased=True):
                start -= 1
            if start < place:
                return _joined(words, start, place), place
    return "", 0


def _run(words: Words, like: Words, start: int, most: int, *, cased: bool) -> int:
    """Where the words end that may be a name."""
    place = start
    most += bool(place < len(like) and SPOKEN.title.at(like, place))
    if not cased:
        most = 2
    while place < min(len(words), start + most) and _is_name(words, like, place, cased=cased):
        place += 1
    return place


def _is_name(words: Words, like: Words, place: int, *, cased: bool) -> bool:
    word = words[place]
    if not word[0].isalpha() or SPOKEN.not_name.at(like, place) or like[place] in SPOKEN.digits:
        return False
    return word[0].isupper() or not cased or bool(SPOKEN.title.at(like, place))


def _house(words: Words, like: Words, after: int) -> str:
    """What follows "from", "with" or "at" soon after the name."""
    for place in range(after, min(len(words), after + _NEAR)):
        if count := SPOKEN.belonging.at(like, place):
            start = place + count
            start += start < len(like) and like[start] in {"the", "der", "die", "dem", "la", "le"}
            if end := _house_end(words, like, start):
                return _joined(words, start, end)
    return ""


def _house_end(words: Words, like: Words, start: int) -> int:
    cased = any(word[0].isupper() for word in words[1:])
    place = start
    while place < min(len(words), start + _LONGEST_HOUSE):
        if not (_is_name(words, like, place, cased=cased) or (place > start and like[place] in _PARTICLES)):
            break
        place += 1
    while place > start and like[place - 1] in _PARTICLES:
        place -= 1
    return place if place > start else 0


def _alone(words: Words, like: Words) -> str:
    """ "this is dr. sharma's office": a house without a name."""
    for place in range(len(like)):
        if like[place] in {"office", "clinic", "service"} and place and like[place - 1].endswith("'s"):
            start = place - 1
            while start and SPOKEN.title.at(like, start - 1):
                start -= 1
            return _joined(words, start, place + 1)
    return ""


def _joined(words: Words, start: int, end: int) -> str:
    return " ".join(words[start:end]).strip(" .,;:")
