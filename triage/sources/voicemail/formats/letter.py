"""A mail that was saved into the folder: the telephone system's own, or any with words in it."""

import re
from dataclasses import replace

from triage.sources.message import mime
from triage.sources.voicemail import by_mail
from triage.sources.voicemail.formats.plain import spoken
from triage.sources.voicemail.told import File, Told

_HEAD = re.compile(rb"(?:(?:From|Received|Return-Path|Date|Message-ID|Subject|MIME-Version): |From \S+@\S+ )", re.I)


def read(file: File) -> tuple[Told, ...] | None:
    """What the mail tells by itself; of one that tells nothing of a call, its words and when it was sent."""
    if file.extension != "eml" or not _HEAD.search(file.start[:8192]):
        return None
    message = mime.whole(file.start, received=file.modified, where=file.name)
    told = by_mail.told_of(message) or spoken(message.text or "", file)
    at = told.at or message.sent or message.received
    return (replace(told, at=at, identity=f"mail\n{message.message_id}" if message.message_id else ""),)
