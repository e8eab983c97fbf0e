"""How good the judging is, on labelled mail outside the project: one table, through the code that the commands run.

    TRIAGE_DATA=… python tests/bench/judging.py [--misses N]

TRIAGE_DATA names the folder of labelled mail; a row whose data is not there says so. The baseline beside each figure is
the one-line rule: a question mark, "please", "can you" or "let me know" somewhere in the text. `--misses` prints the N
most telling misses of every kind.
"""

import argparse
import collections
import json
import os
import re
import resource
import sys
import tarfile
import tempfile
import time
import tracemalloc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from triage.cli.lab import entry_of, judged
from triage.core.cases.folding import Policy
from triage.core.cases.state import COLD, MAYBE_COLD
from triage.core.past.replaying import Heard, replay
from triage.core.times.hours import Hours
from triage.core.words.promises import promised
from triage.core.words.quotes import own_words
from triage.core.words.sentences import sentences
from triage.model.judgements import Judgement
from triage.model.mail import Message
from triage.report import json_lines
from triage.settings import Me, Reminders, Workday
from triage.sources.archive import Stored, read

HOURS = Hours(zone=ZoneInfo("UTC"), week=Workday().week)
ONE_LINE = re.compile(r"\?|\bplease\b|\bcan you\b|\blet me know\b", re.IGNORECASE)
SLOW = 1.0
Labelled = tuple[dict[str, Any], Stored, Judgement]
FAT = 50 * 1024 * 1024


@dataclass
class Row:
    """A line of the table. `misses` are what is wrong, most telling first."""

    measure: str
    figure: str
    baseline: str = ""
    aim: str = ""
    misses: list[str] = field(default_factory=list)


def one_line(message: Message) -> bool:
    """The baseline: what a rule of one line says of a whole mail, quotes and all."""
    return bool(ONE_LINE.search(f"{message.subject}\n{message.text or ''}"))


def unpacked(archive: Path, into: Path) -> Path:
    """The archive's files, in a folder of their own."""
    folder = into / archive.name.partition(".")[0]
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder


# --- automatic mail and people among it -----------------------------------------------------------------------------


def me_of(message: Message, category: str) -> tuple[str, ...]:
    """The files come from many mailboxes: whoever the first recipient is, is the user, but for what came by lists."""
    if category in {"mailing_list_traffic", "human_control", "tool_notification"}:
        return (*message.delivered_to[:1], "alx@kernel.org", "alx.manpages@gmail.com", "user@example.org")
    return (*message.delivered_to[:1], *(box.address for box in message.to[:1])) or ("user@example.org",)


def automatic(folder: Path, manifest: Path) -> list[Row]:
    """Every labelled file judged as `triage judge FILE` does."""
    rows = [json.loads(line) for line in manifest.open()]
    found: list[Labelled] = []
    for row in rows:
        mine = Me(addresses=())
        for one in list(read(str(folder / row["path"])))[:1]:
            mine = Me(addresses=me_of(one.message, row["category"]))
            found += [(row, *pair) for pair in judged([one], mine, HOURS)]
    machines = [each for each in found if not each[0]["expect_reply"]]
    people = [each for each in found if each[0]["expect_reply"]]
    owed = [each for each in machines if each[2].owes]
    lost = [each for each in people if each[2].kind.value not in {"person", "list"}]
    ignored = [each for each in people if not each[2].owes]
    rule = [sum(one_line(each[1].message) for each in some) for some in (machines, people)]
    return [
        Row(
            "automatic mail reported as owed",
            share(len(owed), len(machines)),
            share(rule[0], len(machines)),
            "at most 1 %",
            [_miss(*each) for each in _spread(owed)],
        ),
        Row(
            "human controls thrown away as automatic",
            f"{len(lost)} of {len(people)}",
            f"{len(people) - rule[1]} of {len(people)}",
            "0",
            [_miss(*each) for each in lost],
        ),
        Row("human controls not owed (for information)", f"{len(ignored)} of {len(people)}"),
    ]


def _spread(found: Sequence[Labelled]) -> list[Labelled]:
    """By score, the categories taking turns, so that one kind does not hide the others."""
    by_category = collections.defaultdict(list)
    for each in sorted(found, key=lambda each: -each[2].score):
        by_category[each[0]["category"]].append(each)
    turns = [(place, -len(some), each) for some in by_category.values() for place, each in enumerate(some)]
    return [each for _, _, each in sorted(turns, key=lambda turn: turn[:2])]


def _miss(row: dict[str, Any], one: Stored, verdict: Judgement) -> str:
    return f"{row['category']}: {row['path']}\n      {_told(one.message, verdict)}"


def _told(message: Message, verdict: Judgement) -> str:
    spoken = ", ".join(f"{reason.rule} {reason.points:+g}" for reason in verdict.reasons)
    return f"{verdict.kind.value} {verdict.score:g} [{spoken}] {message.subject[:70]!r}"


# --- mailboxes whose Sent tells who was answered --------------------------------------------------------------------


