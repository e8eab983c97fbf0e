"""What only an examination asks of the database. Reads alone, from any process."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from triage.model.entries import Entry
from triage.store import entries, exporting, faults, forgetting, schema
from triage.store.codec import as_list, moment, stamp
from triage.store.forgetting import Trace, Ways
from triage.store.opening import reading

_NAMED = """
  SELECT DISTINCT named.value FROM messages m, json_each(m.envelope, ?1) named
  WHERE m.outgoing AND named.value IN (SELECT value FROM json_each(?2))"""
_ARRIVED = """
  SELECT m.seen, m.received FROM deliveries d JOIN messages m ON m.id = d.message JOIN sources s ON s.name = d.source
  WHERE d.source = ?1 AND d.gone IS NULL AND m.inbound AND m.seen >= ?2 AND m.received > s.first_complete"""


def answered(path: Path, message_ids: Iterable[str]) -> frozenset[str]:
    """Those of these Message-IDs that some mail of mine replies to, in any source."""
    with reading(path) as connection:
        if connection is None:
            return frozenset()
        wanted = as_list(message_ids)
        places = ("$.in_reply_to", "$.references")
        return frozenset(row[0] for place in places for row in connection.execute(_NAMED, (place, wanted)))


def stored(path: Path, keys: Iterable[str]) -> frozenset[str]:
    """Those of these message keys that were read from an inbox or Sent mailbox."""
    with reading(path) as connection:
        if connection is None:
            return frozenset()
        query = "SELECT key FROM messages WHERE (inbound OR outgoing) AND key IN (SELECT value FROM json_each(?))"
        return frozenset(row[0] for row in connection.execute(query, (as_list(keys),)))


def replies(path: Path, source: str, since: datetime) -> tuple[tuple[Entry, bool], ...]:
    """What came to this source since then as a reply, each with whether the message it replies to is stored."""
    with reading(path) as connection:
        if connection is None:
            return ()
        found = entries.replies(connection, source, since)
        names = {f"id:{name}" for entry in found for name in entry.message.in_reply_to[:1]}
        query = "SELECT key FROM messages WHERE key IN (SELECT value FROM json_each(?))"
        known = {row[0] for row in connection.execute(query, (as_list(names),))}
        return tuple((entry, f"id:{entry.message.in_reply_to[0]}" in known) for entry in found)


def arrivals(path: Path, source: str, since: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """When messages were first seen here and when the server received them; without those of the first read."""
    with reading(path) as connection:
        rows = connection.execute(_ARRIVED, (source, stamp(since))).fetchall() if connection else []
        return tuple((moment(seen), moment(received)) for seen, received in rows)


def version(path: Path) -> int:
    """The schema version of the file, whatever it is."""
    with sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True) as connection:
        return schema.version_of(connection)


def damage(path: Path, *, quickly: bool = False) -> str:
    """What SQLite finds wrong in the file; empty where it is sound. Reads all of it; `quickly` compares no indexes."""
    check = "quick_check" if quickly else "integrity_check"
    with reading(path) as connection:
        found = connection.execute(f"PRAGMA {check}(1)").fetchone()[0] if connection else "ok"
        return "" if found == "ok" else str(found)


def trace(path: Path, address: str, ways: Ways) -> Trace:
    """What is stored of a person."""
    with reading(path) as connection:
        return forgetting.trace(connection, address, ways) if connection else Trace()


def export(path: Path) -> exporting.Document:
    """What is exported; see `exporting`."""
    with reading(path) as connection:
        if connection is None:
            raise faults.unread(path)
        return exporting.document(connection)


def is_asked_to_forget(path: Path) -> bool:
    """Is there an address that was asked to be erased and is not yet?"""
    with reading(path) as connection:
        return bool(connection and forgetting.pending(connection))
