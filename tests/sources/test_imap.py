"""The IMAP source against a real Dovecot: what every source promises, and what only IMAP knows."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.servers.dovecot import PASSWORD, Account, Dovecot
from tests.sources.contract import SourceContract
from tests.sources.mailboxes import ids, letter, message_id, passes, read
from triage.errors import SourceUnreachable
from triage.model.mail import Role
from triage.settings import SourceSettings
from triage.sources.imap.source import Imap


class ImapPlace:
    """A user of the real server, as the contract wants it (`tests.sources.mailboxes.Place`)."""

    def __init__(self, server: Dovecot, security: str, closing: list[Imap]) -> None:
        self.account: Account = server.account()
        self._server = server
        self._security = security
        self._closing = closing
        self.account.make("Sent")

    def deliver(self, raw: bytes, mailbox: str = "INBOX", received: datetime | None = None) -> object:
        return self.account.deliver(raw, mailbox, received or datetime.now(UTC) - timedelta(hours=1))

    def remove(self, *messages: object) -> None:
        for message in messages:
            assert isinstance(message, Path)
            message.unlink()

    def fingerprint(self) -> object:
        return self.account.files(), self.account.flags(), self.account.flags("Sent")

    def source(self, **changes: object) -> Imap:
        settings = {
            "name": "office",
            "kind": "imap",
            "host": "localhost",
            "port": self._server.tls_port if self._security == "tls" else self._server.port,
            "security": self._security,
            "ca_file": self._server.ca_file,
            "user": self.account.user,
        }
        source = Imap(SourceSettings(**settings | changes), lambda: PASSWORD)  # type: ignore[arg-type]
        self._closing.append(source)
        return source


@pytest.fixture
def closing():
    sources: list[Imap] = []
    yield sources
    for source in sources:
        source.close()


class TestImapOverTls(SourceContract):
    @pytest.fixture
    def place(self, dovecot, closing):
        return ImapPlace(dovecot, "tls", closing)


class TestImapOverStarttls(SourceContract):
    @pytest.fixture
    def place(self, dovecot, closing):
        return ImapPlace(dovecot, "starttls", closing)


@pytest.fixture
def place(dovecot, closing):
    return ImapPlace(dovecot, "none", closing)


def test_a_new_uidvalidity_reads_the_mailbox_anew_and_believes_nothing_gone(place):
    for n in range(3):
        place.deliver(letter(n))
    place.deliver(letter(9), "Sent")
    source = place.source()
    before, cursor = read(source)
    place.account.set_uidvalidity("INBOX", 4711)
    batches = list(passes(source, cursor))
    again = [arrival for batch in batches for arrival in batch.arrivals]
    assert ids(again) == [message_id(n) for n in range(3)]
    assert {arrival.delivery.validity for arrival in again} == {4711}
    assert {arrival.message.key for arrival in again} < {arrival.message.key for arrival in before}
    assert [batch.gone for batch in batches] == [()]
    assert read(source, batches[-1].cursor)[0] == []


def test_an_emptied_mailbox_is_doubted_once_and_then_neither_stale_nor_gone(place):
    messages = [place.deliver(letter(n)) for n in range(12)]
    source = place.source()
    _, cursor = read(source)
    place.remove(*messages)
    with pytest.raises(SourceUnreachable, match="12 of 12 messages vanished from INBOX"):
        source.fetch(cursor)
    (batch,) = passes(source, cursor)
    assert (batch.complete, batch.gone) == (True, ())


def test_new_mail_in_an_emptied_mailbox_shows_that_the_old_is_gone_indeed(place):
    messages = [place.deliver(letter(n)) for n in range(12)]
    source = place.source()
    _, cursor = read(source)
    place.remove(*messages)
    with pytest.raises(SourceUnreachable):
        source.fetch(cursor)
    _, cursor = read(source, cursor)
    place.deliver(letter(12))
    (batch,) = passes(source, cursor)
    assert ids(batch.arrivals) == [message_id(12)]
    assert len(batch.gone) == 12
    assert [later.gone for later in passes(source, batch.cursor)] == [()]


def test_a_mailbox_that_vanished_is_told_once_and_its_messages_are_not_gone(place):
    place.deliver(letter(1), "Projects")
    source = place.source(mailboxes=("INBOX", "Projects"))
    _, cursor = read(source)
    place.account.server.doveadm("mailbox", "delete", "-u", place.account.user, "-s", "Projects")
    with pytest.raises(SourceUnreachable, match="Projects vanished"):
        source.fetch(cursor)
    (batch,) = passes(source, cursor)
    assert (batch.complete, batch.gone) == (True, ())


def test_sent_is_found_by_flag_by_name_and_by_the_settings(place):
    for n, mailbox in enumerate(["Dispatched", "Gesendete Elemente", "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-", "Out/2026"]):
        place.deliver(letter(n), mailbox)
    place.deliver(letter(9), "Projects")
    arrivals, _ = read(place.source(sent=("out/*",)))
    assert {arrival.delivery.mailbox for arrival in arrivals if arrival.delivery.role is Role.SENT} == {
        "Dispatched",
        "Gesendete Elemente",
        "Отправленные",
        "Out/2026",
    }
    assert len(arrivals) == 4


def test_trash_is_read_without_texts(place):
    place.deliver(letter(1), "Trash")
    ((arrival,), _) = read(place.source())
    assert (arrival.delivery.role, arrival.message.text) == (Role.TRASH, None)


@pytest.mark.parametrize(
    "name",
    ["&####-", "&2D0-", "r&AOk", "Entw&APw-rfe/&", "a\\b[c]", "&", 'say "hello"'],
    ids=["hash", "surrogate", *"1234", "quotes"],
)
def test_a_malformed_mailbox_name_stops_nothing(place, name):
    place.deliver(letter(1))
    place.deliver(letter(2), name)
    arrivals, cursor = read(place.source(mailboxes=("*",)))
    assert message_id(1) in ids(arrivals)
    for arrival in arrivals:
        arrival.delivery.mailbox.encode()
    assert read(place.source(mailboxes=("*",)), cursor)[0] == []


def test_the_wildcard_reads_ordinary_mailboxes_in_their_roles(place):
    for n, mailbox in enumerate(["INBOX", "Projects", "Sent"]):
        place.deliver(letter(n), mailbox)
    arrivals, _ = read(place.source(mailboxes=("*",)))
    assert {(arrival.delivery.mailbox, arrival.delivery.role) for arrival in arrivals} == {
        ("INBOX", Role.INBOX),
        ("Projects", Role.INBOX),
        ("Sent", Role.SENT),
    }


def test_settings_that_name_no_mailbox_are_told_what_there_is(place):
    place.account.make("Projects")
    with pytest.raises(SourceUnreachable, match="no mailbox matches Inbux") as caught:
        place.source(mailboxes=("Inbux",)).fetch(None)
    assert "INBOX, Projects, Sent" in caught.value.hint


NESTED = (
    b"Message-ID: <deep@example.org>\r\nFrom: ada@example.org\r\nSubject: plans\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="a"\r\n\r\n'
    b'--a\r\nContent-Type: image/png; name="plan.png"\r\nContent-Disposition: attachment\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n" + b"iVBORw0KGgoAAAANSUhEUgAA\r\n" * 2000 + b"\r\n"
    b'--a\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"K=F6nnen Sie das pr=FCfen?\r\n"
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>no</p>\r\n--b--\r\n--a--\r\n"
)
STYLED = (
    b"Message-ID: <deep@example.org>\r\nFrom: ada@example.org\r\nSubject: offer\r\nContent-Type: text/html\r\n\r\n"
    b"<html><head><style>"
    + b".a { color: #ffffff; }\r\n" * 1200
    + b"</style></head><body>Can you call me?</body></html>"
)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(NESTED, "Können Sie das prüfen?", id="behind a large attachment"),
        pytest.param(STYLED, "Can you call me?", id="behind styles"),
    ],
)
def test_words_beyond_the_first_read_are_found(place, raw, words):
    place.deliver(raw)
    ((arrival,), _) = read(place.source())
    assert arrival.message.text.strip() == words


def test_many_passes_change_no_flag_and_take_no_recent(place):
    for n, flags in enumerate(["", "S", "RS", "F", "", "T"]):
        place.account.deliver(letter(n), flags=flags)
    place.deliver(letter(10), "Sent")
    before = place.fingerprint()
    source = place.source()
    cursor = None
    for n in range(60):
        _, cursor = read(source, cursor)
        if n % 20 == 0:
            source.close()
            source = place.source()
    assert place.fingerprint() == before
    assert before[0].keys() == {name for name in before[0] if name.startswith(("new/", "cur/", ".Sent/new/"))}


def test_a_kept_connection_does_not_pile_up_what_the_server_says(place):
    place.deliver(letter(0))
    source = place.source()
    _, cursor = read(source)
    sizes = []
    for n in range(1, 20):
        place.deliver(letter(n))
        _, cursor = read(source, cursor)
        sizes.append(sum(map(len, source._connection._imap.untagged_responses.values())))
    assert max(sizes) < 40


def test_a_mailbox_of_five_thousand_is_read_once_in_bounded_batches(place):
    now = datetime.now(UTC)
    for n in range(5000):
        place.deliver(letter(n), received=now - timedelta(minutes=n))
    batches = list(passes(place.source()))
    found = [arrival.message.message_id for batch in batches for arrival in batch.arrivals]
    assert sorted(found) == sorted(message_id(n) for n in range(5000))
    assert max(len(batch.arrivals) for batch in batches) <= 200
    assert len(batches[-1].cursor) < 300
    assert batches[-2].reading.of == 5000


def test_messages_older_than_the_history_cost_no_second_look(place):
    place.deliver(letter(1), received=datetime.now(UTC) - timedelta(days=31, hours=1))
    place.deliver(letter(2))
    source = place.source()
    arrivals, cursor = read(source)
    assert ids(arrivals) == [message_id(2)]
    assert json.loads(cursor)["boxes"]["INBOX"]["known"] == "2"


def test_waiting_ends_in_time_and_wakes_are_not_kept(place):
    source = place.source()
    source.wake()
    source.wait(30)
    started = time.monotonic()
    source.wait(0.05)
    assert 0.04 < time.monotonic() - started < 5


def test_a_first_read_cut_off_anywhere_goes_on_from_its_cursor(place, monkeypatch):
    for n in range(30):
        place.deliver(letter(n), "INBOX" if n % 2 else "Sent")
    monkeypatch.setattr("triage.sources.imap.source.BATCH", 7)
    cursor, found = None, []
    for _ in range(5):
        source = place.source()  # a restart after every batch
        batch = source.fetch(cursor)
        cursor = batch.cursor
        found += batch.arrivals
    assert batch.complete
    assert ids(found) == sorted(message_id(n) for n in range(30))
