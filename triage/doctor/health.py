"""How a source fared until now, as the daemon stored it: freshness, failures, messages nobody could read."""

from collections.abc import Iterator

from triage.doctor.patient import Patient
from triage.doctor.sent import unseen_mail
from triage.model.findings import Finding, broken, look, ok
from triage.model.health import Health
from triage.report.words import count, length
from triage.settings import SourceSettings
from triage.store import reads
from triage.store.lock import holder


def source(patient: Patient, settings: SourceSettings) -> Iterator[Finding]:
    """What is stored of it."""
    board = reads.board(patient.database, patient.now, sources=(settings,))
    if board is None or board.sources[0].known_since is None:
        yield look("never read", "run:  triage poll")
        return
    health = board.sources[0]
    yield _freshness(patient, health)
    if health.unreadable:
        yield look(
            f"{count(health.unreadable, 'message', 'messages')} could not be read",
            "triage list --all shows them; look at them in your mail program",
        )
    yield from unseen_mail(patient, settings)


def _freshness(patient: Patient, health: Health) -> Finding:
    runs = holder(patient.config.state_dir) is not None
    if health.reading and health.completed is None:
        return ok(f"the first read is under way: {health.reading.done:,} of {health.reading.of:,}")
    if health.completed is None:
        return broken("never read to its end: {error}", "{what_to_do}", error=_said(health), what_to_do=_next(health))
    since = length(patient.now - health.completed)
    if health.error:
        return broken(
            f"last read whole {since} ago: {{error}}", "{what_to_do}", error=_said(health), what_to_do=_next(health)
        )
    if health.stale(patient.now):
        hint = "restart the daemon:  systemctl --user restart triage" if runs else "start the daemon, or:  triage poll"
        return look(f"last read whole {since} ago", hint)
    return ok(f"last read whole {since} ago")


def _said(health: Health) -> str:
    return (health.error or "no reason was given").removeprefix(f"{health.name}: ")


def _next(health: Health) -> str:
    return health.hint or "run:  triage poll"
