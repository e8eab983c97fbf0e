"""`triage login` by OAuth as a user meets it: browser, device code, pasted address; then mail is read for good."""

import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.blackbox.homes import TRIAGE, Home, imap, letter
from tests.servers.chromium import chromium
from tests.servers.dovecot import Account, Dovecot, running_dovecot
from tests.servers.oauth import CLIENT, Provider, oauth_provider


@dataclass
class Office:
    """A provider, a mail server that trusts it, and one mailbox there."""

    provider: Provider
    account: Account

    def source(self, name: str = "office", more: str = "") -> str:
        """The mailbox as a [[source]]."""
        url = self.provider.url
        given = {
            "client_id": CLIENT,
            "authorize_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "device_endpoint": f"{url}/device",
        }
        lines = [f'{key} = "{value}"' for key, value in given.items() if f"{key} =" not in more]
        oauth = "\n".join(['auth = "oauth"', 'scopes = ["mail.read", "offline_access"]', *lines, more])
        return imap(name, self.account.user, self.account.server.port, more=oauth)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Provider, Dovecot]]:
    with oauth_provider() as provider, running_dovecot(f"{provider.url}/introspect?token=") as dovecot:
        provider.device_every = 1
        yield provider, dovecot


@pytest.fixture
def office(servers, home: Home) -> Office:
    provider, dovecot = servers
    provider.heard.clear()
    provider.tamper, provider.more, provider.troubles = {}, {}, []
    office = Office(provider, dovecot.account())
    office.account.make("Sent")
    office.account.deliver(letter())
    home.configure(office.source())
    return office


@dataclass
class Login:
    """`triage login` while it runs."""

    process: subprocess.Popen[str]
    told: list[str] = field(default_factory=list)

    def reads(self, pattern: str) -> str:
        """What the first line that fits says, as soon as it is printed."""
        assert self.process.stderr
        for line in self.process.stderr:
            self.told.append(line)
            if found := re.search(pattern, line):
                return found[1]
        raise AssertionError(f"{pattern} was not said: {self.told}")

    def ends(self, typed: str | None = None) -> tuple[int, str, str]:
        """Its exit code, and all it said."""
        out, err = self.process.communicate(typed, timeout=30)
        return self.process.returncode, out, "".join(self.told) + err


@contextmanager
def login(home: Home, *words: str, **env: str) -> Iterator[Login]:
    process = subprocess.Popen(
        [*TRIAGE, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**home.env, **env},
        cwd=home.root,
        start_new_session=True,
    )
    try:
        yield Login(process)
    finally:
        process.kill()
        process.communicate()


def with_browser(home: Home) -> dict[str, str]:
    """A browser that only notes what it was to open."""
    script = home.root / "browser"
    place = home.root / "opened"
    script.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {place}.part && mv {place}.part {place}\n')
    script.chmod(0o700)
    return {"BROWSER": str(script)}


def opened(home: Home) -> str:
    end = time.monotonic() + 20
    while not (home.root / "opened").exists():
        assert time.monotonic() < end, "no browser was opened"
        time.sleep(0.02)
    return (home.root / "opened").read_text()


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def signed_in(home: Home, office: Office, user: str = "") -> tuple[int, str, str]:
    """Through the browser, up to the end."""
    with login(home, "login", "office", **with_browser(home)) as running:
        url = office.provider.consent(opened(home), user or office.account.user)
        assert get(url)[0] == 200
        return running.ends()


def secrets(office: Office) -> set[str]:
    return {*office.provider.access, *office.provider.refresh}


# --- the ways in ---------------------------------------------------------------------------------------------------


def test_the_browser_signs_in_and_mail_is_read_ever_after(home, office):
    code, out, err = signed_in(home, office)
    assert (code, out) == (0, f"Signed in; the sign-in of {office.account.user} is in the keyring.\n")
    assert office.provider.url in err
    assert home.triage("poll").code == 0
    kept = json.loads((home.root / "keyring.json").read_text())
    entry = json.loads(kept.popitem()[1])
    assert entry["access"] in office.provider.access
    assert entry["scopes"] == ["mail.read", "offline_access"]
    assert home.triage("status", "--json").json["owed"][0]["source"] == "office"


