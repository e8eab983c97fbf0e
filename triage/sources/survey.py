"""A first look at an account, before anything of it is stored: its mailboxes, and the headers of their newest mail."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from triage.model.mail import Message, Role
from triage.settings import SourceSettings
from triage.sources.names import is_archive, is_drafts, role_of

if TYPE_CHECKING:
    from triage.sources.imap.mailboxes import Box
    from triage.sources.imap.wire import Connection

REACH = timedelta(days=30)
NEWEST = 100
NEWEST_SENT = 300
MOST = 60
# Other mailboxes' messages once more (RFC 6154), or not yet sent.
_NOT_MAIL = {"\\all", "\\allmail", "\\flagged", "\\starred", "\\important", "\\drafts"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """A mailbox. `recent` are headers only, of mail not older than 30 days, and none of Trash and Junk."""

    name: str
    role: Role | None
    recent: tuple[Message, ...] = ()


def survey(settings: SourceSettings, password: Callable[[], str], now: datetime) -> Iterator[Surveyed]:
    """Every mailbox where mail from people may lie, INBOX and Sent first; at a server this signs in.

    `mailboxes` of the settings counts for nothing, `sent` does. Raises what a source raises.
    """
    if settings.kind == "imap":
        return _account(settings, password, now)
    if settings.kind == "exchange":
        return _exchange(settings, password, now)
    return _folder(settings, now)


def is_other(name: str, flags: tuple[str, ...] = ()) -> bool:
    """Is it an ordinary mailbox: none that has a role, holds what was filed after it was read, or is not yet sent?"""
    if _NOT_MAIL & set(flags) or role_of(name, flags):
        return False
    return not (is_drafts(name) or is_archive(name, flags))


def _rank(name: str, role: Role | None) -> tuple[bool, bool, str]:
    return (role not in (Role.INBOX, Role.SENT), role is None, name)


def _asked(role: Role | None) -> int:
    return 0 if role in (Role.TRASH, Role.JUNK) else NEWEST_SENT if role is Role.SENT else NEWEST


# --- IMAP -----------------------------------------------------------------------------------------------------------


def _account(settings: SourceSettings, password: Callable[[], str], now: datetime) -> Iterator[Surveyed]:
    from triage.sources.imap.mailboxes import Box, chosen
    from triage.sources.imap.wire import Connection, told

    with told(settings):
        connection = Connection.open(settings, password)
        try:
            listed = [one for one in connection.mailboxes() if not _NOT_MAIL & set(one.flags)]
            mine = {box.raw for box in chosen(listed, settings) if box.role is Role.SENT}
            roles = {one: Role.SENT if one.raw in mine else role_of(one.name, one.flags) for one in listed}
            kept = [one for one in listed if roles[one] or not (is_drafts(one.name) or is_archive(one.name, one.flags))]
            for one in sorted(kept, key=lambda one: _rank(one.name, roles[one]))[:MOST]:
                role = roles[one]
                box = Box(raw=one.raw, name=one.name, role=role or Role.INBOX)
                recent = newest(connection, settings, box, _asked(role), since=now - REACH, now=now)
                yield Surveyed(name=one.name, role=role, recent=recent)
        finally:
            connection.close()


def newest(
    connection: "Connection", settings: SourceSettings, box: "Box", most: int, *, since: datetime, now: datetime
) -> tuple[Message, ...]:
    """The headers of its newest messages since then; none of a mailbox that cannot be opened."""
    from triage.sources.imap.reading import Reader

    opened = connection.examine(box.raw) if most else None
    if opened is None or not opened.exists:
        return ()
    uids = connection.search(1, opened.uidnext - 1, exists=opened.exists, since=since.date())
    read = Reader(settings.name).messages(connection, box, opened, sorted(uids)[-most:], text=False, now=now)
    return tuple(message for message, _ in read.values() if not message.trouble)


# --- Exchange -------------------------------------------------------------------------------------------------------


def _exchange(settings: SourceSettings, password: Callable[[], str], now: datetime) -> Iterator[Surveyed]:
    from triage.sources.exchange.survey import folders

    secret = None if settings.auth == "kerberos" else password()
    every = folders(replace(settings, mailboxes=("*",)), secret, now - REACH, NEWEST)
    kept = [one for one in every if one[1] or not (is_drafts(one[0].name) or is_archive(one[0].name))]
    for box, role, recent in sorted(kept, key=lambda one: _rank(one[0].name, one[1]))[:MOST]:
        yield Surveyed(name=box.name, role=role, recent=recent)


# --- Maildir --------------------------------------------------------------------------------------------------------


def _folder(settings: SourceSettings, now: datetime) -> Iterator[Surveyed]:
    from triage.errors import SourceUnreachable
    from triage.sources.maildir.tree import boxes

    path = settings.path or Path()
    try:
        every = boxes(path, replace(settings, mailboxes=("*",)))
    except OSError as error:
        raise SourceUnreachable(
            f"{settings.name}: {path} cannot be read ({error.strerror})", hint="name a Maildir, or a folder of them"
        ) from error
    roles = {box: Role.SENT if box.role is Role.SENT else role_of(box.name) for box in every}
    kept = [box for box in every if roles[box] or not (is_drafts(box.name) or is_archive(box.name))]
    for box in sorted(kept, key=lambda box: _rank(box.name, roles[box]))[:MOST]:
        recent = files(box.path, _asked(roles[box]), since=now - REACH, now=now)
        yield Surveyed(name=box.name, role=roles[box], recent=recent)


def files(folder: Path, most: int, *, since: datetime, now: datetime) -> tuple[Message, ...]:
    """The headers of the newest messages of a Maildir since then."""
    from triage.sources.maildir.files import Vanished, listing, start_of
    from triage.sources.message import mime
    from triage.sources.message.parts import split

    young = [(arrived, file) for file in listing(folder).values() if (arrived := file.arrived(now)) >= since]
    found = []
    for arrived, file in sorted(young, key=lambda one: one[0])[-most:] if most else ():
        try:
            header, _ = split(start_of(file))
        except (Vanished, OSError):
            continue
        found.append(mime.message(header, None, received=arrived, where=file.uid))
    return tuple(message for message in found if not message.trouble)
