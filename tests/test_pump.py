"""A pump hands over what its source brings, backs off from faults, and stops at a refusal."""

import queue
import threading

import pytest

from triage.errors import SourceRejected, SourceUnreachable
from triage.model.mail import Batch, Outage
from triage.pump import LONGEST_WAIT, Pump, back_off


class Scripted:
    """A source that plays a list of answers, then goes on saying that nothing is new."""

    name = "office"

    def __init__(self, *script: Batch | Exception) -> None:
        self.script = list(script)
        self.asked: list[str | None] = []
        self.waited: queue.SimpleQueue[float] = queue.SimpleQueue()
        self.woken = threading.Event()
        self.closed = threading.Event()
        self.cuts = 0

    def fetch(self, cursor: str | None) -> Batch:
        self.asked.append(cursor)
        answer = self.script.pop(0) if self.script else batch("end")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def wait(self, seconds: float) -> None:
        self.waited.put(seconds)
        self.woken.wait()
        self.woken.clear()

    def wake(self) -> None:
        self.woken.set()

    def cut(self) -> None:
        self.cuts += 1

    def close(self) -> None:
        self.closed.set()


def batch(cursor: str, *, complete: bool = True) -> Batch:
    return Batch(source="office", cursor=cursor, complete=complete)


class Pumped:
    def __init__(self, source: Scripted, jitter: float = 1.0) -> None:
        self.events: queue.SimpleQueue[Batch | Outage] = queue.SimpleQueue()
        self.source = source
        self.pump = Pump(source, None, poll=120, deliver=self.events.put, jitter=lambda: jitter)

    def __enter__(self) -> "Pumped":
        self.pump.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.pump.stop()
        self.pump.join(5)
        assert self.source.closed.is_set()

    def next(self) -> Batch | Outage:
        event = self.events.get(timeout=5)
        if isinstance(event, Batch):
            self.pump.stored()
        return event


def test_a_first_read_goes_on_from_each_batch_until_complete() -> None:
    source = Scripted(batch("a", complete=False), batch("b", complete=False), batch("c"))
    with Pumped(source) as pumped:
        assert [pumped.next().cursor for _ in range(3)] == ["a", "b", "c"]  # type: ignore[union-attr]
        assert source.waited.get(timeout=5) == 120
        assert source.asked == [None, "a", "b"]


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 108), (0.5, 114), (1.0, 120)])
def test_sources_that_began_together_drift_apart_but_none_polls_late(jitter: float, seconds: float) -> None:
    source = Scripted(batch("a"))
    with Pumped(source, jitter) as pumped:
        pumped.next()
        assert source.waited.get(timeout=5) == seconds


def test_a_fault_is_a_value_and_the_next_try_starts_where_it_was() -> None:
    source = Scripted(batch("a"), SourceUnreachable("no network", hint="wait"), batch("b"))
    with Pumped(source) as pumped:
        pumped.next()
        source.waited.get(timeout=5)
        pumped.pump.refresh()
        outage = pumped.next()
        assert outage == Outage(source="office", message="no network", hint="wait", final=False)
        assert source.waited.get(timeout=5) == back_off(1, 1.0)
        pumped.pump.refresh()
        assert pumped.next() == batch("b")
        assert source.asked == [None, "a", "a"]


def test_a_server_that_asks_for_peace_gets_it() -> None:
    source = Scripted(SourceUnreachable("office: busy", wait=40.0), SourceUnreachable("office: busy", wait=1.0))
    with Pumped(source) as pumped:
        assert source.waited.get(timeout=5) == 40.0
        pumped.pump.refresh()
        assert source.waited.get(timeout=5) == back_off(2, 1.0)


def test_after_a_sleep_the_connection_is_given_up_and_everything_read_at_once() -> None:
    source = Scripted(batch("a"), batch("b"))
    with Pumped(source) as pumped:
        pumped.next()
        source.waited.get(timeout=5)
        pumped.pump.reconnect()
        assert pumped.next() == batch("b")
        assert source.cuts == 1


def test_refused_credentials_are_not_tried_again_until_asked() -> None:
    source = Scripted(SourceRejected("refused"), batch("a"))
    with Pumped(source) as pumped:
        assert pumped.next() == Outage(source="office", message="refused", final=True)
        pumped.pump.refresh()
        assert source.asked == [None]
        pumped.pump.retry()
        assert pumped.next() == batch("a")


def test_a_retry_before_a_refusal_does_not_count_as_one_after_it() -> None:
    source = Scripted(batch("a"), SourceRejected("refused"))
    with Pumped(source) as pumped:
        pumped.next()
        source.waited.get(timeout=5)
        pumped.pump.retry()
        assert isinstance(pumped.next(), Outage)
        with pytest.raises(queue.Empty):
            pumped.events.get(timeout=0.2)


def test_a_defect_in_a_source_is_reported_and_tried_again() -> None:
    with Pumped(Scripted(KeyError("x"), batch("a"))) as pumped:
        outage = pumped.next()
        assert isinstance(outage, Outage)
        assert not outage.final
        assert "KeyError" in outage.message
        pumped.source.waited.get(timeout=5)
        pumped.pump.refresh()
        assert pumped.next() == batch("a")


def test_a_slow_daemon_is_not_flooded() -> None:
    source = Scripted(*(batch(str(n), complete=False) for n in range(10)))
    with Pumped(source) as pumped:
        for _ in range(2):
            pumped.events.get(timeout=5)
        with pytest.raises(queue.Empty):
            pumped.events.get(timeout=0.2)
        # Nothing is read ahead: by the time it were stored it would be old.
        assert source.asked == [None, "0"]
        pumped.pump.stored()
        assert pumped.events.get(timeout=5)


@pytest.mark.parametrize(
    ("failures", "jitter", "seconds"),
    [
        pytest.param(1, 1.0, 5, id="first"),
        pytest.param(1, 0.0, 2.5, id="jitter halves at most"),
        pytest.param(3, 1.0, 20, id="doubles"),
        pytest.param(500, 1.0, LONGEST_WAIT, id="bounded"),
    ],
)
def test_back_off_doubles_up_to_a_bound(failures: int, jitter: float, seconds: float) -> None:
    assert back_off(failures, jitter) == seconds
