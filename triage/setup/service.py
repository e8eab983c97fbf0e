"""The daemon under `systemd --user`: the package's units as they are, and what differs here in a drop-in of ours.

An upgrade replaces the units and the drop-in; what `systemctl --user edit` wrote stands in a file of its own.
"""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from triage.errors import TriageError

UNITS = ("triage.service", "triage-again.timer", "triage-summary.service", "triage-summary.timer")
STARTED = ("triage.service", "triage-summary.timer")
_CALLS = {"triage.service": ("run",), "triage-summary.service": ("summary", "--notice")}
_DROP_IN = "10-installed.conf"
_USUAL = "%h/.local/bin/triage"
PATIENCE = 200  # longer than TimeoutStartSec= of the unit


@dataclass(frozen=True, slots=True)
class Systemd:
    """The user's manager, as the environment reaches it, and the folder of the user's own units."""

    environ: Mapping[str, str]

    @property
    def folder(self) -> Path:
        """Where the manager looks first after what the administrator wrote (systemd.unit(5))."""
        config = self.environ.get("XDG_CONFIG_HOME") or f"{self.environ.get('HOME', '')}/.config"
        return Path(config) / "systemd" / "user"

    def there(self) -> bool:
        """Does a manager answer? In a container, or over ssh without a session, none may."""
        return self.call("show", "--property=Version").returncode == 0

    def call(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """systemctl --user; a machine without it answers like one without a manager."""
        command = ["systemctl", "--user", "--no-pager", *words]
        try:
            return subprocess.run(
                command,
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return subprocess.CompletedProcess(command, 1, "", type(error).__name__)

    def shown(self, unit: str) -> dict[str, str]:
        """What it knows of a unit."""
        wanted = "LoadState,ActiveState,UnitFileState,ActiveEnterTimestamp,StatusText,ExecStart,NeedDaemonReload"
        run = self.call("show", unit, f"--property={wanted}")
        return dict(line.partition("=")[::2] for line in run.stdout.splitlines())


def install(systemd: Systemd, program: tuple[str, ...], environment: Mapping[str, str]) -> None:
    """Write, enable, and start anew: a running daemon is then of this version. TriageError when it does not start."""
    try:
        for unit in UNITS:
            _write(systemd.folder / unit, carried(unit))
        for unit, words in _CALLS.items():
            drop_in = systemd.folder / f"{unit}.d" / _DROP_IN
            if text := _differing(program, words, environment, systemd.environ):
                _write(drop_in, text)
            else:
                drop_in.unlink(missing_ok=True)
    except OSError as error:
        raise TriageError(f"{systemd.folder} cannot be written ({error.strerror})", hint="who owns it?") from error
    for words in (("daemon-reload",), ("enable", *STARTED), ("restart", *STARTED)):
        run = systemd.call(*words)
        if run.returncode:
            said = " ".join(run.stderr.split())[:300]
            raise TriageError(
                f"systemctl --user {words[0]} failed: {said}", hint="journalctl --user -u triage says why"
            )


def uninstall(systemd: Systemd) -> tuple[Path, ...]:
    """Stop, disable, and take away what was installed; what the user wrote beside it is left, and named."""
    if systemd.there():
        systemd.call("disable", "--now", *STARTED)
        systemd.call("stop", "triage-again.timer", "triage-summary.service")
    left: list[Path] = []
    for unit in UNITS:
        (systemd.folder / unit).unlink(missing_ok=True)
        drop_ins = systemd.folder / f"{unit}.d"
        (drop_ins / _DROP_IN).unlink(missing_ok=True)
        if drop_ins.is_dir():
            left += drop_ins.iterdir()
            if not any(drop_ins.iterdir()):
                drop_ins.rmdir()
    if systemd.there():
        systemd.call("daemon-reload")
        systemd.call("reset-failed", *STARTED)
    return tuple(left)


def installed(systemd: Systemd) -> bool:
    """Is the unit there?"""
    return (systemd.folder / "triage.service").exists()


def outdated(systemd: Systemd) -> bool:
    """Are the units others than those of this version?"""
    return any(_text(systemd.folder / unit) != carried(unit) for unit in UNITS)


def carried(unit: str) -> str:
    """A unit as this version brings it."""
    return files("triage.setup").joinpath("units", unit).read_text(encoding="utf-8")


def _differing(
    program: tuple[str, ...], words: tuple[str, ...], environment: Mapping[str, str], environ: Mapping[str, str]
) -> str:
    """A drop-in for another place of the program or of its files; empty where the unit is right as it stands."""
    usual = Path(_USUAL.replace("%h", environ.get("HOME", "")))
    lines = [f"Environment={_quoted(f'{name}={value}')}" for name, value in environment.items()]
    if not (len(program) == 1 and usual.exists() and usual.samefile(program[0])):
        lines += ["ExecStart=", "ExecStart=" + " ".join(_quoted(one).replace("$", "$$") for one in (*program, *words))]
    head = "# Written by `triage service install`, which writes it anew. For changes of yours: systemctl --user edit"
    return "\n".join((head, "[Service]", *lines, "")) if lines else ""


def _quoted(text: str) -> str:
    """One word without specifiers (systemd.syntax(7))."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
