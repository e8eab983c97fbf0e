"""What an examination finds, with everything private in it kept apart from the words around it."""

import re
from dataclasses import dataclass, replace
from enum import Enum

_PLACE = re.compile(r"\{(\w+)\}")


class Level(Enum):
    """How bad it is: well, worth a look, or something does not work."""

    OK = "ok"
    LOOK = "look"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line about one part. `hint` says what to do, empty where nothing needs doing.

    Whatever could name a person, an address, a host, a mailbox or a path stands in `private` (name -> value) and the
    texts hold `{name}` in its place.
    """

    level: Level
    what: str
    hint: str = ""
    part: str = ""
    private: tuple[tuple[str, str], ...] = ()

    def told(self, *, redacted: bool = False) -> "Finding":
        """The same with its texts filled in, or with `[name]` where something private would stand."""
        values = dict(self.private)

        def fill(place: re.Match[str]) -> str:
            name = place[1]
            if name not in values:
                return place[0]
            return f"[{name.replace('_', ' ')}]" if redacted else values[name]

        part, what, hint = (_PLACE.sub(fill, text) for text in (self.part, self.what, self.hint))
        return replace(self, part=part, what=what, hint=hint, private=())


def ok(what: str, hint: str = "", **private: object) -> Finding:
    """This part is well."""
    return _finding(Level.OK, what, hint, private)


def look(what: str, hint: str, **private: object) -> Finding:
    """It works, but somebody should look at it."""
    return _finding(Level.LOOK, what, hint, private)


def broken(what: str, hint: str, **private: object) -> Finding:
    """Something that triage needs does not work."""
    return _finding(Level.BROKEN, what, hint, private)


def _finding(level: Level, what: str, hint: str, private: dict[str, object]) -> Finding:
    return Finding(
        level=level, what=what, hint=hint, private=tuple((name, str(value)) for name, value in private.items())
    )
