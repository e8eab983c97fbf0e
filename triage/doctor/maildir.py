"""A Maildir, or a folder of them: there, readable, its mailboxes found."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from triage.doctor import sent, unread
from triage.doctor.patient import Patient
from triage.errors import SourceUnreachable
from triage.model.findings import Finding, broken, ok
from triage.model.mail import Message, Role
from triage.settings import SourceSettings
from triage.sources.maildir.files import File, Vanished, listing, start_of
from triage.sources.maildir.tree import Box, boxes
from triage.sources.message import mime
from triage.sources.message.parts import split
from triage.sources.mounts import on_network
from triage.sources.names import is_archive, role_of

_DRAFTS = {"drafts", "templates", "outbox", "queue"}


def folder(patient: Patient, settings: SourceSettings) -> Iterator[Finding]:
    """Everything the folder shows."""
    path = settings.path or Path()
    if not path.is_dir():
        yield broken(
            "{path} is no folder", "is it mounted, and yours to read? Else change path", path=patient.brief(path)
        )
        return
    try:
        every = boxes(path, replace(settings, mailboxes=("*",)))
        read = boxes(path, settings)
    except OSError as error:
        hint = "check that it is mounted, and yours to read"
        raise SourceUnreachable(f"{path} cannot be read ({error.strerror})", hint=hint) from error
    yield from _mailboxes(path, patient.brief(path), every, read)
    mine = [box for box in read if box.role is Role.SENT]
    if mine:
        inboxes = [box for box in read if box.role is Role.INBOX]
        answered = [one for box in inboxes for one in _messages(box, patient, answered=True)]
        replies = [one for box in mine for one in _messages(box, patient)] if answered else []
        replied_to = {name for one in replies for name in (*one.in_reply_to, *one.references)}
        names = {one.message_id for one in answered if one.message_id}
        yield from sent.kept_elsewhere(patient, names, replied_to)
    taken = {box.path for box in read}
    others = [box for box in every if box.path not in taken and _holds_mail(box)]
    found = {box.name: _messages(box, patient)[-unread.NEWEST :] for box in others[: unread.MOST_BOXES]}
    yield from unread.people_unread(patient, settings, found)


def _mailboxes(path: Path, shown: str, every: tuple[Box, ...], read: tuple[Box, ...]) -> Iterator[Finding]:
    names = [box.name for box in read if box.role is Role.INBOX]
    if not names:
        yield broken(
            "no mailbox to read in {path}",
            "check path and mailboxes; there are: {names}",
            path=shown,
            names=", ".join(box.name for box in every[:20]) or "none",
        )
    else:
        yield ok(f"reads {len(names)} of {len(every)} mailboxes: {{names}}", names=", ".join(names[:10]))
    mine = [box.name for box in read if box.role is Role.SENT]
    if mine:
        yield ok("your answers are looked for in {names}", names=", ".join(mine))
    else:
        yield broken(
            "no Sent mailbox was found: your answers cannot be seen, everybody will look unanswered",
            'name it in this source:  sent = ["..."]',
        )
    if on_network(path):
        yield ok("on a network file system: new mail is seen at the next poll")


def _holds_mail(box: Box) -> bool:
    last = box.name.rpartition("/")[2].casefold()
    return role_of(box.name) is None and last not in _DRAFTS and not is_archive(box.name)


def _messages(box: Box, patient: Patient, *, answered: bool = False) -> list[Message]:
    """The headers of recent messages, oldest first; those marked with R, if asked (maildir(5): replied)."""
    files = listing(box.path).values()
    young = [(file.arrived(patient.now), file) for file in files if not answered or "R" in _flags(file)]
    since = patient.now - sent.REACH
    newest = sorted((one for one in young if one[0] >= since), key=lambda one: one[0])[-1000:]
    return [message for _, file in newest if (message := _message(file, patient))]


def _flags(file: File) -> str:
    return file.place.name.rpartition(":2,")[2] if ":2," in file.place.name else ""


def _message(file: File, patient: Patient) -> Message | None:
    try:
        header, _ = split(start_of(file))
    except (Vanished, OSError):
        return None
    message = mime.message(header, None, received=file.arrived(patient.now), where=file.uid)
    return None if message.trouble else message
