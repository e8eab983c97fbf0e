"""An IMAP account: reached, trusted, signed in to, its mailboxes found. Over one connection, with EXAMINE and PEEK."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from triage.doctor import sent, unread
from triage.doctor.passwords import secret
from triage.doctor.patient import Patient
from triage.doctor.tokens import tokens
from triage.model.findings import Finding, broken, look, ok
from triage.model.mail import Message, Role
from triage.settings import SourceSettings
from triage.sources.imap.mailboxes import Box, Listed, chosen
from triage.sources.imap.reading import Reader
from triage.sources.imap.wire import Connection, told
from triage.sources.names import is_archive, role_of

CERTIFICATE_SOON = timedelta(days=14)
NEWEST_ANSWERED = 100
NEWEST_SENT = 1000
_NOT_MAIL = {"\\all", "\\allmail", "\\flagged", "\\starred", "\\important", "\\drafts"}


def account(patient: Patient, settings: SourceSettings) -> Iterator[Finding]:
    """Everything the server can be asked."""
    with told(settings):
        connection = Connection.open(settings, lambda: secret(patient, settings), tokens(patient, settings))
        try:
            yield ok("signed in to {host} as {user}", host=settings.host, user=settings.user)
            yield from _certificate(connection, patient.now)
            mailboxes = connection.mailboxes()
            boxes = chosen(mailboxes, settings)
            yield from _mailboxes(mailboxes, boxes, settings)
            look_at = _Account(patient, settings, connection)
            yield from look_at.sent(boxes)
            yield from look_at.unread(mailboxes, boxes)
        finally:
            connection.close()


def _certificate(connection: Connection, now: datetime) -> Iterator[Finding]:
    ends = connection.certificate_ends()
    if ends is None:
        yield ok("no encryption, as configured")
    elif ends - now < CERTIFICATE_SOON:
        days = max(0, (ends - now).days)
        yield look(
            f"the server's certificate runs out in {days} days, on {ends:%Y-%m-%d}",
            "tell whoever runs the server: afterwards no mail can be read",
        )
    else:
        yield ok(f"the server's certificate is good until {ends:%Y-%m-%d}")


def _mailboxes(mailboxes: Sequence[Listed], boxes: Sequence[Box], settings: SourceSettings) -> Iterator[Finding]:
    read = [box.name for box in boxes if box.role is Role.INBOX]
    names = ", ".join(sorted(one.name for one in mailboxes)[:20])
    if not read:
        yield broken(
            "none of the server's mailboxes matches mailboxes = [...]", "set it to some of: {names}", names=names
        )
    else:
        yield ok(f"reads {len(read)} of {len(mailboxes)} mailboxes: {{names}}", names=", ".join(read[:10]))
    for key, globs in (("mailboxes", settings.mailboxes), ("sent", settings.sent)):
        for glob in globs if read else ():
            if not any(fnmatchcase(one.name.casefold(), glob.casefold()) for one in mailboxes):
                yield look(
                    f'{key} names "{{glob}}", which no mailbox matches', "there are: {names}", glob=glob, names=names
                )


class _Account:
    """What takes reading of headers."""

    def __init__(self, patient: Patient, settings: SourceSettings, connection: Connection) -> None:
        self._patient, self._settings, self._connection = patient, settings, connection
        self._reader = Reader(settings.name)

    def sent(self, boxes: Sequence[Box]) -> Iterator[Finding]:
        """Is there a Sent mailbox, and do answers arrive in it?"""
        mine = [box for box in boxes if box.role is Role.SENT]
        if not mine:
            yield broken(
                "no Sent mailbox was found: your answers cannot be seen, everybody will look unanswered",
                'name it in this source:  sent = ["..."]',
            )
            return
        yield ok("your answers are looked for in {names}", names=", ".join(box.name for box in mine))
        answered = {
            message.message_id
            for box in boxes
            if box.role is Role.INBOX
            for message in self._newest(box, NEWEST_ANSWERED, answered=True)
            if message.message_id
        }
        replied_to: set[str] = set()
        for box in mine if answered else ():
            for message in self._newest(box, NEWEST_SENT):
                replied_to.update((*message.in_reply_to, *message.references))
        yield from sent.kept_elsewhere(self._patient, answered, replied_to)

    def unread(self, mailboxes: Sequence[Listed], boxes: Sequence[Box]) -> Iterator[Finding]:
        """Is there mail from people where nobody looks?"""
        read = {box.raw for box in boxes}
        others = [
            Box(raw=one.raw, name=one.name, role=Role.INBOX)
            for one in mailboxes
            if one.raw not in read
            and not _NOT_MAIL & set(one.flags)
            and not role_of(one.name, one.flags)
            and not is_archive(one.name, one.flags)
        ]
        found = {box.name: self._newest(box, unread.NEWEST) for box in others[: unread.MOST_BOXES]}
        yield from unread.people_unread(self._patient, self._settings, found)

    def _newest(self, box: Box, most: int, *, answered: bool = False) -> list[Message]:
        """The headers of the newest messages of thirty days; none of a mailbox that cannot be opened."""
        opened = self._connection.examine(box.raw)
        if opened is None or not opened.exists:
            return []
        since = (self._patient.now - sent.REACH).date()
        if answered:
            uids = self._connection.answered(since)
        else:
            uids = self._connection.search(1, opened.uidnext - 1, exists=opened.exists, since=since)
        newest = sorted(uids)[-most:]
        read = self._reader.messages(self._connection, box, opened, newest, text=False, now=self._patient.now)
        return [message for message, _ in read.values() if not message.trouble]
