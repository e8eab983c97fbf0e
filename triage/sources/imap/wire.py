"""One IMAP connection as reading uses it: EXAMINE, SEARCH, PEEK, and faults turned into errors of ours."""

import contextlib
import imaplib
import logging
import socket
import ssl
import time
import traceback
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import SourceUnreachable, TriageError
from triage.model.access import Access
from triage.settings import SourceSettings
from triage.sources.imap.cursor import Opened
from triage.sources.imap.idle import Ending, Patience, idle
from triage.sources.imap.login import signed_in
from triage.sources.imap.mailboxes import Listed, listed, statuses
from triage.sources.imap.records import Piece, Record, ranges, records
from triage.sources.imap.token import switched_off
from triage.sources.imap.words import said
from triage.sources.message.mime import FIELDS, TEXT_BYTES

if TYPE_CHECKING:
    from imapclient import IMAPClient

log = logging.getLogger(__name__)

# imaplib gives up on a line of 1,000,000 bytes; a UID has at most ten digits and a space.
MOST_FOUND = 80_000
SLICE = 50_000
HEADER_BYTES = 65_536
HTML_BYTES = 65_536
LOGOUT_TIMEOUT = 2
AGAIN = "it is tried again by itself"

_HEADER = f"UID INTERNALDATE BODY.PEEK[HEADER.FIELDS ({' '.join(FIELDS)})]<0.{HEADER_BYTES}>"
_TEXT = f"{_HEADER} BODY.PEEK[TEXT]<0.{TEXT_BYTES}>"

_RETURN = {b"SPECIAL-USE": "SPECIAL-USE", b"LIST-STATUS": "STATUS (MESSAGES UIDNEXT UIDVALIDITY)"}

# What imaplib, imapclient, ssl and the system raise for a broken line or for answers that are not IMAP.
FAULTS = (imaplib.IMAP4.error, OSError, EOFError, ValueError, LookupError, TypeError, ArithmeticError)


