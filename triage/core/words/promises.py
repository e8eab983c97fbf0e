"""Does somebody say in his own words that he will come back to it, and by when?

Conditional, reported, negated and past forms promise nothing. What was promised without a date counts for the end of
the next working day, and is shown as assumed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.core.times.hours import Hours
from triage.core.words.dates import tokens
from triage.core.words.language import DEADLINES, PHRASES, PROMISES, Group
from triage.core.words.language.index import Index
from triage.core.words.moments import moment
from triage.core.words.sentences import Sentence, without_greeting

_MOST_SENTENCES = 60
_BETWEEN = 3
_BEGINNINGS = Index(
    PROMISES.subject,
    PROMISES.elided,
    PROMISES.able,
    PROMISES.whole,
    PROMISES.whole_dated,
    PROMISES.own,
    PROMISES.must,
    PROMISES.must_elided,
    PROMISES.had,
    PROMISES.intend,
    PROMISES.intend_elided,
    PROMISES.first,
    PROMISES.things,
)
_CLAUSE = re.compile(r"[,;:] | [-\u2013\u2014] ")
_LONGEST = 200
_LONGEST_THING = 5
_AND_WITHIN = 14
_FEW_BEFORE = 5
_ENCLOSED_WITHIN = 5
_LONGEST_TAG = 3
_NOTE = 8
# "Tomorrow at the latest I'll send it": how many words may stand between a moment and what is promised for it.
_GAP = 3
_AND = frozenset(["and", "but", "then", "und", "aber"])
_ADDRESSED = frozenset(["you", "dir", "ihnen", "euch"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A promise in words: by when, whether that is assumed, the sentence, and what is to come ("the plans")."""

    by: datetime
    assumed: bool
    text: str
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """Where the promising words stand in a sentence, whether they promise only with a moment, whether that may begin
    within them ("give me two days"), whether they are a question of mine where a question mark follows ("bekommst du
    die Liste bis Freitag?"), and whether the moment has to follow at once.
    """

    start: int
    end: int
    dated: bool = False
    whole: bool = False
    told: bool = False
    next: bool = False


def promised(parts: Sequence[Sentence], sent: datetime, hours: Hours) -> Said | None:
    """The promise of a text, written at `sent`: of several the earliest with a moment of its own, else the first."""
    found = [said for part in parts[:_MOST_SENTENCES] if (said := _promised(part, sent, hours))]
    named = [said for said in found if not said.assumed]
    return min(named, key=lambda said: said.by) if named else next(iter(found), None)


def _promised(part: Sentence, sent: datetime, hours: Hours) -> Said | None:
    if len(part.said) < 2 or not _BEGINNINGS.held(part.said):
        return None
    said = without_greeting(PROMISES.polite.without(tokens(part.text)))
    for claim in _claims(said, part.text):
        when = _when(said, claim, sent, hours)
        if (claim.dated and when is None) or (claim.told and _only_asked(part, claim)) or (claim.next and part.asks):
            continue
        if _unsaid(said, claim, named=when is not None, text=part.text):
            continue
        by = when or _next_day(sent, hours)
        return Said(by=by, assumed=when is None, text=part.text[:_LONGEST], what=_thing(said, claim, part.text))
    return None


def _next_day(sent: datetime, hours: Hours) -> datetime:
    following = hours.next_workday(hours.day(sent))
    return hours.ends(following) or hours.midnight_after(following)


# --- the words that promise --------------------------------------------------------------------------------------


def _claims(said: Sequence[str], text: str) -> Iterator[_Claim]:
    for place in range(len(said)):
        if place and PROMISES.relative.at(said, place - 1):
            continue
        if count := _at(PROMISES.whole, said, place) or _at(PROMISES.own, said, place):
            yield _Claim(start=place, end=place + count, told=True)
        elif (count := _at(PROMISES.whole_dated, said, place)) or (count := _has(said, place)):
            if not PROMISES.not_verb.at(said, place) and not (place and PROMISES.they.at(said, place - 1)):
                yield _Claim(start=place, end=place + count, dated=True, whole=True, told=True)
        elif count := _subject(said, place, text):
            yield from _with_verb(said, place, place + count, dated=False)
            if place < _BETWEEN or _at(PROMISES.subject, said, place):
                yield from _at_any_verb(said, place, place + count)
        elif count := _at(PROMISES.intend, said, place) or _able(said, place) or _intends(said, place, text):
            yield from _with_verb(said, place, place + count, dated=True)
        if count := _verb_last(said, place):
            yield _Claim(start=place, end=place + count, dated=True, told=True)
        if count := _at(PROMISES.must, said, place) or _obliged(said, place):
            yield from _inquires(said, place, place + count)
        if _at(PROMISES.first, said, place):
            yield from _inflected(said, place)
    yield from _thing_to_come(said, text)


