"""How much a first mail reads like those of people who sell or recruit: phrases of three sorts, and words weighed.

The model is trained by tests/bench/train_cold.py on invented mail, and on sentences of ordinary mail so that it knows
what business people say who sell nothing. It decides only when such mail is spoken of, never whether.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, repeat

from triage.core.words.language import PHRASES
from triage.core.words.language.phrases import words
from triage.core.words.likeness import NUMBER, UNKNOWN, Model, Trait, read_model, spoken

# Who sells comes to it at once; longer mail of business holds a word of everything somewhere.
_MOST_WORDS = 150
_BEGINNING = 1500
_MOST_TEXT = 8000
_MOST_OF_A_SORT = 3.0
_ONE_WORD = 0.5
_NEED = 1.5
_SHOWN = 4
_STEM = 4
_NO_TRAITS = frozenset((UNKNOWN, NUMBER, (UNKNOWN, UNKNOWN)))

_MONEY = r"(?:k\b|%|€|\$|£|euros?\b|usd\b|eur\b|percent\b|prozent\b|pour cent\b|por ciento\b)"
_MANY = (
    r"(?:companies|firms|businesses|clients?|customers|shops|teams|brands|betrieben?|firmen|kunden|unternehmen|arbeitgeber|"
    r"follower[ns]?|developers|engineers|entwickler|entreprises|développeurs|empresas|negocios|clientes|programadores)"
)
_LABELS = (
    *("order", "invoice", "claim", "flat", "apartment", "room", "reference", "ref", "application"),
    *("rechnung", "bestellung", "auftrag", "schaden", "wohnung", "antrag"),
    *("commande", "facture", "dossier", "pedido", "factura", "piso", "expediente"),
)
_NUMBERED = re.compile(rf"\b(?:{'|'.join(_LABELS)})[ .:#]{{0,2}}(?:n[ro°º]?|number)?[ .:#]{{0,3}}\d")
_MINUTES = re.compile(r"\b(?:\d\d?|five|ten|fifteen|twenty|fünf|zehn|quinze|diez)[ -]?min(?:\b|ut)")
_GAP = re.compile(r"\{[ \w]{1,40}\}|\[(?:first ?name|last ?name|name|company|firma|vorname)\]", re.I)


def _is_numbered(small: str) -> bool:
    return any(label in small for label in _LABELS) and bool(_NUMBERED.search(small))


def _takes_minutes(small: str) -> bool:
    return "min" in small and bool(_MINUTES.search(small))


# What stands in the letters and not in the words: a price, how many they serve, the number of something that runs
# between us, a gap their machine left unfilled, how long the talk will take. All is looked for in small letters.
_MARKS: dict[str, Callable[[str], object]] = {
    "#price": re.compile(rf"[$€£\d](?:(?<!\d) ?\d|(?<=\d) ?{_MONEY})").search,
    "#many": re.compile(rf"\d\+? (?:[^\W\d]+ )?{_MANY}\b").search,
    "#numbered": _is_numbered,
    "#gap": _GAP.search,
    "#minutes": _takes_minutes,
    "#link": re.compile(r"https?://").search,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pitch:
    """What speaks for a pitch. `sells`: some of its phrases offer, and more of them offer or court than speak of a
    need; those are `said`. `needs`: some do speak of a need, or of what passed between us. `weight` is what the phrases
    and all words come to; above 0 it is more likely a pitch than not.
    """

    weight: float
    sells: bool
    needs: bool
    said: tuple[str, ...] = ()


@cache
def shipped() -> Model:
    """The model of the package, read once and when first asked for."""
    return read_model("cold.json")


def pitch(text: str, model: Model | None = None) -> Pitch:
    """What a text is worth as a pitch; at most its first hundred and fifty words count."""
    model = model or shipped()
    said = first_words(text)
    gaps = _GAP.findall(text[:_MOST_TEXT])[:1]
    offers, courts, needs = (group.all_in(said) for group in (PHRASES.selling, PHRASES.pitch, PHRASES.buying))
    offered, courted = len(gaps) + _worth(offers), _worth(courts)
    told = offered + courted - _NEED * min(_MOST_OF_A_SORT, len(needs))
    # An exact sum: the order of a set differs from run to run.
    found = traits(text, said, model.known)
    weight = told + model.bias + math.fsum(map(model.weights.get, found, repeat(0.0)))
    return Pitch(
        weight=weight,
        sells=told > 0 and offered > 0,
        needs=bool(needs),
        said=(*gaps, *offers, *courts)[:_SHOWN],
    )


def _worth(phrases: Sequence[str]) -> float:
    """A single word is also said by those who do not sell."""
    return min(_MOST_OF_A_SORT, sum(1.0 if " " in phrase else _ONE_WORD for phrase in phrases))


def first_words(text: str) -> tuple[str, ...]:
    """Those that count."""
    said = words(text[:_BEGINNING])
    if len(said) <= _MOST_WORDS and len(text) > _BEGINNING:  # seldom so long, and the last one is cut
        said = words(text[:_MOST_TEXT])
    return said[:_MOST_WORDS]


def traits(text: str, said: Sequence[str], known: frozenset[str]) -> set[Trait]:
    """The known ones of its first words and their pairs, numbers all alike; how longer words begin; and the marks of
    the letters.
    """
    heard = spoken(said, known)
    found: set[Trait] = {*heard, *beginnings(set(said))}
    found.update(pairwise(heard))
    small = text[:_MOST_TEXT].lower()
    found.update(name for name, holds in _MARKS.items() if holds(small))
    return found - _NO_TRAITS


def beginnings(said: Iterable[str]) -> Iterator[str]:
    """How the longer words start, which is what the forms and compounds of a word have in common."""
    return (f"~{word[:_STEM]}" for word in said if len(word) > _STEM and word.isalpha())
