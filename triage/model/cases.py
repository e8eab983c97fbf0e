"""Who waits, and how it ended: people, debts, cases, outcomes."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from triage.model.judgements import Kind, Reason


class Class(Enum):
    """Who somebody is to the user."""

    CLIENT = "client"
    COWORKER = "coworker"
    VIP = "vip"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The one who waits. `new` means the user never wrote to this address and it never wrote before, or nobody called
    from or to this number. `phone` is as in E.164 where it is a public number, `number` the same as people write it.
    """

    name: str = ""
    address: str = ""
    phone: str = ""
    number: str = ""
    class_: Class = Class.CLIENT
    new: bool = False


class Channel(Enum):
    """The way somebody came."""

    EMAIL = "email"
    VOICEMAIL = "voicemail"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One message that owes an answer and got none by mail; marks are not looked at here.

    `due` is None where a rule says never. `excerpt` is the start of what the sender wrote, one line. `backlog`: it came
    before triage read along, so it never rings and is never late. `came_back` are the addresses my answer to it did not
    reach.
    """

    key: str
    message_id: str | None
    received: datetime
    due: datetime | None
    who: Person
    subject: str
    source: str
    asked_by: datetime | None = None
    reasons: tuple[Reason, ...] = ()
    questions: tuple[str, ...] = ()
    excerpt: str = ""
    backlog: bool = False
    came_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """I said that I would come back to it. `debt` is about my own mail: its key, when it was sent, due by when I said.

    `assumed` where no date was named; `times` counts the mails that promised, this one included. `what` is to come, in
    my words ("the plans"), where they say.
    """

    debt: Debt
    assumed: bool = False
    times: int = 1
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """I asked and nobody answered. `debt` is about my own mail and never due; `until` is when they said they are back,
    or will answer.
    """

    debt: Debt
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A reply of mine, sent `at`, that may have left these questions open. A suspicion: it opens nothing again."""

    key: str
    at: datetime
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A message of a case in one line. `seen` is when triage stored it: a mark never covers what was stored after
    it.
    """

    key: str
    message_id: str | None
    received: datetime
    seen: datetime
    kind: Kind


class AnsweredBy(Enum):
    """What settled a case."""

    MAIL = "mail"
    CALL = "call"
    COWORKER = "coworker"
    DISCARDED = "discarded"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"
    MARK = "mark"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one round of a case ended: cause, when it was due, when the answer was sent. Never changed once written.

    `reversed_` takes an earlier outcome of the same cause back (a bounce, an undo).
    """

    cause: str
    ref: str
    received: datetime
    due: datetime | None
    answered_at: datetime
    by: AnsweredBy
    class_: Class
    channel: Channel
    reversed_: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The user spoke with somebody on the telephone: `key` is the call's, `seconds` how long, where it is known."""

    key: str
    at: datetime
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One conversation as judged from mail alone; `triage.core.cases.state.standing` adds marks and the time.

    `items` are its messages in the order of the conversation. `ref` is a hash that names it; `thread` is the key of
    its first message. `debts` are what waits, oldest first. `settled` are the rounds that ended by mail, oldest
    first. `latest` describes the newest message that is not mine (its reasons are those of a skipped case;
    reopening makes it a debt). `answered` is when my latest answer in it was sent. `promise` and `waiting` are what I
    promised last and have not kept, and what I asked last and nobody answered. `missed` is what my last reply may have
    left open, while they have not written since. `invited` is until when an invitation that asks nothing, and that I
    have not answered, is worth a word.

    A caller's case holds his voicemails and missed calls. `also` are further keys of these, from other sources that
    told of the same call; `attempts` is when I rang in vain since the first of the debts. `spent` are the mails of
    mine that answered something here, `spoke` the last call with the one who waits, which closes no mail by itself.
    """

    ref: str
    thread: str
    channel: Channel = Channel.EMAIL
    items: tuple[Item, ...]
    debts: tuple[Debt, ...] = ()
    settled: tuple[Outcome, ...] = ()
    latest: Debt
    kind: Kind = Kind.PERSON
    answered: datetime | None = None
    number: int | None = None
    promise: Promise | None = None
    waiting: Waiting | None = None
    missed: Missed | None = None
    invited: datetime | None = None
    also: tuple[str, ...] = ()
    attempts: tuple[datetime, ...] = ()
    spent: tuple[str, ...] = ()
    spoke: Talk | None = None


class State(Enum):
    """Where a case stands (contract section 1)."""

    OWED = "owed"
    PROMISED = "promised"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    SKIPPED = "skipped"
