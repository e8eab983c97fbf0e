"""Mail from people in mailboxes that nobody reads: a filter may put it there, and they would wait unseen."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from triage.core.judging.headers import from_people
from triage.core.people import People
from triage.doctor.patient import Patient
from triage.model.findings import Finding, look, ok
from triage.model.mail import Message
from triage.settings import SourceSettings
from triage.store import examining, lookups

REACH = timedelta(days=30)
NEWEST = 50
MOST_BOXES = 40
MOST_TOLD = 3


def people_unread(
    patient: Patient, settings: SourceSettings, found: Mapping[str, Sequence[Message]]
) -> Iterator[Finding]:
    """`found` is recent mail by mailbox, of mailboxes that are not read."""
    people = People(
        me=patient.config.me, correspondence=lookups.correspondence(patient.database), rules=patient.config.rules
    )
    known = examining.stored(patient.database, [one.key for messages in found.values() for one in messages])
    counts = {
        name: sum(one.key not in known for one in from_people(messages, people, source=settings.name))
        for name, messages in found.items()
    }
    most = sorted((name for name, count in counts.items() if count), key=lambda name: -counts[name])
    for name in most[:MOST_TOLD]:
        yield look(
            f"{_mails(counts[name])} in {{mailbox}}, which is not read",
            'add "{mailbox}" to mailboxes of this source if they should be answered',
            mailbox=name,
        )
    if found and not most:
        where = "mailbox that is" if len(found) == 1 else "mailboxes that are"
        yield ok(f"no mail from people in the {len(found)} {where} not read")


def _mails(many: int) -> str:
    if many == 1:
        return "a mail from people in 30 days lies"
    return f"{many}{' or more' if many >= NEWEST else ''} mails from people in 30 days lie"
