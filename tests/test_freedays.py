"""Holidays as the library knows them, and the system's zone."""

import shutil
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from triage.errors import ConfigError
from triage.freedays import days_off, hours, zone
from triage.settings import Workday

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def test_a_year_of_holidays_in_north_carolina() -> None:
    found = days_off(Workday(holidays="US-NC"), FIRST, LAST)
    assert {date(2026, 1, 1), date(2026, 7, 3), date(2026, 11, 26), date(2026, 12, 25)} <= found
    assert date(2026, 11, 25) not in found
    assert all(FIRST <= day <= LAST for day in found)


def test_a_part_of_a_country_has_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert epiphany in days_off(Workday(holidays="DE-BY"), FIRST, LAST)
    assert epiphany not in days_off(Workday(holidays="DE-BE"), FIRST, LAST)


def test_holidays_run_over_the_year_s_end() -> None:
    found = days_off(Workday(holidays="DE"), date(2026, 12, 20), date(2027, 1, 3))
    assert found == {date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)}


def test_own_days_off_are_added_and_cut_to_what_was_asked() -> None:
    own = ((date(2026, 12, 24), date(2027, 1, 3)), (date(2020, 1, 1), date(2020, 1, 2)))
    found = days_off(Workday(days_off=own), date(2026, 12, 30), date(2027, 12, 31))
    assert found == {date(2026, 12, 30) + timedelta(days=ahead) for ahead in range(5)}


@pytest.mark.parametrize(("code", "near"), [("US-XX", "US-"), ("XQ", "XK"), ("US-NCC", "US-NC"), ("DE-BYY", "DE-BY")])
def test_an_unknown_code_names_those_that_come_close(code: str, near: str) -> None:
    with pytest.raises(ConfigError) as caught:
        days_off(Workday(holidays=code), FIRST, LAST)
    (problem,) = caught.value.problems
    assert f'workday.holidays: "{code}"' in problem
    assert near in problem.partition("near it are")[2]


def test_hours_know_the_holidays_of_a_year_either_way() -> None:
    found = hours(Workday(timezone="America/New_York", holidays="US"), around=date(2026, 11, 24))
    assert found.zone.key == "America/New_York"
    assert not found.is_workday(date(2026, 11, 26))
    assert not found.is_workday(date(2025, 12, 25))
    assert not found.is_workday(date(2027, 12, 24))
    assert found.is_workday(date(2026, 11, 25))


def test_the_configured_zone_goes_before_the_system_s() -> None:
    assert zone(Workday(timezone="Asia/Tokyo"), {"TZ": "Europe/Berlin"}) == ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize("named", ["Europe/Berlin", ":Europe/Berlin"])
def test_without_one_tz_is_read(named: str) -> None:
    assert zone(Workday(), {"TZ": named}) == ZoneInfo("Europe/Berlin")


def test_tz_may_be_a_file(tmp_path: Path) -> None:
    import tzdata

    shutil.copy(Path(tzdata.__file__).parent / "zoneinfo" / "Asia" / "Kathmandu", tmp_path / "here")
    found = hours(Workday(), around=FIRST, environ={"TZ": f":{tmp_path}/here"})
    assert found.starts(date(2026, 1, 5)) == datetime(2026, 1, 5, 3, 15, tzinfo=UTC)


def test_the_zone_is_read_anew_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Europe/Berlin", "Pacific/Apia"):
        monkeypatch.setenv("TZ", name)
        assert zone(Workday()) == ZoneInfo(name)


@pytest.mark.parametrize("named", ["CET-1CEST", "Nowhere/Land", "/no/such/file", "../../etc/passwd"])
def test_a_zone_nobody_knows_is_a_configuration_error(named: str) -> None:
    with pytest.raises(ConfigError, match="is not known") as caught:
        zone(Workday(), {"TZ": named})
    assert "timezone =" in caught.value.hint


def test_without_tz_it_is_what_the_system_s_clock_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    time.tzset()
    january = datetime(2026, 1, 5, 12, tzinfo=UTC)
    shown = timedelta(seconds=time.localtime(january.timestamp()).tm_gmtoff)
    assert january.astimezone(zone(Workday())).utcoffset() == shown


@pytest.mark.parametrize("way", ["", "sys.executable = '/nowhere';"], ids=["another process", "none to be had"])
def test_holidays_are_looked_up_without_keeping_all_calendars_if_that_can_be(way: str) -> None:
    code = f"""
import sys; {way}
from datetime import date
from triage.freedays import days_off
from triage.settings import Workday
day = date(2026, 12, 25)
print(day in days_off(Workday(holidays="DE-BY"), day, day), "holidays" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == f"True {bool(way)}\n"
