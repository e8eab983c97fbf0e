"""`triage init` as people use it: typed at a terminal, called by a script, and run again."""

import json
import stat
import tomllib
from typing import Any

import pytest

from tests.blackbox.homes import ROBIN, Home, ago, letter, put
from tests.blackbox.typing import at_a_terminal
from tests.servers.certificates import certificate
from tests.servers.dovecot import PASSWORD, Account, Dovecot
from tests.servers.exchange import running_exchange


@pytest.fixture
def fresh(home: Home) -> Home:
    """A home without a configuration."""
    home.config.unlink()
    return home


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    """Ada waits in INBOX, Ben in a mailbox of his own; Robin sent mail from two addresses."""
    made = dovecot.account()
    made.deliver(letter(at=ago(minutes=90)), received=ago(minutes=90))
    ben = letter("Plans", sender="Ben Ott <ben@ott.example>", text="When can you come by?")
    made.deliver(ben, "Clients", received=ago(minutes=80))
    for number in range(3):
        sent = letter(f"Note {number}", sender="Robin <robin.vale@example.net>", to="lea@example.org", text="Hello.")
        made.deliver(sent, "Dispatched", received=ago(days=1), flags="S")
    news = letter("Offers", sender="Shop <news@shop.example>", text="Buy!", list_unsubscribe="<mailto:x@shop.example>")
    made.deliver(news, "Shops", received=ago(minutes=40))
    return made


def written(home: Home) -> Any:
    """config.toml, read."""
    return tomllib.loads(home.config.read_text(encoding="utf-8"))


def test_from_an_address_and_a_password_to_the_first_status(fresh: Home, account: Account) -> None:
    server = account.server
    (fresh.root / "phone").mkdir()
    with at_a_terminal(fresh, "init", "--no-lookup") as terminal:
        terminal.answer("Your name", "Robin Vale")
        terminal.answer("Your e-mail addresses", ROBIN)
        terminal.answer("Name of this account", "office")
        terminal.answer("Read it from", "imap")
        terminal.answer("IMAP server", "localhost")
        terminal.answer("Encryption")
        terminal.answer("Port", str(server.tls_port))
        terminal.answer("User name there", account.user)
        terminal.answer("Password", "wrong")
        terminal.answer("is not to be trusted", str(server.ca_file))
        terminal.answer("refused the password")
        terminal.answer("Password", PASSWORD)
        terminal.until("The password is in your keyring.")
        terminal.until("What you sent is looked for in Dispatched.")
        terminal.answer("Mailboxes to read", "")
        terminal.until("robin.vale@example.net")
        terminal.answer("Are these yours too?")
        terminal.answer("Working days", "mon-sun")
        terminal.answer("Working hours", "9-12, 13-17")
        terminal.answer("Public holidays", "none")
        terminal.answer("Folder of voicemails", str(fresh.root / "phone"))
        terminal.answer("Told how long", "1h")
        terminal.answer("What a notice shows", "names")
        terminal.answer("Write this to")
        terminal.answer("Read everything once now?")
        terminal.answer("Start the daemon now", "n")
        assert terminal.end() == 0
    assert "Shops" not in terminal.seen
    assert "Ada King" in terminal.seen
    assert "Ben Ott" in terminal.seen
    assert PASSWORD not in terminal.seen
    config = written(fresh)
    assert config["me"] == {"name": "Robin Vale", "addresses": [ROBIN, "robin.vale@example.net"]}
    assert config["source"] == [
        {
            "name": "office",
            "kind": "imap",
            "host": "localhost",
            "port": server.tls_port,
            "ca_file": str(server.ca_file),
            "user": account.user,
            "mailboxes": ["INBOX", "Clients"],
        },
        {"name": "phone", "kind": "voicemail", "path": str(fresh.root / "phone")},
    ]
    assert config["workday"]["hours"]["sat"] == ["09:00-12:00", "13:00-17:00"]
    assert config["reminders"] == {"before": ["1h"], "privacy": "names"}
    assert stat.S_IMODE(fresh.config.stat().st_mode) == 0o600
    assert json.loads((fresh.root / "keyring.json").read_text()) == {"triage office": PASSWORD}
    assert "# How you sign" in fresh.config.read_text()


