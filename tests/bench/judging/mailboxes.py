"""Whole mailboxes lived through: with a Sent that tells who was answered, and with the first mails of strangers."""

import collections
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench.judging.rows import HOURS, Row, one_line, share, told
from triage.cli.lab import entry_of, judged
from triage.core.cases.folding import Policy
from triage.core.cases.state import COLD, MAYBE_COLD
from triage.core.past.replaying import Heard, replay
from triage.core.words.quotes import own_words
from triage.settings import Me, Reminders
from triage.sources.archive import read


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
            [told(one.arrived.entry.message, one.arrived.judgement) for one in forgotten],
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
            verdict = told(one.arrived.entry.message, one.arrived.judgement)
            yield f"{label}: {row['file']}\n      {verdict}\n      {own[:150]!r}"


def strangers(folder: Path) -> list[Row]:
    """First mails of people in real business: hardly one of them sells, and those the owner answered surely do not."""
    root = next(iter(folder.rglob("truth_weak.jsonl"))).parent
    truth = {row["mid"]: row for line in (root / "truth_weak.jsonl").open() if (row := json.loads(line))}
    found = {one.message.message_id: one for path in sorted(root.glob("*.mbox")) for one in read(str(path))}
    sent = [one.message for path in root.glob("*sent*.mbox") for one in read(str(path)) if one.message.sender]
    owner = collections.Counter(message.sender.address for message in sent if message.sender).most_common(1)[0][0]
    judgements = [
        ({reason.rule for reason in verdict.reasons}, truth.get(one.message.message_id, {}).get("replied", False), one)
        for one, verdict in judged(list(found.values()), Me(addresses=(owner,)), HOURS)
    ]
    first = [each for each in judgements if "first-contact" in each[0]]
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
