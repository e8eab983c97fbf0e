"""JSON of no known family that says by its keys who rang: what people's own scripts write."""

from datetime import datetime, tzinfo

from triage.sources.voicemail.formats.structured import Object, objects, text_at
from triage.sources.voicemail.labels import moment, seconds, who
from triage.sources.voicemail.told import File, Told
from triage.sources.voicemail.told import moment as epoch_moment
from triage.sources.voicemail.wording import wording

_NUMBER = ("from", "caller", "callernumber", "callerid", "phone", "phonenumber", "number", "fromnumber")
_NAME = ("callername", "name", "fromname", "contact")
_CALLED = ("to", "called", "tonumber", "mailbox", "extension")
_AT = ("receivedat", "received", "date", "time", "timestamp", "datetime", "createdat", "created", "start", "starttime")
_LENGTH = ("duration", "length", "seconds", "durationseconds", "recordingduration")
_WORDS = ("transcript", "transcription", "transcriptiontext", "text", "message", "body")


def read(file: File) -> tuple[Told, ...] | None:
    """Objects that hold words, or a caller with a time or a length."""
    found = tuple(map(_flat, objects(file))) if file.extension == "json" else ()
    if not found or not all(_first(one, _WORDS) or _first(one, _NUMBER) for one in found):
        return None
    return tuple(_told(one, file.zone) for one in found)


def _flat(found: Object) -> Object:
    """Keys without case and signs: fromNumber, from_number and From-Number are one."""
    return {"".join(filter(str.isalnum, str(key))).casefold(): value for key, value in found.items()}


def _told(found: Object, zone: tzinfo | None) -> Told:
    name, number = who(_first(found, _NUMBER))
    at = _at(_first(found, _AT), zone)
    return Told(
        identity=f"loose\n{at.isoformat()}\n{number}" if at and number else "",
        at=at,
        number=number,
        name=_first(found, _NAME) or name,
        called=_first(found, _CALLED),
        seconds=seconds(_first(found, _LENGTH)),
        **wording(_first(found, _WORDS)),
    )


def _at(written: str, zone: tzinfo | None) -> datetime | None:
    """Seconds or milliseconds since 1970, or a time in words."""
    if written.replace(".", "", 1).isdecimal() and len(written) < 20:
        number = float(written)
        return epoch_moment(number / 1000 if number > 1e11 else number)
    return moment(written, zone)


def _first(found: Object, keys: tuple[str, ...]) -> str:
    for key in keys:
        value = text_at(found, key) or next(
            (text_at(found, key, inner) for inner in ("phoneNumber", "number", "text") if text_at(found, key, inner)),
            "",
        )
        if value:
            return value
    return ""
