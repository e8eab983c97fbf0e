"""What was granted, as a value and as text."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.oauth.grants import Grant, granted, read, written
from triage.oauth.providers import provider
from triage.settings import SourceSettings

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MOMENTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))
GRANTS = st.builds(
    Grant,
    access=st.text(),
    refresh=st.text(),
    scopes=st.lists(st.text(), max_size=3).map(tuple),
    granted=MOMENTS,
    issued=MOMENTS,
    ends=MOMENTS,
    lapses=st.none() | MOMENTS,
    refused=st.text(),
    secret=st.text(),
)


@given(GRANTS)
def test_what_is_written_is_read_again(grant):
    assert read(written(grant)) == grant


@given(st.text())
def test_any_other_text_is_none(text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("told", "life"),
    [(3600, 3600), ("3599", 3599), (None, 3600), (0, 3600), (-5, 3600), ("soon", 3600), (1e400, 3600), (10**12, 3600)],
)
def test_a_life_that_is_not_told_is_an_hour(told, life):
    grant = granted({"access_token": "a", "expires_in": told}, NOW, asked=("mail",))
    assert grant.ends == NOW + timedelta(seconds=life)
    assert NOW < grant.renew < grant.ends


def test_scopes_are_those_told_else_those_asked_for():
    assert granted({"access_token": "a"}, NOW, asked=("mail",)).scopes == ("mail",)
    assert granted({"access_token": "a", "scope": ["x", "y"]}, NOW, asked=("mail",)).scopes == ("x", "y")
    assert granted({"access_token": "a", "scope": "x y"}, NOW, asked=("mail",)).scopes == ("x", "y")


def test_a_renewal_keeps_what_the_provider_does_not_repeat():
    before = granted(
        {"access_token": "a", "refresh_token": "r", "refresh_token_expires_in": 604800, "scope": "mail"},
        NOW,
        asked=(),
        secret="s",
    )
    after = granted({"access_token": "b"}, NOW + timedelta(hours=1), asked=("other",), before=before)
    assert (after.refresh, after.scopes, after.granted, after.secret) == ("r", ("mail",), NOW, "s")
    assert after.lapses == before.lapses == NOW + timedelta(days=7)


@pytest.mark.parametrize("auth", ["oauth", "oauth-google", "oauth-microsoft"])
def test_the_guide_a_provider_points_to_is_there(auth):
    guide = provider(SourceSettings(name="office", kind="imap", auth=auth)).guide
    assert (Path(__file__).parents[2] / guide).is_file()
