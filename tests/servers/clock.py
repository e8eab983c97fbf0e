"""Simulated time for a program that knows nothing of it: its clocks and waits are replaced by a preloaded library.

Time is moved on only while every thread of the program sleeps, and then to the moment the first of them wants to wake:
days pass in seconds, and yet nothing happens at another moment than it would have.
"""

import mmap
import shutil
import struct
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

APT = "apt-get install --no-install-recommends gcc libc6-dev"
SHIM = Path(__file__).with_name("clock_shim.c")
# As clock_shim.c has them: moved, wall, taken; then of each thread tid, turns, until, expects.
_HEAD, _THREAD, _THREADS = struct.Struct("=ddq"), struct.Struct("=qqdq"), 256
# Real seconds that another program has for its answer before time moves on; and that ours may work at one go.
ANSWER, WORK = 0.5, 30.0


@dataclass(frozen=True, slots=True)
class _Sleep:
    """One thread's wait: in which turn, until when by CLOCK_MONOTONIC, and whether somebody is expected to answer."""

    turn: int
    until: float
    expects: bool


class Clock:
    """The one clock of all programs started with `env`; it stands at `now` in the beginning and runs on by itself.

    The program that `run` looks at is started with `watched` instead.
    """

    def __init__(self, folder: Path, now: datetime) -> None:
        path = folder / "clock"
        path.write_bytes(bytes(_HEAD.size + _THREAD.size * _THREADS))
        with path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), 0)
        self._wall, self._moved = now.timestamp() - time.time(), 0.0
        self._page[: _HEAD.size] = _HEAD.pack(self._moved, self._wall, 0)
        self.env: Mapping[str, str] = {"LD_PRELOAD": str(_library(folder)), "SIMULATED_CLOCK": str(path)}
        self.watched: Mapping[str, str] = {**self.env, "SIMULATED_CLOCK_WATCHED": "1"}

    def now(self) -> datetime:
        """The moment it shows."""
        return datetime.fromtimestamp(time.time() + self._wall + self._moved, UTC)

    def run(self, pid: int, until: datetime, each: Callable[[], None] = lambda: None) -> None:
        """Let time pass over this program; `each` is called whenever all of it sleeps, ahead of the next moment.

        Time that stands on a busy program for too long fails the test.
        """
        while (left := (until - self.now()).total_seconds()) > 0:
            wakes = self._first_to_wake(pid)
            each()
            self._move(min(left, wakes - (time.monotonic() + self._moved)))

    def _move(self, seconds: float) -> None:
        self._moved += max(0.0, seconds)
        self._page[:8] = struct.pack("=d", self._moved)

    def _first_to_wake(self, pid: int) -> float:
        """When the first thread wakes, as soon as all of them sleep and nobody is about to be answered."""
        end = time.monotonic() + WORK
        seen, since = None, 0.0
        while time.monotonic() < end:
            waits = self._all_waits(pid)
            if waits != seen:
                seen, since = waits, time.monotonic()
                continue
            answered = time.monotonic() - since >= ANSWER * any(one.expects for one in (waits or {}).values())
            if waits and answered and self._at_rest(pid, waits):
                return min(one.until for one in waits.values())
            time.sleep(0.0003)
        raise AssertionError(f"process {pid} did not come to rest in {WORK} s: {seen}")

    def _at_rest(self, pid: int, waits: Mapping[int, _Sleep]) -> bool:
        """Whoever was called meanwhile is ready to run, though it may not have run yet."""
        return all(_state(pid, thread) == "S" for thread in waits) and self._all_waits(pid) == waits

    def _all_waits(self, pid: int) -> dict[int, _Sleep] | None:
        """What every thread waits for; None while one of them works."""
        known = self._waits()
        threads = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
        waits = {thread: known[thread] for thread in threads if thread in known and known[thread].until}
        return waits if len(waits) == len(threads) else None

    def _waits(self) -> dict[int, _Sleep]:
        threads = _THREAD.iter_unpack(self._page[_HEAD.size :])
        return {tid: _Sleep(turn, until, bool(expects)) for tid, turn, until, expects in threads if tid}


def _state(pid: int, thread: int) -> str:
    with suppress(OSError):  # it ended just now
        return Path(f"/proc/{pid}/task/{thread}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


def _library(folder: Path) -> Path:
    """The shim, compiled. Where it cannot be, or the interpreter does not listen to it, the test fails with the why."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    assert compiler, f"a C compiler is missing: {APT}"
    library = folder / "clock_shim.so"
    command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(SHIM), "-ldl", "-lm"]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, f"{APT}\n{built.stderr}"
    return library
