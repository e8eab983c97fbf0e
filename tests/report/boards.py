"""Boards to report on: a Friday in the Eastern zone, invented people."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from triage.core.cases.state import Standing, standings
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.model.cases import AnsweredBy, Case, Channel, Class, Debt, Item, Outcome, Person
from triage.model.health import Health
from triage.model.judgements import Kind, Reason
from triage.model.marks import Mark, MarkKind
from triage.settings import Span

ZONE = ZoneInfo("America/New_York")
_DAY = (Span(start=time(9), end=time(17)),)
HOURS = Hours(zone=ZONE, week=(_DAY,) * 5 + ((), ()))


def at(clock: str, day: int = 20, month: int = 11, year: int = 2026) -> datetime:
    """A moment of November 2026 (the 20th is a Friday) on the user's clock, in UTC."""
    hour, minute = map(int, clock.split(":"))
    return datetime(year, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


FRIDAY = at("15:12")


def person(name: str, address: str | None = None, **more: Any) -> Person:
    first = name.partition(" ")[0].lower()
    return Person(name=name, address=f"{first}@example.org" if address is None else address, **more)


def debt(who: Person, subject: str, received: datetime, due: datetime | None, **more: Any) -> Debt:
    key = f"id:<{received:%d%H%M}.{who.name.split()[0] if who.name else 'x'}@example.org>"
    defaults: dict[str, Any] = {
        "message_id": key.removeprefix("id:"),
        "source": "office",
        "reasons": (Reason(rule="asks", points=2.0, text='asks: "Can you?"'),),
    }
    return Debt(key=key, received=received, due=due, who=who, subject=subject, **defaults | more)


def case(number: int | None, *debts: Debt, owed: bool = True, **more: Any) -> Case:
    items = tuple(
        Item(key=each.key, message_id=each.message_id, received=each.received, seen=each.received, kind=Kind.PERSON)
        for each in debts
    )
    defaults: dict[str, Any] = {
        "ref": f"{number or 0:02}aa{'f' * 16}",
        "thread": debts[0].key,
        "debts": debts if owed else (),
        "latest": debts[-1],
    }
    return Case(items=items, number=number, **defaults | more)


def mark(case: Case, kind: MarkKind, moment: datetime, until: datetime | None = None, id: int = 1) -> Mark:
    return Mark(id=id, command=f"c{id}", at=moment, kind=kind, key=case.items[-1].key, until=until)


def health(name: str = "office", completed: datetime | None = None, **more: Any) -> Health:
    return Health(name=name, kind="imap", completed=completed, first_complete=completed, **more)


def outcome(number: int, received: datetime, answered: datetime, **more: Any) -> Outcome:
    defaults: dict[str, Any] = {
        "by": AnsweredBy.MAIL,
        "class_": Class.CLIENT,
        "channel": Channel.EMAIL,
        "due": at("17:00"),
    }
    return Outcome(cause=f"id:<{number}>", ref=f"o{number}", received=received, answered_at=answered, **defaults | more)


ADA = case(
    12,
    debt(
        person("Ada King"),
        "Quote for March",
        at("15:40", 19),
        at("17:00", 19),
        questions=("Could you send the revised quote?", "Does it include delivery?"),
    ),
)
JO = case(
    7,
    debt(
        person("Jo Park", class_=Class.VIP),
        "Contract, page 3",
        at("14:02"),
        at("16:00"),
        questions=("Is clause 4 final?",),
        asked_by=at("12:00", 25),
    ),
)
NORA = case(5, debt(person("Nora Hall", new=True), "Your services", at("11:32"), at("17:00"), questions=("Free?",)))
CY = case(2, debt(person("Cy Dorn"), "Invoice 12", at("10:00", 18), at("17:00", 18)))
PUT_OFF = mark(CY, MarkKind.SNOOZE, at("09:30"), until=at("09:00", 23))


def older(number: int) -> tuple[Case, ...]:
    return tuple(
        case(
            100 + each,
            debt(person(f"Old{each} Friend"), "Long ago", at("10:00", 2), at("17:00", 2), backlog=True),
        )
        for each in range(number)
    )


def board(*cases: Case, marks: tuple[Mark, ...] = (), daemon: bool = True, **more: Any) -> Board:
    defaults: dict[str, Any] = {"sources": (health(completed=at("15:11")),)}
    return Board(cases=cases, marks=marks, daemon_since=at("08:00") if daemon else None, **defaults | more)


BUSY = board(NORA, CY, JO, ADA, *older(23), marks=(PUT_OFF,))


def only(case: Case, now: datetime = FRIDAY, marks: tuple[Mark, ...] = ()) -> Standing:
    return standings(board(case, marks=marks), now)[0]