def mailbox(folder: Path, name: str) -> list[Row]:
    """A Maildir with its Sent lived through as `triage replay --messages` does."""
    root = next(iter(folder.rglob("truth.jsonl"))).parent
    truth = {f"<{row['mid']}>": row for line in (root / "truth.jsonl").open() if (row := json.loads(line))}
    owner = json.loads((root / "stats.json").read_text())["owner"]
    entries = [entry_of(one) for one in read(str(root / "Maildir")) if one.readable]
    started = time.perf_counter()
    whole = replay(
        entries,
        me=Me(addresses=tuple(owner)),
        policy=Policy(hours=HOURS),
        reminders=Reminders(),
    )
    assert whole
    seconds = time.perf_counter() - started
    known = [(truth[one.arrived.entry.message.message_id or ""], one) for one in whole.heard if _known(one, truth)]
    forgotten = [one for row, one in known if row["replied_direct"] and one.open_at_end]
    ranked = [(row, one) for row, one in known if row["addressed"] == "to" and not row["patch"]]
    labels = [bool(row["replied_direct"]) for row, _ in ranked]
    scores = [one.arrived.judgement.score for _, one in ranked]
    rule = [float(one_line(one.arrived.entry.message)) for _, one in ranked]
    answered = [one for row, one in known if row["replied_direct"]]
    return [
        Row(
            f"answered but open at end, {name}",
            f"{len(forgotten)} of {len(answered)}",
            f"{sum(one_line(one.arrived.entry.message) for one in answered)} of {len(answered)}",
            "0",
            [_told(one.arrived.entry.message, one.arrived.judgement) for one in forgotten],
        ),
        Row(
            f"AUC of score, {name} (n={len(ranked)})",
            f"{auc(scores, labels):.3f}",
            f"{auc(rule, labels):.3f}",
            "0.75",
            list(_misranked(ranked)),
        ),
        Row(f"replay of 10,000 messages, {name}", f"{seconds / len(entries) * 10_000:.0f} s", "", "60 s"),
    ]


def _known(one: Heard, truth: dict[str, dict[str, Any]]) -> bool:
    return one.arrived.entry.message.message_id in truth


def _misranked(ranked: Sequence[tuple[dict[str, Any], Heard]]) -> Iterator[str]:
    """In turns: answered though ranked lowest, not answered though ranked highest."""
    low = sorted(
        (pair for pair in ranked if pair[0]["replied_direct"]), key=lambda pair: pair[1].arrived.judgement.score
    )
    high = sorted(
        (pair for pair in ranked if not pair[0]["replied_direct"]), key=lambda pair: -pair[1].arrived.judgement.score
    )
    for answered, silent in zip(low, high, strict=False):
        for label, (row, one) in (("answered", answered), ("not answered", silent)):
            own = " ".join(own_words(one.arrived.entry.message.text or "").split())
            told = _told(one.arrived.entry.message, one.arrived.judgement)
            yield f"{label}: {row['file']}\n      {told}\n      {own[:150]!r}"


def strangers(folder: Path) -> list[Row]:
    """First mails of people in real business: hardly one of them sells, and those the owner answered surely do not."""
    root = next(iter(folder.rglob("truth_weak.jsonl"))).parent
    truth = {row["mid"]: row for line in (root / "truth_weak.jsonl").open() if (row := json.loads(line))}
    found = {one.message.message_id: one for path in sorted(root.glob("*.mbox")) for one in read(str(path))}
    sent = [one.message for path in root.glob("*sent*.mbox") for one in read(str(path)) if one.message.sender]
    owner = collections.Counter(message.sender.address for message in sent if message.sender).most_common(1)[0][0]
    told = [
        ({reason.rule for reason in verdict.reasons}, truth.get(one.message.message_id, {}).get("replied", False), one)
        for one, verdict in judged(list(found.values()), Me(addresses=(owner,)), HOURS)
    ]
    first = [each for each in told if "first-contact" in each[0]]
    answered = [each for each in first if each[1]]
    cold, late = ([each for each in first if each[0] & rules] for rules in ({COLD}, {MAYBE_COLD}))
    return [
        Row(
            f"{folder.name}: first mails of strangers named cold",
            share(len(cold), len(first)),
            f"of those answered {sum(each[1] for each in cold)} of {len(answered)}; ring late {len(late)}",
            "2 %",
            [one.message.subject[:70] for _, _, one in (*cold, *late)],
        )
    ]


def auc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """How often an answered message outranks one that was not; a tie counts half."""
    ordered = sorted(zip(scores, labels, strict=True), key=lambda pair: pair[0])
    positive, total, place = sum(labels), 0.0, 0
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end][0] == ordered[place][0]:
            end += 1
        total += sum(label for _, label in ordered[place:end]) * (place + 1 + end) / 2
        place = end
    return (total - positive * (positive + 1) / 2) / (positive * (len(ordered) - positive))


# --- speed and safety -------------------------------------------------------------------------------------------------


