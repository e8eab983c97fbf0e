"""The list of an answering machine as a FRITZ!Box gives it out (TR-064): many messages in one file."""

import html
import re

from triage.sources.voicemail.callerid import is_nobody
from triage.sources.voicemail.labels import moment, seconds
from triage.sources.voicemail.told import File, Told

_MESSAGE = re.compile(r"<Message>(.{0,4000}?)</Message>", re.DOTALL)
_FIELD = re.compile(r"<(\w{1,20})>([^<]{0,400})</\1>")


def read(file: File) -> tuple[Told, ...] | None:
    """Each message by machine, time and number: its index and path are given to another once it is deleted."""
    if file.extension != "xml" or b"<Tam>" not in file.start:
        return None
    rows = [
        {name: html.unescape(value).strip() for name, value in _FIELD.findall(one)}
        for one in _MESSAGE.findall(file.text)
    ]
    return tuple(_told(row, file) for row in rows)


def _told(row: dict[str, str], file: File) -> Told:
    number = row.get("Number", "")
    length = row.get("Duration", "")
    return Told(
        identity="\n".join(("fritz", *(row.get(key, "") for key in ("Tam", "Date", "Number", "Duration")))),
        at=moment(row.get("Date", "").replace(" ", "_"), file.zone),
        number="" if is_nobody(number) else number,
        name=row.get("Name", ""),
        called=row.get("Called", ""),
        withheld=is_nobody(number),
        seconds=seconds(length),
        mailbox=row.get("Tam", ""),
        heard={"1": False, "0": True}.get(row.get("New", "")),
    )
