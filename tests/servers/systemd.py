"""A `systemd --user` of our own, on a machine that was booted with whatever else.

It runs in namespaces of its own (mounts, control groups, processes), with no capability left: what it cannot do there
an ordinary user's manager cannot do either.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

MANAGER = Path("/usr/lib/systemd/systemd")
UNIT = "triage.service"

# $1 is the control group to live in, the rest is what to run.
_MOVE = 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"'
# The shell stays: as process 1 systemd would take itself for the system's.
_SETTLE = """
set -eu
mount --make-rprivate /
mkdir -p /run/systemd
mount -t tmpfs -o mode=755 tmpfs /run/systemd
mkdir /run/systemd/system
umount -l -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mkdir /sys/fs/cgroup/init
echo 0 >/sys/fs/cgroup/init/cgroup.procs
"$@"
exit
"""
_POWERLESS = ("setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all")
_APART = ("unshare", "--mount", "--cgroup", "--pid", "--fork", "--kill-child", "--mount-proc")


def obstacle() -> str | None:
    """Why none can be started here, if so: it takes root, namespaces and a control group that can be written."""
    if os.geteuid() != 0:
        return "a systemd --user of our own needs root"
    if subprocess.run([*_APART, "true"], capture_output=True, check=False).returncode:
        return "a systemd --user of our own needs namespaces, which this machine forbids"
    groups = _groups()
    if groups is None or not os.access(groups, os.W_OK):
        return "a systemd --user of our own needs control groups (version 2) that can be written"
    return None


class UserSystemd:
    """The manager of a user whose home is an empty folder. Units and drop-ins are files in `units`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.units = home / ".config" / "systemd" / "user"
        self.units.mkdir(parents=True)
        self._runtime = Path(tempfile.mkdtemp(prefix="su-"))
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(self._runtime)}

    @contextlib.contextmanager
    def running(self) -> Iterator["UserSystemd"]:
        """From when it takes orders; all it started ends with it."""
        with _control_group() as group, (self._runtime / "log").open("wb") as log:
            manager = (str(MANAGER), "--user", "--unit=basic.target", "--log-target=console")
            self._process = subprocess.Popen(
                ["sh", "-c", _MOVE, "sh", group, *_APART, "sh", "-c", _SETTLE, "sh", *_POWERLESS, *manager],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.env,
            )
            try:
                self.wait_until(lambda: self._first() and self.show("SystemState", "") in ("running", "degraded"))
                yield self
            finally:
                self._process.kill()
                self._process.wait()
                shutil.rmtree(self._runtime, ignore_errors=True)

    def systemctl(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Its answer to an order."""
        return self.inside("systemctl", "--user", "--no-pager", *words)

    def inside(self, *command: str, env: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        """Run a command where the manager lives: it trusts nobody whose process it cannot see."""
        return subprocess.run(
            self.entering(*command),
            env={**self.env, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def entering(self, *command: str) -> list[str]:
        """How to run a command in there, for who starts it himself."""
        return ["nsenter", f"--target={self._first()}", "--all", *command]

    def show(self, name: str, unit: str = UNIT) -> str:
        """One property of a unit; of the manager itself where no unit is named."""
        return self.systemctl("show", "--value", f"--property={name}", *([unit] if unit else [])).stdout.strip()

    def change(self, unit: str, *lines: str) -> None:
        """What `systemctl --user edit` would write, and a manager that has read it."""
        folder = self.units / f"{unit}.d"
        folder.mkdir(exist_ok=True)
        (folder / "override.conf").write_text("\n".join(lines) + "\n")
        assert self.systemctl("daemon-reload").returncode == 0

    def _first(self) -> str:
        """The process that is number 1 inside, by its number here."""
        pid = self._process.pid
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().strip()

    def wait_until(self, claim: Callable[[], object], timeout: float = 15) -> None:
        """Only a look from outside can tell; returns when the claim holds."""
        end = time.monotonic() + timeout
        while not claim():
            assert time.monotonic() < end, f"never came true; the manager said: {self.log()}"
            time.sleep(0.05)

    def log(self) -> str:
        """What the manager and the services said."""
        return (self._runtime / "log").read_text(errors="replace")[-4000:]


def _groups() -> Path | None:
    """Where control groups of version 2 are mounted."""
    mounts = (line.split() for line in Path("/proc/mounts").read_text().splitlines())
    return next((Path(where) for _, where, kind, *_ in mounts if kind == "cgroup2"), None)


@contextlib.contextmanager
def _control_group() -> Iterator[str]:
    groups = _groups()
    assert groups
    group = groups / f"triage-test-{os.getpid()}"
    group.mkdir()
    try:
        yield str(group)
    finally:
        _remove(group)


def _remove(group: Path) -> None:
    """With those below it; they are empty a moment after the last process in them was killed."""
    end = time.monotonic() + 5
    for folder in [*sorted(group.rglob("*/"), key=lambda path: -len(path.parts)), group]:
        while folder.exists() and time.monotonic() < end:
            with contextlib.suppress(OSError):
                folder.rmdir()
                break
            time.sleep(0.02)