def test_the_port_is_closed_once_the_answer_is_there(home, office):
    with login(home, "login", "office", **with_browser(home)) as running:
        url = office.provider.consent(opened(home), office.account.user)
        assert get(url.partition("?")[0] + "/favicon.ico")[0] == 404
        assert get(url)[0] == 200
        assert running.ends()[0] == 0
    with pytest.raises(urllib.error.URLError):
        get(url)


def test_without_a_browser_a_code_is_shown_by_itself(home, office):
    with login(home, "login", "office") as running:
        assert running.reads(r"open  (\S+)") == f"{office.provider.url}/activate"
        office.provider.type_code(running.reads(r"type the code    (\S+)"), office.account.user)
        code, out, _ = running.ends()
    assert (code, "Signed in" in out) == (0, True)
    assert home.triage("poll").code == 0


def test_a_code_is_shown_when_asked_for_although_there_is_a_browser(home, office):
    with login(home, "login", "office", "--device", **with_browser(home)) as running:
        office.provider.type_code(running.reads(r"type the code    (\S+)"), office.account.user)
        assert running.ends()[0] == 0
    assert not (home.root / "opened").exists()


def test_without_a_browser_or_codes_the_last_address_can_be_pasted(home, office):
    home.configure(
        office.source(more='device_endpoint = "https://sign-in.example/none"').replace("device_endpoint", "# ")
    )
    with login(home, "login", "office") as running:
        url = running.reads(r"^(http\S+)$")
        code, out, _ = running.ends(office.provider.consent(url, office.account.user) + "\n")
    assert (code, "Signed in" in out) == (0, True)


def test_a_real_browser_signs_in(home, office):
    with login(home, "login", "office", **with_browser(home)) as running, chromium() as browser:
        page = browser.new_page(color_scheme="dark")
        complaints: list[str] = []
        page.on("console", lambda one: complaints.append(f"{one.location['url']} {one.text}"))
        page.goto(opened(home))
        assert page.locator("input[name=login]").input_value() == office.account.user
        page.locator("#allow").click()
        page.wait_for_url("http://127.0.0.1:*/?code=*")
        assert page.locator("h1").text_content() == "Back to the terminal"
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(255, 255, 255)"
        assert running.ends()[:2] == (0, f"Signed in; the sign-in of {office.account.user} is in the keyring.\n")
        assert [one for one in complaints if "/favicon.ico" not in one] == []
    assert home.triage("poll").code == 0


def test_a_no_in_a_real_browser_is_told_on_both_sides(home, office):
    with login(home, "login", "office", **with_browser(home)) as running, chromium() as browser:
        page = browser.new_page()
        page.goto(opened(home))
        page.locator("#deny").click()
        page.wait_for_url("http://127.0.0.1:*/?*error=access_denied*")
        assert page.locator("h1").text_content() == "Back to the terminal"
        assert running.ends()[0] == 4


# --- the ways it fails ---------------------------------------------------------------------------------------------


def test_the_wrong_account_is_told_and_not_kept(home, office):
    code, out, err = signed_in(home, office, user="ada@example.org")
    assert (code, out) == (4, "")
    assert "triage login office" in err
    assert not (home.root / "keyring.json").exists()


def test_a_no_of_the_user_is_told(home, office):
    with login(home, "login", "office", **with_browser(home)) as running:
        assert get(office.provider.consent(opened(home), office.account.user, allow=False))[0] == 200
        code, _, err = running.ends()
    assert code == 4
    assert "the question was answered with no" in err


def test_an_answer_with_a_wrong_state_is_not_used(home, office):
    office.provider.tamper = {"state": "another"}
    with login(home, "login", "office", **with_browser(home)) as running:
        assert get(office.provider.consent(opened(home), office.account.user))[0] == 200
        code, _, err = running.ends()
    assert code == 4
    assert "does not belong to this sign-in" in err
    assert office.provider.heard == []


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(503, "answers 503"), ('{"access_token": "a b"}', "makes no sense"), ("<p>", "makes no sense")],
)
def test_a_provider_in_trouble_is_told_as_something_to_try_again(home, office, trouble, said):
    office.provider.troubles = [trouble]
    code, _, err = signed_in(home, office)
    assert code == 1
    assert said in err
    assert err.endswith("try again:  triage login office\n")


