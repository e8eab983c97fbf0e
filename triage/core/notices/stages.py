"""The turns of a case: the moments it is to ring at, less those the ledger says it has rung at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from triage.core.cases.state import Standing, is_attempt
from triage.core.times.hours import Hours
from triage.model.board import Board, Rung
from triage.model.cases import Case
from triage.model.judgements import Kind
from triage.model.marks import Mark, MarkKind
from triage.model.notices import Stage
from triage.settings import Reminders

SETTLE_IN = timedelta(minutes=15)
GRACE = timedelta(minutes=30)
MORNING = timedelta(minutes=5)
LAST_STAGES = 10
"""Cold mail, and what might be, rings at the stages from here on, in minutes before due."""
_TICK = timedelta(microseconds=1)
_FROM_THEM = {Kind.PERSON, Kind.VOICEMAIL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One moment a case is to ring at. `rows` silence it once recorded.

    It rings in working time only, save that until `grace` it may ring at any time; after `expires` it is pointless.
    """

    standing: Standing
    stage: int
    at: datetime
    rows: tuple[Rung, ...]
    grace: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What has rung and what was marked, by message key."""

    rung: Mapping[str, Sequence[Rung]]
    marks: Mapping[str, Sequence[Mark]]

    def rows(self, keys: Sequence[str]) -> Iterator[Rung]:
        """Every row of these keys."""
        return (row for key in keys for row in self.rung.get(key, ()))


def ledger(board: Board) -> Ledger:
    """The board's ledger and marks, ready to be asked by key."""
    rung: dict[str, list[Rung]] = {}
    for row in board.rung:
        rung.setdefault(row.key, []).append(row)
    marks: dict[str, list[Mark]] = {}
    for mark in board.marks:
        marks.setdefault(mark.key, []).append(mark)
    return Ledger(rung=rung, marks=marks)


def turns(standing: Standing, now: datetime, book: Ledger, *, hours: Hours, reminders: Reminders) -> tuple[Turn, ...]:
    """What an owed or promised case still has to ring for, up to the next working morning. Backlog rings only where
    the user put it off himself.
    """
    found = list(_snooze_turns(standing, book, hours))
    found += _bounce_turns(standing, book, hours)
    if standing.due and not standing.backlog:
        found += _stage_turns(standing, standing.due, book, hours=hours, reminders=reminders)
        found += _morning_turns(standing, standing.due, now, book, hours=hours, reminders=reminders)
    return tuple(found)


def passed(standing: Standing, now: datetime, *, hours: Hours, reminders: Reminders) -> tuple[Rung, ...]:
    """The rows that keep stages already passed silent, for a case that becomes owed by a new rule and not by mail."""
    due, today = standing.due, hours.day(now)
    if not due or standing.backlog:
        return ()
    gone = [stage for stage, at in _moments(due, hours, reminders) if at <= now]
    early = _rows(standing, hours.day(due), gone[-1]) if gone else ()
    morning = _morning(today, hours)
    late = morning is not None and due < morning[0] <= now
    return (*early, *(_rows(standing, today, Stage.MORNING) if late else ()))


def _stage_turns(
    standing: Standing, due: datetime, book: Ledger, *, hours: Hours, reminders: Reminders
) -> Iterator[Turn]:
    day = hours.day(due)
    rung = [row.stage for row in book.rows(_round(standing)) if row.day == day and row.stage >= 0]
    moments = _moments(due, hours, reminders)
    last = moments[-1][1]
    for stage, at in moments:
        if (rung and min(rung) <= stage) or (standing.rings_late and stage > LAST_STAGES):
            continue
        rows = _rows(standing, day, stage)
        if stage == 0:
            yield Turn(standing=standing, stage=0, at=at, rows=rows, grace=at + GRACE, expires=at + GRACE)
        elif at >= standing.cause.received + SETTLE_IN:
            yield Turn(standing=standing, stage=stage, at=at, rows=rows, expires=last)


def _moments(due: datetime, hours: Hours, reminders: Reminders) -> tuple[tuple[int, datetime], ...]:
    """Each stage with its moment, earliest first; the last is 0."""
    before = sorted({stage for stage in reminders.before if stage > 0}, reverse=True)
    early = [(stage, hours.before(due, timedelta(minutes=stage))) for stage in before]
    return (*early, (0, _last_chance(due, hours)))


