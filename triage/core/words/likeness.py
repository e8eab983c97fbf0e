"""How much an English sentence reads like a request: a small linear model over its words.

Trained by tests/bench/train_asks.py. The rules decide without it: where the file is missing, or the text is in words
it does not know, it says nothing.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise, product, repeat

from triage.core.words.language import PHRASES
from triage.core.words.sentences import Sentence

_MOST_WORDS = 60
_MOST_SENTENCES = 60
_KNOWN_SHARE = 0.5
_SHOWN = 4
UNKNOWN = "*"
"""What stands for a word the model does not know."""
NUMBER = "0"
"""What stands for one with a digit in it."""
_START = "<"
_END = ">"
EMPTY = frozenset((_START, _END, UNKNOWN, NUMBER))
"""Traits that say nothing, as all have them or none know what they stand for: models give them no weight."""
_WHO = (
    frozenset(("you", "your", "you'd", "you'll", "you're", "you've")),
    frozenset(("i", "me", "my", "i'm", "i'd", "i'll", "i've")),
    frozenset(("we", "us", "our", "let's", "we'll", "we're", "we've")),
    frozenset(("he", "she", "they", "him", "her", "them", "his", "their")),
)


_WHO_MARKS = {
    apart: "#who" + "".join("01"[not each] for each in apart) for apart in product((True, False), repeat=len(_WHO))
}
"""What is noted of who is spoken of, by which of these words are missing."""

Trait = str | tuple[str, ...]
"""A word or a mark; a pair or triple of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Words it was trained to know, and what each trait adds to the log-odds of a request."""

    known: frozenset[str]
    weights: Mapping[Trait, float]
    bias: float


SILENT = Model(known=frozenset(), weights={}, bias=0)


def read_model(name: str) -> Model:
    """A model of the package; one that never says anything if the file is not there."""
    path = files(__package__) / "model" / name
    if not path.is_file():
        return SILENT
    table = json.loads(path.read_text(encoding="utf-8"))
    weights = {trait_of(written): weight for written, weight in table["weights"].items()}
    return Model(known=frozenset(table["known"]), weights=weights, bias=table["bias"])


def trait_of(written: str) -> Trait:
    """A trait as the file of a model writes it."""
    return tuple(written.split(" ")) if " " in written else written


def written(trait: Trait) -> str:
    """The same as it is written there."""
    return trait if isinstance(trait, str) else " ".join(trait)


@cache
def shipped() -> Model:
    """The one for requests, read once and when first asked for."""
    return read_model("asks.json")


def likenesses(parts: Sequence[Sentence], model: Model) -> tuple[float, ...]:
    """For the first sixty sentences; nothing if the text is mostly of words unknown to the model, so not English."""
    parts = parts[:_MOST_SENTENCES]
    return tuple(likeness(part, model) for part in parts) if _is_known(parts, model) else ()


def likeness(part: Sentence, model: Model) -> float:
    """The chance, 0 to 1, that the sentence asks for something."""
    # An exact sum: the order of a set differs from run to run.
    total = model.bias + math.fsum(map(model.weights.get, traits(part, model.known), repeat(0.0)))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def moving(part: Sentence, model: Model) -> tuple[str, ...]:
    """The words that made it more likely, the strongest first, at most four groups."""
    weighed = ((model.weights.get(trait, 0), written(trait)) for trait in traits(part, model.known))
    moved = sorted((-weight, told) for weight, told in weighed if weight > 0 and _readable(told))
    return tuple(told for _, told in moved[:_SHOWN])


def traits(part: Sentence, known: frozenset[str]) -> set[Trait]:
    """Words, pairs and triples of known words, with the sentence's start and end, and who is spoken of."""
    said = [_START, *spoken(part.said[:_MOST_WORDS], known), _end(part.text)]
    found: set[Trait] = set(said)
    who = _WHO_MARKS[tuple(map(found.isdisjoint, _WHO))]
    found.update(_marks(part), (who,), pairwise(said), zip(said, said[1:], said[2:], strict=False))
    return found


def spoken(said: Iterable[str], known: frozenset[str]) -> list[str]:
    """The words as a model sees them: those it knows, and signs for the others. It knows none with a digit."""
    return [word if word in known else _sign_of(word) for word in said]


def _sign_of(word: str) -> str:
    return UNKNOWN if word.isalpha() or not any(map(str.isdigit, word)) else NUMBER


def _end(text: str) -> str:
    last = text.rstrip(" \"')")[-1:]
    return last if last and last in "?!:" else _END


def _marks(part: Sentence) -> Iterator[str]:
    yield f"#length{min(6, len(part.said) // 6)}"
    if part.asks:
        yield "#rule"
    if part.holds(PHRASES.not_request):
        yield "#aside"
    if "?" in part.text:
        yield "#question"


def _readable(told: str) -> bool:
    return not any(sign in told for sign in "<>#*0")


def _is_known(parts: Iterable[Sentence], model: Model) -> bool:
    said = [word for part in parts for word in part.said[:_MOST_WORDS] if not word.isdigit()]
    return sum(map(model.known.__contains__, said)) > _KNOWN_SHARE * len(said)
