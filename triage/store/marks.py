"""The user's marks: appended by any process, also while the daemon is down; never changed."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from triage.model.marks import Mark, MarkKind
from triage.store.codec import moment, optional_moment, optional_stamp, stamp, storable
from triage.store.opening import appending

BUTTON_UNDO = timedelta(hours=24)
COLUMNS = "id, command, at, kind, key, until, text, by"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A mark before it is stored: the store gives it its id, command and time."""

    kind: MarkKind
    key: str
    until: datetime | None = None
    text: str = ""
    by: str = "cli"


def append(path: Path, said: Sequence[Said], now: datetime) -> str:
    """Store the marks of one command, all or none; the command's id."""
    command = _new_command()
    with appending(path) as connection:
        _append(connection, command, said, now)
    return command


def undo(path: Path, now: datetime) -> tuple[Mark, ...]:
    """Take back the last command that stands, whole; its marks, or none when nothing is left to take back.

    Again takes back the one before. Buttons only within a day of the press; older ones are passed over.
    """
    with appending(path) as connection:
        row = connection.execute(
            "SELECT command FROM marks WHERE kind NOT IN ('undo', 'forget') AND (by <> 'button' OR at >= ?)"
            " AND command NOT IN (SELECT text FROM marks WHERE kind = 'undo') ORDER BY id DESC LIMIT 1",
            (stamp(now - BUTTON_UNDO),),
        ).fetchone()
        if row is None:
            return ()
        marks = read(connection, "command = ?", (row[0],))
        _append(connection, _new_command(), [Said(kind=MarkKind.UNDO, key=marks[0].key, text=row[0])], now)
    return marks


def forget(path: Path, address: str, now: datetime) -> None:
    """Ask for an address to be erased. Whoever holds the lock does it; nothing takes it back."""
    from triage.store.forgetting import key_for  # slow to import, and readers need it never

    append(path, [Said(kind=MarkKind.FORGET, key=key_for(address), text=address)], now)


def read(connection: sqlite3.Connection, where: str, parameters: Iterable[str | int] = ()) -> tuple[Mark, ...]:
    """The marks for which this condition holds, oldest first."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM marks WHERE {where} ORDER BY id",  # noqa: S608 - only our own conditions
        tuple(parameters),
    )
    return tuple(_mark(row) for row in rows)


def _new_command() -> str:
    from uuid import uuid4  # slow to import, and readers need none

    return uuid4().hex


def _append(connection: sqlite3.Connection, command: str, said: Sequence[Said], now: datetime) -> None:
    connection.executemany(
        "INSERT INTO marks (command, at, kind, key, until, text, by) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                command,
                stamp(now),
                each.kind.value,
                storable(each.key),
                optional_stamp(each.until),
                storable(each.text),
                each.by,
            )
            for each in said
        ],
    )


def _mark(row: tuple[Any, ...]) -> Mark:
    identity, command, at, kind, key, until, text, by = row
    return Mark(
        id=identity,
        command=command,
        at=moment(at),
        kind=MarkKind(kind),
        key=key,
        until=optional_moment(until),
        text=text,
        by=by,
    )
