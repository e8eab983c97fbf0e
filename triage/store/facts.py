"""Facts as they come in: messages, where they lie, who wrote to whom, and how the sources fare.

Every function works inside the caller's transaction.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from triage.model.mail import Address, Arrival, Batch, Delivery, Message, Outage, Role
from triage.settings import SourceSettings
from triage.store.codec import as_list, dumps, loads, stamp, storable
from triage.store.entries import threads_awaiting
from triage.store.forgetting import Ways, admitted, tombstones

# Beyond these a header is an attack or a mailing of thousands; nothing is judged by the rest.
MOST_REFERENCES = 200
MOST_RECIPIENTS = 500


def add(
    connection: sqlite3.Connection,
    batch: Batch,
    now: datetime,
    bare: Callable[[str], str],
    own_words: Callable[[str], str],
) -> frozenset[str]:
    """Store a batch with its cursor; the keys whose conversations must be judged again.

    Idempotent: the same batch a second time changes nothing and returns nothing.
    """
    touched = {message for delivery in batch.gone for message in _remove(connection, batch.source, delivery, now)}
    for arrival in _admitted(connection, batch.arrivals, own_words):
        message, changed = _arrive(connection, batch.source, arrival, now, bare)
        if changed:
            touched.add(message)
    _advance(connection, batch, now)
    rows = connection.execute(
        "SELECT key FROM messages WHERE id IN (SELECT value FROM json_each(?)) AND (inbound OR outgoing)",
        (as_list(touched),),
    )
    keys = frozenset(row[0] for row in rows)
    return keys | threads_awaiting(connection, keys)


def _admitted(
    connection: sqlite3.Connection, arrivals: Sequence[Arrival], own_words: Callable[[str], str]
) -> Iterator[Arrival]:
    """Without what was erased with a person, should it be found again."""
    buried = tombstones(connection)
    identities = connection.execute("SELECT address FROM correspondents WHERE identity") if buried else ()
    ways = Ways(is_me={row[0] for row in identities}.__contains__, own_words=own_words)
    for arrival in arrivals:
        message = admitted(arrival.message, arrival.delivery.role, buried, ways) if buried else arrival.message
        if message is not None:
            yield replace(arrival, message=message)


def register(connection: sqlite3.Connection, sources: Sequence[SourceSettings], now: datetime) -> None:
    """Note which sources are configured; what a removed one brought stays, its health is no longer shown."""
    connection.execute("UPDATE sources SET place = NULL")
    for place, source in enumerate(sources):
        connection.execute(
            "INSERT INTO sources (name, kind, stale_after, archived_is_done, place, known_since)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, stale_after = excluded.stale_after,"
            " archived_is_done = excluded.archived_is_done, place = excluded.place",
            (source.name, source.kind, source.stale_after.total_seconds(), source.archived_is_done, place, stamp(now)),
        )


def outage(connection: sqlite3.Connection, outage: Outage, now: datetime) -> None:
    """Note that a source could not be read; its cursor and its last complete pass stay."""
    _make_known(connection, outage.source, now)
    connection.execute(
        "UPDATE sources SET error = ?, hint = ?, final = ? WHERE name = ?",
        (storable(outage.message), storable(outage.hint), outage.final, outage.source),
    )


def _advance(connection: sqlite3.Connection, batch: Batch, now: datetime) -> None:
    _make_known(connection, batch.source, now)
    reading = dumps(batch.reading) if batch.reading and not batch.complete else None
    connection.execute(
        "UPDATE sources SET cursor = ?, reading = ? WHERE name = ?", (storable(batch.cursor), reading, batch.source)
    )
    if batch.complete:
        connection.execute(
            "UPDATE sources SET completed = ?1, first_complete = coalesce(first_complete, ?1),"
            " error = NULL, hint = NULL, final = 0 WHERE name = ?2",
            (stamp(now), batch.source),
        )


def _make_known(connection: sqlite3.Connection, source: str, now: datetime) -> None:
    connection.execute("INSERT OR IGNORE INTO sources (name, known_since) VALUES (?, ?)", (source, stamp(now)))


def _remove(connection: sqlite3.Connection, source: str, delivery: Delivery, now: datetime) -> list[int]:
    rows = connection.execute(
        "UPDATE deliveries SET gone = ? WHERE source = ? AND mailbox = ? AND validity = ? AND uid = ? AND gone IS NULL"
        " RETURNING message",
        (stamp(now), *_place(source, delivery)),
    ).fetchall()
    return [row[0] for row in rows]


def _arrive(
    connection: sqlite3.Connection, source: str, arrival: Arrival, now: datetime, bare: Callable[[str], str]
) -> tuple[int, bool]:
    """The message's row, and whether anything about it is new."""
    message, identity = _known_as(connection, arrival.message)
    if identity is None:
        identity, changed = _insert(connection, message, now, bare), True
    else:
        changed = _complete(connection, identity, message)
    if not _deliver(connection, source, arrival.delivery, identity):
        return identity, changed
    if arrival.delivery.role in (Role.INBOX, Role.SENT):
        _show(connection, identity, message, arrival.delivery.role, now)
    return identity, True


