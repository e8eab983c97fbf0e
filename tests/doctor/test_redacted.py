"""What is pasted into a bug report names nobody, whatever is broken."""

import json
import re

import pytest

from tests.blackbox.homes import Home, imap, letter, maildir, put
from tests.servers.dovecot import Account
from triage.config import load
from triage.doctor.redacting import redacted
from triage.model.findings import Level, broken, ok

PRIVATE = ("wilhelmina", "quincey", "harker", "transsylvania", "castle", "whitby")
NAME = "Wilhelmina Harker"


def private_home(home: Home, *sources: str) -> Home:
    """Everything in it that can bear a name bears one of `PRIVATE`."""
    home.configure(*sources)
    text = home.config.read_text().replace("robin@example.org", "wilhelmina@harker.example").replace("Robin Vale", NAME)
    home.config.write_text(text + '\n[[rule]]\nmatch = { from = "*@quincey.example" }\nclass = "vip"\n')
    return home


def assert_nameless(home: Home, **env: str) -> str:
    """The findings of a redacted round."""
    env = {"TRIAGE_PASSWORD_CASTLE": "correct-horse", **env}
    plain = home.triage("doctor", "--json", env=env).out.lower()
    for words in (["doctor", "--redact"], ["doctor", "--redact", "--json"]):
        run = home.triage(*words, env=env)
        said = (run.out + run.err).lower()
        held = [name for name in (*PRIVATE, str(home.root).lower(), "127.0.0.1", "localhost") if name in said]
        assert not held, said
        assert not re.search(r"\w@\w", said), said
    assert any(name in plain for name in PRIVATE), "nothing private was told, so that nothing was proven"
    return str(run.out)


def test_a_working_account(home: Home, account: Account) -> None:
    sender = "Quincey <quincey@whitby.example>"
    account.deliver(letter("Transsylvania", sender=sender), flags="RS")
    account.deliver(letter("Transsylvania", sender=sender), "Whitby")
    account.deliver(letter(sender="Mina <mina@castle.example>", to=sender), "Sent")
    server = account.server
    more = f'ca_file = "{server.ca_file}"\nmailboxes = ["INBOX", "Harker*"]'
    private_home(home, imap("castle", account.user, server.tls_port, "tls", more))
    home.triage("poll", env={"TRIAGE_PASSWORD_CASTLE": "correct-horse"})
    told = assert_nameless(home)
    assert {finding["part"] for finding in json.loads(told)["findings"]} >= {"config", "[source 1]", "database"}


@pytest.mark.parametrize("what", ["password", "server", "certificate", "folder", "configuration", "nothing there"])
def test_something_broken(home: Home, account: Account, what: str) -> None:
    folder = home.root / "whitby"
    put(folder / "Harker", letter("Castle"))
    source = imap("castle", account.user, account.server.port, more='mailboxes = ["Whitby"]')
    if what == "server":
        source = imap("castle", "harker", 1)
    if what == "certificate":
        source = imap("castle", "harker", account.server.tls_port, "tls")
    private_home(home, source, maildir("whitby", folder if what == "folder" else home.root / "castle"))
    if what == "configuration":
        home.config.write_text(home.config.read_text() + '\n[castle]\nharker = "whitby"\n')
    if what == "nothing there":
        home.config.unlink()
        home.config = home.root / "castle.toml"
        home.env["TRIAGE_CONFIG"] = str(home.config)
    assert_nameless(home, **({"TRIAGE_PASSWORD_CASTLE": "wrong"} if what == "password" else {}))


def test_braces_of_strangers_stay_what_they_are() -> None:
    finding = broken("{host} said {error}", "ask {host}", host="{error}", error="{host} {} {0}")
    assert finding.told().what == "{error} said {host} {} {0}"
    assert finding.told(redacted=True).what == "[host] said [error]"
    assert ok("{unknown}").told().what == "{unknown}"
    assert finding.level is Level.BROKEN


def test_what_a_check_forgot_to_keep_apart_is_taken_out_all_the_same(home: Home) -> None:
    private_home(home, imap("castle", "harker", 993, "tls"))
    config = load(home.config, home.env)
    careless = broken(
        f"harker at {config.sources[0].host} has {config.path.parent}/x and Wilhelmina HARKER",
        "write to mina@castle.example",
    )
    (told,) = redacted([careless], config)
    assert told.what == "[private] at [private] has [private]/x and [private]"
    assert told.hint == "write to [private]"
