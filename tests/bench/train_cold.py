"""Trains the model of triage/core/words/selling.py on the invented mails of tests/core/cold.tsv, and on ordinary mail.

Run: TRIAGE_DATA=… python -m tests.bench.train_cold [--check]
Writes triage/core/words/model/cold.json; with --check it writes nothing and tells how it does in ten folds.
The ordinary mail is made of the sentences of asks/parakweet_train.jsonl (Apache-2.0), a few at a time: invented mail
alone takes every "let me know" of business for a pitch.
"""

import collections
import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.train_asks import common_words, descend, labelled
from triage.core.words.language.phrases import words
from triage.core.words.likeness import Model, written
from triage.core.words.selling import beginnings, first_words, pitch, traits

Row = tuple[bool, str]
ROOT = Path(__file__).parents[2]
FILE = ROOT / "triage/core/words/model/cold.json"
SEEN = 2
WEIGHT = 0.1
FOLDS = 10
LONGEST = 6
AT = (-0.8, -0.6, -0.4, -0.2, 0.0, 0.2, 0.5, 1.0)
# Whom the invented mails happen to be written to.
NAMES = frozenset(("robin", "vale", "herr", "herrn", "frau", "mr", "mrs"))


def rows(path: Path) -> list[Row]:
    lines = (line.replace("\\n", "\n").split("\t") for line in path.read_text(encoding="utf-8").split("\n") if line)
    return [(label == "cold", f"{subject}. {text}") for label, subject, text in lines]


def ordinary(folder: Path) -> Iterator[Row]:
    """Mails of one to six sentences that somebody wrote, none of them a pitch as far as anybody said."""
    chance = random.Random(1)
    said = [text for text, _ in labelled(folder)]
    chance.shuffle(said)
    while said:
        count = chance.randint(1, LONGEST)
        yield False, " ".join(said[:count])
        said = said[count:]


def train(invented: Sequence[Row], others: Sequence[Row]) -> Model:
    known = vocabulary(invented) | common_words([text for _, text in others])
    starts = frozenset(beginnings(known))
    found = [(traits(text, first_words(text), known), label) for label, text in (*invented, *others)]
    count = collections.Counter(trait for some, _ in found for trait in some)
    used = {trait for trait in count if count[trait] >= SEEN and (trait[0][0] != "~" or trait in starts)}
    weights, bias = descend([(sorted(some & used, key=written), label) for some, label in found], weight=WEIGHT)
    return Model(known=known, weights=weights, bias=bias)


def vocabulary(invented: Sequence[Row]) -> frozenset[str]:
    held = collections.Counter(word for _, text in invented for word in set(words(text)))
    return frozenset(word for word, number in held.items() if number >= SEEN and word.isalpha() and word not in NAMES)


def check(invented: Sequence[Row], others: Sequence[Row]) -> None:
    order = list(range(len(invented)))
    random.Random(1).shuffle(order)
    told = []
    for fold in range(FOLDS):
        model = train([invented[number] for place, number in enumerate(order) if place % FOLDS != fold], others)
        told += [(invented[number][0], pitch(invented[number][1], model)) for number in order[fold::FOLDS]]
    for label, name in ((True, "cold"), (False, "genuine")):
        found = [one for real, one in told if real is label]
        print(f"{name}, {len(found)}: weight (of these with phrases that sell) at least")
        for at in AT:
            above = [one for one in found if one.weight >= at]
            print(f"  {at:5}: {len(above)} ({sum(one.sells for one in above)})")


def main(folder: Path) -> None:
    model = train(rows(ROOT / "tests/core/cold.tsv"), list(ordinary(folder)))
    told = sorted((written(trait), weight) for trait, weight in model.weights.items())
    used = {trait: round(weight, 2) for trait, weight in told if abs(weight) >= 0.02}
    table = {"known": sorted(model.known), "bias": round(model.bias, 2), "weights": used}
    FILE.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(model.known)} words, {len(used)} weights, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    if "TRIAGE_DATA" not in os.environ:
        sys.exit("skipped: TRIAGE_DATA names no folder of labelled mail")
    data = Path(os.environ["TRIAGE_DATA"])
    check(rows(ROOT / "tests/core/cold.tsv"), list(ordinary(data))) if "--check" in sys.argv else main(data)