def test_a_mail_server_that_is_down_does_not_cost_the_sign_in(home, office):
    source = office.source().replace(f"port = {office.account.server.port}", "port = 1")
    home.configure(source)
    code, out, err = signed_in(home, office)
    assert code == 1
    assert "Signed in" in out
    assert "cannot be reached" in err
    home.configure(office.source())
    assert home.triage("poll").code == 0


def test_a_password_has_no_device_code(home, office):
    home.configure(imap("office", office.account.user, office.account.server.port))
    result = home.triage("login", "office", "--device")
    assert (result.code, "triage login office" in result.err) == (2, True)


# --- afterwards ----------------------------------------------------------------------------------------------------


def test_without_a_keyring_it_says_which_file_keeps_it(home, office):
    home.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    code, out, _ = signed_in(home, office)
    path = Path(re.search(r"is in (\S+), which only you can read", out)[1])
    assert code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.is_relative_to(home.state)
    assert home.triage("poll").code == 0


def test_an_ended_sign_in_is_told_with_the_command_and_mended_by_it(home, office):
    signed_in(home, office)
    with home.daemon() as running:
        running.wait_until(lambda: running.source("office")["fresh_as_of"])
        office.provider.revoke(office.account.user)
        _age_token(home)
        office.account.server.doveadm("kick", office.account.user)
        running.wait_until(lambda: "ended the sign-in" in str(running.source("office")["error"]))
        assert running.source("office")["hint"] == "sign in again: triage login office"
        asked = len(office.provider.heard)
        (home.root / "opened").unlink()
        assert signed_in(home, office)[0] == 0
        running.wait_until(lambda: running.source("office")["error"] is None)
        assert running.said("event=signed-out") == 1
        assert len(office.provider.heard) == asked + 1
        for secret in secrets(office):
            assert secret not in "".join(running.log)


def test_the_daemon_renews_in_time_and_nobody_notices(home, office):
    office.provider.life = 5
    try:
        signed_in(home, office)
        with home.daemon() as running:
            running.wait_until(lambda: len(office.provider.heard) >= 3)
            assert running.source("office")["error"] is None
            assert running.said("event=token-renewed") >= 2
            assert running.said("event=outage") == running.said("event=line-died") == 0
    finally:
        office.provider.life = 3600


def _age_token(home: Home) -> None:
    """As if an hour had passed."""
    path = home.root / "keyring.json"
    kept = json.loads(path.read_text())
    name, text = kept.popitem()
    grant = json.loads(text)
    path.write_text(json.dumps({name: json.dumps({**grant, "ends": grant["issued"]})}))


def test_the_daemon_and_poll_share_one_sign_in(home, office):
    home.configure(office.source(), office.source("projects"))
    signed_in(home, office)
    _age_token(home)
    assert home.triage("poll").code == 0
    assert [form["grant_type"] for form in office.provider.heard] == ["authorization_code", "refresh_token"]
    assert not office.provider.replayed


def test_nothing_secret_is_in_the_database_the_arguments_or_a_traceback(home, office):
    with login(home, "--debug", "login", "office", **with_browser(home)) as running:
        url = office.provider.consent(opened(home), "ada@example.org")
        arguments = Path(f"/proc/{running.process.pid}/cmdline").read_text()
        get(url)
        code, out, err = running.ends()
    assert code == 4
    assert "Traceback" in err
    (home.root / "opened").unlink()
    signed_in(home, office)
    home.triage("poll")
    found = [path.read_bytes() for path in home.state.rglob("*") if path.is_file()]
    assert found
    for secret in secrets(office):
        assert secret not in arguments + out + err
        assert not any(secret.encode() in content for content in found)
