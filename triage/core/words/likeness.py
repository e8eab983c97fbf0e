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
from itertools import pairwise, repeat

from triage.core.words.language import PHRASES
from triage.core.words.sentences import Sentence

_MOST_WORDS = 60
_MOST_SENTENCES = 60
_KNOWN_SHARE = 0.5
_SHOWN = 4
_UNKNOWN = "*"
_NUMBER = "0"
_START = "<"
_END = ">"
_WHO = (
    frozenset(("you", "your", "you'd", "you'll", "you're", "you've")),
    frozenset(("i", "me", "my", "i'm", "i'd", "i'll", "i've")),
    frozenset(("we", "us", "our", "let's", "we'll", "we're", "we've")),
    frozenset(("he", "she", "they", "him", "her", "them", "his", "their")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Words it was trained to know, and what each trait adds to the log-odds of a request."""

    known: frozenset[str]
    weights: Mapping[str, float]
    bias: float


SILENT = Model(known=frozenset(), weights={}, bias=0)


def read_model(name: str) -> Model:
    """A model of the package; one that never says anything if the file is not there."""
    path = files(__package__) / "model" / name
    if not path.is_file():
        return SILENT
    table = json.loads(path.read_text(encoding="utf-8"))
    return Model(known=frozenset(table["known"]), weights=table["weights"], bias=table["bias"])


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
    weighed = ((trait, model.weights.get(trait, 0)) for trait in traits(part, model.known) if _readable(trait))
    moved = sorted(((-weight, trait) for trait, weight in weighed if weight > 0))
    return tuple(trait for _, trait in moved[:_SHOWN])


def traits(part: Sentence, known: frozenset[str]) -> set[str]:
    """Words, pairs and triples of known words, with the sentence's start and end, and who is spoken of."""
    said = [_START, *_spoken(part.said[:_MOST_WORDS], known), _end(part.text)]
    found = set(said)
    found.update(map(" ".join, pairwise(said)))
    found.update(map(" ".join, zip(said, said[1:], said[2:], strict=False)))
    found.update(_marks(part))
    found.add("#who " + "".join(str(int(not spoken.isdisjoint(said))) for spoken in _WHO))
    return found - {_START, _END, _UNKNOWN, _NUMBER}


def _spoken(said: Iterable[str], known: frozenset[str]) -> Iterator[str]:
    for word in said:
        if word in known:
            yield word
        else:
            yield _UNKNOWN if word.isalpha() or not any(map(str.isdigit, word)) else _NUMBER


def _end(text: str) -> str:
    last = text.rstrip(" \"')")[-1:]
    return last if last and last in "?!:" else _END


def _marks(part: Sentence) -> Iterator[str]:
    yield f"#length {min(6, len(part.said) // 6)}"
    if part.asks:
        yield "#rule"
    if PHRASES.not_request.find(part.said):
        yield "#aside"
    if "?" in part.text:
        yield "#question"


def _readable(trait: str) -> bool:
    return not any(sign in trait for sign in "<>#*0")


def _is_known(parts: Iterable[Sentence], model: Model) -> bool:
    said = [word for part in parts for word in part.said[:_MOST_WORDS] if not word.isdigit()]
    return sum(map(model.known.__contains__, said)) > _KNOWN_SHARE * len(said)
