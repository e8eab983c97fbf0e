"""Notices, their stages and buttons."""

from dataclasses import dataclass
from enum import Enum


class Stage:
    """Ledger stages that are not minutes before due."""

    MORNING = -1
    SNOOZE_ENDED = -2
    FIRST_READ = -3
    STALE = -4
    ALL_CLEAR = -5
    CAME_BACK = -6


class NoticeKind(Enum):
    """What a notice is about; wording and buttons follow from it."""

    BEFORE = "before"
    DUE = "due"
    MORNING = "morning"
    SNOOZE_ENDED = "snooze-ended"
    CAME_BACK = "came-back"
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
