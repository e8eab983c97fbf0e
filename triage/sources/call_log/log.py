"""The source: finds the files of a call log, reads what was added, and tells of the calls."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from glob import glob, has_magic
from pathlib import Path
from zoneinfo import ZoneInfo

from triage.errors import SourceRejected, SourceUnreachable
from triage.model.calls import Call
from triage.model.mail import Batch
from triage.settings import SourceSettings
from triage.sources.call_log.calls import calls
from triage.sources.call_log.rows import Reading, Row
from triage.sources.call_log.tailing import Line, Piece, Place, Standing, first_line, piece, rotated, standing
from triage.sources.watching import Watch

log = logging.getLogger(__name__)

MOST_FILES = 200
# A call is written row by row; those of the last two hours are looked at together again.
STILL_WRITTEN = timedelta(hours=2)
MOST_AGAIN = 4000


def system_clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


class CallLog:
    """Implements `triage.sources.base.Source` over the files at `settings.path`; only reads."""

    def __init__(self, settings: SourceSettings, *, clock: Callable[[], datetime] = system_clock) -> None:
        if settings.path is None or settings.call_log is None:
            raise SourceRejected(f"{settings.name}: no path is set", hint="give this [[call_log]] a path")
        self.name = settings.name
        self._path = settings.path.expanduser()
        self._settings = settings
        self._log = settings.call_log
        self._zone = ZoneInfo(settings.timezone) if settings.timezone else None
        self._clock = clock
        self._watch = Watch(settings.name)
        self._seen: dict[Path, tuple[Place, Standing]] = {}

    def fetch(self, cursor: str | None) -> Batch:
        """What was added since: four megabytes of each file at most."""
        known = _read(cursor)
        found: list[Call] = []
        places: dict[str, Place] = {}
        more = False
        try:
            files = self._files(known)
            for path in files:
                before = known.get(str(path))
                if before and self._seen.get(path) == (before, standing(path)):
                    places[str(path)] = before
                    continue
                now = standing(path)
                left, begun = self._rest(path, before)
                found += left
                read = piece(path, begun)
                place, rows = self._read_on(path, read)
                found += self._calls(rows)
                more = more or read.more
                places[str(path)] = place
                if not read.more:
                    self._seen[path] = (place, now)
        except OSError as error:
            raise SourceUnreachable(
                f"{self.name}: the call log {error.filename or self._path} cannot be read ({error.strerror})",
                hint="check that it is there, mounted, and yours to read (Asterisk's belongs to the group asterisk)",
            ) from error
        return Batch(
            source=self.name,
            cursor=json.dumps({path: asdict(place) for path, place in sorted(places.items())}),
            complete=not more,
            calls=tuple(found),
        )

    def wait(self, seconds: float) -> None:
        """Return when a file was written, after `wake`, or after `seconds`."""
        self._watch.wait(seconds, [self._path.parent] if self._path.parent.is_dir() else [])

    def wake(self) -> None:
        """End a running or the next `wait` at once; callable from any thread."""
        self._watch.wake()

    def cut(self) -> None:
        """There is no connection."""

    def close(self) -> None:
        """End the watching; nothing else is held open between calls."""
        self._watch.close()

    def _files(self, known: dict[str, Place]) -> list[Path]:
        """The files there are. None where there were some, or no folder, is an outage; a log that nobody wrote to yet
        is none.
        """
        pattern = str(self._path)
        if has_magic(pattern) and not self._path.exists():
            found = sorted(Path(each) for each in glob(pattern))[-MOST_FILES:]  # noqa: PTH207 - an absolute pattern
        else:
            found = [self._path] if self._path.exists() else []
        if not found and (known or not self._path.parent.is_dir()):
            raise SourceUnreachable(
                f"{self.name}: there is no call log at {self._path}",
                hint="check path of this [[call_log]], and that its folder is mounted",
            )
        return [path for path in found if path.is_file()]

    def _rest(self, path: Path, known: Place | None) -> tuple[list[Call], Place | None]:
        """The end of a file that was renamed away since the last look, and where to begin in the one at its place."""
        if known is None:
            return [], None
        old = rotated(path, known)
        if old is None:
            return [], known
        _, rows = self._read_on(old, piece(old, known))
        return list(self._calls(rows)), None

    def _read_on(self, path: Path, read: Piece) -> tuple[Place, Sequence[Row]]:
        """The rows of these lines, and where the next look begins: at the first row of what may not be over yet."""
        reading = Reading(self._log, first_line(path), self._zone)
        self._complain(path, reading)
        since = self._clock() - self._settings.history
        rows = [(line, row) for line in read.lines if (row := reading.row(line.content)) and row.at >= since]
        return self._place(read, rows, linked=bool(reading.layout.columns.linked)), [row for _, row in rows]

    def _place(self, read: Piece, rows: Sequence[tuple[Line, Row]], *, linked: bool) -> Place:
        if read.more or not linked or not rows:
            return read.place
        newest = max(row.at for _, row in rows)
        late = rows[-MOST_AGAIN:]
        unsure = {row.linked for _, row in late if newest - row.at <= STILL_WRITTEN}
        again = [line.start for line, row in late if row.linked in unsure]
        place = read.place
        return Place(place.device, place.inode, min(again, default=place.offset), place.head)

    def _calls(self, rows: Sequence[Row]) -> Sequence[Call]:
        return list(calls(rows, self.name, self._log, self._log.region))

    def _complain(self, path: Path, reading: Reading) -> None:
        """A header without a column that was named would read as nothing."""
        missing = reading.missing()
        if missing and first_line(path):
            raise SourceRejected(
                f"{self.name}: {path.name} has no column {', '.join(missing)}",
                hint="its first line names those there are; set columns of this [[call_log]] in config.toml",
            )


def _read(cursor: str | None) -> dict[str, Place]:
    """Where each file was left; a cursor of another time is none."""
    try:
        found = json.loads(cursor or "{}")
        return {path: Place(**place) for path, place in found.items()}
    except (ValueError, TypeError, AttributeError):
        return {}
