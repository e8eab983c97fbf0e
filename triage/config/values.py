"""One value of the file to one value of ours: each function returns it or raises ValueError with what it expected."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from triage.settings import ReplyWithin, Span, Within

Parser = Callable[[object], Any]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_LENGTH = re.compile(r"(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?", re.ASCII)
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)
_HOLIDAYS = re.compile(r"[A-Z]{2}(?:-[A-Za-z0-9 ]{1,40})?", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", re.ASCII)
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,127}", re.ASCII)
_LONGEST_REPLY = timedelta(hours=1000)
_MOST_REPLY_DAYS = 365
_LONGEST_SHOWN = 40


def shown(value: object) -> str:
    """The value as it may be quoted in a problem: short, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    plain = "".join(sign if sign.isprintable() else "?" for sign in str(value)[:_LONGEST_SHOWN])
    return f'"{plain}"' if isinstance(value, str) else plain


def wrong(expected: str, value: object) -> ValueError:
    """The problem that this value is not what was expected."""
    return ValueError(f"expected {expected}, got {shown(value)}")


def text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise wrong("a text", value)
    return value


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise wrong("true or false", value)
    return value


def port(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong("a number", value)
    if not 1 <= value <= 65535:
        raise wrong("a number from 1 to 65535", value)
    return value


def name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise wrong("a name of letters, digits, - and _", value)
    return value


def region(value: object) -> str:
    """A country as in ISO 3166, for telephone numbers written without one."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{2}", value):
        raise wrong('a country like "US"', value)
    return value


def tenant(value: object) -> str:
    """A directory of Microsoft's: its name, its number, or one of common, organizations, consumers."""
    if not isinstance(value, str) or not _TENANT.fullmatch(value):
        raise wrong('a tenant like "common" or "example.com"', value)
    return value


def endpoint(value: object) -> str:
    """An address that secrets are sent to: encrypted, or on this computer."""
    from urllib.parse import urlsplit

    try:
        found = urlsplit(text(value))
        here = found.scheme == "http" and found.hostname in ("127.0.0.1", "::1", "localhost")
        fit = found.hostname and (found.scheme == "https" or here) and not (found.fragment or found.username)
    except ValueError:
        fit = False
    if not fit:
        raise wrong('an address like "https://example.com/path"', value)
    return str(value)


def file(value: object) -> Path:
    """A path with `~` expanded; whoever calls knows what a relative one is relative to."""
    try:
        return Path(text(value)).expanduser()
    except RuntimeError:
        raise wrong("a path (no such home folder)", value) from None


def choice(*names: str) -> Parser:
    """One of the names, as it stands."""

    def read(value: object) -> str:
        if value not in names:
            raise wrong(" or ".join(f'"{name}"' for name in names), value)
        return str(value)

    return read


def several(one: Parser, example: str) -> Parser:
    """A list of values; the problems of all items are told at once."""

    def read(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise wrong(f"a list like {example}", value)
        found, problems = [], []
        for place, item in enumerate(value, start=1):
            try:
                found.append(one(item))
            except ValueError as error:
                problems.append(f"item {place}: {error}")
        if problems:
            raise ValueError("; ".join(problems))
        return tuple(found)

    return read


def address(value: object) -> str:
    """A glob over addresses, lower-cased."""
    if not isinstance(value, str) or value.count("@") != 1 or len(value.split()) != 1:
        raise wrong('an address like "robin@example.com" or "*@example.com"', value)
    return value.lower()


def length(least: timedelta, most: timedelta) -> Parser:
    """A length like `15m`, `2h` or `30d`, from `least` to `most`."""

    def read(value: object) -> timedelta:
        found = _length(value)
        if found is None:
            raise wrong('a length like "15m", "2h" or "30d"', value)
        if not least <= found <= most:
            raise wrong(f"a length from {written(least)} to {written(most)}", value)
        return found

    return read


def _length(value: object) -> timedelta | None:
    match = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    if not match or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def written(span: timedelta) -> str:
    """A length as one would write it in the file."""
    for unit, sign in ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "m")):
        if span and span % unit == timedelta():
            return f"{span // unit}{sign}"
    return f"{span // timedelta(seconds=1)}s" if span else "0m"


def minutes(value: object) -> int:
    """A length in whole minutes."""
    found: timedelta = length(timedelta(minutes=1), timedelta(hours=24))(value)
    if found % timedelta(minutes=1):
        raise wrong("a length in whole minutes", value)
    return found // timedelta(minutes=1)


def reply_within(value: object) -> ReplyWithin:
    named = [one.value for one in Within]
    if value in named:
        return ReplyWithin(named=Within(value))
    if isinstance(value, str) and (match := re.fullmatch(r"(\d{1,3})d", value, re.ASCII)):
        if 1 <= int(match[1]) <= _MOST_REPLY_DAYS:
            return ReplyWithin(days=int(match[1]))
    elif (span := _length(value)) and span <= _LONGEST_REPLY and not _has_days(value):
        return ReplyWithin(span=span)
    words = ", ".join(f'"{one}"' for one in named)
    raise wrong(f'a length of working time like "2h", working days like "3d", or one of {words}', value)


