"""An item of Exchange to the Message it was: its fields are written as the header they came from, and read as one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

from triage.model.mail import Message, Report, ReportKind
from triage.sources.exchange.asking import ABOUT, ABOUT_TO, EVENT, LAST_VERB, REPRESENTED_SMTP, SENDER_SMTP, T
from triage.sources.exchange.line import Element
from triage.sources.message import mime
from triage.sources.message.charsets import clean
from triage.sources.message.fields import ids
from triage.sources.message.reports import copied
from triage.sources.voicemail import by_mail

_WANTED = frozenset(name.lower() for name in mime.FIELDS)
_MOST_FIELDS = 500
_MOST_NAMES = 50
_MOST_PEOPLE = 500
_LONGEST_EVENT = 500

# By the item's class (MS-OXOMSG, MS-OXOCAL): what kind of message it is where no header tells.
_REPORTS = {
    "ndr": ReportKind.FAILED,
    "delayed": ReportKind.DELAYED,
    "dr": ReportKind.DELIVERED,
    "relayed": ReportKind.DELIVERED,
    "expanded": ReportKind.DELIVERED,
    "ipnrn": ReportKind.READ,
    "ipnnrn": ReportKind.READ,
}
_MEETINGS = {
    "ipm.schedule.meeting.request": "REQUEST",
    "ipm.schedule.meeting.canceled": "CANCEL",
    "ipm.schedule.meeting.resp": "REPLY",
    "ipm.schedule.meeting.notification": "REPLY",
}
_MEETING_TAGS = {"MeetingRequest": "REQUEST", "MeetingCancellation": "CANCEL", "MeetingResponse": "REPLY"}
# Voicemails and missed calls (MS-OXOUM): what a mail from outside would say in its Content-Class.
_CALLS = {
    "ipm.note.microsoft.voicemail": "voice",
    "ipm.note.microsoft.conversation.voice": "voice",
    "ipm.note.microsoft.missed": "missedcall",
    "ipm.note.microsoft.fax": "fax",
}
_ABSENCES = ("ipm.note.rules.ooftemplate", "ipm.note.rules.replytemplate", "ipm.note.rules.externaloof")
_NEVER_LISTED = frozenset({"content-type", "content-transfer-encoding", "mime-version"})


def message(
    item: Element,
    *,
    text: bool,
    received: datetime,
    where: str,
    source: str = "",
    voicemail_from: tuple[str, ...] = (),
) -> Message:
    """The message. Never raises; what cannot be read has `trouble`."""
    try:
        read = _message(item, text=text, received=received, where=where)
        return replace(read, call=by_mail.call_of(read, source, voicemail_from))  # the attachments are known only now
    except Exception as error:  # noqa: BLE001 - the wall: an item made by strangers must not stop a mailbox
        return mime.unreadable(f"cannot be parsed ({type(error).__name__})", received=received, where=where)


def moment(written: str) -> datetime | None:
    """A dateTime of XML Schema in UTC; one without a zone is in UTC already."""
    try:
        when = datetime.fromisoformat(written.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    if not 1970 < when.year < 2200:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def has_text(item: Element) -> bool:
    """Did the server give the text, be it empty?"""
    return item.find(f"{T}TextBody") is not None or item.find(f"{T}Body") is not None


def _message(item: Element, *, text: bool, received: datetime, where: str) -> Message:
    class_ = _text(item, "ItemClass").lower()
    given = list(_given(item))
    fields = given + list(_told(item, {name.lower() for name, _ in given}, class_))
    lines = [f"{name}: {_one_line(value)}" for name, value in fields if name.lower() not in _NEVER_LISTED]
    body, type_ = _body(item) if text else (None, "text/plain")
    lines.append(f"Content-Type: {type_}; charset=utf-8")
    header = "\r\n".join(lines).encode("utf-8", "replace")
    received = moment(_text(item, "DateTimeReceived")) or received
    read = mime.message(header, body, received=received, where=where)
    if read.trouble:
        return read
    return _as_its_class_tells(_as_it_was(read, given, item), item, class_)


def _as_it_was(read: Message, given: list[tuple[str, str]], item: Element) -> Message:
    """With the content type and the attachments of the message instead of those of the text that was handed over."""
    type_ = next((value for name, value in given if name.lower() == "content-type"), "")
    kept = tuple((name, value) for name, value in read.headers if name != "content-type")
    part = clean(type_.partition(";")[0].strip().lower()[:100])
    named = (one.findtext(f"{T}Name") or "" for one in item.iterfind(f"{T}Attachments/*"))
    return replace(
        read,
        headers=(*kept, ("content-type", clean(_one_line(type_))[:1000])) if type_ else kept,
        parts=(part,) if "/" in part else read.parts,
        attachments=tuple(clean(_one_line(name))[:255] for name in named if name)[:_MOST_NAMES],
    )


def _as_its_class_tells(read: Message, item: Element, class_: str) -> Message:
    if class_.startswith("report."):
        kind = _REPORTS.get(class_.rpartition(".")[2], ReportKind.FAILED)
        known = read.report
        told = ids(_extended(item, ABOUT)) or read.in_reply_to or read.references
        # Exchange writes the header of what it could not deliver at the end of its report.
        named = (known.about if known else None) or (told[-1] if told else copied(read.text or ""))
        recipients = (known.recipients if known else ()) or _named_in(_extended(item, ABOUT_TO))
        return replace(read, report=Report(kind=kind, about=named, recipients=recipients))
    tag = str(item.tag).removeprefix(T)
    method = next((name for start, name in _MEETINGS.items() if class_.startswith(start)), _MEETING_TAGS.get(tag))
    if method is None:
        return read
    event = _extended(item, EVENT)[:_LONGEST_EVENT] or read.event
    return replace(read, calendar=method, event=event, parts=(*read.parts, "text/calendar"))


def _named_in(names: str) -> tuple[str, ...]:
    """The addresses among the names of a report's recipients; people of the house have none there."""
    return tuple(one.strip(" \t'\"<>").lower()[:320] for one in names.split(";") if "@" in one)[:_MOST_NAMES]


