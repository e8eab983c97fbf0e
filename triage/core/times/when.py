"""WHEN as a person types it: `30m`, `16:00`, `fri 14:00`, `tomorrow`, `2026-11-25 14:00`."""

import re
from datetime import UTC, date, datetime, time, timedelta

from triage.core.times.hours import Hours
from triage.errors import UsageError

FORMS = "30m, 2h, 1h30m, 16:00, tomorrow, tomorrow 9:00, mon, fri 14:00, 2026-11-25, 2026-11-25 14:00"

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LENGTH = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_LONGEST = 40


def moment(text: str, *, now: datetime, hours: Hours) -> datetime:
    """The moment meant, in UTC, always after `now`.

    A length counts on the clock, not in working time. A day alone means the start of its work, on a free day that
    of the next working day. A weekday alone is never today; with a time to come it may be.
    UsageError for what has passed or is none of the forms.
    """
    words = " ".join(text.split()).lower()
    found = read(words, now=now, hours=hours)
    if found is None:
        raise UsageError(f'"{text[:_LONGEST]}" is no time', hint=f"write one of: {FORMS}")
    if found <= now:
        raise UsageError(f"{words} is past", hint=f"write a time to come, one of: {FORMS}")
    return found


def read(words: str, *, now: datetime, hours: Hours) -> datetime | None:
    """Like `moment`, but what has passed is fine and nonsense is None: `--at` replaces the clock by any time."""
    if not words or len(words) > _LONGEST:
        return None
    try:
        return _length(words, now) or _iso(words, hours) or _day_and_clock(words, now, hours)
    except OverflowError:
        return None


def _length(words: str, now: datetime) -> datetime | None:
    match = _LENGTH.fullmatch(words.replace(" ", ""))
    if not match or not any(match.groups()):
        return None
    return now.astimezone(UTC) + timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0))


def _iso(words: str, hours: Hours) -> datetime | None:
    """A date and time, with an offset or on the user's clock."""
    if len(words) <= len("2026-11-25"):
        return None
    try:
        found = datetime.fromisoformat(words.upper())
    except ValueError:
        return None
    if found.tzinfo:
        return found.astimezone(UTC)
    return hours.at(found.date(), time(found.hour, found.minute, found.second))


def _day_and_clock(words: str, now: datetime, hours: Hours) -> datetime | None:
    first, _, second = words.partition(" ")
    today = hours.day(now)
    if (alone := _clock(first)) and not second:
        return hours.at(today, alone)
    clock = _clock(second)
    if second and not clock:
        return None
    day = _day(first, today, today_counts=clock is not None and hours.at(today, clock) > now)
    if day is None:
        return None
    return hours.at(day, clock) if clock else _start(day, hours)


def _day(word: str, today: date, *, today_counts: bool) -> date | None:
    if word in ("today", "tomorrow"):
        return today + timedelta(days=word == "tomorrow")
    weekday = next((place for place, name in enumerate(_DAYS) if len(word) >= 3 and name.startswith(word)), None)
    if weekday is not None:
        ahead = (weekday - today.weekday()) % 7
        return today + timedelta(days=ahead if ahead or today_counts else 7)
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def _start(day: date, hours: Hours) -> datetime:
    working = day if hours.is_workday(day) else hours.next_workday(day)
    return hours.starts(working) or hours.at(working, time())


def _clock(word: str) -> time | None:
    match = _CLOCK.fullmatch(word)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return time(int(match[1]), int(match[2]))
