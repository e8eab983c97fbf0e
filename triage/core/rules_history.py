"""The rule about my own habit: how often and how fast I answered this sender and this house before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from triage.core.look import Look
from triage.core.rules_kind import looks_automatic
from triage.model import Exchange, Reason

_FEWEST = 3
# Where hardly any answer of mine is known, my Sent mail is not, and says nothing of anybody.
_FEWEST_IN_ALL = 5
_MANY = 12
_SHRINK = 4.0
_WEIGHT = 0.7
_MOST = 1.5
_HARDLY_EVER = -1.2
_UNTIPPED = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Habit:
    """How many of how many I answered, and what I usually took, in hours."""

    answered: int = 0
    of: int = 0
    usually: float | None = None

    def rate(self, towards: float, weight: float = _SHRINK) -> float:
        """The share answered, drawn towards another where little is known (a beta prior)."""
        return (self.answered + weight * towards) / (self.of + weight)


def history(look: Look, others: Sequence[Reason], threshold: float) -> Reason | None:
    """One reason among others, of what was known when the message came; it never speaks of a first contact.

    It orders those who wait. Alone it makes no debt, and takes one away only where hardly ever anything of somebody
    was answered and nothing is asked.
    """
    if look.stranger or look.bulk_only or any(reason.veto for reason in others) or looks_automatic(look):
        return None
    whom, habit, points = _weighed(look)
    if not whom:
        return None
    speed = f", usually within {_span(habit.usually)}" if habit.usually is not None else ""
    return Reason(
        rule="your-history",
        points=round(_bounded(points, habit, look, sum(reason.points for reason in others), threshold), 2),
        text=f"you answered {habit.answered} of {habit.of} from {whom}{speed}",
    )


def _weighed(look: Look) -> tuple[str, _Habit, float]:
    """Whom it is about, what I did, and the points: the sender drawn towards the house, the house towards the whole."""
    before, people = look.message.received, look.people
    house = people.house(look.debtor)
    whole, wide, own = (_habit(people.exchanges(whom), before) for whom in ("", house or "@", look.debtor))
    if whole.answered < _FEWEST_IN_ALL:
        return "", _Habit(), 0
    rate = own.rate(wide.rate(whole.rate(0.5)))
    points = max(-_MOST, min(_MOST, _WEIGHT * math.log(rate / (1 - rate))))
    if own.of >= _FEWEST:
        return look.debtor, own, points
    return (house, wide, points) if wide.of >= _FEWEST else ("", _Habit(), 0)


def _bounded(points: float, habit: _Habit, look: Look, score: float, threshold: float) -> float:
    """The points less what would tip the balance by habit alone; drawn in and not cut, so that order stays."""
    if score < threshold:
        return min(points, points * (threshold - _UNTIPPED - score) / _MOST) if points > 0 else points
    hardly_ever = points <= _HARDLY_EVER and habit.of >= _MANY and not (look.asks or look.troubled)
    return points if hardly_ever else max(points, points * (score - threshold) / _MOST)


def _habit(found: Sequence[Exchange], before: datetime) -> _Habit:
    told = [one for one in found if one.received < before]
    taken = [one.answered - one.received for one in told if one.answered and one.answered < before]
    usually = median(span / timedelta(hours=1) for span in taken) if taken else None
    return _Habit(answered=len(taken), of=len(told), usually=usually)


def _span(hours: float) -> str:
    if hours < 1:
        return "an hour"
    return f"{math.ceil(hours)} h" if hours <= 36 else f"{math.ceil(hours / 24)} days"
