"""Tokens kept fresh: renewed in time and one at a time, kept before use, and what is said when none is had."""

import os
import subprocess
import sys
import threading
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

import keyring.backends.fail
import keyring.errors
import pytest

from tests.oauth.accounts import settings, signed_in
from triage.errors import SecretMissing, SourceRejected, SourceUnreachable
from triage.oauth import keeping
from triage.oauth.keeping import Safe
from triage.oauth.tokens import Tokens

NOW = datetime.now(UTC)
ROOT = Path(__file__).parents[2]


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def pass_by(self, **length):
        self.now += timedelta(**length)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def source(provider):
    return settings(provider)


@pytest.fixture
def tokens(source, tmp_path, clock):
    return Tokens(source, tmp_path, clock=clock)


@pytest.fixture
def grant(provider, source, tmp_path):
    return signed_in(provider, source, tmp_path, NOW)


def test_a_good_token_is_given_again_without_asking_the_provider(tokens, grant, provider, clock):
    clock.pass_by(minutes=54)
    assert tokens().token == tokens().token == grant.access
    assert provider.heard == []


def test_a_token_is_renewed_five_minutes_before_it_ends(tokens, grant, provider, clock):
    assert tokens().renew == NOW + timedelta(minutes=55)
    clock.pass_by(minutes=55)
    fresh = tokens()
    assert fresh.token in provider.access
    assert fresh.token != grant.access
    assert fresh.renew == NOW + timedelta(minutes=110)
    assert [form["grant_type"] for form in provider.heard] == ["refresh_token"]


def test_a_short_lived_token_is_renewed_after_half_its_life(provider, source, tokens, tmp_path):
    provider.life = 60
    signed_in(provider, source, tmp_path, NOW)
    assert tokens().renew == NOW + timedelta(seconds=30)


def test_a_rotated_refresh_token_is_kept_before_the_access_token_is_used(
    tokens, grant, provider, source, clock, tmp_path
):
    clock.pass_by(hours=1)
    fresh = tokens()
    kept = Safe(source, tmp_path).grant()
    assert kept.access == fresh.token
    assert kept.refresh != grant.refresh
    assert not provider.refresh[kept.refresh].spent
    assert kept.granted == NOW


def test_without_rotation_the_refresh_token_stays(tokens, grant, provider, source, clock, tmp_path):
    provider.rotates = False
    clock.pass_by(hours=1)
    tokens()
    assert Safe(source, tmp_path).grant().refresh == grant.refresh


@pytest.fixture
def unkept(tokens, grant, ring, clock, monkeypatch):
    """Renewed, but neither the keyring nor the disk took the new refresh token."""

    def full(*_):
        raise OSError(28, "No space left on device")

    clock.pass_by(hours=1)
    with monkeypatch.context() as broken:
        broken.setattr(ring, "set_password", full)
        broken.setattr(keeping, "_write", full)
        with pytest.raises(SourceUnreachable, match="No space left"):
            tokens()


def test_a_refresh_token_that_could_not_be_kept_is_not_lost(unkept, tokens, provider, clock):
    fresh = tokens()
    assert len(provider.heard) == 1
    assert fresh.token in provider.access
    clock.pass_by(hours=1)
    tokens()
    assert not provider.replayed


def test_nor_does_it_take_the_place_of_a_later_sign_in(unkept, tokens, provider, source, clock, tmp_path):
    new = signed_in(provider, source, tmp_path, clock())
    assert tokens().token == new.access


def test_a_clock_set_back_does_not_keep_an_old_token_alive(tokens, grant, provider, clock):
    clock.pass_by(hours=-3)
    assert tokens().token != grant.access


def test_a_refused_token_is_replaced_once_it_is_a_minute_old(tokens, grant, provider, clock):
    assert tokens(grant.access).token == grant.access
    clock.pass_by(minutes=2)
    assert tokens("another").token == grant.access
    assert tokens(grant.access).token != grant.access


# --- the provider's no ---------------------------------------------------------------------------------------------


def test_nobody_signed_in_names_the_command(tokens):
    with pytest.raises(SecretMissing, match="office: nobody has signed in") as caught:
        tokens()
    assert "triage login office" in caught.value.hint


