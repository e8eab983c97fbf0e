"""Mail that lies in files: single messages, mbox files, Maildirs, folders of any of them, standard input.

Read once, from start to end, and never written to.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from io import BufferedReader
from pathlib import Path

from triage.errors import TriageError
from triage.model.mail import Message, Role
from triage.sources.maildir.files import PLACES, File, Vanished, named_time, start_of, uid_of
from triage.sources.mbox import Piece, pieces, starts_mbox
from triage.sources.message import mime
from triage.sources.message.charsets import clean
from triage.sources.message.parts import split
from triage.sources.names import decoded, is_drafts, role_of

STDIN = "-"

_SNIFFED = 4096
_DEEPEST = 12
# One mailbox holds many messages.
_REMEMBERED = 8
_OWN = {"cur", "new", "tmp"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUFFIXES = re.compile(r"\.(?:mbox|mbx|mboxrd|mboxo|sbd|eml)(?=/|\Z)", re.IGNORECASE)
_MESSAGE = re.compile(rb"(?:[A-Za-z][A-Za-z0-9_-]{0,75}[ \t]{0,4}:[^\n]*\n|[ \t][^\n]*\n){2}")
_FIELD = re.compile(rb"[!-9;-~]{1,77}[ \t]{0,4}:")
_MESSAGE_FILES = (".eml", ".mbox", ".mbx", ".mboxrd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One message of an archive. `file` is the path as asked for, or below it; `mailbox` the name of where it lies.

    `role` is INBOX where the name says nothing else. `together`: it lies in a mailbox (an mbox, a Maildir) whose other
    messages belong to it, rather than in a file of its own. `draft`: it never went out. Where `error` is set it could
    not be read, or not whole: there is a message if anything of it could be had.
    """

    file: str
    mailbox: str
    message: Message
    role: Role
    together: bool = False
    draft: bool = False
    error: str | None = None

    @property
    def readable(self) -> bool:
        """Is there anything to judge?"""
        return self.error is None or self.message.sender is not None or bool(self.message.text)


def read(path: str, *, stdin: BufferedReader | None = None, sent: bool = False) -> Iterator[Stored]:
    """Every message at `path`, in the order it lies there; "-" reads `stdin`. With `sent` all of them are my own.

    Which mailboxes hold sent mail is told by their names. A file or folder that cannot be read comes as one message
    with an `error`; nothing is raised.
    """
    found = _stream(stdin, STDIN, "", "") if path == STDIN and stdin else _at(Path(path), path)
    return (replace(one, role=Role.SENT) for one in found) if sent else found


def exists(path: str) -> None:
    """TriageError where there is nothing to read at this path."""
    if path != STDIN and not os.path.lexists(path):
        raise TriageError(f"there is nothing at {path}", hint="name an mbox, a Maildir, a folder of them, or a file")


def _at(path: Path, shown: str) -> Iterator[Stored]:
    name = _mailbox_of(path.name or path.absolute().name)
    try:
        if path.is_dir():
            yield from _in_folder(path, "" if _holds_mailboxes(path) else name, 0)
        else:
            with path.open("rb") as file:
                yield from _stream(file, shown, name, "", path)
    except OSError as error:
        yield _unread(shown, f"cannot be read ({error.strerror})")


def _holds_mailboxes(path: Path) -> bool:
    """Then its own name, that of an account or a program, says nothing about what lies in it."""
    return any((path / name).is_dir() for name in ("INBOX", "Inbox", "inbox", "Maildir"))


def _in_folder(path: Path, mailbox: str, depth: int) -> Iterator[Stored]:
    """Maildirs, mbox files and messages below a folder; whatever else lies there is passed over.

    An mbox is a mailbox by its own name, a single message lies in the one its folder names.
    """
    places = [place for name in PLACES if (place := path / name).is_dir()]
    if places:
        yield from _in_maildir(places, mailbox)
    with os.scandir(path) as entries:
        below = sorted(entries, key=lambda entry: entry.name)
    for entry in below:
        try:
            if entry.is_dir():
                if depth < _DEEPEST and not (places and entry.name in _OWN) and _is_shown(entry):
                    yield from _in_folder(Path(entry.path), _below(mailbox, entry.name), depth + 1)
            elif not entry.name.startswith(".") and entry.is_file() and _looks_like_mail(Path(entry.path)):
                place = Path(entry.path)
                with place.open("rb") as file:
                    named = _below(mailbox, entry.name)
                    yield from _stream(file, entry.path, named, mailbox, place)
        except OSError as error:
            yield _unread(entry.path, f"cannot be read ({error.strerror})")


