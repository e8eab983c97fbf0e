"""The server or the line to it fails at any moment: nothing is lost or doubled, and one poll mends it."""

import random
import socket
from collections.abc import Callable
from itertools import product
from threading import Timer

import pytest

from tests.blackbox.homes import Home, imap, letter, maildir, put
from tests.faults.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import Proxy, proxy_to
from triage.core.notices.notice import ALL_CLEAR
from triage.model.mail import Batch, Outage
from triage.sources.imap import login as imap_login

MAILS = 24


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A first read of a few mails is as many fetches as one of thousands."""
    monkeypatch.setattr("triage.sources.imap.source.BATCH", 7)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says nothing is given up on soon. Comes before the office: a connection keeps its timeouts."""
    monkeypatch.setattr(imap_login, "CONNECT_TIMEOUT", 0.3)
    monkeypatch.setattr(imap_login, "READ_TIMEOUT", 0.3)


def test_the_evening_is_clear_where_nothing_fails(office: Office) -> None:
    assert ALL_CLEAR in office.evening(read=True)
    office.assert_well()


# --- the server ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("small_batches")
def test_killed_in_a_first_read(
    offices: Callable[..., Office], dovecot: Dovecot, proxy: Proxy, chance: random.Random
) -> None:
    office = offices(proxy.port)
    for number in range(MAILS):
        office.ask(answered=number % 4 == 0)
    proxy.trip(dovecot.kill, word=b"FETCH", after=chance.randrange(15_000))
    office.open()
    while not office.outages:
        office.take()
    office.ask()
    office.assert_down()
    dovecot.start()
    assert isinstance(office.one_poll(), Batch)
    office.assert_well()


def test_killed_while_it_is_listened_to(office: Office, dovecot: Dovecot, proxy: Proxy, chance: random.Random) -> None:
    proxy.trip(dovecot.kill, word=b"IDLE", after=chance.randrange(10))
    begun = office.source.begun
    office.pump.refresh()
    assert proxy.tripped.wait(5)
    office.ask()
    office.pump.refresh()
    while not office.outages:
        office.ending(after=begun)
    office.assert_down()
    dovecot.start()
    assert isinstance(office.one_poll(), Batch)
    office.assert_well()


@pytest.mark.parametrize("word", [b"LIST", b"EXAMINE", b"FETCH", b"IDLE"], ids=bytes.decode)
def test_stopped_for_a_moment(
    office: Office, dovecot: Dovecot, proxy: Proxy, chance: random.Random, word: bytes
) -> None:
    def nap() -> None:
        dovecot.stop()
        Timer(chance.uniform(0, 0.2), dovecot.go_on).start()

    proxy.trip(nap, word=word, after=chance.randrange(10))
    office.ask()
    office.pump.refresh()
    assert proxy.tripped.wait(5)
    assert isinstance(office.one_poll(), Batch)
    assert not office.outages
    office.assert_well()


@pytest.mark.parametrize("word", [b"EXAMINE", b"FETCH"], ids=bytes.decode)
def test_stopped_for_long(
    impatient: None, office: Office, dovecot: Dovecot, proxy: Proxy, chance: random.Random, word: bytes
) -> None:
    proxy.trip(dovecot.stop, word=word, after=chance.randrange(20))
    office.ask()
    office.pump.refresh()
    assert proxy.tripped.wait(5)
    try:
        assert isinstance(office.one_poll(), Outage)
        assert "in time" in office.outages[-1].message
        office.assert_down()
    finally:
        dovecot.go_on()
    assert isinstance(office.one_poll(), Batch)
    office.assert_well()


# --- the line -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("small_batches")
def test_slow_to_a_byte(offices: Callable[..., Office], proxy: Proxy) -> None:
    proxy.drip = True
    office = offices(proxy.port)
    for number in range(MAILS):
        office.ask(answered=number % 4 == 0)
    office.open()
    assert isinstance(office.ending(), Batch)
    office.assert_well()


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize(
    ("word", "most"),
    [(b"", 200), (b"AUTHENTICATE", 300), (b"LIST", 400), (b"EXAMINE", 900), (b"SEARCH", 60), (b"FETCH", 15_000)],
    ids=lambda value: value.decode() or "greeting" if isinstance(value, bytes) else "",
)
@pytest.mark.parametrize("how", [Proxy.reset, Proxy.hang_up], ids=["reset", "hung up"])
def test_broken_in_a_first_read(
    offices: Callable[..., Office],
    proxy: Proxy,
    chance: random.Random,
    word: bytes,
    most: int,
    how: Callable[[Proxy], None],
) -> None:
    office = offices(proxy.port)
    for number in range(MAILS):
        office.ask(answered=number % 4 == 0)
    proxy.trip(lambda: how(proxy), word=word, after=chance.randrange(most))
    office.open()
    office.ending()
    assert proxy.tripped.wait(5)
    assert isinstance(office.one_poll(), Batch)
    office.assert_well()


