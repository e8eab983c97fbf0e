"""A working week through the real daemon: mail in, answers, marks, restarts, sleep, an outage; and what rang."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.planning import HOURS, at, clock
from tests.rounds import ADA, BEN, MINUTE, House, answer, batch, key, mail, placed, settled_house
from triage.core.cases.clear import OPEN
from triage.model.board import Rung
from triage.model.cases import State
from triage.model.mail import Message, Outage
from triage.model.marks import MarkKind
from triage.store import marks

CY = "Cy Dorn <cy@client.example>"
DEE = "Dee Ray <dee@harbour.example>"
EVE = "Eve Moss <eve@client.example>"
SHOP = "Shop <noreply@shop.example>"
DOWN = Outage(source="office", message="office: cannot be reached", hint="check the network")

Span = tuple[datetime, datetime]


@dataclass
class Week:
    """What happens, and when. Mail reaches the mailbox at its moment, and the daemon when it is next read."""

    mail: Sequence[tuple[datetime, Message]] = ()
    said: Sequence[tuple[datetime, Callable[[House, datetime], None]]] = ()
    restarts: frozenset[datetime] = frozenset()
    asleep: Sequence[Span] = ()
    down: Sequence[Span] = ()
    _done: int = field(default=0, init=False)
    _read: int = field(default=0, init=False)

    def walk(
        self, house: House, start: datetime, end: datetime, look: Callable[[House, datetime], None] | None = None
    ) -> None:
        """Every minute but those asleep; `look` is called after each."""
        arriving = sorted(self.mail, key=lambda one: one[0])
        saying = sorted(self.said, key=lambda one: one[0])
        now = start
        while now < end:
            if now in self.restarts:
                house.restart(now)
            while self._done < len(saying) and saying[self._done][0] <= now:
                saying[self._done][1](house, now)
                self._done += 1
            if not within(now, self.asleep):
                self._step(house, now, arriving)
                if look:
                    look(house, now)
            now += MINUTE

    def _step(self, house: House, now: datetime, arriving: Sequence[tuple[datetime, Message]]) -> None:
        if within(now, self.down):
            house.step(DOWN, now)
            return
        upto = sum(moment <= now for moment, _ in arriving)
        fresh = [message for _, message in arriving[self._read : upto]]
        self._read = upto
        house.step(batch(*placed(*fresh)), now)


def within(now: datetime, spans: Sequence[Span]) -> bool:
    return any(begin <= now < end for begin, end in spans)


def written(name: str, when: str, sender: str = ADA, **more: object) -> tuple[datetime, Message]:
    return at(when), mail(name, at(when), sender, **more)


def replied(name: str, to: str, when: str, receiver: str = ADA) -> tuple[datetime, Message]:
    return at(when), answer(name, to, at(when), receiver)


def put_off(name: str, when: str, until: str) -> tuple[datetime, Callable[[House, datetime], None]]:
    return at(when), lambda house, now: house.mark(MarkKind.SNOOZE, name, now, until=at(until))


def done(name: str, when: str) -> tuple[datetime, Callable[[House, datetime], None]]:
    return at(when), lambda house, now: house.mark(MarkKind.DONE, name, now)


def pressed(action: str, when: str) -> tuple[datetime, Callable[[House, datetime], None]]:
    return at(when), lambda house, now: house.press(action, now)


MAIL = [
    # Monday: one answered in time, one not, a receipt, and something after hours.
    written("mon-ada", "mon 09:40"),
    written("mon-ben", "mon 10:15", BEN),
    written("mon-shop", "mon 11:00", SHOP, subject="Your order 1234", text="Thank you for your order."),
    replied("mon-reply", "mon-ada", "mon 15:20"),
    written("mon-late", "mon 18:30", CY),
    # Tuesday: Ben chases, and is answered; Cy is answered.
    written("tue-chase", "tue 09:30", BEN, replies="mon-ben", text="Any news? Could you let me know?"),
    replied("tue-reply", "tue-chase", "tue 11:00", BEN),
    replied("tue-cy", "mon-late", "tue 13:00", CY),
    # Wednesday: put off until Thursday, and one that comes in the last fifteen minutes.
    written("wed-dee", "wed 09:10", DEE),
    written("wed-late", "wed 16:50", EVE),
    # Thursday: the lid is closed over lunch, and the network is down in the morning.
    replied("thu-eve", "wed-late", "thu 12:30", EVE),
    # Friday: as it always is.
    written("fri-1", "fri 15:04", ADA),
    written("fri-2", "fri 15:20", BEN),
    written("fri-3", "fri 15:41", CY),
    written("fri-4", "fri 16:05", DEE),
    written("fri-5", "fri 16:20", EVE),
    replied("fri-a", "fri-3", "fri 16:40", CY),
]
SAID = [
    put_off("wed-dee", "wed 10:00", "thu 14:00"),
    done("wed-dee", "thu 14:20"),
]
TOLD = """\
mon 15:00 2 people before 17:00
mon 16:30 Ben Ott waits since 10:15
mon 16:50 10 minutes: Ben Ott
mon 17:00 No answer yet to Ben Ott today
tue 09:05 Good morning. From Monday: Ben Ott
tue 16:30 Everyone has an answer
thu 10:45 office not read since 10:00
thu 14:00 From Wednesday: Dee Ray
thu 16:30 Everyone has an answer
fri 16:30 4 people before 17:00
fri 16:50 10 minutes: Ada King and 3 more
fri 17:00 No answer yet to Ada King and 3 more today
mon2 09:05 Good morning. 4 people still wait"""


def the_week(**more: object) -> Week:
    return Week(
        mail=MAIL,
        said=SAID,
        down=[(at("thu 10:01"), at("thu 11:15"))],
        asleep=[(at("tue 20:00"), at("wed 08:20")), (at("thu 12:00"), at("thu 12:50"))],
        **more,  # type: ignore[arg-type]
    )


def walked(folder: Path, week: Week) -> House:
    house = settled_house(folder, at("mon 08:30"))
    week.walk(house, at("mon 08:31"), at("mon2 09:30"))
    return house


def test_the_week_rings_this_and_nothing_twice(tmp_path: Path) -> None:
    house = walked(tmp_path, the_week())
    assert "\n".join(house.told()) == TOLD
    house.close()


@pytest.mark.parametrize("seed", [1, 2])
def test_restarts_at_any_moment_change_nothing_of_it(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    moments = frozenset(at("mon 08:31") + chance.randrange(10_000) * MINUTE for _ in range(60))
    rings = frozenset(at(" ".join(line.split()[:2])) for line in TOLD.splitlines())
    house = walked(tmp_path, the_week(restarts=moments | rings))
    assert "\n".join(house.told()) == TOLD
    house.close()


def test_a_friday_with_five_mails_after_three_rings_at_most_four_times(tmp_path: Path) -> None:
    house = settled_house(tmp_path, at("fri 08:30"))
    Week(mail=[one for one in MAIL if one[1].key.startswith("id:<fri") and one[1].key != key("fri-a")]).walk(
        house, at("fri 08:31"), at("sat 00:00")
    )
    assert house.told() == [
        "fri 16:30 4 people before 17:00",
        "fri 16:50 10 minutes: Ada King and 4 more",
        "fri 17:00 No answer yet to Ada King and 4 more today",
    ]
    house.close()


# --- three days of anything ---------------------------------------------------------------------------------------

START, END = at("wed 08:00"), at("sat 08:00")
MINUTES = int((END - START) / MINUTE)
SENDERS = [ADA, BEN, CY, DEE, EVE]
NIGHTS = [(at("wed 20:30"), at("thu 07:40")), (at("thu 20:30"), at("fri 07:40")), (at("fri 20:30"), at("sat 08:00"))]
minute = st.integers(0, MINUTES - 1)


@st.composite
def spans(draw: st.DrawFn, most: int, longest: int) -> list[Span]:
    found = []
    for _ in range(draw(st.integers(0, most))):
        begin = START + draw(minute) * MINUTE
        found.append((begin, begin + draw(st.integers(1, longest)) * MINUTE))
    return found


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """Some write, once or more; some of it is answered, marked or put off; the machine sleeps, starts anew, fails."""
    post, said = [], []
    for number in range(draw(st.integers(1, 7))):
        # Three in four come while people work.
        came = (
            START
            + draw(st.one_of(minute, *[st.integers(60 + day * 1440, 539 + day * 1440) for day in range(3)])) * MINUTE
        )
        sender, name = SENDERS[number % 5], f"m{number}"
        # One in four is held up on its way, or joins the conversation before it.
        held_up = draw(st.sampled_from([0, 0, 0, 90])) * MINUTE
        joins = (f"m{number - 1}",) if number and draw(st.sampled_from([False, False, False, True])) else ()
        post.append((came + held_up, mail(name, came, sender, replies=joins)))
        last = name
        for again in range(draw(st.integers(0, 2))):
            came += draw(st.integers(1, 600)) * MINUTE
            last = f"m{number}-{again}"
            post.append((came, mail(last, came, sender, replies=name)))
        later = came + draw(st.integers(1, 900)) * MINUTE
        match draw(st.sampled_from(["nothing", "nothing", "answer", "done", "snooze"])):
            case "answer":
                post.append((later, answer(f"a{number}", last, later, sender)))
            case "done":
                said.append((later, marking(MarkKind.DONE, last)))
            case "snooze":
                said.append((later, marking(MarkKind.SNOOZE, last, draw(st.integers(1, 900)) * MINUTE)))
    for _ in range(draw(st.integers(0, 3))):
        when = START + draw(minute) * MINUTE
        said.append((when, draw(st.sampled_from([pressing("done"), pressing("snooze"), undo]))))
    return Week(
        mail=post,
        said=said,
        restarts=frozenset(START + one * MINUTE for one in draw(st.sets(minute, max_size=4))),
        asleep=[*NIGHTS, *draw(spans(2, 700))],
        down=draw(spans(1, 200)),
    )


def marking(kind: MarkKind, name: str, length: timedelta | None = None) -> Callable[[House, datetime], None]:
    return lambda house, now: house.mark(kind, name, now, until=now + length if length else None)


def pressing(action: str) -> Callable[[House, datetime], None]:
    """A button, where there is a bubble that has it; the screen is looked at while nobody sleeps."""
    return lambda house, now: house.press(action, now)


def undo(house: House, now: datetime) -> None:
    marks.undo(house.database, now)


@dataclass
class Watch:
    """What must hold whatever happens."""

    heard: int = 0
    rung: frozenset[Rung] = frozenset()

    def __call__(self, house: House, now: datetime) -> None:
        board = house.clerk.board(now)
        new = {row.key for row in board.rung - self.rung}
        for _, bubble in house.screen.log[self.heard :]:
            assert new, "a notice that stands for nothing new"
            if not any(name.startswith("snooze:") for name in new):
                assert new.issuperset(bubble.keys), "somebody was rung for twice at one stage"
            if bubble.title == "Everyone has an answer":
                assert_clear(house, now)
        self.heard, self.rung = len(house.screen.log), board.rung


def assert_clear(house: House, now: datetime) -> None:
    """Nothing stale, and nobody waits for what is due by midnight."""
    assert not any(source.stale(now) for source in house.clerk.board(now).sources)
    midnight = HOURS.midnight_after(HOURS.day(now))
    waiting = [one for one in house.seen(now).values() if one.state in OPEN and one.due]
    assert not [one for one in waiting if one.due and one.due <= midnight]


def quiet(week: Week, day: str) -> bool:
    """Was the machine awake and the source read all through the end of that day?"""
    begin, end = at(f"{day} 16:40"), at(f"{day} 17:32")
    return not any(first < end and begin < last for first, last in (*week.asleep, *week.down))


relaxed = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


@relaxed
@given(weeks())
def test_three_days_of_anything(week: Week) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = settled_house(Path(folder), START)
        watch = Watch()
        for day in ("wed", "thu", "fri"):
            week.walk(house, max(at(f"{day} 00:00"), START + MINUTE), at(f"{day} 17:32"), watch)
            if quiet(week, day):
                assert_everyone_was_named(house, day)
            following = {"wed": "thu 00:00", "thu": "fri 00:00", "fri": "sat 00:00"}[day]
            week.walk(house, at(f"{day} 17:32"), at(following), watch)
        moments = [when for when, _ in house.screen.log]
        assert all(later - earlier >= timedelta(minutes=10) for earlier, later in pairwise(moments))
        house.close()


def assert_everyone_was_named(house: House, day: str) -> None:
    """Who is owed an answer due by now was in a notice today, unless put off."""
    named = {one for when, bubble in house.screen.log if clock(when).startswith(day) for one in bubble.keys}
    for seen in house.seen().values():
        last = max(item.seen for item in seen.case.items)
        too_late = last > at(f"{day} 17:10") or (seen.snooze and seen.snooze.until > at(f"{day} 17:10"))
        if seen.state is State.OWED and seen.due and seen.due <= at(f"{day} 17:00") and not too_late:
            keys = {item.key for item in seen.case.items}
            assert keys & named, f"{day}: {seen.case.thread} was not named in {house.told()}"
