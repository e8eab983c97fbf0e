"""The lock of the one writer: a flock'ed file that holds its pid, let go by the kernel when the process ends."""

import fcntl
import os
import time
from pathlib import Path

from triage.errors import TriageError
from triage.store.faults import on_disk
from triage.store.files import make_file, make_folder

NAME = "triage.lock"
AGAIN = "triage.again"


class Lock:
    """Held from `acquire` to `release` or the end of the process, however it ends.

    Set the SIGUSR1 handler before taking it: others send that signal to the pid they find.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def acquire(cls, state_dir: Path) -> "Lock":
        """Take the lock, or TriageError naming the pid that has it."""
        path = state_dir / NAME
        with on_disk(path):
            make_folder(state_dir)
            descriptor = make_file(path)
        if not _taken(descriptor):
            os.close(descriptor)
            pid = holder(state_dir)
            raise TriageError(
                f"already running (pid {pid})" if pid else "already running",
                hint="triage status shows what it knows; stop it before starting another",
            )
        lock = cls(descriptor)
        try:
            with on_disk(path):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        except BaseException:
            lock.release()
            raise
        return lock

    def release(self) -> None:
        """Let others have it; twice is once."""
        if self._descriptor < 0:
            return
        # Without a pid before it is free: nobody signals a number that may belong to another program tomorrow.
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)
        self._descriptor = -1


def holder(state_dir: Path) -> int | None:
    """The pid that holds the lock now, None when nobody does; a pid left by a killed process does not count."""
    try:
        descriptor = os.open(state_dir / NAME, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        digits = os.pread(descriptor, 20, 0).strip()
        return int(digits) if digits.isdigit() else None
    finally:
        os.close(descriptor)
    return None


def ask_again(state_dir: Path) -> None:
    """Leave word that refused credentials may be tried once more; then signal the holder.

    A file and not the signal alone, because marks come with the same signal, and signals merge.
    """
    path = state_dir / AGAIN
    with on_disk(path):
        os.close(make_file(path))


def asked_again(state_dir: Path) -> bool:
    """Was that word left since this was last asked? For the holder; also in a signal handler."""
    try:
        (state_dir / AGAIN).unlink()
    except OSError:
        return False
    return True


def _taken(descriptor: int) -> bool:
    """Try for a moment: `holder` of another process has the lock shared for an instant while it looks."""
    for _ in range(20):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.005)
        else:
            return True
    return False