def _subject(said: Sequence[str], place: int, text: str) -> int:
    """ "I will", or "will" as the first word of a sentence or of what follows "and"."""
    return _at(PROMISES.subject, said, place) or (
        _at(PROMISES.elided, said, place) if _elides(said, place, text) else 0
    )


def _has(said: Sequence[str], place: int) -> int:
    """ "Die Zahl hast du bis Freitag": what somebody will have, where something else comes first."""
    return PROMISES.had.at(said, place) if place else 0


def _obliged(said: Sequence[str], place: int) -> int:
    """ "Have to ask her first", with nobody named."""
    count = _at(PROMISES.must_elided, said, place)
    return count if count and (place == 0 or PROMISES.agreeing.is_all_of(said[:place])) else 0


def _verb_last(said: Sequence[str], place: int) -> int:
    """ "(dass ich Ihnen bis Mittwoch etwas) sagen kann"."""
    count = _at(PROMISES.verb_last, said, place)
    return count if count and PROMISES.first.find(said[:place]) else 0


def _intends(said: Sequence[str], place: int, text: str) -> int:
    """ "Should be able to tell you more tomorrow", with nobody named."""
    count = _at(PROMISES.intend_elided, said, place)
    return count if count and _elides(said, place, text) else 0


def _thing_to_come(said: Sequence[str], text: str) -> Iterator[_Claim]:
    """ "On it now, full response by noon": a few words at the end, without a verb, the last of them a moment."""
    for begun, end in _clauses(said, text):
        if end - begun > _NOTE:
            continue
        for place in range(begun, end):
            owned = place and (PROMISES.article.at(said, place - 1) or PROMISES.yours.at(said, place - 1))
            owned = owned or any(group.find(said[begun:place]) for group in (PROMISES.others, PROMISES.first))
            if (count := PROMISES.things.at(said, place)) and not owned and "from" not in said[place : place + 3]:
                yield _Claim(start=place, end=place + count, dated=True, told=True, next=True)


def _clauses(said: Sequence[str], text: str) -> Iterator[tuple[int, int]]:
    """Where the clauses of a sentence stand in its words, counted from its end: a greeting may be missing there."""
    end = len(said)
    for clause in reversed(_CLAUSE.split(text)):
        begun = end - len(tokens(clause))
        yield max(begun, 0), end
        end = begun
        if end <= 0:
            return


def _able(said: Sequence[str], place: int) -> int:
    """ "I can send it by Friday"; without "by" it only says what is possible."""
    count = _at(PROMISES.able, said, place)
    return count if count and DEADLINES.by.find(said[place:]) else 0


def _elides(said: Sequence[str], place: int, text: str) -> bool:
    """ "I'm in a meeting, will call you": it is still me who speaks, and nobody else is named right before."""
    if place == 0 or (place < _BETWEEN and (PHRASES.closing.starts(said) or PROMISES.agreeing.starts(said))):
        return True
    after_comma = f", {said[place]} " in text.casefold()
    if after_comma and place <= _FEW_BEFORE and not PROMISES.others.find(said[:place]):
        return True
    joined = after_comma or said[place - 1] in _AND
    return joined and bool(PROMISES.me.find(said[:place])) and not PROMISES.others.find(said[place - 1 : place])


def _with_verb(said: Sequence[str], start: int, place: int, *, dated: bool) -> Iterator[_Claim]:
    for _ in range(_BETWEEN):
        place += _at(PROMISES.between, said, place)
    if _at(PROMISES.not_verb, said, place):
        return
    if count := _at(PROMISES.verb, said, place):
        yield _Claim(start=start, end=place + count, dated=dated)
        return
    if count := _at(PROMISES.dated, said, place):
        yield _Claim(start=start, end=place + count, dated=True)
    if following := _after_and(said, place):
        yield _Claim(start=start, end=following, dated=dated)
    elif PROMISES.final.find(said[place:]):
        yield _Claim(start=start, end=place, dated=dated)


def _at_any_verb(said: Sequence[str], start: int, place: int) -> Iterator[_Claim]:
    """ "I'll upload it tomorrow": with a moment whatever one does is promised, but for being and going somewhere. "Will
    Ben upload it tomorrow?" begins like that.
    """
    while place < len(said) and (count := PROMISES.between.at(said, place)):
        place += count
    if place < len(said) and not PROMISES.staying.at(said, place) and not PROMISES.not_verb.at(said, place):
        yield _Claim(start=start, end=place + 1, dated=True, told=True)


def _inquires(said: Sequence[str], start: int, place: int) -> Iterator[_Claim]:
    """ "I have to ask her first": to find out is to come back to it."""
    while place < len(said) and (count := PROMISES.between.at(said, place)):
        place += count
    if (count := _at(PROMISES.inquire, said, place)) or PROMISES.inquire_final.find(said[place:]):
        yield _Claim(start=start, end=place + count)


