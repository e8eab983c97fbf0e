"""How well findings about replies agree with those labelled: precision and recall by kind, on tests/core/review.

python -m tests.bench.findings [--misses]
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.answered import held_out
from triage.core.review.findings import Reply, Text, findings

REPLIES = Path(__file__).parents[1] / "core" / "review"


def replies(language: str) -> list[dict[str, Any]]:
    return list(tomllib.loads((REPLIES / f"replies_{language}.toml").read_text("utf-8"))["reply"])


def told(one: dict[str, Any]) -> dict[str, str]:
    reply = Reply(asked=Text(one["mail"]), mine=Text(one["reply"]))
    return {found.care.value: found.quote for found in findings(reply)}


def counted(part: list[dict[str, Any]], *, show: bool) -> tuple[Counter[str], Counter[str], Counter[str]]:
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for one in part:
        expected, found = set(one["findings"]), told(one)
        right.update(expected & found.keys())
        missed.update(expected - found.keys())
        wrong.update(found.keys() - expected)
        for name in sorted(expected ^ found.keys()) if show else ():
            print(f"  {'wrongly' if name in found else 'missed '} {name:<10} {one['reply']!r}")
    return right, wrong, missed


def rows(*, show: bool) -> Iterator[str]:
    for name, held in (("looked at", False), ("held out", True)):
        part = [one for lang in ("en", "de") for place, one in enumerate(replies(lang)) if held_out(place) is held]
        right, wrong, missed = counted(part, show=show and not held)
        clean = [one for one in part if not one["findings"]]
        silent = sum(not told(one) for one in clean)
        yield f"{name}: {len(part)} replies; nothing said of {silent} of {len(clean)} clean ones"
        for kind in [*sorted(right + wrong + missed), ""]:
            hits, bad, left = (sum(c.values()) if not kind else c[kind] for c in (right, wrong, missed))
            precision, recall = hits / max(1, hits + bad), hits / max(1, hits + left)
            yield f"  {kind or 'all':<10} precision {precision:.2f}   recall {recall:.2f}   ({hits + left} labelled)"


if __name__ == "__main__":
    for line in rows(show="--misses" in sys.argv):
        print(line)
