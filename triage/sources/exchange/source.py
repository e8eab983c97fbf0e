"""An Exchange mailbox as a source: folder by folder, page by page, by the server's own SyncState (EWS)."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

from triage.errors import SourceUnreachable
from triage.model.health import Progress
from triage.model.mail import Arrival, Batch, Delivery, Role
from triage.settings import SourceSettings
from triage.sources.exchange import asking, cursor, folders, items
from triage.sources.exchange.asking import Page
from triage.sources.exchange.cursor import Cursor, Position
from triage.sources.exchange.faults import AGAIN, LOST_FOLDER, LOST_STATE, code_of, told
from triage.sources.exchange.folders import Box
from triage.sources.exchange.line import Line
from triage.sources.exchange.reading import BATCH, Reader
from triage.sources.exchange.wire import Seen

log = logging.getLogger(__name__)

SENT_HISTORY = timedelta(days=365)
# One pass in so many asks anew which folders there are.
LISTED_EACH = 10
MOST_BEGINNINGS = 3


class Exchange:
    """Implements `triage.sources.base.Source`. Connects at the first fetch and keeps the connection between passes."""

    def __init__(
        self,
        settings: SourceSettings,
        password: Callable[[], str],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.name = settings.name
        self._settings = settings
        self._password = password
        self._clock = clock
        self._seen = Seen()
        self._line: Line | None = None
        self._boxes: tuple[Box, ...] = ()
        self._passes = 0
        self._ended: dict[str, str | None] = {}
        self._beginnings: dict[str, int] = {}
        self._doubts: dict[str, tuple[str, ...]] = {}
        self._doubted_names: set[str] = set()
        self._reader = Reader(settings.name, settings.voicemail_from)
        self._quiet_until = 0.0
        self._woken = threading.Event()

    def fetch(self, after: str | None) -> Batch:
        self._keep_quiet()
        try:
            with told(self._settings, self._seen):
                return self._fetch(cursor.read(after))
        except BaseException as error:
            if isinstance(error, SourceUnreachable):
                self._quiet_until = monotonic() + error.wait
            self._drop()
            raise

    def wait(self, seconds: float) -> None:
        self._woken.wait(seconds)
        self._woken.clear()

    def wake(self) -> None:
        self._woken.set()

    def cut(self) -> None:
        """A running request ends by its own time-outs; in the daemon the whole process ends (`sources.apart`)."""

    def close(self) -> None:
        self._drop()

    def _keep_quiet(self) -> None:
        """A busy server is not asked before the time it named, whoever wakes us."""
        rest = self._quiet_until - monotonic()
        if rest > 1:
            raise SourceUnreachable(
                f"{self.name}: the server asked for peace, {round(rest)} seconds more", hint=AGAIN, wait=rest
            )

    def _fetch(self, before: Cursor) -> Batch:
        now = self._clock()
        line = self._begun()
        self._doubt_vanished(before)
        positions = {box.name: _position(before, box) for box in self._boxes}
        arrivals: list[Arrival] = []
        gone: list[Delivery] = []
        changes, more = 0, False
        for box in self._boxes:
            if box.name in self._ended and self._ended[box.name] == positions[box.name].state:
                continue
            page, positions[box.name], arrived, left = self._look(line, box, positions[box.name], now)
            arrivals += arrived
            gone += left
            changes += page.size
            more = not page.last
            if page.last:
                self._ended[box.name] = page.state
            if arrived or more:
                break
        complete = not more and all(self._ended.get(box.name, "") == positions[box.name].state for box in self._boxes)
        return self._batch(before, positions, arrivals, gone, changes, complete=complete)

    def _batch(
        self,
        before: Cursor,
        positions: dict[str, Position],
        arrivals: list[Arrival],
        gone: list[Delivery],
        changes: int,
        *,
        complete: bool,
    ) -> Batch:
        read = None if complete or before.read is None else before.read + changes
        if complete:
            self._end_pass()
        total = sum(box.total for box in self._boxes)
        return Batch(
            source=self.name,
            arrivals=tuple(arrivals),
            gone=tuple(gone),
            cursor=cursor.written(Cursor(positions=positions, read=read)),
            complete=complete,
            reading=Progress(done=min(read, total), of=total) if read and total else None,
        )

    # --- line and pass ------------------------------------------------------------------------------------------

    def _begun(self) -> Line:
        if self._line is None:
            password = None if self._settings.auth == "kerberos" else self._password()
            self._line = Line(self._settings, password, self._seen)
        if not self._boxes:
            self._boxes = folders.boxes(self._line, self._settings)
            self._passes = 0
            if not any(box.role is Role.INBOX for box in self._boxes):
                raise SourceUnreachable(
                    f"{self.name}: no folder matches {', '.join(self._settings.mailboxes)}",
                    hint='set mailboxes in config.toml, like ["INBOX", "Clients/*"]',
                )
        return self._line

    def _end_pass(self) -> None:
        self._ended.clear()
        self._beginnings.clear()
        self._passes += 1
        if self._passes >= LISTED_EACH:
            self._boxes = ()

    def _drop(self) -> None:
        if self._line:
            self._line.close()
        self._line = None
        self._boxes = ()
        self._ended.clear()

    def _doubt_vanished(self, before: Cursor) -> None:
        """A folder that is no longer there may be renamed or lost: told once, and its messages are not gone."""
        listed = {box.name for box in self._boxes}
        for name, position in before.positions.items():
            if name not in listed and position.known and name not in self._doubted_names:
                self._doubted_names.add(name)
                raise SourceUnreachable(
                    f"{self.name}: the folder {name} vanished; none of its messages is believed gone",
                    hint="if you deleted or renamed it, nothing needs doing: the next look accepts it",
                )

    # --- one page -----------------------------------------------------------------------------------------------

    def _look(
        self, line: Line, box: Box, position: Position, now: datetime
    ) -> tuple[Page, Position, list[Arrival], list[Delivery]]:
        """The next page of a folder, its messages, and where that leaves the folder."""
        page, position = self._page(line, box, position)
        arrived = self._arrivals(line, box, position, page, now)
        deleted = tuple(change.id for change in page.changes if not change.created)
        position = replace(
            position, state=page.state, known=position.known + len(arrived), gone=(*position.gone, *deleted)
        )
        if not page.last:
            return page, position, arrived, []
        self._doubt_loss(box, position)
        position, gone = cursor.settled(position, alive=bool(arrived))
        return page, position, arrived, [_delivery(box, position, id_) for id_ in gone]

    def _page(self, line: Line, box: Box, position: Position) -> tuple[Page, Position]:
        """A page of changes; from the beginning where the server no longer knows the state it gave us."""
        try:
            return self._asked(line, box, position), position
        except Exception as error:
            code = code_of(error)
            if code in LOST_FOLDER:
                raise SourceUnreachable(f"{self.name}: {box.name} is no longer where it was", hint=AGAIN) from error
            if code not in LOST_STATE or position.state is None:
                raise
        self._beginnings[box.name] = self._beginnings.get(box.name, 0) + 1
        if self._beginnings[box.name] > MOST_BEGINNINGS:
            raise SourceUnreachable(
                f"{self.name}: the server forgets time and again how far {box.name} was read",
                hint="tell the administrator of your Exchange server; nothing is lost or called gone meanwhile",
            )
        log.warning("source=%s event=read-anew role=%s", self.name, box.role.value)
        position = position.anew(box.id)
        return self._asked(line, box, position), position

    def _asked(self, line: Line, box: Box, position: Position) -> Page:
        page = asking.changes(line, box.id, position.state, BATCH)
        if not page.last and not page.size and page.state == position.state:
            raise SourceUnreachable(
                f"{self.name}: the server sends empty pages of {box.name} without an end", hint=AGAIN
            )
        return page

    def _doubt_loss(self, box: Box, position: Position) -> None:
        if cursor.sudden(position) and self._doubts.get(box.name) != position.gone:
            self._doubts[box.name] = position.gone
            raise SourceUnreachable(
                f"{self.name}: {len(position.gone)} of {position.known} messages vanished from {box.name} at once; "
                "none is believed gone",
                hint="if you tidied up yourself, nothing needs doing: the next look accepts it",
            )

    def _arrivals(self, line: Line, box: Box, position: Position, page: Page, now: datetime) -> list[Arrival]:
        recent: list[tuple[str, datetime]] = []
        older: list[tuple[str, datetime]] = []
        for change in page.changes:
            received = items.moment(change.received) or now
            if change.created and received >= now - self._reach(box):
                with_text = box.role in (Role.INBOX, Role.SENT) and received >= now - self._settings.history
                (recent if with_text else older).append((change.id, received))
        found = self._reader.messages(line, box.name, recent, text=True)
        found |= self._reader.messages(line, box.name, older, text=False)
        return [
            Arrival(message=found[change.id], delivery=_delivery(box, position, change.id))
            for change in page.changes
            if change.created and change.id in found
        ]

    def _reach(self, box: Box) -> timedelta:
        return max(SENT_HISTORY, self._settings.history) if box.role is Role.SENT else self._settings.history


def _position(before: Cursor, box: Box) -> Position:
    """Where a folder stands; one made anew under an old name is read from its beginning."""
    known = before.positions.get(box.name)
    if known is None:
        return Position(folder=box.id)
    return known if known.folder == box.id else known.anew(box.id)


def _delivery(box: Box, position: Position, id_: str) -> Delivery:
    return Delivery(mailbox=box.name, validity=position.validity, uid=id_, role=box.role)
