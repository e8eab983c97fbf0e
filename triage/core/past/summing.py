"""A replay summed up as any day is: the board it would have left, and the figures of it."""

from collections.abc import Iterator

from triage.core.past.replaying import Lived, Replay
from triage.core.past.summary import Summary, summary
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.model.cases import Outcome


def summed(whole: Replay, hours: Hours) -> Summary:
    """The summary of the days of the replay, as `triage summary` would have given it at the end of them."""
    cases = tuple(one.standing.case for one in whole.cases)
    ended = sorted((outcome for one in whole.cases for outcome in _ended(one)), key=lambda one: one.answered_at)
    return summary(
        Board(cases=cases, outcomes=tuple(ended)),
        hours.day(whole.since),
        hours.day(whole.until),
        whole.until,
        received=len(whole.heard),
        hours=hours,
        clock=whole.until,
    )


def _ended(one: Lived) -> Iterator[Outcome]:
    for round_ in one.rounds:
        if round_.answered_at and round_.by:
            yield Outcome(
                cause=round_.cause.key,
                ref=one.standing.case.ref,
                received=round_.cause.received,
                due=round_.due,
                answered_at=round_.answered_at,
                by=round_.by,
                class_=round_.cause.who.class_,
                channel=one.standing.case.channel,
            )
