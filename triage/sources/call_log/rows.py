"""One line of a call log to a Row: which column holds what, in which words, and at what time.

The presets are column mappings like those a user writes; what differs between systems is data.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from triage.model.calls import Way
from triage.settings import CallLog, Columns

_DELIMITERS = (",", ";", "\t", "|")
_MOST_CELLS = 200
_CLID = re.compile(r'^\s*"?((?:[^"\\]|\\.)*?)"?\s*<[^<>]*>\s*$')
_UNQUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which column holds what. `caller` is one of the form `"Name" <number>`, `context` is where a call came in,
    `app` with `data` what the system did with it, `peer` and `reached` the telephones on both ends.
    """

    columns: Columns
    header: bool
    answered: tuple[str, ...]
    outgoing: tuple[str, ...] = ()
    caller: str = ""
    context: str = ""
    app: str = ""
    data: str = ""
    peer: str = ""
    reached: str = ""
    call: str = ""


ASTERISK = Layout(
    columns=Columns(start="10", from_="2", to="3", talk="14", result="15", linked="20"),
    header=False,
    answered=("answered",),
    caller="5",
    context="4",
    app="8",
    data="9",
    peer="6",
    reached="7",
    call="17",
)
PRESETS: Mapping[str, Layout] = {"asterisk": ASTERISK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row. `way` is None where no column tells: it follows from the numbers then. `talk` are seconds both sides
    were connected. `linked` groups the rows of one call, `mark` tells this row from all others.
    """

    at: datetime
    way: Way | None
    from_: str
    to: str
    name: str
    talk: int
    answered: bool
    linked: str
    mark: str
    context: str = ""
    app: str = ""
    data: str = ""
    peer: str = ""
    reached: str = ""


class Reading:
    """How the rows of one file are read: its layout, delimiter and header, found once."""

    def __init__(self, settings: CallLog, first_line: bytes, zone: tzinfo | None) -> None:
        self.settings = settings
        self.zone = zone
        self.layout = PRESETS.get(settings.preset) or Layout(
            columns=settings.columns,
            header=settings.header,
            answered=settings.answered,
            outgoing=settings.outgoing,
        )
        text = self._text(first_line)
        self.delimiter = _delimiter(text) if settings.delimiter == "auto" else settings.delimiter
        self._first = text
        names = self._cells(text) if self.layout.header else ()
        self._places = {name.strip().casefold(): place for place, name in reversed(list(enumerate(names)))}

    def missing(self) -> tuple[str, ...]:
        """Columns that are named and do not stand in the header."""
        wanted = (getattr(self.layout.columns, name) for name in Columns.__slots__)
        return tuple(name for name in wanted if name and not name.isdigit() and name.casefold() not in self._places)

    def row(self, line: bytes) -> Row | None:
        """None for what holds no call: a header, a blank line, a time that cannot be read."""
        text = self._text(line)
        if not text.strip() or (self.layout.header and text == self._first):
            return None
        cells = self._cells(text)
        at = self._moment(cells)
        if at is None:
            return None
        columns, layout = self.layout.columns, self.layout
        talk = _seconds(self._cell(cells, columns.talk), self.settings.duration)
        result = self._cell(cells, columns.result).casefold()
        caller = self._cell(cells, layout.caller)
        named = _CLID.match(caller[:300])
        return Row(
            at=at,
            way=self._way(cells),
            from_=self._cell(cells, columns.from_),
            to=self._cell(cells, columns.to),
            name=named[1].replace('\\"', '"').strip() if named else "",
            talk=talk,
            answered=talk > 0 and (not columns.result or result in {word.casefold() for word in layout.answered}),
            linked=self._cell(cells, columns.linked) or self._cell(cells, layout.call),
            mark=text,
            context=self._cell(cells, layout.context).casefold(),
            app=self._cell(cells, layout.app).casefold(),
            data=self._cell(cells, layout.data),
            peer=self._cell(cells, layout.peer),
            reached=self._cell(cells, layout.reached),
        )

    def _text(self, line: bytes) -> str:
        if self.settings.encoding != "auto":
            return line.decode(self.settings.encoding, "replace").lstrip("\ufeff")
        try:
            return line.decode("utf-8-sig")
        except UnicodeDecodeError:
            return line.decode("cp1252", "replace")

    def _cells(self, text: str) -> Sequence[str]:
        try:
            return next(csv.reader([text], delimiter=self.delimiter), [])[:_MOST_CELLS]
        except csv.Error:
            return []

    def _cell(self, cells: Sequence[str], column: str) -> str:
        """By name, else by place from 1 on; empty where the row has no such cell."""
        if not column:
            return ""
        place = self._places.get(column.casefold(), int(column) - 1 if column.isdigit() else -1)
        return cells[place].strip() if 0 <= place < len(cells) else ""

    def _way(self, cells: Sequence[str]) -> Way | None:
        column = self.layout.columns.direction
        if not column:
            return None
        word = self._cell(cells, column).casefold()
        return Way.OUT if word in {each.casefold() for each in self.layout.outgoing} else Way.IN

    def _moment(self, cells: Sequence[str]) -> datetime | None:
        columns = self.layout.columns
        text = " ".join(part for part in (self._cell(cells, columns.start), self._cell(cells, columns.time)) if part)
        found = _read(text, self.settings.date_format)
        if found is None:
            return None
        if found.tzinfo is None and self.zone:
            found = found.replace(tzinfo=self.zone)
        return found.astimezone(UTC)


def _read(text: str, form: str) -> datetime | None:
    """As `form` says, else ISO 8601, with "/" as good as "-". Without a zone it is aware only if the text is."""
    try:
        if form:
            return datetime.strptime(text, form)  # noqa: DTZ007 - its zone is set by whoever knows it
        return datetime.fromisoformat(text.replace("/", "-"))
    except (ValueError, OverflowError):
        return None


def _seconds(text: str, form: str) -> int:
    """A length as it is written; what cannot be read is none."""
    parts = text.split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return 0
    if len(numbers) == 3:
        hours, minutes, seconds = numbers
    elif len(numbers) == 2 and form == "h:mm":
        hours, minutes, seconds = numbers[0], numbers[1], 0.0
    elif len(numbers) == 2:
        hours, minutes, seconds = 0.0, numbers[0], numbers[1]
    else:
        hours, minutes, seconds = 0.0, 0.0, numbers[0]
    length = hours * 3600 + minutes * 60 + seconds
    return round(length) if 0 <= length < 10**6 else 0


def _delimiter(first_line: str) -> str:
    """The sign that separates most, quoted cells aside; a comma where none does."""
    bare = _UNQUOTED.sub("", first_line)
    return max(_DELIMITERS, key=lambda sign: (bare.count(sign), sign == ","))
