"""Facts to one JSON document and back: marks, numbers with their refs, outcomes, and since when messages are known.

What cannot be read from the mailboxes again is in it, mail is not. Taking a document in twice is taking it in once;
what stands already goes before what comes. `seen` goes along because a mark covers only what was known when it was
given.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from triage.errors import TriageError
from triage.model.cases import Outcome
from triage.model.marks import MarkKind
from triage.store import forgetting
from triage.store.codec import as_list, dumps, loads, moment, storable

FORMAT, VERSION = "triage-export", 1
SEEN = "seen:"
_MARK = ("command", "at", "kind", "key", "until", "text", "by")
# Since when is known what stands in a conversation with a mark.
_SEEN = """
  SELECT DISTINCT all_of.key, m.seen FROM marks
  JOIN case_items named ON named.key = marks.key JOIN case_items all_of ON all_of.thread = named.thread
  JOIN (SELECT key, seen FROM messages UNION SELECT key, min(seen) FROM calls GROUP BY key) m ON m.key = all_of.key"""

Document = dict[str, Any]
_Row = tuple[Any, ...]


def document(connection: sqlite3.Connection) -> Document:
    """Everything that is exported, in an order that does not change by itself."""
    marks = connection.execute(f"SELECT {', '.join(_MARK)} FROM marks ORDER BY id")  # noqa: S608 - columns of ours
    outcomes = connection.execute("SELECT outcome FROM outcomes ORDER BY id")
    waiting = connection.execute("SELECT substr(name, 6), json_extract(value, '$') FROM kept WHERE name LIKE 'seen:%'")
    return {
        "format": FORMAT,
        "version": VERSION,
        "marks": [dict(zip(_MARK, row, strict=True)) for row in marks],
        "numbers": _rows(connection, "numbers", ("number", "key", "used")),
        "refs": _rows(connection, "refs", ("ref", "key")),
        "outcomes": [json.loads(row[0]) for row in outcomes],
        "seen": dict(sorted([*connection.execute(_SEEN), *waiting])),
    }


def take_in(connection: sqlite3.Connection, found: Document) -> frozenset[str]:
    """Add what is new in a checked document; the keys of stored messages that must be judged again."""
    _merge_marks(connection, found["marks"])
    connection.executemany(
        "INSERT INTO numbers (number, key, used) SELECT :number, :key, :used"
        " WHERE NOT EXISTS (SELECT 1 FROM numbers WHERE number = :number OR key = :key)",
        found["numbers"],
    )
    connection.executemany("INSERT OR IGNORE INTO refs (ref, key) VALUES (:ref, :key)", found["refs"])
    connection.executemany(
        "INSERT OR IGNORE INTO outcomes (cause, answered_at, reversed, outcome) VALUES (?, ?, ?, ?)",
        list(map(_outcome, found["outcomes"])),
    )
    return _seen_before(connection, found["seen"])


def checked(text: str) -> Document:
    """The document, every value of it proper. TriageError says what is wrong and where."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unfit("it is no JSON") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _unfit("it was not made by triage export")
    if found.get("version") != VERSION:
        raise TriageError(
            f"the file is of version {str(found.get('version'))[:10]}, this triage reads {VERSION}",
            hint="install the triage that wrote it, or a newer one",
        )
    for name, proper in _PARTS.items():
        _check(name, found.get(name), proper)
    return found


