"""An IMAP account as a source: Sent, inboxes, Trash and Junk, read without a trace (RFC 3501, RFC 9051)."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from triage.errors import SourceUnreachable
from triage.model.access import Access
from triage.model.health import Progress
from triage.model.mail import Arrival, Batch, Delivery, Role
from triage.settings import SourceSettings
from triage.sources.imap import cursor as imap_cursor
from triage.sources.imap.cursor import Cursor, Opened, Position
from triage.sources.imap.idle import Patience
from triage.sources.imap.mailboxes import Box, chosen
from triage.sources.imap.reading import BATCH, Reader
from triage.sources.imap.waiting import PATIENCE, Waiting
from triage.sources.imap.wire import AGAIN, FAULTS, Connection, told

log = logging.getLogger(__name__)

# RFC 5530: not a passing trouble, but somebody else's mailbox, or none.
_NOT_OURS = re.compile(r"\[(NONEXISTENT|NOPERM|CANNOT)\]", re.IGNORECASE)
SENT_HISTORY = timedelta(days=365)
# One pass in so many opens every mailbox: STATUS may be answered from an index that fell behind. With more mailboxes
# than MANY it is not asked for, since it would look into each of them.
OPENED_EACH, MANY = 10, 200


class Imap:
    """Implements `triage.sources.base.Source`. Connects at the first fetch and keeps the connection between passes."""

    def __init__(
        self,
        settings: SourceSettings,
        password: Callable[[], str],
        tokens: Callable[[str], Access] | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: Patience = PATIENCE,
    ) -> None:
        self.name = settings.name
        self._settings = settings
        self._password = password
        self._tokens = tokens
        self._clock = clock
        self._connection: Connection | None = None
        self._boxes: tuple[Box, ...] | None = None
        self._looked: dict[str, Opened] = {}
        self._doubts: dict[str, frozenset[int]] = {}
        self._listed: frozenset[str] = frozenset()
        self._passes = 0
        self._reader = Reader(settings.name, settings.voicemail_from)
        self._waiting = Waiting(settings.name, patience)

    def fetch(self, cursor: str | None) -> Batch:
        try:
            with told(self._settings):
                return self._fetch(imap_cursor.read(cursor))
        except BaseException:
            self._drop()
            raise

    def wait(self, seconds: float) -> None:
        """As the protocol says: with IDLE (RFC 2177) when the server announces anything in the first mailbox."""
        connection = self._connection
        if connection and connection.renew:
            seconds = min(seconds, max(1.0, (connection.renew - self._clock()).total_seconds()))
        self._waiting.wait(connection, seconds, self._drop)

    def cut(self) -> None:
        if connection := self._connection:
            connection.cut()

    def wake(self) -> None:
        self._waiting.wake()

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None
        self._end_pass()
        self._waiting.close()

    def _fetch(self, cursor: Cursor) -> Batch:
        now = self._clock()
        connection, boxes = self._begun()
        self._doubt_vanished(cursor)
        positions: dict[str, Position] = dict(cursor.positions)
        gone: list[Delivery] = []
        for box in boxes:
            if looked := self._look(connection, box, positions.get(box.name), now):
                positions[box.name], vanished = looked
                gone += vanished
        boxes = tuple(box for box in boxes if box.name in self._looked)
        first = _first_size(cursor, positions)
        arrivals = self._read(connection, boxes, positions, now)
        if arrivals or gone:
            self._waiting.worth_it()
        left = sum(positions[box.name].left for box in boxes)
        complete = left == 0
        if complete:
            self._watch(boxes, positions)
            self._end_pass()
        after = Cursor(positions=positions, first=None if complete else first)
        reading = Progress(done=first - left, of=first) if first and not complete else None
        return Batch(
            source=self.name,
            arrivals=tuple(arrivals),
            gone=tuple(gone),
            cursor=imap_cursor.written(after),
            complete=complete,
            reading=reading,
        )

    # --- connection and pass ------------------------------------------------------------------------------------

    def _begun(self) -> tuple[Connection, tuple[Box, ...]]:
        """The connection and the mailboxes of this pass. A kept connection that died meanwhile is replaced silently."""
        if self._connection and self._connection.renew and self._connection.renew <= self._clock():
            self._connection.close()  # before the server ends it, in the midst of something
            self._connection = None
            self._end_pass()
        if self._connection and self._boxes is not None:
            return self._connection, self._boxes
        if self._connection:
            try:
                return self._connection, self._found(self._connection)
            except FAULTS:
                self._drop()
        self._connection = Connection.open(self._settings, self._password, self._tokens)
        return self._connection, self._found(self._connection)

    def _found(self, connection: Connection) -> tuple[Box, ...]:
        mailboxes = connection.mailboxes(status=self._passes % OPENED_EACH > 0 and len(self._listed) <= MANY)
        self._passes += 1
        boxes = chosen(mailboxes, self._settings)
        if not any(box.role is Role.INBOX for box in boxes):
            names = ", ".join(sorted(mailbox.name for mailbox in mailboxes)[:20])
            raise SourceUnreachable(
                f"{self.name}: no mailbox matches {', '.join(self._settings.mailboxes)}",
                hint=f"set mailboxes to some of: {names}" if names else "the server lists no mailbox at all",
            )
        self._boxes = boxes
        self._listed = frozenset(mailbox.name for mailbox in mailboxes)
        return boxes

    def _watch(self, boxes: tuple[Box, ...], positions: Mapping[str, Position]) -> None:
        """Have the mailbox watched that the settings name first."""
        first = self._settings.mailboxes[0].casefold()
        inboxes = [box for box in boxes if box.role is Role.INBOX]
        if inboxes:
            box = min(inboxes, key=lambda box: (box.name.casefold() != first, box.name != "INBOX", box.name))
            self._waiting.watch(box, positions[box.name].opened)

    def _drop(self) -> None:
        if self._connection:
            self._connection.drop()
        self._connection = None
        self._end_pass()

    def _end_pass(self) -> None:
        self._boxes = None
        self._looked.clear()

    # --- looking ------------------------------------------------------------------------------------------------

    def _doubt_vanished(self, cursor: Cursor) -> None:
        """A mailbox that is no longer listed may be renamed or lost: told once, and its messages are not gone."""
        for name, position in cursor.positions.items():
            if name not in self._listed and position.known and self._doubts.get(name) != position.known:
                self._doubts[name] = position.known
                raise SourceUnreachable(
                    f"{self.name}: the mailbox {name} vanished; none of its messages is believed gone",
                    hint="if you deleted or renamed it, nothing needs doing: the next look accepts it",
                )

    def _look(
        self, connection: Connection, box: Box, old: Position | None, now: datetime
    ) -> tuple[Position, list[Delivery]] | None:
        """The mailbox's position after a look, once a pass; None when it is unchanged or cannot be opened."""
        if old and self._looked.get(box.name) == old.opened:
            return None
        if old and connection.told.get(box.raw) == old.opened:
            self._looked[box.name] = old.opened
            return None
        looked = connection.last_look
        opened = looked[1] if looked and looked[0] == box.raw else connection.examine(box.raw)
        if opened is None:
            if not _dispensable(box, old, connection.refusal):
                raise SourceUnreachable(f"{self.name}: {box.name} cannot be opened: {connection.refusal}", hint=AGAIN)
            log.warning("source=%s event=skipped role=%s", self.name, box.role.value)
            return None
        self._looked[box.name] = opened
        if old and old.opened == opened:
            return None
        if old is None or not imap_cursor.follows(old, opened):
            return self._from_the_start(connection, box, opened, now), []
        return self._changes(connection, box, old, opened, now)

    def _from_the_start(self, connection: Connection, box: Box, opened: Opened, now: datetime) -> Position:
        everything = self._since(connection, opened, 1, self._reach(box), now)
        texts = everything if self._reach(box) <= self._settings.history else frozenset[int]()
        if box.role is Role.SENT and everything:
            texts = self._since(connection, opened, min(everything), self._settings.history, now)
        if not _with_text(box.role):
            texts = frozenset()
        return Position(opened=opened, pending=texts & everything, headers=everything - texts)

    def _changes(
        self, connection: Connection, box: Box, old: Position, opened: Opened, now: datetime
    ) -> tuple[Position, list[Delivery]]:
        fresh = connection.search(old.opened.uidnext, opened.uidnext - 1, exists=opened.exists)
        if opened.exists - len(fresh) == old.opened.exists and not (old.doubted and fresh):
            present = old.known | old.pending | old.headers
        else:
            present = connection.search(1, old.opened.uidnext - 1, exists=opened.exists)
        if len(fresh) > BATCH:
            fresh &= self._since(connection, opened, old.opened.uidnext, self._reach(box), now)
        lost = imap_cursor.missing(old, present)
        doubt = imap_cursor.doubtful(old, opened, lost)
        if doubt and self._doubts.get(box.name) != lost:
            self._doubts[box.name] = lost
            raise SourceUnreachable(
                f"{self.name}: {len(lost)} of {len(old.known)} messages vanished from {box.name} at once; "
                "none is believed gone",
                hint="if you tidied up yourself, nothing needs doing: the next look accepts it",
            )
        position, gone = imap_cursor.moved_on(old, opened, present=present, fresh=fresh, doubt=doubt)
        if not _with_text(box.role):
            position = replace(position, pending=frozenset(), headers=position.headers | position.pending)
        return position, [_delivery(box, position, uid) for uid in sorted(gone)]

    def _since(
        self, connection: Connection, opened: Opened, low: int, reach: timedelta, now: datetime
    ) -> frozenset[int]:
        """A day more than asked: SINCE counts days of a zone nobody knows. What is too old is sorted out when read."""
        day = (now - reach - timedelta(days=1)).date()
        return connection.search(low, opened.uidnext - 1, exists=opened.exists, since=day)

    def _reach(self, box: Box) -> timedelta:
        return max(SENT_HISTORY, self._settings.history) if box.role is Role.SENT else self._settings.history

    # --- reading ------------------------------------------------------------------------------------------------

    def _read(
        self, connection: Connection, boxes: tuple[Box, ...], positions: dict[str, Position], now: datetime
    ) -> list[Arrival]:
        """Up to one batch of what is pending, in the order of the mailboxes; moves their positions on."""
        arrivals: list[Arrival] = []
        try:
            for box in boxes:
                while positions[box.name].left and len(arrivals) < BATCH:
                    self._reopen(connection, box, positions[box.name])
                    found, positions[box.name] = self._some(
                        connection, box, positions[box.name], BATCH - len(arrivals), now
                    )
                    arrivals += found
        except (*FAULTS, SourceUnreachable):
            if not arrivals:
                raise
            self._drop()  # what was read before the line broke counts; the next fetch tells if it stays broken
        return arrivals

    def _some(
        self, connection: Connection, box: Box, position: Position, room: int, now: datetime
    ) -> tuple[list[Arrival], Position]:
        text = bool(position.pending)
        waiting = sorted(position.pending or position.headers)
        uids = waiting[: min(room, self._reader.step)]
        read = self._reader.messages(connection, box, position.opened, uids, text=text, now=now)
        earliest = now - self._reach(box)
        found = {uid: message for uid, (message, received) in read.items() if received >= earliest}
        arrivals = [Arrival(message=message, delivery=_delivery(box, position, uid)) for uid, message in found.items()]
        return arrivals, position.past(uids, found)

    def _reopen(self, connection: Connection, box: Box, position: Position) -> None:
        """Make this mailbox the one that UIDs are about."""
        if connection.examined == box.raw:
            return
        opened = connection.examine(box.raw)
        if opened is None or opened.validity != position.opened.validity:
            raise SourceUnreachable(f"{self.name}: {box.name} was made anew while it was read", hint=AGAIN)


def _first_size(cursor: Cursor, positions: Mapping[str, Position]) -> int | None:
    """How many messages the first read has in all, now that the mailboxes were looked at; None when it is over."""
    return None if cursor.first is None else cursor.first + Cursor(positions=positions).left - cursor.left


def _dispensable(box: Box, old: Position | None, refusal: str) -> bool:
    """May a pass be whole without this mailbox? Not while it may hold mail for us and only fails for the moment."""
    if box.name == "INBOX" or box.role in (Role.TRASH, Role.JUNK):
        return box.name != "INBOX"
    return bool(_NOT_OURS.search(refusal)) or (box.role is Role.INBOX and old is None and "[" not in refusal)


def _with_text(role: Role) -> bool:
    return role in (Role.INBOX, Role.SENT)


def _delivery(box: Box, position: Position, uid: int) -> Delivery:
    return Delivery(mailbox=box.name, validity=position.opened.validity, uid=str(uid), role=box.role)
