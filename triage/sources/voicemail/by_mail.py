"""A mail in which a telephone system tells of a voicemail or a missed call: recognised, and read.

What is not recognised by a pattern of the user's, a system's own header, a known sender, or a recording beside the
word for it, is a mail like any other: whoever wants to lure somebody writes "you have a new voicemail".
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from triage.model.calls import Call, Way, Wording
from triage.model.mail import Message
from triage.sources.voicemail import labels
from triage.sources.voicemail.callerid import is_nobody, is_number
from triage.sources.voicemail.cursor import key_of
from triage.sources.voicemail.mail_text import spoken_words, subject_seconds, subject_who, told_by_labels
from triage.sources.voicemail.senders import ANY, Sender, sender_of
from triage.sources.voicemail.told import Told, moment
from triage.sources.voicemail.wording import wording

FIELDS: tuple[str, ...] = (
    "X-Asterisk-CallerID",
    "X-Asterisk-CallerIDName",
    "X-Asterisk-VM-Message-Num",
    "X-Asterisk-VM-Context",
    "X-Asterisk-VM-Extension",
    "X-Asterisk-VM-Flag",
    "X-Asterisk-VM-Caller-ID-Num",
    "X-Asterisk-VM-Caller-ID-Name",
    "X-Asterisk-VM-Duration",
    "X-Asterisk-VM-Message-Type",
    "X-Asterisk-VM-Orig-time",
    "X-Asterisk-VM-Message-ID",
    "X-FusionPBX-Email-Type",
    "X-FusionPBX-Call-UUID",
    "X-Mailer",
    "X-Voicemail-Length",
    "X-CallingTelephoneNumber",
    "X-VoiceMessageDuration",
    "X-VoiceMessageSenderName",
    "X-VoiceMessageTranscription",
    "X-VoiceMessageConfidenceLevel",
    "X-AttachmentOrder",
    "X-CallID",
    "Content-Duration",
)
"""The header fields that telephone systems tell by."""

_Fields = dict[str, str]
_AUDIO_NAME = re.compile(r"\.(?:wav|mp3|m4a|gsm|ogg|opus|amr|3gp|aac|wma|au|flac|mp4)\Z", re.I)
_LURE_NAME = re.compile(r"\.(?:s?html?|svgz?|zip|rar|7z|iso|img|exe|js|vbs|lnk|one|pdf|docx?|xlsx?m?|eml)\Z", re.I)
_VOICE_WORDS = re.compile(
    r"voice ?-?mail|voice ?message|answering machine|anrufbeantworter|sprachnachricht|mailbox-nachricht|voicebox"
    r"|messagerie vocale|message vocal|répondeur|buz[oó]n de voz|mensaje de voz|contestador"
    r"|segreteria telefonica|messaggio vocale|messaggio in segreteria|voicemailbericht|gesproken bericht"
    r"|antwoordapparaat",
    re.I,
)
_MACHINES = re.compile(
    r"(?:no|do)[-_.]?(?:not)?[-_.]?reply|voice-?mail|voice-?message|pbx|asterisk|freepbx|3cx|fritz.?box|fritz|phone|telefon|"
    r"tel|voip|ucm|mailbox|anrufbeantworter|messagerie|notif\w{0,20}|um|ipoffice|unity\w{0,20}|sip",
    re.I,
)
_MAILBOX = re.compile(r"\b(?:in mailbox|mailbox|extension|ext\.?)\s{1,3}([\w-]{1,20})", re.I)
_ASTERISK_ID = re.compile(r"<Asterisk-\d{1,10}-\d{1,12}-(\w{1,40})-\d{1,10}@", re.I)
_LONG = re.compile(r"\b(\d{1,3}:\d\d) long message")
_CONFIDENCE = {"high": 0.9, "medium": 0.6, "low": 0.3}
_NEAR = timedelta(days=1)


def call_of(message: Message, source: str, patterns: tuple[str, ...] = ()) -> Call | None:
    """The call that a mail tells of, or None for a mail of any other kind.

    `patterns` are globs of senders whose mail the user says is voicemail. `source` is where the mail was read.
    """
    told = told_of(message, patterns)
    if told is None:
        return None
    return Call(
        key=key_of(f"mail\n{message.message_id or message.key}"),
        source=source,
        at=told.at or _at(message),
        **{
            name: getattr(told, name)
            for name in Told.__slots__
            if name not in {"identity", "at", "rank", "files", "span"}
        },
    )


def told_of(message: Message, patterns: tuple[str, ...] = ()) -> Told | None:
    """What the mail tells of the call; the time only where it says so itself."""
    if message.sender is None or _is_answer(message):
        return None
    fields = dict(reversed(message.headers))
    told = next((told for one in _recognisers(message, patterns) if (told := one(message, fields)) is not None), None)
    return _completed(told, message) if isinstance(told, Told) else None


_NONE = False
_Recognised = Told | bool | None
"""What a recogniser says: the call, False for a mail that is surely none, None if it does not know."""


def _recognisers(message: Message, patterns: tuple[str, ...]) -> tuple[Callable[[Message, _Fields], _Recognised], ...]:
    address = message.sender.address if message.sender else ""
    if any(fnmatchcase(address, glob) for glob in patterns):
        return (_by_user,)
    return (_asterisk, _fusionpbx, _freeswitch, _unified, _by_sender, _vpim, _by_recording)


def _by_user(message: Message, _fields: _Fields) -> _Recognised:
    announced = _announced(message.subject, ANY)
    if announced is Way.IN:
        return _missed(message)
    return told_by_labels(message) if announced is Way.VOICEMAIL or not ANY.other.search(message.subject) else _NONE


def _asterisk(message: Message, fields: _Fields) -> _Recognised:
    by_id = _ASTERISK_ID.match(message.message_id or "")
    if not by_id and not any(name.startswith("x-asterisk-") for name in fields):
        return None
    if message.subject.startswith("New greeting"):
        return _NONE
    number = fields.get("x-asterisk-vm-caller-id-num") or fields.get("x-asterisk-callerid", "")
    name = fields.get("x-asterisk-vm-caller-id-name") or fields.get("x-asterisk-calleridname", "")
    context, box = fields.get("x-asterisk-vm-context", ""), fields.get("x-asterisk-vm-extension", "")
    named_box = _MAILBOX.search(message.subject)
    long = _LONG.search(message.text or "")
    by_template = told_by_labels(message)
    length = fields.get("x-asterisk-vm-duration", "")
    began = fields.get("x-asterisk-vm-orig-time", "")
    box = box or (named_box[1] if named_box else by_id[1] if by_id else "")
    return Told(
        at=moment(int(began)) if began.isdecimal() and len(began) < 12 else None,
        number="" if is_nobody(number) else number,
        name="" if is_nobody(name) else name,
        withheld=is_nobody(number),
        seconds=int(length) if length.isdecimal() else labels.seconds(long[1]) if long else by_template.seconds,
        mailbox=f"{box}@{context}" if box and context else box,
        called=box,
        urgent="urgent" in fields.get("x-asterisk-vm-flag", "").lower() or " Urgent message " in message.subject,
        ids=_ids(fields.get("x-asterisk-vm-message-id", "")),
        transcript=by_template.transcript if by_template.transcript and not long else "",
        wording=by_template.wording if not long else Wording.NONE,
    )


def _fusionpbx(message: Message, fields: _Fields) -> _Recognised:
    kind = fields.get("x-fusionpbx-email-type", "").lower()
    if not kind:
        return None
    if kind not in {"voicemail", "missed"}:
        return _NONE
    told = _missed(message) if kind == "missed" else told_by_labels(message)
    return replace(told, ids=_ids(fields.get("x-fusionpbx-call-uuid", "")))


def _freeswitch(message: Message, fields: _Fields) -> _Recognised:
    length = fields.get("x-voicemail-length", "")
    by_mailer = fields.get("x-mailer", "").lower().startswith("freeswitch") and _VOICE_WORDS.search(message.subject)
    if not length.strip().isdecimal() and not by_mailer:
        return None
    told = told_by_labels(message)
    mailbox = told.called if "@" in told.called else ""
    uuid = re.search(r"msg_([0-9a-f-]{36})", " ".join(message.attachments))
    return replace(
        told,
        seconds=int(length) if length.strip().isdecimal() else told.seconds,
        mailbox=mailbox,
        ids=_ids(uuid[1] if uuid else ""),
    )


def _unified(message: Message, fields: _Fields) -> _Recognised:
    """Exchange's Unified Messaging and Teams' Cloud Voicemail (MS-OXCMAIL): the sender may be the caller himself."""
    kind = fields.get("content-class", "").lower()
    if kind.startswith(("fax", "urn:content-classes:fax")):
        return _NONE
    number = fields.get("x-callingtelephonenumber", "")
    if kind.startswith("missedcall"):
        return replace(_missed(message), number=number or subject_who(message.subject)[1])
    voice = any(name.startswith("x-voicemessage") for name in fields)
    if not (kind.startswith("voice") or number or voice) or (_lures(message) and not _has_recording(message)):
        return None
    length = fields.get("x-voicemessageduration", "")
    words = fields.get("x-voicemessagetranscription", "") or spoken_words(message.text or "")
    sure = _CONFIDENCE.get(fields.get("x-voicemessageconfidencelevel", "").lower())
    name = fields.get("x-voicemessagesendername", "") or (message.sender.name if message.sender else "")
    return Told(
        number="" if is_nobody(number) else number,
        name="" if is_number(name) or is_nobody(name) else name,
        withheld=is_nobody(number),
        seconds=int(length) if length.isdecimal() else subject_seconds(message.subject),
        ids=_ids(fields.get("x-callid", "")),
        **wording(words, sure),
    )


def _by_sender(message: Message, _fields: _Fields) -> _Recognised:
    found = sender_of(message.sender.address) if message.sender else None
    if found is None:
        return None
    announced = _announced(message.subject, found)
    if announced is Way.IN or (announced is Way.VOICEMAIL and ANY.missed.search((message.text or "")[:500])):
        return _missed(message)
    if announced is not Way.VOICEMAIL or (_lures(message) and not _has_recording(message)):
        return _NONE
    told = told_by_labels(message)
    spoken = wording(spoken_words(message.text or "")) if found.body_is_words and not told.transcript else {}
    return replace(told, **spoken)


def _vpim(message: Message, fields: _Fields) -> _Recognised:
    """Voice Profile for Internet Mail (RFC 3801), between voice systems and from old ones."""
    if "multipart/voice-message" not in message.parts:
        return None
    length = fields.get("content-duration", "").strip()
    address = message.sender.address if message.sender else ""
    number = address.partition("@")[0]
    return Told(
        number=number if is_number(number) else "",
        name=message.sender.name if message.sender else "",
        withheld=not is_number(number),
        seconds=int(length) if length.isdecimal() else None,
        **wording(message.text or ""),
    )


def _by_recording(message: Message, _fields: _Fields) -> _Recognised:
    """A recording, a word for voicemail, and a sign that no person wrote: labelled lines, or a machine's address."""
    if not _has_recording(message):
        return None
    names = " ".join(message.attachments)
    text = (message.text or "")[:4000]
    if not _VOICE_WORDS.search(f"{message.subject}\n{names}\n{text}") or ANY.other.search(message.subject):
        return None
    found = labels.anywhere(text, None)
    local = message.sender.address.partition("@")[0] if message.sender else ""
    signs = (found.told >= 2, bool(_MACHINES.fullmatch(local)) or is_number(local), _tells_who(message))
    return told_by_labels(message) if sum(signs) >= 2 or (signs[0] and found.number) else None


