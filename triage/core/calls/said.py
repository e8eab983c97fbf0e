"""A transcript as words: what a rule found in it, and the words of the caller that say so."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from triage.core.calls.spoken.tables import heard, spoken
from triage.core.words.language import Group
from triage.core.words.sentences import Sentence, as_sentence, sentences

# Twenty minutes of talk. More is nobody's message.
_MOST = 20_000
_LONGEST_QUOTE = 60
# Transcribers that write no stops make one sentence of everything.
_LONG_SENTENCE = 40
_BREATH = 25
_OVERLAP = 5


@dataclass(frozen=True)
class Said:
    """What was said, bounded. `words` are as they were spoken, in `like` every number is "0"; both run in step."""

    text: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Casefolded."""
        return heard(self.text[:_MOST])

    @cached_property
    def parts(self) -> tuple[Sentence, ...]:
        """The sentences; one that never ends in pieces of a breath."""
        return tuple(part for sentence in sentences(self.text[:_MOST]) for part in _pieces(sentence, _BREATH))

    @cached_property
    def overlapping(self) -> tuple[str, ...]:
        """As `parts`, but a moment named between two pieces stands whole in one of them."""
        found = sentences(self.text[:_MOST])
        return tuple(part.text for sentence in found for part in _pieces(sentence, _BREATH - _OVERLAP))

    @cached_property
    def like(self) -> tuple[str, ...]:
        """To be searched for phrases."""
        return spoken(self.text[:_MOST])

    def found(self, group: Group) -> tuple[str, ...]:
        """Every different place in the caller's words where one of the phrases stands, shortened for quoting."""
        return tuple(dict.fromkeys(self.quote(start, end) for start, end in self.spans(group)))

    def quote(self, start: int, end: int) -> str:
        """The words from one place to another, shortened."""
        return " ".join(self.words[max(0, start) : end])[:_LONGEST_QUOTE]

    def spans(self, group: Group) -> Iterator[tuple[int, int]]:
        """Where the phrases stand, first to last, none in another."""
        place = 0
        while place < len(self.like):
            count = group.at(self.like, place)
            if count:
                yield place, place + count
            place += count or 1


def _pieces(sentence: Sentence, step: int) -> Iterator[Sentence]:
    spoken_words = sentence.text.split()
    if len(spoken_words) <= _LONG_SENTENCE:
        yield sentence
        return
    for place in range(0, len(spoken_words), step):
        piece = " ".join(spoken_words[place : place + _BREATH])
        yield as_sentence(piece)