def _is_shown(entry: os.DirEntry[str]) -> bool:
    """Hidden folders are left alone, but those of Maildir++ begin with a dot."""
    return not entry.name.startswith(".") or (Path(entry.path) / "cur").is_dir()


# --- Maildirs -----------------------------------------------------------------------------------------------------


def _in_maildir(places: Iterable[Path], mailbox: str) -> Iterator[Stored]:
    """Also where a copy has lost its empty folders; `received` is the time in the file's name, as a copied archive's
    own file times say nothing.
    """
    for place in places:
        with os.scandir(place) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith(".") and entry.is_file())
        for name in names:
            yield _in_maildir_file(File(uid_of(name), place / name), mailbox)


def _in_maildir_file(file: File, mailbox: str) -> Stored:
    where = os.fspath(file.place)
    try:
        header, body = split(start_of(file))
    except Vanished:
        return _unread(where, "vanished while it was read")
    except OSError as error:
        return _unread(where, f"cannot be read ({error.strerror})")
    found = mime.message(header, body, received=named_time(file.uid), where=f"{mailbox}/{file.uid}")
    message = _dated(found, None, file.place)
    _, flagged, flags = file.place.name.rpartition(":2,")
    return Stored(
        file=where,
        mailbox=mailbox,
        message=message,
        role=_role(mailbox),
        together=True,
        draft=_drafted(mailbox) or (bool(flagged) and "D" in flags),
        error=_error(message, header),
    )


# --- files ----------------------------------------------------------------------------------------------------------


def _looks_like_mail(path: Path) -> bool:
    if path.name.lower().endswith(_MESSAGE_FILES):
        return True
    with path.open("rb") as file:
        first = file.read(_SNIFFED)
    return starts_mbox(first) or bool(_MESSAGE.match(first.replace(b"\r\n", b"\n")))


def _stream(stream: BufferedReader, shown: str, mbox: str, folder: str, path: Path | None = None) -> Iterator[Stored]:
    """What one file holds; `mbox` names the mailbox it is if it is one, `folder` the one it lies in; when the file at
    `path` was written stands in where a message has no date at all.
    """
    empty = True
    for number, piece in enumerate(pieces(stream)):
        empty = False
        yield _stored(piece, shown, mbox if piece.mbox else folder, f"{shown}#{number}", path)
    if empty:
        yield _unread(shown, "is empty")


def _stored(piece: Piece, shown: str, mailbox: str, where: str, path: Path | None) -> Stored:
    if b"\0" in piece.raw[:_SNIFFED] and not _FIELD.match(piece.raw.lstrip()):
        return _unread(shown, "is no message: it has no header")
    header, body = split(piece.raw)
    message = _dated(mime.message(header, body, received=None, where=where), piece.delivered, path)
    return Stored(
        file=shown,
        mailbox=mailbox,
        message=message,
        role=_role(mailbox),
        together=piece.mbox,
        draft=_drafted(mailbox),
        error=_error(message, header),
    )


def _dated(message: Message, delivered: datetime | None, path: Path | None) -> Message:
    """With a time to stand in where it has none: when it was delivered, or its file was written."""
    if message.received != _EPOCH:
        return message
    known = delivered or (path and _written(path))
    return replace(message, received=known) if known else message


def _written(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None


def _error(message: Message, header: bytes) -> str | None:
    if message.trouble:
        return message.trouble
    told = (message.message_id, message.sender, message.to, message.subject, message.sent, message.headers)
    return None if any(told) or _FIELD.match(header.lstrip()) else "is no message: it has no header"


def _unread(file: str, why: str) -> Stored:
    message = mime.unreadable(why, received=None, where=file)
    return Stored(file=file, mailbox="", message=message, role=Role.INBOX, error=why)


@lru_cache(maxsize=_REMEMBERED)
def _role(mailbox: str) -> Role:
    """By the name, in which a file may have an underscore for each space."""
    return role_of(mailbox) or role_of(mailbox.replace("_", " ")) or Role.INBOX


_drafted = lru_cache(maxsize=_REMEMBERED)(is_drafts)


def _below(mailbox: str, name: str) -> str:
    """The name of a mailbox in another one; the dots of Maildir++ are a hierarchy."""
    own = "/".join(map(_mailbox_of, name.strip(".").split("."))) if name.startswith(".") else _mailbox_of(name)
    return f"{mailbox}/{own}" if mailbox else own


def _mailbox_of(name: str) -> str:
    """What a mailbox is called by the name of its file: "Sent.mbox" is Sent."""
    return _SUFFIXES.sub("", clean(decoded(name)))
