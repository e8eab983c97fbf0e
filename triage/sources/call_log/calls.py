"""The rows of one call to a Call: which way it went, with whom, and whether both sides spoke.

A telephone system writes several rows for one call, one for each telephone that rang. Its voicemail is a telephone to
it: that leg is answered, and nobody was spoken with.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from triage.core.calls.numbers import SHORT, is_withheld, number
from triage.model.calls import Call, Way
from triage.settings import CallLog
from triage.sources.call_log.rows import Row

_VOICEMAIL = frozenset(["voicemail", "vm", "minivm", "comedian"])
_OWN_BOX = frozenset(["voicemailmain", "vmauthenticate"])
_FROM_OUTSIDE = re.compile(r"from-(?:trunk|pstn|did|outside|external|sip-external)|ext-did|incoming|inbound|\btrunk")
_PEER = re.compile(r"^(?:Local|[A-Z][A-Za-z0-9]*)/([^@;/-]+)")


def calls(rows: Iterable[Row], source: str, settings: CallLog, region: str) -> Iterator[Call]:
    """The calls behind these rows, each with a key that further rows of it do not change."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.linked or row.mark, []).append(row)
    for group in groups.values():
        ordered = sorted(group, key=lambda row: row.at)
        if found := _call(ordered, source, settings, region):
            yield found


def _call(group: Sequence[Row], source: str, settings: CallLog, region: str) -> Call | None:
    first = group[0]
    if any(row.app in _OWN_BOX for row in group):
        return None
    own = frozenset(settings.own_numbers)
    if own and not any(own & _ends(row) for row in group):
        return None
    way = first.way or _way(first, own)
    other = first.to if way is Way.OUT else first.from_
    written = _without_prefix(other, settings, region) if way is Way.OUT else other
    left = next((row for row in group if row.app in _VOICEMAIL), None)
    spoken = [row.talk for row in group if _is_talk(row)]
    if way is Way.OUT and _is_service(written):
        return None
    return Call(
        key="call:" + sha256(f"log\n{first.linked or first.mark}".encode()).hexdigest()[:24],
        source=source,
        at=first.at,
        way=way,
        number=written,
        name=first.name if way is Way.IN else "",
        called=first.to if way is Way.IN else "",
        withheld=way is Way.IN and (not written or is_withheld(written)),
        seconds=max(spoken, default=0),
        answered=bool(spoken),
        mailbox=left.data.partition(",")[0].partition("|")[0] if left else "",
    )


def _is_talk(row: Row) -> bool:
    """Did a telephone that somebody held answer? An announcement or a mailbox is none."""
    if not row.answered or row.app in _VOICEMAIL:
        return False
    return not row.app or bool(row.reached)


def _way(row: Row, own: frozenset[str]) -> Way:
    """Where no column tells: by the context it came in by, else by whose number is a short one of the house."""
    if own and bool({row.from_, _peer(row.peer)} & own) is not bool({row.to, _peer(row.reached)} & own):
        return Way.OUT if {row.from_, _peer(row.peer)} & own else Way.IN
    if _FROM_OUTSIDE.search(row.context):
        return Way.IN
    short_from, short_to = _is_short(row.from_), _is_short(row.to)
    if short_from is not short_to:
        return Way.OUT if short_from else Way.IN
    return Way.OUT if _is_short(_peer(row.peer)) and not row.app.startswith("voicemail") else Way.IN


def _is_short(text: str) -> bool:
    return text.isdigit() and len(text) <= SHORT


def _is_service(text: str) -> bool:
    """ "*97" and the like are the system's own."""
    return not text or "*" in text or "#" in text


def _peer(channel: str) -> str:
    """ "PJSIP/1001-0000001b" is the telephone 1001."""
    found = _PEER.match(channel)
    return found[1] if found else ""


def _ends(row: Row) -> frozenset[str]:
    return frozenset((row.from_, row.to, _peer(row.peer), _peer(row.reached)))


def _without_prefix(dialled: str, settings: CallLog, region: str) -> str:
    """What was dialled, without what it takes to get a line."""
    return number(dialled, region, settings.outside_prefix).phone or dialled
