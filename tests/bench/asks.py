"""How well requests are found: labelled sentences outside the project (TRIAGE_DATA names the folder), in five folds.

Run: TRIAGE_DATA=… python -m tests.bench.asks [--misses]
Each fold is judged by a model trained on the four others. "Kin apart" keeps sentences that begin with the same two
words in one fold, so that no template is learnt by heart. lin_email counts the writer's own tasks and not plain
questions, so it says how the order holds on other mail, not how many are right.
"""

import collections
import itertools
import json
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.bench.train_asks import Labelled, labelled, train
from triage.core.words.asking import asks
from triage.core.words.language.phrases import words
from triage.core.words.likeness import SILENT, shipped

Scored = list[tuple[float, bool]]
FOLDS = 5
_ONE_LINE = re.compile(r"\?|\bplease\b|\bcan you\b|\blet me know\b", re.IGNORECASE)


def one_line(text: str) -> float:
    return float(bool(_ONE_LINE.search(text)))


def by_rules(text: str) -> float:
    return asks(text, SILENT)


def shuffled(rows: Sequence[Labelled]) -> list[list[int]]:
    order = list(range(len(rows)))
    random.Random(0).shuffle(order)
    return [order[start::FOLDS] for start in range(FOLDS)]


def kin_apart(rows: Sequence[Labelled]) -> list[list[int]]:
    kin = collections.defaultdict(list)
    for number, (text, _) in enumerate(rows):
        kin[words(text)[:2]].append(number)
    folds: list[list[int]] = [[] for _ in range(FOLDS)]
    for family in sorted(kin.values(), key=len, reverse=True):
        min(folds, key=len).extend(family)
    return folds


def across(rows: Sequence[Labelled], folds: Iterable[Sequence[int]]) -> Scored:
    found: Scored = []
    for fold in folds:
        held = set(fold)
        model = train([row for number, row in enumerate(rows) if number not in held])
        found += [(asks(rows[number][0], model), rows[number][1]) for number in fold]
    return found


def line(name: str, scored: Scored) -> str:
    hit = sum(score >= 0.5 and gold for score, gold in scored)
    said = sum(score >= 0.5 for score, _ in scored)
    true = sum(gold for _, gold in scored)
    return f"  {name:28} {hit / said:9.3f} {hit / true:7.3f} {f1(scored):6.3f} {area(scored):6.3f}"


def f1(scored: Scored) -> float:
    """Of a threshold of one half."""
    hit = sum(score >= 0.5 and gold for score, gold in scored)
    return 2 * hit / (sum(score >= 0.5 for score, _ in scored) + sum(gold for _, gold in scored))


def area(scored: Scored) -> float:
    """Under the ROC curve: how often a request scores above another sentence, ties counted half."""
    rank, before = 0.0, 0
    for _, ties in itertools.groupby(sorted(scored), key=lambda pair: pair[0]):
        golds = [gold for _, gold in ties]
        rank += sum(golds) * (before + (len(golds) + 1) / 2)
        before += len(golds)
    true = sum(gold for _, gold in scored)
    return (rank - true * (true + 1) / 2) / (true * (len(scored) - true))


def messages(folder: Path) -> list[Labelled]:
    rows = map(json.loads, (folder / "asks/lin_email.jsonl").read_text(encoding="utf-8").splitlines())
    whole = [list(group) for _, group in itertools.groupby(rows, key=lambda row: row["group"])]
    return [("\n\n".join(row["text"] for row in group), any(row["label"] for row in group)) for group in whole]


def table(name: str, rows: Sequence[Labelled], more: Iterable[tuple[str, Scored]]) -> None:
    print(f"{name}: {len(rows)}, {sum(gold for _, gold in rows)} ask{'':14} precision  recall     F1    AUC")
    judges: tuple[tuple[str, Callable[[str], float]], ...] = (("one-line rule", one_line), ("rules alone", by_rules))
    for title, score in judges:
        print(line(title, [(score(text), gold) for text, gold in rows]))
    for title, scored in more:
        print(line(title, scored))


def misses(rows: Sequence[Labelled]) -> None:
    for fold in shuffled(rows):
        held = set(fold)
        model = train([row for number, row in enumerate(rows) if number not in held])
        for text, gold in (rows[number] for number in fold):
            if (asks(text, model) >= 0.5) != gold:
                print("MISS " if gold else "FALSE", f"{asks(text, model):.2f}", text[:150])


def main(folder: Path, *, show: bool) -> None:
    rows = labelled(folder)
    apart = across(rows, kin_apart(rows))
    table("parakweet", rows, [("rules + model", across(rows, shuffled(rows))), ("rules + model, kin apart", apart)])
    for name, others in (("lin, sentences", labelled(folder, "lin_email")), ("lin, messages", messages(folder))):
        table(name, others, [("rules + model as shipped", [(asks(text), gold) for text, gold in others])])
    started = time.perf_counter()
    shipped.cache_clear()
    shipped()
    loaded = time.perf_counter() - started
    texts = [text for text, _ in messages(folder)]
    started = time.perf_counter()
    for text in texts:
        asks(text)
    each = (time.perf_counter() - started) / len(texts)
    started = time.perf_counter()
    for text in texts:
        by_rules(text)
    ruled = (time.perf_counter() - started) / len(texts)
    print(f"{each * 1e3:.2f} ms a message, {ruled * 1e3:.2f} of it the rules; the model loads in {loaded * 1e3:.0f} ms")
    if show:
        misses(rows)


if __name__ == "__main__":
    if "TRIAGE_DATA" not in os.environ:
        sys.exit("skipped: TRIAGE_DATA names no folder of labelled mail")
    main(Path(os.environ["TRIAGE_DATA"]), show="--misses" in sys.argv)
