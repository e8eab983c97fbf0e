"""The daemon: an event in, the board looked at, a notice out, and the moment to look again.

`Daemon.step` holds all behaviour and is handed the time; `serve` is the loop that reads the clock and the queue.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Protocol

from triage.awake import Jump, Resumed
from triage.clerk import Clerk
from triage.core.cases.state import standings
from triage.core.links import link
from triage.core.notices.notice import Notice
from triage.core.notices.plan import plan
from triage.errors import SinkUnavailable, StoreUnavailable
from triage.model.board import Board, Rung
from triage.model.cases import Case
from triage.model.mail import Batch, Outage
from triage.model.marks import MarkKind
from triage.model.notices import Bubble, Closed, Pressed
from triage.report.bubbles import bubble
from triage.report.status import short
from triage.settings import Config
from triage.sinks.base import Sink
from triage.store.marks import Said
from triage.supervisor import Supervisor

log = logging.getLogger(__name__)

SNOOZE = timedelta(minutes=30)
LONGEST_WAIT = timedelta(minutes=1)
ASLEEP = timedelta(minutes=3)
STORE_AGAIN = timedelta(seconds=10)
NOBODY = Supervisor()


@dataclass(frozen=True, slots=True)
class Poked:
    """Another process gave marks; with `again` one stored a password or wants everything read now."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The keyring was unlocked: sources that wait for their password can have it."""


@dataclass(frozen=True, slots=True)
class Hangup:
    """The configuration shall be read anew; `serve` does so, since a signal handler must not read, log or wait."""


@dataclass(frozen=True, slots=True)
class Reload:
    """The configuration was read anew; `sinks` are those it asks for, None for those there are."""

    config: Config
    sinks: Sequence[Sink] | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """The process was asked to end."""


Event = Batch | Outage | Pressed | Closed | Poked | Unlocked | Hangup | Reload | Jump | Resumed | Stop


class Readers(Protocol):
    """The pumps, as the daemon sees them."""

    def stored(self, source: str) -> None:
        """A batch of this source is stored."""
        ...

    def refresh(self) -> None:
        """Read everything once more now."""
        ...

    def retry(self) -> None:
        """The same, also where credentials were refused."""
        ...

    def reconnect(self) -> None:
        """Read everything now, over new connections."""
        ...

    def restart(self, config: Config) -> None:
        """Read the sources of this configuration from now on."""
        ...


class Desk(Protocol):
    """What a button can do outside the house; each tells whether it worked."""

    def say(self, said: Sequence[Said], now: datetime) -> None:
        """Append marks."""
        ...

    def open_url(self, url: str) -> bool:
        """Open a message in the user's mail program."""
        ...

    def open_status(self) -> bool:
        """Show who waits."""
        ...


@dataclass(frozen=True, slots=True)
class _Shown:
    """A bubble on screen, and every message of the cases in it when it rang."""

    bubble: Bubble
    held: frozenset[str]