def script(account: Account, *more: str) -> list[str]:
    """The same by options."""
    server = account.server
    place = ["--host", "localhost", "--port", str(server.tls_port), "--ca-file", str(server.ca_file)]
    return ["init", "--no-input", "--address", ROBIN, "--user", account.user, "--source", "office", *place, *more]


def test_every_answer_can_be_an_option(fresh: Home, account: Account) -> None:
    more = ["--days", "mon-sun", "--holidays", "DE-BY", "--before", "30m", "--privacy", "count", "--mailbox", "INBOX"]
    run = fresh.triage(*script(account, "--password-stdin", "--kind", "imap", *more), stdin=f"{PASSWORD}\n")
    assert (run.code, run.err) == (0, "")
    config = written(fresh)
    assert config["source"][0]["user"] == account.user
    assert "mailboxes" not in config["source"][0]
    assert config["me"]["phone_region"] == "DE"
    assert config["workday"]["holidays"] == "DE-BY"
    assert config["reminders"] == {"before": ["30m"], "privacy": "count"}
    assert "Ada King" in run.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(["init"], 2, "--no-input", id="no terminal"),
        pytest.param(["init", "--no-input"], 2, "--address", id="nothing known of the user"),
        pytest.param(["init", "--no-input", "--address", "x"], 2, "--address: expected an address", id="no address"),
        pytest.param(["init", "--no-input", "--address", ROBIN, "--path", "/nowhere"], 2, "no folder", id="no folder"),
    ],
)
def test_what_cannot_be_answered_is_said_and_nothing_written(
    fresh: Home, words: list[str], code: int, said: str
) -> None:
    run = fresh.triage(*words)
    assert run.code == code
    assert said in run.err
    assert not fresh.config.exists()


def test_a_refused_password_ends_a_script_and_stores_nothing(fresh: Home, account: Account) -> None:
    run = fresh.triage(*script(account, "--password-stdin"), stdin="wrong\n")
    assert run.code == 4
    assert "refused the password" in run.err
    assert not fresh.config.exists()
    assert not (fresh.root / "keyring.json").exists()


def test_a_script_without_a_password_learns_how_to_give_one(fresh: Home, account: Account) -> None:
    run = fresh.triage(*script(account))
    assert run.code == 4
    assert "--password-stdin" in run.err


def test_without_a_keyring_the_other_ways_are_told_and_a_command_is_tried(fresh: Home, account: Account) -> None:
    (fresh.root / "secret").write_text(PASSWORD)
    words = [word for word in script(account, "--no-lookup") if word != "--no-input"]
    no_keyring = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    with at_a_terminal(fresh, *words, env=no_keyring) as terminal:
        terminal.answer("Your name", "Robin")
        terminal.answer("Read it from")
        terminal.answer("Encryption")
        terminal.answer("Password", PASSWORD)
        terminal.until("TRIAGE_PASSWORD_OFFICE")
        terminal.answer("Command that prints", "echo wrong")
        terminal.until("prints something else")
        terminal.answer("Command that prints", f"cat {fresh.root / 'secret'}")
        terminal.until("Mailboxes to read")
    assert not (fresh.root / "keyring.json").exists()


OWN = """\
# mine, by hand
state_dir = "../../state/triage"

[me]
name = "Robin Vale"   # as in my signature
addresses = ["robin@example.org"]
team = ["*@example.org"]

[workday]
hours = { mon = ["09:00-12:00"], tue = ["13:00-17:00"] }

[[source]]
name = "mail"
kind = "maildir"
path = "../../mail"
history = "10d"       # it is a small disk

[[rule]]
match = { from = "*@bigclient.example" }
class = "vip"
"""


