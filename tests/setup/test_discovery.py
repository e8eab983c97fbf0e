"""How an account is found: the table, the domain's own word, the DNS; and that nobody learns more than the domain."""

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.servers.dovecot import Dovecot, running_dovecot
from triage.setup import autoconfig
from triage.setup.discovery import Server, providers, server
from triage.setup.network import World


@dataclass
class Told:
    """A world that knows what it is given, and remembers what it was asked."""

    documents: dict[str, bytes] = field(default_factory=dict)
    services: dict[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    exchangers: Sequence[str] = ()
    asked: list[str] = field(default_factory=list)

    def get(self, url: str) -> bytes:
        self.asked.append(url)
        return self.documents.get(url, b"")

    def srv(self, name: str) -> Sequence[tuple[str, int]]:
        self.asked.append(name)
        return self.services.get(name, ())

    def mx(self, domain: str) -> Sequence[str]:
        self.asked.append(domain)
        return self.exchangers


DOCUMENT = b"""<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="example.org">
  <incomingServer type="pop3"><hostname>pop.example.org</hostname><port>995</port><socketType>SSL</socketType>
    <username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></incomingServer>
  <incomingServer type="imap"><hostname>plain.example.org</hostname><port>143</port><socketType>plain</socketType>
    <username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></incomingServer>
  <incomingServer type="imap"><hostname>Mail.Example.org</hostname><port>143</port><socketType>STARTTLS</socketType>
    <username>%EMAILLOCALPART%@users</username><authentication>password-cleartext</authentication></incomingServer>
</emailProvider></clientConfig>"""
HOSTED = "https://autoconfig.example.org/mail/config-v1.1.xml"
WELL_KNOWN = "https://example.org/.well-known/autoconfig/mail/config-v1.1.xml"
OURS = Server(host="mail.example.org", port=143, security="starttls", user="robin@users")
SRV = {"_imaps._tcp.example.org": [("imap.example.org", 993)]}


@pytest.mark.parametrize(
    ("world", "found"),
    [
        pytest.param(Told({HOSTED: DOCUMENT}), OURS, id="the domain's own document"),
        pytest.param(Told({WELL_KNOWN: DOCUMENT}), OURS, id="in its well-known place"),
        pytest.param(
            Told(services=SRV), Server(host="imap.example.org", port=993, security="tls", user="robin@example.org"),
            id="SRV",
        ),
        pytest.param(
            Told(services={"_imap._tcp.example.org": [("imap.example.org", 143)]}),
            Server(host="imap.example.org", port=143, security="starttls", user="robin@example.org"),
            id="SRV without TLS from the start",
        ),
        pytest.param(
            Told(services={"_imaps._tcp.example.org": [("evil.example.net", 993)]}),
            Server(host="evil.example.net", port=993, security="tls", user="robin@example.org", vouched=False),
            id="SRV to another domain is vouched for by nobody",
        ),
        pytest.param(Told({HOSTED: DOCUMENT}, services=SRV), OURS, id="a document goes before the DNS"),
        pytest.param(Told(), None, id="nothing known"),
    ],
)  # fmt: skip
def test_a_domain_says_how_its_mail_is_reached(world: Told, found: Server | None) -> None:
    assert server("robin@example.org", world) == found


def test_a_domain_of_ones_own_at_a_large_provider_is_known_by_its_exchanger() -> None:
    found = server("robin@example.org", Told(exchangers=["aspmx.l.google.com"]))
    assert found
    assert (found.host, found.user, found.title) == ("imap.gmail.com", "robin@example.org", "Gmail")


def test_nobody_learns_what_stands_before_the_at_sign() -> None:
    world = Told()
    server("robin.vale@example.org", world)
    assert world.asked
    assert not any("robin" in asked for asked in world.asked)
    assert all("example.org" in asked for asked in world.asked)


def test_who_is_at_a_known_provider_is_told_to_nobody() -> None:
    world = Told()
    found = server("robin@gmail.com", world)
    assert found
    assert (found.host, found.auths) == ("imap.gmail.com", ("password", "oauth-google"))
    assert "app password" in found.note
    assert world.asked == []


@pytest.mark.parametrize("address", ["robin@localhost", "robin@-x.example", "robin@a b.example", "robin@[127.0.0.1]"])
def test_what_is_no_domain_is_not_asked_about(address: str) -> None:
    world = Told()
    assert server(address, world) is None
    assert world.asked == []


def test_the_table_names_no_domain_twice_and_only_ways_there_are() -> None:
    domains = [domain for one in providers() for domain in one.domains]
    assert sorted(set(domains)) == sorted(domains)
    for one in providers():
        assert one.security in ("tls", "starttls")
        assert set(one.auth) <= {"password", "oauth-google", "oauth-microsoft"}
        assert one.domains or one.mx


# --- the document -------------------------------------------------------------------------------------------------

HOSTILE = [
    pytest.param(b"", id="nothing"),
    pytest.param(b"<html><body>Welcome", id="a web page"),
    pytest.param(b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + DOCUMENT, id="entities"),
    pytest.param(DOCUMENT + b" " * autoconfig.MOST_BYTES, id="too large"),
    pytest.param(DOCUMENT.replace(b"143", b"99999"), id="no port"),
    pytest.param(DOCUMENT.replace(b"Mail.Example.org", b"a/../b"), id="no host"),
    pytest.param(DOCUMENT.replace(b"STARTTLS", b"plain"), id="without encryption"),
]


@pytest.mark.parametrize("document", HOSTILE)
def test_a_document_that_is_none_says_nothing(document: bytes) -> None:
    assert autoconfig.read(document, "robin@example.org") is None


@given(st.binary(max_size=300))
def test_no_document_raises(document: bytes) -> None:
    autoconfig.read(document, "robin@example.org")
    autoconfig.read(DOCUMENT[:400] + document + DOCUMENT[400:], "robin@example.org")


# --- the network as it is -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """For its certificates."""
    with running_dovecot() as made:
        yield made


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/there":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(DOCUMENT)
        elif self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 1_000_000)
        else:
            self.send_response(302)
            where = "https" if self.path == "/moved" else "http"
            self.send_header("Location", f"{where}://localhost:{self.server.server_address[1]}/there")
            self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def pages(dovecot: Dovecot) -> Iterator[str]:
    """A web server with a certificate for localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(dovecot.root / "cert.pem", dovecot.root / "key.pem")
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as made:
        made.socket = context.wrap_socket(made.socket, server_side=True)
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"https://localhost:{made.server_address[1]}"
        made.shutdown()


def test_a_document_comes_over_a_connection_that_proves_itself(dovecot: Dovecot, pages: str) -> None:
    trusting = World(context=ssl.create_default_context(cafile=str(dovecot.ca_file)))
    assert trusting.get(f"{pages}/there") == DOCUMENT
    assert trusting.get(f"{pages}/moved") == DOCUMENT
    assert trusting.get(f"{pages}/downgraded") == b""
    assert len(trusting.get(f"{pages}/endless")) == autoconfig.MOST_BYTES + 1
    assert World().get(f"{pages}/there") == b""
    assert World().get("https://localhost:1/") == b""


@pytest.fixture
def resolver() -> Iterator[World]:
    """A name server that knows example.org."""
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind(("127.0.0.1", 0))
    threading.Thread(target=_answer, args=(line,), daemon=True).start()
    yield World(nameservers=("127.0.0.1",), port=line.getsockname()[1])
    line.close()


RECORDS = {
    ("_imaps._tcp.example.org.", "SRV"): ["20 0 993 b.example.org.", "10 0 994 A.example.org."],
    ("_imap._tcp.example.org.", "SRV"): ["0 0 0 ."],
    ("example.org.", "MX"): ["20 mx2.example.net.", "10 mx1.example.net."],
}


def _answer(line: socket.socket) -> None:
    while True:
        try:
            raw, who = line.recvfrom(4096)
        except OSError:
            return
        query = dns.message.from_wire(raw)
        asked = query.question[0]
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        kind = dns.rdatatype.to_text(asked.rdtype)
        if found := RECORDS.get((asked.name.to_text(), kind)):
            reply.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *found))
        line.sendto(reply.to_wire(), who)


def test_the_dns_is_read_best_first(resolver: World) -> None:
    assert resolver.srv("_imaps._tcp.example.org") == [("a.example.org", 994), ("b.example.org", 993)]
    assert resolver.srv("_imap._tcp.example.org") == []
    assert resolver.mx("example.org") == ["mx1.example.net", "mx2.example.net"]
    assert resolver.mx("example.net") == []


def test_a_resolver_that_is_silent_is_no_error(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        assert World(nameservers=("127.0.0.1",), port=line.getsockname()[1], timeout=0.2).mx("example.org") == []
