"""One pass over every source by hand, beside the daemon or alone."""

import time
from contextlib import ExitStack
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import Any

import click

from triage.clerk import Clerk
from triage.cli.daily import status_command
from triage.cli.holding import holding
from triage.cli.progress import Bar
from triage.cli.pumps import Pumps
from triage.cli.session import Session
from triage.errors import SourceRejected, TriageError
from triage.model.health import Health, Progress
from triage.model.mail import Batch, Elsewhere, Outage
from triage.store import reads
from triage.store.lock import holder

POLL_BESIDE = 60.0
LOOK_EVERY = 0.1
LOOK_AROUND = 15.0

Event = Batch | Elsewhere | Outage


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
        refused = any(source.final or _failed(session, source).get("locked") for source in failed)
        names = ", ".join(source.name for source in failed)
        raise (SourceRejected if refused else TriageError)(
            f"{names}: not read", hint="the status above says why and what to do"
        )


def read_once(session: Session) -> None:
    """One whole pass over every source, all at the same time; outages are stored and shown by the status."""
    config = session.config
    events: SimpleQueue[Event] = SimpleQueue()
    with holding(session) as (clerk, store), ExitStack() as stack:
        pumps = Pumps(store, events.put)
        stack.callback(pumps.stop)
        pumps.restart(config)
        with Bar("Reading") as bar:
            _take_all(events, clerk, pumps, {one.name for one in config.sources}, bar)


def _take_all(events: "SimpleQueue[Event]", clerk: Clerk, pumps: Pumps, waiting_for: set[str], bar: Bar) -> None:
    reading: dict[str, Progress] = {}
    looking: set[str] = set()
    while waiting_for or looking:
        try:
            event = events.get(timeout=None if waiting_for else LOOK_AROUND)
        except Empty:
            return
        now = datetime.now(UTC)
        if isinstance(event, Elsewhere):
            clerk.look(event, now)
            looking.discard(event.source)
            continue
        if isinstance(event, Batch):
            clerk.take(event, now)
            pumps.stored(event.source)
            if event.complete and clerk.wants_a_look(event.source, now):
                looking.add(event.source)
                pumps.look_around(event.source, now)
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
    failed = _failed(session, source)
    moments = [datetime.fromisoformat(failed["at"])] if failed else []
    return max([*moments, *([source.completed] if source.completed else [])], default=datetime.min.replace(tzinfo=UTC))


def _failed(session: Session, source: Health) -> dict[str, Any]:
    """When reading it failed last, and whether for want of a secret; empty when it never did."""
    failed = reads.kept(session.database, f"failed:{source.name}")
    return failed if isinstance(failed, dict) else {}
