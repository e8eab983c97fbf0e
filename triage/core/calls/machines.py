"""Does a person speak, or a machine, or a swindler? Decided before "call me back" is believed.

No phrase decides alone: a caller may say "press one" or "warranty" in passing. Families of evidence add up, and what
only a person says about things of their own takes away from them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from triage.core.calls.said import Said
from triage.core.calls.spoken.tables import SPOKEN
from triage.core.words.language import Group
from triage.model.judgements import Reason

ENOUGH = 3.0
_FAMILIES = 2
_TOLL_FREE = frozenset({"800", "888", "877", "866", "855", "844", "833", "822"})
_MOST_LURES = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """What speaks for a machine (`reasons`, points below zero) and against it, and whether it is enough.

    `swindle` means that it wants something of the hearer; an honest machine only tells.
    """

    enough: bool
    swindle: bool
    reasons: tuple[Reason, ...]


def suspicion(said: Said) -> Suspicion:
    """All evidence in the words alone."""
    machine, lures, personal = tuple(_machine(said)), tuple(_lures(said)), _personal(said)
    against = machine + lures
    benign = said.found(SPOKEN.benign)
    honest = bool(benign) and not lures
    if honest and machine:
        against += (_reason("tells-many", 1, "of what machines tell many", benign),)
    score = -sum(reason.points for reason in (*against, *personal))
    enough = score >= ENOUGH and len(against) >= _FAMILIES
    recorded = any(reason.rule == "recorded" for reason in machine)
    return Suspicion(enough=enough, swindle=bool(lures) or not (honest or recorded), reasons=(*against, *personal))


def _machine(said: Said) -> Iterator[Reason]:
    """The ways of machines, each family once."""
    families: tuple[tuple[str, Group, float, float, str], ...] = (
        ("menu", SPOKEN.menu, 1.5, 1, "keys to press"),
        ("desk", SPOKEN.desk, 1, 0.5, "leads to a desk"),
        ("recorded", SPOKEN.recorded, 2, 0.5, "says it is a recording"),
        ("opting-out", SPOKEN.opting_out, 1.5, 0, "offers to be taken off a list"),
        ("crowd", SPOKEN.crowd, 1, 0, "speaks to anybody"),
        ("formula", SPOKEN.formula, 1, 0.5, "speaks in formulas"),
        ("pressure", SPOKEN.pressure, 0.5, 0.5, "presses"),
    )
    for rule, group, first, second, text in families:
        if found := said.found(group):
            yield _reason(rule, first + (second if len(found) > 1 else 0), text, found)
    if number := _toll_free(said):
        yield _reason("toll-free", 0.5, "a toll-free number", (number,))


def _lures(said: Said) -> Iterator[Reason]:
    """Known tricks: the first phrase of one counts most."""
    left = _MOST_LURES
    for name, group in SPOKEN.lures.items():
        if left > 0 and (found := said.found(group)):
            points = min(left, 1 + 0.75 * min(2, len(found) - 1))
            left -= points
            yield _reason(f"lure-{name}", points, "a known trick", found)


def _personal(said: Said) -> tuple[Reason, ...]:
    found = (*said.found(SPOKEN.personal), *_belongings(said))
    return (_reason("personal", -1.0 * min(5, len(found)), "speaks of things of their own", found),) if found else ()


def _belongings(said: Said) -> tuple[str, ...]:
    """ "my daughter", "my fence"."""
    after = zip(said.like, said.like[1:], strict=False)
    return tuple(
        dict.fromkeys(f"{my} {thing}" for my, thing in after if my == "my" and not SPOKEN.not_mine.at((thing,), 0))
    )


def _toll_free(said: Said) -> str:
    return next((word for word in said.words if word in _TOLL_FREE), "")


def _reason(rule: str, against: float, text: str, found: tuple[str, ...]) -> Reason:
    quoted = ", ".join(f"“{phrase}”" for phrase in found[:3])
    return Reason(rule=rule, points=-against, text=f"{text}: {quoted}")
