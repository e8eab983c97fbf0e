"""What a kind colleague would point out about one reply, each with the line it means and other words for it.

For its writer alone, after sending. A question one function, as with the rules of judging; silence where in doubt.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from triage.core.review.answered import unanswered
from triage.core.review.clauses import clauses
from triage.core.review.lexicon import Better, better, lexicon
from triage.core.review.upset import upset
from triage.core.words.language import PHRASES
from triage.core.words.language.phrases import words
from triage.core.words.quotes import own_words
from triage.core.words.sentences import Sentence, asking, sentences

_BARE = 6
_NAME = 4
_QUICK = 12
_LONG_ANSWER = 150
_LINE = 15
LONGEST = 200
_TECHNICAL = re.compile(r"^(?:diff |@@ |Signed-off-by:)|\w\(\d?\)|\[PATCH", re.MULTILINE)
_DIGIT = re.compile(r"\d")


class Care(Enum):
    """Kinds of findings; the order is that of their use."""

    ATTENTION = "attention"
    VIEW = "view"
    NEXT_STEP = "next-step"
    WORDS = "words"
    WARMTH = "warmth"
    CHANNEL = "channel"
    BREAKS = "breaks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`quote` is the line it means, theirs or mine; `instead` what may be said or done; both not made safe yet."""

    care: Care
    quote: str
    instead: str


class Text:
    """A text as its rules look at it, cut up once."""

    def __init__(self, text: str) -> None:
        self.whole = text
        self.own = own_words(text)

    @cached_property
    def parts(self) -> tuple[Sentence, ...]:
        """Its sentences."""
        return sentences(self.own)

    @cached_property
    def said(self) -> tuple[str, ...]:
        """All its words."""
        return words(self.own)

    @property
    def greets(self) -> bool:
        """Does it begin with a greeting?"""
        return bool(PHRASES.greeting.starts(self.said))

    @property
    def first(self) -> str:
        """Its first line with words in it."""
        return next((line.strip() for line in self.own.splitlines() if words(line)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply of mine and what it answers. `names` are the words the other is called by; `first` says that I had not
    written in this conversation before, `near` that we work together.
    """

    asked: Text
    mine: Text
    names: frozenset[str] = frozenset()
    first: bool = True
    near: bool = False

    @property
    def discusses(self) -> bool:
        """Among people who discuss at length or in code, blunt words are about the matter."""
        both = (self.asked, self.mine)
        return len(self.mine.said) > _LONG_ANSWER or any(_TECHNICAL.search(text.whole) for text in both)


def findings(reply: Reply) -> tuple[Finding, ...]:
    """What there is to say about a reply, the most useful first, at most one of a kind."""
    found = (look(reply) for look in _LOOKS) if not reply.discusses else ()
    return tuple(one for one in found if one)


def _attention(reply: Reply) -> Finding | None:
    """Not of long letters: what in them is a question to me is too unsure.

    Nor of a single question that was refused: it was answered, only badly.
    """
    if len(reply.asked.said) > LONGEST:
        return None
    asked = asking(reply.asked.parts)
    missed = unanswered(asked, reply.mine.whole)
    if not missed or (len(asked) == 1 and (_next_step(reply) or _words(reply))):
        return None
    return Finding(care=Care.ATTENTION, quote=missed[0], instead="this may still wait for a word")


def _view(reply: Reply) -> Finding | None:
    if not (hurt := upset(reply.asked.own, reply.asked.said)) or lexicon().understanding.find(reply.mine.said):
        return None
    quote = next((part.text for part in reply.asked.parts if hurt in " ".join(part.said)), hurt)
    return Finding(care=Care.VIEW, quote=quote, instead="begin with what it means for them, then what you do about it")


def _next_step(reply: Reply) -> Finding | None:
    waits = any(part.asks for part in reply.asked.parts) or upset(reply.asked.own, reply.asked.said)
    if not waits or any(part.is_question for part in reply.mine.parts):
        return None
    told = lexicon()
    said = [one for one in clauses(reply.mine.own) if not one.asks]
    stalls = [part for part in reply.mine.parts if told.stalling.find(part.said)]
    bare = [one for one in said if len(one.said) <= 2 and told.refusing.find(one.said)] if len(said) <= 1 else []
    dated = any(told.times.find(one.said) or _DIGIT.search(one.text) for one in said)
    line = stalls[0].text if stalls else bare[0].text if bare else ""
    if not line or dated or told.handed.find(reply.mine.said):
        return None
    return Finding(care=Care.NEXT_STEP, quote=line, instead="name a day, a way, or ask what you need to know")


def _words(reply: Reply) -> Finding | None:
    for part in reply.mine.parts:
        for one in better() if not reply.near else (one for one in better() if not one.bare):
            if (
                one.phrases.find(part.said)
                and not (one.bare and len(part.said) > _room(part))
                and not _softened(one, reply)
            ):
                return Finding(care=Care.WORDS, quote=part.text, instead=one.instead)
    return None


def _room(part: Sentence) -> int:
    """How long a bare line is; a greeting and a name before it do not make it longer."""
    return _BARE + (_NAME if PHRASES.greeting.starts(part.said) else 0)


def _softened(one: Better, reply: Reply) -> bool:
    """Another way is offered beside it."""
    return bool(one.unless.find(reply.mine.said)) or (one.bare and any(part.is_question for part in reply.mine.parts))


def _warmth(reply: Reply) -> Finding | None:
    """One bare line to somebody who greeted or is upset; a thank-you or a cheerful word is warm enough."""
    mine, asked = reply.mine, reply.asked
    if not reply.first or reply.near or not mine.said or mine.greets or reply.names.intersection(mine.said[:_BARE]):
        return None
    hurt = bool(upset(asked.own, asked.said))
    if (not hurt and not (asked.greets and len(asked.said) > _QUICK)) or len(mine.said) > _LINE:
        return None
    if not hurt and (lexicon().kind.find(mine.said) or "!" in mine.own):
        return None
    return Finding(care=Care.WARMTH, quote=mine.first, instead="a greeting with their name, and a line that closes it")


_LOOKS: tuple[Callable[[Reply], Finding | None], ...] = (_attention, _view, _next_step, _words, _warmth)
