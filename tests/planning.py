"""Boards to plan on: invented people in a working week of November 2026, and a tiny daemon that walks through it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from triage.core.notices.notice import Notice
from triage.core.notices.plan import Plan, plan
from triage.core.times.hours import Hours
from triage.model.board import Board, Rung
from triage.model.cases import Case, Channel, Class, Debt, Item, Outcome, Person
from triage.model.health import Health
from triage.model.judgements import Kind
from triage.model.marks import Mark, MarkKind
from triage.settings import Reminders, Span

ZONE = ZoneInfo("America/New_York")
WORKDAY = (Span(start=time(9), end=time(17)),)
WITH_LUNCH = (Span(start=time(9), end=time(12)), Span(start=time(13), end=time(17)))
HOURS = Hours(zone=ZONE, week=(WORKDAY,) * 5 + ((), ()))
LUNCH_HOURS = Hours(zone=ZONE, week=(WITH_LUNCH,) * 5 + ((), ()))
REMINDERS = Reminders()
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon2", "tue2", "wed2", "thu2", "fri2")
DAYS = {name: date(2026, 11, 16) + timedelta(days=place) for place, name in enumerate(_NAMES)}


def at(text: str, zone: ZoneInfo = ZONE) -> datetime:
    """ "fri 15:04" or "2026-11-20 15:04" on the user's clock; "mon2" is the Monday after."""
    day, clock = text.split()
    when = DAYS[day] if day in DAYS else date.fromisoformat(day)
    return datetime.combine(when, time.fromisoformat(clock), zone).astimezone(UTC)


def clock(moment: datetime, hours: Hours = HOURS) -> str:
    """The other way round, in seconds only where there are any."""
    local = hours.local(moment)
    named = {day: name for name, day in DAYS.items()}
    day = named.get(local.date(), local.date().isoformat())
    return f"{day} {local:%H:%M:%S}".removesuffix(":00")


def debt(name: str, received: datetime, due: datetime | None, *, key: str = "", **more: object) -> Debt:
    who = Person(name=name, address=f"{name.partition(' ')[0].lower()}@example.org", class_=Class.CLIENT)
    fields: dict[str, object] = {
        "who": who,
        "subject": f"{name.partition(' ')[0]}'s question",
        "source": "office",
        **more,
    }
    key = key or f"id:<{name}>"
    return Debt(key=key, message_id=None, received=received, due=due, **fields)  # type: ignore[arg-type]


def case(*debts: Debt, channel: Channel = Channel.EMAIL, ref: str = "", settled: Sequence[Outcome] = ()) -> Case:
    items = tuple(
        Item(key=one.key, message_id=None, received=one.received, seen=one.received, kind=Kind.PERSON) for one in debts
    )
    return Case(
        ref=ref or items[0].key,
        thread=items[0].key,
        channel=channel,
        items=items,
        debts=debts,
        settled=tuple(settled),
        latest=debts[-1],
    )


def ask(name: str, received: str, due: str | None = "fri 17:00", **more: object) -> Case:
    """One message that waits, in a case of its own."""
    return case(debt(name, at(received), at(due) if due else None, **more))


def health(name: str = "office", *, completed: datetime | None, **more: object) -> Health:
    fields: dict[str, object] = {"kind": "maildir", "first_complete": at("2026-11-02 09:00"), **more}
    return Health(name=name, completed=completed, **fields)  # type: ignore[arg-type]


def mark(kind: MarkKind, key: str, moment: datetime, *, until: datetime | None = None, number: int = 1) -> Mark:
    return Mark(id=number, command=f"c{number}", at=moment, kind=kind, key=key, until=until)


def board(now: datetime, *cases: Case, **more: object) -> Board:
    """A board read half a minute ago, spoken of before."""
    fields: dict[str, object] = {"sources": (health(completed=now - timedelta(seconds=30)),), **more}
    told = frozenset(Rung(key="first:office", day=DAYS["mon"], stage=-3) for _ in "1")
    fields["rung"] = frozenset(fields.get("rung", ())) | told  # type: ignore[call-overload]
    return Board(cases=cases, **fields)  # type: ignore[arg-type]


def stages(notice: Notice) -> set[int]:
    return {row.stage for row in notice.rows}


def names(notice: Notice) -> list[str]:
    return [standing.who.name for standing in notice.standings]


@dataclass
class Desk:
    """A daemon in small: what is seen by `now` makes the board, notices are recorded, bubbles stay on screen."""

    cases: Callable[[datetime], Iterable[Case]]
    marks: list[Mark] = field(default_factory=list)
    hours: Hours = HOURS
    reminders: Reminders = REMINDERS
    sources: Callable[[datetime], tuple[Health, ...]] = lambda now: (health(completed=now - timedelta(seconds=30)),)
    outcomes: Callable[[datetime], tuple[Outcome, ...]] = lambda now: ()
    rung: set[Rung] = field(default_factory=lambda: {Rung(key="first:office", day=DAYS["mon"], stage=-3)})
    last_rung: datetime | None = None
    log: list[tuple[datetime, Notice]] = field(default_factory=list)
    screen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    closed: list[tuple[datetime, str]] = field(default_factory=list)

    def board(self, now: datetime) -> Board:
        return Board(
            cases=tuple(self.cases(now)),
            marks=tuple(one for one in self.marks if one.at <= now),
            rung=frozenset(self.rung),
            last_rung=self.last_rung,
            sources=self.sources(now),
            outcomes=self.outcomes(now),
        )

    def plan(self, now: datetime) -> Plan:
        return plan(
            self.board(now),
            now,
            hours=self.hours,
            reminders=self.reminders,
            on_screen=tuple(self.screen.items()),
        )

    def step(self, now: datetime) -> Plan:
        found = self.plan(now)
        assert found.wake is None or found.wake > now
        for bubble in found.close:
            del self.screen[bubble]
            self.closed.append((now, bubble))
        for notice in found.notices:
            repeated = self.rung.intersection(notice.rows)
            assert not repeated, f"{clock(now)} repeats {repeated}"
            self.rung.update(notice.rows)
            self.last_rung = now
            self.log.append((now, notice))
            self.screen[notice.bubble] = tuple(standing.newest for standing in notice.standings)
        return found

    def walk(self, moments: Iterable[datetime]) -> None:
        for now in moments:
            self.step(now)

    def sleep_until_woken(
        self,
        start: datetime,
        end: datetime,
        events: Iterable[datetime] = (),
        asleep: Sequence[tuple[datetime, datetime]] = (),
    ) -> None:
        """Calls only when something happens or the plan asked to, and as soon as the machine is awake again."""
        waiting, now = sorted({moment for moment in events if start < moment < end}), start
        while now < end:
            self.step(now)
            wake = self.plan(now).wake
            following = min((moment for moment in (wake, *waiting) if moment and moment > now), default=end)
            now = max([following, *(late for early, late in asleep if early <= following < late)])

    def told(self) -> list[str]:
        """The day's notices, one a line."""
        return [
            f"{clock(now, self.hours)} {notice.kind.value}: {', '.join(sorted(names(notice)))}".rstrip(": ")
            for now, notice in self.log
        ]


def minutes(start: datetime, end: datetime) -> list[datetime]:
    return [start + timedelta(minutes=n) for n in range(int((end - start) / timedelta(minutes=1)))]


def recorded(before: Board, notice: Notice, now: datetime) -> Board:
    """The board after the notice was accepted."""
    return replace(before, rung=before.rung | set(notice.rows), last_rung=now)
