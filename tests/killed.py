"""The daemon's real loop as a process to be killed: a Maildir in, each bubble appended to a file and synced.

`python -m tests.killed FOLDER BEGAN`: an afternoon runs by in seconds, from the moment BEGAN on the machine's clock.
"""

import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from tests.planning import at
from tests.rounds import Desk, configured
from triage.clerk import Clerk
from triage.daemon.events import Event
from triage.daemon.screen import Screen
from triage.daemon.serving import serve
from triage.daemon.stepping import Daemon
from triage.model.notices import Bubble
from triage.pump import Pump
from triage.settings import Config
from triage.sources.maildir.source import Maildir
from triage.store.lock import Lock
from triage.store.writer import Store

SPEED = 720
POLL = 0.03
NOON = at("mon 14:00")


def clock(began: float) -> datetime:
    """The time of the afternoon."""
    return (NOON + timedelta(seconds=(time.time() - began) * SPEED)).astimezone(UTC)


@dataclass
class Watch:
    """The clock of the loop; it remembers the moment the step at hand was handed."""

    began: float
    told: datetime = NOON

    def __call__(self) -> datetime:
        self.told = clock(self.began)
        return self.told


@dataclass
class Paper:
    """A sink that survives its process: the moment of the step, the process, what is named, the title."""

    path: Path
    watch: Watch

    def show(self, bubble: Bubble) -> None:
        line = "\t".join((self.watch.told.isoformat(), str(os.getpid()), " ".join(bubble.keys), bubble.title))
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def close(self, bubble_id: str) -> None: ...

    def shutdown(self) -> None: ...


class OnePump:
    """One Maildir, read again and again."""

    def __init__(self, config: Config, store: Store, events: "SimpleQueue[Event]", began: float) -> None:
        source = Maildir(config.sources[0], clock=partial(clock, began))
        self.pump = Pump(source, store.cursor("office"), poll=POLL, deliver=events.put)
        self.pump.start()

    def stored(self, source: str) -> None:
        self.pump.stored()

    def look_around(self, source: str, now: datetime) -> None: ...

    def refresh(self) -> None:
        self.pump.refresh()

    def retry(self) -> None:
        self.pump.retry()

    def reconnect(self) -> None:
        self.pump.reconnect()

    def restart(self, config: Config) -> None: ...


def main(folder: Path, began: float) -> None:
    config = configured(folder)
    Lock.acquire(config.state_dir)
    store = Store.open(config.state_dir / "triage.db")
    clerk = Clerk(config, store)
    now = clock(began)
    clerk.begin(now)
    store.keep("daemon", {"pid": os.getpid(), "since": now.isoformat()})
    events: SimpleQueue[Event] = SimpleQueue()
    watch = Watch(began)
    paper = Paper(folder / "rang.txt", watch)
    desk = Desk(config.state_dir / "triage.db")
    serve(Daemon(clerk, Screen([paper]), OnePump(config, store, events, began), desk), events, watch)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
