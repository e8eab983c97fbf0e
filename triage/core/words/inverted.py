"""Questions without their mark, told by the order of words: "which do you prefer", "kommt die Lieferung heute"."""

from collections.abc import Sequence

from triage.core.words.language import PHRASES

_SHORTEST = 3
_WITHIN = 8
_PRONOUNS = frozenset(["wir", "du", "sie", "ihr", "ich", "man"])
_SUBJECTS = frozenset(["you", "we", "i", "they", "he", "she", "it", "u", *_PRONOUNS])
_AUXILIARIES = frozenset(
    ["do", "does", "did", "can", "could", "should", "would", "will", "shall", "are", "were", "have", "has", "is", "was"]
)
_ASKING = frozenset(["wann", "wo", "wer", "warum", "wieso", "woher", "wohin"])
# "Was" is English as well: what follows its verb says which of the two it is.
_AFTER_WAS = frozenset(
    ["das", "die", "der", "den", "gegen", "für", "noch", "denn", "jetzt", "ein", "eine", "bei", "im"]
)
_SAID = frozenset(["gesagt", "besprochen", "vereinbart", "versprochen", "angekündigt", "gewünscht", "immer", "erwähnt"])
_VERBS = frozenset(
    [
        "ist",
        "sind",
        "steht",
        "stehen",
        "kommt",
        "kommen",
        "hat",
        "war",
        "gilt",
        "passt",
        "geht",
        "klappt",
        "reicht",
        "braucht",
        "liegt",
        "läuft",
        "stimmt",
        "bleibt",
        "muss",
        "kann",
        "soll",
        "darf",
        "wird",
        "funktioniert",
    ]
)
_THINGS = frozenset(
    ["der", "die", "das", "es", "dieser", "diese", "dieses", "dein", "deine", "unser", "unsere", "euer", "eure"]
)
_PEOPLE = frozenset(["tu", "vous", "on", "ils", "elle", "il", "ça", "c'est"])
_LAST = frozenset(["quand", "où", "combien", "quoi", "comment"])


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
    return verb in _VERBS and subject in _THINGS


def _question_word_first(said: Sequence[str]) -> bool:
    """ "Which of the two do you prefer", "was machen wir mit dem Rest", "wann kommt der Kran"."""
    if not PHRASES.question_word.starts(said) or said[1] in _SUBJECTS:
        return False
    if said[2] in _PRONOUNS and said[1] not in _SAID:
        return True
    asks = said[0] in _ASKING or (said[0] == "was" and said[2] in _AFTER_WAS)
    if asks and said[1].endswith("t") and not said[1].startswith("ge"):
        return True
    places = range(1, min(_WITHIN, len(said)) - 1)
    return any(said[place] in _AUXILIARIES and said[place + 1] in _SUBJECTS for place in places)


def _question_word_last(said: Sequence[str]) -> bool:
    """ "Vous passez quand"."""
    return said[0] in _PEOPLE and said[-1] in _LAST
