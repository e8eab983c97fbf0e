"""How long a sign-in by OAuth lasts, and what for. Nothing of the tokens themselves."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from triage.doctor.patient import Patient
from triage.freedays import zone
from triage.model.access import Access
from triage.model.findings import Finding, look, ok
from triage.oauth.keeping import Safe
from triage.oauth.providers import by_oauth, provider
from triage.oauth.tokens import Tokens
from triage.settings import SourceSettings
from triage.unlocking import Unlocking, locked

SOON = timedelta(days=2)


def sign_in(patient: Patient, settings: SourceSettings) -> Iterator[Finding]:
    """What is kept of it. The keyring is never made to ask for its own password."""
    safe = Safe(settings, patient.config.state_dir, Unlocking(locked))
    grant = safe.grant() if by_oauth(settings) else None
    if grant is None or grant.refused:  # as whoever signs in will say
        return
    asked = provider(settings)
    yield ok(
        f"signed in by {asked.name} since {_day(patient, grant.granted)}, for {{scopes}}", scopes=" ".join(grant.scopes)
    )
    renewed = "renewed by itself" if grant.refresh else "and is not renewed"
    yield ok(f"the token is good until {_moment(patient, grant.ends)}, {renewed}")
    if grant.lapses:
        told = look if grant.lapses - patient.now < SOON else ok
        until = _moment(patient, grant.lapses)
        yield told(f"{asked.name} ends this sign-in on {until}", f"{asked.guide} tells how to get one that lasts")
    if safe.path.exists():
        yield ok("kept in {file}, for you alone: no keyring took it", file=patient.brief(safe.path))


def tokens(patient: Patient, settings: SourceSettings) -> Callable[[str], Access] | None:
    """What a source that signs in by token asks."""
    return Tokens(settings, patient.config.state_dir, Unlocking(locked)) if by_oauth(settings) else None


def _moment(patient: Patient, moment: datetime) -> str:
    local = moment.astimezone(zone(patient.config.workday, patient.environ))
    return (
        f"{local:%H:%M}" if moment - patient.now < timedelta(hours=12) else f"{local:%a} {local.day} {local:%b %H:%M}"
    )


def _day(patient: Patient, moment: datetime) -> str:
    return f"{moment.astimezone(zone(patient.config.workday, patient.environ)):%Y-%m-%d}"
