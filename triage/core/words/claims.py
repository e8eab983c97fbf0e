"""The words of a sentence that may promise: "I'll get back to you", "das kläre ich", "full answer by noon"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.core.words.dates import tokens
from triage.core.words.language import DEADLINES, PHRASES, PROMISES, Group
from triage.core.words.language.index import Index

# One of these is in every sentence that promises.
BEGINNINGS = Index(
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
_BETWEEN = 3
_CLAUSE = re.compile(r"[,;:] | [-\u2013\u2014] ")
_AND_WITHIN = 14
_FEW_BEFORE = 5
_NOTE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Where the promising words stand in a sentence, whether they promise only with a moment, whether that may begin
    within them ("give me two days"), whether they are a question of mine where a question mark follows ("bekommst du
    die Liste bis Freitag?"), and whether the moment has to follow at once.
    """

    start: int
    end: int
    dated: bool = False
    whole: bool = False
    told: bool = False
    at_once: bool = False


def claims(said: Sequence[str], text: str) -> Iterator[Claim]:
    """Every one in the words of `text`, greeting and politeness taken out, from left to right; notes without a verb
    last. What takes one back is not looked for here.
    """
    for place in range(len(said)):
        if place and PROMISES.relative.at(said, place - 1):
            continue
        if count := at(PROMISES.whole, said, place) or at(PROMISES.own, said, place):
            yield Claim(start=place, end=place + count, told=True)
        elif (count := at(PROMISES.whole_dated, said, place)) or (count := _has(said, place)):
            if not PROMISES.not_verb.at(said, place) and not (place and PROMISES.they.at(said, place - 1)):
                yield Claim(start=place, end=place + count, dated=True, whole=True, told=True)
        elif count := _subject(said, place, text):
            yield from _with_verb(said, place, place + count, dated=False)
            if place < _BETWEEN or at(PROMISES.subject, said, place):
                yield from _at_any_verb(said, place, place + count)
        elif count := at(PROMISES.intend, said, place) or _able(said, place) or _intends(said, place, text):
            yield from _with_verb(said, place, place + count, dated=True)
        if count := _verb_last(said, place):
            yield Claim(start=place, end=place + count, dated=True, told=True)
        if count := at(PROMISES.must, said, place) or _obliged(said, place):
            yield from _inquires(said, place, place + count)
        if at(PROMISES.first, said, place):
            yield from _inflected(said, place)
    yield from _thing_to_come(said, text)


def _subject(said: Sequence[str], place: int, text: str) -> int:
    """ "I will", or "will" as the first word of a sentence or of what follows "and"."""
    return at(PROMISES.subject, said, place) or (at(PROMISES.elided, said, place) if _elides(said, place, text) else 0)


def _has(said: Sequence[str], place: int) -> int:
    """ "Die Zahl hast du bis Freitag": what somebody will have, where something else comes first."""
    return PROMISES.had.at(said, place) if place else 0


def _obliged(said: Sequence[str], place: int) -> int:
    """ "Have to ask her first", with nobody named."""
    count = at(PROMISES.must_elided, said, place)
    return count if count and (place == 0 or PROMISES.agreeing.is_all_of(said[:place])) else 0


def _verb_last(said: Sequence[str], place: int) -> int:
    """ "(dass ich Ihnen bis Mittwoch etwas) sagen kann"."""
    count = at(PROMISES.verb_last, said, place)
    return count if count and PROMISES.first.find(said[:place]) else 0


def _intends(said: Sequence[str], place: int, text: str) -> int:
    """ "Should be able to tell you more tomorrow", with nobody named."""
    count = at(PROMISES.intend_elided, said, place)
    return count if count and _elides(said, place, text) else 0


def _thing_to_come(said: Sequence[str], text: str) -> Iterator[Claim]:
    """ "On it now, full response by noon": a few words at the end, without a verb, the last of them a moment."""
    for begun, end in _clauses(said, text):
        if end - begun > _NOTE:
            continue
        for place in range(begun, end):
            owned = place and (PROMISES.article.at(said, place - 1) or PROMISES.yours.at(said, place - 1))
            owned = owned or any(group.find(said[begun:place]) for group in (PROMISES.others, PROMISES.first))
            if (count := PROMISES.things.at(said, place)) and not owned and "from" not in said[place : place + 3]:
                yield Claim(start=place, end=place + count, dated=True, told=True, at_once=True)


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
    count = at(PROMISES.able, said, place)
    return count if count and DEADLINES.by.find(said[place:]) else 0


