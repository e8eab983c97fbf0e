"""An Exchange mailbox as the doctor sees it, from the server of the tests."""

from collections.abc import Iterator

import pytest

from tests.blackbox.conftest import reply
from tests.blackbox.homes import Home, letter
from tests.blackbox.test_same_mail import exchange
from tests.doctor.rounds import findings, is_broken, is_odd, is_well
from tests.servers.exchange import Exchange, Mailbox, running_exchange, status

SHARED = "info@example.com"


@pytest.fixture
def server() -> Iterator[Exchange]:
    with running_exchange() as started:
        yield started


def source(server: Exchange, more: str = "") -> str:
    """Without a certificate: plain HTTP to this computer."""
    return exchange(server, more).replace('ca_file = "None"\n', "")


def answered(server: Exchange, count: int, *, kept: int) -> None:
    """Letters whose last verb is "reply", so many of them with their answer in Sent Items."""
    for number in range(count):
        raw = letter(f"Quote {number}")
        server.own.deliver(raw, extended={"0x1081": "102"})
        if number < kept:
            server.own.deliver(reply(raw, "Here it is."), "Sent")


def test_a_healthy_mailbox_is_told_folder_by_folder(home: Home, server: Exchange) -> None:
    answered(server, 5, kept=5)
    home.configure(source(server))
    before = server.own.fingerprint()
    seen = findings(home)
    is_well(seen, "signed in to localhost as")
    is_well(seen, "reads 1 folders: INBOX")
    is_well(seen, "looked for in Sent Items")
    is_well(seen, "5 of 5 mails marked as answered have their answer in Sent")
    assert server.own.fingerprint() == before
    assert server.only_read()


def test_answers_kept_elsewhere_are_noticed_by_the_last_verb(home: Home, server: Exchange) -> None:
    answered(server, 6, kept=1)
    home.configure(source(server))
    assert "save sent mail on the server" in is_odd(findings(home), "5 of 6 mails marked as answered have no answer")


def test_a_shared_mailbox_is_told_where_its_answers_lie(home: Home, server: Exchange) -> None:
    server.mailboxes[SHARED] = Mailbox(SHARED)
    home.configure(source(server, f'mailbox = "{SHARED}"\n'))
    assert "MessageCopyForSentAsEnabled" in is_odd(
        findings(home), f"replies from {SHARED} lie in the sender's own Sent Items"
    )
    server.mailboxes[SHARED].deliver(letter("Re: Offer"), "Sent")
    is_well(findings(home), f"replies from {SHARED} are kept in its own Sent Items")


def test_a_refused_password_is_tried_once(home: Home, server: Exchange) -> None:
    home.configure(source(server))
    seen = findings(home, env={"TRIAGE_PASSWORD_OFFICE": "wrong"})
    assert "triage login office" in is_broken(seen, "refused the password")
    assert server.refused == 1


def test_403_is_explained(home: Home, server: Exchange) -> None:
    server.next("*", status(403))
    home.configure(source(server))
    assert "1 April 2027" in is_broken(findings(home), "HTTP 403")
