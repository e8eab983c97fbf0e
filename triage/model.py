"""The nouns: messages, cases, marks, notices. Frozen values; nothing here acts or knows the time.

Every moment is an aware datetime in UTC. Text fields hold what strangers wrote, decoded but not made safe:
whoever shows it cleans it (`triage.core.plain`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum

# Who asks may have read the clock a little before who wrote.
_CLOCKS_APART = timedelta(minutes=1)

# --- facts: what a source reads ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A mailbox as in RFC 5322 section 3.4. `address` is lower-cased; `name` is the display name or empty."""

    address: str
    name: str = ""


class ReportKind(Enum):
    """What a delivery or disposition report says (RFC 3464 Action, RFC 8098)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A machine's report about a message: `about` is that message's Message-ID when the report names it."""

    kind: ReportKind
    about: str | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as far as judging needs it.

    `key` identifies it everywhere: "id:<…>" from its Message-ID, else "hash:…" of sender, date and subject.
    `received` is when it reached the mailbox (contract section 2), `sent` the Date field. Message-IDs keep their angle
    brackets. `headers` are the other fields judging reads, names lower-cased, in order. `text` is plain text of at most
    16,384 characters, quotes included; None when only headers were read. `parts` are the content types seen,
    lower-cased; `calendar` the iTIP method in capitals. `trouble` says why a message could not be read; its other
    fields are then as good as could be had.
    """

    key: str
    message_id: str | None = None
    received: datetime
    sent: datetime | None = None
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    text: str | None = None
    parts: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    calendar: str | None = None
    report: Report | None = None
    trouble: str | None = None


class Role(Enum):
    """What a mailbox is for (RFC 6154): it decides direction, never the sender's address alone."""

    INBOX = "inbox"
    SENT = "sent"
    TRASH = "trash"
    JUNK = "junk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One place a message lies in. (mailbox, validity, uid) is unique within a source; UIDs of a Maildir are its
    file names.
    """

    mailbox: str
    validity: int
    uid: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message and where it was found."""

    message: Message
    delivery: Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a first read has come, in messages."""

    done: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one fetch brought, and the cursor that covers it; storing both in one transaction loses and doubles nothing.

    `gone` are deliveries that no longer stand where they were. `complete` says that this batch ends a pass over all
    mailboxes of the source, Sent included; until then the next fetch goes on from `cursor` at once.
    """

    source: str
    arrivals: tuple[Arrival, ...] = ()
    gone: tuple[Delivery, ...] = ()
    cursor: str
    complete: bool
    reading: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A source that could not be read: what happened and what to do. `final` means: do not try again by yourself."""

    source: str
    message: str
    hint: str = ""
    final: bool = False


# --- facts: what the user says ----------------------------------------------------------------------------------


class MarkKind(Enum):
    """What a command or button said."""

    DONE = "done"
    DISMISS = "dismiss"
    DISMISS_SENDER = "dismiss-sender"
    DISMISS_DOMAIN = "dismiss-domain"
    SNOOZE = "snooze"
    REOPEN = "reopen"
    ADD = "add"
    LEAVE = "leave"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing the user said, about one message; append-only.

    `command` is shared by the marks of one command, so that `undo` takes them back together. `key` names the newest
    message of the case that the user was shown; for ADD it is the note's own key ("note:…"), for LEAVE the day
    ("day:2026-11-20"). `until` is when a snooze ends, a reopened case or an added note is due, or the user leaves that
    day (None: he does not leave early). `text` is a note, an added text, or the address or
    domain dismissed; for UNDO it names the command taken back. `by` is "cli" or "button".
    """

    id: int
    command: str
    at: datetime
    kind: MarkKind
    key: str
    until: datetime | None = None
    text: str = ""
    by: str = "cli"


# --- opinions: what judging makes of them ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A message with what is known of where it lies: the input of threads and judging.

    `seen` is when triage first stored it. `outgoing` means it stands in a Sent mailbox, whatever its From.
    `discarded`: it is only in Trash or Junk now though it once stood in an inbox. `archived`: it left every inbox of a
    source whose user works that way (`archived = "done"`). `left` is when it was found to be gone from an inbox.
    """

    message: Message
    source: str
    seen: datetime
    mailboxes: tuple[str, ...] = ()
    outgoing: bool = False
    discarded: bool = False
    archived: bool = False
    left: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A message that came and when a mail of mine replied to it; None if none has."""

    received: datetime
    answered: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """What the stored mail tells about addresses, all lower-cased.

    `identities` are the From addresses seen in Sent mailboxes. `written_to` and `heard_from` give the first time I
    wrote to an address and it wrote to me, so that a judgement can be limited to what was known at a moment.
    `exchanges` are the latest of an address, in the order they came; under "@domain" those of a house, under "" those
    of all whom I ever wrote to. Addresses that nobody asks about may be left out.
    """

    identities: frozenset[str] = frozenset()
    written_to: Mapping[str, datetime] = field(default_factory=dict)
    heard_from: Mapping[str, datetime] = field(default_factory=dict)
    exchanges: Mapping[str, Sequence[Exchange]] = field(default_factory=dict)


