"""A look, now and then, into the mailboxes that are not read: the headers of what lately came, without a trace."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, cast

from triage.errors import SourceUnreachable
from triage.model.access import Access
from triage.model.mail import Elsewhere, Message
from triage.settings import SourceSettings
from triage.sources.survey import files, is_other, newest

REACH = timedelta(days=7)
NEWEST = 30
MOST = 40
KINDS = frozenset(("imap", "exchange", "maildir"))
"""What is read by mailboxes, some of which may be left out."""

Found = Iterator[tuple[str, tuple[Message, ...]]]


class _Asked(Protocol):
    def fetch(self, cursor: str) -> Elsewhere: ...

    def close(self) -> None: ...


def look_around(
    settings: SourceSettings,
    password: Callable[[], str],
    now: datetime,
    tokens: Callable[[str], Access] | None = None,
) -> Elsewhere:
    """Over a connection of its own, so that no pass waits for it. Raises what a source raises."""
    if settings.kind == "exchange":
        return _apart(settings, password, now)
    found = _account(settings, password, now, tokens) if settings.kind == "imap" else _folder(settings, now)
    return Elsewhere(source=settings.name, found=tuple(found))


def _account(
    settings: SourceSettings, password: Callable[[], str], now: datetime, tokens: Callable[[str], Access] | None
) -> Found:
    from triage.model.mail import Role
    from triage.sources.imap.mailboxes import Box, chosen
    from triage.sources.imap.wire import Connection, told

    with told(settings):
        connection = Connection.open(settings, password, tokens)
        try:
            listed = connection.mailboxes()
            read = {box.raw for box in chosen(listed, settings)}
            others = [one for one in listed if one.raw not in read and is_other(one.name, one.flags)]
            for one in sorted(others, key=lambda one: one.name)[:MOST]:
                box = Box(raw=one.raw, name=one.name, role=Role.INBOX)
                yield one.name, newest(connection, settings, box, NEWEST, since=now - REACH, now=now)
        finally:
            connection.close()


def _folder(settings: SourceSettings, now: datetime) -> Found:
    from triage.sources.maildir.tree import boxes

    path = settings.path or Path()
    try:
        read = {box.path for box in boxes(path, settings)}
        every = boxes(path, replace(settings, mailboxes=("*",)))
    except OSError as error:
        raise SourceUnreachable(f"{settings.name}: {path} cannot be read ({error.strerror})") from error
    others = [box for box in every if box.path not in read and is_other(box.name)]
    for box in others[:MOST]:
        yield box.name, files(box.path, NEWEST, since=now - REACH, now=now)


def _apart(settings: SourceSettings, password: Callable[[], str], now: datetime) -> Elsewhere:
    """In a process of its own, as the source is read, which ends with the look."""
    from triage.sources.apart import Apart

    asked = cast(_Asked, Apart(settings, password, __name__, ExchangeAround.__name__))
    try:
        return asked.fetch(now.isoformat())
    finally:
        asked.close()


class ExchangeAround:
    """What answers there; its `cursor` is the moment of the look."""

    def __init__(self, settings: SourceSettings, password: Callable[[], str]) -> None:
        self._settings, self._password = settings, password

    def fetch(self, cursor: str) -> Elsewhere:
        from triage.sources.exchange.survey import others

        secret = None if self._settings.auth == "kerberos" else self._password()
        since = datetime.fromisoformat(cursor) - REACH
        found = others(self._settings, secret, since, NEWEST, wanted=is_other, few=MOST)
        return Elsewhere(source=self._settings.name, found=tuple(found))
