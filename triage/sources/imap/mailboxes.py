"""Which mailboxes of an account are read, and what each is for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from triage.model.mail import Role
from triage.settings import SourceSettings
from triage.sources.imap.cursor import Opened
from triage.sources.imap.records import Piece
from triage.sources.names import decoded, role_of

# Sent first: an answer is known before the question is judged.
_ORDER = (Role.SENT, Role.INBOX, Role.TRASH, Role.JUNK)
_CLOSED = {"\\noselect", "\\nonexistent"}
# Other mailboxes' messages once more (RFC 6154), or not yet sent: a wildcard does not mean these.
_VIRTUAL = {"\\all", "\\allmail", "\\flagged", "\\starred", "\\important", "\\drafts"}

_LISTED = re.compile(rb'\(([^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (.*)', re.DOTALL)
_STATUS = re.compile(rb'("(?:[^"\\]|\\.)*"|[^" (]+) \(([A-Z0-9 ]*)\)', re.IGNORECASE)
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A mailbox as the server lists it: `raw` is its name on the wire, `name` what people call it."""

    raw: bytes
    name: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A mailbox that is read."""

    raw: bytes
    name: str
    role: Role


def listed(answer: Iterable[Piece | None]) -> tuple[Listed, ...]:
    """The mailboxes of a LIST answer that can be opened, each once; one that makes no sense is left out."""
    found: dict[str, Listed] = {}
    for raw, flags in _names(answer):
        if _CLOSED & set(flags) or re.search(rb"[\r\n\0]", raw):
            continue
        text = raw.decode("utf-8", "replace")
        name = "INBOX" if text.upper() == "INBOX" else decoded(text)
        known = found.get(name)
        if known and known.raw != raw:
            name = text
        found.setdefault(name, Listed(raw=raw, name=name, flags=flags))
    return tuple(found.values())


def _names(answer: Iterable[Piece | None]) -> Iterable[tuple[bytes, tuple[str, ...]]]:
    for piece in answer:
        line = piece[0] if isinstance(piece, tuple) else piece or b""
        parts = _LISTED.match(line)
        if not parts:
            continue
        flags = tuple(flag.decode("latin-1").lower() for flag in parts[1].split())
        if isinstance(piece, tuple):
            yield piece[1], flags
        elif quoted := _QUOTED.match(parts[2]):
            yield _unquoted(quoted[0]), flags
        elif atom := parts[2].split(b" ")[0]:
            yield atom, flags


def _unquoted(name: bytes) -> bytes:
    return re.sub(rb"\\(.)", rb"\1", name[1:-1]) if name.startswith(b'"') else name


def statuses(answer: Iterable[Piece | None]) -> dict[bytes, Opened]:
    """What STATUS answers tell, by the mailbox's name on the wire; one that does not tell all of it is left out."""
    found: dict[bytes, Opened] = {}
    for piece in answer:
        parts = _STATUS.fullmatch(piece) if isinstance(piece, bytes) else None
        words = parts[2].upper().split() if parts else []
        told = {name: int(number) for name, number in zip(words[::2], words[1::2], strict=False) if number.isdigit()}
        if parts and told.keys() >= {b"MESSAGES", b"UIDNEXT", b"UIDVALIDITY"}:
            opened = Opened(validity=told[b"UIDVALIDITY"], uidnext=told[b"UIDNEXT"], exists=told[b"MESSAGES"])
            found[_unquoted(parts[1])] = opened
    return found


def chosen(mailboxes: Sequence[Listed], settings: SourceSettings) -> tuple[Box, ...]:
    """What the settings and the mailboxes' own flags and names say is to be read, in the order of reading."""
    boxes = [Box(raw=one.raw, name=one.name, role=role) for one in mailboxes if (role := _role(one, settings))]
    return tuple(sorted(boxes, key=lambda box: (_ORDER.index(box.role), box.name)))


def _role(mailbox: Listed, settings: SourceSettings) -> Role | None:
    if _matches(mailbox.name, settings.sent):
        return Role.SENT
    role = role_of(mailbox.name, mailbox.flags)
    if role in (Role.SENT, Role.TRASH, Role.JUNK):
        return role
    if mailbox.name in settings.mailboxes:
        return Role.INBOX
    wanted = _matches(mailbox.name, settings.mailboxes) and not _VIRTUAL & set(mailbox.flags)
    return Role.INBOX if wanted else None


def _matches(name: str, globs: Iterable[str]) -> bool:
    folded = name.casefold()
    return any(folded == glob.casefold() or fnmatchcase(folded, glob.casefold()) for glob in globs)
