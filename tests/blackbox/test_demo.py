"""`triage demo` as somebody meets it who has nothing set up: no account, no network, no configuration."""

import os
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.blackbox.homes import Home
from tests.servers.notifications import Recorder, SessionBus


def bare(home: Home) -> Home:
    """Without any configuration."""
    home.config.unlink()
    home.env.pop("TRIAGE_CONFIG")
    return home


def exported(said: str) -> str:
    """The configuration it tells to export."""
    (path,) = re.findall(r"^  export TRIAGE_CONFIG=(.+)$", said, re.MULTILINE)
    return shlex.split(path)[0]


def test_it_shows_notices_status_a_why_and_what_to_type_next(home: Home) -> None:
    result = bare(home).triage("demo")
    assert (result.code, result.err) == (0, "")
    parts = (
        "triage reads along now",
        "people before 17:00",
        "$ triage status",
        "$ triage why ada",
        "export TRIAGE_CONFIG",
    )
    places = [result.out.index(part) for part in parts]
    assert places == sorted(places)
    counts = re.findall(r"(\d+) people wait", result.out)
    assert len(counts) == 2, "the first notice and the status"
    assert counts[0] == counts[1], "a promise is nobody who waits"
    assert "Ada King" in result.out
    assert "Due" in result.out[places[3] :]
    assert "\x1b" not in result.out
    assert not (home.root / "state").exists()


def zone_where_it_is(hour: int) -> str:
    """A zone whose clocks show about this hour now."""
    ahead = (hour - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


@pytest.mark.parametrize("hour", [8, 13, 20])
def test_what_it_says_to_type_next_works_at_any_hour(home: Home, hour: int) -> None:
    home.env["TZ"] = zone_where_it_is(hour)
    said = bare(home).triage("demo").out
    env = {"TRIAGE_CONFIG": exported(said)}
    typed = re.findall(r"^  (triage .+?)  ", said, re.MULTILINE)
    assert len(typed) >= 4
    for command in typed:
        result = home.triage(*shlex.split(command)[1:], env=env)
        assert (result.code, result.err) == (0, ""), command
        assert result.out.strip()
    assert "Ada King" not in home.triage("list", env=env).out
    assert "Ada King" in home.triage("undo", env=env).out
    assert "Ada King" in home.triage("list", env=env).out
    assert home.triage("poll", env=env).code == 0
    seen = home.triage("status", "--json", env=env).json
    assert all(case["received"] <= seen["now"] for case in seen["owed"])


def test_it_really_rings_where_there_is_a_notification_service(home: Home, bus: SessionBus, recorder: Recorder) -> None:
    result = bare(home).triage("demo", env={"DBUS_SESSION_BUS_ADDRESS": bus.address})
    assert result.code == 0
    assert [note.summary for note in recorder.notes] == ["triage reads along now", "3 people before 17:00"]
    assert "Ben Ott" in recorder.notes[1].body
    assert result.out.count("A notice on your desktop") == 2


def test_it_stays_away_from_the_state_of_its_user(home: Home) -> None:
    own = home.root / "own"
    said = bare(home).triage("demo", env={"TRIAGE_STATE_DIR": str(own)}).out
    assert not own.exists()
    assert "  unset TRIAGE_STATE_DIR\n" in said


def test_it_asks_nothing_of_the_network(home: Home) -> None:
    """Every socket but those of the local machine is refused; the demo does not notice."""
    walls = home.root / "walls"
    walls.mkdir()
    (walls / "sitecustomize.py").write_text(
        "import socket\n"
        "def connect(self, address):\n"
        "    raise SystemExit('connected to ' + repr(address))\n"
        "socket.socket.connect = connect\n"
        "socket.getaddrinfo = lambda *a, **k: connect(None, a)\n"
    )
    paths = os.pathsep.join([str(walls), home.env["PYTHONPATH"]])
    walled = {"PYTHONPATH": paths, "DBUS_SESSION_BUS_ADDRESS": ""}
    outside = [sys.executable, "-c", "import socket; socket.create_connection(('192.0.2.1', 80))"]
    refused = subprocess.run(outside, env={**home.env, **walled}, capture_output=True, text=True, check=False)
    assert "connected to" in refused.stderr
    result = bare(home).triage("demo", env=walled)
    assert result.code == 0, result.err


def test_its_folder_is_private(home: Home) -> None:
    folder = Path(exported(bare(home).triage("demo").out)).parent
    assert folder.stat().st_mode & 0o077 == 0
    assert folder.parent == home.root
