"""Questions without their mark, told by the order of words: "which do you prefer", "kommt die Lieferung heute"."""

from collections.abc import Sequence

from triage.core.words.language import ORDER, PHRASES

_SHORTEST = 3
_WITHIN = 8


def inverted(said: Sequence[str]) -> bool:
    """Do these words, a sentence without its greeting, ask by their order?"""
    if len(said) < _SHORTEST or PHRASES.small_talk.starts(said):
        return False
    return _verb_first(said) or _question_word_first(said) or _question_word_last(said)


def _verb_first(said: Sequence[str]) -> bool:
    """ "Brauchst du noch was", "habts ihr offen", "steht der Termin"."""
    verb, subject = said[0], said[1]
    if subject == "du":
        return verb.endswith("st")
    if subject == "ihr":
        return verb.endswith(("t", "ts"))
    return verb in ORDER.verbs and subject in ORDER.things


def _question_word_first(said: Sequence[str]) -> bool:
    """ "Which of the two do you prefer", "was machen wir mit dem Rest", "wann kommt der Kran"."""
    if not PHRASES.question_word.starts(said) or said[1] in ORDER.subjects:
        return False
    if said[2] in ORDER.pronouns and said[1] not in ORDER.said:
        return True
    asks = said[0] in ORDER.asking or (said[0] == "was" and said[2] in ORDER.after_was)
    if asks and said[1].endswith("t") and not said[1].startswith("ge"):
        return True
    places = range(1, min(_WITHIN, len(said)) - 1)
    return any(said[place] in ORDER.auxiliaries and said[place + 1] in ORDER.subjects for place in places)


def _question_word_last(said: Sequence[str]) -> bool:
    """ "Vous passez quand"."""
    return said[0] in ORDER.people and said[-1] in ORDER.last
