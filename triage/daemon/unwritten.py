"""What rang and what buttons said, each with its own time, until the store has it."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from triage.model.board import Board, Rung
from triage.store.marks import Said

_Row = TypeVar("_Row")


@dataclass
class Unwritten:
    """Kept while nothing can be stored, so that nothing rings twice and no button is forgotten."""

    _rang: deque[tuple[datetime, tuple[Rung, ...]]] = field(default_factory=deque, init=False)
    _said: deque[tuple[datetime, tuple[Said, ...]]] = field(default_factory=deque, init=False)

    def rang(self, rows: Sequence[Rung], at: datetime) -> None:
        """A notice with these rows was accepted."""
        self._rang.append((at, tuple(rows)))

    def said(self, said: Sequence[Said], at: datetime) -> None:
        """A button said this."""
        self._said.append((at, tuple(said)))

    def write(
        self, ring: Callable[[Sequence[Rung], datetime], None], say: Callable[[Sequence[Said], datetime], None]
    ) -> None:
        """Hand all of it on, oldest first; what the store refuses, by StoreUnavailable, stays here."""
        _empty(self._rang, ring)
        _empty(self._said, say)

    def on(self, board: Board) -> Board:
        """The board as if it were written."""
        if not self._rang:
            return board
        rung = board.rung.union(*(rows for _, rows in self._rang))
        return replace(board, rung=rung, last_rung=self._rang[-1][0])


def _empty(
    waiting: deque[tuple[datetime, tuple[_Row, ...]]], write: Callable[[Sequence[_Row], datetime], None]
) -> None:
    while waiting:
        at, rows = waiting[0]
        write(rows, at)
        waiting.popleft()
