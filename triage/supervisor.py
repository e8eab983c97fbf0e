"""What systemd is told of the daemon, by sd_notify(3). Where nobody listens nothing is sent."""

import logging
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

log = logging.getLogger(__name__)

PATIENCE = 1.0


@dataclass(slots=True)
class Supervisor:
    """Speaks to the socket at `address`; empty: to nobody. `period` is the longest silence it bears, if it watches.

    Every message goes out on a socket of its own, so that a signal handler may speak in the middle of another. One that
    cannot be sent within a second is logged and dropped: the daemon's work goes before talking of it.
    """

    address: str = ""
    period: timedelta | None = None
    _status: str = field(default="", init=False)

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> "Supervisor":
        """As this process was started. A watchdog that waits for another process (WATCHDOG_PID) is none of ours."""
        address, micros = environ.get("NOTIFY_SOCKET", ""), environ.get("WATCHDOG_USEC", "")
        ours = environ.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
        watched = ours and micros.isdecimal() and int(micros) > 0
        return cls(
            address if address[:1] in ("/", "@") else "", timedelta(microseconds=int(micros)) if watched else None
        )

    @property
    def listens(self) -> bool:
        """Is there anybody to tell?"""
        return bool(self.address)

    @property
    def pause(self) -> timedelta | None:
        """How long the loop may wait at most: half the period (sd_watchdog_enabled(3)). None without a watchdog."""
        return self.period / 2 if self.period else None

    def ready(self) -> None:
        """The first plan is made, or the configuration is read anew."""
        self._send("READY=1")

    def alive(self) -> None:
        """For the main loop only: whoever else vouched for it would hide that it hangs."""
        if self.period:
            self._send("WATCHDOG=1")

    def status(self, words: str) -> None:
        """One line for `systemctl status`, sent when it changes."""
        line = " ".join(words.split())
        if line != self._status:
            self._status = line
            self._send(f"STATUS={line}")

    def reloading(self) -> None:
        """The configuration is being read; `ready` must follow, whatever comes of it."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """The daemon is about to end."""
        self._send("STOPPING=1")

    def _send(self, words: str) -> None:
        if not self.address:
            return
        where = "\0" + self.address[1:] if self.address[0] == "@" else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
                out.settimeout(PATIENCE)
                out.sendto(words.encode(), where)
        except OSError as error:
            log.info("event=supervisor-deaf error=%s", type(error).__name__)
