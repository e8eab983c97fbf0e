"""A day with a real mail server and a real notification service: mail comes, a notice rings, a button settles it."""

import contextlib
import os
import pty
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.blackbox.conftest import reply
from tests.blackbox.homes import TRIAGE, Home, ago, day_ending_in, imap, letter, whole_day
from tests.servers.dovecot import PASSWORD, Account, Dovecot
from tests.servers.notifications import Recorder, SessionBus
from tests.servers.proxy import proxy_to
from triage.clerk import Clerk
from triage.config import load
from triage.daemon.screen import Screen
from triage.daemon.stepping import Daemon
from triage.model.notices import Bubble
from triage.sources.kinds import open_source
from triage.store.lock import Lock
from triage.store.writer import Store

SECRET = {"TRIAGE_PASSWORD_OFFICE": PASSWORD}
TLS = ["tls", "starttls"]
WAIT = 20


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.account()


def office(account: Account, security: str = "tls", more: str = "") -> str:
    """The account as a [[source]]."""
    port = account.server.tls_port if security == "tls" else account.server.port
    return imap("office", account.user, port, security, f'ca_file = "{account.server.ca_file}"\n{more}')


class Quiet:
    """What the daemon needs besides its clerk, for an afternoon without a user."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    def show(self, bubble: Bubble) -> None:
        self.titles.append(bubble.title)

    def close(self, bubble_id: str) -> None: ...

    def shutdown(self) -> None: ...

    def stored(self, source: str) -> None: ...

    def look_around(self, source: str, now: datetime) -> None: ...

    def say(self, said: object, now: datetime) -> None: ...


def live_yesterday(home: Home) -> None:
    """The daemon's steps of a day ago, so that the first read and the word about it are behind us."""
    config = load(home.config, {**home.env, "TRIAGE_STATE_DIR": str(home.state)})
    yesterday, quiet = ago(hours=24), Quiet()
    lock = Lock.acquire(config.state_dir)
    store = Store.open(config.state_dir / "triage.db")
    source = open_source(config.sources[0], lambda: PASSWORD)
    try:
        clerk = Clerk(config, store)
        clerk.begin(yesterday)
        daemon = Daemon(clerk, Screen([quiet]), quiet, quiet)  # type: ignore[arg-type]
        _read(daemon, source.fetch, yesterday)
    finally:
        source.close()
        store.close()
        lock.release()
    assert quiet.titles


def _read(daemon: Daemon, fetch, now: datetime) -> None:  # type: ignore[no-untyped-def]
    batch = fetch(None)
    daemon.step(batch, now)
    while not batch.complete:
        batch = fetch(batch.cursor)
        daemon.step(batch, now)


@pytest.fixture
def office_day(home: Home, account: Account, bus: SessionBus) -> Iterator[Home]:
    """A working day that ends in half an hour, with a mailbox that is known since yesterday."""
    home.env.update(SECRET, DBUS_SESSION_BUS_ADDRESS=bus.address)
    home.configure(office(account), workday=whole_day())
    account.deliver(letter("Before my time", sender="Old <old@past.example>"), received=ago(days=9))
    live_yesterday(home)
    home.configure(office(account), workday=day_ending_in(31), more='[reminders]\nbefore = ["40m"]')
    yield home


def test_mail_of_this_morning_rings_before_the_day_ends_and_done_settles_it(
    office_day: Home, account: Account, recorder: Recorder
) -> None:
    account.deliver(letter(), received=ago(minutes=65))
    with office_day.daemon() as daemon:
        note = recorder.wait_for(timeout=WAIT)
        assert "Ada King" in note.summary + note.body
        assert [action for action, _ in note.actions][-1] == "done"
        recorder.press(note.id, "done")
        daemon.logged("event=pressed action=done")
        daemon.wait_until(lambda: not daemon.status()["owed"] or daemon.status()["counts"]["owed"] == 0)
        assert recorder.screen == {}
        assert daemon.end() < 5
    assert office_day.triage("undo").out == "Undone: done: Ada King: Quote for March\n"
    assert len(recorder.notes) == 1


def test_mail_from_people_in_a_mailbox_that_is_not_read_is_a_line_of_the_status(home: Home, account: Account) -> None:
    home.env.update(SECRET)
    home.configure(office(account))
    account.deliver(letter("In the inbox"), received=ago(hours=3))
    account.deliver(letter("Filed by a rule"), "Clients", received=ago(hours=2))
    listed = letter("Tea?", to="tea@lists.example", list_id="<tea.lists.example>", precedence="list")
    account.deliver(listed, "Lists", received=ago(hours=2))
    before = account.files(), account.flags("Clients")
    line = "Mail from people came into Clients, which is not read: triage doctor"
    assert line in " ".join(home.triage("poll").out.split())
    assert (account.files(), account.flags("Clients")) == before
    with home.daemon() as daemon:
        daemon.wait_until(lambda: daemon.status()["daemon"]["running"])
        assert line in " ".join(home.triage("status").out.split())
    home.configure(office(account, more='mailboxes = ["INBOX", "Clients"]'))
    assert "Clients" not in home.triage("poll").out


