"""A voicemail by mail is recognised whatever source the mail is read from."""

from datetime import UTC, datetime
from pathlib import Path

from tests.servers.dovecot import PASSWORD as IMAP_PASSWORD
from tests.servers.dovecot import Dovecot
from tests.servers.exchange import PASSWORD, running_exchange
from tests.sources.mailboxes import read
from triage.model.calls import Call
from triage.settings import SourceSettings
from triage.sources.base import Source
from triage.sources.exchange.source import Exchange
from triage.sources.imap.source import Imap
from triage.sources.maildir.source import Maildir

RAW = (
    b"Message-ID: <vm-1@example.org>\r\nFrom: Box <box@obscure.example>\r\nTo: robin@example.com\r\n"
    b"Date: Fri, 20 Nov 2026 10:15:30 -0500\r\nSubject: Nachricht 7\r\n\r\n"
    b"From: Dora Heron (202) 555-0177\r\nDuration: 0:42\r\nTranscript:\r\nRing me back, please.\r\n"
)
PATTERNS = ("*@obscure.example",)


def told(source: Source) -> Call:
    arrivals, _ = read(source)
    source.close()
    (found,) = (arrival.message.call for arrival in arrivals)
    assert found is not None
    return found


def is_dora(call: Call) -> bool:
    return (call.source, call.number, call.seconds, call.transcript) == (
        "office",
        "(202) 555-0177",
        42,
        "Ring me back, please.",
    )


def test_in_a_maildir(tmp_path: Path) -> None:
    for place in ("cur", "new", "tmp"):
        (tmp_path / place).mkdir()
    (tmp_path / "new" / f"{int(datetime.now(UTC).timestamp())}.a.host").write_bytes(RAW)
    settings = SourceSettings(name="office", kind="maildir", path=tmp_path, voicemail_from=PATTERNS)
    assert is_dora(told(Maildir(settings)))


def test_in_an_imap_account(dovecot: Dovecot) -> None:
    account = dovecot.account()
    account.deliver(RAW, "INBOX", datetime.now(UTC))
    settings = SourceSettings(
        name="office",
        kind="imap",
        host="localhost",
        port=dovecot.tls_port,
        ca_file=dovecot.ca_file,
        user=account.user,
        voicemail_from=PATTERNS,
    )
    assert is_dora(told(Imap(settings, lambda: IMAP_PASSWORD)))


def test_on_an_exchange_server() -> None:
    with running_exchange() as server:
        server.own.deliver(RAW, "INBOX", None)
        settings = SourceSettings(
            name="office",
            kind="exchange",
            endpoint=server.endpoint,
            user="EXAMPLE\\robin",
            auth=server.auth,
            ca_file=server.ca_file,
            voicemail_from=PATTERNS,
        )
        assert is_dora(told(Exchange(settings, lambda: PASSWORD)))


def test_an_exchange_server_tells_a_voicemail_by_the_class_of_its_item() -> None:
    raw = RAW.replace(b"Box <box@obscure.example>", b"Dora Heron <dora@heron.example>")
    raw = raw.replace(b"Nachricht 7", b"Voice Mail from Dora Heron (42 seconds)")
    with running_exchange() as server:
        server.own.deliver(raw, "INBOX", None).class_ = "IPM.Note.Microsoft.Voicemail.UM.CA"
        settings = SourceSettings(
            name="office",
            kind="exchange",
            endpoint=server.endpoint,
            user="EXAMPLE\\robin",
            auth=server.auth,
            ca_file=server.ca_file,
        )
        call = told(Exchange(settings, lambda: PASSWORD))
    assert (call.name, call.seconds) == ("Dora Heron", 42)
