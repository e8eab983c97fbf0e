"""The moment a sentence names as its latest: "by Friday", "before noon", "bis morgen"."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice

from triage.core.times.hours import Hours
from triage.core.words.dates import dated, tokens
from triage.core.words.language import DEADLINES

_CLOCK = re.compile(
    r"(?:at\s)?(\d{1,2})(?:[:.](\d{2}))?\s?(am|pm|a\.m\.|p\.m\.|o'?clock|uhr|h)?(?![\w-])", re.IGNORECASE
)
_TOKEN = re.compile(r"\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|a\.m\.|p\.m\.|o'clock|uhr|h)?(?![\w])|[^\W\d_]+", re.IGNORECASE)
_MOST_TOKENS = 200
# Shorter names of days stand before a time, "bis so 18 Uhr"; behind one they are words, "by 5pm so that".
_WRITTEN = 3


def named(sentence: str, received: datetime, hours: Hours) -> datetime | None:
    """The moment a sentence names after a word like "by", or None. Days end with their work."""
    return _by_date(sentence, received, hours) or _by_clock(sentence, received, hours)


def _by_date(sentence: str, received: datetime, hours: Hours) -> datetime | None:
    """ "By 4 December", "bis Freitag, den 27.11.": the first day of the calendar named so."""
    said = tokens(sentence)
    for place in range(len(said)):
        count = DEADLINES.by.at(said, place)
        if count and (found := dated(said, place + count, hours.day(received))):
            return _end(found[0], None, hours)
    return None


def _by_clock(sentence: str, received: datetime, hours: Hours) -> datetime | None:
    said = [token[0].casefold().strip() for token in islice(_TOKEN.finditer(sentence), _MOST_TOKENS)]
    for place in range(len(said)):
        count = DEADLINES.by.at(said, place)
        if count and (found := reading(said[place + count :], received, hours)):
            return found[0]
    return None


def reading(said: Sequence[str], received: datetime, hours: Hours) -> tuple[datetime, int] | None:
    """The moment these words begin with, and how many of them it takes; one that had passed by then is none."""
    day, clock, place = None, None, 0
    while place < min(len(said), 8) and (day is None or clock is None):
        rest = said[place:]
        is_word = clock is not None and len(said[place]) < _WRITTEN
        found_day = None if day or is_word else _day(rest, hours.day(received))
        found_clock = _time(rest) if clock is None else None
        if found_day:
            day, place = found_day[0], place + found_day[1]
        elif found_clock:
            clock, place = found_clock[0], place + found_clock[1]
        elif filler := DEADLINES.fillers.at(rest, 0):
            place += filler
        else:
            break
    if day is None and clock is None:
        return None
    moment = _end(day or hours.day(received), clock, hours)
    return (moment, place) if moment > received else None


def _day(said: Sequence[str], today: date) -> tuple[date, int] | None:
    count = DEADLINES.today.at(said, 0)
    if not count:
        return _another_day(said, today)
    # "By close of business Thursday" is not today's.
    following = _another_day(said[count:], today)
    return (following[0], count + following[1]) if following else (today, count)


def _another_day(said: Sequence[str], today: date) -> tuple[date, int] | None:
    if not said:
        return None
    if count := DEADLINES.tomorrow.at(said, 0):
        return today + timedelta(days=1), count
    if count := DEADLINES.week_end.at(said, 0):
        return today + timedelta(days=(4 - today.weekday()) % 7), count
    weekday = DEADLINES.weekdays.get(said[0])
    return None if weekday is None else (today + timedelta(days=(weekday - today.weekday()) % 7), 1)


def _time(said: Sequence[str]) -> tuple[time, int] | None:
    if count := DEADLINES.noon.at(said, 0):
        return time(12), count
    match = _CLOCK.fullmatch(said[0])
    if not match or not (match[2] or match[3]):
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").replace(".", "").lower()
    hour += 12 if half == "pm" and hour < 12 else 0
    return (time(hour, minute), 1) if hour < 24 and minute < 60 else None


def _end(day: date, clock: time | None, hours: Hours) -> datetime:
    if clock is not None:
        return hours.at(day, clock)
    return hours.ends(day) or hours.midnight_after(day)
