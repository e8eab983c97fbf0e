"""Do my answers arrive in a Sent mailbox? A phone that keeps them to itself makes everybody look unanswered."""

import re
from collections.abc import Collection, Iterator
from datetime import timedelta

from triage.core.people import People
from triage.doctor.patient import Patient
from triage.model.entries import Entry
from triage.model.findings import Finding, look, ok
from triage.settings import SourceSettings
from triage.store import examining, lookups

REACH = timedelta(days=30)
FEW = 3
# Forwards name the message they hand on; outside their writer's house nobody may have that.
_FORWARD = re.compile(r"\s*(?:fw|fwd|wg|tr|rv|enc|i|doorst|vs|vb|pd)\s*:", re.IGNORECASE)


def kept_elsewhere(patient: Patient, answered: Collection[str], replied_to: Collection[str]) -> Iterator[Finding]:
    """Of mail that some program marked as answered: how much of it has no answer in any Sent mailbox.

    `answered` are its Message-IDs, `replied_to` those that mail in Sent was seen to reply to.
    """
    if not answered:
        return
    lost = set(answered) - set(replied_to)
    lost -= examining.answered(patient.database, lost)
    if 5 * len(lost) < len(answered) or not lost:
        yield ok(f"{len(answered) - len(lost)} of {len(answered)} mails marked as answered have their answer in Sent")
        return
    yield look(
        f"{len(lost)} of {len(answered)} mails marked as answered have no answer in any Sent mailbox:"
        " your phone, or another mail program, seems to keep Sent to itself",
        "let it save sent mail on the server; or name the mailbox where it does:  sent = [...]",
    )


def unseen_mail(patient: Patient, settings: SourceSettings) -> Iterator[Finding]:
    """Replies that came to me alone, to mail of mine that stands nowhere."""
    people = People(me=patient.config.me, correspondence=lookups.correspondence(patient.database))
    since = patient.now - REACH
    mine = [
        known for entry, known in examining.replies(patient.database, settings.name, since) if _to_me(entry, people)
    ]
    lost = mine.count(False)
    if lost >= FEW and 3 * lost >= len(mine):
        yield look(
            f"{lost} of {len(mine)} replies to you answer a mail that stands in no Sent mailbox:"
            " some of what you send is not kept where triage reads",
            "let every program and phone save sent mail on the server; or add the mailbox:  sent = [...]",
        )


def _to_me(entry: Entry, people: People) -> bool:
    message = entry.message
    alone = len(message.to) == 1 and not message.cc and people.is_me(message.to[0].address)
    listed = any(name == "list-id" for name, _ in message.headers)
    return alone and not listed and not message.report and not _FORWARD.match(message.subject)
