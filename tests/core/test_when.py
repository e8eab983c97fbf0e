"""WHEN as people type it, on a Friday at 15:00 in Berlin whose Monday after is a holiday."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.times.hours import Hours
from triage.core.times.when import moment, read
from triage.errors import UsageError
from triage.settings import Workday

HOURS = Hours(zone=ZoneInfo("Europe/Berlin"), week=Workday().week, days_off=frozenset({date(2026, 11, 23)}))
NOW = datetime(2026, 11, 20, 15, tzinfo=HOURS.zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", "2026-11-20 15:30"),
        ("2h", "2026-11-20 17:00"),
        ("1h30m", "2026-11-20 16:30"),
        ("1h 30m", "2026-11-20 16:30"),
        ("90m", "2026-11-20 16:30"),
        ("16:00", "2026-11-20 16:00"),
        ("today 16:00", "2026-11-20 16:00"),
        ("tue", "2026-11-24 09:00"),
        ("Tuesday", "2026-11-24 09:00"),
        pytest.param("mon", "2026-11-24 09:00", id="a free Monday begins on Tuesday"),
        pytest.param("mon 10:00", "2026-11-23 10:00", id="a time on a free day is meant so"),
        pytest.param("fri", "2026-11-27 09:00", id="a weekday alone is never today"),
        pytest.param("fri 16:00", "2026-11-20 16:00", id="with a time to come it may be today"),
        pytest.param("fri 14:00", "2026-11-27 14:00", id="with a time gone it is in a week"),
        pytest.param("tomorrow", "2026-11-24 09:00", id="a free tomorrow is the next working day"),
        ("tomorrow 9:00", "2026-11-21 09:00"),
        ("2026-11-25", "2026-11-25 09:00"),
        ("2026-11-25 14:00", "2026-11-25 14:00"),
        ("2026-11-25T14:00", "2026-11-25 14:00"),
        ("2026-11-25T14:00Z", "2026-11-25 15:00"),
        ("2026-11-25T14:00:30-05:00", "2026-11-25 20:00:30"),
        pytest.param("2027-03-28 02:30", "2027-03-28 03:00", id="a time clocks leave out is when they jump"),
    ],
)
def test_a_moment_is_what_was_meant(text: str, expected: str) -> None:
    found = moment(text, now=NOW, hours=HOURS)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=HOURS.zone)
    assert found.tzinfo is UTC


@pytest.mark.parametrize("text", ["14:00", "15:00", "today", "2026-11-19", "2026-11-20 14:59", "0m"])
def test_the_past_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is past"):
        moment(text, now=NOW, hours=HOURS)


@pytest.mark.parametrize(
    "text", ["", " ", "soon", "25:00", "16:60", "m", "h", "fr", "2026-13-01", "16:00 fri", "fri 25:00", "mon tue",
             "9999-12-31T23:59-12:00", "5", "-5m", "x" * 10_000]
)  # fmt: skip
def test_nonsense_is_told_the_forms(text: str) -> None:
    with pytest.raises(UsageError, match="is no time") as caught:
        moment(text, now=NOW, hours=HOURS)
    assert "fri 14:00" in caught.value.hint
    assert len(caught.value.message) < 80


def test_the_clock_may_be_set_back_by_whoever_asks_so() -> None:
    assert read("14:00", now=NOW, hours=HOURS) == NOW.replace(hour=13)


@given(st.text(max_size=30) | st.from_regex(r"[0-9a-z:+ .-]{1,30}", fullmatch=True))
def test_anything_typed_is_a_moment_to_come_or_a_usage_error(text: str) -> None:
    try:
        assert moment(text, now=NOW, hours=HOURS) > NOW
    except UsageError as error:
        assert error.hint
