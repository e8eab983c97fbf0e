"""How far each mailbox has been read, and what a new look at it means. Pure; the cursor is its JSON."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from triage.sources.imap.records import ranges, uids

VERSION = 1
FEW = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What EXAMINE says of a mailbox."""

    validity: int
    uidnext: int
    exists: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a mailbox is read.

    All UIDs below `opened.uidnext` were looked at. `known` were read; `pending` are to be read with text, `headers`
    without. `doubted` vanished so many at once that they are not reported gone before the mailbox proves itself alive.
    """

    opened: Opened
    known: frozenset[int] = frozenset()
    pending: frozenset[int] = frozenset()
    headers: frozenset[int] = frozenset()
    doubted: frozenset[int] = frozenset()

    @property
    def left(self) -> int:
        """Messages still to be read."""
        return len(self.pending) + len(self.headers)

    def past(self, tried: Iterable[int], found: Iterable[int]) -> "Position":
        """The position once these UIDs were read; `found` are those that were messages for us."""
        done = frozenset(tried)
        return replace(
            self, pending=self.pending - done, headers=self.headers - done, known=self.known | frozenset(found)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """All mailboxes' positions by name. `first` is the size of a first read that is not at its end, else None."""

    positions: Mapping[str, Position] = field(default_factory=dict)
    first: int | None = 0

    @property
    def left(self) -> int:
        """Messages still to be read in all mailboxes."""
        return sum(position.left for position in self.positions.values())


def follows(old: Position, opened: Opened) -> bool:
    """Does the mailbox go on from this position? Otherwise its UIDs mean other messages now (RFC 3501 2.3.1.1)."""
    return old.opened.validity == opened.validity and old.opened.uidnext <= opened.uidnext


def missing(old: Position, present: frozenset[int]) -> frozenset[int]:
    """Known messages that are no longer there."""
    return old.known - present


def doubtful(old: Position, opened: Opened, lost: frozenset[int]) -> bool:
    """Is this loss more like a broken server than like somebody tidying up?"""
    if not lost:
        return False
    return opened.exists == 0 or (len(old.known) > FEW and 2 * len(lost) > len(old.known))


def moved_on(
    old: Position, opened: Opened, *, present: frozenset[int], fresh: frozenset[int], doubt: bool
) -> tuple[Position, frozenset[int]]:
    """The position after a look, and the UIDs that are gone. `present` are the UIDs below the old UIDNEXT still there.

    New mail with the UIDs going on shows that it is the same mailbox, alive: what was doubted is then gone indeed.
    """
    lost = missing(old, present)
    settled = frozenset() if not fresh or doubt else old.doubted - present
    position = replace(
        old,
        opened=opened,
        known=(old.known & present) | (old.doubted & present),
        pending=(old.pending & present) | fresh,
        headers=old.headers & present,
        doubted=(old.doubted - settled - present) | (lost if doubt else frozenset()),
    )
    return position, settled | (frozenset() if doubt else lost)


def written(cursor: Cursor) -> str:
    """The cursor as text."""
    boxes = {name: _written(position) for name, position in cursor.positions.items()}
    return json.dumps({"v": VERSION, "first": cursor.first, "boxes": boxes}, separators=(",", ":"))


def _written(position: Position) -> dict[str, int | str]:
    opened = position.opened
    fields: dict[str, int | str] = {
        "validity": opened.validity,
        "uidnext": opened.uidnext,
        "exists": opened.exists,
        "known": ranges(position.known),
    }
    rest = {name: ranges(getattr(position, name)) for name in ("pending", "headers", "doubted")}
    return fields | {name: text for name, text in rest.items() if text}


def read(text: str | None) -> Cursor:
    """The other way; what was not written by `written` counts as no cursor."""
    try:
        found = json.loads(text or "")
        if found["v"] != VERSION:
            return Cursor()
        positions = {str(name): _position(fields) for name, fields in found["boxes"].items()}
        return Cursor(positions=positions, first=None if found["first"] is None else int(found["first"]))
    except (ValueError, LookupError, TypeError, AttributeError):
        return Cursor()


def _position(fields: Mapping[str, int | str]) -> Position:
    opened = Opened(**{name: int(fields[name]) for name in ("validity", "uidnext", "exists")})
    sets = {name: uids(str(fields.get(name, ""))) for name in ("known", "pending", "headers", "doubted")}
    return Position(opened=opened, **sets)
