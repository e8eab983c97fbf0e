"""Invented mail for the tests of judging: one line makes an entry."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from triage.core.cases.folding import Policy
from triage.core.people import People
from triage.core.times.hours import Hours
from triage.model.entries import Correspondence, Entry
from triage.model.mail import Address, Message
from triage.settings import Me, Workday

ME = "robin@example.com"
ADA = "ada@client.example"
BEN = "ben@client.example"
KIM = "kim@example.com"
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
HOURS = Hours(zone=ZoneInfo("UTC"), week=Workday().week)
POLICY = Policy(hours=HOURS)


def at(hours: float) -> datetime:
    """Hours after Monday nine o'clock."""
    return MONDAY + timedelta(hours=hours)


def box(text: str) -> Address:
    """ "Ada King <ada@client.example>" or the bare address."""
    name, _, address = text.rpartition("<")
    return Address(name=name.strip(), address=address.rstrip(">"))


def entry(
    name,
    *,
    hours=0.0,
    sender=ADA,
    to=(ME,),
    cc=(),
    text="Could you send the revised quote?",
    subject="Quote for March",
    replies=(),
    references=(),
    headers=(),
    sent=None,
    source="office",
    reply_to=(),
    mailboxes=("INBOX",),
    seen=None,
    outgoing=False,
    discarded=False,
    archived=False,
    left=None,
    **fields,
):
    """A message called <name>, received so many hours after Monday nine."""
    replies = (replies,) if isinstance(replies, str) else replies
    message = Message(
        key=f"id:<{name}>",
        message_id=f"<{name}>",
        received=at(hours),
        sent=sent,
        sender=box(sender) if sender else None,
        to=tuple(map(box, to)),
        cc=tuple(map(box, cc)),
        reply_to=tuple(map(box, reply_to)),
        text=text,
        subject=subject,
        in_reply_to=tuple(f"<{one}>" for one in replies),
        references=tuple(f"<{one}>" for one in references),
        headers=tuple(headers),
        **fields,
    )
    return Entry(
        message=message,
        source=source,
        seen=seen or at(hours),
        mailboxes=mailboxes,
        outgoing=outgoing,
        discarded=discarded,
        archived=archived,
        left=left,
    )


def mine(name, *, to=(ADA,), sender=ME, text="Here it is.", subject="Re: Quote for March", **fields):
    """A message in my Sent mailbox."""
    return entry(name, sender=sender, to=to, text=text, subject=subject, outgoing=True, mailboxes=("Sent",), **fields)


def people(
    *,
    me=(ME,),
    name="Robin Vale",
    team=("*@example.com",),
    wrote=(),
    heard=(),
    identities=(),
    silenced=(),
    rules=(),
    exchanges=(),
    contacts=(),
):
    """Me, my team, and whom I knew before that Monday."""
    before = MONDAY - timedelta(days=30)
    return People(
        me=Me(name=name, addresses=tuple(me), team=tuple(team)),
        correspondence=Correspondence(
            identities=frozenset(identities),
            written_to=dict.fromkeys(wrote, before),
            heard_from=dict.fromkeys(heard, before),
            exchanges=dict(exchanges),
        ),
        silenced=frozenset(silenced),
        contacts=frozenset(contacts),
        rules=tuple(rules),
    )