def _last_chance(due: datetime, hours: Hours) -> datetime:
    """The due time itself, or the end of work before it when it lies in free time."""
    return due if hours.open_at(due) else hours.before(due, _TICK) + _TICK


def _morning_turns(
    standing: Standing, due: datetime, now: datetime, book: Ledger, *, hours: Hours, reminders: Reminders
) -> Iterator[Turn]:
    today = hours.day(now)
    rung = {row.day for row in book.rows(_round(standing)) if row.stage == Stage.MORNING}
    if rung and not reminders.overdue_daily:
        return
    for day in (today - timedelta(days=1), today, hours.next_workday(today)):
        morning = _morning(day, hours)
        if morning is None or day in rung or due >= morning[0]:
            continue
        at, ends = morning
        yield Turn(
            standing=standing, stage=Stage.MORNING, at=at, rows=_rows(standing, day, Stage.MORNING), expires=ends
        )


def _morning(day: date, hours: Hours) -> tuple[datetime, datetime] | None:
    """When the late ones of a working day are mentioned, and until when that makes sense."""
    starts, ends = hours.starts(day), hours.ends(day)
    return (min(starts + MORNING, ends), ends) if starts and ends else None


def _bounce_turns(standing: Standing, book: Ledger, hours: Hours) -> Iterator[Turn]:
    """At once, and once: the user believes that he answered."""
    bounce = next((item for item in reversed(standing.case.items) if item.kind is Kind.BOUNCE), None)
    if bounce is None or not standing.came_back or standing.backlog:
        return
    day = hours.day(bounce.received)
    row = Rung(key=bounce.key, day=day, stage=Stage.CAME_BACK)
    if row not in book.rows([bounce.key]):
        expires = hours.ends(hours.next_workday(day))
        yield Turn(standing=standing, stage=Stage.CAME_BACK, at=bounce.received, rows=(row,), expires=expires)


def _snooze_turns(standing: Standing, book: Ledger, hours: Hours) -> Iterator[Turn]:
    own = [mark for item in standing.case.items for mark in book.marks.get(item.key, ()) if not is_attempt(mark)]
    mark = max(own, key=lambda mark: mark.id, default=None)
    if not mark or mark.kind is not MarkKind.SNOOZE or not mark.until:
        return
    if not _shown(standing.case, mark, standing.cause.key):
        return
    at = min([mark.until, *_later(standing.case, mark)])
    row = Rung(key=f"snooze:{mark.id}", day=hours.day(at), stage=Stage.SNOOZE_ENDED)
    if not any(known.stage == row.stage for known in book.rows([row.key])):
        yield Turn(standing=standing, stage=Stage.SNOOZE_ENDED, at=at, rows=(row,))


def _later(case: Case, mark: Mark) -> Iterator[datetime]:
    """When something from them came that the snooze did not know of: it ends the snooze."""
    for item in case.items:
        if item.kind in _FROM_THEM and not _shown(case, mark, item.key):
            yield max(item.seen, mark.at)


def _shown(case: Case, mark: Mark, key: str) -> bool:
    """Did the user know this message when they gave the mark?"""
    places = {item.key: place for place, item in enumerate(case.items)}
    place = places.get(key)
    return place is not None and place <= places[mark.key] and case.items[place].seen <= mark.at


def _rows(standing: Standing, day: date, stage: int) -> tuple[Rung, ...]:
    """One for every message that waits and for the newest ones, so that no later merge of threads repeats it."""
    keys = dict.fromkeys([*(debt.key for debt in standing.debts), standing.case.latest.key, standing.newest])
    return tuple(Rung(key=key, day=day, stage=stage) for key in keys)


def _round(standing: Standing) -> tuple[str, ...]:
    """The messages of this round, from the cause on: what rang before an answer does not silence what came after."""
    keys = [item.key for item in standing.case.items]
    start = keys.index(standing.cause.key) if standing.cause.key in keys else 0
    return tuple(dict.fromkeys([*keys[start:], *(debt.key for debt in standing.debts)]))
