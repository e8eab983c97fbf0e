"""How much a first mail reads like those of people who sell or recruit: words weighed, and phrases of three sorts.

Trained by tests/bench/train_cold.py on invented mail. It decides only when such mail is spoken of, never whether.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from triage.core.words.language import PHRASES
from triage.core.words.language.phrases import words
from triage.core.words.likeness import Model, read_model

_MOST_WORDS = 600
_MOST_OF_A_SORT = 3
_OFFERS = 0.4
_NEEDS = 0.8
_SHOWN = 4
_TELLING = 6
_NUMBER = "0"
_UNKNOWN = "*"


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
    weighed = sorted(((model.weights.get(trait, 0.0), trait) for trait in traits(said, model.known)), reverse=True)
    offers = (*PHRASES.selling.all_in(said)[:_MOST_OF_A_SORT], *PHRASES.pitch.all_in(said)[:_MOST_OF_A_SORT])
    needs = PHRASES.buying.all_in(said)[:_MOST_OF_A_SORT]
    # Smallest first, so that the sum is the same on every run.
    weight = model.bias + sum(sorted((one for one, _ in weighed), key=abs))
    moved = dict.fromkeys((*offers, *(trait for one, trait in weighed if one > 0 and _tells(trait))))
    return Pitch(weight=weight + _OFFERS * len(offers) - _NEEDS * len(needs), moved=tuple(moved)[:_SHOWN])


def _tells(trait: str) -> bool:
    return len(trait) >= _TELLING and _NUMBER not in trait and _UNKNOWN not in trait


def traits(said: Sequence[str], known: frozenset[str]) -> set[str]:
    """The known words and their pairs; numbers are all alike."""
    spoken = [_NUMBER if any(map(str.isdigit, word)) else word if word in known else _UNKNOWN for word in said]
    return {*spoken, *map(" ".join, pairwise(spoken))} - {_UNKNOWN, _NUMBER, f"{_UNKNOWN} {_UNKNOWN}"}
