"""How a source fares."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Who asks may have read the clock a little before who wrote.
_CLOCKS_APART = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a first read has come, in messages."""

    done: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a source fares. `completed` ends its last whole pass, `first_complete` its very first.

    `known_since` is when the source was first seen in the configuration. `reading` is set while a first read runs.
    """

    name: str
    kind: str
    stale_after: timedelta = timedelta(minutes=15)
    known_since: datetime | None = None
    completed: datetime | None = None
    first_complete: datetime | None = None
    error: str | None = None
    hint: str | None = None
    final: bool = False
    reading: Progress | None = None
    unreadable: int = 0

    def stale(self, now: datetime) -> bool:
        """No whole pass within `stale_after`: what this source holds is not known now. Neither is it where the last
        pass lies ahead, because the clock was set back since.
        """
        return self.completed is None or not -_CLOCKS_APART <= now - self.completed <= self.stale_after
