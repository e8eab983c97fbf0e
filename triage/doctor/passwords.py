"""Where a source's password comes from, and whether it is there. The keyring is never made to ask for its own."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from triage import secrets
from triage.doctor.patient import Patient
from triage.model.findings import Finding, look, ok
from triage.oauth.providers import by_oauth
from triage.settings import SourceSettings
from triage.store.lock import holder
from triage.unlocking import Unlocking, locked


def password(patient: Patient, settings: SourceSettings) -> Iterator[Finding]:
    """Errors say what is missing."""
    if by_oauth(settings) or settings.auth == "kerberos":
        return
    secret(patient, settings)
    place = _place(settings, patient.environ)
    yield ok(f"a password from {place}")
    name = secrets.variable(settings.name)
    if place == "the environment" and not _daemon_has(patient, name):
        yield look(
            "the password is in the environment of this shell, but not in the daemon's",
            "keep it in the keyring:  triage login {name}",
            name=settings.name,
        )


def secret(patient: Patient, settings: SourceSettings) -> str:
    """The password. SecretMissing also where the keyring is locked: it stays so."""
    return secrets.password(settings, environ=patient.environ, unlocking=Unlocking(locked))


def _place(settings: SourceSettings, environ: Mapping[str, str]) -> str:
    if settings.password_command:
        return "password_command"
    if environ.get(secrets.variable(settings.name)):
        return "the environment"
    folder = environ.get("CREDENTIALS_DIRECTORY")
    return "a systemd credential" if folder and (Path(folder) / settings.name).exists() else "the keyring"


def _daemon_has(patient: Patient, name: str) -> bool:
    """True also where no daemon runs, or the system does not tell."""
    pid = holder(patient.config.state_dir)
    if pid is None:
        return True
    try:
        environ = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return True
    return any(pair.startswith(os.fsencode(name) + b"=") for pair in environ.split(b"\0"))