def _rows(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> list[dict[str, object]]:
    names = ", ".join(columns)
    rows = connection.execute(f"SELECT {names} FROM {table} ORDER BY 1")  # noqa: S608 - names of ours
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _merge_marks(connection: sqlite3.Connection, marks: Iterable[Mapping[str, Any]]) -> None:
    """Marks count in the order they were given, which their ids tell: with older ones among them all are numbered
    anew. They are then looked at as if none had been before.
    """
    rows = connection.execute(f"SELECT {', '.join(_MARK)} FROM marks ORDER BY id")  # noqa: S608 - columns of ours
    known: list[_Row] = rows.fetchall()
    there, buried = set(known), forgetting.tombstones(connection)
    coming: list[_Row] = [tuple(mark[name] for name in _MARK) for mark in marks]
    new = [row for row in coming if row not in there and not _is_erased(row, buried)]
    if not new:
        return
    ordered: list[_Row] = sorted([*known, *new], key=_at)
    connection.execute("DELETE FROM marks")
    connection.executemany(
        f"INSERT INTO marks ({', '.join(_MARK)}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - columns of ours
        ordered,
    )
    connection.execute("DELETE FROM kept WHERE name = 'folded'")


def _at(row: _Row) -> datetime:
    return moment(row[_MARK.index("at")])


def _is_erased(row: _Row, buried: Iterable[forgetting.Tombstone]) -> bool:
    """Does the mark name somebody who was erased since the file was made?"""
    text = str(row[_MARK.index("text")]).lower()
    return any(one.covers(text) for one in buried)


def _outcome(found: Mapping[str, Any]) -> tuple[str, str, bool, str]:
    text = json.dumps(found, ensure_ascii=False)
    outcome = loads(Outcome, text)
    return storable(outcome.cause), found["answered_at"], outcome.reversed_, dumps(outcome)


def _seen_before(connection: sqlite3.Connection, seen: Mapping[str, str]) -> frozenset[str]:
    """What is stored was known since then; of what is not read yet that is kept until it is."""
    earlier: set[str] = set()
    unread = set(seen)
    for table in ("messages", "calls"):
        query = f"SELECT key, max(seen) FROM {table} WHERE key IN (SELECT value FROM json_each(?)) GROUP BY key"  # noqa: S608
        stored = dict(connection.execute(query, (as_list(seen),)).fetchall())
        later = {key: seen[key] for key, at in stored.items() if seen[key] < at}
        connection.executemany(f"UPDATE {table} SET seen = ?2 WHERE key = ?1", list(later.items()))  # noqa: S608
        earlier |= set(later)
        unread -= set(stored)
    connection.executemany(
        "INSERT OR IGNORE INTO kept (name, value) VALUES (?, ?)",
        [(SEEN + key, json.dumps(seen[key])) for key in sorted(unread)],
    )
    return frozenset(earlier)


def _check(name: str, found: object, proper: Callable[[Any], bool]) -> None:
    if not isinstance(found, dict if name == "seen" else list):
        raise _unfit(f"{name} is missing")
    for place, one in enumerate(found.items() if isinstance(found, dict) else found, start=1):
        try:
            fits = proper(one)
        except (KeyError, ValueError, TypeError, AttributeError):
            fits = False
        if not fits:
            raise _unfit(f"{name}, number {place}, makes no sense")


def _is_mark(one: Any) -> bool:
    MarkKind(one["kind"])
    texts = all(isinstance(one[name], str) for name in ("command", "key", "text", "by"))
    return texts and _is_moment(one["at"]) and (one["until"] is None or _is_moment(one["until"]))


def _is_number(one: Any) -> bool:
    return type(one["number"]) is int and one["number"] > 0 and isinstance(one["key"], str) and _is_moment(one["used"])


def _is_ref(one: Any) -> bool:
    return isinstance(one["ref"], str) and isinstance(one["key"], str)


def _is_outcome(one: Any) -> bool:
    outcome = loads(Outcome, json.dumps(one))
    return isinstance(outcome.cause, str) and _is_moment(one["answered_at"])


def _is_seen(one: Any) -> bool:
    key, at = one
    return isinstance(key, str) and _is_moment(at)


def _is_rule(one: Any) -> bool:
    return bool(one["match"]) and all(isinstance(each, str) for each in (*one["match"], *one["match"].values()))


def _is_moment(text: Any) -> bool:
    return isinstance(text, str) and moment(text).utcoffset() is not None


_PARTS: Mapping[str, Callable[[Any], bool]] = {
    "marks": _is_mark,
    "numbers": _is_number,
    "refs": _is_ref,
    "outcomes": _is_outcome,
    "seen": _is_seen,
    "rules": _is_rule,
}


def _unfit(why: str) -> TriageError:
    return TriageError(
        f"the file cannot be taken in: {why}", hint="nothing was changed; take one that triage export made"
    )
