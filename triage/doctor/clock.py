"""The clock and its zone: a wrong one makes every due time wrong."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from triage.doctor.patient import Patient
from triage.errors import ConfigError
from triage.freedays import zone
from triage.model.findings import Finding, look, ok
from triage.report.words import length
from triage.store import examining

REACH = timedelta(days=7)
BEHIND = timedelta(minutes=2)
AHEAD = timedelta(minutes=15)
ENOUGH = 10


def clock(patient: Patient) -> Iterator[Finding]:
    """The zone against the system's, and the clock against the mail servers'."""
    workday = patient.config.workday
    ours = zone(workday, patient.environ)
    local = patient.now.astimezone(ours)
    yield from _zone(patient)
    apart = [gap for gap in (_gap(patient, one.name) for one in patient.config.sources) if gap is not None]
    wrong = next((gap for gap in apart if gap < -BEHIND or gap > AHEAD), None)
    if wrong is None:
        yield ok(f"{local:%H:%M} {local.tzname()}")
    else:
        direction = "ahead of" if wrong > timedelta() else "behind"
        yield look(
            f"this clock is about {length(abs(wrong))} {direction} the mail server's",
            "let the system set it:  timedatectl set-ntp true",
        )


def _zone(patient: Patient) -> Iterator[Finding]:
    workday = patient.config.workday
    ours = zone(workday, patient.environ)
    try:
        systems = zone(replace(workday, timezone=None), patient.environ)
    except ConfigError:
        yield look("the system does not say its time zone", "set it:  timedatectl set-timezone Europe/Berlin, or yours")
        return
    if patient.now.astimezone(ours).utcoffset() != patient.now.astimezone(systems).utcoffset():
        yield look(
            f"due times are in {ours.key}, your system shows {systems.key}",
            "right if you travel; else change timezone under [workday], or the system's",
        )
    elif workday.timezone is None and systems.key in {"UTC", "Etc/UTC"}:
        yield look("the system's zone is UTC", 'if you work elsewhere, set timezone = "..." under [workday]')


def _gap(patient: Patient, source: str) -> timedelta | None:
    """How far this clock is ahead of the server's: the least time any new message needed to get here.

    A message cannot be seen before it was received; and of many at least one is seen soon after.
    """
    arrivals = examining.arrivals(patient.database, source, patient.now - REACH)
    gaps = [seen - received for seen, received in arrivals]
    if not gaps or (min(gaps) > timedelta() and len(gaps) < ENOUGH):
        return None
    return min(gaps)
