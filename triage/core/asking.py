"""How surely a text asks for something, 0 to 1: judged on sentences, decided on the message."""

from triage.core.likeness import Model, likenesses, shipped
from triage.core.sentences import Sentence, sentences

# What a sentence is worth by the rules alone, and the least a plain question is worth whatever the model makes of it.
_ASKS = 0.9
_SILENT = 0.1
_QUESTION = 0.5


def asks(own: str, model: Model | None = None) -> float:
    """Does the sender's own text ask for something, whoever it is to? 0.5 and above means yes.

    Without a model the one shipped is used; the rules decide alone where it is missing or silent.
    """
    parts = sentences(own)
    model = model or shipped()
    liked = likenesses(parts, model) if model else ()
    modelled = (_both(part, like.chance) for part, like in zip(parts, liked, strict=False))
    return max((*modelled, *map(by_rule, parts[len(liked) :])), default=0.0)


def by_rule(part: Sentence) -> float:
    """What the phrase tables alone make of one sentence."""
    return _ASKS if part.asks else _SILENT


def _both(part: Sentence, chance: float) -> float:
    return max(chance, _QUESTION) if part.is_question else chance
