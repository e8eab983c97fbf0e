"""The table of checks, and how they are run: all at once, each behind a wall of its own."""

import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from triage.doctor import (
    addresses,
    calendar,
    clock,
    daemon,
    database,
    disk,
    exchange,
    health,
    imap,
    maildir,
    passwords,
    session,
    settings,
    telephone,
    tokens,
    units,
)
from triage.doctor.patient import Patient
from triage.errors import ConfigError, TriageError
from triage.model.findings import Finding, broken
from triage.settings import SourceSettings

Check = Callable[[Patient], Iterable[Finding]]
SourceCheck = Callable[[Patient, SourceSettings], Iterable[Finding]]

# Each in one line; the order is that of the report.
CONFIGURED: Mapping[str, Check] = {
    "config": settings.file,
}
OF_KIND: Mapping[str, tuple[SourceCheck, ...]] = {
    "exchange": (passwords.password, exchange.account),
    "imap": (passwords.password, tokens.sign_in, imap.account),
    "maildir": (maildir.folder,),
    "voicemail": (telephone.voicemails,),
    "call_log": (telephone.call_log,),
}
OF_EVERY_SOURCE: tuple[SourceCheck, ...] = (health.source,)
AFTER_SOURCES: Mapping[str, Check] = {
    "addresses": addresses.own,
    "clock": clock.clock,
    "holidays": calendar.holidays,
    "database": database.file,
    "disk": disk.space,
    "daemon": daemon.running,
}
ANYWHERE: Mapping[str, Check] = {
    "bus": session.bus,
    "notices": session.notices,
    "keyring": session.keyring,
    "systemd": units.service,
}


def examine(patient: Patient, *, refused: ConfigError | None = None) -> tuple[Finding, ...]:
    """Everything found, in the order of the table. `refused` is why there is no configuration: what needs one is then
    left out.
    """
    if refused:
        found = tuple(replace(one, part="config") for one in settings.refused(refused))
        return (*found, *_run(patient, _anywhere(patient)))
    sources = [
        _Examination(f"{{source_{place}}}", partial(check, patient, one), ((f"source_{place}", one.name),))
        for place, one in enumerate(patient.config.sources, start=1)
        for check in (*OF_KIND.get(one.kind, ()), *OF_EVERY_SOURCE)
    ]
    before, after = (_examinations(table, patient) for table in (CONFIGURED, AFTER_SOURCES))
    return _told_once(_run(patient, [*before, *sources, *after, *_anywhere(patient)]))


def _told_once(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Many checks read the database: what is wrong with it stands with it alone."""
    known = {one.what for one in found if one.part == "database"}
    return tuple(one for one in found if one.part == "database" or one.what not in known)


@dataclass(slots=True)
class _Examination:
    """One check on its way."""

    part: str
    check: Callable[[], Iterable[Finding]]
    private: tuple[tuple[str, str], ...] = ()
    found: list[Finding] = field(default_factory=list)


def _examinations(table: Mapping[str, Check], patient: Patient) -> list[_Examination]:
    return [_Examination(part, partial(check, patient)) for part, check in table.items()]


def _anywhere(patient: Patient) -> list[_Examination]:
    return _examinations(ANYWHERE, patient)


def _run(patient: Patient, examinations: list[_Examination]) -> tuple[Finding, ...]:
    threads = [threading.Thread(target=_examine, args=(one,), daemon=True) for one in examinations]
    end = time.monotonic() + patient.patience
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    late = broken(
        f"no answer within {patient.patience:.0f} seconds", "look at what hangs; doctor has stopped waiting for it"
    )
    return tuple(
        replace(finding, part=one.part, private=(*finding.private, *one.private))
        for one, thread in zip(examinations, threads, strict=True)
        for finding in (*one.found, *((late,) if thread.is_alive() else ()))
    )


def _examine(examination: _Examination) -> None:
    try:
        for finding in examination.check():
            examination.found.append(finding)
    except TriageError as error:
        examination.found.append(told(error))
    except Exception as error:  # noqa: BLE001 - thread wall: one check's defect must not hide what others found
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
        examination.found.append(broken(f"this could not be examined ({where})", "this is a defect: please report it"))


def told(error: TriageError) -> Finding:
    """An error of ours as a finding; its words may name anything, so that only its kind is public."""
    cause = f"_from_{type(error.__cause__).__name__}" if error.__cause__ else ""
    kind = f"{type(error).__name__}{cause}"
    return broken(
        f"{{{kind}}}", "{what_to_do}" if error.hint else "", **{kind: error.message, "what_to_do": error.hint}
    )
