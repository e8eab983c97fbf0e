"""How well voicemails are read: robocalls recognised, people mistaken for machines, names and numbers found, speed.

The invented tables of the tests, and under TRIAGE_DATA voicemail/robocalls.csv in two halves that share no campaign.
Run: [TRIAGE_DATA=…] python -m tests.bench.transcripts [--misses]
"""

import csv
import hashlib
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from triage.core.calls.transcript import Heard, Verdict, read
from triage.model.calls import Call, Way, Wording

TABLES = Path(__file__).parents[1] / "core"
RECEIVED = datetime(2026, 11, 24, 15, 15, tzinfo=UTC)
ALIKE = 0.3
RUN = 4


def heard(text: str) -> Heard:
    call = Call(
        key="call:1", source="bench", at=RECEIVED, way=Way.VOICEMAIL, seconds=30, transcript=text, wording=Wording.OK
    )
    return read(call, hours=None, known=False, area="202")


def table(path: Path, delimiter: str = "\t") -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
        return list(csv.DictReader(file, delimiter=delimiter, quoting=quoting))


def campaigns(texts: list[str]) -> list[list[str]]:
    """Texts that share much of their wording belong together: one script, cut and transcribed anew each time."""
    shingles = [runs(text) for text in texts]
    family = list(range(len(texts)))

    def root(place: int) -> int:
        while family[place] != place:
            place = family[place]
        return place

    for one in range(len(texts)):
        for other in range(one):
            shared = len(shingles[one] & shingles[other])
            if shared >= ALIKE * min(len(shingles[one]), len(shingles[other])):
                family[root(one)] = root(other)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for place, text in enumerate(texts):
        found[root(place)].append(text)
    return list(found.values())


def runs(text: str) -> set[tuple[str, ...]]:
    said = re.findall(r"[a-z']+|[^\x00-\x7f]", text.lower())
    return {tuple(said[place : place + RUN]) for place in range(max(1, len(said) - RUN + 1))}


def is_first_half(campaign: list[str]) -> bool:
    return int(hashlib.sha256(min(campaign).encode()).hexdigest(), 16) % 2 == 0


def waiting(name: str, texts: Iterable[str], campaigns: int = 0) -> Iterator[str]:
    """Prints the share of robocalls that would wait, and gives them."""
    listed = list(texts)
    missed = [text for text in listed if heard(text).verdict is Verdict.WAITS]
    of = f" of {campaigns} campaigns" if campaigns else ""
    print(f"{name:34} {len(listed):4}{of}  wait {len(missed):3} = {len(missed) / max(1, len(listed)):.1%}")
    yield from missed


def people(rows: list[dict[str, str]]) -> Iterator[str]:
    taken = [row["text"] for row in rows if heard(row["text"]).verdict in {Verdict.SPAM, Verdict.AUTOMATED}]
    print(f"{'people, invented':34} {len(rows):4}  called machines {len(taken)}")
    yield from taken


def found(rows: list[dict[str, str]]) -> Iterator[str]:
    labelled = [row for row in rows if row["name"] != "?"]
    for field in ("name", "organisation", "number"):
        given = [row for row in labelled if row[field]]
        missed = [row["text"] for row in given if getattr(heard(row["text"]), field) != row[field]]
        wrong = [row["text"] for row in labelled if not row[field] and getattr(heard(row["text"]), field)]
        print(f"{field + ', as labelled':34} {len(given):4}  missed {len(missed):3}  invented {len(wrong):3}")
        yield from missed + wrong


def speed(texts: list[str]) -> None:
    began = time.process_time()
    for text in texts:
        heard(text)
    spent = time.process_time() - began
    print(f"{len(texts) / spent:.0f} messages a second of CPU, {sum(map(len, texts)) // len(texts)} characters each")


if __name__ == "__main__":
    voicemails, robocalls = table(TABLES / "voicemails.tsv"), table(TABLES / "robocalls.tsv")
    misses = [*people(voicemails), *found(voicemails)]
    misses += waiting("robocalls, invented", (row["text"] for row in robocalls))
    texts = [row["text"] for row in voicemails + robocalls]
    if "TRIAGE_DATA" in os.environ:
        real = [row["transcript"] for row in table(Path(os.environ["TRIAGE_DATA"]) / "voicemail/robocalls.csv", ",")]
        for half, first in (("robocalls, real, first half", True), ("robocalls, real, second half", False)):
            chosen = [one for one in campaigns(real) if is_first_half(one) == first]
            misses += waiting(half, (text for one in chosen for text in one), len(chosen))
        texts += real
    else:
        print("real robocalls skipped: TRIAGE_DATA names no folder")
    speed(texts)
    if "--misses" in sys.argv:
        print(*misses, sep="\n")
