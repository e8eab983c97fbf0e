"""What an out-of-office notice says: back on which day, or never."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from triage.core.times.hours import Hours
from triage.core.words.dates import tokens
from triage.core.words.language import PROMISES, Group
from triage.core.words.moments import day_named
from triage.core.words.sentences import Sentence

_MOST_SENTENCES = 40
_LONGEST = 200
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """`back` is when they work again by the user's hours; `gone` that they do not; `text` the sentence that says so."""

    back: datetime | None = None
    gone: bool = False
    text: str = ""


def away(parts: Sequence[Sentence], received: datetime, hours: Hours) -> Away:
    """What is known of them by such a notice, perhaps nothing."""
    for part in parts[:_MOST_SENTENCES]:
        if PROMISES.gone.find(part.said):
            return Away(gone=True, text=part.text[:_LONGEST])
    for group, days in ((PROMISES.back, 0), (PROMISES.away_until, 1)):
        for part in parts[:_MOST_SENTENCES]:
            day = _day(group, tokens(part.text), received, hours)
            if day:
                back = _start(day + days * _DAY, hours)
                return Away(back=back, text=part.text[:_LONGEST])
    return Away()


def _day(group: Group, said: Sequence[str], received: datetime, hours: Hours) -> date | None:
    for place in range(len(said)):
        count = group.at(said, place)
        if count and place + count < len(said) and (day := day_named(said, place + count, received, hours)):
            return day
    return None


def _start(day: date, hours: Hours) -> datetime:
    working = day if hours.is_workday(day) else hours.next_workday(day)
    return hours.starts(working) or hours.at(working, time())
