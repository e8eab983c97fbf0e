"""A Maildir, a Maildir++ tree or a folder of Maildirs as a source, read without a trace.

A message is known by the part of its file name that no flag changes. What vanished is only believed when it is
plausible: a folder that is suddenly empty is taken for unmounted.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from triage.errors import SourceRejected, SourceUnreachable
from triage.model.health import Progress
from triage.model.mail import Arrival, Batch, Delivery, Message, Role
from triage.settings import SourceSettings
from triage.sources.maildir.cursor import UNSETTLED, Cursor, Known, Stamp
from triage.sources.maildir.files import PLACES, File, Vanished, listing, named_time, stamp_of, start_of
from triage.sources.maildir.tree import Box, boxes
from triage.sources.message import mime
from triage.sources.message.parts import split
from triage.sources.watching import Watch

BATCH = 200
SENT_HISTORY = timedelta(days=365)
VALIDITY = 1
FEW = 10


@dataclass(frozen=True, slots=True)
class _Scan:
    """One mailbox now: what is new in it, what no longer stands there, and what is too old to be watched."""

    box: Box
    known: Known
    stamp: Stamp
    new: tuple[File, ...] = ()
    gone: tuple[str, ...] = ()
    outgrown: frozenset[str] = frozenset()


def system_clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


class Maildir:
    """Implements `triage.sources.base.Source` over `settings.path`; only looks, and never moves new mail to cur."""

    def __init__(self, settings: SourceSettings, *, clock: Callable[[], datetime] = system_clock) -> None:
        if settings.path is None:
            raise SourceRejected(f"{settings.name}: no path is set", hint="give this source a path in config.toml")
        self.name = settings.name
        self._settings = settings
        self._path = settings.path.expanduser()
        self._clock = clock
        self._watch = Watch(settings.name)
        self._watched: tuple[Path, ...] = ()
        self._doubted: dict[str, frozenset[str]] = {}
        self._going_on: tuple[str, Cursor, list[_Scan]] | None = None

    def fetch(self, cursor: str | None) -> Batch:
        """The next 200 new messages, Sent mailboxes first; `gone` comes with the batch that ends the pass."""
        now = self._clock()
        state, scans = self._look(cursor, now)
        waiting = sum(len(scan.new) for scan in scans)
        chosen = list(islice(((scan.box, file) for scan in scans for file in scan.new), BATCH))
        complete = waiting <= BATCH
        after = _after(state, scans, chosen, complete=complete)
        written = after.written()
        self._going_on = None if complete else (written, after, _left(scans, chosen, after))
        return Batch(
            source=self.name,
            arrivals=tuple(self._arrivals(chosen, now)),
            gone=tuple(_delivery(scan.box, uid) for scan in scans for uid in scan.gone) if complete else (),
            cursor=written,
            complete=complete,
            reading=None if after.passed else Progress(done=after.done, of=after.done + waiting - len(chosen)),
        )

    def wait(self, seconds: float) -> None:
        """Return when mail came or went in an INBOX or Sent mailbox of the last look, after `wake` or `seconds`.

        After a look that failed only time counts: a second look is believed for the time that lies between the two.
        """
        self._watch.wait(seconds, self._watched)

    def wake(self) -> None:
        """End a running or the next `wait` at once; callable from any thread."""
        self._watch.wake()

    def cut(self) -> None:
        """There is no connection."""

    def close(self) -> None:
        """End the watching; nothing else is held open between calls."""
        self._watch.close()

    def _look(self, cursor: str | None, now: datetime) -> tuple[Cursor, list[_Scan]]:
        """Where we stand and what there is: within a pass what was listed at its start, else listed anew."""
        if self._going_on and self._going_on[0] == cursor:
            return self._going_on[1:]
        state = Cursor.read(cursor)
        self._watched = ()
        try:
            found = self._boxes(state)
            scans = [self._scan(box, state.boxes.get(box.name, Known()), found, now) for box in found]
        except OSError as error:
            raise SourceUnreachable(
                f"{self.name}: {self._path} cannot be read ({error.strerror})",
                hint="check that the folder is there, mounted, and yours to read",
            ) from error
        self._watched = _telling(found)
        return state, scans

    def _boxes(self, state: Cursor) -> tuple[Box, ...]:
        found = boxes(self._path, self._settings)
        if not any(box.role is Role.INBOX for box in found):
            raise SourceUnreachable(
                f"{self.name}: no mailbox to read in {self._path}",
                hint="check that the folder is mounted, and that path and mailboxes in config.toml name a Maildir",
            )
        lost = (
            [name for name, known in state.boxes.items() if known.sent and known.uids] if not _has_sent(found) else []
        )
        if lost:
            raise SourceUnreachable(
                f"{self.name}: the mailbox {lost[0]} of sent mail is missing",
                hint="check that the folder is mounted; if it has a new name, set sent = [...] in config.toml",
            )
        return found

    def _scan(self, box: Box, known: Known, all_boxes: Sequence[Box], now: datetime) -> _Scan:
        watched = SENT_HISTORY if box.role is Role.SENT else self._settings.history
        stamp = stamp_of(box.path, watched, now)
        if stamp == known.stamp != UNSETTLED:
            return _Scan(box, known, stamp)
        files = listing(box.path)
        if known.uids - files.keys():
            # A file renamed while a folder is listed can be passed over: missing twice is missing.
            files |= listing(box.path)
        since = now - watched
        new = [file for uid, file in files.items() if uid not in known.uids and file.arrived(now) >= since]
        outgrown = frozenset(uid for uid in known.uids if (named_time(uid) or now) < since)
        vanished = known.uids - files.keys() - outgrown
        gone = self._believed(box, known, files, vanished, all_boxes)
        return _Scan(
            box,
            known,
            stamp if len(gone) == len(vanished) else UNSETTLED,
            new=tuple(sorted(new, key=lambda file: file.uid)),
            gone=gone,
            outgrown=outgrown,
        )

    def _believed(
        self, box: Box, known: Known, files: dict[str, File], vanished: frozenset[str], all_boxes: Sequence[Box]
    ) -> tuple[str, ...]:
        """The vanished messages that are really gone.

        When most of a mailbox vanished at once, only a second look is believed; an empty mailbox never is. It is taken
        as it stands while another one of the source shows that the folder is mounted, but nothing counts as gone.
        """
        sudden = bool(vanished) and (not files or len(vanished) > max(FEW, len(known.uids) // 2))
        if not sudden:
            self._doubted.pop(box.name, None)
            return tuple(sorted(vanished))
        looked_before = self._doubted.get(box.name, frozenset()) >= vanished
        self._doubted[box.name] = vanished
        if looked_before and files:
            return tuple(sorted(vanished))
        if looked_before and any(listing(other.path) for other in all_boxes if other is not box):
            return ()
        raise SourceUnreachable(
            f"{self.name}: {len(vanished)} of {len(known.uids)} messages vanished at once from {box.name}",
            hint="check that the folder is mounted and its synchronisation is well; triage looks again by itself",
        )

    def _arrivals(self, chosen: Sequence[tuple[Box, File]], now: datetime) -> Iterator[Arrival]:
        for box, file in chosen:
            message = self._message(box, file, now)
            if message is not None:
                yield Arrival(message=message, delivery=_delivery(box, file.uid))

    def _message(self, box: Box, file: File, now: datetime) -> Message | None:
        """The message in a file; None if it vanished meanwhile, or proves older than what is asked for."""
        received = file.arrived(now)
        try:
            header, body = split(start_of(file))
        except Vanished:
            return None
        except OSError as error:
            why = f"cannot be opened ({error.strerror})"
            return mime.unreadable(why, received=received, where=f"{box.name}/{file.uid}")
        message = mime.message(
            header,
            body,
            received=received,
            where=f"{box.name}/{file.uid}",
            source=self.name,
            voicemail_from=self._settings.voicemail_from,
        )
        recent = message.received >= now - self._settings.history
        if box.role is Role.SENT:
            known = message.received >= now - SENT_HISTORY
            return (message if recent else replace(message, text=None)) if known else None
        if not recent:
            return None
        return message if box.role is Role.INBOX else replace(message, text=None)


def _has_sent(found: Sequence[Box]) -> bool:
    return any(box.role is Role.SENT for box in found)


def _telling(found: Sequence[Box]) -> tuple[Path, ...]:
    """The folders to watch, INBOX first. What falls into Trash or Junk can wait for the next poll."""
    return tuple(
        box.path / place for role in (Role.INBOX, Role.SENT) for box in found if box.role is role for place in PLACES
    )


def _delivery(box: Box, uid: str) -> Delivery:
    return Delivery(mailbox=box.name, validity=VALIDITY, uid=uid, role=box.role)


def _left(scans: Sequence[_Scan], chosen: Sequence[tuple[Box, File]], after: Cursor) -> list[_Scan]:
    """What a pass still has to read once `chosen` is."""
    read = {(box.name, file.uid) for box, file in chosen}
    return [
        replace(
            scan,
            known=after.boxes[scan.box.name],
            new=tuple(file for file in scan.new if (scan.box.name, file.uid) not in read),
        )
        for scan in scans
    ]


def _after(state: Cursor, scans: Sequence[_Scan], chosen: Sequence[tuple[Box, File]], *, complete: bool) -> Cursor:
    """The cursor once `chosen` is stored. Mailboxes that are no longer read are forgotten, not reported gone."""
    taken: dict[str, set[str]] = {}
    for box, file in chosen:
        taken.setdefault(box.name, set()).add(file.uid)
    known = {scan.box.name: _known_after(scan, taken.get(scan.box.name, set()), complete=complete) for scan in scans}
    return Cursor(boxes=known, passed=state.passed or complete, done=0 if complete else state.done + len(chosen))


def _known_after(scan: _Scan, taken: set[str], *, complete: bool) -> Known:
    if not complete:
        return replace(scan.known, uids=scan.known.uids | taken, stamp=UNSETTLED, sent=scan.box.role is Role.SENT)
    uids = (scan.known.uids | taken) - scan.outgrown - frozenset(scan.gone)
    return Known(uids=uids, stamp=scan.stamp, sent=scan.box.role is Role.SENT)
