"""The tables and how older ones become these. Released migrations are never edited; a new one is added below.

Facts: messages, deliveries, parties, correspondents, sources, calls, contacts, marks, rungs, numbers, refs, outcomes,
kept. Opinions, made again at will: messages.thread and message_ids (who belongs to one conversation), calls.caller,
tail and asks (whose number it is, which he asks to be called on), cases, case_items, spent (mail that answered mail).
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from triage.store import faults
from triage.store.files import make_file

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

FACTS = """
CREATE TABLE sources (
  name TEXT PRIMARY KEY, kind TEXT NOT NULL DEFAULT '', stale_after REAL NOT NULL DEFAULT 900,
  archived_is_done INTEGER NOT NULL DEFAULT 0, place INTEGER, known_since TEXT NOT NULL, cursor TEXT,
  completed TEXT, first_complete TEXT, error TEXT, hint TEXT, final INTEGER NOT NULL DEFAULT 0, reading TEXT
) STRICT;
CREATE TABLE messages (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, thread INTEGER NOT NULL, received TEXT NOT NULL, seen TEXT NOT NULL,
  bare TEXT NOT NULL, fresh INTEGER NOT NULL, inbound INTEGER NOT NULL DEFAULT 0, outgoing INTEGER NOT NULL DEFAULT 0,
  trouble INTEGER NOT NULL, envelope TEXT NOT NULL, text TEXT
) STRICT;
CREATE INDEX messages_thread ON messages (thread);
CREATE INDEX messages_trouble ON messages (id) WHERE trouble;
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, mailbox TEXT NOT NULL, validity TEXT NOT NULL, uid TEXT NOT NULL,
  role TEXT NOT NULL, message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE, gone TEXT,
  UNIQUE (source, mailbox, validity, uid)
) STRICT;
CREATE INDEX deliveries_message ON deliveries (message);
CREATE TABLE parties (
  address TEXT NOT NULL, side TEXT NOT NULL, message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  PRIMARY KEY (address, side, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX parties_message ON parties (message);
CREATE TABLE correspondents (
  address TEXT PRIMARY KEY, identity INTEGER NOT NULL DEFAULT 0, written_to TEXT, heard_from TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE marks (
  id INTEGER PRIMARY KEY AUTOINCREMENT, command TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
  until TEXT, text TEXT NOT NULL DEFAULT '', by TEXT NOT NULL DEFAULT 'cli'
) STRICT;
CREATE INDEX marks_key ON marks (key);
CREATE INDEX marks_command ON marks (command);
CREATE INDEX marks_kind ON marks (kind, text);
CREATE TABLE rungs (
  key TEXT NOT NULL, day TEXT NOT NULL, stage INTEGER NOT NULL, at TEXT, PRIMARY KEY (day, key, stage)
) STRICT, WITHOUT ROWID;
CREATE TABLE numbers (number INTEGER PRIMARY KEY, key TEXT NOT NULL, used TEXT NOT NULL) STRICT;
CREATE INDEX numbers_key ON numbers (key);
CREATE TABLE refs (ref TEXT PRIMARY KEY, key TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE outcomes (
  id INTEGER PRIMARY KEY, cause TEXT NOT NULL, answered_at TEXT NOT NULL, reversed INTEGER NOT NULL,
  outcome TEXT NOT NULL, UNIQUE (cause, answered_at, reversed)
) STRICT;
CREATE INDEX outcomes_answered_at ON outcomes (answered_at);
CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""

OPINIONS = """
CREATE TABLE message_ids (id TEXT PRIMARY KEY, thread INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX message_ids_thread ON message_ids (thread);
CREATE TABLE cases (
  thread TEXT PRIMARY KEY, live INTEGER NOT NULL, newest TEXT NOT NULL, worded INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX cases_live ON cases (thread) WHERE live;
CREATE TABLE case_items (
  key TEXT PRIMARY KEY, thread TEXT NOT NULL REFERENCES cases (thread) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX case_items_thread ON case_items (thread);
"""

CALLS = """
CREATE TABLE calls (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, source TEXT NOT NULL, caller TEXT NOT NULL, tail TEXT NOT NULL,
  asks TEXT NOT NULL, at TEXT NOT NULL, seen TEXT NOT NULL, gone TEXT, message_id TEXT, body TEXT NOT NULL,
  UNIQUE (key, source)
) STRICT;
CREATE INDEX calls_caller ON calls (caller, at);
CREATE INDEX calls_tail ON calls (tail) WHERE tail <> '';
CREATE INDEX calls_asks ON calls (asks) WHERE asks <> '';
CREATE TABLE contacts (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE spent (
  key TEXT NOT NULL, thread TEXT NOT NULL REFERENCES cases (thread) ON DELETE CASCADE, PRIMARY KEY (key, thread)
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_thread ON spent (thread);
"""

VERSION = 2


def migrations() -> "Migrations":
    """All steps in order. Each ends by setting user_version, which is what plain readers look at."""
    from sqlite_utils import Migrations

    steps = Migrations("triage")

    @steps()
    def first(db: "Database") -> None:
        _run(db, FACTS + OPINIONS)
        db.execute("PRAGMA user_version = 1")

    @steps()
    def calls(db: "Database") -> None:
        _run(db, CALLS)
        db.execute("PRAGMA user_version = 2")

    return steps


def migrate(
    connection: sqlite3.Connection, path: Path, *, target: int = VERSION, steps: "Migrations | None" = None
) -> None:
    """Bring the file to this version, after a copy of an older one to `….bak`. Only the lock holder may call it."""
    version = version_of(connection)
    if version > target:
        raise faults.newer(path)
    if version == target:
        return
    from sqlite_utils import Database

    if version:
        _back_up(connection, path.with_name(path.name + ".bak"))
    elif connection.execute("SELECT count(*) FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\'").fetchone()[0]:
        raise faults.corrupt(path)
    (steps or migrations()).apply(Database(connection, execute_plugins=False))


def _run(db: "Database", statements: str) -> None:
    for statement in statements.split(";"):
        if statement.strip():
            db.execute(statement)


def version_of(connection: sqlite3.Connection) -> int:
    """The schema version of the file; 0 when nothing was ever made in it."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def check(connection: sqlite3.Connection, path: Path, *, target: int = VERSION) -> bool:
    """For those who may not migrate: is there anything to read? StoreError under another version."""
    version = version_of(connection)
    if version > target:
        raise faults.newer(path)
    if 0 < version < target:
        raise faults.older(path)
    return version == target


def _back_up(connection: sqlite3.Connection, to: Path) -> None:
    """A whole copy or none: it gets its name only when it is complete."""
    part = to.with_name(to.name + ".part")
    part.unlink(missing_ok=True)
    os.close(make_file(part))
    with closing(sqlite3.connect(part)) as copy:
        connection.backup(copy)
    part.replace(to)
