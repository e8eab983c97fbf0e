"""All behaviour between an event and the next moment to look, handed the time."""

import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from triage.awake import Jump, Resumed
from triage.clerk import Clerk
from triage.core.cases.state import standings
from triage.core.links import link
from triage.core.notices.notice import Notice
from triage.core.notices.plan import plan
from triage.daemon.events import Event, Poked, Reload, Unlocked
from triage.daemon.screen import Screen, Shown
from triage.daemon.unwritten import Unwritten
from triage.daemon.walls import Desk, Readers
from triage.errors import StoreUnavailable
from triage.model.board import Board
from triage.model.cases import Case
from triage.model.mail import Batch, Elsewhere, Outage
from triage.model.marks import MarkKind, Reached
from triage.model.notices import Bubble, Closed, Pressed
from triage.report.bubbles import bubble
from triage.report.status import short
from triage.settings import Config
from triage.store.marks import Said

log = logging.getLogger(__name__)

SNOOZE = timedelta(minutes=30)
LONGEST_WAIT = timedelta(minutes=1)
ASLEEP = timedelta(minutes=3)
STORE_AGAIN = timedelta(seconds=10)


@dataclass
class Daemon:
    """All behaviour between events and notices; one thread, no clock."""

    clerk: Clerk
    screen: Screen
    readers: Readers
    desk: Desk
    _asked_for: datetime | None = field(default=None, init=False)
    _stepped: datetime | None = field(default=None, init=False)
    _awake: datetime | None = field(default=None, init=False)
    _look_by: datetime | None = field(default=None, init=False)
    _untaken: deque[Event] = field(default_factory=deque, init=False)
    _unwritten: Unwritten = field(default_factory=Unwritten, init=False)
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
        self._unwritten.write(self.clerk.ring, self.desk.say)

    def _board(self, now: datetime) -> Board:
        """What stands, with what rang but could not be recorded yet."""
        return self._unwritten.on(self.clerk.board(now))

    def _take(self, event: Event, now: datetime) -> None:
        match event:
            case Batch():
                self.clerk.take(event, now)
                self.readers.stored(event.source)
                if event.complete and self.clerk.wants_a_look(event.source, now):
                    self.readers.look_around(event.source, now)
            case Elsewhere():
                self.clerk.look(event, now)
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
                self.screen.sinks = self.screen.sinks if event.sinks is None else event.sinks
                self.clerk.begin(now)
                self.readers.restart(event.config)

    def _tend(self, now: datetime) -> datetime | None:
        board, hours = self._board(now), self.clerk.hours(now)
        reminders = self.clerk.config.reminders
        todo = plan(board, now, hours=hours, reminders=reminders, on_screen=self.screen.standing(), awake=self._awake)
        for gone in todo.close:
            self.screen.close(gone)
        if todo.refresh and todo.rings != self._asked_for:
            self._asked_for = todo.rings
            self.readers.refresh()
        for notice in todo.notices:
            words = bubble(notice, now=now, hours=hours, privacy=reminders.privacy)
            if self.screen.show(words):
                self._record(notice, words, now)
        return todo.wake

    def _record(self, notice: Notice, words: Bubble, now: datetime) -> None:
        """Ring, then record: a crash in between repeats one notice; the other order would lose one."""
        self._unwritten.rang(notice.rows, now)
        self._note_down()
        held = frozenset(item.key for seen in notice.standings for item in seen.case.items)
        self.screen.keep(words, held)
        log.info("event=rang kind=%s people=%d", notice.kind.value, len(notice.standings))

    def _pressed(self, event: Pressed, now: datetime) -> None:
        shown = self.screen.pressed(event)
        if shown is None:
            return
        log.info("event=pressed action=%s", event.action)
        match event.action:
            case "done":
                self._say(shown, MarkKind.DONE, now)
            case "called":
                self._say(shown, MarkKind.CALLED, now, text=Reached.YES.value)
            case "no-answer":
                self._say(shown, MarkKind.CALLED, now, text=Reached.NO_ANSWER.value)
            case "snooze":
                self._say(shown, MarkKind.SNOOZE, now, until=now + SNOOZE)
            case "open":
                self._open(shown, now)
            case _:
                self.desk.open_status()
        if event.action in ("done", "called", "no-answer", "snooze"):
            self.screen.close(shown.bubble.id)

    def _say(
        self, shown: Shown, kind: MarkKind, now: datetime, *, until: datetime | None = None, text: str = ""
    ) -> None:
        """A button becomes a mark on what the bubble held when it rang; where a mark would reach further, who waits
        is shown instead.
        """
        grown = shown.grown(self.clerk.board(now).cases)
        keys = (key for key in shown.bubble.keys if key not in grown)
        said = [Said(kind=kind, key=key, until=until, text=text, by="button") for key in keys]
        if said:
            self._unwritten.said(said, now)
            self._note_down()
        if grown:
            self.desk.open_status()

    def _open(self, shown: Shown, now: datetime) -> None:
        told = [seen for seen in standings(self.clerk.board(now), now) if _holds(seen.case, shown.bubble.keys)]
        cause = told[0].cause if told else None
        url = link(cause, _template(self.clerk.config, cause.source)) if cause else None
        if url is None or not self.desk.open_url(url):
            self.desk.open_status()


def _holds(case: Case, keys: Sequence[str]) -> bool:
    return any(item.key in keys for item in case.items)


def _template(config: Config, source: str) -> str:
    return next((each.open for each in config.sources if each.name == source), "")