class Connection:
    """A signed-in connection; used from one thread. Once a method raised anything it is only good for `drop`."""

    def __init__(self, client: "IMAPClient", renew: datetime | None = None) -> None:
        self.renew = renew
        self._client = client
        self._imap = client._imap
        self.examined: bytes | None = None
        self.last_look: tuple[bytes, Opened] | None = None
        self.told: dict[bytes, Opened] = {}
        self.refusal = ""
        self._idle_from = 0.0

    @classmethod
    def open(
        cls, settings: SourceSettings, password: Callable[[], str], tokens: Callable[[str], Access] | None = None
    ) -> "Connection":
        """Connect and sign in. From `renew` on another connection is to be opened: what opened this one ends soon."""
        return cls(*signed_in(settings, password, tokens))

    def mailboxes(self, *, status: bool = False) -> tuple[Listed, ...]:
        """Every mailbox that can be opened, with its flags (RFC 6154 where the server has it). With `status`, `told`
        is how they stand, without their being opened, if the server tells that along (RFC 5819). The examined one is
        not among them, since of that a server tells what it announced last (RFC 3501 6.3.10): it is examined anew in
        the same breath (5.5), so that whoever waits for the answers is woken once.
        """
        offered = {*self._client.capabilities()}
        wanted = (b"SPECIAL-USE", b"LIST-STATUS") if status else (b"SPECIAL-USE",)
        asked = " ".join(_RETURN[word] for word in wanted if {word, b"LIST-EXTENDED"} <= offered)
        anew = self.examined if "STATUS" in asked else None
        # Not between the two: of several numbers the last counts, whatever order a server answers in.
        self._imap.untagged_responses.clear()
        listing = self._imap._command("LIST", '""', '"*"', f"RETURN ({asked})" if asked else None)
        examining = anew and self._imap._command("EXAMINE", _quoted(anew))
        kind, text = self._imap._command_complete("LIST", listing)
        self._accept(kind, text, "LIST")
        told = statuses(self._imap.untagged_responses.pop("STATUS", ()))
        self.told = {raw: opened for raw, opened in told.items() if raw != self.examined}
        found = listed(self._imap.untagged_responses.pop("LIST", ()))
        self.last_look = None
        if anew and examining:
            self._opened(anew, *self._imap._command_complete("EXAMINE", examining))
        return found

    def examine(self, mailbox: bytes) -> Opened | None:
        """Open a mailbox without touching it; None when the server says no, for the reason in `refusal`.

        `last_look` is what it found, until anything else is asked: what happens meanwhile, IDLE still tells.
        """
        return self._opened(mailbox, *self._imap.select(_quoted(mailbox), True))

    def _opened(self, mailbox: bytes, kind: str, text: list[bytes | None]) -> Opened | None:
        self.examined = self.last_look = None
        if kind != "OK":
            self.refusal = said(b" ".join(filter(None, text)))
            return None
        self.examined = mailbox
        uidnext = self._number("UIDNEXT")
        if uidnext is None:  # RFC 3501 lets a server leave it out
            uidnext = max(self._client.search(["UID", "*"]), default=0) + 1
        opened = Opened(validity=self._number("UIDVALIDITY") or 0, uidnext=uidnext, exists=self._number("EXISTS") or 0)
        self.last_look = mailbox, opened
        return opened

    def _number(self, name: str) -> int | None:
        found = self._imap.untagged_responses.get(name)
        return int(found[-1]) if found and found[-1] is not None else None

    def search(self, low: int, high: int, *, exists: int, since: date | None = None) -> frozenset[int]:
        """The UIDs from `low` to `high` that exist, received on or after a day as the server counts days."""
        self.last_look = None
        step = high - low + 1 if exists <= MOST_FOUND else SLICE
        found: set[int] = set()
        for start in range(low, high + 1, max(1, step)):
            end = min(start + step - 1, high)
            criteria = ["UID", f"{start}:{end}", *(["SINCE", since] if since else [])]
            found.update(uid for uid in self._client.search(criteria) if start <= uid <= end)
        return frozenset(found)

    def answered(self, since: date) -> frozenset[int]:
        """The UIDs in the examined mailbox that some program marked as answered (RFC 3501 2.3.2)."""
        self.last_look = None
        return frozenset(self._client.search(["ANSWERED", "SINCE", since]))

    def certificate_ends(self) -> datetime | None:
        """When the server's certificate runs out; None on a line without TLS."""
        line = self._client.socket()
        ends = (line.getpeercert() or {}).get("notAfter") if isinstance(line, ssl.SSLSocket) else None
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if isinstance(ends, str) else None

    def messages(self, uids: Collection[int], *, text: bool) -> dict[int, Record]:
        """Header fields, and the start of the text, of those messages that answer."""
        return self._fetch(uids, _TEXT if text else _HEADER)

    def structures(self, uids: Collection[int]) -> dict[int, Record]:
        """The BODYSTRUCTURE of messages, unread (`records.text_part`)."""
        return self._fetch(uids, "UID BODYSTRUCTURE")

    def parts(self, uids: Collection[int], section: str, *, html: bool) -> dict[int, Record]:
        """One part of messages and its MIME header. HTML is asked for further: styles fill its start."""
        size = HTML_BYTES if html else TEXT_BYTES
        return self._fetch(uids, f"UID BODY.PEEK[{section}.MIME]<0.{HEADER_BYTES}> BODY.PEEK[{section}]<0.{size}>")

    def _fetch(self, uids: Collection[int], items: str) -> dict[int, Record]:
        """Records by UID. imapclient's own fetch books an unsolicited record on the message whose UID its place
        equals, keeps stale ones, and loses all when one makes no sense.
        """
        if not uids:
            return {}
        self.last_look = None
        self._imap.untagged_responses.pop("FETCH", None)
        tag = self._imap._command("UID", "FETCH", ranges(uids), f"({items})")
        kind, text = self._imap._command_complete("FETCH", tag)
        answer: list[Piece | None] = self._imap.untagged_responses.pop("FETCH", [])
        log.debug("event=fetched asked=%d pieces=%d kind=%s", len(uids), len(answer), kind)
        wanted = set(uids)
        found: dict[int, Record] = {}
        for record in records(answer):
            if record.uid in wanted and (record.sections or b"BODYSTRUCTURE" in _heads(record)):
                found.setdefault(record.uid, record)
        if not found:  # with some of them a NO means the others, which are asked for alone then
            self._accept(kind, text, "FETCH")
        return found

    def can_idle(self) -> bool:
        """Does the server offer IDLE, and has not refused it on this connection lately?"""
        return time.monotonic() >= self._idle_from and bool(self._client.has_capability("IDLE"))

    def idle(self, seconds: float, woken: socket.socket, *, exists: int, patience: Patience) -> Ending:
        """Listen on the examined mailbox, which held `exists` messages (`imap.idle.idle`)."""
        self.last_look = None
        ending = idle(self._imap, seconds, woken, exists=exists, patience=patience)
        if ending is Ending.REFUSED:
            self._idle_from = time.monotonic() + patience.refusal
        return ending

    def _accept(self, kind: str, text: list[bytes | None], command: str) -> None:
        if kind != "OK":
            raise SourceUnreachable(
                f"the server answered {command} with: {said(b' '.join(filter(None, text)))}", hint=AGAIN
            )

    def close(self) -> None:
        """Sign out if that is quick, and hang up."""
        with contextlib.suppress(*FAULTS):
            self._client.socket().settimeout(LOGOUT_TIMEOUT)
            self._client.logout()
            return
        self.drop()

    def cut(self) -> None:
        """Whatever is being done on this connection fails now; callable from any thread."""
        with contextlib.suppress(*FAULTS):
            # Not the method of the TLS socket: that would be for its own thread only.
            socket.socket.shutdown(self._client.socket(), socket.SHUT_RDWR)

    def drop(self) -> None:
        """Hang up without a word: whatever would be said after a fault might never be heard."""
        with contextlib.suppress(*FAULTS):
            self._client.shutdown()


