"""A transcript as words: what a rule found in it, and the words of the caller that say so."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from triage.core.calls.spoken.tables import heard, spoken
from triage.core.words.language import Group

# Twenty minutes of talk. More is nobody's message.
_MOST = 20_000
_LONGEST_QUOTE = 60


@dataclass(frozen=True)
class Said:
    """What was said, bounded. `words` are as they were spoken, in `like` every number is "0"; both run in step."""

    text: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Casefolded."""
        return heard(self.text[:_MOST])

    @cached_property
    def like(self) -> tuple[str, ...]:
        """To be searched for phrases."""
        return spoken(self.text[:_MOST])

    def found(self, group: Group) -> tuple[str, ...]:
        """Every different place in the caller's words where one of the phrases stands, shortened for quoting."""
        return tuple(
            dict.fromkeys(" ".join(self.words[start:end])[:_LONGEST_QUOTE] for start, end in self.spans(group))
        )

    def spans(self, group: Group) -> Iterator[tuple[int, int]]:
        """Where the phrases stand, first to last, none in another."""
        place = 0
        while place < len(self.like):
            count = group.at(self.like, place)
            if count:
                yield place, place + count
            place += count or 1
