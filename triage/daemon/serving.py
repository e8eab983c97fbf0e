"""The loop: it reads the clock and the queue, and lets the daemon step."""

from collections.abc import Callable
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

from triage.awake import Jump
from triage.daemon.events import Event, Hangup, Reload, Stop
from triage.daemon.stepping import LONGEST_WAIT, Daemon
from triage.supervisor import Supervisor

NOBODY = Supervisor()


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
