"""What the summary's timer has to say now: the day that ended, or that nobody seems to read the mail."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from triage.core.times.hours import Hours
from triage.model.board import Board

AFTER_END = timedelta(hours=2)
IN_THE_MORNING = timedelta(hours=2)
UNREAD_FOR = timedelta(hours=2)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was said already: the latest day summed up, and the latest day it was said that mail is unread."""

    summary: date | None = None
    unread: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """No source was read whole since then; None where none ever was."""

    since: datetime | None


def day_to_sum_up(now: datetime, told: Told, hours: Hours) -> date | None:
    """The working day that ended within two hours, else in the first two hours of a working day the one before it,
    unless it was summed up. Its end is where the user leaves if he said so.
    """
    today = hours.day(now)
    for day in (today, today - _DAY):
        ends = hours.ends(day)
        if ends and ends <= now <= ends + AFTER_END:
            return None if _summed_up(day, told) else day
    starts = hours.starts(today)
    if starts is None or not starts <= now <= starts + IN_THE_MORNING:
        return None
    day = hours.previous_workday(today)
    return None if _summed_up(day, told) else day


def unread(board: Board, now: datetime, told: Told, hours: Hours) -> Unread | None:
    """Two hours of working time without a whole pass of any source; said once a day, and in working time only.

    A daemon that runs and knows why it fails tells of it by itself, and a first read takes as long as it takes.
    """
    today = hours.day(now)
    if told.unread == today or not hours.working_at(now):
        return None
    if any(source.reading and not source.error for source in board.sources):
        return None
    if board.daemon_since and board.sources and all(source.error for source in board.sources):
        return None
    read = max((source.completed for source in board.sources if source.completed), default=None)
    seen = [moment for source in board.sources if (moment := source.completed or source.known_since)]
    last = max([*seen, *([board.daemon_since] if board.daemon_since and not read else [])], default=None)
    if last and hours.working_between(last, now) < UNREAD_FOR:
        return None
    return Unread(since=read)


def _summed_up(day: date, told: Told) -> bool:
    return told.summary is not None and day <= told.summary
