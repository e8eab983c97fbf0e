"""The rule about my own habit: how often and how fast I answered this sender and this house before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from triage.core.judging.look import Look
from triage.core.judging.rules_kind import looks_automatic
from triage.model.entries import Exchange
from triage.model.judgements import Reason

_FEWEST = 3
# Who leaves most mail unanswered, or whose Sent mail is not known, says nothing of one person by silence.
_FEWEST_IN_ALL = 5
_SHRINK = 4.0
_WEIGHT = 0.4
_MOST = 1.5
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

    It orders those who wait, and neither makes a debt nor takes one away: whom I never answered may be the one I
    should have.
    """
    if look.stranger or look.bulk_only or any(reason.veto for reason in others) or looks_automatic(look):
        return None
    whom, habit, points = _weighed(look)
    if not whom:
        return None
    speed = f", usually within {_span(habit.usually)}" if habit.usually is not None else ""
    return Reason(
        rule="your-history",
        points=round(_bounded(points, sum(reason.points for reason in others), threshold), 2),
        text=f"you answered {habit.answered} of the last {habit.of} from {whom}{speed}",
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


def _bounded(points: float, score: float, threshold: float) -> float:
    """The points, drawn in where they would tip the balance, and not cut, so that order stays."""
    if score < threshold:
        return points if points < 0 else min(points, points * (threshold - _UNTIPPED - score) / _MOST)
    return points if points > 0 else max(points, points * (score - threshold) / _MOST)


def _habit(found: Sequence[Exchange], before: datetime) -> _Habit:
    told = [one for one in found if one.received < before]
    taken = [one.answered - one.received for one in told if one.answered and one.answered < before]
    usually = median(span / timedelta(hours=1) for span in taken) if taken else None
    return _Habit(answered=len(taken), of=len(told), usually=usually)


def _span(hours: float) -> str:
    if hours < 1:
        return "an hour"
    return f"{math.ceil(hours)} h" if hours <= 36 else f"{math.ceil(hours / 24)} days"
