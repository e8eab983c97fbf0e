"""What planner and reports look at."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from triage.model.cases import Case, Outcome
from triage.model.health import Health
from triage.model.marks import Mark

if TYPE_CHECKING:
    from triage.model.mail import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A row of the ledger: this message was rung for at this stage of this day. `stage` is minutes before due, or one
    of the negative stages of `Stage`; `key` is a message key, or names a source or the day itself."""

    key: str
    day: date
    stage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything the planner and the reports look at, read in one transaction.

    `cases` are those that may be open, `marks` those in force (undone ones left out), oldest first. `last_rung` is when
    a notice last went out. `junked` are people I wrote to before of whom something lately came into Junk alone, the
    latest first; `unread` mailboxes that are not read, into which people lately wrote. `outcomes` are the recent ones,
    oldest first. `daemon_since` is None when no daemon runs.
    """

    cases: tuple[Case, ...] = ()
    marks: tuple[Mark, ...] = ()
    rung: frozenset[Rung] = frozenset()
    last_rung: datetime | None = None
    sources: tuple[Health, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    daemon_since: datetime | None = None
    junked: tuple["Address", ...] = ()
    unread: tuple[str, ...] = ()
