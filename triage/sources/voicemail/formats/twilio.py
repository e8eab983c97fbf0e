"""What Twilio posts about a recording and, apart from it, about its transcript; SignalWire and Telnyx speak alike.

A delivery is kept as JSON or as the form that was posted; both name the recording, by which they are joined.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from triage.model.calls import Wording
from triage.sources.voicemail.callerid import is_nobody
from triage.sources.voicemail.formats.structured import Object, objects, text_at
from triage.sources.voicemail.labels import moment
from triage.sources.voicemail.told import File, Told
from triage.sources.voicemail.wording import wording

_MOST_FIELDS = 200
_TIMES = ("RecordingStartTime", "StartTime", "DateCreated", "Timestamp")


def read(file: File) -> tuple[Told, ...] | None:
    """Each delivery that names a recording."""
    found = objects(file) if file.extension == "json" else _form(file)
    if not found or not all("RecordingSid" in one or "TranscriptionSid" in one for one in found):
        return None
    return tuple(_told(one, file) for one in found)


def _form(file: File) -> tuple[Object, ...]:
    if b"RecordingSid=" not in file.start[:8192]:
        return ()
    try:
        return (dict(parse_qsl(file.text.strip(), max_num_fields=_MOST_FIELDS)),)
    except ValueError:
        return ()


def _told(found: Object, file: File) -> Told:
    number = text_at(found, "From") or text_at(found, "Caller")
    nobody = is_nobody(number)
    recording, call = text_at(found, "RecordingSid"), text_at(found, "CallSid")
    length = text_at(found, "RecordingDuration")
    told = Told(
        identity=f"recording\n{recording or call or text_at(found, 'TranscriptionSid')}",
        at=next((at for key in _TIMES if (at := moment(text_at(found, key), file.zone))), None),
        number="" if nobody else number,
        name=text_at(found, "CallerName"),
        called=text_at(found, "To") or text_at(found, "Called"),
        withheld=nobody and bool(number),
        seconds=int(length) if length.isdecimal() else None,
        ids=tuple(filter(None, (recording, call))),
    )
    return replace(told, **_words(found))


def _words(found: Object) -> dict[str, Any]:
    match text_at(found, "TranscriptionStatus"):
        case "failed":
            return {"wording": Wording.FAILED}
        case "in-progress" | "queued":
            return {"wording": Wording.PENDING}
    return wording(text_at(found, "TranscriptionText"))
