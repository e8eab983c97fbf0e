"""The same call seen in the spool, in a mail and in a call log is one.

Tellings of one caller are the same call when they lie no further apart than its length and three minutes, and their
lengths differ by two seconds at most; a mail comes at a message's end, a spool names its begin. One source never tells
of one call under two keys. Where the caller kept the number back, the mailbox and the length must agree too.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from triage.core.calls.numbers import is_withheld
from triage.model.calls import Call, Sighting, Way, Wording
from triage.model.entries import Entry

APART = timedelta(seconds=180)
LENGTHS_APART = 2
_LONGEST = timedelta(hours=2)
_WORTH = {Wording.OK: 0, Wording.LOW: 1, Wording.FAILED: 2, Wording.PENDING: 3, Wording.NONE: 4}


@dataclass(frozen=True, kw_only=True)
class Ringing:
    """One call, whatever it was seen in."""

    sightings: tuple[Sighting, ...]

    @property
    def key(self) -> str:
        """The key it was first known by: what marks and the ledger name stays when others tell of it later. A missed
        call that turns out to have left words is news.
        """
        return self._first.call.key

    @property
    def number(self) -> str:
        """The key of the other side's number; empty where it was kept back."""
        return self.told[0].caller

    @property
    def also(self) -> tuple[str, ...]:
        """The further keys."""
        return tuple(sorted({one.call.key for one in self.sightings} - {self.key}))

    @property
    def seen(self) -> datetime:
        """When triage first stored it."""
        return self._first.seen

    @property
    def _first(self) -> Sighting:
        return min(self.told, key=lambda one: (one.seen, one.call.key, one.call.source))

    @cached_property
    def told(self) -> tuple[Sighting, ...]:
        """The tellings that count: those of the voicemail where words were left, else all; the best first."""
        left = [one for one in self.sightings if one.call.way is Way.VOICEMAIL]
        return tuple(sorted(left or self.sightings, key=_best))

    @property
    def call(self) -> Call:
        """The best telling."""
        return self.told[0].call

    @property
    def way(self) -> Way:
        """A voicemail if any telling knows of words."""
        return self.call.way

    @cached_property
    def at(self) -> datetime:
        """When it began: the earliest that any telling says."""
        return min(one.call.at for one in self.told)

    @property
    def seconds(self) -> int | None:
        """How long it was."""
        return next((one.call.seconds for one in self.told if one.call.seconds is not None), None)

    @property
    def name(self) -> str:
        """The caller's name as some system gave it; a word for "withheld" or a number is none."""
        given = (one.call.name for one in self.told)
        return next((name for name in given if any(map(str.isalpha, name)) and not is_withheld(name)), "")

    @property
    def worded(self) -> Call:
        """The telling with the best transcript."""
        return min((one.call for one in self.told), key=lambda call: (_WORTH[call.wording], not call.transcript))

    @property
    def sources(self) -> tuple[str, ...]:
        """Where it was seen, the best first."""
        return tuple(dict.fromkeys(one.call.source for one in self.told))

    @property
    def message_id(self) -> str | None:
        """The mail that told of it, if one did."""
        return next((one.message_id for one in self.told if one.message_id), None)

    @property
    def gone(self) -> datetime | None:
        """Since when no source that holds voicemails finds it any more; a mail that told of it is no such source."""
        held = [one.gone for one in self.told if one.message_id is None]
        found = [moment for moment in held if moment]
        return max(found) if found and len(found) == len(held) else None


def told_by(entry: Entry) -> Ringing:
    """The call that one mail tells of, by itself. The entry's message must have one."""
    call = entry.message.call
    assert call is not None, "only of mail that tells of a call"  # noqa: S101 - a defect of ours
    return Ringing(sightings=(Sighting(call=call, caller=call.number, seen=entry.seen),))


def ringings(sightings: Iterable[Sighting]) -> tuple[Ringing, ...]:
    """The calls behind these tellings, oldest first; the same in whatever order they came. All must be of one caller,
    or all of callers who kept the number back.
    """
    by_key: dict[str, list[Sighting]] = {}
    for one in sightings:
        by_key.setdefault(one.call.key, []).append(one)
    units = sorted((Ringing(sightings=tuple(group)) for group in by_key.values()), key=_time)
    left = _joined((), [unit for unit in units if unit.way is Way.VOICEMAIL])
    rang = _joined(left, [unit for unit in units if unit.way is Way.IN])
    dialled = _joined((), [unit for unit in units if unit.way is Way.OUT])
    return tuple(sorted((*rang, *dialled), key=_time))


def _joined(groups: Sequence[Ringing], units: Sequence[Ringing]) -> list[Ringing]:
    """Each unit put to the nearest group that tells of the same call, else a group of its own."""
    found = list(groups)
    for unit in units:
        start = bisect_left(found, unit.at - _LONGEST, key=lambda group: group.at)
        end = bisect_right(found, unit.at + _LONGEST, key=lambda group: group.at)
        fitting = [place for place in range(start, end) if _same(found[place], unit)]
        if fitting:
            nearest = min(fitting, key=lambda place: abs(found[place].at - unit.at))
            found[nearest] = Ringing(sightings=(*found[nearest].sightings, *unit.sightings))
        else:
            insort(found, unit, key=lambda group: group.at)
    return found


def _same(group: Ringing, unit: Ringing) -> bool:
    one, other = group.call, unit.call
    if {each.call.source for each in group.sightings} & {each.call.source for each in unit.sightings}:
        return False
    if one.answered is not other.answered and one.way is other.way:
        return False
    length = timedelta(seconds=max(group.seconds or 0, unit.seconds or 0))
    if abs(group.at - unit.at) > length + APART:
        return False
    if not group.number and not (_box(one) and _box(one) == _box(other)):
        return False
    if one.way is Way.VOICEMAIL and other.way is Way.IN:
        # A log counts the greeting in, and rings before.
        return not other.answered
    return _as_long(group, unit, known=one.way is Way.VOICEMAIL and not group.number)


def _as_long(group: Ringing, unit: Ringing, *, known: bool) -> bool:
    if group.seconds is None or unit.seconds is None:
        return not known
    return abs(group.seconds - unit.seconds) <= LENGTHS_APART


def _box(call: Call) -> str:
    """The mailbox or line without its context: "1001@default" is 1001."""
    return (call.mailbox or call.called).partition("@")[0]


def _time(ringing: Ringing) -> tuple[datetime, str]:
    return ringing.at, min(one.call.key for one in ringing.sightings)


def _best(one: Sighting) -> tuple[bool, bool, str, str]:
    """Where its files are, then where it still is; then always the same."""
    return not one.call.files, one.gone is not None, one.call.source, one.call.key
