"""Working time held against an oracle that walks minute by minute, and against its own laws."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from triage.core.times.hours import Hours
from triage.errors import TriageError
from triage.settings import Span, Workday

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Hours(zone=BERLIN, week=Workday().week)

# (zone, a day around which something happens): clocks forward and back, half an hour, a day left out, none at all
EDGES = (
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/St_Johns", date(2006, 10, 29)),
    ("Pacific/Kiritimati", date(2026, 6, 1)),
    ("Pacific/Pago_Pago", date(2026, 6, 1)),
    ("Asia/Kathmandu", date(2026, 12, 31)),
)


@st.composite
def day_spans(draw: st.DrawFn) -> tuple[Span, ...]:
    quarters = draw(st.lists(st.integers(0, 96), min_size=0, max_size=6, unique=True))
    edges = sorted(quarters)[: len(quarters) // 2 * 2]
    clocks = [time(edge // 4 % 24, edge % 4 * 15) for edge in edges]
    return tuple(Span(start=start, end=end) for start, end in zip(clocks[::2], clocks[1::2], strict=True))


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Hours, date]:
    """Random working weeks, with at least one working day, next to a day on which clocks do something."""
    zone, day = draw(st.sampled_from(EDGES))
    week = draw(st.tuples(*[day_spans()] * 7).filter(any))
    free = draw(st.sets(st.integers(-4, 4), max_size=3))
    return Hours(zone=ZoneInfo(zone), week=week, days_off=frozenset(day + DAY * one for one in free)), day


@st.composite
def weeks_and_moments(draw: st.DrawFn, many: int) -> tuple[Hours, tuple[datetime, ...]]:
    hours, day = draw(weeks())
    middle = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    around = st.integers(-3 * 1440, 3 * 1440).map(lambda minutes: middle + MINUTE * minutes)
    return hours, tuple(sorted(draw(around) for _ in range(many)))


def works(hours: Hours, moment: datetime) -> bool:
    """The oracle: reads the clock on the wall, where no clock is set back."""
    local = moment.astimezone(hours.zone)
    if local.date() in hours.days_off:
        return False
    now = local.hour * 60 + local.minute
    return any(
        span.start.hour * 60 + span.start.minute <= now < (span.end.hour * 60 + span.end.minute or 1440)
        for span in hours.week[local.weekday()]
    )


def set_back(hours: Hours, first: datetime, last: datetime) -> bool:
    offsets = [moment.astimezone(hours.zone).utcoffset() for moment in (first - DAY, last + DAY)]
    return offsets[1] < offsets[0]  # type: ignore[operator]


@settings(max_examples=60, deadline=None)
@given(weeks_and_moments(2))
def test_a_walk_minute_by_minute_finds_the_same_working_time(given_: tuple[Hours, tuple[datetime, ...]]) -> None:
    hours, (first, last) = given_
    if set_back(hours, first, last):
        return
    count = (last - first) // MINUTE
    walked = sum(works(hours, first + MINUTE * step) for step in range(count))
    assert hours.working_between(first, last) == MINUTE * walked
    assert hours.working_at(first) == works(hours, first)


@given(weeks_and_moments(3))
@settings(max_examples=100, deadline=None)
def test_working_time_adds_up(given_: tuple[Hours, tuple[datetime, ...]]) -> None:
    hours, (first, middle, last) = given_
    assert hours.working_between(first, middle) + hours.working_between(middle, last) == hours.working_between(
        first, last
    )
    assert hours.working_between(last, first) == timedelta()


@given(weeks_and_moments(1), st.integers(1, 4000))
@settings(max_examples=100, deadline=None)
def test_after_and_before_are_inverse(given_: tuple[Hours, tuple[datetime, ...]], minutes: int) -> None:
    hours, (moment,) = given_
    span = MINUTE * minutes
    later, earlier = hours.after(moment, span), hours.before(moment, span)
    assert earlier < moment < later
    assert hours.working_between(moment, later) == span == hours.working_between(earlier, moment)
    assert hours.working_at(earlier)
    assert hours.open_at(later)
    assert hours.after(earlier, span) <= moment
    assert hours.before(later, span) >= moment
    assert hours.before(hours.after(earlier, span), span) == earlier


@given(weeks_and_moments(1))
@settings(max_examples=100, deadline=None)
def test_the_next_working_moment_is_working_and_nothing_lies_between(
    given_: tuple[Hours, tuple[datetime, ...]],
) -> None:
    hours, (moment,) = given_
    found = hours.next_working(moment)
    assert found >= moment
    assert hours.working_at(found)
    assert hours.working_between(moment, found) == timedelta()
    assert (found == moment) == hours.working_at(moment)


@given(weeks())
@settings(max_examples=60, deadline=None)
def test_spans_are_in_order_and_never_overlap(given_: tuple[Hours, date]) -> None:
    hours, day = given_
    spans = [span for ahead in range(-2, 3) for span in hours.spans(day + DAY * ahead)]
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(start < end for start, end in spans)
    assert all(edge.tzinfo is UTC for edge in edges)


@pytest.mark.parametrize("mask", range(1, 128), ids=lambda mask: f"{mask:07b}")
def test_every_set_of_weekdays_finds_its_neighbours(mask: int) -> None:
    spans = (Span(start=time(9), end=time(17)),)
    hours = Hours(zone=BERLIN, week=tuple(spans if mask >> day & 1 else () for day in range(7)))
    for ahead in range(8):
        day = date(2026, 11, 16) + DAY * ahead
        following, last = hours.next_workday(day), hours.previous_workday(day)
        assert last < day < following
        assert following - day <= 7 * DAY >= day - last
        assert not any(hours.is_workday(day + DAY * gap) for gap in range(1, (following - day).days))
        assert not any(hours.is_workday(day - DAY * gap) for gap in range(1, (day - last).days))
        assert hours.is_workday(following)
        assert hours.is_workday(last)


def at(text: str, hours: Hours = OFFICE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=hours.zone)


def one_span(zone: str, start: str, end: str) -> Hours:
    return Hours(zone=ZoneInfo(zone), week=((Span(start=time.fromisoformat(start), end=time.fromisoformat(end)),),) * 7)


@pytest.mark.parametrize(
    ("hours", "day", "length"),
    [
        pytest.param(one_span("Europe/Berlin", "00:00", "00:00"), date(2026, 3, 29), 23 * 60, id="a day of 23 hours"),
        pytest.param(one_span("Europe/Berlin", "00:00", "00:00"), date(2026, 10, 25), 25 * 60, id="a day of 25 hours"),
        pytest.param(
            one_span("Australia/Lord_Howe", "00:00", "00:00"), date(2026, 10, 4), 23 * 60 + 30, id="half an hour"
        ),
        pytest.param(one_span("Europe/Berlin", "02:15", "04:00"), date(2026, 3, 29), 60, id="begins when clocks jump"),
        pytest.param(one_span("Europe/Berlin", "01:00", "02:45"), date(2026, 3, 29), 60, id="ends when clocks jump"),
        pytest.param(one_span("Europe/Berlin", "02:15", "02:45"), date(2026, 3, 29), 0, id="is left out"),
        pytest.param(one_span("Europe/Berlin", "02:15", "02:45"), date(2026, 10, 25), 30, id="counts once"),
        pytest.param(one_span("Pacific/Apia", "09:00", "17:00"), date(2011, 12, 30), 0, id="the day Samoa left out"),
        pytest.param(one_span("America/Sao_Paulo", "00:00", "08:00"), date(2018, 11, 4), 420, id="no midnight"),
    ],
)
def test_when_clocks_change_a_span_keeps_its_wall_times(hours: Hours, day: date, length: int) -> None:
    assert sum((end - start for start, end in hours.spans(day)), timedelta()) == MINUTE * length
    assert hours.is_workday(day) == bool(length)


def test_a_span_is_closed_at_its_end_only_when_asked() -> None:
    end = at("2026-11-20 17:00")
    assert not OFFICE.working_at(end)
    assert OFFICE.open_at(end)
    assert not OFFICE.open_at(end + MINUTE)


def test_midnight_at_the_end_belongs_to_the_day_before() -> None:
    hours = one_span("Europe/Berlin", "20:00", "00:00")
    assert hours.ends(date(2026, 11, 20)) == at("2026-11-21 00:00")
    assert hours.open_at(at("2026-11-21 00:00"))
    assert not hours.working_at(at("2026-11-21 00:00"))
    assert hours.midnight_after(date(2026, 11, 20)) == at("2026-11-21 00:00")


def test_half_an_hour_before_monday_morning_is_friday_afternoon() -> None:
    assert OFFICE.before(at("2026-11-23 09:10"), 30 * MINUTE) == at("2026-11-20 16:40")


def test_a_moment_in_any_zone_means_the_same() -> None:
    utc = datetime(2026, 10, 24, 12, tzinfo=UTC)
    elsewhere = utc.astimezone(BERLIN)
    assert OFFICE.after(elsewhere, 9 * 60 * MINUTE) == OFFICE.after(utc, 9 * 60 * MINUTE)
    assert OFFICE.working_between(elsewhere, elsewhere + 7 * DAY) == OFFICE.working_between(utc, utc + 7 * DAY)


def test_years_off_are_told_and_not_walked_for_ever() -> None:
    hours = Hours(zone=BERLIN, week=((),) * 7)
    with pytest.raises(TriageError, match="no working day in three years"):
        hours.next_workday(date(2026, 11, 20))


@example(2026)
@given(st.integers(1970, 2037))
@settings(max_examples=10, deadline=None)
def test_a_year_has_eight_hours_each_working_day(year: int) -> None:
    first, last = at(f"{year}-01-01 00:00"), at(f"{year + 1}-01-01 00:00")
    days = (date(year, 1, 1) + DAY * ahead for ahead in range((date(year + 1, 1, 1) - date(year, 1, 1)).days))
    assert OFFICE.working_between(first, last) == timedelta(hours=8) * sum(day.weekday() < 5 for day in days)
