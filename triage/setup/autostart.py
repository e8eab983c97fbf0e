"""Where no systemd keeps services: the desktop starts the daemon with the session (Desktop Application Autostart)."""

from collections.abc import Mapping
from pathlib import Path

from triage.errors import TriageError

_ENTRY = """\
[Desktop Entry]
Type=Application
Name=triage
Comment=Tells who still waits for your answer
Exec={command}
Terminal=false
NoDisplay=true
"""


def place(environ: Mapping[str, str]) -> Path:
    """The user's own entry."""
    config = environ.get("XDG_CONFIG_HOME") or f"{environ.get('HOME', '')}/.config"
    return Path(config) / "autostart" / "triage.desktop"


def install(environ: Mapping[str, str], program: tuple[str, ...], told: Mapping[str, str]) -> Path:
    """Write the entry. Nothing starts before the next session."""
    words = [*(("env", *(f"{name}={value}" for name, value in told.items())) if told else ()), *program, "run"]
    path = place(environ)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_ENTRY.format(command=" ".join(map(_quoted, words))), encoding="utf-8")
    except OSError as error:
        raise TriageError(f"{path} cannot be written ({error.strerror})", hint="who owns its folder?") from error
    return path


def uninstall(environ: Mapping[str, str]) -> bool:
    """Take it away; was it there?"""
    path = place(environ)
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def _quoted(word: str) -> str:
    """As the Desktop Entry Specification quotes arguments, and once more for strings; % would be a field code."""
    if all(sign.isalnum() or sign in "/-._=+:@," for sign in word):
        return word
    inner = "".join(f"\\{sign}" if sign in '"`$\\' else sign for sign in word)
    return '"' + inner.replace("\\", "\\\\").replace("%", "%%") + '"'