def _known_as(connection: sqlite3.Connection, message: Message) -> tuple[Message, int | None]:
    """The message under the key it is stored by, and its row if it has one.

    Another mail under a used Message-ID gets a key of its own: programs reuse them, and nobody may vanish by that.
    """
    key = storable(message.key)
    row = connection.execute("SELECT id, envelope FROM messages WHERE key = ?", (key,)).fetchone()
    if row and not _same(loads(Message, row[1]), message):
        sent = message.sent.isoformat() if message.sent else ""
        marks = f"{_address(message)}\n{sent}\n{message.subject}"
        key = f"{key}#{sha256(marks.encode('utf-8', 'replace')).hexdigest()[:16]}"
        row = connection.execute("SELECT id FROM messages WHERE key = ?", (key,)).fetchone()
    return replace(message, key=key), row[0] if row else None


def _same(stored: Message, message: Message) -> bool:
    if stored.trouble or message.trouble:
        return True
    return _address(stored) == _address(message) and stored.sent == message.sent


def _address(message: Message) -> str:
    """The sender as the codec stores it, so that a message read again compares equal."""
    return message.sender.address.encode("utf-8", "replace").decode("utf-8") if message.sender else ""


def _insert(connection: sqlite3.Connection, message: Message, now: datetime, bare: Callable[[str], str]) -> int:
    fresh = not message.in_reply_to and not message.references
    row = connection.execute(
        "INSERT INTO messages (key, thread, received, seen, bare, fresh, trouble, envelope, text)"
        " VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            message.key,
            stamp(message.received),
            stamp(now),
            storable(bare(message.subject)),
            fresh,
            message.trouble is not None,
            dumps(replace(message, text=None)),
            None if message.text is None else storable(message.text),
        ),
    ).fetchone()
    identity: int = row[0]
    thread = _thread(connection, _linked(message), identity)
    connection.execute("UPDATE messages SET thread = ? WHERE id = ?", (thread, identity))
    return identity


def _complete(connection: sqlite3.Connection, identity: int, message: Message) -> bool:
    """Fill in what an earlier reading of the same message lacked: its text, or everything if it was unreadable."""
    if message.trouble is not None:
        return False
    done = connection.execute(
        "UPDATE messages SET envelope = ?, text = coalesce(?2, text), trouble = 0"
        " WHERE id = ?3 AND (trouble OR (text IS NULL AND ?2 IS NOT NULL))",
        (
            dumps(replace(message, text=None)),
            None if message.text is None else storable(message.text),
            identity,
        ),
    )
    return done.rowcount > 0


def _linked(message: Message) -> list[str]:
    about = (message.report.about,) if message.report and message.report.about else ()
    half = MOST_REFERENCES // 2
    references = message.references
    if len(references) > MOST_REFERENCES:
        references = references[:half] + references[-half:]
    own = (message.message_id,) if message.message_id else ()
    return [storable(name) for name in (*own, *message.in_reply_to[:MOST_REFERENCES], *references, *about)]


