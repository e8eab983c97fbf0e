"""The daemon in the foreground: its process, its signals, its desktop."""

import logging
import os
import select
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue

import click

from triage.awake import Clocks, Resumed, hear_of_waking
from triage.clerk import Clerk
from triage.cli.pumps import Pumps
from triage.cli.session import DATABASE, Session
from triage.config import load
from triage.daemon.events import Event, Hangup, Poked, Reload, Stop, Unlocked
from triage.daemon.screen import Screen
from triage.daemon.serving import serve
from triage.daemon.stepping import Daemon
from triage.errors import ConfigError
from triage.settings import Config
from triage.sinks.base import Sink
from triage.sinks.command import CommandSink
from triage.sinks.desktop import desktop
from triage.sinks.opening import open_status, open_url
from triage.store import marks
from triage.store.lock import Lock, asked_again
from triage.store.marks import Said
from triage.store.writer import Store
from triage.supervisor import Supervisor
from triage.unlocking import Unlocking, hear_of_unlocking, locked

log = logging.getLogger(__name__)

END_AT_LATEST = 4.0


@click.command("run")
@click.pass_obj
def run_command(session: Session) -> None:
    """The daemon, in the foreground. SIGTERM ends it, SIGHUP makes it read the configuration anew."""
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s %(message)s", level=logging.INFO)
    config = session.config
    events: SimpleQueue[Event] = SimpleQueue()
    screen = desktop(events.put)
    supervisor = Supervisor.of()
    _on_signals(events, config.state_dir)
    reload = partial(_reload, session, screen, supervisor)
    with ExitStack() as stack:
        stack.callback(Lock.acquire(config.state_dir).release)
        asked_again(config.state_dir)  # word left for a holder that is gone
        store = Store.open(config.state_dir / DATABASE)
        stack.callback(store.close)
        clerk = Clerk(config, store)
        clerk.begin(session.now)
        store.keep("daemon", {"pid": os.getpid(), "since": session.now.isoformat()})
        unlocking = Unlocking(locked, wait_for_it=lambda: hear_of_unlocking(lambda: events.put(Unlocked())))
        pumps = Pumps(store, events.put, unlocking)
        stack.callback(pumps.stop)
        desk = Desktop(config.state_dir / DATABASE, session.config.path)
        daemon = Daemon(clerk, Screen(_sinks(config, screen)), pumps, desk)
        stack.callback(daemon.screen.shutdown)
        pumps.restart(config)
        hear_of_waking(lambda: events.put(Resumed()))
        serve(daemon, events, lambda: datetime.now(UTC), jump=Clocks().look, supervisor=supervisor, reload=reload)


@dataclass(frozen=True, slots=True)
class Desktop:
    """What buttons do outside the house."""

    database: Path
    config: Path

    def say(self, said: Sequence[Said], now: datetime) -> None:
        """Append the marks of one press."""
        marks.append(self.database, said, now)

    def open_url(self, url: str) -> bool:
        """Open a message in the user's mail program."""
        return open_url(url)

    def open_status(self) -> bool:
        """Show who waits, in a terminal."""
        return open_status(self.config)


def _sinks(config: Config, screen: Sink) -> tuple[Sink, ...]:
    command = config.reminders.command
    return (screen, CommandSink(command)) if command else (screen,)


def _on_signals(events: "SimpleQueue[Event]", state_dir: Path) -> None:
    """Hear signals from here on, before the lock is taken, because others signal whoever holds it.

    CPython's own handler writes each number into a pipe at once. A handler in Python would have to wait for the main
    thread, and one that comes just before that begins to wait would be heard only when the wait is over.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    threading.Thread(target=_hear, args=(heard, events, state_dir), name="signals", daemon=True).start()


def _hear(heard: int, events: "SimpleQueue[Event]", state_dir: Path) -> None:
    while select.select([heard], [], []):
        for number in os.read(heard, 64):
            match number:
                case signal.SIGUSR1:
                    events.put(Poked(again=asked_again(state_dir)))
                case signal.SIGHUP:
                    events.put(Hangup())
                case _:
                    _stop(events)


def _stop(events: "SimpleQueue[Event]") -> None:
    """In order if that is soon; but a step may be waiting for a bus or be busy with much mail. Each write is a
    transaction of its own, so that nothing is lost by leaving in the midst of it.
    """
    events.put(Stop())
    late = threading.Timer(END_AT_LATEST, os._exit, (0,))
    late.daemon = True
    late.start()


def _reload(session: Session, screen: Sink, supervisor: Supervisor) -> Reload | None:
    """The loop says that it is ready again once it took the configuration in; a refused one is over with at once."""
    supervisor.reloading()
    event = _reloaded(session, screen)
    if event is None:
        supervisor.ready()
    return event


def _reloaded(session: Session, screen: Sink) -> Reload | None:
    """The configuration as it stands now; a wrong one is told of and the old one stays."""
    try:
        config = load(session.config_path, os.environ)
    except ConfigError as error:
        log.error("event=reload-refused reason=%r problems=%r", error.message, error.problems)
        return None
    if config.state_dir != session.config.state_dir:
        log.error("event=reload-refused reason='another state_dir needs a restart'")
        return None
    log.info("event=reloaded sources=%d", len(config.sources))
    return Reload(config, _sinks(config, screen))
