"""How often the review speaks about real replies: owners' own answers in mailboxes, found under TRIAGE_DATA.

TRIAGE_DATA=… python -m tests.bench.reviewing [--show N]
"""

import os
import random
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from triage.cli.lab import entry_of
from triage.core.cases.answers import answers
from triage.core.cases.gather import conversations
from triage.core.people import People
from triage.core.review.findings import Finding, Reply, Text, findings
from triage.model.entries import Entry
from triage.settings import Me
from triage.sources.archive import read


def owners(folder: Path) -> Iterator[tuple[str, tuple[str, ...], list[Entry]]]:
    """Name, addresses and messages of each mailbox whose README or content tells who owns it: who sent most of Sent."""
    for packed in sorted((folder / "mailboxes").glob("*.tar.xz")):
        with tempfile.TemporaryDirectory() as place, tarfile.open(packed) as archive:
            archive.extractall(place, filter="data")
            entries = [entry_of(one) for one in read(place) if one.readable]
        senders = Counter(e.message.sender.address for e in entries if e.outgoing and e.message.sender)
        yield packed.name.removesuffix(".tar.xz"), tuple(a for a, n in senders.most_common(5) if n > 5), entries


def replies(me: tuple[str, ...], entries: list[Entry]) -> Iterator[Reply]:
    people = People(me=Me(addresses=me))
    for thread, guests in conversations(entries, people=people):
        found = answers(thread, guests, people)
        by_key = {entry.message.key: entry for entry in (*thread, *guests)}
        answered: dict[str, list[Entry]] = {}
        for key, answer in found.of.items():
            answered.setdefault(answer.key, []).append(by_key[key])
        for key, asked in answered.items():
            mine = by_key.get(key)
            theirs = "\n\n".join(one.message.text or "" for one in asked)
            if mine and people.is_mine(mine) and theirs and mine.message.text:
                sender = by_key[asked[0].message.key].message.sender
                near = sender is not None and people.is_own_domain(sender.address)
                yield Reply(asked=Text(theirs), mine=Text(mine.message.text), first=len(thread) <= 2, near=near)


def main() -> None:
    data = os.environ.get("TRIAGE_DATA")
    if not data or not (Path(data) / "mailboxes").is_dir():
        print("no mailboxes: set TRIAGE_DATA to the folder that holds them")
        return
    show = int(sys.argv[sys.argv.index("--show") + 1]) if "--show" in sys.argv else 0
    every: list[tuple[str, Finding, Reply]] = []
    for name, me, entries in owners(Path(data)):
        looked = list(replies(me, entries))
        found = [(one, finding) for one in looked for finding in findings(one)]
        counts = Counter(finding.care.value for _, finding in found)
        told = ", ".join(f"{kind} {100 * count / max(1, len(looked)):.1f} %" for kind, count in counts.most_common())
        print(f"{name:<18} {len(looked):>6} replies   {told}")
        every += [(name, finding, one) for one, finding in found]
    for name, finding, one in random.Random(7).sample(every, min(show, len(every))):
        print(f"\n--- {name}: {finding.care.value}: {finding.quote!r}")
        print(f"THEY: {one.asked.own[:500]!r}\nI: {one.mine.own[:400]!r}")


if __name__ == "__main__":
    main()