def _thread(connection: sqlite3.Connection, linked: list[str], identity: int) -> int:
    """The conversation that these Message-IDs tie together, after joining those that were apart until now."""
    if not linked:
        return identity
    rows = connection.execute(
        "SELECT DISTINCT thread FROM message_ids WHERE id IN (SELECT value FROM json_each(?))", (as_list(linked),)
    )
    threads = sorted(row[0] for row in rows)
    thread: int = threads[0] if threads else identity
    for other in threads[1:]:
        connection.execute("UPDATE messages SET thread = ? WHERE thread = ?", (thread, other))
        connection.execute("UPDATE message_ids SET thread = ? WHERE thread = ?", (thread, other))
    connection.executemany(
        "INSERT OR IGNORE INTO message_ids (id, thread) VALUES (?, ?)", [(name, thread) for name in linked]
    )
    return thread


def _deliver(connection: sqlite3.Connection, source: str, delivery: Delivery, message: int) -> bool:
    """Note where a message lies; was that new?

    Under a new UIDVALIDITY the place of the same message replaces the old one. Old places of messages not met again
    stay as they are: a renumbered mailbox proves nothing about them.
    """
    place = _place(source, delivery)
    stored = connection.execute(
        "INSERT INTO deliveries (source, mailbox, validity, uid, role, message) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, mailbox, validity, uid) DO UPDATE"
        " SET role = excluded.role, message = excluded.message, gone = NULL"
        " WHERE gone IS NOT NULL OR role <> excluded.role OR message <> excluded.message",
        (*place, delivery.role.value, message),
    )
    if not stored.rowcount:
        return False
    connection.execute(
        "DELETE FROM deliveries WHERE message = ? AND source = ? AND mailbox = ? AND validity <> ?",
        (message, *place[:3]),
    )
    return True


def _place(source: str, delivery: Delivery) -> tuple[str, str, str, str]:
    return source, storable(delivery.mailbox), str(delivery.validity), storable(delivery.uid)


def _show(connection: sqlite3.Connection, identity: int, message: Message, role: Role, now: datetime) -> None:
    """Make a message an entry of its conversation and count it among what was written and heard.

    `seen` counts from here: a mark given while it lay in Junk does not cover it. What was taken in from an export says
    since when it is known.
    """
    column = "outgoing" if role is Role.SENT else "inbound"
    connection.execute(
        "UPDATE messages SET seen = iif(inbound OR outgoing, seen,"  # noqa: S608 - one of two columns of ours
        " coalesce((SELECT json_extract(value, '$') FROM kept WHERE name = 'seen:' || messages.key), ?)),"
        f" {column} = 1 WHERE id = ?",
        (stamp(now), identity),
    )
    senders = [address for address in (message.sender,) if address]
    if role is Role.SENT:
        written_to = _addresses((*message.to, *message.cc)[:MOST_RECIPIENTS])
        _note_parties(connection, written_to, "to", identity)
        _note_first(connection, "written_to", written_to, message.received)
        connection.executemany(
            "INSERT INTO correspondents (address, identity) VALUES (?, 1)"
            " ON CONFLICT (address) DO UPDATE SET identity = 1 WHERE NOT identity",
            _rows(_addresses(senders)),
        )
        return
    _note_parties(connection, _addresses((*senders, *message.reply_to[:MOST_RECIPIENTS])), "from", identity)
    _note_first(connection, "heard_from", _addresses(senders), message.received)


def _addresses(found: Iterable[Address]) -> list[str]:
    return list(dict.fromkeys(storable(each.address) for each in found if each.address))


def _rows(values: Iterable[Any]) -> list[tuple[Any]]:
    return [(value,) for value in values]


def _note_parties(connection: sqlite3.Connection, addresses: list[str], side: str, message: int) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO parties (address, side, message) VALUES (?, ?, ?)",
        [(address, side, message) for address in addresses],
    )


def _note_first(connection: sqlite3.Connection, column: str, addresses: list[str], received: datetime) -> None:
    connection.executemany(
        f"INSERT INTO correspondents (address, {column}) VALUES (?, ?)"  # noqa: S608 - one of two names of ours
        f" ON CONFLICT (address) DO UPDATE SET {column} = excluded.{column}"
        f" WHERE {column} IS NULL OR {column} > excluded.{column}",
        [(address, stamp(received)) for address in addresses],
    )
