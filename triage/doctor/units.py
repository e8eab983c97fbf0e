"""The systemd user units: installed, enabled, active, of this installation, and kept when nobody is logged in."""

import getpass
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from triage.doctor.patient import Patient
from triage.model.findings import Finding, broken, look, ok
from triage.store.lock import holder

UNIT = "triage.service"
PATIENCE = 8.0
_WANTED = ("LoadState", "ActiveState", "SubState", "UnitFileState", "Result", "NeedDaemonReload", "ExecStart")
_PROGRAM = re.compile(r"path=(\S+) ;")
_INSTALL = "install it:  triage service install"


def service(patient: Patient) -> Iterator[Finding]:
    """What the user's manager says of the unit."""
    if shutil.which("systemctl", path=patient.environ.get("PATH")) is None:
        yield look("there is no systemd here", "let your session start  triage run")
        return
    shown = _shown(patient.environ)
    if shown is None:
        yield look("the user's systemd cannot be asked", "if there is none, let your session start  triage run")
        return
    if shown.get("LoadState") != "loaded":
        yield _not_loaded(shown.get("LoadState", ""), patient)
        return
    yield _activity(shown)
    if shown.get("UnitFileState") not in ("enabled", "enabled-runtime", "linked"):
        yield look("it is not started with your session", "enable it:  systemctl --user enable triage")
    if shown.get("NeedDaemonReload") == "yes":
        yield look("the unit was changed on disk", "run:  systemctl --user daemon-reload")
    yield from _program(shown.get("ExecStart", ""), patient)
    if lingers := _lingers():
        yield ok(lingers)


def _shown(environ: Mapping[str, str]) -> dict[str, str] | None:
    command = ["systemctl", "--user", "show", UNIT, *(f"--property={name}" for name in _WANTED)]
    try:
        run = subprocess.run(
            command, env=dict(environ), stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if run.returncode:
        return None
    return dict(line.partition("=")[::2] for line in run.stdout.decode("utf-8", "replace").splitlines())


def _not_loaded(state: str, patient: Patient) -> Finding:
    if state == "masked":
        return look("the unit is masked", "run:  systemctl --user unmask triage")
    if state != "not-found":
        return broken(f"the unit cannot be loaded ({state})", "systemctl --user status triage says why")
    if holder(patient.config.state_dir) is not None:
        return ok("the unit is not installed; the daemon was started some other way", _INSTALL)
    return look("the unit is not installed", _INSTALL)


def _activity(shown: Mapping[str, str]) -> Finding:
    state, sub = shown.get("ActiveState", ""), shown.get("SubState", "")
    if state == "active":
        return ok("the unit is active")
    if state == "failed":
        why = shown.get("Result", "")
        return broken(f"the unit failed ({why})", "journalctl --user -u triage says why")
    if state in ("activating", "reloading"):
        return look(f"the unit is {state} ({sub})", "if that stays so, journalctl --user -u triage says why")
    return look("the unit is not active", "start it:  systemctl --user start triage")


def _program(start: str, patient: Patient) -> Iterator[Finding]:
    """Another environment than this one is an upgrade that went to the wrong place."""
    found = _PROGRAM.search(start)
    if not found:
        return
    program = Path(found[1])
    if not program.exists():
        yield broken("the unit starts {program}, which is not there", _INSTALL, program=patient.brief(program))
        return
    ours = Path(sys.prefix)
    if ours not in (program.resolve().parent.parent, program.parent.parent):
        yield look(
            "the unit starts {program}, this is {ours}",
            f"if that is not meant so, {_INSTALL}",
            program=patient.brief(program),
            ours=patient.brief(ours),
        )
    else:
        yield ok("it starts this installation, {ours}", ours=patient.brief(ours))


def _lingers() -> str:
    """See loginctl(1), enable-linger."""
    folder = Path("/var/lib/systemd/linger")
    if not folder.is_dir():
        return ""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = str(os.getuid())
    if (folder / name).exists():
        return "it runs also while you are logged out (lingering)"
    return "it runs while you are logged in (loginctl enable-linger changes that)"
