"""A first look at an Exchange mailbox: its folders, and the envelopes of their newest mail."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from triage.model.mail import Message, Role
from triage.settings import SourceSettings
from triage.sources.exchange import asking, items
from triage.sources.exchange.faults import Refused, told
from triage.sources.exchange.folders import Box, boxes
from triage.sources.exchange.line import Line
from triage.sources.exchange.wire import Seen


def newest(line: Line, folder: str, since: datetime, most: int) -> list[tuple[Message, int | None]]:
    """The newest messages of a folder as far as Exchange hands them out first, each with its last verb."""
    page = asking.changes(line, folder, None, most)
    received = {change.id: items.moment(change.received) for change in page.changes if change.created}
    young = [id_ for id_, moment in received.items() if moment and moment >= since]
    read = asking.items(line, young, (*asking.ENVELOPE, asking.LAST_VERB)) if young else {}
    return [
        (items.message(element, text=False, received=since, where=id_), items.last_verb(element))
        for id_, element in read.items()
        if not isinstance(element, Refused)
    ]


def others(
    settings: SourceSettings,
    password: str | None,
    since: datetime,
    most: int,
    *,
    wanted: Callable[[str], bool],
    few: int,
) -> Iterator[tuple[str, tuple[Message, ...]]]:
    """The folders of mail that these settings do not read, `few` at most, and their newest messages; this signs in."""
    seen = Seen()
    with told(settings, seen):
        line = Line(settings, password, seen)
        try:
            read = {box.id for box in boxes(line, settings)}
            every = boxes(line, replace(settings, mailboxes=("*",)))
            for box in [box for box in every if box.id not in read and wanted(box.name)][:few]:
                found = newest(line, box.id, since, most)
                yield box.name, tuple(message for message, _ in found if not message.trouble)
        finally:
            line.close()


def folders(
    settings: SourceSettings, password: str | None, since: datetime, most: int
) -> Iterator[tuple[Box, Role | None, tuple[Message, ...]]]:
    """Every folder of mail with its role (None: an ordinary one) and its newest messages; this signs in."""
    seen = Seen()
    with told(settings, seen):
        line = Line(settings, password, seen)
        try:
            for box in boxes(line, settings):
                role = None if box.role is Role.INBOX and box.name != "INBOX" else box.role
                looked = role not in (Role.TRASH, Role.JUNK)
                found = newest(line, box.id, since, most) if looked else []
                yield box, role, tuple(message for message, _ in found if not message.trouble)
        finally:
            line.close()
