"""Room for the database, and leave to write there."""

import os
from collections.abc import Iterator
from pathlib import Path

from triage.doctor.patient import Patient
from triage.model.findings import Finding, broken, look, ok

SCARCE = 500_000_000
FULL = 20_000_000


def space(patient: Patient) -> Iterator[Finding]:
    """Where the database lies or will lie."""
    place = _nearest(patient.database.parent)
    if not os.access(place, os.W_OK | os.X_OK):
        yield broken(
            "{folder} cannot be written",
            "give yourself write access, or name another folder as state_dir",
            folder=patient.brief(place),
        )
        return
    system = os.statvfs(place)
    free = system.f_bavail * system.f_frsize
    if free < FULL or (system.f_files and not system.f_favail):
        yield broken("the disk is full", "free some space: what comes in cannot be stored")
    elif free < SCARCE:
        yield look(f"only {free // 1_000_000} MB are free", "free some space before it is full")
    else:
        yield ok(f"{free / 1e9:.1f} GB free")


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that is there."""
    return next(one for one in (folder, *folder.absolute().parents) if one.exists())
