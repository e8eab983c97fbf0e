"""How good the judging is, on labelled mail outside the project: TRIAGE_DATA names the folder.

Run: TRIAGE_DATA=… python tests/bench/judging.py [--misses]
"""

import collections
import json
import os
import sys
import tarfile
import time
from datetime import UTC, datetime
from pathlib import Path

from triage.core.judge import judge
from triage.core.people import People
from triage.model import Correspondence, Entry, Judgement, Message
from triage.settings import Me
from triage.sources.mime import whole

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def read(raw: bytes, where: str) -> Message:
    return whole(raw, received=None, where=where)


def me_of(message: Message, category: str) -> tuple[str, ...]:
    """The files come from many mailboxes: whoever the first recipient is, is the user, but for what came by lists."""
    if category in {"mailing_list_traffic", "human_control", "tool_notification"}:
        return (*message.delivered_to[:1], "alx@kernel.org", "alx.manpages@gmail.com", "user@example.org")
    return (*message.delivered_to[:1], *(box.address for box in message.to[:1]))


def automatic(folder: Path, misses: bool) -> None:
    rows = [json.loads(line) for line in (folder / "automatic/manifest.jsonl").open()]
    with tarfile.open(folder / "automatic/files.tar.xz") as archive:
        files = {member.name.removeprefix("./"): archive.extractfile(member) for member in archive if member.isfile()}
        raw = {name: file.read() for name, file in files.items() if file}
    messages = [(row, read(raw[row["path"]], row["path"])) for row in rows]
    started = time.perf_counter()
    judged = [(row, message, verdict(message, row["category"])) for row, message in messages]
    rate = len(judged) / (time.perf_counter() - started)
    count: collections.Counter[tuple[str, bool]] = collections.Counter()
    kinds: collections.Counter[tuple[str, str]] = collections.Counter()
    for row, _, found in judged:
        count[row["category"], found.owes] += 1
        kinds[row["category"], found.kind.value] += 1
        wrong = found.owes if not row["expect_reply"] else found.kind.value not in {"person", "list"}
        if wrong and misses:
            spoken = [(reason.rule, reason.points) for reason in found.reasons]
            print(f"{row['category']:14} {found.kind.value:10} {found.score:5} {row['path'][-50:]} {spoken}")
    machines = [found.owes for row, _, found in judged if not row["expect_reply"]]
    print(f"automatic owed: {sum(machines)} of {len(machines)}; judged {rate:.0f}/s")
    for category in sorted({row["category"] for row in rows}):
        named = {kind: number for (which, kind), number in kinds.items() if which == category}
        owed, rest = count[category, True], count[category, False]
        print(f"  {category:28} owed {owed:4} of {owed + rest:4}  {named}")


def verdict(message: Message, category: str) -> Judgement:
    entry = Entry(message=message, source="bench", seen=NOW, mailboxes=("INBOX",))
    people = People(me=Me(addresses=me_of(message, category)), correspondence=Correspondence())
    return judge(entry, (entry,), people)


if __name__ == "__main__":
    if "TRIAGE_DATA" not in os.environ:
        sys.exit("skipped: TRIAGE_DATA names no folder of labelled mail")
    automatic(Path(os.environ["TRIAGE_DATA"]), "--misses" in sys.argv)
