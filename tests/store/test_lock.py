"""One holder at a time, known by its pid, free when it dies."""

import multiprocessing
import os
import signal
import stat
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from triage.errors import TriageError
from triage.store.lock import NAME, Lock, holder

FORK = multiprocessing.get_context("fork")


def hold(state: Path, ready: Connection) -> None:
    Lock.acquire(state)
    ready.send(None)
    signal.pause()


def test_a_second_one_hears_the_pid(tmp_path: Path) -> None:
    assert holder(tmp_path) is None
    lock = Lock.acquire(tmp_path)
    assert holder(tmp_path) == os.getpid()
    with pytest.raises(TriageError, match=rf"already running \(pid {os.getpid()}\)") as caught:
        Lock.acquire(tmp_path)
    assert caught.value.exit_code == 1
    lock.release()
    lock.release()
    assert holder(tmp_path) is None
    Lock.acquire(tmp_path).release()


def test_death_frees_it_though_the_pid_stays_written(tmp_path: Path) -> None:
    ours, theirs = FORK.Pipe()
    process = FORK.Process(target=hold, args=(tmp_path, theirs))
    process.start()
    ours.recv()
    assert holder(tmp_path) == process.pid
    process.kill()
    process.join()
    assert (tmp_path / NAME).read_text().strip() == str(process.pid)
    assert holder(tmp_path) is None
    Lock.acquire(tmp_path).release()


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_its_file_is_private_under_any_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        Lock.acquire(tmp_path / "a" / "b").release()
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a", tmp_path / "a/b", tmp_path / "a/b" / NAME)]
    assert modes == [0o700, 0o700, 0o600]