def _has_days(value: object) -> bool:
    return isinstance(value, str) and "d" in value


def clock(value: object) -> time:
    """A time of day; 24:00 is midnight like 00:00."""
    if isinstance(value, time):
        return value
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not match or (int(match[1]) == 24 and match[2] != "00"):
        raise wrong('a time like "09:00"', value)
    return time(int(match[1]) % 24, int(match[2]))


def span(value: object) -> Span:
    """A stretch of a day like `09:00-12:00`."""
    parts = value.split("-") if isinstance(value, str) else []
    if len(parts) != 2:
        raise wrong('a span like "09:00-12:00"', value)
    return stretch(clock(parts[0].strip()), clock(parts[1].strip()))


def stretch(start: time, end: time) -> Span:
    """From start to end of one day. ValueError when it would run backwards or past midnight."""
    if time() < end <= start:
        raise ValueError(f"{end:%H:%M} is not after {start:%H:%M}; work past midnight is two spans, one a day")
    return Span(start=start, end=end)


def weekdays(value: object) -> frozenset[int]:
    """Numbers of days, Monday 0, from `mon-fri`, `mon,wed,fri` or both mixed; `sat-wed` runs over the week's end."""
    if not isinstance(value, str):
        raise wrong('days like "mon-fri" or "mon,wed,fri"', value)
    found: set[int] = set()
    for part in value.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise wrong('days like "mon-fri" or "mon,wed,fri"', value)
        start = WEEKDAYS.index(first)
        many = (WEEKDAYS.index(last) - start) % 7 if dash else 0
        found |= {(start + ahead) % 7 for ahead in range(many + 1)}
    return frozenset(found)


def hours(value: object) -> tuple[tuple[Span, ...], ...]:
    """A week from a table of days; days it does not name are free."""
    if not isinstance(value, dict):
        raise wrong('a table like { mon = ["09:00-12:00", "13:00-17:00"] }', value)
    week: list[tuple[Span, ...]] = [()] * 7
    problems = [f"{day}: is no day; write {', '.join(WEEKDAYS)}" for day in value if day not in WEEKDAYS]
    for place, day in enumerate(WEEKDAYS):
        try:
            week[place] = _day_spans(value.get(day, []))
        except ValueError as error:
            problems.append(f"{day}: {error}")
    if problems:
        raise ValueError("; ".join(problems))
    return tuple(week)


def _day_spans(value: object) -> tuple[Span, ...]:
    spans: tuple[Span, ...] = tuple(sorted(several(span, '["09:00-17:00"]')(value), key=lambda one: one.start))
    for earlier, later in pairwise(spans):
        if earlier.end == time() or later.start < earlier.end:
            raise ValueError(f"spans overlap at {later.start:%H:%M}")
    return spans


def day_off(value: object) -> tuple[date, date]:
    """A date, or two with `..` between, both included."""
    if type(value) is date:
        return value, value
    first, dots, last = value.partition("..") if isinstance(value, str) else ("", "", "")
    try:
        found = date.fromisoformat(first), date.fromisoformat(last if dots else first)
    except ValueError:
        raise wrong('a date like "2026-12-24" or two like "2026-12-24..2027-01-03"', value) from None
    if found[1] < found[0]:
        raise ValueError(f"{found[1]} is before {found[0]}")
    return found


def holidays(value: object) -> str:
    """The shape of a code only: whether it exists is asked of the holidays library by `triage.freedays`."""
    if not isinstance(value, str) or not _HOLIDAYS.fullmatch(value):
        raise wrong('a country like "DE" or a part of one like "US-NC"', value)
    return value


def delimiter(value: object) -> str:
    """One sign, or "auto"."""
    if value == "auto" or (isinstance(value, str) and len(value) == 1 and value not in '\r\n"'):
        return str(value)
    raise wrong('one sign like ";", or "auto"', value)


def encoding(value: object) -> str:
    """One that Python knows, or "auto"."""
    import codecs

    try:
        return str(value) if value == "auto" else codecs.lookup(text(value)).name
    except LookupError:
        raise wrong('an encoding like "utf-8" or "cp1252", or "auto"', value) from None


def digits(value: object) -> str:
    """What is dialled."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,6}", value):
        raise wrong('digits like "9"', value)
    return value


def seconds(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 3600:
        raise wrong("a number of seconds from 0 to 3600", value)
    return value


def column(value: object) -> str:
    """The name of a column, or its place from 1 on."""
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1000:
        return str(value)
    return text(value)


def timezone_or_local(value: object) -> str | None:
    """A name the time zone database knows, or "local", this computer's."""
    return None if value == "local" else timezone(value)


def timezone(value: object) -> str:
    """A name the time zone database knows."""
    from zoneinfo import ZoneInfo, available_timezones

    try:
        return ZoneInfo(text(value)).key
    except (KeyError, OSError, ValueError):
        from difflib import get_close_matches

        near = get_close_matches(str(value), available_timezones(), n=1)
        more = f'; did you mean "{near[0]}"?' if near else ""
        raise ValueError(f'expected a time zone like "Europe/Berlin", got {shown(value)}{more}') from None
