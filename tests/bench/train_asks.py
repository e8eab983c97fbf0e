"""Trains the model of triage/core/words/likeness.py on labelled sentences outside the project.

Run: TRIAGE_DATA=… python -m tests.bench.train_asks
TRIAGE_DATA names the folder. Writes triage/core/words/model/asks.json and prints its strongest traits. Trained on
asks/parakweet_train.jsonl (Apache-2.0) alone. Weights are of words that many sentences hold; names are left out.
"""

import collections
import json
import math
import os
import random
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from triage.core.words.language.phrases import words
from triage.core.words.likeness import EMPTY, Model, Trait, traits, written
from triage.core.words.sentences import sentences

Labelled = tuple[str, bool]

FILE = Path(__file__).parents[2] / "triage/core/words/model/asks.json"
SEEN_WORD = 6
SEEN_TRAIT = 4
ROUNDS = 10
# Added to every log-odds: a missed request costs more than a false one.
RECALL = 0.2
WEIGHT = 0.25
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CAPITALS = frozenset(("i", "i'm", "i'll", "i've", "i'd", *_DAYS))

# What the people of the training mail happened to deal in; elsewhere it says nothing about asking.
_TOPICS = """
    analyst bankruptcy ben bidweek capital coupon credit energy facility financial fuel game gas golf ipad iphone m memo
    mobile p pipeline power price prices pricing trading transition transmission utilities utility volumes
"""


def labelled(folder: Path, name: str = "parakweet_train") -> list[Labelled]:
    rows = map(json.loads, (folder / f"asks/{name}.jsonl").read_text(encoding="utf-8").splitlines())
    return [(row["text"].replace("$LINK", ""), row["label"]) for row in rows]


def train(rows: Sequence[Labelled]) -> Model:
    known = common_words([text for text, _ in rows])
    seen = [(traits_of(text, known), label) for text, label in rows]
    count = collections.Counter(trait for found, _ in seen for trait in found)
    kept = [([one for one in sorted(found, key=written) if count[one] >= SEEN_TRAIT], label) for found, label in seen]
    weights, bias = descend(kept)
    return Model(known=known, weights=weights, bias=bias + RECALL)


def traits_of(text: str, known: frozenset[str]) -> set[Trait]:
    return set().union(*(traits(part, known) for part in sentences(text))) - EMPTY


def common_words(texts: Iterable[str]) -> frozenset[str]:
    """Words of many sentences that are mostly written small within them, so neither names nor brands."""
    held: collections.Counter[str] = collections.Counter()
    capital: collections.Counter[str] = collections.Counter()
    for text in texts:
        held.update(set(words(text)))
        for place, word in enumerate(_WORD.findall(text)):
            if place:
                capital[word.casefold().replace("’", "'")] += 1 if word[0].isupper() else -1
    topics = frozenset(_TOPICS.split())
    return frozenset(
        word
        for word, number in held.items()
        if number >= SEEN_WORD
        and (capital[word] <= 0 or word in _CAPITALS)
        and word not in topics
        and not any(map(str.isdigit, word))
    )


def descend(
    rows: Sequence[tuple[Sequence[Trait], bool]], *, weight: float = WEIGHT
) -> tuple[dict[Trait, float], float]:
    """Logistic regression with a quadratic pull to zero, by dual coordinate descent; the same weights on every run."""
    weights: dict[Trait, float] = collections.defaultdict(float)
    shares = [0.0] * len(rows)
    order, chance = list(range(len(rows))), random.Random(1)
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for number in order:
            found, label = rows[number]
            sign = 1 if label else -1
            present = [*found, ""]
            lean = sign * sum(weights[trait] for trait in present)
            share = best_share(shares[number], lean, len(present), weight)
            for trait in present:
                weights[trait] += sign * (share - shares[number])
            shares[number] = share
    bias = weights.pop("")
    return dict(weights), bias


def best_share(share: float, lean: float, size: int, weight: float) -> float:
    """Where the slope of the dual is zero for one sentence, by halving (Yu, Huang and Lin, 2011, equation 19)."""
    low, high = 0.0, weight
    for _ in range(24):
        middle = (low + high) / 2
        if math.log(middle / (weight - middle)) + size * (middle - share) + lean > 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def main(folder: Path) -> None:
    model = train(labelled(folder))
    told = sorted((written(trait), weight) for trait, weight in model.weights.items())
    used = {trait: round(weight, 3) for trait, weight in told if abs(weight) >= 0.01}
    table = {"known": sorted(model.known), "bias": round(model.bias, 3), "weights": used}
    FILE.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    ranked = sorted(used, key=lambda trait: used[trait])
    print(f"{len(model.known)} words, {len(used)} weights, {FILE.stat().st_size} bytes")
    print("for: ", ", ".join(f"{trait!r} {used[trait]}" for trait in ranked[:-61:-1]))
    print("against: ", ", ".join(f"{trait!r} {used[trait]}" for trait in ranked[:60]))


if __name__ == "__main__":
    if "TRIAGE_DATA" not in os.environ:
        sys.exit("skipped: TRIAGE_DATA names no folder of labelled mail")
    main(Path(os.environ["TRIAGE_DATA"]))
