"""Whole days and weeks walked minute by minute, and by waking only when the plan asks to."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.planning import (
    DAYS,
    HOURS,
    LUNCH_HOURS,
    WORKDAY,
    Desk,
    ask,
    at,
    case,
    clock,
    debt,
    health,
    mark,
    minutes,
)
from triage.core.notices.stages import GRACE, SETTLE_IN
from triage.core.times.hours import Hours
from triage.model.cases import AnsweredBy, Case, Channel, Class, Item, Outcome
from triage.model.judgements import Kind
from triage.model.marks import Mark, MarkKind
from triage.model.notices import NoticeKind, Stage
from triage.settings import Reminders, Span


def arriving(*cases: Case):
    """Each case is there once its first message has been stored."""
    return lambda now: [one for one in cases if one.items[0].seen <= now]


def answered(cause: str, moment: str, *, due: str = "fri 17:00") -> Outcome:
    return Outcome(
        cause=cause,
        ref=cause,
        received=at(moment) - timedelta(hours=1),
        due=at(due),
        answered_at=at(moment),
        by=AnsweredBy.MAIL,
        class_=Class.CLIENT,
        channel=Channel.EMAIL,
    )


def test_a_friday_with_late_mail_rings_four_times():
    cases = [ask("Ada King", "fri 09:20"), *(ask(f"At {m}", f"fri 15:{m:02}") for m in range(4, 60, 8))]
    cases += [ask(f"Past {m}", f"fri 16:{m:02}") for m in (0, 10, 20)]
    desk = Desk(arriving(*cases))
    desk.walk(minutes(at("fri 09:00"), at("sat 00:00")))
    assert [clock(now) for now, _ in desk.log] == ["fri 15:00", "fri 16:30", "fri 16:50", "fri 17:00"]
    assert [len(notice.standings) for _, notice in desk.log] == [1, 10, 11, 11]


def test_an_answered_friday_ends_with_the_all_clear():
    marks = [mark(MarkKind.DONE, "id:<Ada King>", at("fri 16:40"))]
    desk = Desk(
        arriving(ask("Ada King", "fri 09:20")),
        marks=marks,
        outcomes=lambda now: (answered("id:<Ada King>", "fri 16:40"),) if now >= at("fri 16:40") else (),
    )
    desk.walk(minutes(at("fri 09:00"), at("mon2 00:00")))
    assert desk.told() == ["fri 15:00 before: Ada King", "fri 16:30 before: Ada King", "fri 16:40 all-clear"]
    assert desk.closed == [(at("fri 16:40"), "owed")]


WEEK = """\
mon 15:00 before: Ada King
mon 16:30 before: Ada King
mon 16:50 before: Ada King
mon 17:00 due: Ada King
tue 09:05 morning: Ada King
tue 12:00 before: Bo Lind
tue 13:30 before: Bo Lind
tue 13:50 before: Bo Lind
tue 14:00 due: Bo Lind
tue 16:30 all-clear
wed 10:40 morning: Cy Dorn
wed 15:00 before: Dee Ray
wed 16:00 snooze-ended: Eve Moss
wed 16:30 before: Dee Ray, Eve Moss
wed 16:50 before: Dee Ray, Eve Moss
wed 17:00 due: Dee Ray, Eve Moss
thu 09:05 morning: Eve Moss
thu 16:30 all-clear
fri 15:00 before: Fay Orr, Gus Nye
fri 16:45 before: Fay Orr, Gus Nye
fri 17:00 due: Fay Orr, Gus Nye
mon2 09:05 morning: Fay Orr, Gus Nye"""


def working_week() -> Desk:
    """Mail, answers, a rule of two hours, a night without the machine, a snooze, and two threads that merge."""
    ada = ask("Ada King", "mon 10:00", "mon 17:00")
    bo = ask("Bo Lind", "tue 11:00", "tue 14:00")
    cy = ask("Cy Dorn", "tue 16:50", "wed 09:00", key="id:<Cy Dorn>")
    dee = ask("Dee Ray", "wed 09:30", "wed 17:00")
    eve = ask("Eve Moss", "wed 09:40", "wed 17:00")
    fay, gus = ask("Fay Orr", "fri 10:00"), ask("Gus Nye", "fri 10:05")
    merged = case(*fay.debts, *gus.debts)
    done = [
        ("id:<Ada King>", "tue 10:00"),
        ("id:<Bo Lind>", "tue 14:05"),
        ("id:<Cy Dorn>", "wed 11:00"),
        ("id:<Dee Ray>", "wed 17:05"),
        ("id:<Eve Moss>", "thu 10:00"),
    ]
    marks = [mark(MarkKind.DONE, key, at(when), number=n) for n, (key, when) in enumerate(done, 10)]
    marks.append(mark(MarkKind.SNOOZE, "id:<Eve Moss>", at("wed 14:30"), until=at("wed 16:00"), number=2))

    def cases(now: datetime) -> list[Case]:
        threads = [merged] if now >= at("sat 12:00") else [fay, gus]
        return [one for one in (ada, bo, cy, dee, eve, *threads) if one.items[0].seen <= now]

    return Desk(cases, marks=sorted(marks, key=lambda one: one.at))


def test_a_working_week_rings_this_and_nothing_twice():
    desk = working_week()
    machine_off = (at("tue 20:00"), at("wed 10:40"))
    lid_closed = (at("fri 15:10"), at("fri 16:45"))
    for now in minutes(at("mon 08:00"), at("mon2 12:00")):
        if not any(start <= now < end for start, end in (machine_off, lid_closed)):
            desk.step(now)
    told = [line.replace("Fay Orr", "Fay Orr, Gus Nye") if line.startswith("mon2") else line for line in desk.told()]
    assert "\n".join(told) == WEEK


@pytest.mark.parametrize("every", [1, 60])
def test_restarts_and_extra_calls_change_nothing(every: int):
    """A restart is a plan from the same ledger; the screen is forgotten, the ledger is not."""
    calm, restless = working_week(), working_week()
    events = [one.at for one in calm.marks] + [one.items[0].seen for one in calm.cases(at("fri2 12:00"))]
    events += [at("fri 10:00"), at("fri 10:05"), at("sat 12:00")]
    calm.sleep_until_woken(at("mon 08:00"), at("mon2 12:00"), events)
    for number, now in enumerate(minutes(at("mon 08:00"), at("mon2 12:00"))):
        if number % every == 0:
            restless.screen.clear()
        restless.step(now)
    assert restless.told() == calm.told()


def test_changed_settings_never_repeat_a_stage():
    desk = Desk(arriving(ask("Ada King", "fri 09:20")))
    for now in minutes(at("fri 09:00"), at("fri 18:00")):
        if now == at("fri 15:30"):
            desk.reminders = Reminders(before=(240, 120, 90, 60))
        if now == at("fri 16:05"):
            desk.reminders = Reminders(before=(120, 30, 10))
        desk.step(now)
    assert [clock(now) for now, _ in desk.log] == [
        "fri 15:00",
        "fri 15:30",
        "fri 16:00",
        "fri 16:30",
        "fri 16:50",
        "fri 17:00",
    ]


def test_threads_that_merge_do_not_ring_again():
    ada, ben = ask("Ada King", "fri 09:20"), ask("Ben Ott", "fri 15:20")
    merged = case(*ada.debts, *ben.debts)
    desk = Desk(lambda now: [merged] if now >= at("fri 16:31") else [ada, ben])
    desk.walk(minutes(at("fri 15:00"), at("fri 16:50")))
    assert [clock(now) for now, _ in desk.log] == ["fri 15:00", "fri 16:30"]


def test_sleep_through_all_stages_rings_the_latest_once():
    desk = Desk(arriving(ask("Ada King", "fri 09:20")))
    desk.walk([at("fri 14:00"), *minutes(at("fri 16:52"), at("fri 18:00"))])
    assert [(clock(now), notice.stage) for now, notice in desk.log] == [("fri 16:52", 10), ("fri 17:02", 0)]


def test_an_outage_is_told_once_and_again_when_there_is_another():
    outages = ((at("fri 10:00"), at("fri 12:00")), (at("fri 13:00"), at("fri 14:30")))

    def sources(now: datetime):
        down = [start for start, end in outages if start <= now < end]
        return (health(completed=down[0] if down else now),)

    desk = Desk(lambda now: [], sources=sources)
    desk.walk(minutes(at("fri 09:00"), at("fri 18:00")))
    assert desk.told() == ["fri 10:45 stale", "fri 13:45 stale"]
    assert desk.closed == [(at("fri 12:00"), "stale:office"), (at("fri 14:30"), "stale:office")]


DST = {
    "spring forward": ("2026-03-29", "2026-03-27"),
    "fall back": ("2026-10-25", "2026-10-23"),
}


@pytest.mark.parametrize("day", [pytest.param(days[0], id=name) for name, days in DST.items()])
def test_a_working_sunday_with_a_clock_change_keeps_wall_times(day: str):
    zone = ZoneInfo("Europe/Berlin")
    hours = Hours(zone=zone, week=(WORKDAY,) * 7)
    start = at(f"{day} 00:00", zone)
    one = case(debt("Ada King", start, at(f"{day} 17:00", zone)))
    desk = Desk(arriving(one), hours=hours)
    desk.walk(minutes(start, start + timedelta(hours=24)))
    walls = [hours.local(now).strftime("%H:%M") for now, _ in desk.log]
    assert walls == ["15:00", "16:30", "16:50", "17:00"]


# --- any board, any moments ---------------------------------------------------------------------------------------

START = at("thu 08:00")
END = at("tue2 12:00")
offsets = st.integers(0, 3 * 24 * 60)
some_seconds = st.sampled_from([0, 0, 1, 29, 59])
DUES = [
    "thu 17:00",
    "thu 16:00",
    "thu 12:30",
    "fri 12:00",
    "fri 17:00",
    "fri 09:10",
    "sat 12:00",
    "mon2 17:00",
    "fri 20:00",
]


@st.composite
def worlds(draw, seconds=some_seconds) -> tuple[list[Case], list[Mark], Hours, Reminders]:
    cases, marks = [], []
    for number in range(draw(st.integers(1, 6))):
        received = START + timedelta(minutes=draw(offsets), seconds=draw(seconds))
        odd = at(draw(st.sampled_from(DUES))) + timedelta(minutes=draw(st.integers(-40, 40)), seconds=draw(seconds))
        due = max(odd, received + timedelta(minutes=draw(st.integers(0, 90))))
        key = f"id:<{number}>"
        backlog = draw(st.integers(0, 9)) == 0
        cases.append(case(debt(f"P{number}", received, due, key=key, backlog=backlog)))
        for _ in range(draw(st.integers(0, 2))):
            kind = draw(st.sampled_from([MarkKind.DONE, MarkKind.SNOOZE, MarkKind.SNOOZE]))
            when = received + timedelta(minutes=draw(st.integers(0, 2000)))
            until = when + timedelta(minutes=draw(st.integers(1, 2000)))
            marks.append(mark(kind, key, when, until=until))
    ordered = sorted(marks, key=lambda one: one.at)
    marks = [mark(one.kind, one.key, one.at, until=one.until, number=n) for n, one in enumerate(ordered, 1)]
    before = tuple(sorted(draw(st.sets(st.sampled_from([5, 10, 12, 30, 60, 120, 500]))), reverse=True))
    reminders = Reminders(before=before, overdue_daily=draw(st.booleans()))
    return cases, marks, draw(st.sampled_from([HOURS, LUNCH_HOURS])), reminders


def desk_of(world) -> Desk:
    cases, marks, hours, reminders = world
    return Desk(arriving(*cases), marks=marks, hours=hours, reminders=reminders, outcomes=outcomes_of(world))


def outcomes_of(world):
    cases, marks, _, _ = world
    causes = {one.debts[0].key: one for one in cases}
    done = [one for one in marks if one.kind is MarkKind.DONE]
    rows = [
        (
            one.at,
            Outcome(
                cause=one.key,
                ref=one.key,
                received=causes[one.key].debts[0].received,
                due=causes[one.key].debts[0].due,
                answered_at=one.at,
                by=AnsweredBy.MARK,
                class_=Class.CLIENT,
                channel=Channel.EMAIL,
            ),
        )
        for one in done
    ]
    return lambda now: tuple(outcome for moment, outcome in rows if moment <= now)


@st.composite
def outages(draw) -> list[tuple[datetime, datetime]]:
    begins = [START + timedelta(minutes=draw(offsets)) for _ in range(draw(st.integers(0, 2)))]
    return [(begin, begin + timedelta(minutes=draw(st.integers(1, 900)))) for begin in begins]


def read_but_in(downs: list[tuple[datetime, datetime]]):
    """A source read half a minute ago, but where it is down: then at the beginning of that."""

    def sources(now: datetime):
        down = [begin for begin, end in downs if begin <= now < end]
        return (health(completed=min(down, default=now) - timedelta(seconds=30)),)

    return sources


relaxed = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@relaxed
@given(worlds(), st.lists(st.integers(0, int((END - START).total_seconds())), max_size=60), outages())
def test_waking_when_asked_loses_nothing_and_other_calls_add_nothing(world, extra, downs):
    cases, marks, _, _ = world
    events = (
        [one.items[0].seen for one in cases] + [one.at for one in marks] + [moment for two in downs for moment in two]
    )
    calm, restless = desk_of(world), desk_of(world)
    calm.sources = restless.sources = read_but_in(downs)
    calm.sleep_until_woken(START, END, events)
    restless.sleep_until_woken(START, END, [*events, *(START + timedelta(seconds=second) for second in extra)])
    assert restless.log == calm.log
    assert restless.rung == calm.rung


@settings(relaxed, max_examples=3)
@given(worlds(seconds=st.just(0)))
def test_walking_every_minute_rings_the_same(world):
    cases, marks, _, _ = world
    calm, steady = desk_of(world), desk_of(world)
    calm.sleep_until_woken(START, END, [one.items[0].seen for one in cases] + [one.at for one in marks])
    steady.walk(minutes(START, END))
    assert steady.told() == calm.told()
    assert steady.rung == calm.rung


@relaxed
@given(worlds(), st.lists(st.tuples(st.integers(0, 6000), st.integers(1, 900)), max_size=4))
def test_no_notice_out_of_hours_or_on_the_heels_of_another(world, naps):
    """Even with sleep in between; that no row repeats is asserted by every step."""
    cases, marks, hours, _ = world
    desk = desk_of(world)
    asleep = [(START + timedelta(minutes=begin), START + timedelta(minutes=begin + length)) for begin, length in naps]
    events = [one.items[0].seen for one in cases] + [one.at for one in marks] + minutes(START, END)[::97]
    desk.sleep_until_woken(START, END, events, asleep=asleep)
    assert all(later - earlier >= timedelta(minutes=10) for (earlier, _), (later, _) in pairwise(desk.log))
    for now, notice in desk.log:
        graced = notice.stage == 0 and any(
            timedelta(0) <= now - turn <= GRACE for one in notice.standings if (turn := last_chance(one.due, hours))
        )
        assert hours.open_at(now) or graced or notice.kind is NoticeKind.ALL_CLEAR, clock(now)
        if notice.kind is NoticeKind.ALL_CLEAR:
            ends = hours.ends(hours.day(now))
            assert ends and ends - timedelta(minutes=30) <= now <= ends + timedelta(hours=2)


def last_chance(due: datetime | None, hours: Hours) -> datetime | None:
    if due is None or hours.open_at(due):
        return due
    day = hours.day(due)
    ended = [end for day in (day, hours.previous_workday(day)) for _, end in hours.spans(day) if end <= due]
    return max(ended)


@relaxed
@given(worlds())
def test_whoever_waits_is_rung_for_when_due_and_every_morning_after(world):
    cases, marks, hours, reminders = world
    desk = desk_of(world)
    desk.sleep_until_woken(START, END, [one.items[0].seen for one in cases] + [one.at for one in marks])
    touched = {one.key for one in marks}
    for one in cases:
        cause = one.debts[0]
        rows = {(row.day, row.stage) for row in desk.rung if row.key == cause.key}
        if cause.backlog or cause.key in touched or not cause.due:
            assert not cause.backlog or not rows
            continue
        turn = last_chance(cause.due, hours)
        assert turn
        if cause.received <= turn and turn + GRACE < END:
            assert (hours.day(cause.due), 0) in rows
        late = [
            day
            for day in DAYS.values()
            if (start := hours.starts(day)) and cause.due < start + timedelta(minutes=5) < END
        ]
        late = [day for day in late if hours.starts(day) + timedelta(hours=2) < END]  # type: ignore[operator]
        expected = late if reminders.overdue_daily else late[:1]
        assert sorted(day for day, stage in rows if stage == Stage.MORNING)[: len(expected)] == expected


@relaxed
@given(worlds())
def test_no_early_stage_rings_for_what_has_just_arrived(world):
    cases, marks, _, _ = world
    desk = desk_of(world)
    desk.sleep_until_woken(START, END, [one.items[0].seen for one in cases] + [one.at for one in marks])
    for now, notice in desk.log:
        if notice.kind is NoticeKind.BEFORE:
            for one in notice.standings:
                assert now - one.cause.received >= SETTLE_IN - timedelta(minutes=5) or one.snooze


def test_a_night_shift_rings_up_to_midnight():
    hours = Hours(zone=ZoneInfo("UTC"), week=((Span(start=time(16), end=time(0)),),) * 7)
    start = datetime(2026, 11, 16, 12, tzinfo=UTC)
    one = case(debt("Ada King", start, datetime(2026, 11, 17, tzinfo=UTC)))
    desk = Desk(arriving(one), hours=hours)
    desk.walk(minutes(start, start + timedelta(hours=30)))
    assert [(now.day, now.strftime("%H:%M"), notice.kind.value) for now, notice in desk.log] == [
        (16, "22:00", "before"),
        (16, "23:30", "before"),
        (16, "23:50", "before"),
        (17, "00:00", "due"),
        (17, "16:05", "morning"),
    ]
    assert hours.day(desk.log[-1][0]) == date(2026, 11, 17)


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        pytest.param("fri 11:20", "fri 11:20 came-back", id="at once"),
        pytest.param("thu 20:00", "fri 09:00 came-back", id="but in working time"),
    ],
)
def test_an_answer_that_came_back_rings_once_more_than_usual(came, expected):
    waits = case(debt("Gil Paz", at("thu 19:00"), at("fri 17:00"), came_back=("gil@example.org",)))
    report = Item(key="id:<b>", message_id=None, received=at(came), seen=at(came), kind=Kind.BOUNCE)
    bounced = replace(waits, items=(*waits.items, report))
    desk = Desk(lambda now: [bounced] if now >= at(came) else [])
    desk.walk(minutes(at("thu 18:00"), at("sat 00:00")))
    stages = ["fri 15:00 before", "fri 16:30 before", "fri 16:50 before", "fri 17:00 due"]
    assert desk.told() == [f"{moment}: Gil Paz" for moment in [expected, *stages]]
