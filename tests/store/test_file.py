"""The file itself: private, migrated with a copy, refused when it cannot be trusted, whole after every kill."""

import json
import multiprocessing
import os
import random
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from tests.store.made import at, bare, batch, message, place
from triage.errors import StoreError
from triage.model.marks import MarkKind
from triage.settings import SourceSettings
from triage.store import lookups, marks, reads, schema
from triage.store.lock import Lock
from triage.store.marks import Said
from triage.store.writer import Store

FORK = multiprocessing.get_context("fork")
NOBODY = 65534


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_files_are_private_under_any_umask(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "state" / "triage" / "triage.db"
    before = os.umask(umask)
    try:
        store = Store.open(path)
        store.keep("a", 1)
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert modes == {"triage.db": 0o600, "triage.db-wal": 0o600, "triage.db-shm": 0o600}
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)} == {0o700}


def test_closing_leaves_one_file(store: Store, path: Path) -> None:
    store.keep("a", 1)
    store.close()
    assert [each.name for each in path.parent.iterdir()] == ["triage.db"]


def test_no_database_reads_as_nothing(tmp_path: Path) -> None:
    path = tmp_path / "none" / "triage.db"
    assert reads.board(path, at()) is None
    assert reads.find(path, "1") == ()
    assert reads.kept(path, "x") is None
    path.parent.mkdir()
    path.touch()
    assert reads.board(path, at()) is None


def test_a_newer_database_is_left_alone(store: Store, path: Path) -> None:
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    before = path.read_bytes()
    for use in (
        lambda: Store.open(path),
        lambda: reads.board(path, at()),
        lambda: marks.append(path, [Said(kind=MarkKind.DONE, key="a")], at()),
    ):
        with pytest.raises(StoreError, match="made by a newer triage") as caught:
            use()
        assert caught.value.exit_code == 5
        assert caught.value.hint
    assert path.read_bytes() == before


def next_step() -> Migrations:
    steps = schema.migrations()

    @steps()
    def second(db: Database) -> None:
        db.execute("ALTER TABLE kept ADD COLUMN more TEXT")
        db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")

    return steps


def test_an_older_database_is_copied_before_it_is_changed(store: Store, path: Path) -> None:
    store.keep("a", 1)
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(StoreError, match="older triage") as caught:
            schema.check(connection, path, target=schema.VERSION + 1)
        assert "restart the daemon" in caught.value.hint
        schema.migrate(connection, path, target=schema.VERSION + 1, steps=next_step())
        assert schema.check(connection, path, target=schema.VERSION + 1)
        assert connection.execute("SELECT name, value, more FROM kept").fetchall() == [("a", "1", None)]
    backup = path.with_name("triage.db.bak")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert reads.kept(backup, "a") == 1
    assert sorted(each.name for each in path.parent.iterdir() if not each.name.endswith(("-shm", "-wal"))) == [
        "triage.db",
        "triage.db.bak",
    ]


def test_a_step_that_fails_changes_nothing(store: Store, path: Path) -> None:
    store.close()
    steps = next_step()

    @steps()
    def third(db: Database) -> None:
        db.execute("CREATE TABLE halfway (a)")
        raise RuntimeError

    with closing(sqlite3.connect(path, isolation_level=None)) as connection, pytest.raises(RuntimeError):
        schema.migrate(connection, path, target=schema.VERSION + 2, steps=steps)
    with closing(sqlite3.connect(path)) as connection:
        assert schema.version_of(connection) == schema.VERSION + 1
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'halfway'").fetchall()


def test_the_file_tells_its_version(store: Store, path: Path) -> None:
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert schema.version_of(connection) == schema.VERSION
        steps = connection.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()[0]
    assert steps == schema.VERSION