@dataclass
class Daemon:
    """All behaviour between events and notices; one thread, no clock."""

    clerk: Clerk
    sinks: Sequence[Sink]
    readers: Readers
    desk: Desk
    _screen: dict[str, _Shown] = field(default_factory=dict, init=False)
    _asked_for: datetime | None = field(default=None, init=False)
    _mute: bool = field(default=False, init=False)
    _stepped: datetime | None = field(default=None, init=False)
    _awake: datetime | None = field(default=None, init=False)
    _look_by: datetime | None = field(default=None, init=False)
    _untaken: deque[Event] = field(default_factory=deque, init=False)
    _rang: deque[tuple[datetime, tuple[Rung, ...]]] = field(default_factory=deque, init=False)
    _said: deque[tuple[datetime, tuple[Said, ...]]] = field(default_factory=deque, init=False)
    _trouble: str = field(default="", init=False)

    def step(self, event: Event | None, now: datetime, *, more: bool = False) -> datetime | None:
        """Take an event in, do what is due, and say when to come back at the latest (None: only for an event).

        With `more` events at hand ringing is left to the last of them, but for no longer than a minute. Steps that lie
        further apart than `serve` ever waits mean that the machine slept, or that we were stopped. While nothing can be
        stored events are kept for later, and what is known goes on ringing.
        """
        late = self._stepped is not None and now - self._stepped > ASLEEP
        self._stepped = now
        if late and not isinstance(event, Jump):
            self._start_afresh(now)
        if event is not None:
            self._untaken.append(event)
        hurried = more and self._look_by is not None and now < self._look_by
        if self._stored(now, hurried=hurried) and hurried:
            return now
        try:
            wake = self._tend(now)
        except StoreUnavailable as error:
            self._put_off(error)
            wake = None
        if self._trouble:
            wake = min(wake or now + STORE_AGAIN, now + STORE_AGAIN)
        self._look_by = min(wake or now + LONGEST_WAIT, now + LONGEST_WAIT)
        return wake

    def in_words(self, now: datetime) -> str:
        """How many wait and until when, in one line that names nobody."""
        if self._trouble:
            return f"nothing can be stored: {self._trouble}"
        return short(self._board(now), now, hours=self.clerk.hours(now))

    def _start_afresh(self, now: datetime) -> None:
        """Time did not run evenly: connections may long be dead, and what was kept of other moments means nothing."""
        log.info("event=woke")
        self._awake, self._asked_for, self._look_by = now, None, None
        self.readers.reconnect()

    def _stored(self, now: datetime, *, hurried: bool) -> bool:
        """Take in what came, now and before; False when the store is not to be had for the moment."""
        try:
            self._write_down()
            while self._untaken:
                self._take(self._untaken[0], now)
                self._untaken.popleft()
            if not hurried:
                self.clerk.keep_house(now)
                self.clerk.heed(now)
        except StoreUnavailable as error:
            self._put_off(error)
            return False
        if self._trouble and not hurried:
            log.info("event=stored-again")
            self._trouble = ""
            self.readers.refresh()
        return True

    def _put_off(self, error: StoreUnavailable) -> None:
        """Said once. What was read will be old when it is stored: it must not count as how things stand by then."""
        if not self._trouble:
            log.error("event=not-stored reason=%r hint=%r", error.message, error.hint)
        self._trouble = error.message
        self._untaken = deque(
            replace(event, complete=False) if isinstance(event, Batch) else event for event in self._untaken
        )

    def _note_down(self) -> None:
        try:
            self._write_down()
        except StoreUnavailable as error:
            self._put_off(error)

    def _write_down(self) -> None:
        """What rang and which buttons were pressed, each with its own time."""
        while self._rang:
            at, rows = self._rang[0]
            self.clerk.ring(rows, at)
            self._rang.popleft()
        while self._said:
            at, said = self._said[0]
            self.desk.say(said, at)
            self._said.popleft()

    def _board(self, now: datetime) -> Board:
        """What stands, with what rang but could not be recorded yet."""
        board = self.clerk.board(now)
        if not self._rang:
            return board
        rung = board.rung.union(*(rows for _, rows in self._rang))
        return replace(board, rung=rung, last_rung=self._rang[-1][0])

    def _take(self, event: Event, now: datetime) -> None:
        match event:
            case Batch():
                self.clerk.take(event, now)
                self.readers.stored(event.source)
            case Outage():
                self.clerk.note(event, now)
            case Pressed():
                self._pressed(event, now)
            case Jump():
                log.info("event=jump slept=%d set=%d", event.slept.total_seconds(), event.set_.total_seconds())
                self._start_afresh(now)
            case Resumed():
                # The clocks are looked at before each step: they have told it by now.
                pass
            case Closed():
                # It may already stand again in a newer form; to close what is gone does no harm.
                pass
            case Poked():
                # The marks are heeded in every step.
                if event.again:
                    self.readers.retry()
            case Unlocked():
                self.readers.refresh()
            case Reload():
                self.clerk.config = event.config
                self.sinks = self.sinks if event.sinks is None else event.sinks
                self.clerk.begin(now)
                self.readers.restart(event.config)

    def _tend(self, now: datetime) -> datetime | None:
        board, hours = self._board(now), self.clerk.hours(now)
        on_screen = tuple((shown.bubble.id, shown.bubble.keys) for shown in self._screen.values())
        reminders = self.clerk.config.reminders
        todo = plan(board, now, hours=hours, reminders=reminders, on_screen=on_screen, awake=self._awake)
        for gone in todo.close:
            self._close(gone)
        if todo.refresh and todo.rings != self._asked_for:
            self._asked_for = todo.rings
            self.readers.refresh()
        for notice in todo.notices:
            words = bubble(notice, now=now, hours=hours, privacy=reminders.privacy)
            if self._show(words):
                self._record(notice, words, now)
        return todo.wake

    def _record(self, notice: Notice, words: Bubble, now: datetime) -> None:
        """Ring, then record: a crash in between repeats one notice; the other order would lose one."""
        self._rang.append((now, notice.rows))
        self._note_down()
        held = frozenset(item.key for seen in notice.standings for item in seen.case.items)
        self._screen[words.id] = _Shown(words, held)
        log.info("event=rang kind=%s people=%d", notice.kind.value, len(notice.standings))

    def _show(self, words: Bubble) -> bool:
        """Did anybody accept it? That nobody does is said once, until somebody does again."""
        refused: list[SinkUnavailable] = []
        for sink in self.sinks:
            try:
                sink.show(words)
            except SinkUnavailable as error:
                refused.append(error)
        accepted = len(refused) < len(self.sinks)
        if not accepted and not self._mute:
            reason = "; ".join(error.message for error in refused) or "there is nowhere to show it"
            log.warning("event=not-rung reason=%r", reason)
        self._mute = not accepted
        return accepted

    def _close(self, shown: str) -> None:
        self._screen.pop(shown, None)
        for sink in self.sinks:
            sink.close(shown)

    def _pressed(self, event: Pressed, now: datetime) -> None:
        shown = self._screen.get(event.bubble)
        if shown is None or event.action not in {action.id for action in shown.bubble.actions}:
            return
        log.info("event=pressed action=%s", event.action)
        match event.action:
            case "done":
                self._say(shown, MarkKind.DONE, now)
            case "snooze":
                self._say(shown, MarkKind.SNOOZE, now, until=now + SNOOZE)
            case "open":
                self._open(shown, now)
            case _:
                self.desk.open_status()
        if event.action in ("done", "snooze"):
            self._close(shown.bubble.id)

    def _say(self, shown: _Shown, kind: MarkKind, now: datetime, *, until: datetime | None = None) -> None:
        """A button becomes a mark on what the bubble held when it rang; where a mark would reach further, who waits
        is shown instead.
        """
        grown = {key for case in self.clerk.board(now).cases for key in _grown(case, shown)}
        said = [Said(kind=kind, key=key, until=until, by="button") for key in shown.bubble.keys if key not in grown]
        if said:
            self._said.append((now, tuple(said)))
            self._note_down()
        if grown:
            self.desk.open_status()

    def _open(self, shown: _Shown, now: datetime) -> None:
        told = [seen for seen in standings(self.clerk.board(now), now) if _holds(seen.case, shown.bubble.keys)]
        cause = told[0].cause if told else None
        url = link(cause, _template(self.clerk.config, cause.source)) if cause else None
        if url is None or not self.desk.open_url(url):
            self.desk.open_status()


