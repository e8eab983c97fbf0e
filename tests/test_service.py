"""`triage service` under a real `systemd --user`, and by the desktop's autostart where there is none."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.blackbox.homes import Home, Result, ago, letter, maildir, put, whole_day
from tests.servers.systemd import UNIT, UserSystemd, obstacle
from triage.setup.service import UNITS, carried

ROOT = Path(__file__).parents[1]
TRIAGE = [sys.executable, "-m", "triage"]
OBSTACLE = obstacle()
TIMER = "triage-summary.timer"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's home with a configuration in its usual place and Ada waiting in a Maildir."""
    made = tmp_path / "home of %robin"
    config = made / ".config" / "triage" / "config.toml"
    config.parent.mkdir(parents=True)
    put(made / "mail" / "INBOX", letter(at=ago(minutes=90)), ago(minutes=90))
    me = '[me]\nname = "Robin Vale"\naddresses = ["robin@example.org"]'
    config.write_text("\n\n".join((me, whole_day(), maildir("mail", made / "mail"))))
    return made


@pytest.fixture
def systemd(home: Path) -> Iterator[UserSystemd]:
    if OBSTACLE:
        pytest.skip(OBSTACLE)
    made = UserSystemd(home)
    with made.running():
        yield made


def service(systemd: UserSystemd, *words: str) -> Result:
    run = systemd.inside(*TRIAGE, "service", *words, env={"PYTHONPATH": str(ROOT)})
    return Result(code=run.returncode, out=run.stdout, err=run.stderr)


def test_installed_it_runs_says_so_survives_an_upgrade_and_goes_without_a_trace(systemd: UserSystemd):
    before = service(systemd, "status")
    assert before.code == 1
    assert f"{UNIT:<21} not installed" in before.out
    assert "triage service install" in before.err

    run = service(systemd, "install")
    assert (run.code, run.err) == (0, "")
    assert [(systemd.units / unit).read_text() for unit in UNITS] == [carried(unit) for unit in UNITS]
    systemd.wait_until(lambda: systemd.show("StatusText").startswith("1 wait"))
    first = systemd.show("MainPID")
    told = service(systemd, "status")
    assert told.code == 0, told.err
    assert re.search(rf"^{UNIT} +installed, enabled, active since ", told.out, re.MULTILINE)
    assert re.search(rf"^{TIMER} +installed, enabled, active since ", told.out, re.MULTILINE)
    assert re.search(r"^ +1 wait", told.out, re.MULTILINE)
    assert re.search(rf"^program +{Path(sys.executable).with_name('triage')}$", told.out, re.MULTILINE)
    assert re.search(r"^lingering +(yes|no), ", told.out, re.MULTILINE)
    assert re.search(r"^daemon +runs \(pid \d+\)$", told.out, re.MULTILINE)

    # An upgrade finds units of before, and what the user wrote beside them.
    (systemd.units / UNIT).write_text(carried(UNIT).replace("RestartSec=10s", "RestartSec=9s"))
    own = systemd.units / f"{UNIT}.d" / "override.conf"
    own.write_text("[Service]\nEnvironment=MINE=yes\n")
    assert "triage service install" in service(systemd, "status").out
    assert service(systemd, "install").code == 0
    assert systemd.show("RestartUSec") == "10s"
    assert "MINE=yes" in systemd.show("Environment")
    assert systemd.show("MainPID") not in ("0", first)

    gone = service(systemd, "uninstall")
    assert gone.code == 0
    assert f"Yours, and left: {own}" in gone.out
    assert [path for path in systemd.units.rglob("*") if path.is_file()] == [own]
    assert systemd.show("ActiveState") == "inactive"
    assert systemd.show("ActiveState", TIMER) == "inactive"
    assert service(systemd, "uninstall").out.startswith("It was not installed")


def test_a_configuration_elsewhere_is_found_again_by_the_unit(systemd: UserSystemd):
    usual = systemd.home / ".config" / "triage" / "config.toml"
    moved = usual.rename(systemd.home / "my $own 100% config.toml")
    run = systemd.inside(*TRIAGE, "--config", str(moved), "service", "install", env={"PYTHONPATH": str(ROOT)})
    assert run.returncode == 0, run.stderr
    systemd.wait_until(lambda: systemd.show("StatusText").startswith("1 wait"))


def test_a_database_where_only_this_shell_looks_is_found_by_the_unit(systemd: UserSystemd):
    kept = systemd.home / "kept"
    env = {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(kept)}
    run = systemd.inside(*TRIAGE, "service", "install", env=env)
    assert run.returncode == 0, run.stderr
    systemd.wait_until(lambda: systemd.show("StatusText").startswith("1 wait"))
    assert (kept / "triage" / "triage.db").exists()
    assert systemd.inside(*TRIAGE, "service", "status", env=env).returncode == 0


def test_a_daemon_started_by_hand_is_not_fought_over(systemd: UserSystemd):
    by_hand = " ".join(map(shlex.quote, TRIAGE)) + " run >/dev/null 2>&1 & echo $!"
    run = systemd.inside("sh", "-c", by_hand, env={"PYTHONPATH": str(ROOT)})
    pid = run.stdout.strip()
    systemd.wait_until(lambda: "runs (pid" in service(systemd, "status").out)
    refused = service(systemd, "install")
    assert refused.code == 1
    assert f"kill {pid}" in refused.err


def test_without_a_configuration_nothing_is_installed(systemd: UserSystemd):
    (systemd.home / ".config" / "triage" / "config.toml").unlink()
    run = service(systemd, "install")
    assert run.code == 3
    assert "triage init" in run.err
    assert not any(systemd.units.iterdir())


# --- where there is no systemd ------------------------------------------------------------------------------------


@pytest.fixture
def bare(tmp_path: Path) -> Home:
    """A home in a session without systemd."""
    made = Home(tmp_path / "home")
    made.configure()
    return made


def test_without_systemd_the_desktop_is_offered(bare: Home):
    run = bare.triage("service", "install")
    assert run.code == 1
    assert "no systemd" in run.err
    assert "triage service install --autostart" in run.err


def test_the_desktop_starts_it_with_its_configuration(bare: Home):
    run = bare.triage("service", "install", "--autostart")
    assert run.code == 0, run.err
    entry = bare.root / "config" / "autostart" / "triage.desktop"
    lines = dict(line.split("=", 1) for line in entry.read_text().splitlines() if "=" in line)
    assert shlex.split(lines["Exec"])[-2:] == [str(Path(sys.executable).with_name("triage")), "run"]
    assert lines["Type"] == "Application"
    told = bare.triage("service", "status")
    assert told.code == 1
    assert str(entry) in told.out
    with bare.daemon() as running:
        running.wait_until(lambda: bare.triage("service", "status").code == 0)
    assert bare.triage("service", "uninstall").code == 0
    assert not entry.exists()


def test_what_the_desktop_is_to_start_starts(bare: Home):
    bare.triage("service", "install", "--autostart")
    entry = (bare.root / "config" / "autostart" / "triage.desktop").read_text()
    words = shlex.split(re.search(r"^Exec=(.*)$", entry, re.MULTILINE)[1])
    words[-1] = "--version"
    env = {"PATH": os.environ["PATH"], "HOME": str(bare.root)}
    run = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    assert run.stdout.startswith("triage "), run.stderr
