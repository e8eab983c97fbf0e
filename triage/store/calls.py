"""Calls as sources tell of them, and the address book: facts, kept by key and source.

`caller`, `tail` and `asks` are opinions about a call's number (`Numbers`): they are made again when the country of
numbers changes. Every function works inside the caller's transaction.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from triage.model.calls import Call, Contact, Sighting
from triage.model.mail import Batch, Role
from triage.store.codec import as_list, dumps, loads, moment, optional_moment, stamp, storable
from triage.store.forgetting import buried_calls

# Tellings of one call by somebody without a number lie closer together than this.
_NEARBY = timedelta(hours=2)
_FIELDS = "body, caller, asks, seen, gone, message_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How a call is found: the caller's number in the form that links, its last seven digits, and the number that he
    asks to be called on. Empty where there is none.
    """

    caller: str
    tail: str
    asks: str


NumbersOf = Callable[[Call], Numbers]


def add(connection: sqlite3.Connection, batch: Batch, now: datetime, numbers_of: NumbersOf) -> frozenset[str]:
    """Store the calls of a batch, those its mails tell of included; the keys of those that changed.

    Idempotent, and a telling never replaces one of another source. The batch's mail is stored before: what is not
    kept of it tells of nothing.
    """
    told: list[tuple[Call, str | None]] = [(call, None) for call in batch.calls]
    told += [
        (replace(arrival.message.call, source=batch.source), arrival.message.message_id)
        for arrival in batch.arrivals
        if arrival.message.call is not None
        and arrival.delivery.role is Role.INBOX
        and _is_stored(connection, arrival.message.key)
    ]
    if not told and not batch.calls_gone:
        return frozenset()
    erased = buried_calls(connection)
    kept = ((call, message_id, numbers_of(call)) for call, message_id in told)
    changed = {
        call.key
        for call, message_id, numbers in kept
        if not erased(call, numbers.caller) and _put(connection, call, message_id, now, numbers)
    }
    return frozenset(changed | _gone(connection, batch, now))


def renumber(connection: sqlite3.Connection, numbers_of: NumbersOf) -> None:
    """Make the opinions about all numbers again."""
    rows = connection.execute("SELECT id, body FROM calls").fetchall()
    fresh = ((numbers_of(loads(Call, body)), identity) for identity, body in rows)
    connection.executemany(
        "UPDATE calls SET caller = ?, tail = ?, asks = ? WHERE id = ?",
        [(storable(each.caller), storable(each.tail), storable(each.asks), identity) for each, identity in fresh],
    )


def callers(connection: sqlite3.Connection, keys: Iterable[str]) -> frozenset[str]:
    """The numbers whose cases these calls may change: their own, those that end alike, and those of callers who asked
    to be called on one of them. Empty stands for callers who kept theirs back.
    """
    rows = connection.execute(
        """
        WITH touched AS (SELECT caller, tail, asks FROM calls WHERE key IN (SELECT value FROM json_each(?)))
        SELECT caller FROM touched
        UNION SELECT asks FROM touched WHERE asks <> ''
        UNION SELECT c.caller FROM calls c JOIN touched t ON c.tail = t.tail WHERE c.tail <> ''
        UNION SELECT c.caller FROM calls c JOIN touched t ON c.asks = t.caller WHERE c.asks <> ''
        """,
        (as_list(keys),),
    )
    return frozenset(row[0] for row in rows)


def of_callers(connection: sqlite3.Connection, numbers: Iterable[str]) -> tuple[Sighting, ...]:
    """All calls from and to these numbers, to numbers that end alike, and to those that their callers asked for."""
    rows = connection.execute(
        f"""
        WITH wanted AS (SELECT value AS number FROM json_each(?) WHERE value <> ''),
          ends AS (SELECT DISTINCT tail FROM calls JOIN wanted ON caller = number WHERE tail <> ''),
          asked AS (SELECT DISTINCT asks FROM calls JOIN wanted ON caller = number WHERE asks <> '')
        SELECT {_FIELDS} FROM calls WHERE id IN (
          SELECT id FROM calls JOIN wanted ON caller = number
          UNION SELECT id FROM calls c JOIN ends ON c.tail = ends.tail WHERE c.tail <> ''
          UNION SELECT id FROM calls c JOIN asked ON c.caller = asked.asks)
        """,  # noqa: S608 - columns of ours
        (as_list(numbers),),
    )
    return tuple(_sighting(row) for row in rows)


