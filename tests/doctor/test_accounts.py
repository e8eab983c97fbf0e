"""What can be wrong with a source is brought about on a real server or folder, and recognised."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import keyring
import keyring.backends.SecretService
import pytest

from tests.blackbox.conftest import reply
from tests.blackbox.homes import Home, ago, imap, letter, maildir, put
from tests.doctor.rounds import findings, found, is_broken, is_odd, is_well, patient
from tests.servers.dovecot import Account, Dovecot
from tests.servers.notifications import SessionBus
from tests.servers.proxy import scripted
from tests.servers.secret_service import SecretService
from triage.core.cases.threads import bare_subject
from triage.doctor.checks import examine
from triage.model.findings import Level
from triage.model.mail import Arrival, Batch, Delivery, Role
from triage.sources.message.mime import unreadable
from triage.store.writer import Store


def office(account: Account, more: str = "", *, security: str = "tls") -> str:
    """The account as a [[source]]."""
    server = account.server
    port = server.tls_port if security == "tls" else server.port
    trust = f'ca_file = "{server.ca_file}"\n' if security != "none" else ""
    return imap("office", account.user, port, security, trust + more)


def answered(account: Account, count: int, *, kept: int) -> None:
    """So many answered letters, so many of them with their answer in Sent."""
    for number in range(count):
        raw = letter(f"Quote {number}")
        account.deliver(raw, flags="RS")
        if number < kept:
            account.deliver(reply(raw, "Here it is."), "Sent", flags="S")


# --- well ---------------------------------------------------------------------------------------------------------


def test_a_healthy_account_has_nothing_but_ok(home: Home, account: Account) -> None:
    answered(account, 5, kept=5)
    home.configure(office(account))
    assert home.triage("poll", env={"TRIAGE_PASSWORD_OFFICE": "correct-horse"}).code == 0
    seen = [one for one in findings(home) if one.part == "office"]
    assert {one.level for one in seen} == {Level.OK}, seen
    is_well(seen, "signed in to localhost")
    is_well(seen, "5 of 5 mails marked as answered have their answer in Sent")
    is_well(seen, "last read whole")


def test_looking_leaves_no_trace(home: Home, account: Account) -> None:
    answered(account, 2, kept=1)
    account.deliver(letter("Offer"), "Clients")
    home.configure(office(account))
    before = account.files(), [account.flags(one) for one in ("INBOX", "Sent", "Clients")]
    findings(home)
    assert (account.files(), [account.flags(one) for one in ("INBOX", "Sent", "Clients")]) == before
    assert not home.state.exists()


# --- the way to the server ------------------------------------------------------------------------------------------


def test_no_password(home: Home, account: Account) -> None:
    home.configure(office(account))
    seen = [one for one in findings(home, env={}) if "no password is stored" in one.what]
    assert {one.level for one in seen} == {Level.BROKEN}
    assert "triage login office" in seen[0].hint


def test_a_password_command_that_fails(home: Home, account: Account) -> None:
    home.configure(office(account, f'password_command = ["{sys.executable}", "-c", "exit(3)"]'))
    assert any("failed with exit code 3" in one.what for one in findings(home))


def test_a_locked_keyring_is_told_and_not_asked_to_open(
    home: Home, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SessionBus() as bus, SecretService(bus.address, locked=True):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        keyring.set_keyring(keyring.backends.SecretService.Keyring())
        home.configure(office(account))
        seen = findings(home, env={})
    is_odd(seen, "it is locked")
    assert any("the keyring is locked" in one.what for one in seen)


def test_a_refused_password(home: Home, account: Account) -> None:
    home.configure(office(account))
    hint = is_broken(findings(home, env={"TRIAGE_PASSWORD_OFFICE": "wrong"}), "refused the password")
    assert "triage login office" in hint


def test_a_server_that_is_not_there(home: Home, account: Account) -> None:
    with scripted(b"", lambda tag, command: None) as server:
        port = server.port
    home.configure(imap("office", account.user, port))
    is_broken(findings(home), "cannot be reached")


def test_a_server_that_says_nothing_is_a_finding_and_no_wait(home: Home, account: Account) -> None:
    with scripted(b"", lambda tag, command: None) as server:
        home.configure(imap("office", account.user, server.port))
        seen = findings(home, patience=0.5)
    is_broken(seen, "no answer within")
    is_well(seen, "a password from the environment")


def test_a_certificate_nobody_vouches_for(home: Home, account: Account) -> None:
    home.configure(imap("office", account.user, account.server.tls_port, "tls"))
    assert "ca_file" in is_broken(findings(home), "is not to be trusted")


def test_a_certificate_that_runs_out_soon(home: Home, account: Account) -> None:
    home.configure(office(account))
    seen = findings(home, now=datetime.now(UTC) + timedelta(days=25))
    assert "certificate runs out in 4 days" in found(seen, "certificate", Level.LOOK).what


def test_starttls_that_is_not_offered(home: Home, account: Account) -> None:
    def answer(tag: bytes, command: bytes) -> bytes:
        return b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n"

    with scripted(b"* OK hello\r\n", answer) as server:
        home.configure(imap("office", account.user, server.port, "starttls"))
        is_broken(findings(home), "does not offer STARTTLS")


# --- mailboxes ------------------------------------------------------------------------------------------------------


def test_mailboxes_that_match_nothing(home: Home, account: Account) -> None:
    home.configure(office(account, 'mailboxes = ["Postfach"]'))
    assert "INBOX" in is_broken(findings(home), "none of the server's mailboxes matches")


@pytest.mark.parametrize("key", ["mailboxes", "sent"])
def test_one_name_that_matches_nothing(home: Home, account: Account, key: str) -> None:
    names = '["INBOX", "Kunden"]' if key == "mailboxes" else '["Kunden"]'
    home.configure(office(account, f"{key} = {names}"))
    is_odd(findings(home), f'{key} names "Kunden", which no mailbox matches')


def test_no_sent_mailbox(home: Home, dovecot: Dovecot) -> None:
    home.configure(office(dovecot.account()))
    assert "sent = " in is_broken(findings(home), "no Sent mailbox was found")


@pytest.mark.parametrize("polled", [False, True], ids=["before the first read", "after it"])
def test_answers_that_are_kept_elsewhere(home: Home, account: Account, polled: bool) -> None:
    answered(account, 5, kept=2)
    home.configure(office(account))
    if polled:
        assert home.triage("poll", env={"TRIAGE_PASSWORD_OFFICE": "correct-horse"}).code == 0
    is_odd(findings(home), "3 of 5 mails marked as answered have no answer in any Sent mailbox")


def test_an_answer_in_the_sent_mailbox_of_another_source_counts(home: Home, account: Account) -> None:
    raw = letter("Quote")
    account.deliver(raw, flags="RS")
    put(home.mail / "INBOX", letter("Other"))
    put(home.mail / "Sent", reply(raw, "Here."))
    home.configure(office(account), maildir("mail", home.mail))
    assert home.triage("poll", env={"TRIAGE_PASSWORD_OFFICE": "correct-horse"}).code == 0
    is_well([one for one in findings(home) if one.part == "office"], "1 of 1 mails marked as answered")


def test_replies_to_mail_that_is_kept_nowhere(home: Home, account: Account) -> None:
    for number in range(3):
        account.deliver(letter(f"Re: Plan {number}", in_reply_to=f"<from-my-phone-{number}@example.org>"))
    home.configure(office(account))
    assert home.triage("poll", env={"TRIAGE_PASSWORD_OFFICE": "correct-horse"}).code == 0
    is_odd(findings(home), "3 of 3 replies to you answer a mail that stands in no Sent mailbox")


def test_mail_from_people_where_nobody_reads(home: Home, account: Account) -> None:
    account.deliver(letter("Offer"), "Clients.Smith")
    news = letter("Offers", sender="Shop <news@shop.example>", list_unsubscribe="<mailto:x@shop.example>")
    account.deliver(news, "News")
    account.deliver(letter("Old"), "Drafts")
    home.configure(office(account))
    seen = findings(home)
    assert "Clients/Smith" in is_odd(seen, "a mail from people in 30 days lies in Clients/Smith")
    assert not any("News" in one.what and one.level is Level.LOOK for one in seen)


def test_mail_that_was_read_in_the_inbox_and_filed_is_no_finding(home: Home, account: Account) -> None:
    raw = letter("Offer")
    account.deliver(raw)
    home.configure(office(account))
    assert home.triage("poll", env={"TRIAGE_PASSWORD_OFFICE": "correct-horse"}).code == 0
    account.empty()
    account.deliver(raw, "Clients")
    is_well(findings(home), "no mail from people in the 1 mailbox")


# --- Maildir --------------------------------------------------------------------------------------------------------


def test_a_maildir_that_is_not_mounted(home: Home) -> None:
    home.configure()
    is_broken(findings(home), "is no folder")


def test_a_folder_without_a_mailbox_to_read(home: Home) -> None:
    put(home.mail / "Sent", letter())
    is_broken(findings(home), "no mailbox to read")


def test_a_maildir_without_sent(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    is_broken(findings(home), "no Sent mailbox was found")


def test_a_maildir_whose_answers_are_kept_elsewhere_and_mail_nobody_reads(home: Home) -> None:
    for number in range(2):
        path = put(home.mail / "INBOX", letter(f"Quote {number}"))
        path.rename(home.mail / "INBOX" / "cur" / f"{path.name}:2,RS")
    put(home.mail / "Sent", letter("Else"))
    put(home.mail / "Clients", letter("Offer"))
    seen = findings(home)
    is_odd(seen, "2 of 2 mails marked as answered have no answer in any Sent mailbox")
    is_odd(seen, "a mail from people in 30 days lies in Clients")


# --- how it fared ---------------------------------------------------------------------------------------------------


def test_a_source_that_was_never_read(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    assert "triage poll" in is_odd(findings(home), "never read")


def test_a_source_that_was_not_read_for_long(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    assert home.triage("poll").code == 0
    is_odd(findings(home, now=datetime.now(UTC) + timedelta(hours=5)), "last read whole 5 h ago")


def test_a_source_whose_last_pass_failed(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    assert home.triage("poll").code == 0
    (home.mail / "INBOX" / "cur").rename(home.mail / "INBOX" / "gone")
    assert home.triage("poll").code == 1
    is_broken(findings(home), "last read whole 0 min ago: ")


def test_messages_that_cannot_be_read(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    assert home.triage("poll").code == 0
    store = Store.open(home.state / "triage.db")
    lost = unreadable("the server does not hand it out", received=ago(hours=1), where="mail/INBOX/1/7")
    place = Delivery(mailbox="INBOX", validity=1, uid="7", role=Role.INBOX)
    cursor = store.cursor("mail") or ""
    arrival = Arrival(message=lost, delivery=place)
    store.add(Batch(source="mail", arrivals=(arrival,), cursor=cursor, complete=True), ago(), bare=bare_subject)
    store.close()
    is_odd(findings(home), "1 message could not be read")


def test_an_address_that_is_mine_and_somebodys(home: Home) -> None:
    put(home.mail / "INBOX", letter(sender="Info <info@elsewhere.example>"), ago(hours=3))
    put(home.mail / "Sent", letter(sender="Info <info@elsewhere.example>", to="Ben <ben@ott.example>"))
    put(home.mail / "Sent", letter(sender="Robin <robin@alias.example>", to="Ben <ben@ott.example>"))
    assert home.triage("poll").code == 0
    seen = findings(home)
    is_odd(seen, "info@elsewhere.example wrote to you and also stands as sender in Sent")
    is_well(seen, "learned from Sent: 1 more, robin@alias.example")


def test_a_check_that_fails_by_a_defect_hides_no_other(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The patient's own settings are impossible: only a defect of ours would make them so."""
    seen = patient(home)
    wrong = replace(seen, config=replace(seen.config, me=None))  # type: ignore[arg-type]
    told = [one.told() for one in examine(wrong)]
    assert any(one.part == "addresses" and "could not be examined (AttributeError" in one.what for one in told)
    assert any(one.part == "disk" for one in told)
