"""How much a first mail reads like those of people who sell or recruit: words weighed, and phrases of three sorts.

Trained by tests/bench/train_cold.py on invented mail. It decides only when such mail is spoken of, never whether.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from triage.core.words.language import PHRASES
from triage.core.words.language.phrases import words
from triage.core.words.likeness import NUMBER, UNKNOWN, Model, Trait, read_model, spoken, written

_MOST_WORDS = 600
_MOST_OF_A_SORT = 3
_OFFERS = 0.4
_NEEDS = 0.8
_SHOWN = 4
_TELLING = 6
_NO_TRAITS = frozenset((UNKNOWN, NUMBER, (UNKNOWN, UNKNOWN)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pitch:
    """`weight` above 0 is more likely a pitch than not; `moved` are the words that made it so, strongest first."""

    weight: float
    moved: tuple[str, ...] = ()


@cache
def shipped() -> Model:
    """The model of the package, read once and when first asked for."""
    return read_model("cold.json")


def pitch(text: str, model: Model | None = None) -> Pitch:
    """What a text is worth as a pitch; at most its first six hundred words count."""
    model = model or shipped()
    said = words(text)[:_MOST_WORDS]
    found = model.weights.keys() & traits(said, model.known)
    weighed = sorted(((model.weights[trait], written(trait)) for trait in found), reverse=True)
    offers = (*PHRASES.selling.all_in(said)[:_MOST_OF_A_SORT], *PHRASES.pitch.all_in(said)[:_MOST_OF_A_SORT])
    needs = PHRASES.buying.all_in(said)[:_MOST_OF_A_SORT]
    # Smallest first, so that the sum is the same on every run.
    weight = model.bias + sum(sorted((one for one, _ in weighed), key=abs))
    moved = dict.fromkeys((*offers, *(told for one, told in weighed if one > 0 and _tells(told))))
    return Pitch(weight=weight + _OFFERS * len(offers) - _NEEDS * len(needs), moved=tuple(moved)[:_SHOWN])


def _tells(told: str) -> bool:
    return len(told) >= _TELLING and NUMBER not in told and UNKNOWN not in told


def traits(said: Sequence[str], known: frozenset[str]) -> set[Trait]:
    """The known words and their pairs; numbers are all alike."""
    heard = spoken(said, known)
    found: set[Trait] = set(heard)
    found.update(pairwise(heard))
    return found - _NO_TRAITS
