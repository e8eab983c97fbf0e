"""Which skipped cases to show for a check: the recent ones that came nearest to being owed, newest first."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from triage.core.cases.state import Standing
from triage.model.cases import State

SHOWN = 5
RECENT = timedelta(days=14)


def worth_a_look(standings: Iterable[Standing], now: datetime) -> tuple[Standing, ...]:
    """At most five skipped cases of the last two weeks.

    Those that points decided come before those a hard sign decided, the highest sum first; shown newest first.
    """
    recent = [
        one for one in standings if one.state is State.SKIPPED and now - RECENT <= one.case.latest.received <= now
    ]
    nearest = sorted(recent, key=lambda one: (_nearness(one), one.case.latest.received), reverse=True)[:SHOWN]
    return tuple(sorted(nearest, key=lambda one: one.case.latest.received, reverse=True))


def _nearness(standing: Standing) -> tuple[bool, float]:
    reasons = standing.case.latest.reasons
    return not any(reason.veto for reason in reasons), sum(reason.points for reason in reasons)
