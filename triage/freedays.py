"""The two things about working time that the configuration leaves to others: public holidays and the system's zone."""

import os
import sys
import warnings
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from triage.core.times.hours import Hours
from triage.errors import ConfigError
from triage.settings import Workday

_REACH = timedelta(days=400)
_DAY = timedelta(days=1)
_PATIENCE = 30
_LOCALTIME = Path("/etc/localtime")


def hours(workday: Workday, *, around: date, environ: Mapping[str, str] = os.environ) -> Hours:
    """Working time as configured, with the holidays of 400 days before and after a day.

    Without a configured zone the system's is read anew at each call. ConfigError as in `days_off` and `zone`.
    """
    off = days_off(workday, around - _REACH, around + _REACH)
    return Hours(zone=zone(workday, environ), week=workday.week, days_off=off)


def days_off(workday: Workday, first: date, last: date) -> frozenset[date]:
    """Public holidays and days off from `first` to `last`, both included.

    ConfigError, naming codes that come close, when the holidays library does not know the code.
    """
    own = {day for begin, end in workday.days_off for day in _days(max(begin, first), min(end, last))}
    public = _public(workday.holidays, first.year, last.year) if workday.holidays else frozenset()
    return frozenset(own | {day for day in public if first <= day <= last})


def zone(workday: Workday, environ: Mapping[str, str] = os.environ) -> ZoneInfo:
    """The configured zone, else that of TZ, else the system's as it is now. ConfigError when it cannot be told."""
    named = workday.timezone or environ.get("TZ", "").removeprefix(":")
    try:
        if named.startswith("/"):
            return _from_file(Path(named))
        return ZoneInfo(named) if named else _system_zone()
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        message = f'the time zone "{named}" is not known' if named else "the system does not say its time zone"
        raise ConfigError(message, hint='set timezone = "Europe/Berlin", or yours, under [workday]') from error


def _from_file(path: Path) -> ZoneInfo:
    with path.open("rb") as file:
        return ZoneInfo.from_file(file, key=str(path))


def _system_zone() -> ZoneInfo:
    # The link is what the C library follows, and reading it spares `status` an import; see localtime(5).
    _, linked, name = str(_LOCALTIME.resolve()).rpartition("/zoneinfo/")
    if linked:
        return ZoneInfo(name)
    import tzlocal

    with warnings.catch_warnings():
        # It warns of a zone changed since this process began, which is just what is looked for here.
        warnings.simplefilter("ignore")
        found = tzlocal.reload_localzone()
    return found if isinstance(found, ZoneInfo) else ZoneInfo("UTC")


def _days(first: date, last: date) -> list[date]:
    return [first + _DAY * ahead for ahead in range((last - first).days + 1)]


@lru_cache(maxsize=8)
def _public(code: str, first_year: int, last_year: int) -> frozenset[date]:
    """Looked up by another process: the library loads the calendars of all countries, and a daemon would keep them."""
    import subprocess  # slow to import, and most readers find the days stored

    words = [sys.executable, "-m", "triage.freedays", code, str(first_year), str(last_year)]
    try:
        run = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):
        return _looked_up(code, first_year, last_year)
    return frozenset(date.fromisoformat(day) for day in run.stdout.decode().split())


def _looked_up(code: str, first_year: int, last_year: int) -> frozenset[date]:
    import holidays

    country, _, part = code.partition("-")
    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=range(first_year, last_year + 1))
    except NotImplementedError as error:
        raise _unknown(code) from error
    return frozenset(found)


def _unknown(code: str) -> ConfigError:
    from difflib import get_close_matches

    import holidays

    known = holidays.list_supported_countries()
    country, _, part = code.partition("-")
    every = [f"{country}-{one}" for one in known[country]] if part and country in known else list(known)
    near = get_close_matches(code, every, n=3, cutoff=0.5) or sorted(every)[:5]
    return ConfigError(
        "the configuration names holidays that are not known",
        problems=(f'workday.holidays: "{code}" is not known; near it are {", ".join(near)}',),
        hint='write a country like "DE" or a part of one like "US-NC"',
    )


if __name__ == "__main__":
    print(*_looked_up(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