def _inflected(said: Sequence[str], place: int) -> Iterator[_Claim]:
    """ "Ich kläre das", "das kläre ich", "ich frage und gebe Bescheid": a verb beside its pronoun, or after "und"."""
    after = [spot for spot in range(place + 1, min(len(said), place + _AND_WITHIN)) if said[spot - 1] in _AND]
    for dated, group in ((False, PROMISES.doing), (True, PROMISES.doing_dated)):
        if count := _at(group, said, place + 1):
            yield _Claim(start=place, end=place + 1 + count, dated=dated, told=True)
        if place and _at(group, said, place - 1):
            yield _Claim(start=place - 1, end=place + 1, dated=dated, told=True)
        yield from (
            _Claim(start=place, end=spot + count, dated=dated, told=True)
            for spot in after
            if (count := group.at(said, spot))
        )
    for spot in (place - 1, place + 1, *after):
        if 0 <= spot < len(said) and _parted(said, spot):
            yield _Claim(start=min(spot, place), end=max(spot, place) + 1, told=True)


def _parted(said: Sequence[str], place: int) -> bool:
    """ "Rufe … zurück", "komme … auf Sie zu": a verb and what belongs to it further on."""
    rest = PROMISES.parted.get(said[place])
    return bool(rest and rest.find(said[place + 1 : place + _AND_WITHIN]))


def _after_and(said: Sequence[str], place: int) -> int:
    """ "I'll have a word with her and come back to you": where the verb after "and" ends, 0 if there is none."""
    for following in range(place + 1, min(len(said), place + _AND_WITHIN)):
        if said[following - 1] in _AND and (count := _at(PROMISES.verb, said, following)):
            return following + count
    return 0


# --- what takes a promise back -----------------------------------------------------------------------------------


def _unsaid(said: Sequence[str], claim: _Claim, *, named: bool, text: str) -> bool:
    before, after = said[: claim.start], said[claim.end :]
    if PROMISES.negated.find(said[claim.start : claim.end + 6]) or PROMISES.reported.find(before[-6:]):
        return True
    if PROMISES.giving.find(said[claim.start : claim.end]) and PROMISES.enclosed.find(after[:_ENCLOSED_WITHIN]):
        return True
    if _conditional(before, named=named) or _conditional(said[claim.start :], named=named):
        return True
    if PHRASES.request.find(before) and (
        _at(PROMISES.then, said, claim.start - 1) or _at(PROMISES.then, said, claim.start)
    ):
        return True
    return text.rstrip().endswith("?") and not after and bool(PHRASES.question_start.starts(said))


def _only_asked(part: Sentence, claim: _Claim) -> bool:
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
        if count and not (_at(PROMISES.whether, said, place) and _asks(said[:place], named=named)):
            return True
        place += count or 1
    return False


def _asks(before: Sequence[str], *, named: bool) -> bool:
    """Is a verb of asking the last thing said before "if"?"""
    for count in (1, 2):
        if len(before) >= count and PROMISES.asking_verb.is_all_of(before[-count:]):
            return named or before[-1] != "know"
    return False


def _thing(said: Sequence[str], claim: _Claim, text: str) -> str:
    """ "the plans" of "I'll send you the plans by Friday", as it was written."""
    start = claim.end - 1 if _at(PROMISES.article, said, claim.end - 1) else claim.end
    start += 1 if start < len(said) and said[start] in _ADDRESSED else 0
    if not PROMISES.giving.find(said[claim.start : start]) or not _at(PROMISES.article, said, start):
        return ""
    end = start + 1
    while end < len(said) and end - start < _LONGEST_THING and not PROMISES.thing_end.at(said, end):
        end += 1
    thing = " ".join(said[start:end])
    place = text.casefold().find(thing)
    return text[place : place + len(thing)] if end - start > 1 and place >= 0 else ""


# --- by when -----------------------------------------------------------------------------------------------------


def _when(said: Sequence[str], claim: _Claim, sent: datetime, hours: Hours) -> datetime | None:
    """The first moment named after the promising words, else one that stands before them, else within."""
    ends = claim.end + 1 if claim.next else len(said)
    for place in range(claim.start if claim.whole else claim.end, min(ends, len(said))):
        if said[place] and (found := moment(said, place, sent, hours)):
            return found[0]
    for place in range(claim.start if claim.next else max(0, claim.start - 6), claim.start):
        if said[place] and (found := moment(said, place, sent, hours)) and _adjoins(said, found[1], claim):
            return found[0]
    return None


def _adjoins(said: Sequence[str], end: int, claim: _Claim) -> bool:
    """ "Tomorrow at the latest I'll …"; "it is Thursday and she will …" is of another's Thursday."""
    between = said[end : claim.start]
    if end > claim.start or len(between) > _GAP:
        return False
    return not PROMISES.then.find(between) or bool(PROMISES.me.find(said[:end]) or PROMISES.first.find(said[:end]))


def _at(group: Group, said: Sequence[str], place: int) -> int:
    return group.at(said, place) if place < len(said) else 0
