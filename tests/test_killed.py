"""Killed without warning twenty times in an afternoon: nothing is lost, nothing stands twice, at most the notice in
flight rings again.
"""

import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from tests.killed import NOON, SPEED
from tests.planning import at
from tests.rounds import configured, key, message_id
from triage.core.cases.state import standings
from triage.model.cases import State
from triage.store import lookups, reads
from triage.store.writer import Store

KILLS = 20
ROOT = Path(__file__).parents[1]


def test_killed_at_any_moment_it_loses_nothing_and_repeats_at_most_the_notice_in_flight(tmp_path: Path) -> None:
    maildir(tmp_path / "mail")
    chance, began = random.Random(7), time.time()
    lives = [chance.uniform(0.35, 0.75) for _ in range(KILLS)]
    for number, seconds in enumerate(lives):
        life = begin(tmp_path, began)
        deliver(tmp_path / "mail", f"m{number}", began)
        with suppress(subprocess.TimeoutExpired):
            life.wait(seconds)
        assert life.poll() is None, "it ended by itself"
        if number % 3 == 0:
            deliver_answer(tmp_path / "mail", f"m{number}", began)
        life.kill()
        life.wait()
    last = begin(tmp_path, began)
    try:
        wait_for_the_evening(tmp_path, began)
    finally:
        last.kill()
        last.wait()
    answered = {f"m{number}" for number in range(0, KILLS, 3)}
    assert_everything_stands_once(tmp_path, answered)
    assert_rings(tmp_path, set(map(key, due_today(tmp_path / "mail") - answered)))


def begin(folder: Path, began: float) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "tests.killed", str(folder), str(began)], cwd=ROOT)


def maildir(path: Path) -> None:
    for box in (path, path / ".Sent"):
        for name in ("cur", "new", "tmp"):
            (box / name).mkdir(parents=True)


def deliver(path: Path, name: str, began: float) -> None:
    write(path, name, began, f"Person {name} <{name}@client.example>", "robin@example.org", "")


def deliver_answer(path: Path, name: str, began: float) -> None:
    header = f"In-Reply-To: {message_id(name)}\n"
    write(path / ".Sent", f"a-{name}", began, "robin@example.org", f"{name}@client.example", header)


def write(box: Path, name: str, began: float, sender: str, to: str, header: str) -> None:
    seconds = int(NOON.timestamp() + (time.time() - began) * SPEED)
    text = (
        f"From: {sender}\nTo: {to}\nSubject: About {name}\nMessage-ID: {message_id(name)}\n{header}\n"
        "Could you send me the revised quote, please?\n"
    )
    file = box / "tmp" / f"{seconds}.{name}.host"
    file.write_text(text, encoding="utf-8")
    file.rename(box / "new" / file.name)


def due_today(path: Path) -> set[str]:
    """Who wrote before the last quarter of an hour; on a slow machine the last ones may not have."""
    files = [file.name.split(".") for file in (path / "new").iterdir()]
    return {name for seconds, name, _ in files if int(seconds) < at("mon 16:45").timestamp()}


def wait_for_the_evening(folder: Path, began: float) -> None:
    """Until the notice at the day's end has had its half hour, or all that rings has rung."""
    end = began + (at("mon 17:30") - NOON).total_seconds() / SPEED
    while time.time() < end + 1:
        time.sleep(0.05)


def assert_everything_stands_once(folder: Path, answered: set[str]) -> None:
    config = configured(folder)
    database = config.state_dir / "triage.db"
    now = at("mon 17:45")
    stored = Counter(entry.message.message_id for entry in lookups.entries_until(database, now))
    sent = {message_id(f"m{number}") for number in range(KILLS)} | {message_id(f"a-{name}") for name in answered}
    assert stored == Counter(sent)
    board = reads.board(database, now, whole=True)
    assert board is not None
    owed = [one.case.thread for one in standings(board, now) if one.state is State.OWED]
    assert sorted(owed) == sorted(key(f"m{number}") for number in range(KILLS) if f"m{number}" not in answered)
    assert Counter(one.cause for one in board.outcomes) == Counter(map(key, answered))
    numbers = [one.number for one in board.cases if one.number]
    assert len(numbers) == len(set(numbers))
    Store.open(database).close()


def assert_rings(folder: Path, waiting: set[str]) -> None:
    lines = [line.split("\t") for line in (folder / "rang.txt").read_text(encoding="utf-8").splitlines()]
    rang = [(datetime.fromisoformat(when), process, set(keys.split())) for when, process, keys, _ in lines]
    for (earlier, process, _), (later, other, _) in pairwise(rang):
        # What was recorded keeps ten minutes; only a process killed before it could record may be followed sooner.
        assert later - earlier >= timedelta(minutes=10) or process != other
    named = set().union(*(keys for _, _, keys in rang))
    assert waiting <= named
