"""The order people are shown in, everywhere: late first, then by when, then who waits longest."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from triage.core.cases.state import Standing
from triage.model.cases import Channel

_NEVER = datetime.max.replace(tzinfo=UTC)


def in_order(standings: Iterable[Standing], now: datetime) -> tuple[Standing, ...]:
    """Late, then due, then longest waiting; of those due together, who is upset comes first, first contacts last, and
    cold mail after them. Never due: at the end. Who wrote and rang stands there once, one case under the other.
    """
    ordered = sorted(standings, key=lambda standing: _place(standing, now))
    return tuple(_side_by_side(ordered))


def late(standing: Standing, now: datetime) -> bool:
    """Is it past due? Backlog never is."""
    return standing.due is not None and standing.due < now and not standing.backlog


def _side_by_side(ordered: Sequence[Standing]) -> Iterator[Standing]:
    """What somebody who has a call case wants by mail is drawn to it, or it to that, whichever comes first."""
    callers = {one.who.address for one in ordered if one.case.channel is Channel.VOICEMAIL} - {""}
    drawn: dict[str, list[Standing]] = {}
    for one in ordered:
        if one.who.address in callers:
            drawn.setdefault(one.who.address, []).append(one)
    for one in ordered:
        if one.who.address in callers:
            yield from drawn.pop(one.who.address, ())
        else:
            yield one


def _place(standing: Standing, now: datetime) -> tuple[bool, datetime, bool, bool, bool, datetime, str]:
    return (
        not late(standing, now),
        standing.due or _NEVER,
        not standing.upset,
        standing.cold,
        standing.who.new,
        standing.cause.received,
        standing.case.ref,
    )
