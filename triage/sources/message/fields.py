"""A header block (RFC 5322 section 2.2) to field values: ids, moments, addresses. Nothing here raises."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

from triage.model.mail import Address
from triage.sources.message.charsets import clean, text_of, words_decoded

MOST_ADDRESSES = 500
MOST_IDS = 50
LONGEST_HEADER = 256 * 1024
LONGEST_VALUE = 64 * 1024
LONGEST_ID = 998

_FOLD = re.compile(r"\n[ \t]+")
_ID = re.compile(r"<([^<>]{1,2000})>")
_DATE = re.compile(
    r"\s*(?:[A-Za-z]{3},\s{0,3})?(\d{1,2})\s{1,3}([A-Za-z]{3})\s{1,3}(\d{4})\s{1,3}"
    r"(\d\d?):(\d\d)(?::(\d\d))?\s{1,3}([+-])(\d\d)(\d\d)\b"
)
_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
# Every alternative takes at least one character and none is tried twice from far: linear on any input.
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|\((?:[^()\\]|\\.)*(?:\)|\\?\Z)|<[^<>]*>|[,;:]|[^",;:<>()]+|.', re.DOTALL
)
_SIMPLE = re.compile(r"\s*([^\"(),:;<>@\[\]\\]*?)\s*<\s*([^\s\"(),:;<>@\\]{1,200}@[^\s\"(),:;<>@\\]{1,255})\s*>\s*\Z")

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def fields_of(header: bytes, wanted: frozenset[str]) -> list[tuple[str, str]]:
    """The wanted fields in order, names lower-cased, values unfolded, encoded words still encoded."""
    block = header[:LONGEST_HEADER].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    text = block.decode("utf-8", "surrogateescape")
    found = []
    for line in _FOLD.sub(" ", text).split("\n"):
        name, colon, value = line.partition(":")
        name = name.rstrip().lower()
        if colon and name in wanted:
            found.append((name, _value(value)))
    return found


def _value(value: str) -> str:
    value = value[:LONGEST_VALUE].strip()
    if value.isascii():
        return value.replace("\0", "") if "\0" in value else value
    try:
        value.encode()
    except UnicodeEncodeError:
        # Raw 8-bit bytes; a value cut above may have lost half a character, which is dropped.
        return clean(text_of(value.encode("utf-8", "surrogateescape")))
    return clean(value)


def phrase(value: str, most: int = 1000) -> str:
    """Free text such as a subject or display name: decoded, on one line."""
    return " ".join(words_decoded(value[: most * 8]).split())[:most]


def ids(value: str) -> tuple[str, ...]:
    """The Message-IDs a field names, each once, in angle brackets and without white space in them.

    Of more than fifty the first ten and the last forty are kept.
    """
    found = ["".join(inside.split()) for inside in _ID.findall(value)]
    if not found:
        found = [token.strip("<>,;\"'") for token in value.split() if "@" in token]
    unique = tuple(dict.fromkeys(f"<{inside}>" for inside in found if 0 < len(inside) <= LONGEST_ID))
    return unique if len(unique) <= MOST_IDS else unique[:10] + unique[10 - MOST_IDS :]


def moment(value: str) -> datetime | None:
    """A date-time (RFC 5322 section 3.3) in UTC, or None if there is none between 1970 and 2200."""
    quick = _DATE.match(value)
    try:
        when = _quick_moment(quick) if quick else _slow_moment(value)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return when if when and EARLIEST < when < LATEST else None


def _quick_moment(date: re.Match[str]) -> datetime:
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = date.groups()
    local = datetime(
        int(year),
        _MONTHS.get(month.lower(), 0),
        int(day),
        int(hour),
        int(minute),
        min(int(second or 0), 59),
        tzinfo=UTC,
    )
    offset = int(zone_hours) * 3600 + int(zone_minutes) * 60
    return local - _shift(-offset if sign == "-" else offset)


def _slow_moment(value: str) -> datetime | None:
    parts = parsedate_tz(value[:200])
    if not parts:
        return None
    year, month, day, hour, minute, second = parts[:6]
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC) - _shift(parts[9] or 0)


def _shift(seconds: int) -> timedelta:
    """The zone's offset; one that no place on earth has counts as none."""
    return timedelta(seconds=seconds if abs(seconds) <= 14 * 3600 else 0)


def addresses(value: str) -> tuple[Address, ...]:
    """The addresses of a field, groups flattened, at most 500, in order."""
    simple = _SIMPLE.match(value) if len(value) < 500 else None
    if simple:
        return (Address(address=simple[2].lower(), name=phrase(simple[1], 200)),)
    if value.count('"') % 2:
        value = value.replace('"', "")
    return _scanned(value)


def _scanned(value: str) -> tuple[Address, ...]:
    found: list[Address] = []
    words: list[str] = []
    comment = inside = ""
    for piece in _TOKEN.findall(value):
        if piece[0] == "<":
            inside = inside or piece[1:-1]
        elif piece[0] == "(":
            comment = comment or piece[1:-1]
        elif piece in {",", ";"}:
            found += _address(words, inside, comment)
            words, comment, inside = [], "", ""
            if len(found) >= MOST_ADDRESSES:
                return tuple(found)
        elif piece == ":":
            words = []  # what stood before is the name of a group
        else:
            words.append(piece)
    return tuple(found + _address(words, inside, comment))


def _address(words: list[str], inside: str, comment: str) -> list[Address]:
    """One address, or none where there is nothing like one."""
    if inside.strip():
        return (
            [Address(address=_spec(inside), name=phrase(" ".join(map(_unquoted, words)), 200))] if _spec(inside) else []
        )
    bare = "".join(words).strip()
    if not bare or (" " in bare and "@" not in bare):
        return []
    spec = next((token for token in bare.split() if "@" in token), bare) if '"' not in bare else bare
    return [Address(address=_spec(spec), name=phrase(comment, 200))] if _spec(spec) else []


def _spec(value: str) -> str:
    route_cut = value.rpartition(":")[2] if value.lstrip().startswith("@") else value
    spec = "".join(words_decoded(route_cut[:2000]).split()).lower()
    return clean(spec.removeprefix("mailto:")[:320])


def _unquoted(word: str) -> str:
    word = word.strip()
    if word.startswith('"'):
        return re.sub(r"\\(.)", r"\1", word[1:].removesuffix('"'))
    return word
