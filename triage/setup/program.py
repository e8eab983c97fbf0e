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


def environment(environ: Mapping[str, str], config: Path, usual: Path) -> dict[str, str]:
    """What the program must be told where it starts without this shell's variables."""
    told = {} if config == usual else {"TRIAGE_CONFIG": str(config)}
    if environ.get("TRIAGE_STATE_DIR"):
        told["TRIAGE_STATE_DIR"] = str(Path(environ["TRIAGE_STATE_DIR"]).expanduser().absolute())
    return told
