"""A source kept in a process of its own, for what its libraries cost; the house sees a source like any other.

The process is started at the first fetch, spoken to over a socket pair, and ends with us however we end.
"""

import contextlib
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from triage import errors
from triage.errors import SourceUnreachable, TriageError
from triage.model.mail import Batch
from triage.settings import SourceSettings

log = logging.getLogger(__name__)

END_WITHIN = 5.0
HOUSE = str(Path(__file__).parents[2])
CHILD = "triage.sources.apart_child"


class Apart:
    """Implements `triage.sources.base.Source`. The password is handed over at each sign-in and kept nowhere."""

    def __init__(self, settings: SourceSettings, password: Callable[[], str], module: str, class_: str) -> None:
        """`module` and `class_` name the source to build there, from settings and a way to the password."""
        self.name = settings.name
        self._settings = settings
        self._password = password
        self._place = module, class_
        self._child: tuple[subprocess.Popen[bytes], Connection] | None = None
        self._woken = threading.Event()

    def fetch(self, cursor: str | None) -> Batch:
        try:
            return self._answer(self._talking(), ("fetch", cursor))
        except (EOFError, OSError) as error:
            self._end()
            raise SourceUnreachable(
                f"{self.name}: what reads it ended in the middle", hint="it is started again by itself"
            ) from error

    def wait(self, seconds: float) -> None:
        """For `seconds` or until `wake`: there is nothing to listen to."""
        self._woken.wait(seconds)
        self._woken.clear()

    def wake(self) -> None:
        self._woken.set()

    def cut(self) -> None:
        """End the process: what it waits for fails now."""
        if child := self._child:
            child[0].kill()

    def close(self) -> None:
        self._end()

    def _talking(self) -> Connection:
        """The line to the process, a new one where there is none or it died."""
        if self._child and self._child[0].poll() is None:
            return self._child[1]
        self._end()
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                # -P: nothing of the current folder is imported, where it may hold a file of a library's name.
                [sys.executable, "-P", "-m", CHILD, str(theirs.fileno())],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (HOUSE, os.environ.get("PYTHONPATH"))))},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # A terminal's Ctrl-C is for us, who end it in order.
                start_new_session=True,
            )
        connection = Connection(ours.detach())
        self._child = process, connection
        connection.send((*self._place, self._settings))
        log.info("source=%s event=apart pid=%d", self.name, process.pid)
        return connection

    def _answer(self, connection: Connection, question: tuple[str, Any]) -> Batch:
        connection.send(question)
        while True:
            kind, *rest = connection.recv()
            if kind == "password":
                connection.send(self._secret())
            elif kind == "batch":
                batch: Batch = rest[0]
                return batch
            else:
                raise raised(*rest)

    def _secret(self) -> tuple[Any, ...]:
        try:
            return "password", self._password()
        except TriageError as error:
            return "error", *told(error)

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        process, connection = child
        with contextlib.suppress(OSError):
            connection.close()  # which is how it learns that it is time
        try:
            process.wait(END_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def told(error: TriageError) -> tuple[str, str, str, float]:
    """An error of ours for the other process: its class, message, hint, and how long to wait."""
    return type(error).__name__, error.message, error.hint, getattr(error, "wait", 0.0)


def raised(name: str, message: str, hint: str, wait: float) -> TriageError:
    if name == SourceUnreachable.__name__:
        return SourceUnreachable(message, hint=hint, wait=wait)
    kind = getattr(errors, name, TriageError)
    error: TriageError = kind(message, hint=hint)
    return error


def listening(descriptor: int) -> Connection:
    """The other end of the line, in the child."""
    os.set_inheritable(descriptor, False)
    return Connection(descriptor)
