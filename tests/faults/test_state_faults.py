"""The database cannot be written for a while: the daemon lives, rings what it knows, and catches up."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from tests.blackbox.homes import Home, Result, Running, letter, put
from tests.faults.office import Office
from tests.planning import at
from tests.rounds import House, mail, settled_house
from tests.servers.proxy import Proxy
from triage.model.cases import State
from triage.model.mail import Batch
from triage.model.marks import MarkKind
from triage.store import reads

MINUTE = timedelta(minutes=1)
HOLD = """
import sqlite3, sys
sqlite3.connect(sys.argv[1], isolation_level=None).execute("BEGIN IMMEDIATE")
print("held", flush=True)
input()
"""


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five seconds of waiting for another process are soon over. Comes before the store is opened."""
    monkeypatch.setattr("triage.store.writer.BUSY", 0.02)
    monkeypatch.setattr("triage.store.opening.BUSY", 0.02)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another process holds the database for longer than anybody waits."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout
    assert other.stdout.readline() == "held\n"
    try:
        yield
    finally:
        other.communicate("\n", timeout=10)


# --- another process holds the database ---------------------------------------------------------------------------


def test_mail_that_came_while_it_was_locked_is_stored_afterwards(hasty: None, office: Office) -> None:
    with locked(office.database):
        asked = office.ask()
        office.one_poll()
        office.account.server.kill()
        office.one_poll()
        assert asked not in office.stored()
        office.assert_down()
    office.account.server.start()
    assert isinstance(office.one_poll(), Batch)
    office.assert_well()


def test_a_first_read_while_it_was_locked_is_whole_afterwards(
    hasty: None, monkeypatch: pytest.MonkeyPatch, offices: Callable[..., Office], proxy: Proxy
) -> None:
    monkeypatch.setattr("triage.sources.imap.source.BATCH", 3)
    office = offices(proxy.port)
    for number in range(12):
        office.ask(answered=number % 3 == 0)
    office.open()
    office.take()
    with locked(office.database):
        office.take()
        office.take()
    office.tick()
    assert isinstance(office.ending(), Batch)
    assert isinstance(office.one_poll(), Batch)
    office.assert_well()


def test_what_was_read_long_before_it_could_be_stored_does_not_count_as_how_things_stand(
    hasty: None, tmp_path: Path
) -> None:
    house = settled_house(tmp_path, at("mon 09:00"))
    house.readers.asked.clear()
    with locked(house.database):
        house.bring(at("mon 09:01"), mail("quote", at("mon 09:00")))
        assert house.readers.count("stored office") == 0
        assert house.daemon.in_words(house.now).startswith("nothing can be stored")
        house.walk(at("mon 09:30"), read=False)
    house.step(None, at("mon 09:31"))
    assert house.states() == {"quote": State.OWED}
    assert house.readers.count("stored office") == 1
    assert house.readers.count("refresh") == 1
    (source,) = house.clerk.board(at("mon 09:31")).sources
    assert source.stale(at("mon 09:31"))
    assert source.completed == at("mon 09:00")


def test_notices_ring_once_while_nothing_can_be_stored_and_not_again_after_a_restart(
    hasty: None, tmp_path: Path
) -> None:
    house = settled_house(tmp_path, at("mon 09:00"))
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:50")))
    house.walk(at("mon 14:50"))
    house.screen.log.clear()
    with locked(house.database):
        house.walk(at("mon 15:20"))
        assert [notice.split(" ")[1] for notice in house.told()] == ["15:00"]
    house.step(None, at("mon 15:21"))
    house.restart()
    house.walk(at("mon 15:50"))
    assert [notice.split(" ")[1] for notice in house.told()] == ["15:00"]