def _elides(said: Sequence[str], place: int, text: str) -> bool:
    """ "I'm in a meeting, will call you": it is still me who speaks, and nobody else is named right before."""
    if place == 0 or (place < _BETWEEN and (PHRASES.closing.starts(said) or PROMISES.agreeing.starts(said))):
        return True
    after_comma = f", {said[place]} " in text.casefold()
    if after_comma and place <= _FEW_BEFORE and not PROMISES.others.find(said[:place]):
        return True
    joined = after_comma or bool(PROMISES.joining.at(said, place - 1))
    return joined and bool(PROMISES.me.find(said[:place])) and not PROMISES.others.find(said[place - 1 : place])


def _with_verb(said: Sequence[str], start: int, place: int, *, dated: bool) -> Iterator[Claim]:
    for _ in range(_BETWEEN):
        place += at(PROMISES.between, said, place)
    if at(PROMISES.not_verb, said, place):
        return
    if count := at(PROMISES.verb, said, place):
        yield Claim(start=start, end=place + count, dated=dated)
        return
    if count := at(PROMISES.dated, said, place):
        yield Claim(start=start, end=place + count, dated=True)
    if following := _after_and(said, place):
        yield Claim(start=start, end=following, dated=dated)
    elif PROMISES.final.find(said[place:]):
        yield Claim(start=start, end=place, dated=dated)


def _at_any_verb(said: Sequence[str], start: int, place: int) -> Iterator[Claim]:
    """ "I'll upload it tomorrow": with a moment whatever one does is promised, but for being and going somewhere. "Will
    Ben upload it tomorrow?" begins like that.
    """
    while place < len(said) and (count := PROMISES.between.at(said, place)):
        place += count
    if place < len(said) and not PROMISES.staying.at(said, place) and not PROMISES.not_verb.at(said, place):
        yield Claim(start=start, end=place + 1, dated=True, told=True)


def _inquires(said: Sequence[str], start: int, place: int) -> Iterator[Claim]:
    """ "I have to ask her first": to find out is to come back to it."""
    while place < len(said) and (count := PROMISES.between.at(said, place)):
        place += count
    if (count := at(PROMISES.inquire, said, place)) or PROMISES.inquire_final.find(said[place:]):
        yield Claim(start=start, end=place + count)


def _inflected(said: Sequence[str], place: int) -> Iterator[Claim]:
    """ "Ich kläre das", "das kläre ich", "ich frage und gebe Bescheid": a verb beside its pronoun, or after "und"."""
    near = range(place + 1, min(len(said), place + _AND_WITHIN))
    after = [spot for spot in near if PROMISES.joining.at(said, spot - 1)]
    for dated, group in ((False, PROMISES.doing), (True, PROMISES.doing_dated)):
        if count := at(group, said, place + 1):
            yield Claim(start=place, end=place + 1 + count, dated=dated, told=True)
        if place and at(group, said, place - 1):
            yield Claim(start=place - 1, end=place + 1, dated=dated, told=True)
        yield from (
            Claim(start=place, end=spot + count, dated=dated, told=True)
            for spot in after
            if (count := group.at(said, spot))
        )
    for spot in (place - 1, place + 1, *after):
        if 0 <= spot < len(said) and _parted(said, spot):
            yield Claim(start=min(spot, place), end=max(spot, place) + 1, told=True)


def _parted(said: Sequence[str], place: int) -> bool:
    """ "Rufe … zurück", "komme … auf Sie zu": a verb and what belongs to it further on."""
    rest = PROMISES.parted.get(said[place])
    return bool(rest and rest.find(said[place + 1 : place + _AND_WITHIN]))


def _after_and(said: Sequence[str], place: int) -> int:
    """ "I'll have a word with her and come back to you": where the verb after "and" ends, 0 if there is none."""
    for following in range(place + 1, min(len(said), place + _AND_WITHIN)):
        if PROMISES.joining.at(said, following - 1) and (count := at(PROMISES.verb, said, following)):
            return following + count
    return 0


def at(group: Group, said: Sequence[str], place: int) -> int:
    """As `Group.at`, at any place: nothing stands behind the last word."""
    return group.at(said, place) if place < len(said) else 0
