"""Notices handed to the user's own command, as JSON on its stdin: a phone, a lamp, a chat."""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import PurePath

from triage.core.plain import plain, plain_lines
from triage.model.notices import Bubble

log = logging.getLogger(__name__)

PATIENCE = 20.0
GRACE = 2.0


class CommandSink:
    """Runs the command once a bubble, each in a thread of its own; it is no shell's business what the text holds.

    A command that fails is logged by its name, one that takes longer than `patience` seconds is killed with all it
    started. Neither holds up or repeats the notice.
    """

    def __init__(self, command: tuple[str, ...], *, patience: float = PATIENCE) -> None:
        self._command = command
        self._patience = patience
        self._running: dict[threading.Thread, subprocess.Popen[bytes] | None] = {}

    def show(self, bubble: Bubble) -> None:
        """Returns at once."""
        thread = threading.Thread(target=self._run, args=(as_json(bubble),), name="reminder-command", daemon=True)
        self._running[thread] = None
        thread.start()

    def close(self, bubble_id: str) -> None:
        """The command hears of new notices only."""

    def shutdown(self) -> None:
        """Wait two seconds for what still runs, then kill it."""
        deadline = time.monotonic() + GRACE
        for thread in tuple(self._running):
            thread.join(max(0.0, deadline - time.monotonic()))
            process = self._running.get(thread)
            if process:
                _kill(process)

    def _run(self, notice: bytes) -> None:
        name = PurePath(self._command[0]).name
        try:
            code = self._feed(notice)
            if code:
                log.warning("event=reminder-command-failed command=%s code=%d", name, code)
        except subprocess.TimeoutExpired:
            log.warning("event=reminder-command-killed command=%s seconds=%.0f", name, self._patience)
        except (OSError, ValueError) as error:
            log.warning("event=reminder-command-failed command=%s error=%s", name, type(error).__name__)
        finally:
            self._running.pop(threading.current_thread(), None)

    def _feed(self, notice: bytes) -> int:
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._running[threading.current_thread()] = process
        with process:
            try:
                process.communicate(notice, timeout=self._patience)
            except subprocess.TimeoutExpired:
                _kill(process)
                raise
        return process.returncode


def as_json(bubble: Bubble) -> bytes:
    """The notice as one line of JSON, its texts plain; lines of the body are kept apart."""
    return (
        json.dumps(
            {
                "id": bubble.id,
                "title": plain(bubble.title),
                "body": "\n".join(plain_lines(bubble.body)),
                "actions": [{"id": action.id, "label": plain(action.label)} for action in bubble.actions],
            },
            ensure_ascii=False,
        ).encode()
        + b"\n"
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With its children; the group is the process's own because it leads a session."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
