"""Mailboxes vanish, empty, move or come back while they are read: nothing is believed gone that may only be lost."""

import random
from collections.abc import Callable

import pytest

from tests.faults.office import Office
from tests.servers.proxy import Proxy
from triage.model.cases import State
from triage.model.mail import Batch, Outage

MAILS = 12


@pytest.fixture
def two(offices: Callable[..., Office], proxy: Proxy) -> Office:
    """Questions in INBOX and Projects, some of them answered; not opened yet."""
    office = offices(proxy.port, mailboxes=("INBOX", "Projects*"))
    for number in range(MAILS):
        office.ask("Projects" if number % 2 else "INBOX", answered=number % 3 == 0)
    return office


def opened(office: Office) -> dict[str, tuple[object, ...]]:
    """Read whole; its cases."""
    office.open()
    assert isinstance(office.ending(), Batch)
    return office.cases()


def states(office: Office) -> list[object]:
    return [state for state, *_ in office.cases().values()]


def test_deleted_between_two_looks_it_is_told_once_and_nothing_is_gone(two: Office) -> None:
    before = opened(two)
    two.account.delete("Projects")
    assert isinstance(two.one_poll(), Outage)
    assert "Projects vanished" in two.outages[-1].message
    two.assert_down()
    assert isinstance(two.one_poll(), Batch)
    assert two.cases() == before


def test_deleted_while_it_is_read(two: Office, proxy: Proxy, chance: random.Random) -> None:
    # The server tells of the deletion whoever has the mailbox open.
    word = chance.choice([b'EXAMINE "Projects"', b"FETCH", b"LIST"])
    proxy.trip(lambda: two.account.delete("Projects"), word=word, after=chance.randrange(200))
    two.open()
    two.ending()
    assert proxy.tripped.wait(5)
    two.one_poll()
    assert isinstance(two.one_poll(), Batch)
    assert set(two.stored().values()) == {1}
    assert set(two.undisturbed()) <= set(two.cases())


def test_emptied_it_is_told_once_and_nobody_who_waits_is_forgotten(two: Office) -> None:
    before = opened(two)
    two.account.empty("INBOX")
    assert isinstance(two.one_poll(), Outage)
    assert "vanished from INBOX" in two.outages[-1].message
    two.assert_down()
    assert isinstance(two.one_poll(), Batch)
    assert two.cases() == before
    two.ask()
    assert isinstance(two.one_poll(), Batch)
    assert states(two).count(State.OWED) == [state for state, *_ in before.values()].count(State.OWED) + 1


def test_emptied_while_it_is_read(two: Office, proxy: Proxy, chance: random.Random) -> None:
    proxy.trip(lambda: two.account.empty("INBOX"), word=b'EXAMINE "INBOX"', after=chance.randrange(700))
    two.open()
    two.ending()
    assert proxy.tripped.wait(5)
    two.one_poll()
    assert isinstance(two.one_poll(), Batch)
    assert set(two.stored().values()) == {1}
    assert set(two.undisturbed()) <= set(two.cases())


def test_lost_with_everything_and_restored(two: Office) -> None:
    """The disk of the mail server comes late: the account is empty and new, later it is the old one again."""
    before = opened(two)
    away = two.account.maildir.with_name("away")
    two.account.maildir.rename(away)
    two.account.make()
    assert isinstance(two.one_poll(anew=True), Outage)
    two.assert_down()
    two.one_poll()
    two.one_poll()
    assert two.cases() == before
    two.account.maildir.rename(away.with_name("for a day"))
    away.rename(two.account.maildir)
    asked = two.ask()
    assert isinstance(two.one_poll(anew=True), Batch)
    assert f"id:{asked}" in two.cases()
    two.assert_well()


def test_renamed_its_messages_are_met_again_and_not_doubled(two: Office) -> None:
    before = opened(two)
    two.account.rename("Projects", "Projects of 2026")
    assert isinstance(two.one_poll(), Outage)
    assert isinstance(two.one_poll(), Batch)
    assert two.cases() == before
    two.assert_well()


def test_renamed_while_it_is_read(two: Office, proxy: Proxy, chance: random.Random) -> None:
    word = chance.choice([b'EXAMINE "Projects"', b"FETCH", b"LIST"])
    proxy.trip(lambda: two.account.rename("Projects", "Projects of 2026"), word=word, after=chance.randrange(200))
    two.open()
    two.ending()
    assert proxy.tripped.wait(5)
    two.one_poll()
    assert isinstance(two.one_poll(), Batch)
    two.assert_well()


def test_without_sent_what_was_answered_stays_so_and_back_again_it_is_read(office: Office) -> None:
    office.account.rename("Sent", "Old letters")
    before = office.cases()
    office.ask()
    assert isinstance(office.one_poll(), Outage)
    assert "Sent vanished" in office.outages[-1].message
    office.assert_down()
    assert isinstance(office.one_poll(), Batch)
    assert before.items() <= office.cases().items()
    office.account.rename("Old letters", "Sent")
    office.reply(3)
    assert isinstance(office.one_poll(), Batch)
    office.assert_well()


def test_renumbered_all_is_read_anew_and_nothing_doubled(two: Office) -> None:
    before = opened(two)
    for mailbox in ("INBOX", "Sent"):
        two.account.set_uidvalidity(mailbox, 4_000_000)
    assert isinstance(two.one_poll(anew=True), Batch)
    assert two.cases() == before
    two.assert_well()


def test_full_it_is_read_as_ever(office: Office, proxy: Proxy) -> None:
    """A quota is no matter for one who only reads, however the server warns."""
    proxy.inject = (b"Read-only mailbox.\r\n", b"* NO [OVERQUOTA] Quota exceeded (mailbox for user is full)\r\n")
    office.ask()
    assert isinstance(office.one_poll(), Batch)
    office.assert_well()
