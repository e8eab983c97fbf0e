"""What judging knows of a message and makes of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


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
