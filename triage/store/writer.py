"""The store as its one writer sees it: the holder of the lock, on one thread."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from triage.model.board import Board, Rung
from triage.model.calls import Contact, Sighting
from triage.model.cases import Case, Outcome
from triage.model.entries import Correspondence, Entry, Exchange
from triage.model.mail import Batch, Outage
from triage.model.marks import Mark
from triage.settings import SourceSettings
from triage.store import boards, calls, entries, exporting, facts, faults, forgetting, opinions, schema
from triage.store.calls import NumbersOf
from triage.store.codec import optional_moment, stamp, storable
from triage.store.files import make_file, make_folder
from triage.store.opening import BUSY, immediate

UNSCRUBBED = "unscrubbed"
"""Kept while something was erased that may still stand in unused parts of the file."""


class Store:
    """Every method is one transaction, or joins the one that `transaction` opened. Errors come as StoreError."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path) -> "Store":
        """The database, made or brought to this version if need be; only for the holder of the lock."""
        with faults.told(path), faults.on_disk(path):
            make_folder(path.parent)
            os.close(make_file(path))
            unclean = _wal_size(path) > 0
            connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
            try:
                _prepare(connection, path, unclean=unclean)
            except BaseException:
                connection.close()
                raise
        return cls(connection, path)

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go of it; twice is once."""
        # ProgrammingError: closed before. OperationalError: a reader or a full disk; the log is folded in next time.
        with suppress(sqlite3.ProgrammingError, sqlite3.OperationalError):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside lands together or not at all."""
        with faults.told(self._path), immediate(self._connection):
            yield

    # facts

    def register(self, sources: Sequence[SourceSettings], now: datetime) -> None:
        """Note which sources are configured; what a removed one brought stays."""
        with self.transaction():
            facts.register(self._connection, sources, now)

    def add(
        self, batch: Batch, now: datetime, *, bare: Callable[[str], str], own_words: Callable[[str], str] = str
    ) -> frozenset[str]:
        """Store a batch with its cursor; the keys of messages whose conversations must be judged again.

        `bare` takes the prefixes off a subject; `own_words` are asked for of mail that names somebody who was
        erased. A batch that was stored before changes nothing.
        """
        with self.transaction():
            return facts.add(self._connection, batch, now, bare, own_words)

    def add_calls(self, batch: Batch, now: datetime, *, numbers_of: NumbersOf) -> frozenset[str]:
        """Store the calls of a batch, those its mails tell of included; the keys of those that changed."""
        with self.transaction():
            return calls.add(self._connection, batch, now, numbers_of)

    def renumber(self, numbers_of: NumbersOf) -> None:
        """Bring all numbers into the form that links anew."""
        with self.transaction():
            calls.renumber(self._connection, numbers_of)

    def callers(self, keys: Iterable[str]) -> frozenset[str]:
        """The numbers whose cases these calls may change, "" for callers who kept theirs back."""
        with faults.told(self._path):
            return calls.callers(self._connection, keys)

    def calls_of(self, numbers: Iterable[str]) -> tuple[Sighting, ...]:
        """All calls from and to these numbers, and to those that their callers asked for."""
        with faults.told(self._path):
            return calls.of_callers(self._connection, numbers)

    def calls_without_number(self, keys: Iterable[str]) -> tuple[Sighting, ...]:
        """Those of these calls whose caller kept his number back, with others of that kind around the same time."""
        with faults.told(self._path):
            return calls.without_number(self._connection, keys)

    def spent(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of these mails of mine that answered a mail."""
        with faults.told(self._path):
            return calls.spent(self._connection, keys)

    def keep_contacts(self, contacts: Sequence[Contact]) -> None:
        """Replace the address book."""
        with self.transaction():
            calls.keep_contacts(self._connection, contacts)

    def contacts(self) -> tuple[Contact, ...]:
        """The address book as it was read last."""
        with faults.told(self._path):
            return calls.contacts(self._connection)

    def outgoing_to(self, addresses: Iterable[str], since: datetime) -> tuple[Entry, ...]:
        """What I sent to one of these addresses since then."""
        with faults.told(self._path):
            return entries.outgoing_to(self._connection, addresses, since)

    def live_from(self, addresses: Iterable[str]) -> frozenset[str]:
        """Keys of messages from these addresses in cases that may be open."""
        with faults.told(self._path):
            return entries.live_from(self._connection, addresses)

    def outage(self, outage: Outage, now: datetime) -> None:
        """Note that a source could not be read."""
        with self.transaction():
            facts.outage(self._connection, outage, now)

    def cursor(self, source: str) -> str | None:
        """Where the source goes on reading."""
        return self._of_source("cursor", source)

    def first_complete(self, source: str) -> datetime | None:
        """When the source was first read to its end."""
        return optional_moment(self._of_source("first_complete", source))

    def forget_cursor(self, source: str) -> None:
        """Let the source read from its start; what it brings again is met again."""
        with self.transaction():
            self._connection.execute("UPDATE sources SET cursor = NULL WHERE name = ?", (source,))

    def conversation(self, keys: Iterable[str]) -> tuple[Entry, ...]:
        """Every entry of every conversation that one of these messages belongs to."""
        with faults.told(self._path):
            return entries.conversation(self._connection, keys)

    def guests(self, thread: Iterable[Entry]) -> tuple[Entry, ...]:
        """My fresh mails of other conversations that may answer one of these entries."""
        with faults.told(self._path):
            return entries.guests(self._connection, thread)

    def threads_awaiting(self, guests: Iterable[Entry]) -> frozenset[str]:
        """Keys of messages that one of these fresh mails of mine may answer; `add` returns them already."""
        with faults.told(self._path):
            return entries.threads_awaiting(self._connection, [entry.message.key for entry in guests])

    def correspondence(self) -> Correspondence:
        """Who wrote to whom."""
        with faults.told(self._path):
            return entries.correspondence(self._connection)

    def exchanges(self, whom: Iterable[str]) -> Mapping[str, Sequence[Exchange]]:
        """The latest that came from these addresses, houses ("@domain") or everybody (""), and what I replied to."""
        with faults.told(self._path):
            return entries.exchanges(self._connection, whom)

    # people who are to be forgotten

    def forget(self, ways: forgetting.Ways) -> frozenset[str]:
        """Erase everybody whom marks ask to erase; the keys of other messages that must be judged again.

        `scrub` must follow once this is committed.
        """
        with self.transaction():
            addresses = forgetting.pending(self._connection)
            if addresses:
                # Zeros over what is deleted from here on, on this connection.
                self._connection.execute("PRAGMA secure_delete = ON")
                self.keep(UNSCRUBBED, True)
            return frozenset(key for address in addresses for key in forgetting.erase(self._connection, address, ways))

    def scrub(self) -> None:
        """After `forget`: make the file anew, so that nothing erased is left in unused parts of it, in its log or in
        the copy of an older version. What cannot be done now, because others read or the disk is full, is done at the
        next call.
        """
        if self._connection.in_transaction or not self.kept(UNSCRUBBED):
            return
        with faults.told(self._path), suppress(sqlite3.OperationalError):
            self._connection.execute("VACUUM")
            busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            for copy in (".bak", ".bak.part"):
                self._path.with_name(self._path.name + copy).unlink(missing_ok=True)
            if not busy:
                self.keep(UNSCRUBBED, False)

    def take_in(self, found: exporting.Document) -> frozenset[str]:
        """Add a checked export to what there is; the keys of messages that must be judged again."""
        with self.transaction():
            return exporting.take_in(self._connection, found)

    # opinions

    def put(self, cases: Iterable[Case], now: datetime, *, judged: Iterable[str] = ()) -> None:
        """Replace what is stored about the conversations of these cases and of the keys in `judged`.

        Hand in every case of a conversation at once. Numbers are given here, rounds that ended by mail are recorded.
        """
        with self.transaction():
            opinions.put(self._connection, cases, judged, now)

    def settle(self, closed: Iterable[str], outcomes: Iterable[Outcome], upto: int, now: datetime) -> None:
        """After marks up to the id `upto` were looked at: which cases (by `thread`) stand closed, and what to record.

        Closed ones leave the board until something newer happens; call it after every `put` too (`opinions`).
        """
        with self.transaction():
            opinions.settle(self._connection, closed, outcomes, upto, now)

    def reviewable_keys(self, since: datetime) -> frozenset[str]:
        """Message keys of what a new configuration judges again: cases that may be open, and those with a message since
        then that never ended by an answer or a mark.
        """
        with faults.told(self._path):
            rows = self._connection.execute(
                "SELECT key FROM case_items WHERE thread IN (SELECT thread FROM cases WHERE live OR newest >= ?)"
                " AND thread NOT IN (SELECT i.thread FROM outcomes o JOIN case_items i ON i.key = o.cause"
                "                    JOIN cases c ON c.thread = i.thread WHERE NOT c.live)",
                (stamp(since),),
            )
            return frozenset(row[0] for row in rows)

    def outcomes_of(self, causes: Iterable[str]) -> tuple[Outcome, ...]:
        """Everything recorded about these causes, oldest first."""
        with faults.told(self._path):
            return boards.outcomes_of(self._connection, causes)

    # notices, marks, the rest

    def marks_on(self, cases: Sequence[Case]) -> tuple[Mark, ...]:
        """The marks in force on these cases."""
        with faults.told(self._path):
            return boards.marks_on(self._connection, cases)

    def newest_mark(self) -> int:
        """The id of the last mark given, 0 before the first: `upto` for `settle` when read before the board."""
        with faults.told(self._path):
            newest: int = self._connection.execute("SELECT coalesce(max(id), 0) FROM marks").fetchone()[0]
            return newest

    def folded(self) -> int:
        """The newest mark that `settle` was told of."""
        with faults.told(self._path):
            return opinions.read_folded(self._connection)

    def board(self, now: datetime) -> Board:
        """What stands now, as any reader would see it."""
        with faults.told(self._path):
            if self._connection.in_transaction:
                return boards.board(self._connection, self._path, now)
            self._connection.execute("BEGIN")
            try:
                return boards.board(self._connection, self._path, now)
            finally:
                self._connection.execute("ROLLBACK")

    def rung(self, rows: Iterable[Rung], now: datetime, *, silent: bool = False) -> None:
        """Note what rang at `now`; `silent` notes stages as passed without a notice."""
        at = None if silent else stamp(now)
        with self.transaction():
            self._connection.executemany(
                "INSERT INTO rungs (key, day, stage, at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET at = coalesce(excluded.at, at)",
                [(storable(row.key), row.day.isoformat(), row.stage, at) for row in rows],
            )

    def keep(self, name: str, value: object) -> None:
        """Keep a small JSON value for readers; "daemon" is {"pid", "since"} of a running daemon."""
        with self.transaction():
            self._connection.execute(
                "INSERT INTO kept (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, json.dumps(value)),
            )

    def kept(self, name: str) -> object:
        """What was kept under this name, or None."""
        with faults.told(self._path):
            return boards.kept(self._connection, name)

    def drop_old_text(self, before: datetime) -> int:
        """Forget the words of cases that rest and got no message since then; how many."""
        with self.transaction():
            return opinions.drop_old_text(self._connection, before)

    def _of_source(self, column: str, source: str) -> str | None:
        with faults.told(self._path):
            row = self._connection.execute(
                f"SELECT {column} FROM sources WHERE name = ?",  # noqa: S608 - a column of ours
                (source,),
            ).fetchone()
            return row[0] if row else None


def _prepare(connection: sqlite3.Connection, path: Path, *, unclean: bool) -> None:
    if unclean and connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise faults.corrupt(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    schema.migrate(connection, path)


def _wal_size(path: Path) -> int:
    """More than nothing when the last writer did not close."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size
    except FileNotFoundError:
        return 0
