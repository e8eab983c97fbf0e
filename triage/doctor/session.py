"""The desktop session: its bus, who shows notices there, and its keyring."""

import time
from collections.abc import Iterator

from triage.doctor.patient import Patient
from triage.errors import SinkUnavailable
from triage.model.findings import Finding, broken, look, ok
from triage.model.notices import Bubble

PATIENCE = 5.0
_NO_BUS = "run doctor inside your desktop session; over ssh there may be none"


def bus(patient: Patient) -> Iterator[Finding]:
    """Notices and the keyring travel over it."""
    from triage.sinks.bus import Bus, address

    where = address()
    if where is None:
        yield _missing(patient, "there is no session bus")
        return
    try:
        Bus(where, heard=lambda _: None, deadline=time.monotonic() + PATIENCE).close()
    except OSError:
        yield _missing(patient, "the session bus does not answer")
        return
    yield ok("the session bus answers")


def _missing(patient: Patient, what: str) -> Finding:
    if patient.config.reminders.command:
        return look(f"{what}; notices go through your command alone", _NO_BUS)
    return broken(f"{what}: no notice can be shown", _NO_BUS)


def notices(patient: Patient) -> Iterator[Finding]:
    """Who shows notices, and what it can do. With `notify` one is shown."""
    from triage.sinks.service import service

    try:
        shown_by = service(PATIENCE)
    except SinkUnavailable as error:
        yield _unshown(patient, error)
        return
    yield ok(f"shown by {shown_by.name} {shown_by.version}")
    if "actions" not in shown_by.able:
        yield look("it shows no buttons", "Done and In 30 min must be typed; another notification service shows them")
    if shown_by.silenced:
        yield look("it is told not to disturb: notices are not seen", "end do-not-disturb when you want to be reminded")
    if patient.notify:
        yield _test_notice()


def _unshown(patient: Patient, error: SinkUnavailable) -> Finding:
    if patient.config.reminders.command:
        return look(f"{error.message}; notices go through your command alone", error.hint)
    return broken(error.message, error.hint)


def _test_notice() -> Finding:
    from triage.sinks.desktop import desktop

    sink = desktop(lambda _: None)
    try:
        sink.show(Bubble(id="doctor", title="triage can reach you", body="This is a test. Nobody waits because of it."))
    except SinkUnavailable as error:
        return broken(f"the test notice was not shown: {error.message}", error.hint)
    finally:
        sink.shutdown()
    return ok("the test notice was accepted; if you did not see it, look at do-not-disturb")


def keyring(patient: Patient) -> Iterator[Finding]:
    """Which one keeps passwords, and is it open?"""
    import keyring as library  # slow to import
    from keyring.backends import fail, null

    from triage.unlocking import find_late, locked

    find_late()
    ring = library.get_keyring()
    if isinstance(ring, fail.Keyring | null.Keyring):
        yield ok("none here; passwords come from password_command, the environment or a systemd credential")
    elif locked():
        yield look("it is locked", "unlock it: until then passwords in it cannot be read")
    else:
        yield ok(f"{type(ring).__module__.rpartition('.')[2]}, open")