class Kind(Enum):
    """What sort of message it is; only PERSON can owe an answer by itself."""

    PERSON = "person"
    AUTOMATIC = "automatic"
    LIST = "list"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto-reply"
    CALENDAR = "calendar"
    RECEIPT = "receipt"
    VOICEMAIL = "voicemail"
    MISSED_CALL = "missed-call"
    MINE = "mine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One piece of evidence: the rule that spoke, its points, and a sentence that quotes what it saw.

    `by` is a moment the sender named. A `veto` decides alone that nothing is owed, whatever the points say.
    """

    rule: str
    points: float
    text: str
    by: datetime | None = None
    veto: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one message asks of the user. `score` is the sum of points; `owes` compares it with the threshold,
    unless vetoed.
    """

    kind: Kind
    owes: bool
    score: float
    reasons: tuple[Reason, ...] = ()
    questions: tuple[str, ...] = ()
    asked_by: datetime | None = None
    excerpt: str = ""


class Class(Enum):
    """Who somebody is to the user."""

    CLIENT = "client"
    COWORKER = "coworker"
    VIP = "vip"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The one who waits. `new` means the user never wrote to this address and it never wrote before."""

    name: str = ""
    address: str = ""
    phone: str = ""
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
    before triage read along, so it never rings and is never late.
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
    COWORKER = "coworker"
    DISCARDED = "discarded"
    ARCHIVED = "archived"
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
class Case:
    """One conversation as judged from mail alone; `triage.core.state.standing` adds marks and the time.

    `items` are its messages in the order of the conversation. `ref` is a hash that names it; `thread` is the key of
    its first message. `debts` are what waits, oldest first. `settled` are the rounds that ended by mail, oldest
    first. `latest` describes the newest message that is not mine (its reasons are those of a skipped case;
    reopening makes it a debt). `answered` is when my latest answer in it was sent. `promise` and `waiting` are what I
    promised last and have not kept, and what I asked last and nobody answered.
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


class State(Enum):
    """Where a case stands (contract section 1)."""

    OWED = "owed"
    PROMISED = "promised"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a source fares. `completed` ends its last whole pass, `first_complete` its very first.

    `known_since` is when the source was first seen in the configuration. `reading` is set while a first read runs.
    """

    name: str
    kind: str
    stale_after: timedelta = timedelta(minutes=15)
    known_since: datetime | None = None
    completed: datetime | None = None
    first_complete: datetime | None = None
    error: str | None = None
    hint: str | None = None
    final: bool = False
    reading: Progress | None = None
    unreadable: int = 0

    def stale(self, now: datetime) -> bool:
        """No whole pass within `stale_after`: what this source holds is not known now. Neither is it where the last
        pass lies ahead, because the clock was set back since.
        """
        return self.completed is None or not -_CLOCKS_APART <= now - self.completed <= self.stale_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A row of the ledger: this message was rung for at this stage of this day. `stage` is minutes before due, or one
    of the negative stages of `Stage`; `key` is a message key, or names a source or the day itself."""

    key: str
    day: date
    stage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything the planner and the reports look at, read in one transaction.

    `cases` are those that may be open, `marks` those in force (undone ones left out), oldest first. `last_rung` is when
    a notice last went out. `outcomes` are the recent ones, oldest first. `daemon_since` is None when no daemon runs.
    """

    cases: tuple[Case, ...] = ()
    marks: tuple[Mark, ...] = ()
    rung: frozenset[Rung] = frozenset()
    last_rung: datetime | None = None
    sources: tuple[Health, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    daemon_since: datetime | None = None


# --- notices ----------------------------------------------------------------------------------------------------


class Stage:
    """Ledger stages that are not minutes before due."""

    MORNING = -1
    SNOOZE_ENDED = -2
    FIRST_READ = -3
    STALE = -4
    ALL_CLEAR = -5


class NoticeKind(Enum):
    """What a notice is about; wording and buttons follow from it."""

    BEFORE = "before"
    DUE = "due"
    MORNING = "morning"
    SNOOZE_ENDED = "snooze-ended"
    FIRST_READ = "first-read"
    STALE = "stale"
    ALL_CLEAR = "all-clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button: `id` travels over the bus and back, `label` is what the user reads."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """A notice in words, ready for any sink; not yet escaped for any medium.

    `id` is ours: the same id replaces what is on screen. `keys` are the newest message keys shown, one a case: what
    a pressed button is about.
    """

    id: str
    title: str
    body: str = ""
    actions: tuple[Action, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button was pressed on the bubble with this id."""

    bubble: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A bubble left the screen without a button: dismissed, expired or closed by us."""

    bubble: str
