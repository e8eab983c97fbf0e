"""What the user said."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class MarkKind(Enum):
    """What a command or button said."""

    DONE = "done"
    DISMISS = "dismiss"
    DISMISS_SENDER = "dismiss-sender"
    DISMISS_DOMAIN = "dismiss-domain"
    SNOOZE = "snooze"
    REOPEN = "reopen"
    CALLED = "called"
    ADD = "add"
    LEAVE = "leave"
    UNDO = "undo"
    FORGET = "forget"


class Reached(Enum):
    """What came of calling back; only YES settles."""

    YES = "reached"
    LEFT_MESSAGE = "left-message"
    NO_ANSWER = "no-answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing the user said, about one message; append-only.

    `command` is shared by the marks of one command, so that `undo` takes them back together. `key` names the newest
    message of the case that the user was shown; for ADD it is the note's own key ("note:…"), for LEAVE the day
    ("day:2026-11-20"). `until` is when a snooze ends, a reopened case or an added note is due, or the user leaves that
    day (None: he does not leave early). `text` is a note, an added text, or the address or domain dismissed, for REOPEN
    the one heard again; for CALLED what came of it, one of `Reached`; for UNDO it names the command taken back; for
    FORGET it is the address to erase, empty once that is done (the key is then all that is known of it: "forget:", a
    salt and a hash). `by` is "cli" or "button".
    """

    id: int
    command: str
    at: datetime
    kind: MarkKind
    key: str
    until: datetime | None = None
    text: str = ""
    by: str = "cli"
