"""What any process may ask of the state, with plain sqlite3, also while the daemon writes.

A missing database reads as nothing: None for a board, empty for the rest.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from triage.model.board import Board
from triage.model.calls import Contact, Sighting
from triage.model.cases import Case, Outcome
from triage.model.entries import Correspondence, Entry
from triage.model.marks import Mark
from triage.settings import SourceSettings
from triage.store import boards, calls, entries
from triage.store.opening import reading


def board(
    path: Path,
    now: datetime,
    *,
    sources: Sequence[SourceSettings] | None = None,
    whole: bool = False,
    outcomes_since: datetime | None = None,
) -> Board | None:
    """What stands now, or None when nothing was ever read; see `boards.board`."""
    with reading(path) as connection:
        if connection is None:
            return None
        return boards.board(connection, path, now, sources=sources, whole=whole, outcomes_since=outcomes_since)


def find(path: Path, word: str) -> tuple[Case, ...]:
    """The cases a typed number or ref names; see `boards.find`."""
    with reading(path) as connection:
        return boards.find(connection, word) if connection else ()


def marks_on(path: Path, cases: Sequence[Case]) -> tuple[Mark, ...]:
    """The marks in force on these cases."""
    with reading(path) as connection:
        return boards.marks_on(connection, cases) if connection else ()


def case_of(path: Path, key: str) -> Case | None:
    """The case that holds the message of this key now, such as the one a mark names."""
    with reading(path) as connection:
        return boards.case_of(connection, key) if connection else None


def timeline(path: Path, case: Case) -> tuple[Entry, ...]:
    """The messages of a case with their texts, in its order."""
    with reading(path) as connection:
        return entries.named(connection, [item.key for item in case.items]) if connection else ()


def outgoing_to(path: Path, address: str, since: datetime) -> tuple[Entry, ...]:
    """What I sent to this address since then, oldest first."""
    with reading(path) as connection:
        return entries.outgoing_to(connection, [address], since) if connection else ()


def calls_named(path: Path, keys: Iterable[str]) -> tuple[Sighting, ...]:
    """These calls, as every source tells of them."""
    with reading(path) as connection:
        return calls.named(connection, keys) if connection else ()


def calls_of(path: Path, numbers: Iterable[str]) -> tuple[Sighting, ...]:
    """All calls from and to these numbers, and to those that their callers asked for."""
    with reading(path) as connection:
        return calls.of_callers(connection, numbers) if connection else ()


def calls_until(path: Path, at: datetime) -> tuple[Sighting, ...]:
    """Every call that had come by then."""
    with reading(path) as connection:
        return calls.until(connection, at) if connection else ()


def contacts(path: Path) -> tuple[Contact, ...]:
    """The address book as the daemon read it last."""
    with reading(path) as connection:
        return calls.contacts(connection) if connection else ()


def entries_until(path: Path, at: datetime) -> tuple[Entry, ...]:
    """Every message received by then, oldest first."""
    with reading(path) as connection:
        return entries.until(connection, at) if connection else ()


def received(path: Path, since: datetime, until: datetime) -> int:
    """How many messages from others came in this stretch."""
    with reading(path) as connection:
        return entries.received(connection, since, until) if connection else 0


def lengths(path: Path, keys: Iterable[str]) -> dict[str, int]:
    """How many signs of text these messages hold."""
    with reading(path) as connection:
        return entries.lengths(connection, keys) if connection else {}


def unreadable(path: Path) -> tuple[Entry, ...]:
    """Messages that could not be read; their `trouble` says why."""
    with reading(path) as connection:
        return entries.unreadable(connection) if connection else ()


def correspondence(path: Path) -> Correspondence:
    """Who wrote to whom."""
    with reading(path) as connection:
        return entries.correspondence(connection) if connection else Correspondence()


def outcomes(path: Path, since: datetime, until: datetime | None = None) -> tuple[Outcome, ...]:
    """Rounds answered in this stretch, in the order they were written."""
    with reading(path) as connection:
        return boards.outcomes(connection, since, until) if connection else ()


def outcomes_about(path: Path, since: datetime, until: datetime) -> tuple[Outcome, ...]:
    """As `outcomes`, with those answered after the stretch that had begun by its end."""
    with reading(path) as connection:
        return boards.outcomes_about(connection, since, until) if connection else ()


def kept(path: Path, name: str) -> object:
    """What the lock holder kept under this name, or None."""
    with reading(path) as connection:
        return boards.kept(connection, name) if connection else None
