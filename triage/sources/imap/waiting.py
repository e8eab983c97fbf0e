"""The time between two passes over an IMAP account: listening where the server can tell, sleeping where not."""

import contextlib
import logging
import select
import socket
import time
from collections.abc import Callable

from triage.sources.imap.cursor import Opened
from triage.sources.imap.idle import Ending, Patience
from triage.sources.imap.mailboxes import Box
from triage.sources.imap.wire import FAULTS, Connection

log = logging.getLogger(__name__)

# What ends sooner than this (seconds) time and again must not drive us.
_SOON = 30.0
# Seconds before listening again after so many announcements in a row that came soon and brought nothing.
_PAUSES = (0.0, 0.0, 1.0, 3.0, 10.0, 30.0)
PATIENCE = Patience()


class Waiting:
    """Used from the source's thread, but for `wake`, which any thread may call."""

    def __init__(self, source: str, patience: Patience = PATIENCE) -> None:
        self._source = source
        self._patience = patience
        self._watched: tuple[Box, Opened] | None = None
        self._deaths = 0
        self._false_alarms = 0
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)

    def watch(self, box: Box, seen: Opened) -> None:
        """A pass came to its end: listen on this mailbox, which the pass found so."""
        self._watched = box, seen

    def worth_it(self) -> None:
        """A pass brought something: if the server announced that, it is not crying wolf."""
        self._false_alarms = 0

    def wait(self, connection: Connection | None, seconds: float, drop: Callable[[], None]) -> None:
        """Until the server announces anything, or `wake`, or for `seconds`. A dead connection is dropped at once."""
        end, asleep = time.monotonic() + seconds, self._patience.slept()
        if not self._told(connection, end, drop):
            self._rested(end - time.monotonic())
        if self._patience.slept() - asleep > self._patience.nap:
            drop()
        if self._rested(0):
            self._woken.recv(4096)

    def wake(self) -> None:
        """End a running or the next `wait`."""
        with contextlib.suppress(OSError):  # full: it is awake already; closed: nobody waits
            self._waker.send(b"\0")

    def close(self) -> None:
        """Nobody will wait any more."""
        self._woken.close()
        self._waker.close()

    def _rested(self, seconds: float) -> bool:
        """Sleep; True as soon as somebody calls `wake`."""
        return bool(select.select([self._woken], [], [], max(0.0, seconds))[0])

    def _told(self, connection: Connection | None, end: float, drop: Callable[[], None]) -> bool:
        """Listen. True when it is time for a pass, False when the rest of the time is only to be slept."""
        pause = _PAUSES[min(self._false_alarms, len(_PAUSES) - 1)]
        if self._rested(min(pause, end - time.monotonic())):
            return True
        if not (connection and self._watched) or time.monotonic() >= end:
            return False
        started = time.monotonic()
        try:
            ending = self._listened(connection, *self._watched, end)
        except FAULTS as error:
            log.info("source=%s event=line-died kind=%s", self._source, type(error).__name__)
            drop()
            self._deaths = self._deaths + 1 if time.monotonic() - started < _SOON else 0
            return self._deaths < 2  # then the rest of the round is slept off
        self._deaths = 0
        hasty = ending is Ending.NEWS and time.monotonic() - started < _SOON
        self._false_alarms = self._false_alarms + 1 if hasty else 0
        return ending is not Ending.REFUSED

    def _listened(self, connection: Connection, box: Box, seen: Opened, end: float) -> Ending:
        """Open the mailbox first, if the pass did anything after looking at it: what was announced meanwhile, IDLE
        would not tell again.
        """
        if not connection.can_idle():
            return Ending.REFUSED
        if connection.last_look != (box.raw, seen) and connection.examine(box.raw) != seen:
            return Ending.NEWS
        rest = max(0.0, end - time.monotonic())
        return connection.idle(rest, self._woken, exists=seen.exists, patience=self._patience)
