"""`triage summary --notice`: decides whether there is something to say, says it once, and minds its button.

What was said is kept in a small file beside the database: the database's own ledger belongs to the daemon, which may be
dead when this is to speak.
"""

import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from queue import Empty, SimpleQueue

from triage.cli.session import Session
from triage.core.notices.leaving import hours_until, leaves
from triage.core.notices.telling import Told, Unread, day_to_sum_up, unread
from triage.core.past.summary import Summary
from triage.core.times.hours import Hours
from triage.errors import SinkUnavailable, StoreError, TriageError
from triage.model.board import Board
from triage.model.notices import Bubble, Closed, Pressed
from triage.report.evening import broken_bubble, day_bubble, unread_bubble
from triage.sinks.base import Sink
from triage.sinks.command import CommandSink
from triage.sinks.desktop import DesktopSink, desktop
from triage.sinks.opening import open_status
from triage.store.files import make_file, make_folder

FILE = "told.json"
READING = 60.0
LOOK_EVERY = 1.0
BUTTON_WITHIN = 600.0

Summed = Callable[[Session, date], Summary]
Heard = SimpleQueue[Pressed | Closed]


@dataclass(frozen=True, slots=True)
class _Word:
    """What to say, what was said once it is, and what its button opens."""

    bubble: Bubble
    told: Told
    day: date | None


def tell(session: Session, summed: Summed, page: Callable[[Session, Summary], bool]) -> None:
    """Say what is due, if anything. SinkUnavailable when nobody accepted it: it is tried again next time.

    `page` shows a summary as a page and tells whether that was possible.
    """
    word = _word(session, summed)
    if word is None:
        return
    heard: Heard = SimpleQueue()
    screen = desktop(heard.put)
    command = session.config.reminders.command
    sinks: Sequence[Sink] = (screen, CommandSink(command)) if command else (screen,)
    try:
        accepted = _show(sinks, word.bubble)
        _write(session.config.state_dir, word.told)
        if isinstance(screen, DesktopSink) and screen in accepted and _pressed(heard, word.bubble.id):
            shown = word.day is not None and page(session, summed(session, word.day))
            if not shown:
                open_status(session.config.path)
    finally:
        for sink in sinks:
            sink.shutdown()


def _word(session: Session, summed: Summed) -> _Word | None:
    told = _read(session.config.state_dir)
    try:
        return _word_by_the_store(session, summed, told)
    except StoreError as error:
        return _word_without(session, told, error)


def _word_without(session: Session, told: Told, error: StoreError) -> _Word:
    """The daemon cannot read it either. Said once a day in working time; at other times the error is all there is."""
    from triage.freedays import hours as hours_around

    hours = hours_around(session.config.workday, around=session.now.date())
    today = hours.day(session.now)
    if told.unread == today or not hours.working_at(session.now):
        raise error
    return _Word(broken_bubble(error.message, error.hint), replace(told, unread=today), None)


def _word_by_the_store(session: Session, summed: Summed, told: Told) -> _Word | None:
    board = session.board()
    hours = hours_until(leaves(board.marks, session.now, session.hours), session.hours)
    missing = unread(board, session.now, told, hours)
    if missing and board.daemon_since:
        missing = _still_unread(session, told, hours)
    if missing:
        said = replace(told, unread=hours.day(session.now))
        return _Word(unread_bubble(missing, session.now, hours), said, None)
    day = day_to_sum_up(session.now, told, hours)
    summary = summed(session, day) if day else None
    if day is None or summary is None or summary.empty:
        return None
    bubble = day_bubble(summary, hours, session.config.reminders.privacy)
    return _Word(bubble, replace(told, summary=day), day)


def _still_unread(session: Session, told: Told, hours: Hours) -> Unread | None:
    """A machine that slept wakes this timer and the daemon at once: the daemon gets a minute to read."""
    end = time.monotonic() + READING
    while time.monotonic() < end:
        later = Session(session.config_path, datetime.now(UTC))
        board: Board = later.board()
        missing = unread(board, later.now, told, hours)
        if missing is None or board.daemon_since is None:
            return missing
        time.sleep(LOOK_EVERY)
    return missing


def _show(sinks: Sequence[Sink], bubble: Bubble) -> list[Sink]:
    """Those that accepted it."""
    accepted, refused = [], []
    for sink in sinks:
        try:
            sink.show(bubble)
            accepted.append(sink)
        except SinkUnavailable as error:
            refused.append(error)
    if not accepted:
        raise refused[0]
    return accepted


def _pressed(heard: Heard, bubble: str) -> bool:
    """Was the button pressed before the bubble went or ten minutes were over?"""
    end = time.monotonic() + BUTTON_WITHIN
    while (left := end - time.monotonic()) > 0:
        with suppress(Empty):
            event = heard.get(timeout=left)
            if event.bubble == bubble:
                return isinstance(event, Pressed)
    return False


def _read(state_dir: Path) -> Told:
    """What was said; a file that cannot be understood says nothing."""
    try:
        found = json.loads((state_dir / FILE).read_text(encoding="utf-8"))
        days = {name: date.fromisoformat(found[name]) for name in ("summary", "unread") if found.get(name)}
    except FileNotFoundError:
        return Told()
    except OSError as error:
        raise TriageError(f"{state_dir / FILE} cannot be read", hint="look at who owns it") from error
    except (ValueError, TypeError, AttributeError):
        return Told()
    return Told(**days)


def _write(state_dir: Path, told: Told) -> None:
    days = {"summary": told.summary, "unread": told.unread}
    try:
        make_folder(state_dir)
        with os.fdopen(make_file(state_dir / FILE), "w", encoding="utf-8") as file:
            file.truncate()
            json.dump({name: day.isoformat() for name, day in days.items() if day}, file)
    except OSError as error:
        raise TriageError(f"{state_dir / FILE} cannot be written", hint="the notice may come again") from error