def test_a_button_pressed_while_it_was_locked_counts_with_its_own_time(hasty: None, tmp_path: Path) -> None:
    house = settled_house(tmp_path, at("mon 09:00"))
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:50")))
    house.walk(at("mon 15:05"))
    with locked(house.database):
        house.press("done", at("mon 15:06"))
        house.press("done", at("mon 15:07"))
        house.bring(at("mon 15:08"), mail("later", at("mon 15:07"), replies="quote"))
    house.step(None, at("mon 15:30"))
    (mark,) = (one for one in marks_of(house) if one.kind is MarkKind.DONE)
    assert mark.at == at("mon 15:06")
    assert house.states() == {"quote": State.OWED}  # what came after the press was not meant by it


def marks_of(house: House) -> tuple:  # type: ignore[type-arg]
    board = reads.board(house.database, house.now, whole=True)
    assert board is not None
    return board.marks


# --- the disk is full ---------------------------------------------------------------------------------------------


class Limited:
    """No file may grow beyond a few bytes: what anybody can do."""

    size = 1024

    def fill(self, daemon: Running) -> None:
        self._limit(daemon.process.pid, self.size)

    def free(self, daemon: Running) -> None:
        self._limit(daemon.process.pid, resource.RLIM_INFINITY)

    def full_for(self, home: Home, *words: str) -> Result:
        return home.triage(*words, preexec_fn=lambda: self._limit(0, self.size))

    @staticmethod
    def _limit(pid: int, size: int) -> None:
        hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if size == resource.RLIM_INFINITY else size, hard))


class Small:
    """A file system of its own that is full: what root can do."""

    def __init__(self, folder: Path) -> None:
        self.filler = folder / "filler"

    def fill(self, _: Running | None = None) -> None:
        with self.filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))

    def free(self, _: Running | None = None) -> None:
        self.filler.unlink()

    def full_for(self, home: Home, *words: str) -> Result:
        self.fill()
        try:
            return home.triage(*words)
        finally:
            self.free()


@pytest.fixture(params=["limit", "tmpfs"] if os.geteuid() == 0 else ["limit"])
def disk(request: pytest.FixtureRequest, home: Home) -> Iterator[Limited | Small]:
    if request.param == "limit":
        yield Limited()
        return
    with small_disk(home) as disk:
        yield disk


@contextmanager
def small_disk(home: Home) -> Iterator[Small]:
    home.state.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "triage", str(home.state)], check=True)
    try:
        yield Small(home.state)
    finally:
        subprocess.run(["umount", "-l", str(home.state)], check=True)


def test_on_a_full_disk_the_daemon_lives_says_so_and_catches_up(home: Home, disk: Limited | Small) -> None:
    put(home.mail / "INBOX", letter())
    assert home.triage("poll").code == 0
    with home.daemon() as daemon:
        daemon.wait_until(lambda: daemon.status()["daemon"]["running"])
        daemon.logged("event=not-rung")  # nobody looks; by then it has read
        disk.fill(daemon)
        for number in range(20):
            text = "Could you send me the offer?\n" * 300
            put(home.mail / "INBOX", letter(sender=f"P{number} <p{number}@many.example>", text=text))
        assert "triage.db" in daemon.logged("event=not-stored")
        seen = daemon.status()
        assert seen["daemon"]["running"] is True
        assert seen["counts"]["owed"] < 21
        assert seen["clear"] is False
        disk.free(daemon)
        home.triage("add", "Somebody at the door")
        daemon.logged("event=stored-again")
        daemon.wait_until(lambda: daemon.status()["counts"]["owed"] == 22)
        daemon.wait_until(lambda: daemon.source("mail")["ok"])
        assert daemon.said("event=not-stored") == 1


def test_on_a_full_disk_a_poll_ends_with_5_and_loses_nothing(home: Home, disk: Limited | Small) -> None:
    put(home.mail / "INBOX", letter())
    assert home.triage("poll").code == 0
    for number in range(60):
        text = "Could you send me the offer?\n" * 300
        put(home.mail / "INBOX", letter(sender=f"P{number} <p{number}@many.example>", text=text))
    poll = disk.full_for(home, "poll")
    assert (poll.code, len(poll.err.splitlines())) == (5, 2), poll
    assert home.triage("poll", "--json").json["counts"]["owed"] == 61
