"""Sleep and a clock that was set are noticed by comparing clocks, and at once where login1 says so."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from tests.planning import at
from tests.rounds import House, answer, batch, mail, settled_house
from tests.servers.login1 import Login1
from tests.servers.notifications import SessionBus, names_on
from triage.awake import Clocks, Jump, Resumed, hear_of_waking
from triage.daemon.events import Event, Stop
from triage.daemon.serving import serve
from triage.model.health import Health

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


# --- what the daemon makes of it ----------------------------------------------------------------------------------


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Monday, ten in the morning: Ada waits."""
    made = settled_house(tmp_path, at("mon 08:50"))
    made.bring(at("mon 10:00"), mail("quote", at("mon 09:58")))
    yield made
    made.close()


def test_after_a_nap_too_short_for_the_wall_to_tell_connections_are_given_up(house: House):
    house.walk(at("mon 13:00"))
    house.readers.asked.clear()
    house.step(jump(slept=90), at("mon 13:02"))
    assert house.readers.asked[0] == "reconnect"


def test_after_a_night_connections_are_given_up_once(house: House):
    house.walk(at("mon 13:00"))
    house.readers.asked.clear()
    house.step(jump(slept=2 * HOUR), at("mon 15:01"))
    house.step(None, at("mon 15:01"))
    assert house.readers.count("reconnect") == 1


def test_waking_rings_nobody_who_was_answered_on_the_phone_meanwhile(house: House):
    house.walk(at("mon 13:00"))
    house.step(jump(slept=2.2 * HOUR), at("mon 15:10"))
    assert house.told() == []
    house.bring(at("mon 15:10") + timedelta(seconds=20), answer("reply", "quote", at("mon 14:30")))
    house.walk(at("mon 16:20"))
    assert house.told() == []


def test_waking_rings_after_a_minute_whoever_still_waits(house: House):
    house.walk(at("mon 13:00"))
    wake = house.step(jump(slept=2.2 * HOUR), at("mon 15:10"))
    assert wake is not None
    assert wake <= at("mon 15:11")
    house.bring(at("mon 15:10") + timedelta(seconds=20))
    house.step(None, at("mon 15:11"))
    assert house.told() == ["mon 15:10:20 Ada King waits since 09:58"]


def test_a_clock_set_on_over_a_stage_rings_it_and_set_back_does_not_repeat_it(house: House):
    house.walk(at("mon 13:00"))
    house.step(jump(set_=2 * HOUR), at("mon 15:01"))
    house.bring(at("mon 15:01"))
    assert house.told() == ["mon 15:01 Ada King waits since 09:58"]
    house.step(jump(set_=-2 * HOUR), at("mon 13:02"))
    house.bring(at("mon 13:02"))
    house.walk(at("mon 16:20"))
    assert len(house.told()) == 1


def test_a_clock_set_back_after_a_sleep_holds_no_notice_back(house: House):
    house.step(jump(slept=HOUR), at("mon 18:00"))
    house.bring(at("mon 18:00"))
    house.step(jump(set_=-4 * HOUR), at("mon 14:00"))
    house.bring(at("mon 14:00"))
    house.walk(at("mon 15:00"))
    assert [told[:9] for told in house.told()] == ["mon 15:00"]


def test_what_was_read_at_a_time_still_to_come_is_not_known_now():
    source = Health(name="office", kind="imap", completed=at("mon 15:00"))
    assert [source.stale(at(moment)) for moment in ("mon 13:00", "mon 14:59", "mon 15:15", "mon 15:16")] == [
        True,
        False,
        False,
        True,
    ]


def test_no_all_clear_after_the_clock_was_set_back_before_everything_is_read_anew(house: House):
    house.bring(at("tue 16:40"), answer("reply", "quote", at("tue 16:39")))
    house.screen.log.clear()
    house.step(jump(set_=-24 * HOUR), at("mon 16:40"))
    assert house.told() == []
    house.bring(at("mon 16:41"))
    assert house.told() == [] or house.told()[-1].endswith("Everyone has an answer")


def test_word_of_waking_makes_the_loop_look_at_the_clocks(house: House):
    events: SimpleQueue[Event] = SimpleQueue()
    jumps = iter([jump(slept=HOUR)])
    events.put(Resumed())
    events.put(Stop())
    house.readers.asked.clear()
    serve(house.daemon, events, lambda: at("mon 10:01"), jump=lambda: next(jumps))
    assert house.readers.count("reconnect") == 1
    assert next(jumps, "all looks taken") == "all looks taken"


def test_even_time_leaves_connections_alone(house: House):
    events: SimpleQueue[Event] = SimpleQueue()
    for event in (batch(), batch(), Stop()):
        events.put(event)
    house.readers.asked.clear()
    serve(house.daemon, events, lambda: at("mon 10:01"), jump=lambda: None)
    assert "reconnect" not in house.readers.asked
