"""What a file's name tells: when somebody rang, and from which number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from triage.sources.voicemail.told import moment

_LONGEST = 300
_SEP = r"[-_. ]?"
_DATE = rf"(20\d\d){_SEP}(0[1-9]|1[0-2]){_SEP}(0[1-9]|[12]\d|3[01])"
_CLOCK = r"([01]\d|2[0-3])[-_.:h]?([0-5]\d)(?:[-_.:m]?([0-5]\d))?"
_ISO = re.compile(
    rf"(?<!\d){_DATE}(?:[-_. ,T]{{1,2}}(?:at )?|(?=\d)){_CLOCK}(?:[.,]\d{{1,6}})?(Z|[+-]\d\d:?\d\d)?(?!\d)"
)
_DOTTED = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])[.](0[1-9]|1[0-2])[.](20\d\d|\d\d)[-_ ]{1,2}" + _CLOCK + r"(?!\d)")
_EPOCH = re.compile(r"(?<!\d)(1\d{9})(?:\d{3})?(?!\d)")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
_OPAQUE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[A-Z]{2}[0-9a-f]{32}\b|\b[0-9a-f]{24,64}\b", re.I
)
_NUMBER = re.compile(r"(?<![\w+])(\+?\(?\d[\d().\- ]{4,24}\d)(?!\w)")
_NEAR = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """`stamp` are the digits of the time as they stand, for an identity that no zone changes."""

    at: datetime | None = None
    number: str = ""
    stamp: str = ""
    uuid: str = ""


def named(stem: str, *, modified: datetime, zone: tzinfo | None) -> Named:
    """What a file name without its extension tells. A number of seconds is a time only near `modified`."""
    uuid = _UUID.search(stem)
    told = _told(_OPAQUE.sub(" ", stem[:_LONGEST]), modified, zone)
    return replace(told, uuid=uuid[0].lower()) if uuid else told


def _told(rest: str, modified: datetime, zone: tzinfo | None) -> Named:
    for found, read in ((_ISO.search(rest), _iso), (_DOTTED.search(rest), _dotted)):
        if found:
            at = read(found, zone)
            outside = f"{rest[: found.start()]} {rest[found.end() :]}"
            return Named(at=at, number=_number(outside), stamp="".join(filter(str.isdigit, found[0])))
    epoch = _EPOCH.search(rest)
    at = moment(int(epoch[1])) if epoch else None
    if epoch and at and abs(at - modified) < _NEAR:
        return Named(at=at, number=_number(rest.replace(epoch[0], " ")), stamp=epoch[1])
    return Named(number=_number(rest))


def _number(text: str) -> str:
    """The first run of digits long enough to be rung, one with a + before the others."""
    found = [one for one in _NUMBER.findall(text.replace("_", " ")) if 7 <= sum(map(str.isdigit, one)) <= 15]
    return next((one for one in found if one.startswith("+")), found[0] if found else "").strip()


def _iso(found: re.Match[str], zone: tzinfo | None) -> datetime | None:
    *parts, offset = found.groups()
    return _aware(parts, offset, zone)


def _dotted(found: re.Match[str], zone: tzinfo | None) -> datetime | None:
    day, month, year, *clock = found.groups()
    return _aware([year if len(year) == 4 else f"20{year}", month, day, *clock], None, zone)


def _aware(parts: Sequence[str | None], offset: str | None, zone: tzinfo | None) -> datetime | None:
    """Year, month, day, hour, minute and perhaps second, as a moment."""
    try:
        naive = datetime(*[int(part or 0) for part in parts])  # type: ignore[arg-type]  # noqa: DTZ001
        if offset:
            return datetime.fromisoformat(naive.isoformat() + offset.replace("Z", "+00:00")).astimezone(UTC)
        return local(naive, zone)
    except (ValueError, OverflowError):
        return None


def local(naive: datetime, zone: tzinfo | None) -> datetime:
    """A time written without a zone, in UTC; None is this computer's zone."""
    return (naive.replace(tzinfo=zone) if zone else naive).astimezone(UTC)
