"""What can be wrong beside the sources is brought about and recognised: configuration, state, clock, session, units."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.blackbox.homes import ROOT, Home, ago, letter, put
from tests.doctor.rounds import findings, found, is_broken, is_odd, is_well
from tests.servers.notifications import Recorder, SessionBus
from tests.servers.systemd import UNIT, UserSystemd, obstacle
from triage.core.cases.threads import bare_subject
from triage.model.findings import Level
from triage.model.mail import Address, Arrival, Batch, Delivery, Message, Role
from triage.store.writer import Store

OBSTACLE = obstacle()


@pytest.fixture
def read(home: Home) -> Home:
    """A home whose one letter was read."""
    put(home.mail / "INBOX", letter())
    put(home.mail / "Sent", letter("Other"))
    assert home.triage("poll").code == 0
    return home


# --- configuration --------------------------------------------------------------------------------------------------


def test_no_configuration(home: Home) -> None:
    home.config.unlink()
    seen = findings(home)
    is_broken(seen, "no configuration at")
    assert {one.part for one in seen} >= {"config", "bus", "notices", "keyring", "systemd"}


def test_every_fault_of_a_configuration(home: Home) -> None:
    home.configure(more='[reminders]\nprivacy = "loud"\nbefor = []')
    seen = [one for one in findings(home) if one.part == "config"]
    assert len(seen) == 2
    is_broken(seen, "reminders.privacy")
    is_broken(seen, "reminders.befor")


def test_a_configuration_others_may_change(home: Home) -> None:
    home.config.chmod(0o666)
    assert "chmod 600" in is_odd(findings(home), "others may change it (mode 0666)")


# --- clock and calendar -----------------------------------------------------------------------------------------------


def test_a_zone_that_is_not_the_systems(home: Home) -> None:
    home.configure(workday='[workday]\ntimezone = "Asia/Tokyo"')
    seen = findings(home, env={"TZ": "Europe/Berlin"})
    assert "your system shows Europe/Berlin" in found(seen, "due times are in Asia/Tokyo", Level.LOOK).what


def test_a_system_without_a_zone_of_its_own(home: Home) -> None:
    home.configure(workday='[workday]\nstart = "09:00"')
    is_odd(findings(home, env={"TZ": "UTC"}), "the system's zone is UTC")
    assert not [
        one for one in findings(home, env={"TZ": "Europe/Berlin"}) if one.part == "clock" and one.level is Level.LOOK
    ]


@pytest.mark.parametrize(
    ("apart", "said"),
    [
        pytest.param(timedelta(minutes=-7), "this clock is about 7 min behind the mail server's", id="behind"),
        pytest.param(timedelta(hours=2), "this clock is about 2 h ahead of the mail server's", id="ahead"),
        pytest.param(timedelta(seconds=40), None, id="right"),
    ],
)
def test_a_clock_that_is_wrong(read: Home, apart: timedelta, said: str | None) -> None:
    """Twelve letters, each seen this long after the server says that it received them."""
    begun = datetime.now(UTC) + timedelta(days=1)
    store = Store.open(read.state / "triage.db")
    for number in range(12):
        received = begun + timedelta(minutes=number)
        mail = Message(key=f"id:<{number}@x.example>", received=received, sender=Address(address="ada@x.example"))
        place = Delivery(mailbox="INBOX", validity=1, uid=f"n{number}", role=Role.INBOX)
        arrivals = (Arrival(message=mail, delivery=place),)
        seen = received + apart
        store.add(Batch(source="mail", arrivals=arrivals, cursor="", complete=True), seen, bare=bare_subject)
    store.close()
    told = [one.what for one in findings(read, now=begun + timedelta(hours=4)) if "this clock" in one.what]
    assert told == ([said] if said else [])


def test_holidays_nobody_knows(home: Home) -> None:
    home.configure(workday='[workday]\nholidays = "US-XQ"')
    assert 'like "DE"' in is_broken(findings(home), "holidays that are not known")


def test_the_holidays_of_the_year(home: Home) -> None:
    home.configure(workday='[workday]\nholidays = "US"')
    seen = findings(home, now=datetime(2026, 11, 24, 15, tzinfo=UTC))
    assert "the next is Thu 26 Nov" in found(seen, "days off in 2026", Level.OK).what


# --- state ------------------------------------------------------------------------------------------------------------


def test_a_damaged_database(read: Home) -> None:
    path = read.state / "triage.db"
    with path.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(os.urandom(4096 * (path.stat().st_size // 4096 - 4)))
    assert "triage poll" in is_broken([one for one in findings(read) if one.part == "database"], "damaged")


def test_a_file_that_is_no_database(read: Home) -> None:
    (read.state / "triage.db").write_bytes(b"no database" * 1000)
    is_broken([one for one in findings(read) if one.part == "database"], "damaged")


def test_what_is_wrong_with_the_database_is_told_once(read: Home) -> None:
    (read.state / "triage.db").write_bytes(b"garbage" * 1000)
    assert [one.part for one in findings(read) if "damaged" in one.what] == ["database"]


@pytest.mark.parametrize(("version", "said"), [(99, "a newer triage")], ids=["newer"])
def test_a_database_of_another_version(read: Home, version: int, said: str) -> None:
    with closing(sqlite3.connect(read.state / "triage.db")) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    is_broken([one for one in findings(read) if one.part == "database"], said)


def test_a_database_others_may_read(read: Home) -> None:
    (read.state / "triage.db").chmod(0o644)
    assert "chmod 600" in is_odd(findings(read), "others may read your mail in it (mode 0644)")


def test_a_sound_database_is_told_with_its_size(read: Home) -> None:
    is_well(findings(read), "sound, ")


def test_a_full_disk(home: Home, tmp_path: Path) -> None:
    if os.geteuid() or subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode:
        pytest.skip("a full disk of our own needs root and a mount namespace")
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f'mount -t tmpfs -o size=64k tmpfs {disk} && exec "$@"'
    run = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", sys.executable, "-m", "triage", "doctor"],
        env={**home.env, "TRIAGE_STATE_DIR": str(disk / "state")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "broken the disk is full" in run.stdout


def test_no_daemon(read: Home) -> None:
    is_odd(findings(read), "not running: nobody is reminded")


def test_a_daemon_that_works_by_an_older_configuration(read: Home) -> None:
    with read.daemon() as daemon:
        daemon.wait_until(lambda: daemon.status()["daemon"]["since"] is not None)
        is_well(findings(read), "runs since")
        read.configure(more='[reminders]\nprivacy = "names"')
        assert "reload" in is_odd(findings(read), "it works by an older text of the configuration")


# --- the session ----------------------------------------------------------------------------------------------------


def test_no_session_bus(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    is_broken(findings(home), "there is no session bus: no notice can be shown")


def test_no_session_bus_is_half_as_bad_where_a_command_tells(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.configure(more='[reminders]\ncommand = ["true"]')
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    is_odd(findings(home), "there is no session bus; notices go through your command alone")


def test_a_session_bus_that_hangs_is_a_finding_and_no_wait(home: Home, bus: SessionBus) -> None:
    bus.freeze(frozen=True)
    try:
        seen = findings(home, patience=1)
    finally:
        bus.freeze(frozen=False)
    assert [one.level for one in seen if one.part == "bus"] == [Level.BROKEN]
    assert [one.level for one in seen if one.part == "disk"] == [Level.OK]


def test_no_notification_service(home: Home) -> None:
    assert "dunst" in is_broken(findings(home), "no notification service is running")


def test_a_notification_service_that_hangs(home: Home, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.doctor.session.PATIENCE", 0.3)
    recorder.hang()
    assert "restart" in is_broken(findings(home), "the notification service did not answer")


def test_a_notification_service_without_buttons(home: Home, recorder: Recorder) -> None:
    recorder.abilities = ("body",)
    is_odd(findings(home), "it shows no buttons")


def test_a_notification_service_that_is_told_not_to_disturb(home: Home, recorder: Recorder) -> None:
    recorder.paused = True
    is_odd(findings(home), "told not to disturb")


def test_a_notice_is_shown_on_request_only(read: Home, bus: SessionBus, recorder: Recorder) -> None:
    assert "shown by recorder" in read.triage("doctor", env={"DBUS_SESSION_BUS_ADDRESS": bus.address}).out
    assert not recorder.notes
    told = read.triage("doctor", "--notify", env={"DBUS_SESSION_BUS_ADDRESS": bus.address})
    assert "the test notice was accepted" in told.out
    assert [note.summary for note in recorder.notes] == ["triage can reach you"]


# --- systemd --------------------------------------------------------------------------------------------------------


def test_no_systemd(home: Home) -> None:
    is_odd(findings(home, env={"PATH": "/nonexistent"}), "there is no systemd here")


@pytest.fixture
def systemd(home: Home) -> Iterator[UserSystemd]:
    """A user's manager, with `triage` where the unit looks for it."""
    if OBSTACLE:
        pytest.skip(OBSTACLE)
    program = home.root / ".local" / "bin" / "triage"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m triage "$@"\n')
    program.chmod(0o755)
    put(home.mail / "INBOX", letter(at=ago(minutes=90)))
    made = UserSystemd(home.root)
    with made.running():
        yield made


