"""Automatic mail, and people among it: labelled files of many mailboxes, each judged alone."""

import collections
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.judging.rows import HOURS, Row, one_line, share, told
from triage.cli.lab import judged
from triage.model.judgements import Judgement
from triage.model.mail import Message
from triage.settings import Me
from triage.sources.archive import Stored, read

Labelled = tuple[dict[str, Any], Stored, Judgement]


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
    return f"{row['category']}: {row['path']}\n      {told(one.message, verdict)}"
