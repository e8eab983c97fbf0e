"""Reading mail: the daemon in the foreground, one pass by hand, and a password for a source."""

import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue

import click

from triage.awake import Clocks, Resumed, hear_of_waking
from triage.clerk import Clerk
from triage.cli.completion import sources as sources_completed
from triage.cli.daily import status_command
from triage.cli.holding import holding
from triage.cli.progress import Bar
from triage.cli.session import DATABASE, Session
from triage.config import load
from triage.daemon.events import Event, Hangup, Poked, Reload, Stop, Unlocked
from triage.daemon.screen import Screen
from triage.daemon.serving import serve
from triage.daemon.stepping import Daemon
from triage.errors import ConfigError, SecretMissing, SourceRejected, TriageError, UsageError
from triage.model.access import Access
from triage.model.health import Health, Progress
from triage.model.mail import Batch, Outage
from triage.oauth.providers import by_oauth
from triage.pump import Pump
from triage.secrets import password, variable
from triage.secrets import store as store_password
from triage.settings import Config, SourceSettings
from triage.sinks.base import Sink
from triage.sinks.command import CommandSink
from triage.sinks.desktop import desktop
from triage.sinks.opening import open_status, open_url
from triage.sources.kinds import open_source
from triage.store import marks, reads
from triage.store.lock import Lock, asked_again, holder
from triage.store.marks import Said
from triage.store.writer import Store
from triage.supervisor import Supervisor
from triage.unlocking import Unlocking, hear_of_unlocking, locked

log = logging.getLogger(__name__)

POLL_BESIDE = 60.0
LOOK_EVERY = 0.1
END_WITHIN = 2.0
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


@click.command("poll")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def poll_command(ctx: click.Context, as_json: bool) -> None:
    """Read every source once and print the status. Never rings."""
    session: Session = ctx.obj
    if not (session.poke(again=True) and _waited_beside(session)):
        read_once(session)
    ctx.obj = after = Session(session.config_path, datetime.now(UTC))
    ctx.invoke(status_command, as_json=as_json)
    failed = [source for source in after.board().sources if source.error]
    if failed:
        refused = any(source.final for source in failed)
        names = ", ".join(source.name for source in failed)
        raise (SourceRejected if refused else TriageError)(
            f"{names}: not read", hint="the status above says why and what to do"
        )


@click.command("login")
@click.argument("source", shell_complete=sources_completed)
@click.option("--device", is_flag=True, help="Sign in by a code typed on another device (OAuth).")
@click.pass_obj
def login_command(session: Session, source: str, device: bool) -> None:
    """Sign in to a source: ask for its password, or have it asked by your provider (OAuth); try it, and keep it."""
    settings = next((one for one in session.config.sources if one.name == source), None)
    if settings is None:
        names = ", ".join(one.name for one in session.config.sources) or "none"
        raise TriageError(f"there is no source {source}", hint=f"those in the configuration: {names}")
    if settings.kind not in {"imap", "exchange"} or settings.auth == "kerberos":
        raise TriageError(f"{source} needs no password", hint="it is read without signing in: triage poll")
    if by_oauth(settings):
        from triage.cli.signing_in import sign_in

        trouble = sign_in(settings, session.config.state_dir, device=device)
        session.poke(again=True)
        if trouble:
            raise trouble
        return
    if device:
        raise UsageError(f"{source} has a password, and no device code", hint=f"run it alone:  triage login {source}")
    _refuse_unheard(settings)
    secret = _asked(settings)
    _try(settings, secret)
    store_password(settings, secret)
    session.poke(again=True)
    click.echo(f"Signed in; the password of {source} is in the keyring.")


