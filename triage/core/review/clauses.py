"""A reply cut into clauses, each of which says one thing; courtesies and putting off say nothing here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from triage.core.review.lexicon import lexicon
from triage.core.words.language import PHRASES
from triage.core.words.language.phrases import words

_MOST = 60
_STEM = 5
_TELLING = 4
_LONGEST_NAME = 5
_LONGEST_TEXT = 16_384
_SENTENCE = re.compile(r"(?<=[.!?;:])(?<!\d[.:])\s+|\n+|\s[-–—]\s")
_PHRASE = re.compile(r"(?<=[,\n!])\s*|(?<=[.?])(?<!\d\.)\s+")
_COMMA = re.compile(r",\s")
_NUMBER = re.compile(r"^(?:zu |ad |re |no\. ?|nr\. ?|question |frage )?\(?(\d{1,2})[.):]+\s+", re.IGNORECASE)
_NUMBERS_WITHIN = re.compile(r"\s(?=\(?\d{1,2}\)\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A part of a text that says one thing. `stems` are what it is about, `number` its place in a numbered list."""

    text: str
    said: tuple[str, ...]
    stems: frozenset[str]
    number: int | None = None

    @property
    def says(self) -> int:
        """How many things it may say at most: what is joined by commas may be more than one."""
        return max(1, sum(len(words(part)) >= _TELLING for part in _COMMA.split(self.text)))

    @property
    def asks(self) -> bool:
        """Is it a question of its own?"""
        return self.text.rstrip(" \"')").endswith("?")


def clauses(own: str) -> tuple[Clause, ...]:
    """What a reply says, in order."""
    found = list(_cut(own))
    if len(found) > 1 and _is_a_name(found[-1]):
        found.pop()
    return tuple(clause for clause in found if not clause.asks and not _says_nothing(clause))[:_MOST]


def stems(said: Iterable[str]) -> frozenset[str]:
    """The beginnings of the words that mean something, so that "charged" and "charge" are one."""
    empty = lexicon().empty
    return frozenset(word[:_STEM] for word in said if len(word) > 1 and not empty.is_all_of((word,)))


def _cut(own: str) -> Iterable[Clause]:
    for line in _SENTENCE.split(_NUMBERS_WITHIN.sub("\n", _ungreeted(own))):
        numbered = _NUMBER.match(line)
        number = int(numbered[1]) if numbered else None
        for text in _parts(line[numbered.end() :] if numbered else line):
            said = words(text)
            if said:
                yield Clause(text=text.strip(), said=said, stems=stems(said), number=number)


def _ungreeted(own: str) -> str:
    """Without the name after a greeting, and without a closing and the name under it."""
    parts = [part for part in _PHRASE.split(own[:_LONGEST_TEXT]) if part.strip()]
    if parts and PHRASES.greeting.starts(words(parts[0])):
        parts = parts[1:]
    last = range(max(0, len(parts) - _LONGEST_NAME), len(parts))
    closings = (place for place in last if PHRASES.greeting_end.is_all_of(words(parts[place])))
    end = next((place for place in closings if len(words(" ".join(parts[place + 1 :]))) <= _LONGEST_NAME), len(parts))
    return " ".join(parts[:end])


def _parts(sentence: str) -> list[str]:
    """At commas and at words that begin another statement, unless what follows only carries the statement on."""
    told, parts = lexicon(), list[str]()
    for part in _COMMA.split(sentence):
        said = words(part)
        before = words(parts[-1]) if parts else ()
        if parts and (told.joins.starts(said) or told.joins.starts(before) or _only_agrees(before)):
            parts[-1] = f"{parts[-1]}, {part}"
        else:
            parts.append(part)
    return [piece for part in parts for piece in _statements(part)]


def _only_agrees(said: tuple[str, ...]) -> bool:
    return lexicon().agreed.is_all_of(said)


def _statements(part: str) -> Iterable[str]:
    spoken, begin, splits = part.split(), 0, lexicon().splits
    for place in range(len(spoken) - 1):
        if splits.is_all_of(words(spoken[place])) and (place >= 2 or not place):
            yield " ".join(spoken[begin:place])
            begin = place + 1
    yield " ".join(spoken[begin:])


def _is_a_name(clause: Clause) -> bool:
    return len(clause.said) <= 3 and clause.text.istitle() and clause.text[-1:].isalpha()


def _says_nothing(clause: Clause) -> bool:
    told = lexicon()
    return bool(told.courtesy.starts(clause.said) or told.later.starts(clause.said))
