"""Lines like "From: Ada (202) 555-0123" at the head of a transcript or in a mail of a telephone system.

Words of English, German, French, Spanish, Italian and Dutch; a value is read as far as it can be without guessing.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from triage.sources.message.fields import moment as rfc_moment
from triage.sources.voicemail.callerid import caller, is_nobody, is_number
from triage.sources.voicemail.names import named

_WORDS = {
    "number": (
        "caller number|caller id|caller|phone|phone number|telephone|number|from number|calling number|call from"
        "|callback number|rufnummer|telefonnummer|nummer|telefon|anrufer|nummer des anrufers|appelant|numéro|téléphone"
        "|numero|número|teléfono|telefono|llamante|chiamante|beller|telefoonnummer|nummer beller"
    ),
    "who": "from|von|de|da|van|voicemail from|anruf von",
    "name": "caller name|name|name des anrufers|nom|nombre|nome|naam|contact",
    "called": "to|called|account|mailbox|extension|did|own number|an|eigene rufnummer|à|para|a|aan",
    "at": (
        "received|date|time|created|when|received at|date/time|datum|zeit|uhrzeit|empfangen|eingang|reçu|heure|fecha"
        "|recibido|data|ora|ricevuto|ontvangen|tijd"
    ),
    "seconds": "duration|length|message length|dauer|länge|durée|longueur|duración|durata|duur|lengte",
    "words": (
        "transcript|transcription|voicemail transcript|voicemail transcription|voicemail preview|preview|message|text"
        "|message text|text of the transcribed voicemail|abschrift|transkript|mitschrift|nachricht|transcripción"
        "|mensaje|trascrizione|messaggio|transcriptie|bericht"
    ),
}
_MEANING = {word: field for field, words in _WORDS.items() for word in words.split("|")}
_LONGEST_LABEL = max(map(len, _MEANING))
_MARKUP = re.compile(r"^[\s#>*•-]{1,12}(?=\w)|\*\*|__")
_WORDY = re.compile(r"(from|to|received|length|message|caller number|caller name) +(\S.*)", re.I)
_NUMBER = re.compile(r"(?<![\w+])(\+?\(?\d[\d().\- /]{1,24}\d)(?!\w)")
_LENGTH = re.compile(r"\(?(?:(\d{1,3}):)?(\d{1,4}):(\d\d)\)?(?!\d)")
_UNITS = re.compile(r"(?:(\d{1,4})\s?m(?:in(?:ute[ns]?|\.)?)?\b[ ,]{0,2})?(?:(\d{1,6})\s?(?:s\b|sec|sek|″|$))", re.I)
_REST = re.compile(
    r"\s{1,5}(?:\d{1,2}:\d\d:\d\d\b|\(\d{1,5} sec"
    r"|(?:on|at|in|am|auf|um|vom|le|el|il|op) (?:mailbox|\w{0,20}\d|anruf|[A-Z][a-z]{2})).*\Z"
)
_ISO_LENGTH = re.compile(r"PT(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,6})(?:\.\d{1,6})?S)?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """What labelled lines tell; `words` is the text after them, or after the label that announces it."""

    number: str = ""
    name: str = ""
    called: str = ""
    at: datetime | None = None
    seconds: int | None = None
    words: str = ""
    told: int = 0


def head(text: str, zone: tzinfo | None) -> Labelled:
    """Labels from the first line on, up to the first line that is none; what follows are the words."""
    return _read(text, zone, leading=True)


def anywhere(text: str, zone: tzinfo | None) -> Labelled:
    """Labels in any line, also written without a colon; only what a label announces are words."""
    return _read(text, zone, leading=False)


def who(value: str) -> tuple[str, str]:
    """Name and number from a value that holds one of them or both, in any order, perhaps with a time behind."""
    value = _REST.sub("", value)
    if "<" in value:
        name, number = caller(value)
        if number or name:
            return name, number
    if is_nobody(value):
        return "", ""
    found = next((one for one in _NUMBER.finditer(value) if sum(map(str.isdigit, one[1])) >= 3), None)
    if not found:
        return value.strip(" \"'<>()[],:;"), ""
    name = f"{value[: found.start()]} {value[found.end() :]}".strip(" \"'<>()[],:;-·|")
    number = found[1].strip()
    return "" if is_nobody(name) or is_number(name) else name, number if ")" in number else number.lstrip("(")


def seconds(value: str) -> int | None:
    """A length as H:MM:SS, M:SS, seconds, "1 min 5 s" or ISO 8601."""
    value = value.strip().strip('"')[:80]
    iso = _ISO_LENGTH.match(value)
    if iso and any(iso.groups()):
        hours, minutes, rest = (int(one or 0) for one in iso.groups())
        return hours * 3600 + minutes * 60 + rest
    clock = _LENGTH.search(value)
    if clock:
        hours, minutes, rest = (int(one or 0) for one in clock.groups())
        return hours * 3600 + minutes * 60 + rest
    units = _UNITS.search(value)
    return int(units[1] or 0) * 60 + int(units[2]) if units else None


def moment(value: str, zone: tzinfo | None) -> datetime | None:
    """A time as in RFC 5322 or ISO 8601, or one without doubt which number is the month."""
    value = value.strip().strip('"')[:80]
    try:
        iso = datetime.fromisoformat(value)
    except ValueError:
        iso = None
    if iso and iso.tzinfo:
        return iso.astimezone(UTC)
    if iso is None and (found := rfc_moment(value)):
        return found
    return named(value.replace(", ", " "), modified=datetime.fromtimestamp(0, UTC), zone=zone).at


def _read(text: str, zone: tzinfo | None, *, leading: bool) -> Labelled:
    lines = text.split("\n")
    found = Labelled()
    for place, line in enumerate(lines[:200]):
        field, value = _label(line, wordy=not leading)
        if field == "words":
            words = "\n".join([value, *lines[place + 1 :]]).strip()
            return replace(found, words=words)
        if field:
            found = _with(found, field, value, zone)
        elif leading and line.strip() and not _is_markup(line):
            return replace(found, words="\n".join(lines[place:]).strip())
    return found


def _label(line: str, *, wordy: bool) -> tuple[str, str]:
    """The meaning of a line's label and its value, or nothing."""
    line = _MARKUP.sub("", line[:400]).strip()
    label, colon, value = line.partition(":")
    if colon and len(label) <= _LONGEST_LABEL:
        field = _MEANING.get(label.strip().casefold(), "")
        if field:
            return field, value.strip()
    if line.casefold() in {"transcript", "transcription", "voicemail transcript", "voicemail preview"}:
        return "words", ""
    without = _WORDY.fullmatch(line) if wordy else None
    if without:
        return _MEANING[without[1].casefold()], without[2]
    return "", ""


def _is_markup(line: str) -> bool:
    """A heading or a rule of Markdown above the labels."""
    return line.lstrip().startswith("#") or not any(map(str.isalnum, line))


def _with(found: Labelled, field: str, value: str, zone: tzinfo | None) -> Labelled:
    told = replace(found, told=found.told + 1)
    if field in {"number", "who"}:
        name, number = who(value)
        return replace(told, name=found.name or name, number=found.number or number)
    if field == "name":
        return replace(told, name=found.name or ("" if is_nobody(value) else value.strip('"')))
    if field == "called":
        return replace(told, called=found.called or (value if "@" in value else who(value)[1] or value.strip('"')))
    if field == "at":
        return replace(told, at=found.at or moment(value, zone))
    return replace(told, seconds=found.seconds if found.seconds is not None else seconds(value))