@dataclass
class Pumps:
    """All pumps, by the name of their source."""

    store: Store
    deliver: Callable[[Batch | Outage], None]
    unlocking: Unlocking | None = None
    _pumps: dict[str, Pump] = field(default_factory=dict, init=False)

    def stored(self, source: str) -> None:
        """A batch of this source is stored."""
        if source in self._pumps:
            self._pumps[source].stored()

    def refresh(self) -> None:
        """Read everything once more now."""
        for pump in self._pumps.values():
            pump.refresh()

    def retry(self) -> None:
        """The same, also where credentials were refused."""
        for pump in self._pumps.values():
            pump.retry()

    def reconnect(self) -> None:
        """Read everything now, over new connections."""
        for pump in self._pumps.values():
            pump.reconnect()

    def restart(self, config: Config) -> None:
        """Read the sources of this configuration from now on, each from where it stopped."""
        self.stop()
        self._pumps = {one.name: self._pump(one, config.state_dir) for one in config.sources}
        for pump in self._pumps.values():
            pump.start()

    def stop(self) -> None:
        """End them all; those that hang are left to the end of the process."""
        pumps, self._pumps = self._pumps, {}
        for pump in pumps.values():
            pump.stop()
        for pump in pumps.values():
            pump.join(END_WITHIN / len(pumps))

    def _pump(self, settings: SourceSettings, state_dir: Path) -> Pump:
        tokens = _tokens(settings, state_dir, self.unlocking) if by_oauth(settings) else None
        source = open_source(settings, partial(password, settings, unlocking=self.unlocking), tokens)
        poll = settings.poll.total_seconds()
        return Pump(source, self.store.cursor(settings.name), poll=poll, deliver=self.deliver)


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


def _tokens(settings: SourceSettings, state_dir: Path, unlocking: Unlocking | None) -> Callable[[str], Access]:
    from triage.oauth.tokens import Tokens  # what speaks to providers is slow to import

    return Tokens(settings, state_dir, unlocking)


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


def read_once(session: Session) -> None:
    """One whole pass over every source, all at the same time; outages are stored and shown by the status."""
    config = session.config
    events: SimpleQueue[Batch | Outage] = SimpleQueue()
    with holding(session) as (clerk, store), ExitStack() as stack:
        pumps = Pumps(store, events.put)
        stack.callback(pumps.stop)
        pumps.restart(config)
        with Bar("Reading") as bar:
            _take_all(events, clerk, pumps, {one.name for one in config.sources}, bar)


def _take_all(
    events: "SimpleQueue[Batch | Outage]", clerk: Clerk, pumps: Pumps, waiting_for: set[str], bar: Bar
) -> None:
    reading: dict[str, Progress] = {}
    while waiting_for:
        event = events.get()
        now = datetime.now(UTC)
        if isinstance(event, Batch):
            clerk.take(event, now)
            pumps.stored(event.source)
            if event.reading:
                reading[event.source] = event.reading
                bar.at(sum(one.done for one in reading.values()), sum(one.of for one in reading.values()))
        else:
            clerk.note(event, now)
        if isinstance(event, Outage) or event.complete:
            waiting_for.discard(event.source)


def _waited_beside(session: Session) -> bool:
    """Wait until the daemon read every source or knows why not; False if it went away before."""
    end = time.monotonic() + POLL_BESIDE
    while time.monotonic() < end:
        if _read_since(session):
            return True
        if holder(session.config.state_dir) is None:
            return False
        time.sleep(LOOK_EVERY)
    return True


def _read_since(session: Session) -> bool:
    board = reads.board(session.database, datetime.now(UTC), sources=session.config.sources)
    return board is not None and all(_tried(session, source) > session.now for source in board.sources)


def _tried(session: Session, source: Health) -> datetime:
    failed = reads.kept(session.database, f"failed:{source.name}")
    moments = [datetime.fromisoformat(failed)] if isinstance(failed, str) else []
    return max([*moments, *([source.completed] if source.completed else [])], default=datetime.min.replace(tzinfo=UTC))


def _refuse_unheard(settings: SourceSettings) -> None:
    """A password in the keyring counts for nothing where another place goes first."""
    name = variable(settings.name)
    place = "password_command" if settings.password_command else name if os.environ.get(name) else ""
    if place:
        raise TriageError(
            f"{settings.name} takes its password from {place}", hint=f"change it there, or take {place} away first"
        )


def _asked(settings: SourceSettings) -> str:
    """Typed at a terminal without being shown; else the first line of what is piped in."""
    if sys.stdin.isatty():
        secret: str = click.prompt(
            f"Password of {settings.user} at {settings.host or settings.endpoint}", hide_input=True, err=True
        )
        return secret
    secret = sys.stdin.readline().rstrip("\r\n")
    if not secret:
        raise SecretMissing("no password was given", hint=f"type it at a terminal:  triage login {settings.name}")
    return secret


def _try(settings: SourceSettings, secret: str) -> None:
    source = open_source(settings, lambda: secret)
    try:
        source.fetch(None)
    finally:
        source.close()