def without_number(connection: sqlite3.Connection, keys: Iterable[str]) -> tuple[Sighting, ...]:
    """Those of these calls whose caller kept his number back, with others of that kind around the same time."""
    rows = connection.execute(
        "SELECT at FROM calls WHERE caller = '' AND key IN (SELECT value FROM json_each(?))", (as_list(keys),)
    ).fetchall()
    found: dict[tuple[str, str], Sighting] = {}
    for moments in _stretches([moment(row[0]) for row in rows]):
        near = connection.execute(
            f"SELECT {_FIELDS} FROM calls WHERE caller = '' AND at BETWEEN ? AND ?",  # noqa: S608 - columns of ours
            (stamp(moments[0] - _NEARBY), stamp(moments[1] + _NEARBY)),
        )
        found |= {(one.call.key, one.call.source): one for one in map(_sighting, near)}
    return tuple(found.values())


def named(connection: sqlite3.Connection, keys: Iterable[str]) -> tuple[Sighting, ...]:
    """These calls."""
    query = f"SELECT {_FIELDS} FROM calls WHERE key IN (SELECT value FROM json_each(?))"  # noqa: S608
    return tuple(_sighting(row) for row in connection.execute(query, (as_list(keys),)))


def until(connection: sqlite3.Connection, at: datetime) -> tuple[Sighting, ...]:
    """Every call that had come by then."""
    query = f"SELECT {_FIELDS} FROM calls WHERE at <= ?"  # noqa: S608 - columns of ours
    return tuple(_sighting(row) for row in connection.execute(query, (stamp(at),)))


def spent(connection: sqlite3.Connection, keys: Iterable[str]) -> frozenset[str]:
    """Those of these mails that answered a mail."""
    rows = connection.execute("SELECT key FROM spent WHERE key IN (SELECT value FROM json_each(?))", (as_list(keys),))
    return frozenset(row[0] for row in rows)


def keep_contacts(connection: sqlite3.Connection, contacts: Sequence[Contact]) -> None:
    """Replace the address book."""
    connection.execute("DELETE FROM contacts")
    connection.executemany("INSERT INTO contacts (body) VALUES (?)", [(dumps(one),) for one in contacts])


def contacts(connection: sqlite3.Connection) -> tuple[Contact, ...]:
    """The address book as it was read last."""
    return tuple(loads(Contact, row[0]) for row in connection.execute("SELECT body FROM contacts ORDER BY id"))


def _put(connection: sqlite3.Connection, call: Call, message_id: str | None, now: datetime, numbers: Numbers) -> bool:
    body = dumps(call)
    done = connection.execute(
        "INSERT INTO calls (key, source, caller, tail, asks, at, seen, message_id, body)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
        # What was taken in from an export says since when it is known.
        " coalesce((SELECT json_extract(value, '$') FROM kept WHERE name = 'seen:' || ?1), ?7), ?8, ?9)"
        " ON CONFLICT (key, source) DO UPDATE SET caller = excluded.caller, tail = excluded.tail,"
        " asks = excluded.asks, at = excluded.at, gone = NULL, body = excluded.body,"
        " message_id = coalesce(excluded.message_id, message_id)"
        " WHERE gone IS NOT NULL OR body <> excluded.body",
        (
            storable(call.key),
            call.source,
            storable(numbers.caller),
            storable(numbers.tail),
            storable(numbers.asks),
            stamp(call.at),
            stamp(now),
            None if message_id is None else storable(message_id),
            body,
        ),
    )
    return done.rowcount > 0


def _is_stored(connection: sqlite3.Connection, key: str) -> bool:
    """Also under the longer key of a mail whose Message-ID another one has."""
    query = "SELECT 1 FROM messages WHERE key = ?1 OR key BETWEEN ?1 || '#' AND ?1 || '#~' LIMIT 1"
    return connection.execute(query, (storable(key),)).fetchone() is not None


def _gone(connection: sqlite3.Connection, batch: Batch, now: datetime) -> set[str]:
    rows = connection.execute(
        "UPDATE calls SET gone = ? WHERE source = ? AND gone IS NULL AND key IN (SELECT value FROM json_each(?))"
        " RETURNING key",
        (stamp(now), batch.source, as_list(batch.calls_gone)),
    )
    return {row[0] for row in rows.fetchall()}


def _stretches(moments: Iterable[datetime]) -> list[tuple[datetime, datetime]]:
    """Moments close together as one stretch from first to last."""
    found: list[tuple[datetime, datetime]] = []
    for each in sorted(moments):
        if found and each - found[-1][1] <= _NEARBY:
            found[-1] = (found[-1][0], each)
        else:
            found.append((each, each))
    return found


def _sighting(row: tuple[Any, ...]) -> Sighting:
    body, caller, asks, seen, gone, message_id = row
    return Sighting(
        call=loads(Call, body),
        caller=caller,
        asks=asks,
        seen=moment(seen),
        gone=optional_moment(gone),
        message_id=message_id,
    )
