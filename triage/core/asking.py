"""How surely a text asks for something, 0 to 1: judged on sentences, decided on the message."""

from triage.core.sentences import Sentence, sentences

# What a sentence is worth by the rules alone.
_ASKS = 0.9
_SILENT = 0.1


def asks(own: str) -> float:
    """Does the sender's own text ask for something, whoever it is to? 0.5 and above means yes."""
    return max((surely(part) for part in sentences(own)), default=0.0)


def surely(part: Sentence) -> float:
    """The same for one sentence."""
    return _ASKS if part.asks else _SILENT
