"""Half-answered: which of the questions of a mail nothing in the reply speaks to.

Each question looks for a clause of the reply that answers it: by what it is about, by the form of the answer (a day
for "when", a name for "who", yes or no), or beneath its own quote. Clauses left over are believed to answer questions
left over, so that an unexpected way of answering is not taken for none.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from triage.core.review.clauses import Clause, clauses, stems
from triage.core.review.lexicon import Lexicon, lexicon
from triage.core.review.quoted import beneath, says_something
from triage.core.words.language.phrases import Group, words
from triage.core.words.quotes import own_words

_AND = re.compile(r",?\s(?:and|und)\s", re.IGNORECASE)
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-ZÄÖÜ][a-zäöüß]+|^[A-ZÄÖÜ][a-zäöüß]+\b(?!\s+[a-zäöü]+ing)")
_DIGIT = re.compile(r"\d")


def unanswered(questions: Sequence[str], reply: str) -> tuple[str, ...]:
    """Those of the questions that the reply (its whole text, quotes included) seems to leave open, in order."""
    below = {one: found for one in questions if (found := beneath(one, reply)) is not None}
    missed = {one for one, found in below.items() if not says_something(found)}
    rest = [one for one in questions if one not in below and _wants_words(one)]
    parts = [(part, one) for one in rest for part in _parts(one)]
    open_ = _missed([part for part, _ in parts], clauses(own_words(reply))) if rest else []
    missed |= {one for part, one in parts if part in open_}
    return tuple(one for one in questions if one in missed)


def _wants_words(question: str) -> bool:
    """Asked outright, and not by way of chat: what only hints at a wish is answered in too many ways."""
    said = words(question)
    outright = "?" in question or bool(lexicon().of_me.find(said))
    return outright and not lexicon().chat.find(said)


def _parts(question: str) -> list[str]:
    """ "Which day, and shall we have dinner?" asks two things."""
    told, found = lexicon(), [question]
    for place in (match for match in _AND.finditer(question)):
        rest = question[place.end() :]
        said = words(rest)
        if said and (
            told.yes_no.starts(said)
            or any(group.starts(said) for group in (told.when, told.amount, told.who, told.where))
        ):
            found = [*found[:-1], question[: place.start()], rest]
    return found


def _missed(questions: Sequence[str], said: Sequence[Clause]) -> list[str]:
    """The questions for which no clause is left."""
    free, open_ = list(said), list[str]()
    for place, question in enumerate(questions):
        answer = _by_number(place, said) or _by_subject(question, said) or _by_form(question, free)
        if answer is None:
            open_.append(question)
        elif answer in free:
            free.remove(answer)
    if len(open_) < len(questions):
        open_ = [one for one in open_ if not lexicon().of_me.find(words(one)) or one is not questions[0]]
    return open_[len(free) :]


def _by_number(place: int, said: Iterable[Clause]) -> Clause | None:
    return next((one for one in said if one.number == place + 1), None)


def _by_subject(question: str, said: Iterable[Clause]) -> Clause | None:
    about = stems(words(question))
    return max((one for one in said if one.stems & about), key=lambda one: len(one.stems & about), default=None)


def _by_form(question: str, said: Iterable[Clause]) -> Clause | None:
    fits = _form(words(question))
    return next((one for one in said if fits(one)), None)


def _form(asked: Sequence[str]) -> Callable[[Clause], bool]:
    told = lexicon()
    forms: tuple[tuple[Group, Callable[[Lexicon, Clause], bool]], ...] = (
        (told.when, _names_time),
        (told.amount, _names_number),
        (told.who, _names_person),
        (told.where, _names_place),
        (told.why, _gives_reason),
        (told.request, _hands_over),
        (told.yes_no, _agrees),
    )
    fits = next((fits for group, fits in forms if group.find(asked)), None)
    return (lambda clause: fits(told, clause)) if fits else (lambda clause: False)


def _names_time(told: Lexicon, clause: Clause) -> bool:
    return bool(told.times.find(clause.said) or _DIGIT.search(clause.text))


def _names_number(told: Lexicon, clause: Clause) -> bool:
    return bool(told.numbers.find(clause.said) or _DIGIT.search(clause.text))


def _names_person(told: Lexicon, clause: Clause) -> bool:
    return bool(told.persons.find(clause.said) or _NAME.search(clause.text))


def _names_place(told: Lexicon, clause: Clause) -> bool:
    return bool(told.places.find(clause.said))


def _gives_reason(told: Lexicon, clause: Clause) -> bool:
    return bool(told.because.find(clause.said))


def _hands_over(told: Lexicon, clause: Clause) -> bool:
    return bool(told.handed.find(clause.said) or told.agreed.find(clause.said))


def _agrees(told: Lexicon, clause: Clause) -> bool:
    return bool(told.agreed.starts(clause.said))
