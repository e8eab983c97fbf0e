"""A connection that died while the machine slept is given up from another thread, and nothing waits for it."""

import threading
import time
from collections.abc import Iterator

import pytest

from tests.servers.dovecot import PASSWORD, Account, Dovecot
from tests.servers.proxy import Proxy
from tests.sources.mailboxes import ids, letter, message_id, read
from triage.settings import SourceSettings
from triage.sources.imap.source import Imap

SOON = 3.0


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    made = dovecot.account()
    made.make("Sent")
    return made


@pytest.fixture(params=["none", "tls"])
def security(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def proxy(security: str, dovecot: Dovecot) -> Proxy:
    return Proxy(dovecot.tls_port if security == "tls" else dovecot.port)


@pytest.fixture
def source(security: str, proxy: Proxy, account: Account, dovecot: Dovecot) -> Iterator[Imap]:
    settings = SourceSettings(
        name="office",
        kind="imap",
        host="localhost",
        port=proxy.port,
        security=security,
        ca_file=dovecot.ca_file,
        user=account.user,
    )
    made = Imap(settings, lambda: PASSWORD)
    yield made
    made.close()


def test_listening_on_a_dead_line_ends_at_once_and_the_next_fetch_connects_anew(
    source: Imap, proxy: Proxy, account: Account
):
    account.deliver(letter(1))
    _, cursor = read(source)
    waiting = threading.Thread(target=source.wait, args=(60,))
    waiting.start()
    listening(proxy)
    proxy.black_hole = True
    account.deliver(letter(2))

    begun = time.monotonic()
    source.cut()
    source.wake()
    waiting.join(SOON)
    assert not waiting.is_alive()
    proxy.black_hole = False
    arrivals, _ = read(source, cursor)
    assert ids(arrivals) == [message_id(2)]
    assert proxy.connections == 2
    assert time.monotonic() - begun < SOON


def test_cutting_without_a_connection_does_nothing(source: Imap, proxy: Proxy, account: Account):
    account.deliver(letter(1))
    source.cut()
    assert ids(read(source)[0]) == [message_id(1)]
    source.cut()
    source.cut()
    assert proxy.connections == 1


def listening(proxy: Proxy) -> None:
    """Returns when the client has said nothing more for a moment: under TLS what it says cannot be read."""
    end, said = time.monotonic() + 5, -1
    while len(proxy.sent) != said and time.monotonic() < end:
        said = len(proxy.sent)
        threading.Event().wait(0.2)
