"""Does a person speak, or a machine, or a swindler? Decided before "call me back" is believed.

No phrase decides alone: a caller may say "press one" or "warranty" in passing. Families of evidence add up, and what
only a person says about things of their own takes away from them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from triage.core.calls.dictated import dictated
from triage.core.calls.said import Said
from triage.core.calls.spoken.tables import SPOKEN, spoken
from triage.core.plain import plain
from triage.core.words.language import Group
from triage.core.words.sentences import Sentence
from triage.model.judgements import Reason

ENOUGH = 2.5
_FAMILIES = 2
_TOLL_FREE = frozenset({"800", "888", "877", "866", "855", "844", "833", "822"})
_MOST_LURES = 4.0
_NEAR = 14
_QUOTE = 80
_PLAIN = frozenset({"menu-purpose", "declared", "recorded", "crowd", "formula"})
_HONEST = frozenset({"declared", "recorded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """What speaks for a machine (`reasons`, points below zero) and against it, in sum `score`, and is it enough?

    `swindle` means that it wants something of the hearer; an honest machine only tells.
    """

    enough: bool
    score: float
    swindle: bool
    reasons: tuple[Reason, ...]


def suspicion(said: Said) -> Suspicion:
    """All evidence in the words alone."""
    machine, lures = tuple(_machine(said)), tuple(_lures(said))
    spoke = {reason.rule for reason in machine}
    personal = tuple(reason for reason in _personal(said) if reason.rule != "asks-back" or "menu-purpose" not in spoke)
    benign = said.found(SPOKEN.benign)
    if benign and not lures and spoke & _PLAIN:
        machine += (_reason("tells-many", 1, "of what machines tell many", benign),)
    score = -sum(reason.points for reason in (*machine, *lures, *personal))
    # What swindlers speak of, honest people speak of too: without a machine's ways it takes much of it, said by nobody.
    several = len(machine) + len(lures) >= _FAMILIES
    enough = score >= ENOUGH and ((bool(machine) and several) or not (machine or personal))
    enough = enough or ("declared" in spoke and not personal and not said.found(SPOKEN.wants))
    swindle = bool(lures) or not (benign or spoke & _HONEST)
    return Suspicion(enough=enough, score=score, swindle=swindle, reasons=(*machine, *lures, *personal))


def _machine(said: Said) -> Iterator[Reason]:
    """The ways of machines, each family once."""
    menu = tuple(dict.fromkeys(said.quote(*span) for span in _menu(said)))
    if menu:
        yield _reason("menu", 1 if len(menu) == 1 else 2, "keys to press", menu)
    if menu and (purpose := _purpose(said)):
        yield _reason("menu-purpose", 1.5, "and what for", (purpose,))
    families: tuple[tuple[str, Group, float, float, str], ...] = (
        ("desk", SPOKEN.desk, 1 if menu else 0.5, 0.5, "leads to a desk"),
        ("opting-out", SPOKEN.opting_out, 1.5, 0, "offers to be taken off a list"),
        ("crowd", SPOKEN.crowd, 1, 0, "speaks to anybody"),
        ("formula", SPOKEN.formula, 1, 0.5, "speaks in formulas"),
        ("pressure", SPOKEN.pressure, 0.5, 0.5, "presses"),
    )
    for rule, group, first, second, text in families:
        if found := said.found(group):
            yield _reason(rule, first + (second if len(found) > 1 else 0), text, found)
    yield from _recording(said)
    if number := _toll_free(said):
        yield _reason("toll-free", 0.5, "a toll-free number", (number,))


def _recording(said: Said) -> Iterator[Reason]:
    declared, recorded = said.found(SPOKEN.declared), said.found(SPOKEN.recorded)
    # "This is an automated message" is one phrase, though it stands in both tables.
    more = 0.5 if len(recorded) > 1 else 0
    if declared:
        yield _reason("declared", 2 + more, "says that it is a machine", declared)
    elif recorded:
        yield _reason("recorded", 1.5 + more, "words of a recording", recorded)


def _menu(said: Said) -> tuple[tuple[int, int], ...]:
    """Keys to press in this very call; not those of a telephone system that is to be rung first."""
    spans = said.spans(SPOKEN.menu)
    return tuple((start, end) for start, end in spans if not _is_elsewhere(said, start, end))


def _is_elsewhere(said: Said, start: int, end: int) -> bool:
    """Keys of a telephone to be rung, of a door or a device: named before, or just after."""
    return bool(
        SPOKEN.ringing_first.find(said.like[max(0, start - _NEAR) : start])
        or SPOKEN.ringing_first.find(said.like[end : end + 4])
    )


def _purpose(said: Said) -> str:
    """ "Press one to speak", "to opt out, press nine": the sentence, in which both stand."""
    for part in said.parts:
        clause = Said(part.text)
        for start, end in _menu(clause):
            after = clause.like[end : end + 4]
            to_do = "to" in clause.like[max(0, start - 5) : start - 1] or "to" in after[:1]
            named = SPOKEN.purpose.find(clause.like[:start]) or SPOKEN.purpose.find(after)
            if to_do or named or SPOKEN.press_on.starts(after):
                return part.text
    return ""


def _lures(said: Said) -> Iterator[Reason]:
    """Known tricks: the first phrase of one counts most."""
    left = _MOST_LURES
    for name, group in SPOKEN.lures.items():
        if left > 0 and (found := said.found(group)):
            points = min(left, 1 + 0.75 * min(2, len(found) - 1))
            left -= points
            yield _reason(f"lure-{name}", points, "a known trick", found)


def _personal(said: Said) -> tuple[Reason, ...]:
    """What only people do, to thousands nobody: they speak of things of their own, ask, name their own number."""
    own = (*said.found(SPOKEN.personal), *_belongings(said))
    number = dictated(said)
    families = (
        ("personal", min(5.0, len(own)), "speaks of things of their own", own),
        ("asks-back", 0.5 * bool(asked := _question(said)), "asks", asked),
        ("own-number", 0.5 * (bool(number) and not _toll_free(said)), "an ordinary number", (number,)),
    )
    return tuple(_reason(rule, -points, text, found) for rule, points, text, found in families if points)


def _question(said: Said) -> tuple[str, ...]:
    return next(((part.text,) for part in said.parts if _really_asks(part)), ())


def _really_asks(part: Sentence) -> bool:
    """ "How are you doing today?" is part of the script."""
    return part.is_question and not SPOKEN.formula.find(spoken(part.text))


def _belongings(said: Said) -> tuple[str, ...]:
    """ "my daughter", "my fence"."""
    after = zip(said.like, said.like[1:], strict=False)
    return tuple(
        dict.fromkeys(f"{my} {thing}" for my, thing in after if my == "my" and not SPOKEN.not_mine.at((thing,), 0))
    )


def _toll_free(said: Said) -> str:
    return next((word for word in said.words if word in _TOLL_FREE), "")


def _reason(rule: str, against: float, text: str, found: tuple[str, ...]) -> Reason:
    quoted = ", ".join(f"“{plain(phrase, _QUOTE)}”" for phrase in found[:3])
    return Reason(rule=rule, points=-against, text=f"{text}: {quoted}")
