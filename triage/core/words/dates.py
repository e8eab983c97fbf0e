"""A day of the calendar in words: "30 November", "Nov 30th", "30.11.", "Wednesday, December 2", "Friday next week"."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from triage.core.words.language import DEADLINES, PROMISES

_TOKEN = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.(?:\d{4})?"
    r"|\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|o'clock|uhr|h)(?!\w)|\d{1,2}[:.]\d{2}(?!\w)|\d{1,2}(?:st|nd|rd|th)(?!\w)"
    r"|[^\W_]+(?:['-][^\W_]+)*"
)
_STRAIGHT = str.maketrans("’‘´`", "''''")
_DAY = timedelta(days=1)
_MOST = 200
_FAR = timedelta(days=300)
_ORDINAL = ("st", "nd", "rd", "th")
# "30 de noviembre": what may stand between the day and its month.

Day = tuple[date, int]


def tokens(sentence: str) -> tuple[str, ...]:
    """The words of a sentence as in the phrase tables, dates and times of day whole."""
    return tuple(_TOKEN.findall(sentence[:2000].translate(_STRAIGHT).casefold()))[:_MOST]


def dated(said: Sequence[str], place: int, today: date) -> Day | None:
    """The day of the calendar named from this word on, and the place after it: of the year it lies ahead in. A weekday
    before it adds nothing; with "next week" after it, it is a day of that.
    """
    place = _skipped(said, place)
    weekday = DEADLINES.weekdays.get(said[place]) if place < len(said) else None
    if weekday is None:
        return _calendar(said, place, today)
    following = _skipped(said, place + 1)
    if following < len(said) and (count := PROMISES.next_week.at(said, following)):
        return today + (7 - today.weekday() + weekday) * _DAY, following + count
    return _calendar(said, following, today)


def _calendar(said: Sequence[str], place: int, today: date) -> Day | None:
    if place >= len(said):
        return None
    named = _written(said, place, today) or _of_month(said, place, today)
    return named if named and timedelta() <= named[0] - today <= _FAR else None


def _written(said: Sequence[str], place: int, today: date) -> Day | None:
    word = said[place]
    try:
        if len(word) == 10 and word[4] == "-":
            return date.fromisoformat(word), place + 1
        if "." in word and word.count(".") == 2:
            day, month, year = word.split(".")
            return _ahead(int(day), int(month), int(year or 0), today), place + 1
        end = place + 2 if place + 2 < len(said) and PROMISES.date_of.at(said, place + 1) else place + 1
        following = said[end] if end < len(said) else ""
        for day, month in ((word, following), (following, word)):
            digits = day[:2].rstrip("stndrhe")
            if month in PROMISES.months and digits.isdecimal() and day[0].isdecimal():
                year = said[end + 1] if end + 1 < len(said) and _is_year(said[end + 1]) else ""
                return _ahead(int(digits), PROMISES.months[month], int(year or 0), today), end + 1 + bool(year)
    except ValueError:
        return None
    return None


def _of_month(said: Sequence[str], place: int, today: date) -> Day | None:
    """ "the 24th", "am 24.", "le 24": of this month or the next."""
    word, following = said[place], said[place + 1] if place + 1 < len(said) else ""
    ordinal = word[:2].isdecimal() and word[2:] in _ORDINAL
    named = word.isdecimal() and len(word) <= 2 and place and PROMISES.of_month.at(said, place - 1) == 1
    if not (ordinal or (named and not following[:1].isalnum())):
        return None
    day = int(word[:2].rstrip("stndrh"))
    month = today.replace(day=1) if day >= today.day else (today.replace(day=28) + 4 * _DAY).replace(day=1)
    try:
        return month.replace(day=day), place + 1
    except ValueError:
        return None


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdecimal()


def _ahead(day: int, month: int, year: int, today: date) -> date:
    if year:
        return date(year, month, day)
    found = date(today.year, month, day)
    return found if found >= today else date(today.year + 1, month, day)


def _skipped(said: Sequence[str], place: int) -> int:
    """The place after "the", "den", "le"."""
    return place + (DEADLINES.fillers.at(said, place) if place < len(said) else 0)
