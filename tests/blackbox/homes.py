"""A user's home for the installed program: a configuration, mail, and the program run in processes of its own."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TRIAGE = [sys.executable, "-m", "triage"]
ROBIN = "robin@example.org"
ADA = "Ada King <ada@bakery.example>"
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document that standard output is."""
        return json.loads(self.out)


class Home:
    """A folder that stands for a user's home. Nothing of the machine's own user reaches the program."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config = root / "config" / "triage" / "config.toml"
        self.state = root / "state" / "triage"
        self.mail = root / "mail"
        self.config.parent.mkdir(parents=True)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(root),
            "XDG_CONFIG_HOME": str(root / "config"),
            "XDG_STATE_HOME": str(root / "state"),
            "XDG_RUNTIME_DIR": str(root / "runtime"),
            "TRIAGE_CONFIG": str(self.config),
            "PYTHONPATH": str(ROOT),
            "PYTHON_KEYRING_BACKEND": "tests.blackbox.keyring_file.Keyring",
            "TEST_KEYRING": str(root / "keyring.json"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={root / 'no-bus'}",
            "LC_ALL": "C.UTF-8",
            "TMPDIR": str(root),
        }

    def configure(self, *sources: str, workday: str | None = None, more: str = "") -> None:
        """Write config.toml; without sources it reads the Maildir `mail`."""
        parts = [f'[me]\nname = "Robin Vale"\naddresses = ["{ROBIN}"]\nteam = ["*@example.org"]']
        parts += [workday or whole_day(), *(sources or (maildir("mail", self.mail),)), more]
        self.config.write_text("\n\n".join(parts) + "\n", encoding="utf-8")

    def triage(
        self, *words: str, stdin: str | None = None, env: Mapping[str, str] | None = None, **more: Any
    ) -> Result:
        """Run the command to its end."""
        run = subprocess.run(
            [*TRIAGE, *words],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            env={**self.env, **(env or {})},
            cwd=self.root,
            timeout=60,
            check=False,
            start_new_session=True,
            **more,
        )
        return Result(code=run.returncode, out=run.stdout, err=run.stderr)

    @contextmanager
    def daemon(self, *, env: Mapping[str, str] | None = None) -> Iterator["Running"]:
        """`triage run`, from the moment it can be signalled; ended by SIGTERM at the latest."""
        process = subprocess.Popen(
            [*TRIAGE, "run"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**self.env, **(env or {})},
            cwd=self.root,
            start_new_session=True,
        )
        running = Running(self, process)
        try:
            running.wait_until(lambda: self._started(process.pid))
            yield running
        finally:
            running.kill()

    def _started(self, pid: int) -> bool:
        return (self.state / "triage.lock").exists() and (self.state / "triage.lock").read_text() == f"{pid}\n"


@dataclass
class Running:
    """A daemon as its user's system sees it: what it logs, its status, its end."""

    home: Home
    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)
    _said: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            with self._said:
                self.log.append(line)
                self._said.notify_all()

    def logged(self, words: str, timeout: float = 20) -> str:
        """The first line of the log that holds these words, as soon as it is there."""
        with self._said:
            there = self._said.wait_for(lambda: any(words in line for line in self.log), timeout)
            assert there, f"{words!r} was not logged: {self.log}"
            return next(line for line in self.log if words in line)

    def said(self, words: str) -> int:
        """How many lines of the log hold these words."""
        with self._said:
            return sum(words in line for line in self.log)

    def wait_until(self, claim: Callable[[], bool], timeout: float = 20) -> None:
        """For what only a look from outside can tell; returns at once when it holds."""
        end = time.monotonic() + timeout
        while not claim():
            assert self.process.poll() is None, f"the daemon ended: {self.log}"
            assert time.monotonic() < end, f"never came true: {self.log}"
            with self._said:
                self._said.wait(0.02)

    def status(self) -> Any:
        """`status --json` now."""
        return self.home.triage("status", "--json").json

    def source(self, name: str) -> Any:
        """How this source fares now."""
        return next(source for source in self.status()["sources"] if source["name"] == name)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def end(self) -> float:
        """SIGTERM; the seconds until it was gone."""
        begun = time.monotonic()
        self.process.terminate()
        self.process.wait(20)
        return time.monotonic() - begun

    def kill(self) -> None:
        """Gone in any case."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


# --- time --------------------------------------------------------------------------------------------------------


# It is about noon there, and no summer time moves it: no test runs across a midnight.
AHEAD = 12 - datetime.now(UTC).hour
ZONE = f"Etc/GMT{-AHEAD:+d}" if AHEAD else "Etc/GMT"


def local(moment: datetime) -> datetime:
    """This moment on the clock of `ZONE`."""
    return moment + timedelta(hours=AHEAD)


def whole_day() -> str:
    """A [workday] that is the same on every day of the week, and open now."""
    return f'[workday]\ntimezone = "{ZONE}"\ndays = "mon-sun"\nstart = "09:00"\nend = "17:00"'


def day_ending_in(minutes: int) -> str:
    """A [workday] whose end is this many minutes away, at most a minute less."""
    end = local(datetime.now(UTC) + timedelta(minutes=minutes))
    return f'[workday]\ntimezone = "{ZONE}"\ndays = "mon-sun"\nstart = "09:00"\nend = "{end:%H:%M}"'


def ago(**length: float) -> datetime:
    """A moment in the past."""
    return datetime.now(UTC) - timedelta(**length)


# --- mail --------------------------------------------------------------------------------------------------------


def letter(
    subject: str = "Quote for March",
    *,
    text: str = "Hello Robin,\n\ncould you send me the revised quote?\n\nAda",
    sender: str = ADA,
    to: str = ROBIN,
    at: datetime | None = None,
    **headers: str,
) -> bytes:
    """An invented message; `in_reply_to` and the like become headers."""
    mail = EmailMessage()
    mail["Message-ID"] = f"<blackbox-{os.getpid()}-{next(_NUMBERS)}@bakery.example>"
    mail["Date"] = format_datetime(at or ago(hours=1))
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    for name, value in headers.items():
        mail[name.replace("_", "-").title()] = value
    mail.set_content(text)
    return mail.as_bytes()


def put(folder: Path, raw: bytes, at: datetime | None = None) -> Path:
    """Deliver into a Maildir, received at this moment, by default an hour ago."""
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    path = folder / "new" / f"{int((at or ago(hours=1)).timestamp())}.{next(_NUMBERS)}.example"
    path.write_bytes(raw)
    return path


def maildir(name: str, path: Path, more: str = "") -> str:
    """A Maildir as a [[source]], read when poked only."""
    return f'[[source]]\nname = "{name}"\nkind = "maildir"\npath = "{path}"\npoll = "1h"\nstale_after = "2h"\n{more}'


def imap(name: str, user: str, port: int, security: str = "none", more: str = "") -> str:
    """An account on a loopback server as a [[source]], read when poked only."""
    place = f'host = "{"127.0.0.1" if security == "none" else "localhost"}"\nport = {port}\nsecurity = "{security}"'
    rest = f'user = "{user}"\npoll = "1h"\nstale_after = "2h"\n{more}'
    return f'[[source]]\nname = "{name}"\nkind = "imap"\n{place}\n{rest}'