def serve(
    daemon: Daemon,
    events: "SimpleQueue[Event]",
    clock: Callable[[], datetime],
    *,
    jump: Callable[[], Jump | None] = lambda: None,
    supervisor: Supervisor = NOBODY,
    reload: Callable[[], Reload | None] = lambda: None,
) -> None:
    """Step until a Stop comes. The clock is read once a step; a wait never outlasts a minute, so that a machine that
    slept or whose clock was set, which `jump` tells, is noticed soon.

    The supervisor hears READY after the first plan, a sign of life each round, and after each step who waits.
    """
    wake = _step(daemon, None, clock(), supervisor)
    supervisor.ready()
    while True:
        event = _next(events, wake, clock(), supervisor.pause)
        supervisor.alive()
        if isinstance(event, Stop):
            supervisor.stopping()
            return
        if isinstance(event, Hangup):
            event = reload()
        if jumped := jump():
            _step(daemon, jumped, clock(), supervisor)
        wake = _step(daemon, event, clock(), supervisor, more=not events.empty())
        if isinstance(event, Reload):
            supervisor.ready()


def _step(
    daemon: Daemon, event: Event | None, now: datetime, supervisor: Supervisor, *, more: bool = False
) -> datetime | None:
    wake = daemon.step(event, now, more=more)
    if supervisor.listens and not more:
        supervisor.status(daemon.in_words(now))
    return wake


def _next(
    events: "SimpleQueue[Event]", wake: datetime | None, now: datetime, longest: timedelta | None
) -> Event | None:
    pause = min(wake - now if wake else LONGEST_WAIT, longest or LONGEST_WAIT, LONGEST_WAIT)
    try:
        return events.get(timeout=max(0.0, pause.total_seconds()))
    except Empty:
        return None


def _holds(case: Case, keys: Sequence[str]) -> bool:
    return any(item.key in keys for item in case.items)


def _grown(case: Case, shown: _Shown) -> list[str]:
    """The keys of the bubble before which the case now has a message that the bubble did not hold: threads merged, or
    something older came late.
    """
    keys = [item.key for item in case.items]
    return [
        key for place, key in enumerate(keys) if key in shown.bubble.keys and not shown.held.issuperset(keys[:place])
    ]


def _template(config: Config, source: str) -> str:
    return next((each.open for each in config.sources if each.name == source), "")


def close_all(sinks: Iterable[Sink]) -> None:
    """Let every sink go."""
    for sink in sinks:
        sink.shutdown()
