"""A message's text file in a spool of Asterisk, FreePBX or their kin (app_voicemail with file storage)."""

import re

from triage.sources.voicemail.callerid import caller, is_number
from triage.sources.voicemail.told import File, Told, moment

FOLDERS = (
    "Urgent",
    "INBOX",
    "Work",
    "Family",
    "Friends",
    "Cust1",
    "Cust2",
    "Cust3",
    "Cust4",
    "Cust5",
    "Old",
    "Deleted",
)
"""Asterisk's fixed folders, those first in which a voicemail most wants to be heard."""

_HEARD = {"INBOX": False, "Urgent": False, "Old": True}
_NUMBERED = re.compile(r"msg(?:TMP)?\d{1,6}\Z")


def read(file: File) -> tuple[Told, ...] | None:
    """The voicemail of a text file with a [message] section."""
    if file.extension != "txt" or b"[message]" not in file.start[:4096]:
        return None
    fields = _fields(file.text.rpartition("\n")[0])  # a line cut short would make another caller of this one
    name, number = caller(fields.get("callerid", ""))
    mailbox = file.path.parent.parent
    folder = file.path.parent.name
    standing = folder in FOLDERS
    return (
        Told(
            identity=_identity(fields, number),
            at=moment(_number(fields.get("origtime", "")) or 0) or file.modified,
            number=number,
            name=name,
            called=fields.get("origmailbox", ""),
            withheld=not number,
            seconds=_number(fields.get("duration", "")),
            mailbox=f"{mailbox.name}@{mailbox.parent.name}" if standing else fields.get("origmailbox", ""),
            folder=folder if standing else "",
            heard=_HEARD.get(folder),
            urgent=folder == "Urgent" or fields.get("flag", "").strip().casefold() == "urgent",
            ids=tuple(filter(None, [fields.get("msg_id", "")])),
            rank=FOLDERS.index(folder) * 2 + (not is_numbered(file.name)) if standing else 2 * len(FOLDERS),
        ),
    )


def is_numbered(name: str) -> bool:
    """Is the file one of a message's, not a copy that a forward keeps for a moment?"""
    return bool(_NUMBERED.match(name.partition(".")[0]))


def is_of_a_message(stem: str) -> bool:
    """A message's file, or a copy of one that is there for a moment only."""
    return is_numbered(stem.removesuffix("-bak"))


def _fields(text: str) -> dict[str, str]:
    """key=value lines; the first of a kind counts. A name may hold anything: no ini reader survives "50% OFF"."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        key, equals, value = line.partition("=")
        if equals and not line.startswith(";"):
            found.setdefault(key.strip().lower(), value.strip())
    return found


def _identity(fields: dict[str, str], number: str) -> str:
    """When and on which channel who called: moving, renumbering and forwarding copy these as they are."""
    digits = "".join(filter(str.isdecimal, number)) if is_number(number) else number
    began = fields.get("origtime", "")
    if not began:
        return ""
    where = fields.get("callerchan") or f"mailbox {fields.get('origmailbox', '')}"
    return "\n".join(("asterisk", began, where, digits))


def _number(written: str) -> int | None:
    return int(written) if re.fullmatch(r"\d{1,12}", written, re.ASCII) else None
