"""When an answer is owed: the table of the contract, its laws, and the way there in words."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.core.times.deadlines import Deadline, deadline
from triage.core.times.hours import Hours
from triage.settings import END_OF_DAY, ReplyWithin, Span, Within, Workday

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati")
BREAK = (Span(start=time(9), end=time(12)), Span(start=time(13), end=time(17)))
HOLIDAY = date(2026, 11, 26)
OFFICE = Hours(zone=ZoneInfo("America/New_York"), week=(BREAK,) * 5 + ((), ()), days_off=frozenset({HOLIDAY}))
LATE = timedelta(minutes=15)
NEXT_DAY, NEVER = ReplyWithin(named=Within.END_OF_NEXT_DAY), ReplyWithin(named=Within.NEVER)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE.zone).astimezone(UTC)


def found(received: str, within: ReplyWithin = END_OF_DAY, asked: str | None = None) -> Deadline:
    by = at(asked) if asked else None
    return deadline(at(received), asked_by=by, within=within, late_arrivals=LATE, hours=OFFICE)


@pytest.mark.parametrize(
    ("received", "within", "asked", "due"),
    [
        pytest.param("2026-11-20 10:00", END_OF_DAY, None, "2026-11-20 17:00", id="in working time: today"),
        pytest.param("2026-11-20 06:00", END_OF_DAY, None, "2026-11-20 17:00", id="before work: today"),
        pytest.param("2026-11-20 00:00", END_OF_DAY, None, "2026-11-20 17:00", id="at midnight: the day that begins"),
        pytest.param("2026-11-20 12:30", END_OF_DAY, None, "2026-11-20 17:00", id="in a break: today"),
        pytest.param("2026-11-20 11:50", END_OF_DAY, None, "2026-11-20 17:00", id="late before a break: today"),
        pytest.param("2026-11-20 16:44", END_OF_DAY, None, "2026-11-20 17:00", id="just early enough"),
        pytest.param("2026-11-20 16:45", END_OF_DAY, None, "2026-11-23 17:00", id="in the last quarter: next day"),
        pytest.param("2026-11-20 17:00", END_OF_DAY, None, "2026-11-23 17:00", id="at the end: next day"),
        pytest.param("2026-11-20 22:00", END_OF_DAY, None, "2026-11-23 17:00", id="after work: next day"),
        pytest.param("2026-11-21 10:00", END_OF_DAY, None, "2026-11-23 17:00", id="on a free day"),
        pytest.param("2026-11-25 18:00", END_OF_DAY, None, "2026-11-27 17:00", id="over a holiday"),
        pytest.param("2026-11-20 10:00", NEXT_DAY, None, "2026-11-23 17:00", id="the end of the next day"),
        pytest.param("2026-11-20 16:50", NEXT_DAY, None, "2026-11-24 17:00", id="counts for Monday, due Tuesday"),
        pytest.param("2026-11-23 10:00", ReplyWithin(days=3), None, "2026-11-27 17:00", id="days count working days"),
        pytest.param("2026-11-23 10:00", ReplyWithin(span=2 * 4 * LATE), None, "2026-11-23 12:00", id="two hours"),
        pytest.param("2026-11-23 11:00", ReplyWithin(span=2 * 4 * LATE), None, "2026-11-23 14:00", id="over a break"),
        pytest.param(
            "2026-11-23 16:00", ReplyWithin(span=2 * 4 * LATE), None, "2026-11-23 17:00", id="no later than today"
        ),
        pytest.param(
            "2026-11-20 18:00", ReplyWithin(span=2 * 4 * LATE), None, "2026-11-23 11:00", id="from Monday's start"
        ),
        pytest.param("2026-11-20 10:00", END_OF_DAY, "2026-11-20 12:00", "2026-11-20 12:00", id="asked for sooner"),
        pytest.param("2026-11-20 10:00", END_OF_DAY, "2026-11-25 12:00", "2026-11-20 17:00", id="asked for later"),
        pytest.param("2026-11-20 10:00", END_OF_DAY, "2026-11-20 09:00", "2026-11-20 17:00", id="asked for the past"),
        pytest.param(
            "2026-11-20 10:00", ReplyWithin(days=3), "2026-11-23 12:00", "2026-11-23 12:00", id="asked for within days"
        ),
    ],
)
def test_due_is_the_earliest(received: str, within: ReplyWithin, asked: str | None, due: str) -> None:
    assert found(received, within, asked).due == at(due)


def test_never_is_never_whatever_was_asked() -> None:
    assert found("2026-11-20 10:00", NEVER, "2026-11-20 12:00") == Deadline(due=None, steps=("a rule says: never due",))


def test_a_last_span_shorter_than_late_arrivals_is_late_as_a_whole_and_no_more() -> None:
    week = ((Span(start=time(9), end=time(12)), Span(start=time(16, 55), end=time(17))),) * 7
    hours = Hours(zone=OFFICE.zone, week=week)
    for received, due in (("2026-11-20 16:54", "2026-11-20 17:00"), ("2026-11-20 16:55", "2026-11-21 17:00")):
        assert deadline(at(received), asked_by=None, within=END_OF_DAY, late_arrivals=LATE, hours=hours).due == at(due)


@pytest.mark.parametrize(
    ("deadline_", "steps"),
    [
        pytest.param(
            found("2026-11-20 16:50", asked="2026-11-25 12:00"),
            (
                "received Fri 20 Nov 16:50, in the last 15 minutes of the day, so it counts for the next working day",
                "Sat 21 Nov to Sun 22 Nov: free",
                "Mon 23 Nov: 09:00-12:00, 13:00-17:00",
                "due Mon 23 Nov 17:00",
                "asked by Wed 25 Nov 12:00: shown, does not move it back",
            ),
            id="late on Friday",
        ),
        pytest.param(
            found("2026-11-25 10:00", NEXT_DAY, "2026-11-25 09:00"),
            (
                "received Wed 25 Nov 10:00",
                "Wed 25 Nov: 09:00-12:00, 13:00-17:00",
                "Thu 26 Nov: free",
                "Fri 27 Nov: 09:00-12:00, 13:00-17:00",
                "asked by Wed 25 Nov 09:00: had passed when it came",
                "due Fri 27 Nov 17:00",
            ),
            id="over a holiday",
        ),
        pytest.param(
            found("2026-11-20 10:00", ReplyWithin(span=timedelta(minutes=90)), "2026-11-20 11:00"),
            (
                "received Fri 20 Nov 10:00",
                "Fri 20 Nov: 09:00-12:00, 13:00-17:00",
                "1 hour 30 minutes of working time after it came: Fri 20 Nov 11:30",
                "asked by Fri 20 Nov 11:00: brings it forward",
                "due Fri 20 Nov 11:00",
            ),
            id="a rule and a wish",
        ),
    ],
)
def test_the_steps_say_how(deadline_: Deadline, steps: tuple[str, ...]) -> None:
    assert deadline_.steps == steps


withins = st.one_of(
    st.sampled_from([END_OF_DAY, NEXT_DAY]),
    st.integers(1, 20).map(lambda days: ReplyWithin(days=days)),
    st.integers(1, 3000).map(lambda minutes: ReplyWithin(span=timedelta(minutes=minutes))),
)


@st.composite
def offices(draw: st.DrawFn) -> Hours:
    day = draw(
        st.sampled_from([BREAK, BREAK[:1], (Span(start=time(1), end=time(0)),), (Span(start=time(), end=time(3)),)])
    )
    mask = draw(st.integers(1, 127))
    off = draw(st.sets(st.integers(0, 365), max_size=60))
    return Hours(
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        week=tuple(day if mask >> place & 1 else () for place in range(7)),
        days_off=frozenset(date(2026, 1, 1) + timedelta(days=one) for one in off),
    )


moments = st.integers(0, 365 * 1440).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


@settings(max_examples=300, deadline=None)
@given(offices(), moments, withins, st.none() | st.integers(-3000, 9000))
def test_the_laws_of_due(hours: Hours, received: datetime, within: ReplyWithin, ahead: int | None) -> None:
    asked = None if ahead is None else received + timedelta(minutes=ahead)
    due = deadline(received, asked_by=asked, within=within, late_arrivals=LATE, hours=hours).due
    unasked = deadline(received, asked_by=None, within=within, late_arrivals=LATE, hours=hours).due
    assert due is not None
    assert unasked is not None
    assert due >= received
    assert due == min([unasked, *([asked] if asked and asked > received else [])])
    at_an_end = unasked == hours.ends(hours.day(unasked - timedelta(seconds=1)))
    assert at_an_end or unasked == hours.after(received, within.span or timedelta())
    assert hours.working_at(hours.before(due, timedelta(minutes=30)))


@settings(max_examples=100, deadline=None)
@given(offices(), moments, moments, withins)
def test_who_wrote_first_is_never_due_later(hours: Hours, one: datetime, other: datetime, within: ReplyWithin) -> None:
    dues = [
        deadline(moment, asked_by=None, within=within, late_arrivals=LATE, hours=hours).due
        for moment in sorted((one, other))
    ]
    assert dues[0] <= dues[1]  # type: ignore[operator]


@settings(max_examples=50, deadline=None)
@given(moments)
def test_end_of_day_leaves_at_least_the_late_quarter(received: datetime) -> None:
    hours = Hours(zone=OFFICE.zone, week=Workday().week)
    due = deadline(received, asked_by=None, within=END_OF_DAY, late_arrivals=LATE, hours=hours).due
    assert due is not None
    assert hours.working_between(received, due) >= LATE
