"""Address books: folders of vCards as vdirsyncer leaves them, and single exports; versions 2.1, 3.0 and 4.0.

Only names, telephone numbers and mail addresses are read (RFC 6350, RFC 2426, vCard 2.1). A card that cannot be read
is passed over; it hides no other.
"""

import logging
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from triage.errors import SourceUnreachable

log = logging.getLogger(__name__)

LARGEST = 64 * 1024 * 1024
MOST_CARDS = 50_000
_MOST_NUMBERS = 20
_SUFFIXES = (".vcf", ".vcard")
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"\r\n|\r|\n")
_CHARSET = re.compile(r"CHARSET=\"?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One person or company; numbers as they are written, addresses lower-cased."""

    name: str
    company: str = ""
    numbers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(slots=True)
class _Lines:
    """What a card has said so far."""

    formatted: str = ""
    parts: str = ""
    company: str = ""
    numbers: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


def stamp(paths: Iterable[Path]) -> str:
    """Differs when a book may have changed: a new or renamed file tells by its folder's time, an export by its own."""
    found = []
    for path in paths:
        for each in (path, *_folders(path)):
            try:
                stat = each.stat()
            except OSError:
                continue
            found.append(f"{each}:{stat.st_ino}:{stat.st_mtime_ns}:{stat.st_size}")
    return "\n".join(found)


def cards(paths: Iterable[Path]) -> tuple[Card, ...]:
    """Every card with a name and a number or address. SourceUnreachable when a path is not there."""
    found: list[Card] = []
    for path in paths:
        try:
            files = sorted(_files(path))
            for file in files:
                found += list(_cards_in(file))
        except OSError as error:
            raise SourceUnreachable(
                f"contacts: {path} cannot be read ({error.strerror})", hint="check [contacts] paths in config.toml"
            ) from error
    return tuple(found[:MOST_CARDS])


def read(content: bytes) -> Iterator[Card]:
    """The cards of one file."""
    lines: _Lines | None = None
    for name, parameters, value in _properties(_text(content)):
        if name == "BEGIN":
            lines = _Lines()
        elif name == "END" and lines is not None:
            card = _card(lines)
            lines = None
            if card:
                yield card
        elif lines is not None:
            _note(lines, name, parameters, value)


def _folders(path: Path) -> Iterator[Path]:
    try:
        yield from (each for each in path.iterdir() if each.is_dir() and not each.name.startswith("."))
    except OSError:
        return


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        path.stat()
        yield path
        return
    for folder in (path, *_folders(path)):
        yield from (
            each for each in folder.iterdir() if each.suffix.lower() in _SUFFIXES and not each.name.startswith(".")
        )


def _cards_in(file: Path) -> Iterator[Card]:
    """A file that vanished while the folder was read is no fault; one too large to be an address book is left alone."""
    try:
        if file.stat().st_size > LARGEST:
            log.warning("event=contacts-too-large")
            return
        content = file.read_bytes()
    except FileNotFoundError:
        return
    except PermissionError:
        log.warning("event=contacts-unreadable")
        return
    yield from read(content)


def _text(content: bytes) -> str:
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _properties(text: str) -> Iterator[tuple[str, str, str]]:
    """Name, parameters and value of each line; groups ("item1.TEL") are of no matter."""
    held = ""
    for written in _LINE.split(_FOLD.sub("", text)):
        line, held = held + written, ""
        head, colon, value = _split(line)
        if not colon:
            continue
        name, _, parameters = head.partition(";")
        if "QUOTED-PRINTABLE" in parameters.upper():
            if value.endswith("="):  # a soft break of vCard 2.1: the value goes on without a space
                held = line[:-1]
                continue
            value = _printed(value, parameters)
        yield name.rpartition(".")[2].strip().upper(), parameters.upper(), value


def _split(line: str) -> tuple[str, str, str]:
    """At the colon that no quotes hide."""
    quoted = False
    for place, sign in enumerate(line[:4000]):
        if sign == '"':
            quoted = not quoted
        elif sign == ":" and not quoted:
            return line[:place], ":", line[place + 1 :]
    return line, "", ""


def _printed(value: str, parameters: str) -> str:
    named = _CHARSET.search(parameters)
    raw = quopri.decodestring(value.encode("latin-1", "replace"))
    try:
        return raw.decode(named[1] if named else "utf-8")
    except (LookupError, UnicodeDecodeError):
        return raw.decode("cp1252", "replace")


def _note(lines: _Lines, name: str, parameters: str, value: str) -> None:
    match name:
        case "FN":
            lines.formatted = lines.formatted or _plain(value)
        case "N":
            lines.parts = lines.parts or _from_parts(value)
        case "ORG":
            lines.company = lines.company or _plain(_fields(value)[0])
        case "TEL" if "FAX" not in parameters or "VOICE" in parameters:
            lines.numbers.append(_plain(value).removeprefix("tel:").strip())
        case "EMAIL":
            lines.addresses.append(_plain(value).removeprefix("mailto:").strip().lower())
        case _:
            pass


def _card(lines: _Lines) -> Card | None:
    name = lines.formatted or lines.parts
    numbers = tuple(dict.fromkeys(each for each in lines.numbers if each))[:_MOST_NUMBERS]
    addresses = tuple(dict.fromkeys(each for each in lines.addresses if "@" in each))[:_MOST_NUMBERS]
    if not (name or lines.company) or not (numbers or addresses):
        return None
    return Card(name=name, company=lines.company, numbers=numbers, addresses=addresses)


def _from_parts(value: str) -> str:
    """ "King;Ada;;Dr.;" is Ada King."""
    family, given, *_ = (*_fields(value), "", "")
    return " ".join(part for part in (_plain(given), _plain(family)) if part)


def _fields(value: str) -> list[str]:
    """Split at semicolons that no backslash hides."""
    return re.split(r"(?<!\\);", value)


def _plain(value: str) -> str:
    return " ".join(_ESCAPE.sub(lambda found: " " if found[1] in "nN" else found[1], value[:1000]).split())
