"""Folders of invented voicemails, and a source that looks at them without real time passing."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from triage.model.calls import Call
from triage.model.mail import Batch
from triage.settings import SourceSettings
from triage.sources.voicemail.folder import Voicemail

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@dataclass
class Clocks:
    """A wall clock and a steady one that go on together when told to."""

    now: datetime = NOW
    steady: float = 1000.0

    def go_on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.steady += seconds


@dataclass
class Reader:
    """Drives a source as the pump does, and keeps what a store would: every call as last told."""

    root: Path
    clocks: Clocks = field(default_factory=Clocks)
    timezone: str | None = "UTC"
    cursor: str | None = None
    calls: dict[str, Call] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    told: list[Call] = field(default_factory=list)
    source: Voicemail = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """As after a new start of the daemon."""
        self.source = Voicemail(
            SourceSettings(name="phone", kind="voicemail", path=self.root, timezone=self.timezone),
            clock=lambda: self.clocks.now,
            steady=lambda: self.clocks.steady,
            pause=0,
        )

    def look(self) -> Batch:
        """One fetch, stored."""
        batch = self.source.fetch(self.cursor)
        self.cursor = batch.cursor
        self.told += batch.calls
        self.gone += batch.calls_gone
        self.calls |= {call.key: call for call in batch.calls}
        for key in batch.calls_gone:
            del self.calls[key]
        return batch

    def passes(self, seconds: float = 1.0) -> Iterator[Batch]:
        """Fetches until a pass is complete, with time going on between them."""
        while True:
            batch = self.look()
            yield batch
            if batch.complete:
                return
            self.clocks.go_on(seconds)

    def read(self) -> list[Call]:
        """A whole pass; the calls it told of."""
        return [call for batch in self.passes() for call in batch.calls]

    def one(self) -> Call:
        """A whole pass; the only call there is."""
        self.read()
        (call,) = self.calls.values()
        return call


def write(path: Path, content: str | bytes = "", *, at: datetime = NOW - timedelta(hours=1)) -> Path:
    """A file that was last written at `at`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (at.timestamp(), at.timestamp()))
    os.utime(path.parent, (at.timestamp(), at.timestamp()))
    return path


def message(
    callerid: str = '"ACME LLC" <2025550123>', *, origtime: int = 1795271469, more: str = "", seconds: int = 17
) -> str:
    """A message's text file as Asterisk writes it."""
    return (
        ";\n; Message Information file\n;\n[message]\norigmailbox=1001\ncontext=macro-vm\nexten=s-NOANSWER\n"
        "rdnis=unknown\npriority=2\ncallerchan=PJSIP/trunk-0000001a\n"
        f"callerid={callerid}\norigdate=Sat Nov 21 02:31:09 PM UTC 2026\norigtime={origtime}\ncategory=\n"
        f"msg_id={origtime}-00000000\nflag=\n{more}duration={seconds}\n"
    )
