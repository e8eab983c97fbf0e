"""How far a Maildir source has been read, as JSON: which messages are known in each mailbox."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VERSION = 1
Stamp = tuple[int, int, int]
UNSETTLED: Stamp = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Known:
    """A mailbox as last read. Its listing need not be read again while `stamp` stays the same."""

    uids: frozenset[str] = frozenset()
    stamp: Stamp = UNSETTLED
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """`passed`: a whole pass came to its end once. `done` counts the messages of the first one."""

    boxes: Mapping[str, Known] = field(default_factory=dict)
    passed: bool = False
    done: int = 0

    @classmethod
    def read(cls, text: str | None) -> "Cursor":
        """The cursor as written; one that cannot be read starts anew."""
        try:
            stored = json.loads(text or "{}")
            if stored["v"] != VERSION:
                return cls()
            boxes = {name: _known(box) for name, box in stored["boxes"].items()}
            return cls(boxes=boxes, passed=bool(stored["passed"]), done=int(stored["done"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def written(self) -> str:
        boxes = {
            name: {"stamp": known.stamp, "sent": known.sent, "uids": sorted(known.uids)}
            for name, known in self.boxes.items()
        }
        content = {"v": VERSION, "passed": self.passed, "done": self.done, "boxes": boxes}
        return json.dumps(content, separators=(",", ":"))


def _known(stored: dict[str, Any]) -> Known:
    cur, new, history = map(int, stored["stamp"])
    return Known(uids=frozenset(map(str, stored["uids"])), stamp=(cur, new, history), sent=bool(stored["sent"]))
