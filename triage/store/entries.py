"""Messages as entries of conversations, read over any connection.

A message counts as an entry once it stood in an inbox or a Sent mailbox; what was only ever in Trash or Junk does not.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from triage.model.entries import Correspondence, Entry, Exchange
from triage.model.mail import Message, Role
from triage.store.codec import as_list, loads, moment, stamp, storable

# A fresh mail answers within 14 days (contract section 2); a Sent copy may be filed a day late.
FRESH_ANSWER = timedelta(days=14)
FILED_LATE = timedelta(days=1)
_PUT_AWAY = {Role.TRASH.value, Role.JUNK.value}
_EXCHANGE = """
  SELECT m.received,
    (SELECT min(mine.received) FROM messages mine, json_each(mine.envelope, '$.in_reply_to') named
     WHERE mine.thread = m.thread AND mine.outgoing AND named.value = json_extract(m.envelope, '$.message_id'))"""
_FROM_THESE = f"""{_EXCHANGE}
  FROM parties p JOIN messages m ON m.id = p.message
  WHERE p.side = 'from' AND m.inbound AND NOT m.outgoing AND p.address IN (SELECT value FROM json_each(?))
  ORDER BY p.message DESC LIMIT 8"""  # noqa: S608 - only our own clauses
# The joins in this order, newest first: otherwise everything is read and then sorted.
_FROM_KNOWN = f"""{_EXCHANGE}
  FROM messages m CROSS JOIN parties p ON p.message = m.id AND p.side = 'from'
  CROSS JOIN correspondents c ON c.address = p.address AND c.written_to <= m.received
  WHERE m.id > (SELECT max(id) FROM messages) - 2000 AND m.inbound AND NOT m.outgoing
  ORDER BY m.id DESC LIMIT 8"""  # noqa: S608 - only our own clauses
# Few mails are about an event, and only their envelopes are looked into.
_SAME_EVENT = "json_extract(sent.envelope, '$.event') = json_extract(asked.envelope, '$.event')"
_ABOUT_THE_EVENT = f"""
  SELECT DISTINCT sent.id FROM messages asked
  JOIN parties asker ON asker.message = asked.id AND asker.side = 'from'
  JOIN parties mine ON mine.address = asker.address AND mine.side = 'to'
  JOIN messages sent ON sent.id = mine.message AND sent.outgoing AND sent.fresh AND {_SAME_EVENT}
  WHERE asked.key IN (SELECT value FROM json_each(?)) AND sent.thread <> asked.thread"""  # noqa: S608 - our own clauses
_OF_AN_EVENT = """
  SELECT key FROM messages sent WHERE outgoing AND fresh AND key IN (SELECT value FROM json_each(?))
    AND json_extract(envelope, '$.event') IS NOT NULL"""
_INVITATIONS = f"""
  SELECT DISTINCT asked.key FROM messages sent
  JOIN parties mine ON mine.message = sent.id AND mine.side = 'to'
  JOIN parties asker ON asker.address = mine.address AND asker.side = 'from'
  JOIN messages asked ON asked.id = asker.message AND asked.inbound AND {_SAME_EVENT}
  WHERE sent.key IN (SELECT value FROM json_each(?))"""  # noqa: S608 - only our own clauses
_VISIBLE = "(m.inbound OR m.outgoing)"


@dataclass(slots=True)
class _Places:
    """Where one message lies and lay."""

    source: str = ""
    live: list[tuple[str, str]] = field(default_factory=list)
    left: datetime | None = None
    archived_is_done: bool = False


def conversation(connection: sqlite3.Connection, keys: Iterable[str]) -> tuple[Entry, ...]:
    """Every entry of every conversation that one of these messages belongs to, by received time."""
    threads = "SELECT thread FROM messages WHERE key IN (SELECT value FROM json_each(?))"
    return _entries(connection, f"m.thread IN ({threads})", (as_list(keys),))


def named(connection: sqlite3.Connection, keys: Sequence[str]) -> tuple[Entry, ...]:
    """The entries with these keys, in this order; those not stored are left out."""
    found = _entries(connection, "m.key IN (SELECT value FROM json_each(?))", (as_list(keys),))
    by_key = {entry.message.key: entry for entry in found}
    return tuple(by_key[key] for key in dict.fromkeys(map(storable, keys)) if key in by_key)


def until(connection: sqlite3.Connection, at: datetime) -> tuple[Entry, ...]:
    """Every entry received by then."""
    return _entries(connection, "m.received <= ?", (stamp(at),))


def unreadable(connection: sqlite3.Connection) -> tuple[Entry, ...]:
    """Every entry that could not be read as a message."""
    return _entries(connection, "m.trouble", ())


def outgoing_to(connection: sqlite3.Connection, addresses: Iterable[str], since: datetime) -> tuple[Entry, ...]:
    """What I sent to one of these addresses since then."""
    sent = "SELECT message FROM parties WHERE address IN (SELECT value FROM json_each(?)) AND side = 'to'"
    where = f"m.outgoing AND m.received >= ? AND m.id IN ({sent})"
    return _entries(connection, where, (stamp(since), as_list(each.lower() for each in addresses)))


def live_from(connection: sqlite3.Connection, addresses: Iterable[str]) -> frozenset[str]:
    """Keys of messages from these addresses in cases that may be open."""
    rows = connection.execute(
        "SELECT m.key FROM parties p JOIN messages m ON m.id = p.message JOIN case_items i ON i.key = m.key"
        " JOIN cases c ON c.thread = i.thread"
        " WHERE p.side = 'from' AND c.live AND p.address IN (SELECT value FROM json_each(?))",
        (as_list(addresses),),
    )
    return frozenset(row[0] for row in rows)


def replies(connection: sqlite3.Connection, source: str, since: datetime) -> tuple[Entry, ...]:
    """What came to this source since then and names a message it replies to."""
    where = (
        "m.inbound AND NOT m.outgoing AND m.received >= ? AND json_extract(m.envelope, '$.in_reply_to[0]') IS NOT NULL"
        " AND m.id IN (SELECT message FROM deliveries WHERE source = ?)"
    )
    return _entries(connection, where, (stamp(since), source))


def guests(connection: sqlite3.Connection, thread: Iterable[Entry]) -> tuple[Entry, ...]:
    """My fresh mails that may answer one of these messages: same bare subject, to its sender, within 14 days; or about
    the event it invites to, at any time.

    A day more at both ends is returned (clocks differ, a Sent copy may be filed late): judging decides.
    """
    thread = tuple(thread)
    query = """
      SELECT DISTINCT sent.id FROM messages asked
      JOIN parties asker ON asker.message = asked.id AND asker.side = 'from'
      JOIN parties mine ON mine.address = asker.address AND mine.side = 'to'
      JOIN messages sent ON sent.id = mine.message AND sent.outgoing AND sent.fresh AND sent.bare = asked.bare
      WHERE asked.key IN (SELECT value FROM json_each(?)) AND sent.thread <> asked.thread
        AND julianday(sent.received) - julianday(asked.received) BETWEEN -1 AND ?"""
    keys = as_list(entry.message.key for entry in thread if not entry.outgoing)
    days = (FRESH_ANSWER + FILED_LATE) / timedelta(days=1)
    found = [row[0] for row in connection.execute(query, (keys, days))]
    invitations = [entry.message.key for entry in thread if entry.message.event and not entry.outgoing]
    if invitations:
        found += [row[0] for row in connection.execute(_ABOUT_THE_EVENT, (as_list(invitations),))]
    return _entries(connection, "m.id IN (SELECT value FROM json_each(?))", (as_list(found),)) if found else ()


def threads_awaiting(connection: sqlite3.Connection, fresh: Iterable[str]) -> frozenset[str]:
    """The other way round: keys of messages that one of these mails of mine may answer, if it is fresh."""
    query = """
      SELECT DISTINCT asked.key FROM messages sent
      JOIN parties mine ON mine.message = sent.id AND mine.side = 'to'
      JOIN parties asker ON asker.address = mine.address AND asker.side = 'from'
      JOIN messages asked ON asked.id = asker.message AND asked.inbound AND asked.bare = sent.bare
      WHERE sent.outgoing AND sent.fresh AND sent.key IN (SELECT value FROM json_each(?))
        AND julianday(sent.received) - julianday(asked.received) BETWEEN -1 AND ?"""
    days = (FRESH_ANSWER + FILED_LATE) / timedelta(days=1)
    keys = as_list(fresh)
    found = frozenset(row[0] for row in connection.execute(query, (keys, days)))
    about = [row[0] for row in connection.execute(_OF_AN_EVENT, (keys,))]
    return found | {row[0] for row in connection.execute(_INVITATIONS, (as_list(about),))} if about else found


def correspondence(connection: sqlite3.Connection) -> Correspondence:
    """Who wrote to whom, from the running totals."""
    rows = connection.execute("SELECT address, identity, written_to, heard_from FROM correspondents").fetchall()
    return Correspondence(
        identities=frozenset(address for address, identity, _, _ in rows if identity),
        written_to={address: moment(first) for address, _, first, _ in rows if first},
        heard_from={address: moment(first) for address, _, _, first in rows if first},
    )


def exchanges(connection: sqlite3.Connection, whom: Iterable[str]) -> dict[str, tuple[Exchange, ...]]:
    """The latest that came from each of these, and which mail of mine replied to it, oldest first.

    `whom` holds addresses, houses as "@domain", and "" for everybody I ever wrote to.
    """
    names = tuple(dict.fromkeys(map(storable, whom)))
    houses = _houses(connection, {name for name in names if name.startswith("@")})
    return {
        name: _came(connection, _FROM_KNOWN, ())
        if not name
        else _came(connection, _FROM_THESE, (as_list(houses.get(name, [name])),))
        for name in names
    }


def _houses(connection: sqlite3.Connection, wanted: set[str]) -> dict[str, list[str]]:
    """Who wrote from these houses."""
    found: dict[str, list[str]] = {name: [] for name in wanted}
    if wanted:
        for (address,) in connection.execute("SELECT address FROM correspondents WHERE heard_from IS NOT NULL"):
            house = f"@{address.rpartition('@')[2]}"
            if house in found:
                found[house].append(address)
    return found


def _came(connection: sqlite3.Connection, query: str, bound: tuple[str, ...]) -> tuple[Exchange, ...]:
    rows = connection.execute(query, bound).fetchall()
    found = (Exchange(received=moment(came), answered=moment(gone) if gone else None) for came, gone in rows)
    return tuple(sorted(found, key=lambda one: one.received))


def received(connection: sqlite3.Connection, since: datetime, until: datetime) -> int:
    """How many messages from others came in this stretch, voicemails that no mail told of included."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM messages WHERE received >= ?1 AND received < ?2 AND inbound AND NOT outgoing)"
        " + (SELECT count(DISTINCT key) FROM calls WHERE at >= ?1 AND at < ?2 AND message_id IS NULL"
        "    AND json_extract(body, '$.way') = 'voicemail')",
        (stamp(since), stamp(until)),
    ).fetchone()
    count: int = row[0]
    return count


