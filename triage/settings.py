"""What the user chose, as values: every other room is handed these and none reads a file.

`triage.config` makes them from config.toml; the defaults here are the defaults of the file.
"""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import Enum
from pathlib import Path


class Within(Enum):
    """The named ways to say `reply_within`; a span of working time or a number of days are the others."""

    END_OF_DAY = "end-of-day"
    END_OF_NEXT_DAY = "end-of-next-day"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWithin:
    """How soon an answer is owed: exactly one of the three fields is set.

    `span` is working time, `days` counts working days (due at the end of the last one).
    """

    named: Within | None = None
    span: timedelta | None = None
    days: int | None = None


END_OF_DAY = ReplyWithin(named=Within.END_OF_DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who the user is. Addresses and team are globs, lower-cased; `*` matches anything, case is ignored."""

    name: str = ""
    addresses: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    phone_region: str = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of one working day in local wall time; `end` of 00:00 means midnight at the day's end."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Workday:
    """The working week. `week` has seven entries, Monday first, each the day's spans in order."""

    timezone: str | None = None
    week: tuple[tuple[Span, ...], ...] = ((Span(start=time(9), end=time(17)),),) * 5 + ((), ())
    holidays: str | None = None
    days_off: tuple[tuple[date, date], ...] = ()
    late_arrivals: timedelta = timedelta(minutes=15)
    reply_within: ReplyWithin = END_OF_DAY


class Privacy(Enum):
    """What a notice shows: everything, names without texts, or only how many."""

    FULL = "full"
    NAMES = "names"
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """When and how openly to be told. `before` holds minutes of working time, largest first."""

    before: tuple[int, ...] = (120, 30, 10)
    overdue_daily: bool = True
    all_clear: bool = True
    privacy: Privacy = Privacy.FULL
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A `[[rule]]`: the first whose every glob matches decides. `match` pairs a key (from, to, subject, …) with a
    glob.
    """

    match: tuple[tuple[str, str], ...]
    class_: str | None = None
    reply_within: ReplyWithin | None = None
    prefers: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column of a call log holds what: a name in its header, or a place from 1 on. Empty where it has none.

    `linked` groups the rows of one call.
    """

    start: str = ""
    time: str = ""
    direction: str = ""
    from_: str = ""
    to: str = ""
    talk: str = ""
    result: str = ""
    linked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLog:
    """How a `[[call_log]]` is to be read. `date_format` is as strptime wants it, empty for ISO 8601. `duration` is
    seconds, m:ss, h:mm or h:mm:ss. `outgoing` and `answered` are the words that say so, case ignored. From `min_talk`
    seconds on both sides are taken to have spoken. `region` is the country of numbers written without one.
    """

    preset: str = "custom"
    delimiter: str = "auto"
    encoding: str = "auto"
    header: bool = True
    columns: Columns = field(default_factory=Columns)
    date_format: str = ""
    duration: str = "seconds"
    outgoing: tuple[str, ...] = ("outgoing", "out", "outbound")
    answered: tuple[str, ...] = ("answered",)
    outside_prefix: tuple[str, ...] = ()
    own_numbers: tuple[str, ...] = ()
    min_talk: int = 20
    region: str = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One `[[source]]`, or a `[[call_log]]`. Fields that its kind does not use stay at their defaults."""

    name: str
    kind: str
    host: str = ""
    port: int = 0
    security: str = "tls"
    insecure: bool = False
    ca_file: Path | None = None
    endpoint: str = ""
    version: str = "2016"
    mailbox: str = ""
    user: str = ""
    auth: str = "password"
    password_command: tuple[str, ...] = ()
    client_id: str = ""
    client_secret_command: tuple[str, ...] = ()
    tenant: str = "common"
    authorize_endpoint: str = ""
    token_endpoint: str = ""
    device_endpoint: str = ""
    scopes: tuple[str, ...] = ()
    path: Path | None = None
    mailboxes: tuple[str, ...] = ("INBOX",)
    sent: tuple[str, ...] = ()
    history: timedelta = timedelta(days=30)
    poll: timedelta = timedelta(minutes=2)
    stale_after: timedelta = timedelta(minutes=15)
    archived_is_done: bool = False
    open: str = ""
    timezone: str | None = None
    voicemail_from: tuple[str, ...] = ()
    call_log: CallLog | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration. `digest` changes whenever the file's text does; `path` is where it was read."""

    path: Path
    digest: str
    state_dir: Path
    me: Me = field(default_factory=Me)
    workday: Workday = field(default_factory=Workday)
    reminders: Reminders = field(default_factory=Reminders)
    sources: tuple[SourceSettings, ...] = ()
    rules: tuple[Rule, ...] = ()
    closed_text: timedelta = timedelta(days=90)
    contacts: tuple[Path, ...] = ()
    calls_close_mail: bool = False
    review_off: frozenset[str] = frozenset()
