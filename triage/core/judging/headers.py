"""What headers alone tell: which mail a person wrote."""

from collections.abc import Iterable

from triage.core.judging.judge import judge
from triage.core.people import People
from triage.model.entries import Entry
from triage.model.judgements import Kind
from triage.model.mail import Message


def from_people(messages: Iterable[Message], people: People, *, source: str = "") -> tuple[Message, ...]:
    """Those that somebody else wrote himself, without their text being known."""
    return tuple(message for message in messages if _kind(message, people, source) is Kind.PERSON)


def _kind(message: Message, people: People, source: str) -> Kind:
    entry = Entry(message=message, source=source, seen=message.received)
    return judge(entry, [entry], people).kind
