"""How surely a text asks for something, 0 to 1: judged on sentences, decided on the message."""

from collections.abc import Sequence
from functools import lru_cache

from triage.core.words.language import PHRASES
from triage.core.words.likeness import Model, likenesses, shipped
from triage.core.words.sentences import Sentence, sentences

# What a sentence is worth by the rules alone, and the least a plain question is worth whatever the model makes of it.
_ASKS = 0.9
_SILENT = 0.1
_QUESTION = 0.5
_FAINT = 0.3
_REMEMBERED = 32


def asks(own: str, model: Model | None = None) -> float:
    """Does the sender's own text ask for something, whoever it is to? 0.5 and above means yes.

    The rules decide alone where the model (the one shipped, if none is given) is silent.
    """
    parts = sentences(own)
    return sureness(parts, liked(own) if model is None else likenesses(parts, model))


@lru_cache(maxsize=_REMEMBERED)
def liked(own: str) -> tuple[float, ...]:
    """What the shipped model makes of the first sentences; nothing where it does not know the language."""
    return likenesses(sentences(own), shipped())


def sureness(parts: Sequence[Sentence], liked: Sequence[float]) -> float:
    """The same, where the sentences and what the model makes of them are known."""
    modelled = (_both(part, chance) for part, chance in zip(parts, liked, strict=False))
    return max((*modelled, *map(by_rule, parts[len(liked) :])), default=0.0)


def by_rule(part: Sentence) -> float:
    """What the phrase tables alone make of one sentence."""
    return _ASKS if part.asks else _SILENT


def likest(parts: Sequence[Sentence], liked: Sequence[float]) -> tuple[float, Sentence] | None:
    """The sentence most like a request, and how like; courtesies and what the writer will do himself aside."""
    found = ((chance, part) for chance, part in zip(liked, parts, strict=False) if chance >= _FAINT)
    likely = [(chance, part) for chance, part in found if not _is_harmless(part)]
    return max(likely, key=lambda one: one[0]) if likely else None


def _is_harmless(part: Sentence) -> bool:
    return any(map(part.holds, (PHRASES.offer, PHRASES.not_request, PHRASES.undertaking)))


def _both(part: Sentence, chance: float) -> float:
    return max(chance, _QUESTION) if part.is_question else chance
