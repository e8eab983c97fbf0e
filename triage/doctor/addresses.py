"""Who the user is: the addresses configured, and those learned from what he sent."""

from collections.abc import Iterator

from triage.core.people import People
from triage.doctor.patient import Patient
from triage.model.findings import Finding, look, ok
from triage.store import lookups

MOST_TOLD = 5


def own(patient: Patient) -> Iterator[Finding]:
    """One address that is missing makes my own mail look like somebody's who waits."""
    me = patient.config.me
    correspondence = lookups.correspondence(patient.database)
    configured = People(me=me)
    seen = sorted(one for one in correspondence.identities if not configured.is_me(one))
    doubtful = [one for one in seen if one in correspondence.heard_from]
    learned = [one for one in seen if one not in correspondence.heard_from]
    yield ok("you are {addresses}", addresses=", ".join(me.addresses))
    if learned:
        yield ok(f"learned from Sent: {len(learned)} more, {{learned}}", learned=", ".join(learned[:MOST_TOLD]))
    for address in doubtful[:MOST_TOLD]:
        yield look(
            "{address} wrote to you and also stands as sender in Sent",
            "if that is you, add it to addresses under [me]; else nothing needs doing",
            address=address,
        )
