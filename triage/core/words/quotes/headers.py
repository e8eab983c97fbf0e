"""Headers copied above a quote: Outlook's "From: Sent: To:", and Notes', which begin with a name and a date."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto

from triage.core.words.language import QUOTES
from triage.core.words.quotes.lines import RULE, TITLED_RULE, any_of


class _Field(Enum):
    SENDER = auto()
    SENT = auto()
    DATE = auto()
    TO = auto()
    COPY = auto()
    SUBJECT = auto()


_NAMES = {
    name: field
    for field, names in (
        (_Field.SENT, QUOTES.sent),
        (_Field.DATE, QUOTES.date),
        (_Field.COPY, QUOTES.copy),
        (_Field.TO, QUOTES.to),
        (_Field.SENDER, QUOTES.sender),
        (_Field.SUBJECT, QUOTES.subject),
    )
    for name in names
}
_LONGEST_NAME = 30
_MOST_BETWEEN = 60  # lines of one field's addresses
_DATE = r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d)"
_TIME = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[AP]M)?"
_DATED = re.compile(rf"{_DATE}\s{{1,3}}{_TIME}\s{{0,3}}$", re.IGNORECASE)
_ONLY_DATED = re.compile(rf"\s{{0,12}}(?:{_DATE}\s{{1,3}})?{_TIME}\s{{0,3}}$", re.IGNORECASE)
# With seconds and a zone it was copied by a program.
_FULL_DATED = re.compile(r"\d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}\s{0,3}$")
_NEXT_FIELD = re.compile(rf"\s(?=\*?{any_of(_NAMES)}\*?\s?:)", re.IGNORECASE)
_SENTENCE_ENDS = (".", "!", "?", ",", ":", ";")

Copied = dict[int, int]


def copied_headers(lines: Sequence[str]) -> tuple[Sequence[str], Copied]:
    """Where a copied header starts, and the line after its last field; the lines, such fields on a line each."""
    fields = _fields(lines)
    if any(field is _Field.SENDER and lines[place].count(":") > 2 for place, field in fields):
        lines = [part for line in lines for part in _spread(line)]
        fields = _fields(lines)
    found: Copied = {}
    for run in _runs(lines, fields):
        first = run[0][0]
        start, dated = _above(lines, first, run)
        addressed = _addressed(lines, first, run[-1][0])
        if _is_header(run, dated=dated, addressed=addressed) or (addressed and _is_traced(lines, run)):
            found[start] = run[-1][0] + 1
    return lines, found


def without_rule(kept: list[str]) -> None:
    """Drop the line of dashes, its title and the blanks that stood above a copied header."""
    while kept and (not kept[-1].strip() or RULE.match(kept[-1])):
        kept.pop()
    if kept and TITLED_RULE.match(kept[-1]):
        kept.pop()


def _field(line: str) -> _Field | None:
    head = line[:_LONGEST_NAME]
    colon = head.find(":")
    if colon < 0:
        colon = head.find("\uff1a")
    if colon <= 0:
        return None
    name = head[:colon].strip(" \t\xa0*")
    field = _NAMES.get(name.lower())
    # Programs write a capital; "from: x" is a person's, or a setting.
    return None if field is _Field.SENDER and name[0].islower() else field


def _fields(lines: Sequence[str]) -> list[tuple[int, _Field]]:
    return [
        (place, field)
        for place, line in enumerate(lines)
        if (":" in line or "\uff1a" in line) and (field := _field(line))
    ]


def _spread(line: str) -> list[str]:
    """The fields of a header that lost its line breaks, a line each."""
    if line.count(":") < 3 or _field(line) is not _Field.SENDER:
        return [line]
    parts = _NEXT_FIELD.split(line)
    return [line] if {_Field.SENT, _Field.DATE}.isdisjoint(map(_field, parts)) else parts


def _runs(lines: Sequence[str], fields: Sequence[tuple[int, _Field]]) -> Iterator[list[tuple[int, _Field]]]:
    """Fields that belong together: nothing but the rest of long ones stands between."""
    run: list[tuple[int, _Field]] = []
    for place, field in fields:
        if run and (field in {which for _, which in run} or not _continues(lines, run, place)):
            yield run
            run = []
        if run or field is not _Field.COPY:  # a line of one's own; no header begins with it
            run.append((place, field))
    if run:
        yield run


def _continues(lines: Sequence[str], run: Sequence[tuple[int, _Field]], place: int) -> bool:
    last = run[-1][0]
    if place - last > _MOST_BETWEEN:
        return False
    between = [line for line in lines[last + 1 : place] if line.strip()]
    blank = place - last - 1 - len(between)
    return blank <= 3 and (len(between) <= 2 - blank or all(_addresses(line) for line in between))


def _addresses(line: str) -> bool:
    return any(sign in line for sign in "@/;<,")


def _addressed(lines: Sequence[str], first: int, last: int) -> bool:
    return any("@" in line for line in lines[first : last + 1])


def _above(lines: Sequence[str], first: int, run: Sequence[tuple[int, _Field]]) -> tuple[int, bool]:
    """Where the header starts, and is it dated: Notes writes who and when over the fields or after "From:"."""
    if run[0][1] is _Field.SENDER:
        return first, bool(_DATED.search(lines[first][-40:].replace("=", " ").rstrip()))
    place = _filled_above(lines, first)
    if place < 0:
        return first, False
    if not _ONLY_DATED.match(lines[place][:60]):
        return (place, True) if _DATED.search(lines[place][-40:].rstrip()) else (first, False)
    name = place - 1
    while name > 0 and _relays(lines[name]):
        name -= 1
    if name < 0 or not (text := lines[name].strip()) or len(text) > 100 or text.endswith(_SENTENCE_ENDS):
        return place, True
    return name, True


def _filled_above(lines: Sequence[str], place: int) -> int:
    """The line above that says something, "Please respond to" aside, at most three away; -1 if there is none."""
    for above in range(place - 1, max(-1, place - 5), -1):
        if lines[above].strip() and not _relays(lines[above]):
            return above
    return -1


def _relays(line: str) -> bool:
    return line.strip().lower().startswith(QUOTES.relayed)


def _is_header(run: Sequence[tuple[int, _Field]], *, dated: bool, addressed: bool) -> bool:
    """From and Subject alone are a web form's, From and Date a commit's, with To but no address a journey's.

    What begins with To, or with Date and has no address, is a memo; only Notes' headers do, under their date.
    """
    fields, first = {field for _, field in run}, run[0][1]
    if dated:
        return _Field.TO in fields or _Field.SUBJECT in fields
    if first is _Field.TO or (first is _Field.DATE and not addressed):
        return _Field.SENDER not in fields and {_Field.COPY, _Field.SUBJECT} <= fields
    if _Field.SENDER not in fields:
        return _Field.TO in fields and first is _Field.DATE
    if _Field.SENT in fields:
        return len(fields) > 1
    if _Field.DATE not in fields and _Field.TO not in fields:
        return False
    return _Field.SUBJECT in fields or (_Field.TO in fields and addressed)


def _is_traced(lines: Sequence[str], run: Sequence[tuple[int, _Field]]) -> bool:
    """Is it a sender and a program's date, below words? Above all words it is a patch's."""
    if {field for _, field in run} != {_Field.SENDER, _Field.DATE}:
        return False
    return any(_FULL_DATED.search(lines[place]) for place, _ in run) and any(map(str.strip, lines[: run[0][0]]))