def _given(item: Element) -> Iterator[tuple[str, str]]:
    """The header fields the server kept: those of mail that came over SMTP."""
    container = item.find(f"{T}InternetMessageHeaders")
    for element in [] if container is None else list(container)[:_MOST_FIELDS]:
        name = element.get("HeaderName", "")
        if name.lower() in _WANTED and element.text:
            yield name, element.text


def _told(item: Element, known: set[str], class_: str) -> Iterator[tuple[str, str]]:
    """The fields that no header gave, from the item's properties."""
    sender = _person(item, "From", REPRESENTED_SMTP) or _person(item, "Sender", SENDER_SMTP)
    sent = moment(_text(item, "DateTimeSent"))
    own = {
        "From": sender,
        "To": _people(item, "ToRecipients"),
        "Cc": _people(item, "CcRecipients"),
        "Reply-To": _people(item, "ReplyTo"),
        "Subject": _text(item, "Subject"),
        "Date": format_datetime(sent) if sent else "",
        "Message-ID": _text(item, "InternetMessageId"),
        "In-Reply-To": _text(item, "InReplyTo"),
        "References": _text(item, "References"),
        "Importance": _text(item, "Importance") if _text(item, "Importance") != "Normal" else "",
        "Content-Class": next((told for start, told in _CALLS.items() if class_.startswith(start)), ""),
        "Auto-Submitted": "auto-replied" if class_.startswith(_ABSENCES) else "",
    }
    yield from ((name, value) for name, value in own.items() if value and name.lower() not in known)


def _body(item: Element) -> tuple[bytes, str]:
    """The text as bytes and its type; the plain one if the server made one."""
    plain = item.find(f"{T}TextBody")
    found = plain if plain is not None else item.find(f"{T}Body")
    html = plain is None and found is not None and found.get("BodyType", "Text").upper() == "HTML"
    text = (found.text or "") if found is not None else ""
    most = mime.TEXT_BYTES * (4 if html else 1)
    return text[:most].encode("utf-8", "replace"), "text/html" if html else "text/plain"


def _text(item: Element, name: str) -> str:
    return str(item.findtext(f"{T}{name}") or "").strip()


def _extended(item: Element, tag: str) -> str:
    for element in item.iterfind(f"{T}ExtendedProperty"):
        uri = element.find(f"{T}ExtendedFieldURI")
        if uri is not None and (uri.get("PropertyTag", "").lower() or uri.get("PropertyId", "")) == tag:
            return (element.findtext(f"{T}Value") or "").strip()
    return ""


def last_verb(item: Element) -> int | None:
    """PR_LAST_VERB_EXECUTED: 102 answered, 103 answered to all, 104 forwarded (MS-OXOMSG 2.2.1.8). A hint, no more."""
    verb = _extended(item, LAST_VERB)
    return int(verb) if verb.isdigit() and len(verb) < 6 else None


def _person(item: Element, name: str, smtp: str) -> str:
    holder = item.find(f"{T}{name}")
    mailbox = None if holder is None else holder.find(f"{T}Mailbox")
    return "" if mailbox is None else _address(mailbox, _extended(item, smtp))


def _people(item: Element, name: str) -> str:
    holder = item.find(f"{T}{name}")
    mailboxes = [] if holder is None else holder.findall(f"{T}Mailbox")[:_MOST_PEOPLE]
    return ", ".join(filter(None, (_address(one, "") for one in mailboxes)))


def _address(mailbox: Element, smtp: str) -> str:
    """One person as a header names him. Who has no SMTP address keeps the one Exchange uses for him (X.500)."""
    name = (mailbox.findtext(f"{T}Name") or "").strip()
    address = (mailbox.findtext(f"{T}EmailAddress") or "").strip()
    if "@" not in address and "@" in smtp:
        address = smtp
    address = "".join(sign for sign in address if sign not in '<>,;"\r\n')
    if not address and not name:
        return ""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"') if name.lower() != address.lower() else ""
    return f'"{quoted}" <{address}>' if quoted else f"<{address}>"


def _one_line(value: str) -> str:
    return " ".join(value.split())
