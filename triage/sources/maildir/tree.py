"""Which Maildirs lie below a path, what they are called, and which of them are read."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from triage.model.mail import Role
from triage.settings import SourceSettings
from triage.sources.message.charsets import clean
from triage.sources.names import decoded, role_of

DEEPEST = 8
MOST_BOXES = 2000
_OWN = {"cur", "new", "tmp"}
_ORDER = (Role.SENT, Role.INBOX, Role.TRASH, Role.JUNK)


@dataclass(frozen=True, slots=True)
class Box:
    """A Maildir that is read: its mailbox name, components joined by "/", and what it is for."""

    name: str
    path: Path
    role: Role


def boxes(path: Path, settings: SourceSettings) -> tuple[Box, ...]:
    """The mailboxes to read, Sent ones first, so that an answer is known before its question; raises OSError."""
    found: dict[str, Box] = {}
    for parts, maildir in _maildirs(path, (), 0):
        name = "/".join(parts) or "INBOX"
        role = _role(name, settings)
        if role and len(found) < MOST_BOXES:
            unique = name if name not in found else clean(os.fspath(maildir))
            found[unique] = Box(unique, maildir, role)
    return tuple(sorted(found.values(), key=lambda box: (_ORDER.index(box.role), box.name)))


def _role(name: str, settings: SourceSettings) -> Role | None:
    if _matches(name, settings.sent):
        return Role.SENT
    role = role_of(name)
    if role in (Role.SENT, Role.TRASH, Role.JUNK):
        return role
    return Role.INBOX if _matches(name, settings.mailboxes) else None


def _matches(name: str, globs: tuple[str, ...]) -> bool:
    """Does the whole name, or its last component, fit? So INBOX is found in a folder of accounts too."""
    wanted = [glob.casefold() for glob in globs]
    names = {name.casefold(), name.casefold().rpartition("/")[2]}
    return any(fnmatchcase(candidate, glob) for candidate in names for glob in wanted)


def _maildirs(path: Path, parts: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], Path]]:
    if (path / "cur").is_dir() and (path / "new").is_dir():
        yield parts, path
    if depth >= DEEPEST:
        return
    with os.scandir(path) as entries:
        below = sorted(entry.name for entry in entries if entry.name not in _OWN and entry.is_dir())
    for name in below:
        if not name.startswith("."):
            yield from _maildirs(path / name, (*parts, _shown(name)), depth + 1)
        elif (path / name / "cur").is_dir():  # Maildir++: the dots of the name are its hierarchy
            yield from _maildirs(path / name, (*parts, *map(_shown, name.strip(".").split("."))), depth + 1)


def _shown(name: str) -> str:
    return clean(decoded(name))
