"""A sender's own words cut into sentences, and which of these ask for something."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from triage.core.words.inverted import inverted
from triage.core.words.language import DEADLINES, PHRASES, PROMISES, Group
from triage.core.words.language.index import Index
from triage.core.words.language.phrases import words

# Both patterns begin with one sign of a few, so that all between is skipped at once: here "<" or the first letter of a
# scheme, there what ends a sentence before white space or, in Chinese and Japanese, before anything; or a line end.
_URL = re.compile(
    r"[<HFMWhfmw](?i:(?<=<)(?:https?|ftp|mailto|www)|(?<!\w.)(?:(?<=h)ttps?|(?<=f)tp|(?<=m)ailto|(?<=w)ww))"
    r"[:.][^\s>]*>?"
)
_END = re.compile(r"[.!?\u3002\uff01\uff1f\n](?:(?<!\n)[\"')\]]?\s+|(?<=[\u3002\uff01\uff1f])|(?<=\n)\s*\n)")
_MOST_SENTENCES = 400
_MOST_QUESTIONS = 10
_LONGEST_QUESTION = 300
_REMEMBERED = 32
_WISH_WITHIN = 16
_CHOICE = 10
_SOUGHT = Index(
    PHRASES.request,
    PHRASES.not_request,
    PHRASES.offer,
    PHRASES.undertaking,
    PHRASES.trouble,
    PHRASES.chaser,
    PHRASES.no_reply_needed,
    PHRASES.wish,
    PHRASES.want,
    PHRASES.lack,
    PHRASES.automatic,
    PHRASES.notice,
    PHRASES.service_talk,
    PHRASES.myself,
    DEADLINES.by,
)
"""What is looked for in every sentence."""
_REQUEST = _SOUGHT.bits[PHRASES.request]
_WISH = _SOUGHT.bits[PHRASES.wish] | _SOUGHT.bits[PHRASES.want] | _SOUGHT.bits[PHRASES.lack]
_WISHES = ((PHRASES.wish, PHRASES.wish_end), (PHRASES.want, PHRASES.want_end), (PHRASES.lack, PHRASES.lack_end))
_HARMLESS = _SOUGHT.bits[PHRASES.not_request] | _SOUGHT.bits[PHRASES.offer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence on one line; `said` are its words, casefolded, `held` the bits of what was found in them.

    `is_question`: it ends in a question mark, chit-chat such as "how are you?" aside. `asks`: it is one, or a request
    in other clothes; offers such as "if you have any questions, call me" are none.
    """

    text: str
    said: tuple[str, ...]
    is_question: bool
    asks: bool
    held: int

    def holds(self, group: Group) -> bool:
        """Does a phrase of this group, one of those looked for in every sentence, stand in it?"""
        return bool(self.held & _SOUGHT.bits[group])


def as_sentence(text: str) -> Sentence:
    """One on one line, read."""
    said = words(text)
    held = _SOUGHT.held(said)
    question = _questions(text, said)
    return Sentence(
        text=text,
        said=said,
        is_question=question,
        asks=bool(said) if question else len(said) > 1 and _requests(said, held),
        held=held,
    )


def _questions(text: str, said: tuple[str, ...]) -> bool:
    if "?" not in text[-6:] and "\uff1f" not in text[-6:]:
        return False
    return not PHRASES.small_talk.is_all_of(without_greeting(said))


def _requests(said: tuple[str, ...], held: int) -> bool:
    if held & _WISH and any(_wishes(said, begins, ends) for begins, ends in _WISHES):
        return True
    if not (held & _REQUEST or PHRASES.question_start.starts(begun := without_greeting(said)) or inverted(begun)):
        return False
    if not held & _HARMLESS:
        return True
    # Only the harmless words themselves are taken out: what is asked beside them still asks.
    left = PHRASES.not_request.without(said)
    if PHRASES.offer.find(left):
        left = PHRASES.contact.without(PHRASES.offer.without(left))
    begun = without_greeting(left)
    return bool(PHRASES.request.find(left) or PHRASES.question_start.starts(begun) or inverted(begun))


def _wishes(said: tuple[str, ...], begins: Group, ends: Group) -> bool:
    """ "Wenn Sie mir noch die Fläche sagen könnten": the verb that makes a request of it comes late."""
    begun = next((place for place in range(len(said)) if begins.at(said, place)), None)
    if begun is None:
        return False
    within = range(begun + 2, min(len(said), begun + _WISH_WITHIN))
    # "Wenn Sie Fragen haben, würden wir …" wishes nothing.
    return any(ends.at(said, place) and not PROMISES.first.find(said[place + 1 : place + 2]) for place in within)


def chooses(part: Sentence) -> bool:
    """ "54, please": said to somebody who asked, it answers and asks nothing."""
    left = PHRASES.please.without(part.said)
    if left == part.said or not left[0] or part.is_question or len(left) > _CHOICE:
        return False
    orders = any(group.starts(left) for group in (PROMISES.verb, PROMISES.dated, PROMISES.doing, PROMISES.doing_dated))
    return not orders and not _requests(left, _SOUGHT.held(left))


@lru_cache(maxsize=_REMEMBERED)
def sentences(own: str) -> tuple[Sentence, ...]:
    """The sentences in order. Addresses of the web are left out, so that their question marks ask nothing."""
    parts = (" ".join(part.split()) for part in _cut(_URL.sub(" ", own) if _may_link(own) else own))
    return tuple(map(as_sentence, islice(filter(None, parts), _MOST_SENTENCES)))


def _cut(text: str) -> Iterator[str]:
    """What ends in the sign of an end, and what is left after the last one."""
    start = 0
    for end in _END.finditer(text):
        yield text[start : end.start() + 1]
        start = end.end()
    yield text[start:]


def _may_link(text: str) -> bool:
    folded = text.lower()
    return "://" in folded or "www." in folded or "mailto:" in folded


def asking(parts: tuple[Sentence, ...]) -> tuple[str, ...]:
    """What is asked, one by one, at most ten of at most 300 characters."""
    return tuple(part.text[:_LONGEST_QUESTION] for part in parts if part.asks)[:_MOST_QUESTIONS]


def without_greeting(said: tuple[str, ...]) -> tuple[str, ...]:
    """ "Hi Robin, how are you" without its first words, if it greets."""
    count = PHRASES.greeting.starts(said)
    if not count:
        return said
    return said[count:] if PHRASES.small_talk.is_all_of(said[count:]) else said[count + 1 :]