def test_an_answer_sent_elsewhere_takes_the_notice_off_the_screen(
    office_day: Home, account: Account, recorder: Recorder
) -> None:
    raw = letter()
    account.deliver(raw, received=ago(minutes=65))
    with office_day.daemon():
        note = recorder.wait_for(timeout=WAIT)
        account.deliver(reply(raw, "Here it is."), "Dispatched", received=ago(minutes=1), flags="S")
        assert office_day.triage("poll", "--json").json["counts"]["owed"] == 0
        recorder.wait_until(lambda: note.id in recorder.closed, WAIT)


def test_mail_that_comes_while_it_runs_rings_once_and_not_again_after_a_restart(
    office_day: Home, account: Account, recorder: Recorder
) -> None:
    with office_day.daemon() as daemon:
        assert office_day.triage("poll").code == 0
        account.deliver(letter(), received=ago(minutes=65))
        assert office_day.triage("poll").code == 0
        recorder.wait_for(lambda note: "Ada King" in note.summary + note.body, timeout=WAIT)
        daemon.logged("event=rang")
    with office_day.daemon() as daemon:
        assert office_day.triage("poll").code == 0
        assert daemon.said("event=rang") == 0
    assert len(recorder.notes) == 1


def test_a_reminder_pressed_away_for_half_an_hour_is_a_snooze(
    office_day: Home, account: Account, recorder: Recorder
) -> None:
    account.deliver(letter(), received=ago(minutes=65))
    with office_day.daemon() as daemon:
        note = recorder.wait_for(timeout=WAIT)
        recorder.press(note.id, "snooze")
        daemon.logged("event=pressed action=snooze")
        daemon.wait_until(lambda: daemon.status()["counts"]["snoozed"] == 1)
        until = datetime.fromisoformat(daemon.status()["snoozed"][0]["until"])
        assert timedelta(minutes=28) < until - ago() < timedelta(minutes=31)


@pytest.mark.parametrize("security", TLS)
def test_after_many_passes_nothing_on_the_server_has_changed(home: Home, account: Account, security: str) -> None:
    raw = letter()
    account.deliver(raw, received=ago(hours=2))
    account.deliver(letter("Seen", sender="Ben Ott <ben@ott.example>"), received=ago(hours=2), flags="FS")
    account.deliver(reply(letter("Old"), "Yes."), "Dispatched", received=ago(hours=3), flags="S")
    files, flags = account.files(), _flags(account)
    home.env.update(SECRET)
    home.configure(office(account, security))
    assert home.triage("poll").code == 0
    with home.daemon():
        for number in range(8):
            added = account.deliver(letter(f"Number {number}"), received=ago(minutes=5))
            files[str(added.relative_to(account.maildir))] = added.read_bytes()
            assert home.triage("poll").code == 0
        assert "Number 7" in home.triage("list").out
    assert account.files() == files
    assert _flags(account)["INBOX"].startswith(flags["INBOX"])
    assert _flags(account)["INBOX"].count("\\Seen") == flags["INBOX"].count("\\Seen") == 1
    assert flags["Dispatched"] == _flags(account)["Dispatched"]


def _flags(account: Account) -> dict[str, str]:
    return {mailbox: account.flags(mailbox) for mailbox in ("INBOX", "Dispatched")}


def test_a_wrong_password_is_tried_once_until_login_stores_the_right_one(home: Home, account: Account) -> None:
    account.deliver(letter(), received=ago(hours=1))
    with proxy_to(account.server.port) as proxy:
        home.configure(imap("office", account.user, proxy.port))
        Path(home.env["TEST_KEYRING"]).write_text('{"triage office": "wrong"}')
        with home.daemon() as daemon:
            daemon.logged("event=outage final=True")
            assert _sign_ins(proxy.sent) == 1
            words = [*TRIAGE, "add", "Marks wake the daemon, which must not try again"]
            adding = [subprocess.Popen(words, env=home.env, stdout=subprocess.DEVNULL) for _ in range(6)]
            assert [process.wait(30) for process in adding] == [0] * 6
            daemon.wait_until(lambda: all(case["id"] for case in daemon.status()["owed"]))
            seen = daemon.status()
            assert seen["clear"] is False
            assert seen["sources"][0]["ok"] is False
            assert "password" in seen["sources"][0]["error"]
            assert "triage login office" in seen["sources"][0]["hint"]
            assert _sign_ins(proxy.sent) == 1

            refused = home.triage("login", "office", stdin="wrong again\n")
            assert (refused.code, refused.out) == (4, "")
            assert len(refused.err.splitlines()) == 2
            assert _sign_ins(proxy.sent) == 2
            assert "wrong again" not in Path(home.env["TEST_KEYRING"]).read_text()

            assert home.triage("login", "office", stdin=f"{PASSWORD}\n").code == 0
            daemon.wait_until(lambda: daemon.source("office")["ok"])
            assert "Ada King" in [case["who"]["name"] for case in daemon.status()["owed"]]
            # To try the password, to read, and to look around in what is not read.
            daemon.wait_until(lambda: _sign_ins(proxy.sent) == 5)
            assert PASSWORD not in "".join(daemon.log)


