"""Calendar parts (RFC 5545, RFC 5546): what kind of word they bring, and when the event begins."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from triage.sources.message.parts import Part

_CALENDAR = ("text/calendar", "application/ics")
_METHOD = re.compile(r"^METHOD\s{0,3}[:;=]\s{0,3}(\w{1,30})", re.I | re.M)
# A long line goes on behind a blank (RFC 5545 section 3.1).
_UID = re.compile(r"^UID(?:;[^:\n]{0,200})?:((?:[^\n]|\n[ \t]){1,2000})", re.I | re.M)
_FOLD = re.compile(r"\r?\n[ \t]")
_LONGEST_UID = 500
_STARTS = re.compile(r"^DTSTART(?:;[^:\n]{0,200})?:(\d{8})(?:T(\d{6}))?", re.I | re.M)


def method_of(parts: Iterable[Part]) -> str | None:
    """The iTIP method of the first calendar part that has one."""
    for part in parts:
        if part.type in _CALENDAR:
            method = part.parameters.get("method") or _METHOD.search(part.text()[:4096])
            if method:
                return (method if isinstance(method, str) else method[1]).upper()[:30]
    return None


def start_of(parts: Iterable[Part]) -> datetime | None:
    """When the first event begins, its zone taken for UTC: true to within a day."""
    for part in parts:
        if part.type in _CALENDAR:
            # The time zones that may stand before it have a DTSTART of their own.
            _, _, event = part.text().partition("BEGIN:VEVENT")
            if found := _STARTS.search(event):
                return _moment(found[1] + (found[2] or "000000"))
    return None


def event_of(parts: Iterable[Part]) -> str | None:
    """The UID of the first event, which an invitation shares with its answers (RFC 5546 section 2.1.4)."""
    for part in parts:
        if part.type in _CALENDAR:
            _, _, event = part.text().partition("BEGIN:VEVENT")
            if found := _UID.search(event):
                return _FOLD.sub("", found[1]).strip()[:_LONGEST_UID] or None
    return None


def _moment(digits: str) -> datetime | None:
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
