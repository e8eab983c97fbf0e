"""What one command works with: the configuration, the store, the hours, and the moment it was called."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import click

from triage.config import load
from triage.core.cases.state import Standing, standing, standings
from triage.core.times.hours import Hours
from triage.core.times.when import FORMS, read
from triage.errors import TriageError, UsageError
from triage.model.board import Board
from triage.model.health import Health
from triage.settings import Config
from triage.store import reads
from triage.store.lock import ask_again, holder

DATABASE = "triage.db"
# An answer of the day looked at, its reversals included.
OUTCOMES = timedelta(days=8)
NEAR = timedelta(days=30)


@dataclass
class Session:
    """Made once a call. `now` is when the command began; every part of it sees the same moment."""

    config_path: Path | None
    now: datetime

    @classmethod
    def of(cls, config_path: str | None) -> "Session":
        """The session of a call made now."""
        return cls(Path(config_path).expanduser() if config_path else None, datetime.now(UTC))

    @cached_property
    def config(self) -> Config:
        """The configuration. ConfigError when there is none or it is wrong."""
        return load(self.config_path, os.environ)

    @property
    def database(self) -> Path:
        """Where the state is, whether or not it is there yet."""
        return self.config.state_dir / DATABASE

    @cached_property
    def hours(self) -> Hours:
        """Working time as configured; the holidays as the daemon left them, if it knew this configuration."""
        kept = reads.kept(self.database, "days_off")
        if isinstance(kept, dict) and kept.get("digest") == self.config.digest and self._covers(kept["span"]):
            from triage.freedays import zone

            off = frozenset(date.fromisoformat(day) for day in kept["days"])
            return Hours(zone=zone(self.config.workday), week=self.config.workday.week, days_off=off)
        from triage.freedays import hours

        return hours(self.config.workday, around=self.now.date())

    def hours_at(self, moment: datetime) -> Hours:
        """As `hours`, also where `moment` lies in another year with other holidays."""
        if abs(moment - self.now) < NEAR:
            return self.hours
        from triage.freedays import hours

        return hours(self.config.workday, around=moment.date())

    def _covers(self, span: Sequence[str]) -> bool:
        first, last = (date.fromisoformat(day) for day in span)
        return first < self.now.date() < last and (self.now.date() - first).days > 30

    def board(self, at: datetime | None = None, *, whole: bool = False) -> Board:
        """What stands, with its sources as they are now; what stood or will stand at another moment if told."""
        since = min(at, self.now) - OUTCOMES if at else None
        board = reads.board(self.database, self.now, sources=self.config.sources, whole=whole, outcomes_since=since)
        if board is None:
            return Board(sources=tuple(Health(name=one.name, kind=one.kind) for one in self.config.sources))
        return self._as_of(board, at) if at else board

    def _as_of(self, board: Board, at: datetime) -> Board:
        """Messages and marks after `at` do not exist; the sources and the daemon are as they are now."""
        if at < self.now:
            from triage.cli.past import board_at

            board = board_at(
                board, at, database=self.database, config=self.config, hours=self.hours_at(at), now=self.now
            )
        return replace(
            board,
            marks=tuple(mark for mark in board.marks if mark.at <= at),
            outcomes=tuple(outcome for outcome in board.outcomes if outcome.answered_at <= at),
        )

    def moment(self, text: str) -> datetime:
        """The moment an option names, past or to come. UsageError for nonsense."""
        found = read(" ".join(text.split()).lower(), now=self.now, hours=self.hours)
        if found is None:
            raise UsageError(f"{text!r} is no moment", hint=f"write one of: {FORMS}")
        return found

    def one(self, word: str) -> Standing:
        """The case a number, the start of a ref or a name stands for. TriageError when it is none or several."""
        found = reads.find(self.database, word)
        if not found:
            return self._by_name(word, self.board())
        if len(found) > 1:
            raise TriageError(f"{word} fits {len(found)} cases", hint="type more of it: triage list --all shows them")
        seen = standing(found[0], reads.marks_on(self.database, found), self.now)
        if word.isdigit() and seen.case.number not in (None, int(word)):
            click.echo(f"{word} is now part of {seen.case.number}", err=True)
        return seen

    def _by_name(self, word: str, board: Board) -> Standing:
        """A note that nobody stored yet by its ref, else the one open case of a person of that name."""
        seen = standings(board, self.now)
        wanted = word.casefold()
        refs = [one for one in seen if len(wanted) >= 4 and one.case.ref.startswith(wanted)]
        named = [one for one in seen if one.debts and wanted in _names(one)]
        match refs or named:
            case [one]:
                return one
            case []:
                raise TriageError(f"there is no case {word}", hint="triage list shows those there are")
            case several:
                numbers = ", ".join(str(one.case.number or one.case.ref[:8]) for one in several)
                raise TriageError(f"{word} fits several cases: {numbers}", hint="type the number")

    def poke(self, *, again: bool = False) -> bool:
        """Let whoever holds the lock look at the marks; `again` also lets it read once more, refused or not.

        False when nobody holds it: marks are seen when it is next taken.
        """
        pid = holder(self.config.state_dir)
        if pid is None:
            return False
        if again:
            ask_again(self.config.state_dir)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGUSR1)
        return True

    def reload(self) -> bool:
        """Let the daemon take in a changed configuration; False when none runs."""
        pid = holder(self.config.state_dir)
        if pid is None or self.board().daemon_since is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGHUP)
        return True

    @property
    def width(self) -> int:
        """Columns to write for; 80 where the output is no terminal."""
        if not sys.stdout.isatty():
            return 80
        import shutil  # slow to import

        return shutil.get_terminal_size().columns

    @property
    def colour(self) -> bool:
        """May the output hold colour?"""
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return sys.stdout.isatty() and not plain


def _names(standing: Standing) -> set[str]:
    who = standing.who
    number = "".join(sign for sign in who.number if sign.isdigit())
    found = {
        who.address,
        who.phone,
        number,
        who.name.casefold(),
        *who.name.casefold().split(),
        who.address.partition("@")[0],
    }
    return found - {""}
