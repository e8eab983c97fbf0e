"""An Exchange mailbox: reached, trusted, signed in to, its folders found; of a shared one, where its answers lie."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from triage.doctor import sent
from triage.doctor.passwords import secret
from triage.doctor.patient import Patient
from triage.model.findings import Finding, look, ok
from triage.model.mail import Role
from triage.settings import SourceSettings

if TYPE_CHECKING:
    from triage.sources.exchange.folders import Box

NEWEST = 200
# PR_LAST_VERB_EXECUTED: answered, answered to all (MS-OXOMSG 2.2.1.8).
_ANSWERED = (102, 103)


def account(patient: Patient, settings: SourceSettings) -> Iterator[Finding]:
    """Everything the server can be asked by reading."""
    from triage.sources.exchange.faults import told  # exchangelib is slow to import
    from triage.sources.exchange.folders import boxes
    from triage.sources.exchange.line import Line
    from triage.sources.exchange.survey import newest
    from triage.sources.exchange.wire import Seen

    seen = Seen()
    with told(settings, seen):
        line = Line(settings, None if settings.auth == "kerberos" else secret(patient, settings), seen)
        try:
            found = boxes(line, settings)
            host = urlsplit(settings.endpoint).hostname or ""
            yield ok(f"signed in to {{host}} as {{user}} ({settings.auth})", host=host, user=settings.user)
            read = [box.name for box in found if box.role is Role.INBOX]
            mine = [box.name for box in found if box.role is Role.SENT]
            yield ok(f"reads {len(read)} folders: {{names}}", names=", ".join(read[:10]))
            yield ok("your answers are looked for in {names}", names=", ".join(mine))
            if settings.mailbox:
                yield _shared(settings, found)
            since = patient.now - sent.REACH
            last = [(box.role, each) for box in found for each in newest(line, box.id, since, NEWEST)]
        finally:
            line.close()
    answered = {
        one.message_id for role, (one, verb) in last if role is Role.INBOX and verb in _ANSWERED and one.message_id
    }
    replied_to = {id_ for role, (one, _) in last if role is Role.SENT for id_ in (*one.in_reply_to, *one.references)}
    yield from sent.kept_elsewhere(patient, answered, replied_to)


def _shared(settings: SourceSettings, found: "Sequence[Box]") -> Finding:
    """By default a reply from a shared mailbox lies only where whoever wrote it keeps his own."""
    copies = any(box.role is Role.SENT and box.total and not box.name.startswith(settings.user) for box in found)
    if copies:
        return ok("replies from {mailbox} are kept in its own Sent Items as well", mailbox=settings.mailbox)
    return look(
        "replies from {mailbox} lie in the sender's own Sent Items: yours are read there,"
        " a coworker's are seen only where {mailbox} is in To or Cc",
        "have Exchange keep a copy:  Set-Mailbox {mailbox} -MessageCopyForSentAsEnabled $true"
        " -MessageCopyForSendOnBehalfEnabled $true",
        mailbox=settings.mailbox,
    )
