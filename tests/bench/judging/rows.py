"""A line of the table, and what all of them need."""

import re
import tarfile
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from triage.core.times.hours import Hours
from triage.model.judgements import Judgement
from triage.model.mail import Message
from triage.settings import Workday

HOURS = Hours(zone=ZoneInfo("UTC"), week=Workday().week)
_ONE_LINE = re.compile(r"\?|\bplease\b|\bcan you\b|\blet me know\b", re.IGNORECASE)


@dataclass
class Row:
    """`baseline` is what the rule of one line gets. `misses` are what is wrong, most telling first."""

    measure: str
    now: str
    baseline: str = ""
    aim: str = ""
    misses: list[str] = field(default_factory=list)


def one_line(message: Message) -> bool:
    """The baseline: what a rule of one line says of a whole mail, quotes and all."""
    return bool(_ONE_LINE.search(f"{message.subject}\n{message.text or ''}"))


def unpacked(archive: Path, into: Path) -> Path:
    """The archive's files, in a folder of their own."""
    folder = into / archive.name.partition(".")[0]
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder


def share(part: Collection[object] | int, whole: Collection[object] | int) -> str:
    """How many of how many, and in per cent."""
    some, all_ = (one if isinstance(one, int) else len(one) for one in (part, whole))
    return f"{some} of {all_} ({some / max(1, all_):.1%})"


def told(message: Message, verdict: Judgement) -> str:
    """A verdict in a line."""
    spoken = ", ".join(f"{reason.rule} {reason.points:+g}" for reason in verdict.reasons)
    return f"{verdict.kind.value} {verdict.score:g} [{spoken}] {message.subject[:70]!r}"
