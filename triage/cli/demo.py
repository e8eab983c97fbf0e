"""`triage demo`: the product on invented mail, in a temporary folder; no account, no network.

Everything runs as in real life: a configuration file, a Maildir source, the clerk, the daemon's steps, the sinks. Only
the hour is made up: the afternoon of a working day, passed in as everywhere else.
"""

import os
import shlex
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, datetime, time
from pathlib import Path

import click

from triage.clerk import Clerk
from triage.cli.daily import why_text
from triage.cli.demo_calls import write as write_calls
from triage.cli.demo_mail import write
from triage.cli.session import Session
from triage.core.times.hours import Hours
from triage.daemon.screen import Screen
from triage.daemon.stepping import Daemon
from triage.errors import SinkUnavailable
from triage.model.mail import Batch
from triage.model.notices import Bubble
from triage.report.status import text as status_text
from triage.settings import Config
from triage.sinks.desktop import desktop
from triage.sinks.terminal import TerminalSink
from triage.sources.base import Source
from triage.sources.kinds import open_source
from triage.store.lock import Lock
from triage.store.marks import Said
from triage.store.writer import Store

FORTNIGHT = 10
READ_AT = time(14, 45)
LOOKED_AT = time(15, 12)
CONFIG = """\
# The configuration of `triage demo`.
state_dir = "state"

[me]
name = "Robin Vale"
addresses = ["robin@example.org"]
team = ["*@example.org"]

[workday]
days = "mon-fri"
start = "09:00"
end = "17:00"

[[source]]
name = "mail"
kind = "maildir"
path = "mail"

[[source]]
name = "phone"
kind = "voicemail"
path = "voicemail/default/1001"

[[call_log]]
path = "calls/Master.csv"
preset = "asterisk"
outside_prefix = ["9"]

[[rule]]
match = { from = "*@harbour.example" }
class = "vip"
reply_within = "2h"
"""


@click.command("demo")
@click.pass_obj
def demo_command(session: Session) -> None:
    """Try it on invented mail: no account, no network."""
    own_state = os.environ.pop("TRIAGE_STATE_DIR", None)  # it would lead the demo into the user's own state
    folder = Path(tempfile.mkdtemp(prefix="triage-demo-"))
    there = Session(folder / "config.toml", session.now)
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    with ExitStack() as stack:
        stack.callback(Lock.acquire(there.config.state_dir).release)
        store = Store.open(there.database)
        stack.callback(store.close)
        _play(Clerk(there.config, store), there)
    _say_what_next(there, away="TRIAGE_STATE_DIR" if own_state else "")


def _play(clerk: Clerk, session: Session) -> None:
    hours = clerk.hours(session.now)
    days = _working_days(session.now, hours)
    opened, looked = hours.at(days[0], READ_AT), hours.at(days[0], LOOKED_AT)
    folder = session.config.path.parent
    count = write(folder / "mail", days, hours.zone)
    callers = write_calls(folder / "voicemail", folder / "calls" / "Master.csv", days, hours.zone)
    click.echo(
        f"{count} invented messages and {callers} voicemails, the last fortnight of Robin Vale, lie in {folder}."
    )
    click.echo(f"It is {days[0]:%A} {READ_AT:%H:%M}, and triage reads them for the first time.\n")
    clerk.begin(opened)
    clerk.store.keep("daemon", {"pid": os.getpid(), "since": opened.isoformat()})
    sink = _Screen()
    _work(
        Daemon(clerk, Screen([sink]), _NoReaders(), _NoDesk()),
        [open_source(one, str) for one in session.config.sources],
        opened,
        looked,
    )
    sink.shutdown()
    board = clerk.board(looked)
    click.echo(f"At {LOOKED_AT:%H:%M} you look:\n\n$ triage status\n")
    click.echo(status_text(board, looked, hours=hours, width=session.width, colour=session.colour))
    click.echo("\n$ triage why ada\n")
    click.echo(why_text(Session(session.config_path, looked), "ada"))


def _work(daemon: Daemon, sources: Sequence[Source], opened: datetime, until: datetime) -> None:
    """The daemon's afternoon: a first read, then each moment it asked to be woken at."""
    read: dict[str, Batch] = {}
    wake = _read(daemon, sources, read, opened)
    now = opened
    while wake and now < wake <= until:
        now = wake
        # As a running daemon would: every two minutes and before each stage everything is read once more.
        wake = _read(daemon, sources, read, now)
    for source in sources:
        source.close()


def _read(daemon: Daemon, sources: Sequence[Source], read: dict[str, Batch], now: datetime) -> datetime | None:
    """A pass over every source, each from where it stopped; the notices come once all were read."""
    wake = None
    for source in sources:
        before, complete = read.get(source.name), False
        while not complete:
            read[source.name] = before = source.fetch(before.cursor if before else None)
            complete = before.complete
            wake = daemon.step(before, now, more=source is not sources[-1] or not complete)
    return wake


def _working_days(now: datetime, hours: Hours) -> tuple[date, ...]:
    """The last working day whose afternoon is over, and those before it: nothing of the demo lies in the future."""
    today = hours.day(now)
    over = hours.is_workday(today) and hours.at(today, LOOKED_AT) <= now
    days = [today if over else hours.previous_workday(today)]
    while len(days) < FORTNIGHT:
        days.append(hours.previous_workday(days[-1]))
    return tuple(days)


class _Screen:
    """The desktop where there is one, else the terminal; what rings is also said here."""

    def __init__(self) -> None:
        self._desktop = desktop(lambda _: None)
        self._terminal = TerminalSink(sys.stdout)

    def show(self, bubble: Bubble) -> None:
        """Never refused: the terminal takes what the desktop does not."""
        try:
            self._desktop.show(bubble)
        except SinkUnavailable:
            click.echo("A notice (no notification service here, so it is shown like this):")
        else:
            click.echo("A notice on your desktop:")
        self._terminal.show(bubble)

    def close(self, bubble_id: str) -> None:
        """As the desktop does."""
        self._desktop.close(bubble_id)

    def shutdown(self) -> None:
        """As the desktop does."""
        self._desktop.shutdown()


class _NoReaders:
    """The demo fetches by itself."""

    def stored(self, source: str) -> None: ...

    def look_around(self, source: str, now: datetime) -> None: ...

    def refresh(self) -> None: ...

    def retry(self) -> None: ...

    def reconnect(self) -> None: ...

    def restart(self, config: Config) -> None: ...


class _NoDesk:
    """Buttons end with the demo."""

    def say(self, said: Sequence[Said], now: datetime) -> None: ...

    def open_url(self, url: str) -> bool:
        return False

    def open_status(self) -> bool:
        return False


def _say_what_next(session: Session, *, away: str) -> None:
    click.echo("\nAll of it is yours to try:\n")
    if away:
        click.echo(f"  unset {away}")
    click.echo(f"  export TRIAGE_CONFIG={shlex.quote(str(session.config.path))}")
    for command, does in (
        ("triage status", "who waits now"),
        ("triage show ada", "the conversation with Ada King"),
        ("triage done ada", "she has her answer; triage undo takes it back"),
        ("triage show bisi", "who rang, what she said, and her number"),
        ("triage list --state skipped", "what needs no answer, and why"),
    ):
        click.echo(f"  {command:<28} {does}")
    click.echo("\nFor your own mail: triage init.")