def test_an_ended_sign_in_is_final_and_the_provider_is_asked_once(tokens, grant, provider, source, clock, tmp_path):
    clock.pass_by(hours=1)
    provider.revoke(source.user)
    for attempt in (tokens, tokens, Tokens(source, tmp_path, clock=clock)):
        with pytest.raises(SourceRejected, match="ended the sign-in of robin@") as caught:
            attempt()
        assert caught.value.hint == "sign in again:  triage login office"
    assert len(provider.heard) == 1


def test_a_new_sign_in_ends_that(tokens, grant, provider, source, clock, tmp_path):
    clock.pass_by(hours=1)
    provider.revoke(source.user)
    with pytest.raises(SourceRejected):
        tokens()
    new = signed_in(provider, source, tmp_path, clock())
    assert tokens().token == new.access


@pytest.mark.parametrize(
    ("trouble", "what"),
    [
        pytest.param(500, "answers 500", id="500"),
        pytest.param(503, "answers 503", id="503"),
        pytest.param(429, "answers 429", id="too many requests"),
        pytest.param(302, "answers 302", id="redirect"),
        pytest.param("<html>Welcome to the hotel</html>", "makes no sense", id="captive portal"),
        pytest.param("{}", "makes no sense", id="no token"),
        pytest.param("[1, 2]", "makes no sense", id="a list"),
        pytest.param('{"access_token": ""}', "makes no sense", id="an empty token"),
        pytest.param('{"access_token": 5}', "makes no sense", id="a number"),
        pytest.param('{"access_token": "a b", "token_type": "Bearer"}', "makes no sense", id="a space"),
        pytest.param('{"access_token": "a", "token_type": "mac"}', "makes no sense", id="another type"),
        pytest.param('{"access_token": "a", "scope": 5}', "makes no sense", id="a scope of another shape"),
        pytest.param("x" * 300_000, "makes no sense", id="endless"),
        pytest.param('{"error": "temporarily_unavailable"}', "signs nobody in at the moment", id="unavailable"),
        pytest.param('{"error": "invalid_client"}', "does not take the app", id="invalid client"),
        pytest.param('{"error": 7}', "refused: 7", id="an error without a name"),
    ],
)
def test_everything_else_may_pass_and_is_tried_again(tokens, grant, provider, clock, trouble, what):
    clock.pass_by(hours=1)
    provider.troubles = [trouble]
    with pytest.raises(SourceUnreachable, match=what) as caught:
        tokens()
    assert caught.value.hint
    assert tokens().token in provider.access


def test_a_provider_that_is_gone_may_come_back(tokens, grant, provider, clock):
    clock.pass_by(hours=1)
    provider.close()
    with pytest.raises(SourceUnreachable, match="cannot be reached"):
        tokens()


def test_a_provider_that_says_nothing_is_given_up(tokens, grant, provider, clock, monkeypatch):
    monkeypatch.setattr("triage.oauth.endpoint.ANSWER_WITHIN", 0.2)
    clock.pass_by(hours=1)
    provider.holding.set()
    with pytest.raises(SourceUnreachable, match="did not answer in time"):
        tokens()


def test_no_refresh_token_means_signing_in_again(provider, source, tokens, clock, tmp_path):
    provider.more = {"refresh_token": ""}
    signed_in(provider, source, tmp_path, NOW)
    clock.pass_by(hours=1)
    with pytest.raises(SourceRejected) as caught:
        tokens()
    assert "triage login office" in caught.value.hint
    assert provider.heard == []


# --- one at a time -------------------------------------------------------------------------------------------------


def test_two_sources_on_one_account_renew_once(provider, source, grant, clock, tmp_path):
    clock.pass_by(hours=1)
    provider.holding.set()
    found: list[str] = []
    every = [Tokens(settings(provider, name=name), tmp_path, clock=clock) for name in ("office", "projects", "third")]
    threads = [threading.Thread(target=lambda one=one: found.append(one().token)) for one in every]
    for thread in threads:
        thread.start()
    assert provider.asked.wait(10)
    provider.holding.clear()
    for thread in threads:
        thread.join(10)
    assert len(found) == 3
    assert len(set(found)) == len(provider.heard) == 1
    assert not provider.replayed


def test_two_users_or_clients_share_nothing(provider, tmp_path):
    other = settings(provider, user="ada@example.org")
    signed_in(provider, other, tmp_path, NOW)
    for source in (settings(provider), settings(provider, user="ada@example.org", client_id="another")):
        assert Safe(source, tmp_path).grant() is None
    assert Safe(settings(provider, user="Ada@example.org", name="home"), tmp_path).grant() is not None