def _sign_ins(sent: bytes) -> int:
    return sent.count(b" AUTHENTICATE ") + sent.count(b" LOGIN ")


def test_login_asks_at_the_terminal_and_shows_nothing_that_is_typed(home: Home, account: Account) -> None:
    home.configure(office(account))
    mine, theirs = pty.openpty()
    command = ["setsid", "--ctty", "--wait", *TRIAGE, "login", "office"]
    process = subprocess.Popen(command, env=home.env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = _heard(mine, until=b": ")
    assert f"Password of {account.user} at localhost" in said
    os.write(mine, f"{PASSWORD}\n".encode())
    said += _heard(mine)
    os.close(mine)
    assert process.wait(20) == 0
    assert "in the keyring" in said
    assert PASSWORD not in said
    assert PASSWORD in Path(home.env["TEST_KEYRING"]).read_text()


def _heard(terminal: int, until: bytes | None = None) -> str:
    """What is written to the terminal, up to these bytes or its end."""
    said = b""
    with contextlib.suppress(OSError):
        while (until is None or not said.endswith(until)) and (chunk := os.read(terminal, 1)):
            said += chunk
    return said.decode()


@pytest.mark.parametrize(
    ("more", "env", "says"),
    [
        pytest.param('password_command = ["true"]', {}, "password_command", id="a command goes first"),
        pytest.param("", SECRET, "TRIAGE_PASSWORD_OFFICE", id="the environment goes first"),
    ],
)
def test_login_refuses_to_store_what_would_not_be_used(
    home: Home, account: Account, more: str, env: dict[str, str], says: str
) -> None:
    home.configure(office(account, more=more))
    result = home.triage("login", "office", stdin=f"{PASSWORD}\n", env=env)
    assert (result.code, result.out) == (1, "")
    assert says in result.err
    assert not Path(home.env["TEST_KEYRING"]).exists()


def test_login_without_a_password_or_a_keyring_ends_with_4(home: Home, account: Account) -> None:
    home.configure(office(account))
    assert home.triage("login", "office", stdin="").code == 4
    none = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    result = home.triage("login", "office", stdin=f"{PASSWORD}\n", env=none)
    assert (result.code, result.out) == (4, "")
    assert "TRIAGE_PASSWORD_OFFICE" in result.err


def test_login_at_a_server_that_is_away_ends_with_1_and_stores_nothing(home: Home, account: Account) -> None:
    with proxy_to(account.server.port) as proxy:
        port = proxy.port
    home.configure(imap("office", account.user, port))
    result = home.triage("login", "office", stdin=f"{PASSWORD}\n")
    assert (result.code, result.out, len(result.err.splitlines())) == (1, "", 2)
    assert not Path(home.env["TEST_KEYRING"]).exists()


def test_a_missing_password_is_told_with_the_command_that_stores_it(home: Home, account: Account) -> None:
    home.configure(office(account))
    result = home.triage("poll", "--json")
    source = result.json["sources"][0]
    assert (result.code, source["ok"], source["hint"]) == (4, False, "store one: triage login office")
    assert "triage login office" in home.triage().out
    with home.daemon() as daemon:
        daemon.wait_until(lambda: bool(daemon.source("office")["error"]))
        assert home.triage("poll").code == 4, "beside the daemon too"


def test_a_server_that_went_away_and_came_back_is_read_again(home: Home, account: Account) -> None:
    account.deliver(letter(), received=ago(hours=1))
    home.env.update(SECRET)
    with proxy_to(account.server.port) as proxy:
        home.configure(imap("office", account.user, proxy.port))
        with home.daemon() as daemon:
            daemon.wait_until(lambda: daemon.source("office")["fresh_as_of"] is not None)
            proxy.cut_after = 0
            account.deliver(letter("Later", sender="Ben Ott <ben@ott.example>"), received=ago(minutes=5))
            assert home.triage("poll").code == 1
            assert daemon.source("office")["error"]
            proxy.cut_after = None
            assert home.triage("poll").code == 0
            assert "Ben Ott" in home.triage("list").out


def test_sent_mail_is_found_by_its_role_and_closes_what_it_answers(home: Home, account: Account) -> None:
    raw = letter()
    account.deliver(raw, received=ago(hours=1))
    account.deliver(reply(raw, "Here it is."), "Dispatched", received=ago(minutes=30), flags="S")
    home.env.update(SECRET)
    home.configure(office(account))
    seen = home.triage("poll", "--json").json
    assert (seen["owed"], seen["clear"]) == ([], True)
    assert seen["counts"]["answered_today"] == 1
    assert message_from_bytes(raw)["Message-ID"] in home.triage("list", "--all", "--json").out
