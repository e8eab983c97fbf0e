"""An office with one real account: pump, daemon, clerk and store as in life, over a line that a test can break."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.blackbox.homes import ZONE
from tests.rounds import Desk, Panel, Readers, batch, configured
from tests.servers.dovecot import PASSWORD, Account
from tests.sources.mailboxes import letter, message_id
from triage.clerk import Clerk
from triage.core.cases.state import standings
from triage.core.notices.notice import ALL_CLEAR
from triage.core.times.hours import Hours
from triage.daemon.screen import Screen
from triage.daemon.stepping import Daemon
from triage.model.mail import Batch, Outage
from triage.pump import Pump
from triage.report.as_json import status
from triage.settings import Config, Me, SourceSettings, Span, Workday
from triage.sources.imap.idle import Patience
from triage.sources.imap.source import Imap
from triage.store import lookups, reads
from triage.store.writer import Store

ME = "robin@example.com"
WEEK = ((Span(start=time(9), end=time(17)),),) * 7
STALE = timedelta(minutes=16)


class Counted:
    """A real source, and how often it was asked."""

    def __init__(self, source: Imap) -> None:
        self.source, self.name, self.begun = source, source.name, 0
        self.wait, self.wake, self.cut, self.close = source.wait, source.wake, source.cut, source.close

    def fetch(self, cursor: str | None) -> Batch:
        self.begun += 1
        return self.source.fetch(cursor)


@dataclass
class Line:
    """The daemon's readers: this one pump."""

    pump: Pump

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