@pytest.mark.parametrize("how", [Proxy.reset, Proxy.hang_up], ids=["reset", "hung up"])
def test_broken_while_it_is_listened_to_is_no_outage(
    office: Office, proxy: Proxy, chance: random.Random, how: Callable[[Proxy], None]
) -> None:
    proxy.trip(lambda: how(proxy), word=b"IDLE", after=chance.randrange(10))
    office.pump.refresh()
    assert proxy.tripped.wait(5)
    asked = office.ask()
    while asked not in office.stored():
        office.take()
    assert isinstance(office.one_poll(), Batch)
    assert not office.outages
    office.assert_well()


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("how", ["reset", "hung up", "garbled"])
def test_tls_torn(
    offices: Callable[..., Office], dovecot: Dovecot, chance: random.Random, security: str, how: str
) -> None:
    with proxy_to(dovecot.tls_port if security == "tls" else dovecot.port) as proxy:
        faults = {"reset": proxy.reset, "hung up": proxy.hang_up, "garbled": lambda: proxy.say(b"\x17\x03\x03 junk")}
        office = offices(proxy.port, security=security)
        for number in range(MAILS):
            office.ask(answered=number % 4 == 0)
        proxy.trip(faults[how], after=chance.randrange(12_000))
        office.open()
        office.ending()
        assert proxy.tripped.wait(5)
        assert isinstance(office.one_poll(), Batch)
        office.assert_well()


def test_cut_off_for_a_while(impatient: None, office: Office, proxy: Proxy) -> None:
    """A cable pulled: the system still says that all is well."""
    proxy.black_hole = True
    office.ask()
    assert isinstance(office.one_poll(anew=True), Outage)
    office.assert_down()
    proxy.black_hole = False
    assert isinstance(office.one_poll(), Batch)
    office.assert_well()


# --- throttling ---------------------------------------------------------------------------------------------------

REFUSALS = [
    b"NO [LIMIT] Rate limit hit.",
    b"NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)",
    b"NO [UNAVAILABLE] Temporary failure.",
    b"BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds",
    b"NO Request is throttled. Suggested Backoff Time: 299961 milliseconds",
]


# Said to a password, a no without a code means the password.
THROTTLED = [
    *product([b"LIST", b"EXAMINE", b"SEARCH", b"FETCH"], REFUSALS),
    *product([b"AUTHENTICATE"], REFUSALS[:-1]),
]


@pytest.mark.parametrize(("word", "answer"), THROTTLED, ids=lambda words: words.decode()[:16])
def test_throttled(office: Office, proxy: Proxy, word: bytes, answer: bytes) -> None:
    office.ask()
    office.ask()
    proxy.refused = {b" " + word if word != b"FETCH" else b"UID FETCH": answer}
    office.one_poll(anew=True)
    for _ in range(3):
        assert isinstance(office.one_poll(), Outage)
    office.assert_down()
    proxy.refused = {}
    assert isinstance(office.one_poll(), Batch)
    office.assert_well()


def test_one_message_that_the_server_refuses_is_given_up_on_and_holds_up_no_other(office: Office, proxy: Proxy) -> None:
    proxy.refused = dict.fromkeys((b"FETCH 2:3 ", b"FETCH 3 "), b"NO [SERVERBUG] Internal error")
    asked = office.ask()
    office.ask()
    polls = [office.one_poll() for _ in range(6)]
    assert asked in office.stored()
    assert isinstance(polls[0], Outage)
    assert isinstance(polls[-1], Batch)
    (health,) = office.clerk.board(office.now()).sources
    assert health.unreadable == 1


# --- names --------------------------------------------------------------------------------------------------------


def test_names_that_nobody_knows_for_a_while(office: Office, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    office.ask()
    with monkeypatch.context() as broken:
        broken.setattr(socket, "getaddrinfo", gone)
        assert isinstance(office.one_poll(anew=True), Outage)
        assert "name resolution" in office.outages[-1].message
        office.assert_down()
    assert isinstance(office.one_poll(), Batch)
    office.assert_well()


def test_a_name_that_nobody_knows_keeps_no_other_account_from_being_read(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    away = imap("away", "robin", 993, "tls").replace("localhost", "mail.example.invalid")
    home.configure(away, maildir("mail", home.mail))
    poll = home.triage("poll", "--json", env={"TRIAGE_PASSWORD_AWAY": "x"})
    assert poll.code == 1
    assert [case["who"]["name"] for case in poll.json["owed"]] == ["Ada King"]
    assert {source["name"]: source["ok"] for source in poll.json["sources"]} == {"away": False, "mail": True}
    assert poll.json["clear"] is False
