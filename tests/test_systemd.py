"""The user unit: accepted without a warning, and kept by a real `systemd --user`."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.blackbox.homes import ago, day_ending_in, letter, maildir, put, whole_day
from tests.servers.notifications import Recorder, SessionBus
from tests.servers.supervisor import Listening
from tests.servers.systemd import MANAGER, UNIT, UserSystemd, obstacle

ROOT = Path(__file__).parents[1]
UNITS = sorted((ROOT / "systemd").glob("triage*"))
AGAIN = "triage-again.timer"
SUMMARY, EVENING = "triage-summary.service", "triage-summary.timer"
OBSTACLE = obstacle()


@pytest.fixture(scope="session", autouse=True)
def _systemd_is_there() -> None:
    missing = [name for name in ("systemd-analyze", str(MANAGER)) if not shutil.which(name)]
    assert not missing, f"{', '.join(missing)} missing; these tests need systemd:  sudo apt-get install systemd"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's home where `triage` is installed and reads a Maildir in which Ada waits."""
    made = tmp_path / "home"
    program = made / ".local" / "bin" / "triage"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m triage "$@"\n')
    program.chmod(0o755)
    (made / "mail").mkdir()
    put(made / "mail" / "INBOX", letter(at=ago(minutes=90)), ago(minutes=90))
    configure(made)
    return made


def configure(home: Path, *, workday: str = "", more: str = "") -> None:
    """Write config.toml; the day is one that does not end meanwhile."""
    path = home / ".config" / "triage" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    me = '[me]\nname = "Robin Vale"\naddresses = ["robin@example.org"]'
    path.write_text("\n\n".join((me, workday or whole_day(), maildir("mail", home / "mail"), more)))


# --- the files ----------------------------------------------------------------------------------------------------


def analyze(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "LC_ALL": "C.UTF-8"}
    return subprocess.run(["systemd-analyze", *words], env=env, capture_output=True, text=True, check=False)


def test_systemd_accepts_the_units_without_a_word(home: Path):
    run = analyze(home, "verify", "--user", "--man=no", *map(str, UNITS))
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_a_key_systemd_does_not_know_would_be_noticed(home: Path, tmp_path: Path):
    wrong = tmp_path / "wrong.service"
    wrong.write_text((ROOT / "systemd" / UNIT).read_text().replace("WatchdogSec=", "WatchdogSecs="))
    assert "WatchdogSecs" in analyze(home, "verify", "--user", "--man=no", str(wrong)).stderr


@pytest.mark.parametrize("unit", [UNIT, SUMMARY])
def test_the_exposure_is_no_greater_than_what_a_users_manager_can_help(home: Path, unit: str):
    run = analyze(home, "security", "--offline=true", "--threshold=70", str(ROOT / "systemd" / unit))
    assert run.returncode == 0, run.stdout


def test_the_watchdog_leaves_room_for_the_longest_wait_and_slow_notices():
    from triage.daemon.stepping import LONGEST_WAIT

    minutes = re.search(r"^WatchdogSec=(\d+)min$", (ROOT / "systemd" / UNIT).read_text(), re.MULTILINE)
    assert minutes
    assert int(minutes[1]) * 60 >= LONGEST_WAIT.total_seconds() + 2 * 60


def test_the_summarys_timer_looks_twice_within_every_hour_and_so_within_two_of_any_days_end(home: Path):
    when = re.search(r"^OnCalendar=(.+)$", (ROOT / "systemd" / EVENING).read_text(), re.MULTILINE)
    assert when
    run = analyze(home, "calendar", "--base-time=2026-11-20 16:59:00 UTC", "--iterations=4", when[1])
    assert re.findall(r"\d\d:\d\d:\d\d UTC", run.stdout)[:1] == ["17:10:00 UTC"]
    assert [run.stdout.count(f"{clock}:00") for clock in ("17:10", "17:40", "18:10", "18:40")] == [1, 1, 1, 1]


# --- the program, as the unit calls it ----------------------------------------------------------------------------