def _tells_who(message: Message) -> bool:
    return bool(_VOICE_WORDS.search(message.subject) and subject_who(message.subject)[1])


def _announced(subject: str, sender: Sender) -> Way | None:
    """What a subject announces: a voicemail, a call nobody took, or neither."""
    if sender.missed.search(subject):
        return Way.IN
    if sender.other.search(subject):
        return None
    return Way.VOICEMAIL if sender.voicemail.search(subject) else None


def _missed(message: Message) -> Told:
    told = told_by_labels(message)
    return replace(told, way=Way.IN, seconds=None, transcript="", wording=Wording.NONE, confidence=None)


def _completed(told: Told, message: Message) -> Told:
    number = told.number.strip()
    return replace(
        told,
        number=number,
        name="" if told.name == number else told.name.strip()[:200],
        withheld=not number and not told.name,
        trouble=message.trouble,
    )


def _has_recording(message: Message) -> bool:
    return any(part.startswith("audio/") for part in message.parts) or any(map(_AUDIO_NAME.search, message.attachments))


def _lures(message: Message) -> bool:
    """An attachment that no telephone system sends and every fake does."""
    return any(map(_LURE_NAME.search, message.attachments))


def _is_answer(message: Message) -> bool:
    """An answer or a forward of somebody's: then a person writes about a voicemail."""
    return bool(
        message.in_reply_to or message.references or re.match(r"(?:re|aw|fwd?|wg|tr|rv)\s?:", message.subject, re.I)
    )


def _at(message: Message) -> datetime:
    """When it began, about: the Date field where it is believable, else when the mail came."""
    sent = message.sent
    return sent if sent and timedelta() <= message.received - sent < _NEAR else message.received


def _ids(*names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names if name.strip())
