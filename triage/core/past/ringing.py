"""When the daemon would have rung for past debts: the planner walked through time with a ledger of its own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from triage.core.notices.plan import Plan, plan
from triage.core.notices.stages import MORNING
from triage.core.times.hours import Hours
from triage.model.board import Board, Rung
from triage.model.cases import Case, Debt, Item
from triage.model.health import Health
from triage.model.judgements import Kind
from triage.model.notices import Stage
from triage.settings import Reminders

LATE_FOR = timedelta(days=14)
"""How long past due somebody is rung for here: a user who lets it lie longer would have dismissed it."""

_BEFORE = timedelta(days=30)
_AROUND = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """A debt or promise and the time it was open: from its message's receipt until it was answered, if it was."""

    debt: Debt
    ref: str
    closed: datetime | None = None

    def open_at(self, moment: datetime) -> bool:
        """Did it wait then?"""
        return self.debt.received <= moment and (self.closed is None or moment < self.closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang:
    """A notice that would have come: `stages` tells for each case in it at which stage, in minutes before due, or
    `Stage.MORNING`.
    """

    at: datetime
    stages: Mapping[str, int]


def rings(owing: Iterable[Owing], *, hours: Hours, reminders: Reminders, until: datetime) -> tuple[Rang, ...]:
    """Every notice about somebody who waits, in order; all mail is taken as read the moment it came.

    The planner is asked only when something may ring: who ceases to wait only makes it later, and who begins to
    brings their own first moment.
    """
    desk = _Desk(hours=hours, reminders=replace(reminders, all_clear=False))
    found: list[Rang] = []
    changes = _changes(owing)
    now, place, wake = (changes[0][0] if changes else until), 0, until
    while now < until:
        while place < len(changes) and changes[place][0] <= now:
            wake = min(wake, desk.change(changes[place][1], now) or until)
            place += 1
        if wake <= now:
            found += desk.ring(now)
            wake = desk.wake(now) or until
        ahead = changes[place][0] if place < len(changes) else until
        now = min(ahead, wake)
    return tuple(found)


@dataclass(kw_only=True)
class _Desk:
    """The daemon in small: who waits, what rang."""

    hours: Hours
    reminders: Reminders
    waiting: dict[str, list[Owing]] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    rung: dict[str, set[Rung]] = field(default_factory=dict)
    last_rung: datetime | None = None

    def change(self, one: Owing, now: datetime) -> datetime | None:
        """It came, was answered, or has been late for so long that nobody speaks of it: when its case may ring now."""
        left = [each for each in self.waiting.get(one.ref, ()) if each is not one]
        if one.open_at(now) and not _given_up(one, now):
            left.append(one)
        self.waiting[one.ref] = left
        if not left:
            self.cases.pop(one.ref, None)
            return None
        self.cases[one.ref] = _case(one.ref, left)
        return self._plan([self.cases[one.ref]], now).rings

    def ring(self, now: datetime) -> Iterator[Rang]:
        """What is to be said now, recorded as the daemon would."""
        for notice in self._plan(self._speakable(now), now).notices:
            shown = {standing.case.ref: standing.case for standing in notice.standings}
            for row in notice.rows:
                self.rung.setdefault(row.key, set()).add(row)
            self.last_rung = now
            yield Rang(at=now, stages={ref: _stage(case, notice.rows) for ref, case in shown.items()})

    def wake(self, now: datetime) -> datetime | None:
        """When the next notice may be due, were nothing to change."""
        if not self.cases:
            return None
        cases = self._speakable(now)
        morning = self._next_morning(now)
        found = self._plan(cases, now).rings if cases else None
        return min(morning, found) if found else morning

    def _speakable(self, now: datetime) -> list[Case]:
        """Of the late ones nobody speaks but in the morning; leaving them out meanwhile saves most of the time."""
        starts = self.hours.starts(self.hours.day(now))
        if starts and starts <= now <= starts + _AROUND:
            return list(self.cases.values())
        return [case for case in self.cases.values() if any(one.due and one.due >= now - _AROUND for one in case.debts)]

    def _next_morning(self, now: datetime) -> datetime:
        """As long as somebody waits, each working day is looked at once it has begun."""
        today = self.hours.day(now)
        for day in (today, self.hours.next_workday(today)):
            starts = self.hours.starts(day)
            if starts and starts + MORNING > now:
                return starts + MORNING
        return now + LATE_FOR

    def _plan(self, cases: Sequence[Case], now: datetime) -> Plan:
        keys = {item.key for case in cases for item in case.items}
        first = now - _BEFORE
        source = Health(name="archive", kind="archive", first_complete=first, known_since=first, completed=now)
        board = Board(
            cases=tuple(cases),
            rung=frozenset(row for key in keys for row in self.rung.get(key, ())),
            last_rung=self.last_rung,
            sources=(source,),
        )
        return plan(board, now, hours=self.hours, reminders=self.reminders)


def _changes(owing: Iterable[Owing]) -> list[tuple[datetime, Owing]]:
    """The moments at which somebody begins or ceases to wait, oldest first; what never falls due rings never."""
    found: list[tuple[datetime, Owing]] = []
    for one in owing:
        due = one.debt.due
        if due is None or (one.closed and one.closed <= one.debt.received):
            continue
        ends = min([due + LATE_FOR, *([one.closed] if one.closed else [])])
        found += [(one.debt.received, one), (max(ends, one.debt.received), one)]
    return sorted(found, key=lambda change: (change[0], change[1].debt.key))


def _given_up(one: Owing, now: datetime) -> bool:
    return one.debt.due is not None and now >= one.debt.due + LATE_FOR


def _case(ref: str, waiting: Sequence[Owing]) -> Case:
    debts = tuple(sorted((one.debt for one in waiting), key=lambda debt: (debt.received, debt.key)))
    items = tuple(
        Item(key=debt.key, message_id=debt.message_id, received=debt.received, seen=debt.received, kind=Kind.PERSON)
        for debt in debts
    )
    return Case(ref=ref, thread=ref, items=items, debts=debts, latest=debts[-1])


def _stage(case: Case, rows: Iterable[Rung]) -> int:
    """The smallest stage that rang for this case."""
    keys = {item.key for item in case.items}
    rang = [row.stage for row in rows if row.key in keys]
    return min((stage for stage in rang if stage >= 0), default=Stage.MORNING)
