"""What there is to say, before it is put into words."""

from dataclasses import dataclass
from datetime import date, datetime

from triage.core.cases.state import Standing
from triage.model.board import Rung
from triage.model.health import Health
from triage.model.notices import NoticeKind

PEOPLE = (NoticeKind.DUE, NoticeKind.BEFORE, NoticeKind.MORNING, NoticeKind.SNOOZE_ENDED, NoticeKind.CAME_BACK)
OWED = "owed"
ALL_CLEAR = NoticeKind.ALL_CLEAR.value
STALE = "stale:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to say now. Record `rows` once whoever shows it accepted it, and not before.

    `standings` are those it names, in order: who waits, or for an all-clear who is put off. `stage` is the smallest
    stage that rang. `day` is the user's day. `sources` are those it is about (stale, read for the first time).
    `as_of` is set where the state is older than it should be, and for an all-clear. `older` counts backlog,
    `answered` the cases answered that day.
    """

    kind: NoticeKind
    standings: tuple[Standing, ...] = ()
    rows: tuple[Rung, ...] = ()
    stage: int | None = None
    day: date
    sources: tuple[Health, ...] = ()
    as_of: datetime | None = None
    older: int = 0
    answered: int = 0

    @property
    def bubble(self) -> str:
        """The bubble it goes into: all that is about people shares one, so that a later stage replaces an earlier."""
        if self.kind in PEOPLE:
            return OWED
        if self.kind is NoticeKind.STALE:
            return STALE + ",".join(source.name for source in self.sources)
        return str(self.kind.value)