def told(systemd: UserSystemd, home: Home) -> str:
    """What doctor says inside, on wide lines."""
    program = str(home.root / ".local" / "bin" / "triage")
    env = {**home.env, "XDG_RUNTIME_DIR": systemd.env["XDG_RUNTIME_DIR"]}
    return " ".join(systemd.inside(program, "doctor", env=env).stdout.split())


def test_the_unit_step_by_step(systemd: UserSystemd, home: Home) -> None:
    """Not installed, not enabled and not active, failed, well; the program gone; the unit changed on disk."""
    assert "the unit is not installed install it: triage service install" in told(systemd, home)

    for unit in (ROOT / "systemd").glob("triage*"):
        shutil.copy(unit, systemd.units)
    systemd.systemctl("daemon-reload")
    seen = told(systemd, home)
    assert "look the unit is not active start it: systemctl --user start triage" in seen
    assert "look it is not started with your session" in seen
    assert "look the unit starts" in seen

    systemd.change(UNIT, "[Service]", "Restart=no")
    program = home.root / ".local" / "bin" / "triage"
    right = home.config.read_text()
    home.config.write_text("[me")
    systemd.systemctl("enable", UNIT)
    systemd.systemctl("start", UNIT)
    assert "broken the unit failed (exit-code) journalctl --user -u triage says why" in told(systemd, home)

    home.config.write_text(right)
    systemd.change(UNIT, "[Service]", f"Environment=TRIAGE_CONFIG={home.config}")
    systemd.systemctl("reset-failed", UNIT)
    assert systemd.systemctl("start", UNIT).returncode == 0, systemd.log()
    seen = told(systemd, home)
    assert "ok the unit is active" in seen
    assert "started with your session" not in seen

    (systemd.units / UNIT).write_text((systemd.units / UNIT).read_text() + "\n# edited\n")
    os.utime(systemd.units / UNIT, (1_900_000_000, 1_900_000_000))
    assert "the unit was changed on disk run: systemctl --user daemon-reload" in told(systemd, home)
    systemd.change(UNIT, "[Service]", "ExecStart=", f"ExecStart={program}-gone run")
    assert "which is not there" in told(systemd, home)
