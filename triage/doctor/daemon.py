"""The daemon: does it run, and with the configuration as it stands?"""

from collections.abc import Iterator
from datetime import datetime

from triage.doctor.patient import Patient
from triage.model.findings import Finding, look, ok
from triage.report.words import length
from triage.store import reads
from triage.store.lock import holder


def running(patient: Patient) -> Iterator[Finding]:
    """Whoever holds the lock."""
    pid = holder(patient.config.state_dir)
    if pid is None:
        yield look("not running: nobody is reminded", "start it:  systemctl --user start triage  (or triage run)")
        return
    known = reads.kept(patient.database, "daemon")
    if not isinstance(known, dict) or known.get("pid") != pid:
        yield ok(f"triage poll is at work (process {pid})")
        return
    since = length(patient.now - datetime.fromisoformat(str(known["since"])))
    yield ok(f"runs since {since} (process {pid})")
    judged = reads.kept(patient.database, "judged_by")
    if isinstance(judged, dict) and judged.get("config") != patient.config.digest:
        yield look(
            "it works by an older text of the configuration", "tell it:  systemctl --user reload triage  (or SIGHUP)"
        )