def _quoted(mailbox: bytes) -> bytes:
    return b'"' + mailbox.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _heads(record: Record) -> bytes:
    return b" ".join(piece if isinstance(piece, bytes) else piece[0] for piece in record.pieces).upper()


@contextlib.contextmanager
def told(settings: SourceSettings) -> Iterator[None]:
    """The one place where faults of network and libraries become SourceUnreachable."""
    try:
        yield
    except TriageError as error:
        if error.message.startswith(settings.name + ":"):
            raise
        raise type(error)(f"{settings.name}: {error.message}", hint=error.hint) from error
    except FAULTS as error:
        if off := switched_off(str(error), settings):
            raise off from error
        place = traceback.extract_tb(error.__traceback__)[-1]
        kind = type(error).__name__
        log.info("source=%s event=fault kind=%s at=%s:%s", settings.name, kind, Path(place.filename).name, place.lineno)
        what, hint = _in_words(error, settings)
        raise SourceUnreachable(f"{settings.name}: {what}", hint=hint) from error


def _in_words(error: BaseException, settings: SourceSettings) -> tuple[str, str]:
    """A fault in words; a library's own may quote what people wrote, so only its kind is told."""
    host = settings.host
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {host} is not to be trusted ({said(error.verify_message)}); no password was sent", (
            'if the server is your own, name its authority\'s certificate: ca_file = "/path/to/ca.pem"'
        )
    if isinstance(error, ssl.SSLError):
        return f"no encrypted connection to {host} ({said(error.reason or 'TLS failed')})", (
            'check host, port and security ("tls" is usual on port 993, "starttls" on 143)'
        )
    if isinstance(error, TimeoutError):
        return f"{host} did not answer in time", AGAIN
    if isinstance(error, OSError):
        return f"{host} cannot be reached ({said(error.strerror or type(error).__name__)})", AGAIN
    if isinstance(error, imaplib.IMAP4.abort):
        return f"{host} ended the connection", AGAIN
    return f"{host} sent an answer that makes no sense ({type(error).__name__})", AGAIN