def test_the_installed_command_keeps_the_units_contract(home: Path, tmp_path: Path):
    """READY after the first plan, who waits in words, RELOADING and READY on HUP, signs of life, STOPPING in time."""
    with Listening(str(tmp_path / "notify")) as listening:
        process = subprocess.Popen(
            [home / ".local" / "bin" / "triage", "run"],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "NOTIFY_SOCKET": listening.address,
                "WATCHDOG_USEC": "400000",
            },
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert "STATUS=nothing read yet" in listening.until("READY=1")
            assert "WATCHDOG=1" in listening.until("STATUS=1 wait")
            for _ in range(3):
                listening.until("WATCHDOG=1")
            process.send_signal(1)
            told = [line.split("\n")[0] for line in listening.until("READY=1")]
            assert [line for line in told if line in ("RELOADING=1", "READY=1")] == ["RELOADING=1", "READY=1"]
            (home / ".config" / "triage" / "config.toml").write_text("nonsense")
            process.send_signal(1)
            listening.until("RELOADING=1")
            listening.until("READY=1")
            process.terminate()
            listening.until("STOPPING=1")
            assert process.wait(5) == 0
        finally:
            process.kill()
            process.wait()


# --- under a real manager -----------------------------------------------------------------------------------------


@pytest.fixture
def systemd(home: Path) -> Iterator[UserSystemd]:
    if OBSTACLE:
        pytest.skip(OBSTACLE)
    made = UserSystemd(home)
    for unit in UNITS:
        shutil.copy(unit, made.units)
    with made.running():
        yield made


def test_it_starts_tells_who_waits_reloads_and_stops_within_five_seconds(systemd: UserSystemd):
    enabled = systemd.systemctl("enable", UNIT)
    assert enabled.returncode == 0, enabled.stderr
    assert systemd.systemctl("start", UNIT).returncode == 0, systemd.log()
    assert systemd.show("ActiveState") == "active"
    systemd.wait_until(lambda: systemd.show("StatusText").startswith("1 wait"))

    configure(systemd.home, more='[reminders]\nprivacy = "names"')
    assert systemd.systemctl("reload", UNIT).returncode == 0
    systemd.wait_until(lambda: (systemd.show("ActiveState"), systemd.show("SubState")) == ("active", "running"))

    begun = time.monotonic()
    assert systemd.systemctl("stop", UNIT).returncode == 0
    assert time.monotonic() - begun < 5
    assert (systemd.show("Result"), systemd.show("ActiveState")) == ("success", "inactive")


def test_a_daemon_that_hangs_is_killed_and_started_anew(systemd: UserSystemd):
    systemd.change(UNIT, "[Service]", "WatchdogSec=6s", "RestartSec=100ms")
    assert systemd.systemctl("start", UNIT).returncode == 0, systemd.log()
    first = systemd.show("MainPID")
    time.sleep(8)
    assert (systemd.show("MainPID"), systemd.show("NRestarts")) == (first, "0")

    systemd.systemctl("kill", "--kill-whom=main", "--signal=STOP", UNIT)
    systemd.wait_until(lambda: systemd.show("NRestarts") == "1" and systemd.show("ActiveState") == "active")
    assert systemd.show("MainPID") != first
    systemd.wait_until(lambda: systemd.show("StatusText").startswith("1 wait"))


def test_a_daemon_that_cannot_start_is_tried_again_later_until_it_can(systemd: UserSystemd):
    systemd.change(UNIT, "[Service]", "RestartSec=10ms", "[Unit]", "StartLimitIntervalSec=3s", "StartLimitBurst=2")
    systemd.change(AGAIN, "[Timer]", "OnActiveSec=", "OnActiveSec=3200ms", "AccuracySec=10ms")
    program = systemd.home / ".local" / "bin" / "triage"
    right = program.read_text()
    program.write_text("#!/bin/sh\nexit 5\n")
    assert systemd.systemctl("start", UNIT).returncode != 0
    systemd.wait_until(lambda: systemd.show("ActiveState") == "failed")
    systemd.wait_until(lambda: systemd.show("ActiveState", AGAIN) == "active")
    program.write_text(right)
    systemd.wait_until(lambda: systemd.show("ActiveState") == "active")


