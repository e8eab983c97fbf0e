"""IDLE (RFC 2177): told at once what happens in the examined mailbox; no word lost, no dead line believed.

`idle_check` of imapclient misses what came together with the answer before, takes a dead line for silence and tears
lines. So neither it nor imaplib reads anything here: from before IDLE until its last answer the socket is ours.
"""

import io
import re
import select
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imaplib import IMAP4

# Nothing a server says in IDLE is nearly as long.
LONGEST_LINE = 65_536
_TAGS = count(1)
_SAID = re.compile(rb"\* (?:(\d{1,10}) )?([A-Z]+)", re.IGNORECASE)
# Keepalives, warnings, and flags, which are not read. Whatever else is said is worth a look.
_NO_NEWS = {b"OK", b"NO", b"BAD", b"FETCH", b"FLAGS", b"RECENT", b"CAPABILITY"}


def slept() -> float:
    """Seconds the machine has slept since it started, where the system counts them (Linux); else 0."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return 0.0 if clock is None else time.clock_gettime(clock) - time.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds: after how long IDLE is renewed (routers forget silent lines), how long an answer may take, how long a
    refusal stands, and after which nap of the machine a connection is taken for dead; `slept` counts its naps.
    """

    renew: float = 9 * 60
    answer: float = 15
    refusal: float = 60 * 60
    nap: float = 5
    slept: Callable[[], float] = slept


class Ending(Enum):
    """Why listening ended: something was announced; time is over or the waker called; the server does not do it; the
    machine slept, and the other side may have hung up long ago: the connection is left in IDLE and is to be dropped.
    """

    NEWS = "news"
    QUIET = "quiet"
    REFUSED = "refused"
    SLEPT = "slept"


class Lines:
    """Whole lines from a socket, however torn on their way. `begun` was read from it before."""

    def __init__(self, line: socket.socket, begun: bytes = b"") -> None:
        self.begun = begun
        self._line = line

    def next(self, seconds: float, woken: socket.socket | None = None) -> bytes | None:
        """The next line without its end; None after `seconds`, or when `woken` can be read.

        Raises EOFError when the line is dead, OSError when it broke, ValueError when this is not a line.
        """
        end = time.monotonic() + seconds
        while b"\n" not in self.begun:
            if len(self.begun) > LONGEST_LINE:
                raise ValueError("a line without an end")
            # Always read before waiting: what TLS has decrypted already, select does not see.
            if (chunk := self._received()) is not None:
                self.begun += chunk
            elif not self._speaks(max(0.0, end - time.monotonic()), woken):
                return None
        line, _, self.begun = self.begun.partition(b"\n")
        return line.rstrip(b"\r")

    def _received(self) -> bytes | None:
        timeout = self._line.gettimeout()
        self._line.setblocking(False)
        try:
            chunk = self._line.recv(LONGEST_LINE)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        finally:
            self._line.settimeout(timeout)
        if not chunk:
            raise EOFError("the server hung up")
        return chunk

    def _speaks(self, seconds: float, woken: socket.socket | None) -> bool:
        lines = [self._line, woken] if woken else [self._line]
        return self._line in select.select(lines, [], [], seconds)[0]


def read_ahead(imap: "IMAP4") -> bytes | None:
    """What imaplib took off the socket beyond its last answer, taken from it; None when there is no way to know.

    Python 3.14 keeps it in `_readbuf`, and its `file` is a property that only warns; before, `file` is the buffer.
    """
    kept = vars(imap)
    if isinstance(kept.get("_readbuf"), list):
        ahead = b"".join(kept["_readbuf"])
        kept["_readbuf"].clear()
        return ahead
    if isinstance(kept.get("file"), io.BufferedReader):
        return _taken(kept["file"], imap.sock)
    return None


def _taken(file: io.BufferedReader, line: socket.socket) -> bytes:
    timeout = line.gettimeout()
    line.setblocking(False)
    try:
        return file.read(len(file.peek()))
    except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
        return b""
    finally:
        line.settimeout(timeout)


def idle(imap: "IMAP4", seconds: float, woken: socket.socket, *, exists: int, patience: Patience) -> Ending:
    """Listen on the mailbox that is examined and held `exists` messages then.

    Raises EOFError, OSError and ValueError when the line is dead or talks nonsense: the connection is then only good
    to be dropped. `woken` is looked at, not read.
    """
    begun = read_ahead(imap)
    if begun is None:
        return Ending.REFUSED
    end, asleep = time.monotonic() + seconds, patience.slept()
    talk = _Talk(imap, Lines(imap.sock, begun), exists, patience.answer)
    while True:
        talk.start()
        talk.listen(min(end - time.monotonic(), patience.renew), woken)
        if patience.slept() - asleep > patience.nap:
            return Ending.SLEPT
        talk.stop()
        if talk.news:
            return Ending.NEWS
        if talk.refused:
            return Ending.REFUSED
        if time.monotonic() >= end or select.select([woken], [], [], 0)[0]:
            return Ending.QUIET


class _Talk:
    """One IDLE after another on a connection, and whether anything was announced in them."""

    def __init__(self, imap: "IMAP4", lines: Lines, exists: int, patience: float) -> None:
        self.news = False
        self.refused = False
        self._imap = imap
        self._lines = lines
        self._exists = exists
        self._patience = patience
        self._tag = b""
        self._over = True

    def start(self) -> None:
        """Into IDLE, if the server goes there."""
        self._tag = b"idle%d" % next(_TAGS)  # imaplib's tags are four capitals and a number
        self._over = False
        self._imap.send(self._tag + b" IDLE\r\n")
        end = time.monotonic() + self._patience
        while not self._over:
            line = self._answer(end)
            if line.startswith(b"+"):
                return
            self._note(line)

    def listen(self, seconds: float, woken: socket.socket) -> None:
        """Until the first news, for at most `seconds`."""
        end = time.monotonic() + seconds
        while not (self.news or self._over) and time.monotonic() < end:
            line = self._lines.next(end - time.monotonic(), woken)
            if line is None:
                break
            self._note(line)
        # Refused at the start, or ended by the server itself: it would be asked again and again.
        self.refused = self._over

    def stop(self) -> None:
        """Out of IDLE. What is said meanwhile counts; no line stays half read, imaplib would get its rest."""
        if not self._over:
            self._imap.send(b"DONE\r\n")
        end = time.monotonic() + self._patience
        while not self._over or self._lines.begun:
            self._note(self._answer(end))

    def _answer(self, end: float) -> bytes:
        line = self._lines.next(end - time.monotonic()) if time.monotonic() < end else None
        if line is None:
            raise TimeoutError("no answer to IDLE")
        return line

    def _note(self, line: bytes) -> None:
        if line.startswith(self._tag + b" "):
            self._over = True
        if not line.startswith(b"* "):  # that, or another "+ idling": nothing about the mailbox
            return
        said = _SAID.match(line)
        number, word = (said[1], said[2].upper()) if said else (None, b"")
        if word == b"BYE":
            raise EOFError("the server says goodbye")
        # Some servers say at each IDLE how much there is.
        known = word == b"EXISTS" and number is not None and int(number) == self._exists
        self.news = self.news or not (known or word in _NO_NEWS)
