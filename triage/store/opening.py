"""Connections of those without the lock: readers and whoever appends marks. They migrate and create nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from triage.store import faults, schema

BUSY = 5.0


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """One read transaction, never waiting for the writer; None when nothing was ever read."""
    with faults.told(path):
        if not _exists(path):
            yield None
            return
        with closing(_connect(path, "ro")) as connection:
            connection.execute("BEGIN")
            yield connection if schema.check(connection, path) else None


@contextmanager
def appending(path: Path) -> Iterator[sqlite3.Connection]:
    """One write transaction that waits up to five seconds for its turn; StoreError when there is no database."""
    with faults.told(path):
        if not _exists(path):
            raise faults.unread(path)
        with closing(_connect(path, "rw")) as connection:
            if not schema.check(connection, path):
                raise faults.unread(path)
            with immediate(connection):
                yield connection


@contextmanager
def immediate(connection: sqlite3.Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE to COMMIT; everything or nothing. Inside another one it joins it."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After a full disk SQLite may have rolled back by itself.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _exists(path: Path) -> bool:
    with faults.on_disk(path):
        return path.exists()


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection
