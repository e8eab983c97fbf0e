"""The work of the lock's holder, for a command that runs where no daemon does."""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from triage.clerk import Clerk
from triage.cli.session import DATABASE, Session
from triage.store.lock import Lock
from triage.store.writer import Store


@contextmanager
def holding(session: Session) -> Iterator[tuple[Clerk, Store]]:
    """The clerk at work, with every mark taken into account. TriageError where somebody else holds the lock."""
    logging.getLogger("triage").addHandler(logging.NullHandler())  # a person reads the status, not the log of a daemon
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # set before the lock is taken: others signal whoever holds it
    lock = Lock.acquire(session.config.state_dir)
    try:
        store = Store.open(session.config.state_dir / DATABASE)
        try:
            clerk = Clerk(session.config, store)
            clerk.begin(session.now)
            clerk.heed(session.now)
            yield clerk, store
        finally:
            store.close()
    finally:
        lock.release()
