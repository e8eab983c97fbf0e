"""Trains the model of triage/core/words/selling.py on the invented mails of tests/core/cold.tsv.

Run: python tests/bench/train_cold.py [--check]
Writes triage/core/words/model/cold.json; with --check it writes nothing and tells how it does in ten folds.
"""

import collections
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from train_asks import descend

from triage.core.words.language.phrases import words
from triage.core.words.likeness import Model, written
from triage.core.words.selling import pitch, traits

Row = tuple[bool, str]
ROOT = Path(__file__).parents[2]
FILE = ROOT / "triage/core/words/model/cold.json"
SEEN = 2
WEIGHT = 0.2
FOLDS = 10
SURE = 0.15
# Whom the invented mails happen to be written to.
NAMES = frozenset(("robin", "vale", "herr", "herrn", "frau", "mr", "mrs"))


def rows(path: Path) -> list[Row]:
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [(label == "cold", f"{subject}. {text}") for label, subject, text in lines]


def train(labelled: Sequence[Row]) -> Model:
    held = collections.Counter(word for _, text in labelled for word in set(words(text)))
    known = frozenset(word for word, number in held.items() if number >= SEEN and word.isalpha() and word not in NAMES)
    found = [(traits(words(text), known), label) for label, text in labelled]
    count = collections.Counter(trait for some, _ in found for trait in some)
    kept = [([one for one in sorted(some, key=written) if count[one] >= SEEN], label) for some, label in found]
    weights, bias = descend(kept, weight=WEIGHT)
    return Model(known=known, weights=weights, bias=bias)


def check(labelled: Sequence[Row]) -> None:
    order = list(range(len(labelled)))
    random.Random(1).shuffle(order)
    told = []
    for fold in range(FOLDS):
        model = train([labelled[number] for place, number in enumerate(order) if place % FOLDS != fold])
        told += [(labelled[number][0], pitch(labelled[number][1], model).weight) for number in order[fold::FOLDS]]
    for label, name in ((True, "cold"), (False, "genuine")):
        weights = [weight for one, weight in told if one is label]
        print(f"{name}: {sum(weight >= SURE for weight in weights)} of {len(weights)} marked")


def main() -> None:
    model = train(rows(ROOT / "tests/core/cold.tsv"))
    told = sorted((written(trait), weight) for trait, weight in model.weights.items())
    used = {trait: round(weight, 2) for trait, weight in told if abs(weight) >= 0.02}
    table = {"known": sorted(model.known), "bias": round(model.bias, 2), "weights": used}
    FILE.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(model.known)} words, {len(used)} weights, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    check(rows(ROOT / "tests/core/cold.tsv")) if "--check" in sys.argv else main()
