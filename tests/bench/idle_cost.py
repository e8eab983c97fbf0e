"""What the daemon costs while nothing happens: three IMAP accounts on one Dovecot, all of them listening with IDLE.

    python -m tests.bench.idle_cost [MINUTES] [MESSAGES]

After the first read it is left alone for as long: CPU, wake-ups by thread (voluntary context switches), memory.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.blackbox.homes import ROBIN, Home, Running, letter, whole_day
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.servers.notifications import Recorder, SessionBus

SOURCES = ("office", "home", "club")
SETTLING = 20
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a process has used until now: CPU seconds, and the times each of its threads went to sleep, by its place."""

    at: float
    cpu: float
    sleeps: dict[int, int]

    @classmethod
    def by(cls, pid: int) -> "Spent":
        """Read it now; the main thread comes first, the others as they were started."""
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        tasks = sorted(Path(f"/proc/{pid}/task").iterdir(), key=lambda task: int(task.name))
        sleeps = {int(task.name): int(field(task / "status", "voluntary_ctxt_switches")) for task in tasks}
        return cls(at=time.monotonic(), cpu=(int(user) + int(system)) / TICKS, sleeps=sleeps)


def field(status: Path, name: str) -> str:
    """A value of /proc/…/status, without its unit."""
    return next(line.split()[1] for line in status.read_text().splitlines() if line.startswith(name + ":"))


def accounts(server: Dovecot, messages: int) -> Iterator[str]:
    """A [[source]] for each account, with the default poll. Each has Sent and Trash, and this many messages in INBOX,
    of which one in ten waits for an answer.
    """
    for name in SOURCES:
        account = server.account()
        for mailbox in ("Dispatched", "Trash"):
            account.deliver(letter(sender=f"Robin Vale <{ROBIN}>"), mailbox, flags="S")
        for number in range(messages):
            received = datetime.now(UTC) - timedelta(minutes=20 * number + 5)
            more = {"list_unsubscribe": "<mailto:off@example.com>"} if number % 10 else {}
            raw = letter(f"Plan {number}", sender=f"P{number} <p{number}@{name}.example>", at=received, **more)
            account.deliver(raw, received=received)
        place = f'host = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\nuser = "{account.user}"'
        yield f'[[source]]\nname = "{name}"\nkind = "imap"\n{place}'


def settled(daemon: Running) -> None:
    """Until all is read, and the noise of starting is over."""
    daemon.wait_until(lambda: all(one["fresh_as_of"] for one in daemon.status()["sources"]), timeout=120)
    time.sleep(SETTLING)


def main(minutes: float = 10, messages: int = 200) -> None:
    """Print one line of figures, then one for each thread."""
    with tempfile.TemporaryDirectory() as folder, running_dovecot() as server, SessionBus() as bus:
        home = Home(Path(folder) / "home")
        home.configure(*accounts(server, int(messages)), workday=f'{whole_day()}\nholidays = "US-NC"')
        env = {f"TRIAGE_PASSWORD_{name.upper()}": PASSWORD for name in SOURCES}
        with Recorder(bus.address), home.daemon(env=env | {"DBUS_SESSION_BUS_ADDRESS": bus.address}) as daemon:
            settled(daemon)
            before = Spent.by(daemon.process.pid)
            time.sleep(60 * minutes)
            after = Spent.by(daemon.process.pid)
            told(before, after, daemon.process.pid)


def told(before: Spent, after: Spent, pid: int) -> None:
    """The figures between two looks."""
    seconds = after.at - before.at
    cpu = 100 * (after.cpu - before.cpu) / seconds
    status = Path(f"/proc/{pid}/status")
    kept, most = (int(field(status, name)) / 1024 for name in ("VmRSS", "VmHWM"))
    print(f"{seconds / 60:.1f} min, {len(SOURCES)} sources: CPU {cpu:.3f} %, RSS {kept:.1f} MiB (peak {most:.1f})")
    for thread, sleeps in after.sleeps.items():
        name = Path(f"/proc/{pid}/task/{thread}/comm").read_text().strip()
        print(f"  {name} {thread}: {60 * (sleeps - before.sleeps.get(thread, 0)) / seconds:.2f} wake-ups a minute")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
