"""How well half-answered mail is told: precision and recall of single questions, on the pairs in tests/core/review.

python -m tests.bench.answered [--misses]
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from triage.core.review.answered import unanswered
from triage.core.words.quotes import own_words
from triage.core.words.sentences import asking, sentences

_TABLES = {"pairs": "pair", "replies": "reply"}
PAIRS = Path(__file__).parents[1] / "core" / "review"


def pairs(language: str) -> list[dict[str, Any]]:
    return list(tomllib.loads((PAIRS / f"pairs_{language}.toml").read_text("utf-8"))["pair"])


def fresh(kind: str) -> list[dict[str, Any]]:
    """Pairs or replies written after the rules by somebody who had not read their words; every language and batch."""
    found = sorted(PAIRS.glob(f"fresh*_{kind}_*.toml"))
    return [one for path in found for one in tomllib.loads(path.read_text("utf-8"))[_TABLES[kind]]]


def held_out(place: int) -> bool:
    """The third and fourth of every four."""
    return place % 4 >= 2


def counted(found: list[dict[str, Any]], *, show: bool) -> tuple[int, int, int]:
    """Rightly told, wrongly told, missed."""
    right = wrong = missed = 0
    for pair in found:
        told = list(unanswered(asking(sentences(own_words(pair["mail"]))), pair["reply"]))
        for expected in pair["unanswered"]:
            hit = next((one for one in told if expected.casefold() in one.casefold()), None)
            right += hit is not None
            missed += hit is None
            if hit is not None:
                told.remove(hit)
            elif show:
                print(f"  missed  {expected!r}\n          {pair['reply'].strip()!r}")
        wrong += len(told)
        for one in told if show else ():
            print(f"  wrongly {one!r}\n          {pair['reply'].strip()!r}")
    return right, wrong, missed


def rows(*, show: bool) -> Iterator[str]:
    for language in ("en", "de"):
        every = list(enumerate(pairs(language)))
        for name, held in (("looked at", False), ("held out", True)):
            part = [pair for place, pair in every if held_out(place) is held]
            right, wrong, missed = counted(part, show=show and not held)
            precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
            yield f"{language}  {name:<10} {len(part):>3} pairs   precision {precision:.2f}   recall {recall:.2f}"


if __name__ == "__main__":
    for line in rows(show="--misses" in sys.argv):
        print(line)
