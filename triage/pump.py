"""One thread a source: fetch, hand over, wait, back off. An outage is a value on the queue, never an exception."""

import logging
import random
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

from triage.errors import SecretMissing, SourceRejected, SourceUnreachable, TriageError
from triage.model.mail import Batch, Outage
from triage.sources.base import Source

log = logging.getLogger(__name__)

FIRST_WAIT = 5.0
LONGEST_WAIT = 300.0
IN_FLIGHT = 2
# Sources that began together drift apart by this share of a poll, so that they do not wait for each other each time.
APART = 0.1


def back_off(failures: int, jitter: float) -> float:
    """Seconds to wait after this many failures in a row; `jitter` in 0..1 spreads sources that failed together."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(failures - 1, 10))
    return longest * (0.5 + jitter / 2)


class Pump:
    """Drives one source on a thread of its own.

    `deliver` receives each Batch and Outage on that thread (the daemon passes its queue's `put`). The daemon answers
    each batch with `stored`; only so many are in flight, so that a large first read never piles up in memory.
    All public methods may be called from any thread.
    """

    def __init__(
        self,
        source: Source,
        cursor: str | None,
        *,
        poll: float,
        deliver: Callable[[Batch | Outage], None],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.source = source
        self._cursor = cursor
        self._poll = poll
        self._deliver = deliver
        self._jitter = jitter
        self._failures = 0
        self._rejected = False
        self._stopping = threading.Event()
        self._room = threading.Semaphore(IN_FLIGHT)
        self._retry = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"pump-{source.name}", daemon=True)

    def start(self) -> None:
        """Begin reading."""
        self._thread.start()

    def stored(self) -> None:
        """The daemon stored one batch: the next may come."""
        self._room.release()

    def refresh(self) -> None:
        """Read once more now, also in the middle of a back-off; refused credentials are not tried again by this."""
        if not self._rejected:
            self.source.wake()

    def retry(self) -> None:
        """Read once more now, whatever happened: the user stored another password or asked for a pass."""
        self._retry.set()
        self.source.wake()

    def reconnect(self) -> None:
        """Read once more now, over a new connection: the one there is may be dead without knowing."""
        self.source.cut()
        self.refresh()

    def stop(self) -> None:
        """Ask the thread to end; returns at once."""
        self._stopping.set()
        self._room.release()
        self._retry.set()
        self.source.wake()

    def join(self, seconds: float) -> None:
        """Wait for the thread at most this long; it dies with the process in any case."""
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            pause = self._pass()
            if pause is None:
                self._await_retry()
            elif pause and not self._stopping.is_set():
                self.source.wait(pause)
        self.source.close()

    def _pass(self) -> float | None:
        """One fetch. The seconds to wait before the next: 0 when more is at hand, None when only the user can help."""
        self._room.acquire()  # before reading: a batch in hand grows old, and would be taken for what stands now
        if self._stopping.is_set():
            return 0.0
        self._retry.clear()
        try:
            batch = self.source.fetch(self._cursor)
        except SourceRejected as error:
            return self._report(error, final=True)
        except TriageError as error:
            return self._report(error, final=False)
        except Exception as error:  # noqa: BLE001  the wall of the thread: a defect in one source must not silence it
            return self._report(_defect(error), final=False)
        self._failures = 0
        self._rejected = False
        self._cursor = batch.cursor
        self._deliver(batch)
        return self._poll * (1 - APART * (1 - self._jitter())) if batch.complete else 0.0

    def _report(self, error: TriageError, *, final: bool) -> float | None:
        self._room.release()
        self._failures += 1
        self._rejected = final
        log.warning("source=%s event=outage final=%s failures=%d", self.source.name, final, self._failures)
        locked = isinstance(error, SecretMissing)
        self._deliver(
            Outage(source=self.source.name, message=error.message, hint=error.hint, final=final, locked=locked)
        )
        asked = error.wait if isinstance(error, SourceUnreachable) else 0.0
        return None if final else max(asked, back_off(self._failures, self._jitter()))

    def _await_retry(self) -> None:
        if not self._stopping.is_set():
            self._retry.wait()


def _defect(error: Exception) -> TriageError:
    """A fault of ours in words: where it happened, but nothing of the mail that may stand in its message."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
    log.error("event=defect what=%s", where)
    return TriageError(f"reading failed unexpectedly ({where})", hint="this is a defect of triage: please report it")