def speed(folders: Iterable[Path]) -> list[Row]:
    """Reading, judging and the line of JSON as `triage judge` does, on one core; what took too long or too much."""
    me = Me(addresses=("alx@kernel.org",))
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    count, seconds, parsing, bad = 0, 0.0, 0.0, []
    for path in paths:
        started = time.process_time()
        found = list(read(str(path)))
        parsed = time.process_time()
        try:
            lines = [
                json.dumps(json_lines.verdict(one.message, said, file=one.file))
                for one, said in judged(found, me, HOURS)
            ]
        except Exception as error:  # noqa: BLE001 - a crash is what is measured
            bad.append(f"{path}: {type(error).__name__} {error}")
            continue
        took = time.process_time() - started
        count, seconds, parsing = count + len(lines), seconds + took, parsing + parsed - started
        if took > SLOW * max(1, len(lines)):
            bad.append(f"{path}: {took:.2f} s")
    bad += _fat(paths, me)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [
        Row(
            f"judged messages a second (n={count})",
            f"{count / seconds:,.0f}",
            f"reading alone {count / parsing:,.0f}",
            "2,000",
        ),
        Row("crashes, or a message over 1 s or 50 MB", str(len(bad)), f"peak of the process {peak} MB", "0", bad),
    ]


def _fat(paths: Iterable[Path], me: Me) -> Iterator[str]:
    """The largest files once more with their memory counted, which slows everything down."""
    for path in sorted(paths, key=lambda path: -path.stat().st_size)[:40]:
        tracemalloc.start()
        for one, said in judged(read(str(path)), me, HOURS):
            json_lines.verdict(one.message, said, file=one.file)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        if peak > FAT:
            yield f"{path}: {peak // 2**20} MB"


# --- the table --------------------------------------------------------------------------------------------------------


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / max(1, whole):.1%})"


# --- promises --------------------------------------------------------------------------------------------------------


def promises(labelled: Path) -> Row:
    """Sentences of a person's own mail, invented and labelled: does it promise to come back?"""
    lines = [line.split("\t") for line in labelled.read_text("utf-8").splitlines()]
    monday = datetime(2026, 11, 16, 10, tzinfo=UTC)
    found = [(label == "yes", bool(promised(sentences(text), monday, HOURS)), text) for label, text in lines]
    right = sum(meant and heard for meant, heard, _ in found)
    precision, recall = (right / max(1, sum(one[place] for one in found)) for place in (1, 0))
    wrong = [text for meant, heard, text in found if meant != heard]
    figure = f"{precision:.2f} / {recall:.2f} of {len(found)}"
    return Row("promises in own words, precision / recall", figure, "", "0.90 / 0.80", wrong)


def rows(data: Path, into: Path) -> Iterator[Row]:
    """What can be measured with the data that is there."""
    yield promises(Path(__file__).parents[1] / "core" / "promises.tsv")
    machines, odd = data / "automatic/files.tar.xz", data / "mime/fixtures.tar.xz"
    folders = [unpacked(archive, into) for archive in (machines, odd) if archive.exists()]
    if machines.exists():
        yield from automatic(folders[0], data / "automatic/manifest.jsonl")
    else:
        yield Row("automatic mail", "skipped: no automatic/files.tar.xz")
    boxes = sorted((data / "mailboxes").glob("linuxman_*.tar.xz"))
    for archive in boxes:
        yield from mailbox(unpacked(archive, into), archive.name.partition(".")[0])
    for archive in sorted((data / "mailboxes").glob("enron_*.tar.xz")):
        folder = unpacked(archive, into)
        yield from strangers(folder) if any(folder.rglob("*sent*.mbox")) else ()
    if not boxes:
        yield Row("mailboxes", "skipped: no mailboxes/linuxman_*.tar.xz")
    if folders:
        yield from speed(folders)
    else:
        yield Row("speed, crashes", "skipped: neither automatic nor mime is there")


def main() -> None:
    options = argparse.ArgumentParser(description="How good the judging is, on labelled mail outside the project.")
    options.add_argument("--misses", type=int, default=0, metavar="N")
    asked = options.parse_args()
    if "TRIAGE_DATA" not in os.environ:
        sys.exit("skipped: TRIAGE_DATA names no folder of labelled mail")
    with tempfile.TemporaryDirectory() as folder:
        print(f"| {'measure':48} | {'now':>18} | {'baseline':>25} | {'aim':>11} |")
        print(f"|{'-' * 50}|{'-' * 20}|{'-' * 27}|{'-' * 13}|")
        kept = []
        for row in rows(Path(os.environ["TRIAGE_DATA"]), Path(folder)):
            print(f"| {row.measure:48} | {row.figure:>18} | {row.baseline:>25} | {row.aim:>11} |", flush=True)
            kept.append(row)
    for row in kept:
        if row.misses and asked.misses:
            print(f"\n{row.measure}:")
            print("\n".join(f"  {n:3} {miss}" for n, miss in enumerate(row.misses[: asked.misses], 1)))


if __name__ == "__main__":
    main()
