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
_LEADS_IN = re.compile(r"(?::|:?\s\(?\d{1,2}[.)])\s*$")
_TIME = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th|[:.]\d\d?|\.(?!\d)|\s?[ap]m|\s?h|\s?uhr)\b"
    r"|\b(?:at|by|after|before|until|till|from|on|around|about|ab|um|bis|nach|vor|am|gegen|to)\s(?:the\s)?\d"
    r"|^\W*\d{1,2}\W*$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")


def unanswered(questions: Sequence[str], reply: str) -> tuple[str, ...]:
    """Those of the questions that the reply (its whole text, quotes included) seems to leave open, in order."""
    below = beneath(questions, reply)
    missed = {one for asked, found in below for one in _left_above(asked, found)}
    quoted = {one for asked, _ in below for one in asked}
    rest = [one for one in questions if one not in quoted and _wants_words(one)]
    parts = [(part, one) for one in rest for part in _parts(one)]
    own = own_words(reply)
    asks_back = len(parts) == 1 and "?" in own
    open_ = _missed([part for part, _ in parts], clauses(own)) if rest and not asks_back else []
    missed |= {one for part, one in parts if part in open_ and _outright(one)}
    return tuple(one for one in questions if one in missed)


def _left_above(asked: Sequence[str], below: str) -> Sequence[str]:
    """Of questions quoted together, those for which too little is said beneath: the last stands nearest."""
    if not says_something(below):
        return asked
    return asked[: max(0, len(asked) - len(clauses(below)))] if len(asked) > 1 else ()


def _wants_words(question: str) -> bool:
    """Neither chat nor only the line that leads into a list."""
    return not lexicon().chat.find(words(question)) and not _LEADS_IN.search(question)


def _outright(question: str) -> bool:
    """What only hints at a wish is answered in too many ways to miss it."""
    return "?" in question or bool(lexicon().of_me.find(words(question)))


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
    free, answers = list(said), list[Clause | None]()
    for place, question in enumerate(questions):
        answer = _by_number(place, said) or _by_subject(question, said) or _by_form(question, free)
        answers.append(answer)
        if answer in free:
            free.remove(answer)
    if _granted(questions, answers):
        answers[0] = said[0]
    open_ = [place for place, answer in enumerate(answers) if answer is None]
    alone = len(questions) == 1
    sure = [place for place in open_ if not alone and not any(map(_could(questions[place]), said))]
    left = sum(max(0, one.says - answers.count(one)) for one in said)
    doubted = sorted(set(open_) - set(sure), key=lambda place: (_has_room(place, answers, said), -place))
    told = {*sure, *doubted[: max(0, len(doubted) - left)]}
    return [questions[place] for place in sorted(told)]


def _granted(questions: Sequence[str], answers: Sequence[Clause | None]) -> bool:
    """What they ask of me first is granted by whatever is said of its details."""
    return answers[0] is None and any(answers) and bool(lexicon().of_me.find(words(questions[0])))


def _has_room(place: int, answers: Sequence[Clause | None], said: Sequence[Clause]) -> bool:
    """Does a clause stand unused where the answer would, if they were given in order?"""
    before = max((said.index(one) for one in answers[:place] if one), default=-1)
    after = min((said.index(one) for one in answers[place + 1 :] if one), default=len(said))
    return before > after or any(one not in answers for one in said[before + 1 : after])


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
        (told.request, lambda told, clause: _hands_over(told, clause) or _agrees(told, clause)),
        (told.open, lambda told, clause: False),
    )
    fits = next((fits for group, fits in forms if group.find(asked)), _agrees)
    return lambda clause: fits(told, clause)


def _could(question: str) -> Callable[[Clause], bool]:
    """A day, a number or a person is asked for in few words; whatever else is asked may be answered by any."""
    told, asked = lexicon(), words(question)
    if told.when.find(asked):
        return lambda one: _names_time(told, one) or _names_number(told, one) or bool(told.handed.find(one.said))
    if told.amount.find(asked):
        return lambda one: _names_number(told, one) or bool(told.handed.find(one.said))
    if told.who.find(asked):
        return lambda one: _names_person(told, one) or bool(told.handed.find(one.said))
    return lambda one: True


def _names_time(told: Lexicon, clause: Clause) -> bool:
    return bool(told.times.find(clause.said) or _TIME.search(clause.text))


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
    """Yes, no, or an echo: "she did"."""
    first = clause.said[:2]
    echo = len(first) == 2 and any(
        told.echoes.is_all_of((who,)) and told.yes_no.is_all_of((verb,)) for who, verb in (first, first[::-1])
    )
    return bool(told.agreed.starts(clause.said)) or echo
