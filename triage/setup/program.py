"""Which program the session is to start: this installation's own, by a path that stays through upgrades."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

COMMAND = "triage"


def program(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The command beside this Python (a venv keeps it there from version to version), else what PATH finds, else
    Python itself.
    """
    beside = Path(sys.executable).with_name(COMMAND)
    if os.access(beside, os.X_OK):
        return (str(beside),)
    found = shutil.which(COMMAND, path=environ.get("PATH"))
    return (found,) if found else (sys.executable, "-m", COMMAND)


def environment(environ: Mapping[str, str], config: Path, state_dir: Path) -> dict[str, str]:
    """What the program must be told where it starts without this shell's variables: where its files are, unless they
    are where they always are. A `state_dir` that the configuration names it finds by itself.
    """
    home = Path(environ.get("HOME", ""))
    told = {} if config == home / ".config" / "triage" / "config.toml" else {"TRIAGE_CONFIG": str(config)}
    by_shell = environ.get("TRIAGE_STATE_DIR") or (
        environ.get("XDG_STATE_HOME") and state_dir == Path(environ["XDG_STATE_HOME"]) / COMMAND
    )
    if by_shell and state_dir != home / ".local" / "state" / COMMAND:
        told["TRIAGE_STATE_DIR"] = str(state_dir)
    return told
