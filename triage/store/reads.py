"""What any process may ask of the state, with plain sqlite3, also while the daemon writes.

A missing database reads as nothing: None for a board, empty for the rest. It is all that `status` needs, and imports no
more; what lies in messages and calls is asked for in `lookups`.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from triage.model.board import Board
from triage.model.cases import Case, Outcome
from triage.model.marks import Mark
from triage.settings import SourceSettings
from triage.store import boards
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