@pytest.mark.parametrize("content", [b"not a database" * 500, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_damaged_file_is_kept_and_the_way_out_named(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    for use in (lambda: Store.open(path), lambda: reads.board(path, at())):
        with pytest.raises(StoreError, match="damaged") as caught:
            use()
        assert "your mail is untouched" in caught.value.hint
        assert caught.value.exit_code == 5
    assert path.read_bytes() == content


def test_damage_in_the_middle_is_told_by_readers(store: Store, path: Path) -> None:
    store.add(batch(*((message(f"m{n}"), place(n)) for n in range(300))), at(), bare=bare)
    store.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\x55" * (size - 8192))
    with pytest.raises(StoreError, match="damaged"):
        lookups.entries_until(path, at(days=1))


def test_somebody_elses_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (name)")
    with pytest.raises(StoreError, match="no database of triage"):
        Store.open(path)


def test_a_full_disk_loses_nothing_that_was_stored(store: Store, path: Path) -> None:
    store.add(batch((message("a"), place(1)), cursor="1"), at(), bare=bare)
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(StoreError, match="no space left") as caught:
        store.add(batch(*((message(f"m{n}"), place(n)) for n in range(500)), cursor="2"), at(), bare=bare)
    assert caught.value.exit_code == 5
    assert store.cursor("office") == "1"
    store._connection.execute("PRAGMA max_page_count = 100000")
    store.add(batch((message("b"), place(2)), cursor="2"), at(), bare=bare)
    assert len(lookups.entries_until(path, at(days=1))) == 2


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A folder that its reader may enter but not write, outside pytest's private one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def try_as_nobody(folder: Path, answers: Connection) -> None:
    if os.getuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    attempts = {
        "open": lambda: Store.open(folder / "triage.db"),
        "lock": lambda: Lock.acquire(folder),
        "mark": lambda: marks.append(folder / "triage.db", [Said(kind=MarkKind.DONE, key="a")], at()),
        "make": lambda: Store.open(folder / "deeper" / "triage.db"),
    }
    told = {}
    for name, attempt in attempts.items():
        try:
            attempt()
        except StoreError as error:
            told[name] = (error.message, error.exit_code, bool(error.hint))
    answers.send(told)


def test_a_read_only_folder_is_told(locked_folder: Path) -> None:
    Store.open(locked_folder / "triage.db").close()
    (locked_folder / "triage.db").chmod(0o444)
    locked_folder.chmod(0o555)
    ours, theirs = FORK.Pipe()
    process = FORK.Process(target=try_as_nobody, args=(locked_folder, theirs))
    process.start()
    told = ours.recv()
    process.join()
    assert set(told) == {"open", "lock", "mark", "make"}
    for message_, code, hint in told.values():
        assert "cannot be written" in message_
        assert (code, hint) == (5, True)


def read_on(path: Path) -> None:
    """Reads on from the stored cursor until killed, a batch of five messages at a time, and notes each batch."""
    store = Store.open(path)
    while True:
        cursor = int(store.cursor("office") or 0)
        arrivals = [(message(f"m{n}"), place(n)) for n in range(cursor * 5, cursor * 5 + 5)]
        with store.transaction():
            store.add(batch(*arrivals, cursor=str(cursor + 1), complete=False), at(cursor), bare=bare)
            store.keep("cursor", cursor + 1)


def test_killed_at_any_moment_every_message_stands_once(path: Path) -> None:
    Store.open(path).close()
    chance = random.Random(5)
    cursors = set()
    kills = 0
    while kills < 20 or len(cursors) <= 10:
        kills += 1
        reader = FORK.Process(target=read_on, args=(path,))
        reader.start()
        reader.join(chance.uniform(0.004, 0.025))
        reader.kill()
        reader.join()
        store = Store.open(path)
        cursor = int(store.cursor("office") or 0)
        cursors.add(cursor)
        found = sorted(entry.message.key for entry in lookups.entries_until(path, at(days=1)))
        assert found == sorted(f"id:<m{n}@example.org>" for n in range(cursor * 5))
        assert store.kept("cursor") == (cursor or None)
        store.close()


def test_readers_see_whole_transactions_only(store: Store, path: Path) -> None:
    with store.transaction():
        store.add(batch((message("a"), place(1))), at(), bare=bare)
        assert lookups.entries_until(path, at(1)) == ()
    assert len(lookups.entries_until(path, at(1))) == 1


def test_what_fails_halfway_leaves_nothing(store: Store) -> None:
    with pytest.raises(KeyError), store.transaction():
        store.add(batch((message("a"), place(1))), at(), bare=bare)
        raise KeyError
    assert store.cursor("office") is None
    assert store.conversation(["id:<a@example.org>"]) == ()


def test_the_board_knows_a_running_daemon_from_a_dead_one(store: Store, path: Path) -> None:
    store.keep("daemon", {"pid": os.getpid(), "since": at().isoformat()})
    assert store.board(at()).daemon_since is None
    lock = Lock.acquire(path.parent)
    assert store.board(at()).daemon_since == at()
    lock.release()
    assert reads.board(path, at()).daemon_since is None  # type: ignore[union-attr]


def test_readers_show_the_sources_of_their_own_configuration(store: Store, path: Path) -> None:
    store.register([SourceSettings(name="office", kind="imap")], at())
    store.add(batch(), at(), bare=bare)
    sources = [SourceSettings(name="new", kind="maildir"), SourceSettings(name="office", kind="imap")]
    board = reads.board(path, at(1), sources=sources)
    assert board
    assert [(health.name, health.kind, health.completed) for health in board.sources] == [
        ("new", "maildir", None),
        ("office", "imap", at()),
    ]


def test_reading_needs_no_heavy_package(path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys, json; from triage.store import lock, lookups, marks, reads;"
        "print(json.dumps([m for m in ('sqlite_utils', 'click', 'rich') if m in sys.modules]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == []
