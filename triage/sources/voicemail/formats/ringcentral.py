"""A message of type VoiceMail as RingCentral's interface gives it out."""

from dataclasses import replace
from typing import Any

from triage.model.calls import Wording
from triage.sources.voicemail.formats.structured import Object, objects, text_at
from triage.sources.voicemail.labels import moment
from triage.sources.voicemail.told import File, Told
from triage.sources.voicemail.wording import wording

_WORDING = {
    "Completed": Wording.OK,
    "CompletedPartially": Wording.LOW,
    "InProgress": Wording.PENDING,
    "TimedOut": Wording.FAILED,
    "Failed": Wording.FAILED,
}


def read(file: File) -> tuple[Told, ...] | None:
    """Each voicemail; messages of other types are none."""
    found = objects(file) if file.extension == "json" else ()
    rows = [row for one in found for row in _records(one)]
    if not rows or not all(isinstance(row, dict) and "type" in row and "readStatus" in row for row in rows):
        return None
    return tuple(_told(row, file) for row in rows if row["type"] == "VoiceMail")


def _records(found: Object) -> list[Any]:
    records = found.get("records")
    return records if isinstance(records, list) else [found]


def _told(found: Object, file: File) -> Told:
    number = text_at(found, "from", "phoneNumber") or text_at(found, "from", "extensionNumber")
    called = next((one for one in found.get("to") or () if isinstance(one, dict)), {})
    lengths = [text_at(one, "vmDuration") for one in found.get("attachments") or () if isinstance(one, dict)]
    words = text_at(found, "vmTranscription") or text_at(found, "transcription")
    told = Told(
        identity=f"ringcentral\n{text_at(found, 'id')}" if text_at(found, "id") else "",
        at=moment(text_at(found, "creationTime"), file.zone),
        number=number,
        name=text_at(found, "from", "name"),
        called=text_at(called, "phoneNumber") or text_at(called, "extensionNumber"),
        withheld=not number,
        seconds=next((int(one) for one in lengths if one.isdecimal()), None),
        heard={"Unread": False, "Read": True}.get(text_at(found, "readStatus")),
        urgent=text_at(found, "priority") == "High",
        ids=tuple(filter(None, [text_at(found, "id")])),
        **wording(words),
    )
    status = _WORDING.get(text_at(found, "vmTranscriptionStatus"))
    return replace(told, wording=status) if status and bool(words) == (status in {Wording.OK, Wording.LOW}) else told
