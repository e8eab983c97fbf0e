"""The order people are shown in, everywhere: late first, then by when, then who waits longest."""

from collections.abc import Iterable
from datetime import UTC, datetime

from triage.core.cases.state import Standing

_NEVER = datetime.max.replace(tzinfo=UTC)


def in_order(standings: Iterable[Standing], now: datetime) -> tuple[Standing, ...]:
    """Late, then due, then longest waiting; of those due together, first contacts come last, and cold mail
    after them. Never due: at the end.
    """
    return tuple(sorted(standings, key=lambda standing: _place(standing, now)))


def late(standing: Standing, now: datetime) -> bool:
    """Is it past due? Backlog never is."""
    return standing.due is not None and standing.due < now and not standing.backlog


def _place(standing: Standing, now: datetime) -> tuple[bool, datetime, bool, bool, datetime, str]:
    return (
        not late(standing, now),
        standing.due or _NEVER,
        standing.cold,
        standing.who.new,
        standing.cause.received,
        standing.case.ref,
    )
