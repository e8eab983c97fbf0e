"""Sleep and a clock that was set are noticed by comparing clocks, and at once where login1 says so."""

import threading
from datetime import timedelta
from queue import Empty, SimpleQueue

import pytest

from tests.servers.login1 import Login1
from tests.servers.notifications import SessionBus, names_on
from triage.awake import Clocks, Jump, hear_of_waking

HOUR = 3600.0


class Time:
    """Three clocks that run as told."""

    def __init__(self) -> None:
        self.awake, self.boot, self.wall = 1_000.0, 5_000.0, 1_800_000_000.0
        self.clocks = Clocks(awake=lambda: self.awake, boot=lambda: self.boot, wall=lambda: self.wall)

    def run(self, seconds: float, *, asleep: float = 0.0, set_: float = 0.0) -> Jump | None:
        self.awake += seconds
        self.boot += seconds + asleep
        self.wall += seconds + asleep + set_
        return self.clocks.look()


def jump(*, slept: float = 0.0, set_: float = 0.0) -> Jump:
    return Jump(slept=timedelta(seconds=slept), set_=timedelta(seconds=set_))


@pytest.mark.parametrize(
    ("seconds", "asleep", "set_", "expected"),
    [
        pytest.param(60, 0, 0, None, id="a minute"),
        pytest.param(9 * HOUR, 0, 0.4, None, id="a long one, the clock slewed"),
        pytest.param(60, 2, 1.5, None, id="a blink"),
        pytest.param(0.2, 8 * HOUR, 0, jump(slept=8 * HOUR), id="a night"),
        pytest.param(30, 6, 0, jump(slept=6), id="a nap"),
        pytest.param(60, 0, HOUR, jump(set_=HOUR), id="set on"),
        pytest.param(60, 0, -HOUR, jump(set_=-HOUR), id="set back"),
        pytest.param(1, 8 * HOUR, -8 * HOUR, jump(slept=8 * HOUR, set_=-8 * HOUR), id="slept while a dead clock stood"),
    ],
)
def test_only_uneven_time_is_told(seconds: float, asleep: float, set_: float, expected: Jump | None):
    time = Time()
    assert time.run(seconds, asleep=asleep, set_=set_) == expected
    assert time.run(60) is None


def test_many_small_steps_are_no_jump():
    time = Time()
    assert {time.run(1, set_=0.5) for _ in range(50)} == {None}


def test_where_no_clock_counts_sleep_it_shows_as_a_clock_set_on():
    time = Time()
    time.clocks = Clocks(awake=lambda: time.awake, boot=lambda: time.awake, wall=lambda: time.wall)
    assert time.run(1, asleep=HOUR) == jump(set_=HOUR)


def test_the_clocks_of_this_machine_run_evenly():
    clocks = Clocks()
    assert clocks.look() is None


def test_login1_is_heard_when_the_machine_wakes_and_not_when_it_goes_to_sleep():
    woken: SimpleQueue[str] = SimpleQueue()
    with SessionBus() as bus, Login1(bus.address) as login1:
        before = names_on(bus.address)
        hear_of_waking(lambda: woken.put("woke"), environ={"DBUS_SYSTEM_BUS_ADDRESS": bus.address})
        until_heard(login1, woken, bus.address, before)
        login1.prepare_for_sleep(sleeping=True)
        with pytest.raises(Empty):
            woken.get(timeout=0.2)
        login1.prepare_for_sleep(sleeping=False)
        assert woken.get(timeout=5) == "woke"


def test_nobody_but_login1_wakes_us():
    woken: SimpleQueue[str] = SimpleQueue()
    with SessionBus() as bus, Login1(bus.address) as login1, Login1(bus.address, name="org.example.x") as other:
        before = names_on(bus.address)
        hear_of_waking(lambda: woken.put("woke"), environ={"DBUS_SYSTEM_BUS_ADDRESS": bus.address})
        until_heard(login1, woken, bus.address, before)
        other.prepare_for_sleep(sleeping=False)
        with pytest.raises(Empty):
            woken.get(timeout=0.2)


def until_heard(login1: Login1, woken: "SimpleQueue[str]", address: str, before: set[str]) -> None:
    """Returns once the listener's match rule stands, with nothing left of trying it."""
    for _ in range(500):
        login1.prepare_for_sleep(sleeping=False)
        try:
            woken.get(timeout=0.02)
        except Empty:
            continue
        break
    else:
        raise AssertionError(f"login1 is not heard; new on the bus: {names_on(address) - before}")
    with pytest.raises(Empty):
        woken.get(timeout=0.2)


@pytest.mark.parametrize("address", ["unix:path=/nonexistent/bus", "nonsense", ""], ids=["gone", "nonsense", "usual"])
def test_without_a_system_bus_nothing_is_heard_and_nothing_fails(address: str, monkeypatch: pytest.MonkeyPatch):
    failed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    hear_of_waking(lambda: pytest.fail("woken by nobody"), environ={"DBUS_SYSTEM_BUS_ADDRESS": address})
    listeners = [thread for thread in threading.enumerate() if thread.name == "login1"]
    for thread in listeners:
        thread.join(5)
    assert not any(thread.is_alive() for thread in listeners)
    assert not failed