def test_in_its_confinement_it_rings_and_reads_a_credential(systemd: UserSystemd, tmp_path: Path):
    (systemd.home / "secret").write_text("hunter2")
    with SessionBus() as bus, Recorder(bus.address) as recorder:
        systemd.change(
            UNIT,
            "[Service]",
            f"Environment=DBUS_SESSION_BUS_ADDRESS={bus.address}",
            "LoadCredential=office:%h/secret",
        )
        configure(systemd.home, workday=day_ending_in(20))
        assert systemd.systemctl("start", UNIT).returncode == 0, systemd.log()
        assert recorder.wait_for(timeout=10)
        status = confinement(systemd)
        assert status["NoNewPrivs"] == "1"
        assert status["Seccomp"] == "2"
        assert status["Umask"] == "0077"
        assert status["credential"] == "hunter2"


def test_the_summarys_timer_rings_that_nobody_reads_the_mail(systemd: UserSystemd):
    """The daemon never ran here. The unit stays for its button, and knows that it is one: what the button opens is
    then started apart, as below.
    """
    configure(systemd.home, workday=day_ending_in(20))
    with SessionBus() as bus, Recorder(bus.address) as recorder:
        systemd.change(SUMMARY, "[Service]", f"Environment=DBUS_SESSION_BUS_ADDRESS={bus.address}")
        systemd.change(EVENING, "[Timer]", "OnCalendar=", "OnActiveSec=100ms", "AccuracySec=10ms")
        enabled = systemd.systemctl("enable", "--now", EVENING)
        assert enabled.returncode == 0, enabled.stderr
        told = recorder.wait_for(timeout=20)
        assert told.summary == "triage has not read your mail yet"
        systemd.wait_until(lambda: systemd.show("ActiveState", SUMMARY) == "activating")
        pid = systemd.show("MainPID", SUMMARY)
        environ = systemd.inside("cat", f"/proc/{pid}/environ").stdout.split("\0")
        assert any(pair.startswith("NOTIFY_SOCKET=") for pair in environ)
        recorder.dismiss(told.id)
        systemd.wait_until(lambda: systemd.show("ActiveState", SUMMARY) == "inactive")
        assert systemd.show("Result", SUMMARY) == "success", systemd.log()


def test_what_a_button_opens_is_not_confined_and_gets_the_address_as_it_is(systemd: UserSystemd, tmp_path: Path):
    """A browser or mail program that starts as ours would break, and be killed with us."""
    words, opener = tmp_path / "words", tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{words}\ngrep ^0:: /proc/self/cgroup >>{words}\n')
    opener.chmod(0o755)
    env = {
        "PATH": f"{opener.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "NOTIFY_SOCKET": systemd.env["XDG_RUNTIME_DIR"] + "/systemd/notify",
    }
    press = "import sys; from triage.sinks.opening import open_url; sys.exit(not open_url(sys.argv[1]))"
    url = "https://mail.example.org/#search/${HOME}/$PATH/%h/$$"

    assert systemd.inside(sys.executable, "-c", press, url, env=env).returncode == 0
    address, group = words.read_text().splitlines()
    assert address == url
    assert re.search(r"/run-u?[0-9a-z]+\.service$", group)

    opener.write_text("#!/bin/sh\nexit 3\n")
    assert systemd.inside(sys.executable, "-c", press, url, env=env).returncode == 1


def confinement(systemd: UserSystemd) -> dict[str, str]:
    """What the kernel says of the daemon's process, and the credential it was given."""
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            environ = dict(
                pair.partition("=")[::2] for pair in (status.parent / "environ").read_text().split("\0") if pair
            )
            found = dict(line.partition(":\t")[::2] for line in status.read_text().splitlines())
        except OSError:
            continue
        if environ.get("HOME") == str(systemd.home) and "NOTIFY_SOCKET" in environ:
            # Its files are seen through its own root: they may lie in a mount of its namespace.
            secret = status.parent / "root" / environ["CREDENTIALS_DIRECTORY"].lstrip("/") / "office"
            return found | {"credential": secret.read_text()}
    raise AssertionError(f"no process of the unit: {systemd.log()}")
