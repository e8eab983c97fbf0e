"""A bar on a terminal for what takes more than a second; nothing of it stays, and nothing is shown in a pipe."""

import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

T = TypeVar("T")
AFTER = 1.0


class Bar:
    """How far something has come. On standard error: what it is about goes to standard output."""

    def __init__(self, what: str, *, shown: bool | None = None, after: float = AFTER) -> None:
        self._what = what
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._from = time.monotonic() + after
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def at(self, done: int, of: int | None) -> None:
        """So much is done; `of` is None where nobody knows how much there is."""
        if not self._shown or (self._progress is None and time.monotonic() < self._from):
            return
        if self._progress is None or self._task is None:
            self._progress, self._task = _drawn(self._what)
            self._progress.start()
        self._progress.update(self._task, completed=done, total=of)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._progress:
            self._progress.stop()


def counted(what: str, items: Iterable[T], *, of: int | None = None, shown: bool | None = None) -> Iterator[T]:
    """The items, with a bar that follows them."""
    with Bar(what, shown=shown) as bar:
        for number, item in enumerate(items, start=1):
            yield item
            bar.at(number, of)


def apart() -> bool:
    """May a bar be drawn while lines go to standard output? Only where they go somewhere else than to its terminal."""
    return sys.stderr.isatty() and not sys.stdout.isatty()


def _drawn(what: str) -> "tuple[Progress, TaskID]":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    return progress, progress.add_task(what, total=None)
