"""The state database: there, sound, of this version, and nobody else's."""

import stat
from collections.abc import Iterator

from triage.doctor.patient import Patient
from triage.model.findings import Finding, broken, look, ok
from triage.sources.mounts import on_network
from triage.store import examining, faults, schema

# From this size on indexes are not compared with their tables: that would take longer than people wait.
QUICKLY = 100_000_000
LARGE = 2_000_000_000
LARGE_LOG = 200_000_000


def file(patient: Patient) -> Iterator[Finding]:
    """Errors of the store say what is wrong and what to do."""
    path = patient.database
    if not path.exists():
        yield look("nothing was read yet", "run:  triage poll")
        return
    with faults.told(path), faults.on_disk(path):
        version = examining.version(path)
        if version > schema.VERSION:
            raise faults.newer(path)
        if 0 < version < schema.VERSION:
            raise faults.older(path)
        wrong = examining.damage(path, quickly=path.stat().st_size > QUICKLY)
    if wrong:
        yield broken("the database is damaged: {wrong}", faults.corrupt(path).hint, wrong=wrong)
        return
    yield from _surroundings(patient)
    size = path.stat().st_size
    yield ok(f"sound, {_size(size)}, version {version}")


def _surroundings(patient: Patient) -> Iterator[Finding]:
    path = patient.database
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield look(
            f"others may read your mail in it (mode {mode:04o})", "run:  chmod 600 {file}", file=patient.brief(path)
        )
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size > LARGE_LOG:
        yield look(
            f"its log has grown to {_size(log.stat().st_size)}",
            "a program keeps an old state of it open; restart the daemon:  systemctl --user restart triage",
        )
    if path.stat().st_size > LARGE:
        yield look("it has grown very large", "shorten closed_text under [retention]")
    if on_network(path.parent):
        yield broken(
            "the database lies on a network file system, where SQLite's log does not work",
            "name a folder on this machine's own disk as state_dir",
        )


def _size(size: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
