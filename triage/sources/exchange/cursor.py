"""How far each folder has been read, and whether its losses are to be believed. Pure; the cursor is its JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

VERSION = 1
FEW = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far one folder is read.

    `state` is the server's own SyncState, None before the first page. `validity` counts how often the folder had to be
    read anew. `known` is how many of its messages were handed over; `gone` are ids the server called deleted that are
    not reported yet: the pass through the folder is not at its end, or so many vanished that it must prove itself
    alive first.
    """

    folder: str
    state: str | None = None
    validity: int = 1
    known: int = 0
    gone: tuple[str, ...] = ()

    def anew(self, folder: str) -> "Position":
        """The same folder read from its beginning; nothing of it is believed gone."""
        return Position(folder=folder, validity=self.validity + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """All folders' positions by name. `read` counts the changes of a first read that is not at its end, else None."""

    positions: Mapping[str, Position] = field(default_factory=dict)
    read: int | None = 0


def sudden(position: Position) -> bool:
    """Is this loss more like a broken server than like somebody tidying up?"""
    return len(position.gone) > FEW and 2 * len(position.gone) > position.known


def settled(position: Position, *, alive: bool) -> tuple[Position, tuple[str, ...]]:
    """The position at the end of a pass through the folder, and the ids to report gone.

    A folder that lost all it had stands unproved until something new comes (`alive`).
    """
    left = max(0, position.known - len(position.gone))
    if sudden(position) and not left and not alive:
        return position, ()
    return replace(position, known=left, gone=()), position.gone


def written(cursor: Cursor) -> str:
    """The cursor as text."""
    boxes = {name: _written(position) for name, position in cursor.positions.items()}
    return json.dumps({"v": VERSION, "read": cursor.read, "boxes": boxes}, separators=(",", ":"))


def _written(position: Position) -> dict[str, object]:
    fields = {name: getattr(position, name) for name in ("folder", "state", "validity", "known", "gone")}
    return {name: value for name, value in fields.items() if value}


def read(text: str | None) -> Cursor:
    """The other way; what was not written by `written` counts as no cursor."""
    try:
        found = json.loads(text or "")
        if found["v"] != VERSION:
            return Cursor()
        positions = {str(name): _position(fields) for name, fields in found["boxes"].items()}
        return Cursor(positions=positions, read=None if found["read"] is None else int(found["read"]))
    except (ValueError, LookupError, TypeError, AttributeError):
        return Cursor()


def _position(fields: Mapping[str, object]) -> Position:
    gone = fields.get("gone", [])
    return Position(
        folder=str(fields["folder"]),
        state=str(fields["state"]) if "state" in fields else None,
        validity=int(str(fields["validity"])),
        known=int(str(fields.get("known", 0))),
        gone=tuple(map(str, gone)) if isinstance(gone, list) else (),
    )
