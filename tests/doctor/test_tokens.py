"""The doctor on accounts that sign in by OAuth."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.blackbox.homes import Home, imap
from tests.doctor.rounds import findings, found, is_broken, is_odd, is_well
from tests.servers.dovecot import Account, Dovecot, running_dovecot
from tests.servers.oauth import CLIENT, SCOPES, Provider, oauth_provider
from triage.config import load
from triage.model.findings import Level
from triage.oauth.grants import Grant, granted
from triage.oauth.keeping import Safe


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Provider, Dovecot]]:
    with oauth_provider() as provider, running_dovecot(f"{provider.url}/introspect?token=") as dovecot:
        yield provider, dovecot


@pytest.fixture
def provider(servers: tuple[Provider, Dovecot]) -> Provider:
    return servers[0]


@pytest.fixture
def account(servers: tuple[Provider, Dovecot], home: Home) -> Account:
    provider, dovecot = servers
    home.env["TEST_KEYRING"] = os.environ["TEST_KEYRING"]
    account = dovecot.account()
    account.make("Sent")
    scopes = ", ".join(f'"{scope}"' for scope in SCOPES)
    more = f"""auth = "oauth"\nclient_id = "{CLIENT}"\nscopes = [{scopes}]
authorize_endpoint = "{provider.url}/authorize"\ntoken_endpoint = "{provider.url}/token"\n"""
    home.configure(imap("office", account.user, dovecot.port, more=more))
    return account


def keep(home: Home, provider: Provider, user: str, now: datetime, **changes: object) -> Grant:
    """As after `triage login` at this moment."""
    grant = replace(granted(provider.grant(user), now, asked=SCOPES), **changes)
    safe = Safe(load(home.config, home.env).sources[0], home.state)
    with safe.turn():
        safe.keep(grant, anew=True)
    return grant


def test_it_shows_how_long_the_sign_in_lasts_and_what_for(home: Home, provider: Provider, account: Account) -> None:
    now = datetime.now(UTC)
    grant = keep(home, provider, account.user, now)
    seen = [one for one in findings(home) if one.part == "office"]
    assert found(seen, "signed in by the provider since", Level.OK).what.endswith("for mail.read offline_access")
    is_well(seen, "renewed by itself")
    is_well(seen, f"signed in to 127.0.0.1 as {account.user}")
    assert not any(secret in str(seen) for secret in (grant.access, grant.refresh))


def test_nobody_signed_in(home: Home, account: Account) -> None:
    assert is_broken(findings(home), "nobody has signed in yet")


def test_a_sign_in_that_ended(home: Home, provider: Provider, account: Account) -> None:
    keep(home, provider, account.user, datetime.now(UTC) - timedelta(hours=2))
    provider.revoke(account.user)
    assert home.triage("poll").code == 4
    assert is_broken(findings(home), "office: the provider ended the sign-in") == "sign in again:  triage login office"


def test_a_sign_in_that_lapses_soon(home: Home, provider: Provider, account: Account) -> None:
    now = datetime.now(UTC)
    keep(home, provider, account.user, now, lapses=now + timedelta(days=1))
    assert is_odd(findings(home), "ends this sign-in on")


def test_a_sign_in_kept_in_a_file(home: Home, provider: Provider, account: Account, tmp_path: Path) -> None:
    keep(home, provider, account.user, datetime.now(UTC))
    safe = Safe(load(home.config, home.env).sources[0], home.state)
    grant = safe.grant()
    assert grant
    safe.path.touch(0o600)
    safe.keep(grant)
    is_well(findings(home), "kept in ~/state/triage/oauth")