def lengths(connection: sqlite3.Connection, keys: Iterable[str]) -> dict[str, int]:
    """How many signs of text each of these messages holds, quotes included; without text it is left out. Of calls
    how much was said, as far as transcribed.
    """
    return dict(
        connection.execute(
            "SELECT key, length(text) FROM messages WHERE text IS NOT NULL AND key IN (SELECT value FROM json_each(?1))"
            " UNION ALL SELECT key, max(coalesce(length(json_extract(body, '$.transcript')), 0)) FROM calls"
            " WHERE key IN (SELECT value FROM json_each(?1)) GROUP BY key",
            (as_list(keys),),
        ).fetchall()
    )


def _entries(connection: sqlite3.Connection, where: str, parameters: tuple[Any, ...]) -> tuple[Entry, ...]:
    rows = connection.execute(
        f"SELECT m.id, m.envelope, m.text, m.seen, m.outgoing FROM messages m"  # noqa: S608 - only our own clauses
        f" WHERE {where} AND {_VISIBLE} ORDER BY m.received, m.key",
        parameters,
    ).fetchall()
    places = _places(connection, [row[0] for row in rows])
    return tuple(_entry(places[row[0]], *row[1:]) for row in rows if row[0] in places)


def _places(connection: sqlite3.Connection, messages: list[int]) -> dict[int, _Places]:
    found: dict[int, _Places] = {}
    rows = connection.execute(
        "SELECT d.message, d.source, d.mailbox, d.role, d.gone, s.archived_is_done"
        " FROM deliveries d LEFT JOIN sources s ON s.name = d.source"
        " WHERE d.message IN (SELECT value FROM json_each(?))"
        " ORDER BY d.role NOT IN ('inbox', 'sent'), d.role, d.id",
        (as_list(messages),),
    )
    for message, source, mailbox, role, gone, archived_is_done in rows:
        places = found.setdefault(message, _Places(source=source))
        if gone is None:
            places.live.append((role, mailbox))
        elif role == Role.INBOX.value:
            places.left = max(moment(gone), places.left or moment(gone))
            places.archived_is_done |= bool(archived_is_done)
    return found


def _entry(places: _Places, envelope: str, text: str | None, seen: str, outgoing: int) -> Entry:
    message = loads(Message, envelope)
    roles = {role for role, _ in places.live}
    discarded = places.left is not None and bool(roles) and roles <= _PUT_AWAY
    filed = places.left is not None and Role.INBOX.value not in roles and not discarded
    return Entry(
        message=message if text is None else replace(message, text=text),
        source=places.source,
        seen=moment(seen),
        mailboxes=tuple(dict.fromkeys(mailbox for _, mailbox in places.live)),
        outgoing=bool(outgoing),
        discarded=discarded,
        archived=filed and places.archived_is_done,
        left=places.left,
    )