def test_a_second_run_changes_what_was_asked_and_keeps_what_was_written(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    put(home.mail / "Sent", letter("Hi", sender="Robin <robin@example.org>", to="lea@example.org"))
    home.config.write_text(OWN)
    home.config.chmod(0o644)
    run = home.triage("init", "--no-input", "--before", "45m")
    assert (run.code, run.err) == (0, "")
    assert home.config.read_text() == OWN + '\n[reminders]\nbefore = ["45m"]\n'
    assert stat.S_IMODE(home.config.stat().st_mode) == 0o600
    [backup] = home.config.parent.glob("config.toml.2*")
    assert backup.read_text() == OWN
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_a_run_that_changes_nothing_writes_nothing(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    put(home.mail / "Sent", letter("Hi", sender="Robin <robin@example.org>", to="lea@example.org"))
    before = home.config.read_bytes()
    run = home.triage("init", "--no-input", "--no-read")
    assert "says all that already" in run.out
    assert home.config.read_bytes() == before
    assert [*home.config.parent.iterdir()] == [home.config]


def test_another_account_is_added_beside_the_first(home: Home, account: Account) -> None:
    put(home.mail / "INBOX", letter())
    words = script(account, "--password-stdin", "--kind", "imap", "--no-read")
    run = home.triage(*words, stdin=f"{PASSWORD}\n")
    assert (run.code, run.err) == (0, "")
    assert [one["name"] for one in written(home)["source"]] == ["mail", "office"]


def test_a_password_that_is_stored_is_not_asked_for_again(fresh: Home, account: Account) -> None:
    assert fresh.triage(*script(account, "--password-stdin", "--kind", "imap"), stdin=f"{PASSWORD}\n").code == 0
    before = fresh.config.read_text()
    run = fresh.triage("init", "--no-input", "--mailbox", "1", "--no-read")
    assert (run.code, run.err) == (0, "")
    assert 'mailboxes = ["INBOX", "Clients"]' in before
    assert fresh.config.read_text() == before.replace('mailboxes = ["INBOX", "Clients"]', 'mailboxes = ["INBOX"]')


def test_a_maildir_in_its_usual_place_is_found(fresh: Home) -> None:
    put(fresh.root / "Maildir", letter())
    put(fresh.root / "Maildir" / ".Sent", letter("Hi", sender="Robin <robin@example.org>", to="lea@example.org"))
    run = fresh.triage("init", "--no-input", "--address", ROBIN)
    assert (run.code, run.err) == (0, "")
    assert written(fresh)["source"] == [{"name": "example", "kind": "maildir", "path": str(fresh.root / "Maildir")}]
    assert "Ada King" in run.out


# --- what goes wrong, and what comes later --------------------------------------------------------------------------


def test_who_leaves_in_the_middle_leaves_nothing_behind(fresh: Home) -> None:
    with at_a_terminal(fresh, "init", "--no-lookup") as terminal:
        terminal.answer("Your name", "Robin")
        terminal.until("Your e-mail addresses")
        terminal.type("\x03")
        assert terminal.end() == 130
    assert not fresh.config.exists()
    assert not fresh.state.exists()


def test_who_says_no_at_the_end_keeps_what_there_was(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    put(home.mail / "Sent", letter("Hi", sender="Robin <robin@example.org>", to="lea@example.org"))
    before = home.config.read_bytes()
    with at_a_terminal(home, "init", "--before", "5m", "--days", "mon") as terminal:
        for question in ("Your name", "Your e-mail", "Name of this", "Read it", "The Maildir", "Mailboxes to read"):
            terminal.answer(question)
        for question in ("Working hours", "Public holidays", "Folder of voicemails", "What a notice"):
            terminal.answer(question)
        terminal.answer("Write this to", "n")
        assert terminal.end() == 1
    assert "nothing was written" in terminal.seen
    assert home.config.read_bytes() == before


def test_a_wrong_answer_is_asked_again(fresh: Home) -> None:
    put(fresh.root / "Maildir", letter())
    with at_a_terminal(fresh, "init", "--no-lookup", columns=50) as terminal:
        terminal.answer("Your name", "Robin")
        terminal.answer("Your e-mail addresses", "robin")
        terminal.answer("expected an address", ROBIN)
        terminal.answer("Name of this", "my mail!")
        terminal.answer("expected a name", "home")
        terminal.answer("Read it from", "pop")
        terminal.answer("answer one of imap, maildir", "m")
        terminal.answer("The Maildir", "/nowhere")
        terminal.answer("there is no folder /nowhere")
        terminal.answer("Mailbox with what you sent")
        terminal.answer("Mailboxes to read")
        terminal.answer("Working days", "workdays")
        terminal.answer("expected days")
        terminal.answer("Working hours", "17-9")
        terminal.answer("is not after")
        terminal.answer("Public holidays", "XX")
        terminal.answer("is not known", "us-nc")
        terminal.answer("Folder of voicemails")
        terminal.answer("Told how long", "soon")
        terminal.answer("expected a length", "1h, 15m")
        terminal.answer("What a notice shows", "c")
        terminal.answer("Write this to")
        terminal.until("Written.")
    config = written(fresh)
    assert config["workday"]["holidays"] == "US-NC"
    assert config["reminders"] == {"before": ["1h", "15m"], "privacy": "count"}
    assert config["source"][0]["name"] == "home"


def test_a_wrong_configuration_is_told_and_left_alone(home: Home) -> None:
    home.config.write_text('[me]\nadresses = ["robin@example.org"]\n')
    run = home.triage("init", "--no-input", "--before", "5m")
    assert run.code == 3
    assert 'did you mean "addresses"?' in run.err
    assert [*home.config.parent.iterdir()] == [home.config]


def test_a_configuration_kept_elsewhere_is_written_through_its_link(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    put(home.mail / "Sent", letter("Hi", sender="Robin <robin@example.org>", to="lea@example.org"))
    dotfiles = home.root / "dotfiles"
    dotfiles.mkdir()
    home.config.rename(dotfiles / "triage.toml")
    home.config.symlink_to(dotfiles / "triage.toml")
    assert home.triage("init", "--no-input", "--before", "5m", "--no-read").code == 0
    assert home.config.is_symlink()
    assert tomllib.loads((dotfiles / "triage.toml").read_text())["reminders"]["before"] == ["5m"]


def test_a_running_daemon_takes_the_change_in(read: Home) -> None:
    with read.daemon() as running:
        run = read.triage("init", "--no-input", "--before", "5m", "--no-read")
        assert (run.code, run.err) == (0, "")
        assert "The running daemon takes it in." in run.out
        running.logged("event=reloaded")


def test_signing_in_by_the_browser_is_offered_where_the_provider_has_it(fresh: Home) -> None:
    words = ["--no-lookup", "--name", "Robin", "--source", "work", "--kind", "imap", "--days", "mon-fri"]
    rest = ["--hours", "9-17", "--holidays", "none", "--voicemail", "none", "--before", "2h", "--privacy", "full"]
    with at_a_terminal(fresh, "init", "--address", "robin@outlook.com", *words, *rest) as terminal:
        terminal.until("Microsoft 365: outlook.office365.com, port 993, encrypted, as robin@outlook.com")
        terminal.answer("Is that right?")
        terminal.until("docs/microsoft365.md")
        terminal.answer("Its client id", "11111111-2222-3333-4444-555555555555")
        terminal.answer("Write this to")
        terminal.answer("Sign in now?", "n")
        terminal.until("triage login work")
        terminal.answer("Start the daemon now", "n")
        assert terminal.end() == 0
    [source] = written(fresh)["source"]
    assert source["auth"] == "oauth-microsoft"
    assert source["client_id"].startswith("1111")
    again = fresh.triage("init", "--no-input", "--no-lookup", "--before", "5m", "--no-read")
    assert again.code == 0, again.err
    assert "triage login" not in again.out.partition("Written.")[2]


def test_an_exchange_server_is_tried_too(fresh: Home) -> None:
    with running_exchange(tls=certificate(fresh.root)) as server:
        words = ["init", "--no-input", "--address", ROBIN, "--source", "work", "--endpoint", server.endpoint]
        words += [
            "--user",
            "EXAMPLE\\robin",
            "--auth",
            "basic",
            "--ca-file",
            str(server.ca_file),
            "--no-read",
            "--password-stdin",
        ]
        assert fresh.triage(*words, stdin="wrong\n").code == 4
        run = fresh.triage(*words, stdin=f"{server.password}\n")
        assert (run.code, run.err) == (0, "")
    [source] = written(fresh)["source"]
    assert (source["kind"], source["auth"]) == ("exchange", "basic")


def test_a_command_that_prints_a_refused_password_is_to_be_mended_there(fresh: Home, account: Account) -> None:
    words = [word for word in script(account, "--kind", "imap", "--name", "Robin") if word != "--no-input"]
    with at_a_terminal(fresh, *words, "--security", "tls", "--password-command", "echo wrong") as terminal:
        terminal.until("refused the password")
        assert terminal.end() == 4
    assert not (fresh.root / "keyring.json").exists()
