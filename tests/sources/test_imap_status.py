"""A mailbox that stands as it stood is not opened, where the server says so along with its list (RFC 5819)."""

import time
from collections.abc import Iterator

import pytest

from tests.servers.dovecot import PASSWORD, Account, Dovecot
from tests.servers.proxy import Proxy, proxy_to, scripted
from tests.sources.mailboxes import ids, letter, message_id, read
from triage.settings import SourceSettings
from triage.sources.imap.cursor import Opened
from triage.sources.imap.mailboxes import statuses
from triage.sources.imap.source import OPENED_EACH, Imap
from triage.sources.imap.wire import Connection


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    account = dovecot.account()
    for mailbox in ("INBOX", "Dispatched", "Trash"):
        account.deliver(letter(1), mailbox)
    return account


@pytest.fixture
def line(account: Account) -> Iterator[Proxy]:
    with proxy_to(account.server.port) as proxy:
        yield proxy


@pytest.fixture
def source(account: Account, line: Proxy) -> Iterator[Imap]:
    place = {"host": "localhost", "port": line.port, "security": "none", "user": account.user}
    reading = Imap(SourceSettings(name="office", kind="imap", **place), lambda: PASSWORD)  # type: ignore[arg-type]
    yield reading
    reading.close()


def opened_by(source: Imap, cursor: str, line: Proxy) -> list[bytes]:
    """The mailboxes one more pass opens, after a while of listening to the inbox."""
    source.wait(0.02)
    before = len(line.sent)
    assert read(source, cursor)[0] == []
    return [said.split(b'"')[1] for said in line.sent[before:].splitlines() if b" EXAMINE " in said]


def test_only_the_inbox_is_opened_while_nothing_happens_and_now_and_then_all_are(source: Imap, line: Proxy) -> None:
    _, cursor = read(source)
    passes = [opened_by(source, cursor, line) for _ in range(OPENED_EACH)]
    assert passes == [[b"INBOX"]] * (OPENED_EACH - 1) + [[b"Dispatched", b"INBOX", b"Trash"]]


@pytest.mark.parametrize("mailbox", ["INBOX", "Dispatched", "Trash"])
def test_what_comes_and_goes_in_any_mailbox_is_seen_by_the_next_pass(
    source: Imap, account: Account, mailbox: str
) -> None:
    _, cursor = read(source)
    account.deliver(letter(2), mailbox)
    found, cursor = read(source, cursor)
    assert ids(found) == [message_id(2)]
    for path in account.make(mailbox).glob("[cn]*/*"):
        if message_id(2).encode() in path.read_bytes():
            path.unlink()
    batch = source.fetch(cursor)
    assert [one.mailbox for one in batch.gone] == [mailbox]


def test_what_comes_between_the_look_at_the_inbox_and_idle_is_told(source: Imap, account: Account, line: Proxy) -> None:
    _, cursor = read(source)
    assert opened_by(source, cursor, line) == [b"INBOX"]
    account.deliver(letter(2))
    before, begun = len(line.sent), time.monotonic()
    source.wait(20)
    assert time.monotonic() - begun < 5
    assert b"EXAMINE" not in line.sent[before:], "it is open already"
    assert ids(read(source, cursor)[0]) == [message_id(2)]


def test_what_comes_to_the_inbox_between_idle_and_the_list_is_read_by_that_pass(
    source: Imap, account: Account, line: Proxy
) -> None:
    _, cursor = read(source)
    for number in range(2, 6):
        source.wait(0.02)
        account.deliver(letter(number))
        found, cursor = read(source, cursor)
        assert ids(found) == [message_id(number)]


def test_a_server_that_tells_nothing_along_has_every_mailbox_opened(source: Imap, line: Proxy) -> None:
    line.inject = (b" LIST-STATUS", b"-NO-MORE")
    _, cursor = read(source)
    assert opened_by(source, cursor, line) == [b"Dispatched", b"INBOX", b"Trash"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(b"Sent (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7)", {b"Sent": (7, 9, 3)}, id="an atom"),
        pytest.param(rb'"a \"b\" (c)" (UIDVALIDITY 7 UIDNEXT 9 MESSAGES 3)', {b'a "b" (c)': (7, 9, 3)}, id="quoted"),
        pytest.param(b"Sent (messages 3 uidnext 9 uidvalidity 7 X 1)", {b"Sent": (7, 9, 3)}, id="more, in small"),
        pytest.param(b"Sent (MESSAGES 3 UIDNEXT 9)", {}, id="not all of it"),
        pytest.param(b"Sent (MESSAGES x UIDNEXT 9 UIDVALIDITY 7)", {}, id="no number"),
        pytest.param(b"Sent (MESSAGES 3 UIDNEXT 9 UIDVALIDITY", {}, id="cut off"),
        pytest.param((b"{4}", b"Sent"), {}, id="a literal"),
        pytest.param(None, {}, id="nothing"),
    ],
)
def test_a_status_counts_only_when_it_tells_all(
    said: bytes | tuple[bytes, bytes] | None, expected: dict[bytes, tuple[int, int, int]]
) -> None:
    told = {raw: Opened(validity=one[0], uidnext=one[1], exists=one[2]) for raw, one in expected.items()}
    assert statuses([said]) == told


OPENS = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 9] x\r\n"


@pytest.mark.parametrize("early", [False, True], ids=["one after the other", "the opening first"])
def test_list_and_opening_are_asked_at_once_and_understood_in_any_order(early: bool) -> None:
    """RFC 3501 5.5. What is told of the mailbox as it was open before does not count."""
    asked: list[bytes] = []

    def answer(tag: bytes, command: bytes) -> bytes | None:
        done = tag + b" OK done\r\n"
        if command == b"CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 LIST-EXTENDED LIST-STATUS\r\n" + done
        if command.startswith(b"LIST"):
            asked.append(done)
            return None
        if not asked:
            return OPENS + done
        listed = b'* 2 EXISTS\r\n* LIST () "/" INBOX\r\n'
        opened = OPENS.replace(b"* 3", b"* 4").replace(b"T 9", b"T 10") + done
        return listed + (opened + asked[0] if early else asked[0] + opened)

    with scripted(b"* PREAUTH hi\r\n", answer) as server:
        place = {"host": "localhost", "port": server.port, "security": "none", "user": "robin"}
        connection = Connection.open(SourceSettings(name="office", kind="imap", **place), lambda: PASSWORD)  # type: ignore[arg-type]
        assert connection.examine(b"INBOX") == Opened(validity=7, uidnext=9, exists=3)
        assert [one.name for one in connection.mailboxes(status=True)] == ["INBOX"]
        assert connection.last_look == (b"INBOX", Opened(validity=7, uidnext=10, exists=4))
        connection.drop()