RENEW = """
import sys
from pathlib import Path
import keyring.backends.fail
keyring.set_keyring(keyring.backends.fail.Keyring())
from tests.oauth.accounts import settings
from triage.oauth.tokens import Tokens
class Provider: url = sys.argv[1]
print(Tokens(settings(Provider), Path(sys.argv[2]))().token)
"""


def test_processes_at_once_renew_once(provider, source, ring, monkeypatch, tmp_path):
    _without_keyring(monkeypatch)
    signed_in(provider, source, tmp_path, NOW - timedelta(hours=2))
    provider.holding.set()
    every = [
        subprocess.Popen(
            [sys.executable, "-c", RENEW, provider.url, str(tmp_path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    assert provider.asked.wait(20)
    provider.holding.clear()
    found = {process.communicate(timeout=30)[0] for process in every}
    assert len(found) == len(provider.heard) == 1
    assert not provider.replayed


def test_a_turn_that_never_comes_is_told(source, tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "TURN_WITHIN", 0.1)
    with Safe(source, tmp_path).turn(), pytest.raises(SourceUnreachable, match="another triage"):
        Tokens(source, tmp_path)()


# --- where it is kept ----------------------------------------------------------------------------------------------


def _without_keyring(monkeypatch):
    monkeypatch.setattr(keyring.backend.KeyringBackend, "_classes", {keyring.backends.fail.Keyring})
    keyring.set_keyring(keyring.backends.fail.Keyring())


def test_a_keyring_keeps_it_and_no_file_does(provider, source, ring, grant, tmp_path):
    assert list(ring.kept) == [Safe(source, tmp_path).entry]
    assert not any(grant.refresh.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_without_a_keyring_a_file_of_the_user_alone_keeps_it(provider, source, clock, tmp_path, monkeypatch):
    _without_keyring(monkeypatch)
    before = os.umask(0)
    try:
        signed_in(provider, source, tmp_path, NOW)
        clock.pass_by(hours=1)
        fresh = Tokens(source, tmp_path, clock=clock)()
    finally:
        os.umask(before)
    safe = Safe(source, tmp_path)
    assert safe.grant().access == fresh.token
    assert {path.stat().st_mode & 0o777 for path in safe.path.parent.iterdir()} == {0o600}
    assert safe.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_keyring_that_locks_after_a_renewal_loses_nothing(provider, source, ring, grant, tokens, clock, tmp_path):
    clock.pass_by(hours=1)
    ring.set_password = lambda *_: ring._refuse()
    read = ring.get_password
    ring.get_password = lambda *words: (read(*words), setattr(ring, "locked", keyring.errors.KeyringLocked))[0]
    fresh = tokens()
    assert Safe(source, tmp_path).grant().access == fresh.token
    del ring.set_password, ring.get_password
    ring.locked = None
    new = signed_in(provider, source, tmp_path, clock())
    assert not Safe(source, tmp_path).path.exists()
    assert Safe(source, tmp_path).grant() == new


def test_a_locked_keyring_is_waited_for(source, ring, grant, tokens):
    ring.locked = keyring.errors.KeyringLocked
    with pytest.raises(SecretMissing, match="keyring"):
        tokens()
    ring.locked = None
    assert tokens().token == grant.access


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"access": 1}', "\x00", '{"granted": "yesterday"}'])
def test_a_spoilt_file_is_like_none(provider, source, tokens, tmp_path, text):
    safe = Safe(source, tmp_path)
    safe.path.parent.mkdir()
    safe.path.write_text(text)
    with pytest.raises(SecretMissing, match="nobody has signed in"):
        tokens()


# --- nothing secret anywhere ---------------------------------------------------------------------------------------


def test_no_token_stands_in_errors_logs_or_values(provider, source, grant, tokens, clock, caplog):
    caplog.set_level("DEBUG")
    clock.pass_by(hours=1)
    said = repr(grant)
    for trouble in (f'{{"access_token": "{grant.access} {grant.refresh}"}}', '{"error": "invalid_grant"}'):
        provider.troubles = [trouble]
        with pytest.raises((SourceUnreachable, SourceRejected)) as caught:
            tokens()
        said += "".join(traceback.format_exception(caught.value)) + caught.value.hint
    said += caplog.text
    for secret in (grant.access, grant.refresh):
        assert secret not in said