@dataclass
class Office:
    """It is about noon of a working day. `answered` and what is `delivered` later are invented; nothing is polled but
    by `one_poll`, or when the server announces something.
    """

    folder: Path
    account: Account
    port: int
    security: str = "none"
    mailboxes: tuple[str, ...] = ("INBOX",)
    delivered: list[str] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.config = self._configured(self.folder, self.port, self.security)
        self.database = self.config.state_dir / "triage.db"
        self.screen = Panel()
        self.events: SimpleQueue[tuple[int, Batch | Outage]] = SimpleQueue()
        self.source = Counted(Imap(self.config.sources[0], lambda: PASSWORD, patience=Patience(answer=2)))

    def _configured(self, folder: Path, port: int, security: str) -> Config:
        source = SourceSettings(
            name="office",
            kind="imap",
            host="localhost",
            port=port,
            security=security,
            ca_file=self.account.server.ca_file,
            user=self.account.user,
            mailboxes=self.mailboxes,
        )
        workday = Workday(timezone=ZONE, week=WEEK)
        return configured(folder, sources=(source,), workday=workday, me=Me(name="Robin Vale", addresses=(ME,)))

    def open(self) -> None:
        """Start reading."""
        self.store = Store.open(self.database)
        self.clerk = Clerk(self.config, self.store)
        self.clerk.begin(self.now())
        self.pump = Pump(
            self.source,
            self.store.cursor("office"),
            poll=3600,
            deliver=lambda event: self.events.put((self.source.begun, event)),
            jitter=lambda: 1.0,
        )
        self.daemon = Daemon(self.clerk, Screen([self.screen]), Line(self.pump), Desk(self.database))
        self.pump.start()

    def close(self) -> None:
        """End it; a pump that hangs dies with the tests."""
        self.pump.stop()
        self.pump.join(5)
        self.store.close()

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)

    # --- mail ---------------------------------------------------------------------------------------------------

    def ask(self, mailbox: str = "INBOX", *, answered: bool = False, text: str = "Could you send the quote?") -> str:
        """Somebody asks something; the Message-ID."""
        number = next(self._numbers)
        sender = f"Person {number} <p{number}@client.example>"
        came = self.now() - timedelta(minutes=70)
        self.account.deliver(letter(number, sender=sender, to=ME, text=text), mailbox, came)
        self.delivered.append(message_id(number))
        if answered:
            self.reply(number)
        return message_id(number)

    def reply(self, to: int) -> None:
        """Robin's answer stands in Sent."""
        number = next(self._numbers)
        raw = letter(
            number, sender=f"Robin Vale <{ME}>", to=f"p{to}@client.example", text="Here.", reply_to=message_id(to)
        )
        self.account.deliver(raw, "Sent", self.now() - timedelta(minutes=50), flags="S")
        self.delivered.append(message_id(number))

    # --- what happens -------------------------------------------------------------------------------------------

    def take(self) -> tuple[int, Batch | Outage]:
        """The next event, through the daemon's hands."""
        number, event = self.events.get(timeout=10)
        if isinstance(event, Outage):
            self.outages.append(event)
        self.daemon.step(event, self.now())
        return number, event

    def ending(self, after: int = 0) -> Batch | Outage:
        """How the first pass ends that began later than so many fetches."""
        while True:
            number, event = self.take()
            if number > after and (isinstance(event, Outage) or event.complete):
                return event

    def one_poll(self, *, anew: bool = False) -> Batch | Outage:
        """How the next pass ends; `anew`: over a new connection."""
        begun = self.source.begun
        if anew:
            self.pump.reconnect()
        else:
            self.pump.refresh()
        return self.ending(after=begun)

    def tick(self) -> None:
        """The daemon wakes without an event."""
        self.daemon.step(None, self.now())

    # --- what must hold -----------------------------------------------------------------------------------------

    def stored(self) -> Counter[str | None]:
        return Counter(entry.message.message_id for entry in lookups.entries_until(self.database, self.now()))

    def cases(self) -> dict[str, tuple[object, ...]]:
        """What stands of every conversation."""
        board = reads.board(self.database, self.now(), whole=True)
        assert board is not None
        seen = standings(board, self.now())
        return {one.case.thread: (one.state, one.due, len(one.case.items), one.backlog) for one in seen}

    def assert_down(self) -> None:
        """During a fault: not clear as soon as it is stale, and no all-clear in the evening."""
        board = reads.board(self.database, self.now(), sources=self.config.sources)
        assert board is not None
        told = status(board, self.now() + STALE, hours=self.hours())
        assert told["clear"] is False
        assert [source["stale"] for source in told["sources"]] == [True]
        assert ALL_CLEAR not in self.evening()

    def assert_well(self) -> None:
        """After a fault and one poll: fresh, everything there is stands once, judged as if nothing had happened."""
        board = reads.board(self.database, self.now(), sources=self.config.sources)
        assert board is not None
        (health,) = status(board, self.now(), hours=self.hours())["sources"]
        assert (health["ok"], health["stale"], health["error"]) == (True, False, None)
        assert self.stored() == Counter(self.delivered)
        assert board.sources[0].unreadable == 0
        assert self.cases() == self.undisturbed()

    def undisturbed(self) -> dict[str, tuple[object, ...]]:
        """The cases of a first read of the same account by another daemon, over no broken line."""
        folder = self.folder / f"undisturbed-{self.source.begun}"
        other = Office(folder, self.account, self.account.server.port, mailboxes=self.mailboxes)
        other.open()
        try:
            assert isinstance(other.ending(), Batch), other.outages
            return other.cases()
        finally:
            other.close()

    def hours(self) -> Hours:
        return self.clerk.hours(self.now())

    def _copy_to(self, folder: Path) -> None:
        """By SQLite itself: whoever opens and closes the file lets go of all locks this process has on it."""
        folder.mkdir()
        with closing(sqlite3.connect(self.database)) as there, closing(sqlite3.connect(folder / "triage.db")) as copy:
            there.backup(copy)

    def evening(self, *, read: bool = False) -> list[str]:
        """What rings from half past four until seven, by the kind of notice, if nothing more is read; or if it is."""
        copy = self.folder / f"evening-{self.source.begun}"
        self._copy_to(copy)
        store, screen = Store.open(copy / "triage.db"), Panel()
        clerk = Clerk(self.config, store)
        hours = self.hours()
        start = datetime.combine(hours.day(self.now()), time(16, 20), hours.zone).astimezone(UTC)
        daemon = Daemon(clerk, Screen([screen]), Readers(), Desk(copy / "triage.db"))
        for minutes in range(0, 160, 2):
            screen.now = start + timedelta(minutes=minutes)
            whole = batch(cursor=store.cursor("office") or "") if read else None
            daemon.step(whole, screen.now)
        store.close()
        return [bubble.id for _, bubble in screen.log]
