"""What subject and body of a telephone system's mail tell: who rang, how long, and what was said."""

import re

from triage.model.mail import Message
from triage.sources.voicemail import labels
from triage.sources.voicemail.callerid import is_number
from triage.sources.voicemail.labels import who
from triage.sources.voicemail.names import named
from triage.sources.voicemail.told import Told
from triage.sources.voicemail.wording import wording

_SUBJECT_WHO = re.compile(r"\b(?:from|von|de|da|van)(?::\s{0,3}|\s{1,3})(.{1,120})", re.I)
_VOICES = {"voz", "voix"}  # "mensaje de voz" names nobody
_BODY_WHO = re.compile(r"\bfrom\s{1,3}(\S[^\n]{0,100}?)(?:,| on \w{3,9}day|\n|\.\s|\Z)", re.I)
_SECONDS = re.compile(r"\((\d{1,5}) (?:seconds?|sec|sekunden|secondes?|segundos|secondi|seconden)\)", re.I)
_CLOCK = re.compile(r"\b(\d{1,2}:\d\d:\d\d)\s*\Z")
_FOOT = re.compile(
    r"\s{0,10}(?:play message\b|your account\b|google llc|to (?:listen|edit|change|manage)\b|listen\b|unsubscribe\b|"
    r"you received a voice ?mail\b|thank you for using\b|thanks? for choosing\b|--\s{0,3}\Z|privacy policy\b|©|copyright\b|https?://\S{1,500}\s{0,3}\Z)",
    re.I,
)
_LINK_LINE = re.compile(r"\s{0,10}<?https?://\S{1,500}>?\s{0,10}\Z")
_OPENING = re.compile(
    r"\s{0,5}(?:you (?:received|have|got)\b|voice ?mail from\b|new voice|\(?\+?[\d() .-]{6,25}\Z"
    r"|.{0,60}left you a (?:voice)?\s?message)",
    re.I,
)


def told_by_labels(message: Message) -> Told:
    """What subject, labelled lines and the recording's name tell, in this order."""
    text = message.text or ""
    found = labels.anywhere(text, None)
    subject_name, number = subject_who(message.subject)
    name = subject_name if number else ""
    in_body = _BODY_WHO.search(text) if not (number or found.number) else None
    body_name, body_number = who(in_body[1]) if in_body else ("", "")
    number = number or found.number or body_number
    for attachment in message.attachments if not number else ():
        number = number or named(attachment.rpartition(".")[0], modified=message.received, zone=None).number
    length = found.seconds if found.seconds is not None else subject_seconds(message.subject)
    return Told(
        number=number,
        name=name or found.name or body_name or subject_name,
        called=found.called,
        seconds=length,
        **wording(_unquoted(spoken_words(found.words) if found.words else _free_words(text, found))),
    )


def subject_who(subject: str) -> tuple[str, str]:
    """Name and number after "from"."""
    found = _SUBJECT_WHO.search(subject)
    if not found:
        return "", ""
    name, number = who(found[1])
    return ("" if name.casefold() in _VOICES else name), number


def subject_seconds(subject: str) -> int | None:
    found = _SECONDS.search(subject)
    clock = _CLOCK.search(subject)
    return int(found[1]) if found else labels.seconds(clock[1]) if clock else None


def _free_words(text: str, found: labels.Labelled) -> str:
    """The words of a body that announces none: all of it but openings, labels and what stands below."""
    return "" if found.told else spoken_words(text)


def spoken_words(text: str) -> str:
    """A transcript without links, openings and footers around it."""
    kept: list[str] = []
    for line in text.split("\n")[:400]:
        if _LINK_LINE.match(line) and not kept:
            continue
        if _FOOT.match(line) and (kept or not _LINK_LINE.match(line)):
            if kept:
                break
            continue
        if kept or (line.strip() and not _OPENING.match(line)):
            kept.append(line)
    while kept and (not kept[-1].strip() or is_number(kept[-1])):
        kept.pop()
    return "\n".join(kept).strip()


def _unquoted(words: str) -> str:
    return words[1:-1].strip() if len(words) > 1 and words[0] in '"“„«' and words[-1] in '"”“»' else words
