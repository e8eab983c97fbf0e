"""What the rules know of the thread a message stands in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from triage.core.people import People
from triage.core.words.quotes import own_words
from triage.core.words.sentences import sentences
from triage.model.entries import Entry
from triage.model.mail import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What the rules know of the thread: my texts in it by Message-ID, whether I began it, how many messages it has."""

    mine: Mapping[str, str] = field(default_factory=dict)
    begun_by_me: bool = False
    length: int = 1

    def asked(self, message_id: str) -> bool:
        """Did I ask something in that message of mine?"""
        return any(part.asks for part in sentences(own_words(self.mine.get(message_id, ""))))


def conversation(thread: Iterable[Entry], people: People) -> Conversation:
    """Read a thread once for all its messages."""
    thread = tuple(thread)
    mine = [entry.message for entry in thread if people.is_mine(entry)]
    first = min(thread, key=lambda entry: entry.message.received, default=None)
    return Conversation(
        mine={message.message_id: message.text or "" for message in mine if message.message_id},
        length=len(thread),
        begun_by_me=first is not None and not replied_to(first.message) and people.is_mine(first),
    )


def replied_to(message: Message) -> tuple[str, ...]:
    """What a message replies to, by its header."""
    return message.in_reply_to or message.references[-1:]
