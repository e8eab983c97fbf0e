"""The server itself: who may ask, what is asked, what stands in the log."""

import base64
import os
import ssl
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import lxml.etree
import spnego

from tests.servers.exchange.faults import Instead
from tests.servers.exchange.operations import answered
from tests.servers.exchange.store import Mailbox

PASSWORD = "correct-horse"
USER = "EXAMPLE\\robin"
PATH = "/EWS/Exchange.asmx"
READING = {"GetFolder", "FindFolder", "SyncFolderItems", "GetItem", "FindItem", "ResolveNames"}


@dataclass
class Exchange:
    """A running server. `mailboxes` by address; the user's own is `own`. `instead` answers the next requests."""

    endpoint: str
    ca_file: Path | None
    auth: str = "basic"
    password: str = PASSWORD
    own: Mailbox = field(default_factory=Mailbox)
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    closed_to_us: set[str] = field(default_factory=set)
    instead: list[tuple[str, Instead]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    refused: int = 0
    no_text_bodies: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock)

    def next(self, operation: str, *instead: Instead) -> None:
        """Answer the next requests for this operation ("*": for any) so, one after the other."""
        self.instead += [(operation, one) for one in instead]

    def counted(self) -> Counter[str]:
        """How often each operation was asked for."""
        return Counter(self.asked)

    def only_read(self) -> bool:
        """Was nothing asked for that could change anything?"""
        return set(self.asked) <= READING and not any(b"MarkAsRead" in one for one in self.requests)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    exchange: Exchange

    def setup(self) -> None:
        super().setup()
        self.acceptor: Any = None
        self.signed_in = False

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.exchange.lock:
            if not self._may(body):
                return
            self._served(body)

    def _served(self, body: bytes) -> None:
        root = lxml.etree.fromstring(body)
        request = root.find("{http://schemas.xmlsoap.org/soap/envelope/}Body")[0]
        operation = lxml.etree.QName(request).localname
        self.exchange.asked.append(operation)
        self.exchange.requests.append(body)
        instead = Instead()
        for place, (wanted, one) in enumerate(self.exchange.instead):
            if wanted in {operation, "*"}:
                instead = one
                del self.exchange.instead[place]
                break
        raw = instead.change(answered(self.exchange, operation, request))
        self._say(instead.status, raw, instead.type, instead.headers, whole=instead.whole)

    # --- who may ask ------------------------------------------------------------------------------------------------

    def _may(self, body: bytes) -> bool:
        said = self.headers.get("Authorization", "")
        scheme, _, token = said.partition(" ")
        if self.exchange.auth == "basic":
            pair = f"{USER}:{self.exchange.password}"
            # In what charset a password comes, HTTP leaves open (RFC 7617 section 2.1).
            fits = [base64.b64encode(pair.encode(name, "replace")).decode() for name in ("utf-8", "latin-1")]
            if scheme.lower() == "basic" and token in fits:
                return True
            self.exchange.refused += bool(said)
            return self._unauthorized('Basic realm="mail.example.com"')
        return self._may_by_ntlm(scheme, token)

    def _may_by_ntlm(self, scheme: str, token: str) -> bool:
        """NTLM signs the connection in, not the request (MS-NTHT)."""
        if self.signed_in:
            return True
        if scheme.lower() not in {"ntlm", "negotiate"}:
            return self._unauthorized("NTLM", "Negotiate")
        if self.acceptor is None:
            self.acceptor = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
        try:
            reply = self.acceptor.step(base64.b64decode(token))
        except Exception:  # noqa: BLE001 - whatever a client sent
            self.exchange.refused += 1
            self.acceptor = None
            return self._unauthorized("NTLM", "Negotiate")
        if self.acceptor.complete:
            self.signed_in = True
            return True
        return self._unauthorized(f"NTLM {base64.b64encode(reply).decode()}")

    def _unauthorized(self, *ways: str) -> bool:
        self._say(401, b"", "text/html", tuple(("WWW-Authenticate", way) for way in ways))
        return False

    def _say(
        self, code: int, raw: bytes, type_: str, headers: tuple[tuple[str, str], ...] = (), *, whole: bool = True
    ) -> None:
        self.send_response(code)
        self.send_header("Content-Type", type_)
        self.send_header("Content-Length", str(len(raw) if whole else 2 * len(raw) + 1))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
        if not whole:
            self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is part of the tests."""


@contextmanager
def running_exchange(*, tls: tuple[Path, Path, Path] | None = None, auth: str = "basic") -> Iterator[Exchange]:
    """A server on a free port of loopback; `tls` are an authority, its certificate for localhost, and the key."""
    exchange = Exchange(endpoint="", ca_file=tls[0] if tls else None, auth=auth)
    handler = type("Handler", (_Handler,), {"exchange": exchange})
    server = _Server(("127.0.0.1", 0), handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls[1:])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    exchange.endpoint = f"{scheme}://localhost:{server.server_address[1]}{PATH}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        with _ntlm_users():
            yield exchange
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def _ntlm_users() -> Iterator[None]:
    """Where the library's NTLM acceptor looks up passwords."""
    before = os.environ.get("NTLM_USER_FILE")
    with tempfile.NamedTemporaryFile("w", suffix=".ntlm") as file:
        file.write(f"EXAMPLE:robin:{PASSWORD}\n")
        file.flush()
        os.environ["NTLM_USER_FILE"] = file.name
        try:
            yield
        finally:
            if before is None:
                del os.environ["NTLM_USER_FILE"]
            else:
                os.environ["NTLM_USER_FILE"] = before
