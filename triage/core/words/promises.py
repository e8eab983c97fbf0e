"""Does somebody say in his own words that he will come back to it, and by when?

Conditional, reported, negated and past forms promise nothing. What was promised without a date counts for the end of
the next working day, and is shown as assumed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.core.times.hours import Hours
from triage.core.words.claims import BEGINNINGS, Claim, at, claims
from triage.core.words.dates import tokens
from triage.core.words.language import PHRASES, PROMISES
from triage.core.words.moments import moment
from triage.core.words.sentences import Sentence, without_greeting

_MOST_SENTENCES = 60
_LONGEST = 200
_LONGEST_THING = 5
_ENCLOSED_WITHIN = 5
_LONGEST_TAG = 3
# "Tomorrow at the latest I'll send it": how many words may stand between a moment and what is promised for it.
_GAP = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A promise in words: by when, whether that is assumed, the sentence, and what is to come ("the plans")."""

    by: datetime
    assumed: bool
    text: str
    what: str = ""


def promised(parts: Sequence[Sentence], sent: datetime, hours: Hours) -> Said | None:
    """The promise of a text, written at `sent`: of several the earliest with a moment of its own, else the first."""
    found = [said for part in parts[:_MOST_SENTENCES] if (said := _promised(part, sent, hours))]
    named = [said for said in found if not said.assumed]
    return min(named, key=lambda said: said.by) if named else next(iter(found), None)


def _promised(part: Sentence, sent: datetime, hours: Hours) -> Said | None:
    if len(part.said) < 2 or not BEGINNINGS.held(part.said):
        return None
    said = without_greeting(PROMISES.polite.without(tokens(part.text)))
    for claim in claims(said, part.text):
        when = _when(said, claim, sent, hours)
        if (claim.dated and when is None) or (claim.told and _only_asked(part, claim)) or (claim.at_once and part.asks):
            continue
        if _unsaid(said, claim, named=when is not None, text=part.text):
            continue
        by = when or _next_day(sent, hours)
        return Said(by=by, assumed=when is None, text=part.text[:_LONGEST], what=_thing(said, claim, part.text))
    return None


def _next_day(sent: datetime, hours: Hours) -> datetime:
    following = hours.next_workday(hours.day(sent))
    return hours.ends(following) or hours.midnight_after(following)


# --- what takes a promise back -----------------------------------------------------------------------------------


def _unsaid(said: Sequence[str], claim: Claim, *, named: bool, text: str) -> bool:
    before, after = said[: claim.start], said[claim.end :]
    if PROMISES.negated.find(said[claim.start : claim.end + 6]) or PROMISES.reported.find(before[-6:]):
        return True
    if PROMISES.giving.find(said[claim.start : claim.end]) and PROMISES.enclosed.find(after[:_ENCLOSED_WITHIN]):
        return True
    if _conditional(before, named=named) or _conditional(said[claim.start :], named=named):
        return True
    if PHRASES.request.find(before) and (
        at(PROMISES.then, said, claim.start - 1) or at(PROMISES.then, said, claim.start)
    ):
        return True
    return text.rstrip().endswith("?") and not after and bool(PHRASES.question_start.starts(said))


def _only_asked(part: Sentence, claim: Claim) -> bool:
    """A question, but for "I'll ring at ten, ok?"."""
    text = part.text.rstrip()
    before, comma, tag = text.rpartition(",")
    if not text.endswith(("?", "\uff1f")):
        return False
    tagged = comma and before and not claim.whole and len(tokens(tag)) <= _LONGEST_TAG
    return not tagged or bool(PHRASES.question_start.starts(without_greeting(part.said)))


def _conditional(said: Sequence[str], *, named: bool) -> bool:
    """ "If you like …"; but "I'll check if …" and, with a day, "let you know if …" ask and do not limit."""
    place = 0
    while place < len(said):
        count = PROMISES.conditional.at(said, place)
        if count and not (at(PROMISES.whether, said, place) and _asks(said[:place], named=named)):
            return True
        place += count or 1
    return False


def _asks(before: Sequence[str], *, named: bool) -> bool:
    """Is a verb of asking the last thing said before "if"?"""
    for count in (1, 2):
        if len(before) >= count and PROMISES.asking_verb.is_all_of(before[-count:]):
            return named or before[-1] != "know"
    return False


def _thing(said: Sequence[str], claim: Claim, text: str) -> str:
    """ "the plans" of "I'll send you the plans by Friday", as it was written."""
    start = claim.end - 1 if at(PROMISES.article, said, claim.end - 1) else claim.end
    start += PROMISES.to_you.at(said, start) if start < len(said) else 0
    if not PROMISES.giving.find(said[claim.start : start]) or not at(PROMISES.article, said, start):
        return ""
    end = start + 1
    while end < len(said) and end - start < _LONGEST_THING and not PROMISES.thing_end.at(said, end):
        end += 1
    thing = " ".join(said[start:end])
    place = text.casefold().find(thing)
    return text[place : place + len(thing)] if end - start > 1 and place >= 0 else ""


# --- by when -----------------------------------------------------------------------------------------------------


def _when(said: Sequence[str], claim: Claim, sent: datetime, hours: Hours) -> datetime | None:
    """The first moment named after the promising words, else one that stands before them, else within."""
    ends = claim.end + 1 if claim.at_once else len(said)
    for place in range(claim.start if claim.whole else claim.end, min(ends, len(said))):
        if said[place] and (found := moment(said, place, sent, hours)):
            return found[0]
    for place in range(claim.start if claim.at_once else max(0, claim.start - 6), claim.start):
        if said[place] and (found := moment(said, place, sent, hours)) and _adjoins(said, found[1], claim):
            return found[0]
    return None


def _adjoins(said: Sequence[str], end: int, claim: Claim) -> bool:
    """ "Tomorrow at the latest I'll …"; "it is Thursday and she will …" is of another's Thursday."""
    between = said[end : claim.start]
    if end > claim.start or len(between) > _GAP:
        return False
    return not PROMISES.then.find(between) or bool(PROMISES.me.find(said[:end]) or PROMISES.first.find(said[:end]))
