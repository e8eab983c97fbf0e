"""systemd hears what it must, in its own words, and nobody else is spoken to."""

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.planning import at
from tests.rounds import BEN, House, batch, configured, mail, settled_house
from tests.servers.supervisor import Listening
from triage.daemon.events import Event, Reload, Stop
from triage.daemon.serving import serve
from triage.store.lock import Lock
from triage.supervisor import Supervisor


@pytest.fixture(params=["path", "abstract"])
def listening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Listening]:
    address = str(tmp_path / "notify") if request.param == "path" else f"@triage-test-{os.getpid()}"
    with Listening(address) as made:
        yield made


def test_each_thing_to_say_goes_out_in_systemds_words(listening: Listening):
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    told = Supervisor.of({"NOTIFY_SOCKET": listening.address, "WATCHDOG_USEC": "180000000"})

    told.ready()
    told.status("3 wait,\n17:00 next")
    told.alive()
    told.stopping()
    told.reloading()

    assert listening.heard(4) == ["READY=1", "STATUS=3 wait, 17:00 next", "WATCHDOG=1", "STOPPING=1"]
    first, moment = listening.heard(1)[0].split("\n")
    assert first == "RELOADING=1"
    name, _, micros = moment.partition("=")
    assert name == "MONOTONIC_USEC"
    assert before <= int(micros) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000


def test_a_status_is_sent_when_it_changes(listening: Listening):
    told = Supervisor.of({"NOTIFY_SOCKET": listening.address})
    for words in ("1 waits", "1 waits", "2 wait", "1 waits"):
        told.status(words)
    told.stopping()
    assert listening.heard(4) == ["STATUS=1 waits", "STATUS=2 wait", "STATUS=1 waits", "STOPPING=1"]


@pytest.mark.parametrize(
    ("environ", "pause"),
    [
        pytest.param({"WATCHDOG_USEC": "180000000"}, timedelta(seconds=90), id="half the period"),
        pytest.param(
            {"WATCHDOG_USEC": "2000000", "WATCHDOG_PID": str(os.getpid())}, timedelta(seconds=1), id="ours by number"
        ),
        pytest.param({"WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "1"}, None, id="meant for another process"),
        pytest.param({"WATCHDOG_USEC": "0"}, None, id="none"),
        pytest.param({"WATCHDOG_USEC": "soon"}, None, id="no number"),
        pytest.param({"WATCHDOG_USEC": "-1"}, None, id="negative"),
        pytest.param({}, None, id="not asked for"),
    ],
)
def test_signs_of_life_only_where_a_watchdog_waits_for_ours(
    tmp_path: Path, environ: dict[str, str], pause: timedelta | None
):
    with Listening(str(tmp_path / "notify")) as listening:
        told = Supervisor.of({"NOTIFY_SOCKET": listening.address, **environ})
        told.alive()
        told.stopping()
        assert told.pause == pause
        assert listening.heard(1 + (pause is not None))[0] == ("WATCHDOG=1" if pause else "STOPPING=1")


@pytest.mark.parametrize(
    "environ",
    [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "vsock:2:1234"}, {"NOTIFY_SOCKET": "notify"}],
    ids=["none", "empty", "no socket of this machine", "relative"],
)
def test_without_a_socket_nobody_is_spoken_to(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as nearby:
        nearby.bind("notify")
        nearby.setblocking(False)
        told = Supervisor.of({"WATCHDOG_USEC": "1000000", **environ})
        told.ready()
        told.alive()
        assert not told.listens
        with pytest.raises(BlockingIOError):
            nearby.recv(100)


def test_a_supervisor_that_went_away_disturbs_nothing(tmp_path: Path):
    with Listening(str(tmp_path / "notify")) as listening:
        told = Supervisor.of({"NOTIFY_SOCKET": listening.address})
    told.ready()
    (tmp_path / "notify").unlink()
    told.ready()


def test_a_supervisor_that_does_not_read_holds_nobody_up(tmp_path: Path):
    with Listening(str(tmp_path / "notify")) as listening:
        while listening.has_room():
            pass
        begun = time.monotonic()
        Supervisor.of({"NOTIFY_SOCKET": listening.address}).ready()
        assert time.monotonic() - begun < 3


# --- what the loop tells ------------------------------------------------------------------------------------------


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Monday morning, nobody waits."""
    made = settled_house(tmp_path, at("mon 08:50"))
    yield made
    made.close()


def told_by(house: House, *events: Event, listening: Listening, watchdog: bool = False) -> list[str]:
    """All the loop says while it takes these events in, up to a Stop."""
    queue: SimpleQueue[Event] = SimpleQueue()
    for event in (*events, Stop()):
        queue.put(event)
    environ = {"NOTIFY_SOCKET": listening.address} | ({"WATCHDOG_USEC": "180000000"} if watchdog else {})
    serve(house.daemon, queue, lambda: at("mon 10:00"), supervisor=Supervisor.of(environ))
    return listening.until("STOPPING=1")


@pytest.fixture
def one_ear(tmp_path: Path) -> Iterator[Listening]:
    with Listening(str(tmp_path / "notify")) as made:
        yield made


def test_ready_comes_after_the_first_plan_and_stopping_last(house: House, one_ear: Listening):
    house.bring(at("mon 09:59"), mail("quote", at("mon 09:58")))
    told = told_by(house, listening=one_ear)
    assert told == ["STATUS=1 waits, 17:00 next (daemon not running)", "READY=1", "STOPPING=1"]


def test_the_status_counts_and_names_nobody(house: House, one_ear: Listening):
    house.store.keep("daemon", {"pid": os.getpid(), "since": at("mon 08:50").isoformat()})
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")), mail("order", at("mon 09:59"), BEN))
    with contextlib.ExitStack() as stack:
        stack.callback(Lock.acquire(house.config.state_dir).release)
        told = told_by(house, listening=one_ear)
    assert "STATUS=2 wait, 17:00 next" in told
    assert not any(word in line for line in told for word in ("Ada", "Ben", "quote", "@"))


def test_every_round_gives_a_sign_of_life(house: House, one_ear: Listening):
    told = told_by(house, batch(), batch(), listening=one_ear, watchdog=True)
    assert told.count("WATCHDOG=1") == 3
    assert told.index("READY=1") < told.index("WATCHDOG=1")


def test_after_a_reload_it_is_ready_again(house: House, one_ear: Listening, tmp_path: Path):
    told = told_by(house, Reload(configured(tmp_path, digest="second")), listening=one_ear)
    assert told.count("READY=1") == 2
