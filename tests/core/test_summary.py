"""A day and a week in figures, and the same figures worked out again by a slow path of its own."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning import DAYS, HOURS, ZONE, ask, at, board, health, mark
from triage.core.past.summary import Figures, Summary, begins, summary
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.model.cases import AnsweredBy, Channel, Class, Outcome
from triage.model.marks import MarkKind
from triage.settings import Span

FRIDAY, MONDAY = DAYS["fri"], DAYS["mon"]
DISMISSED = {AnsweredBy.DISMISSED, AnsweredBy.DISCARDED, AnsweredBy.WITHDRAWN}


def ended(
    received: str, answered: str, due: str | None = "fri 17:00", *, ref: str = "", by: AnsweredBy = AnsweredBy.MAIL
) -> Outcome:
    return Outcome(
        cause=f"id:<{received} {answered} {ref}>",
        ref=ref or f"{received}{answered}",
        received=at(received),
        due=at(due) if due else None,
        answered_at=at(answered),
        by=by,
        class_=Class.CLIENT,
        channel=Channel.EMAIL,
    )


def of(now: str, *cases, first: date = FRIDAY, last: date | None = None, hours: Hours = HOURS, **more) -> Summary:
    moment = at(now)
    seen = board(moment, *cases, **more)
    return summary(seen, first, last or first, moment, received=7, hours=hours, clock=moment)


def counts(found: Summary) -> tuple[int, int, int, int, int]:
    ours = found.figures
    return found.owed, ours.answered, ours.on_time, ours.late, ours.dismissed


# --- the figures --------------------------------------------------------------------------------------------------


def test_an_empty_day_is_empty_and_not_an_error():
    found = of("fri 16:00")
    assert found.empty
    assert (counts(found), found.figures.median, found.figures.most, found.before) == (
        (0, 0, 0, 0, 0),
        None,
        None,
        None,
    )


def test_on_time_and_late_are_read_from_the_outcome_as_it_was_written():
    found = of("fri 18:00", outcomes=(ended("fri 09:00", "fri 10:00"), ended("fri 09:00", "fri 17:01")))
    assert counts(found) == (2, 2, 1, 1, 0)


def test_an_answer_at_the_very_due_time_is_on_time_and_what_is_never_due_is_never_late():
    found = of("fri 18:00", outcomes=(ended("fri 09:00", "fri 17:00"), ended("mon 09:00", "fri 12:00", None)))
    assert (found.figures.on_time, found.figures.late) == (2, 0)


def test_a_case_answered_twice_in_a_day_counts_once_and_is_late_if_either_was():
    twice = (ended("fri 09:00", "fri 10:00", ref="a"), ended("fri 11:00", "fri 15:00", "fri 14:00", ref="a"))
    assert counts(of("fri 18:00", outcomes=twice)) == (2, 1, 0, 1, 0)


def test_on_two_days_it_counts_twice_in_the_week():
    twice = (ended("thu 09:00", "thu 10:00", ref="a"), ended("fri 11:00", "fri 15:00", ref="a"))
    assert of("fri 18:00", first=MONDAY, last=DAYS["sun"], outcomes=twice).figures.answered == 2


@pytest.mark.parametrize("by", sorted(DISMISSED, key=str))
def test_dismissals_stand_apart_and_are_in_no_other_figure(by):
    found = of("fri 18:00", outcomes=(ended("fri 09:00", "fri 10:00", by=by),))
    assert (counts(found), found.figures.times) == ((0, 0, 0, 0, 1), ())


def test_what_was_taken_back_counts_nowhere():
    once = ended("fri 09:00", "fri 10:00")
    found = of("fri 18:00", outcomes=(once, replace(once, reversed_=True)))
    assert found.empty


def test_what_was_done_again_after_an_undo_counts_once_with_its_last_answer():
    once = ended("fri 09:00", "fri 10:00")
    again = replace(once, answered_at=at("fri 17:30"))
    found = of("fri 18:00", outcomes=(once, replace(once, reversed_=True), again))
    assert counts(found) == (1, 1, 0, 1, 0)


def test_a_mark_counts_before_anybody_wrote_its_outcome():
    ada = ask("Ada King", "fri 09:20")
    found = of("fri 12:00", ada, marks=(mark(MarkKind.DONE, "id:<Ada King>", at("fri 11:00")),))
    assert (counts(found), found.waiting) == ((1, 1, 1, 0, 0), 0)


def test_an_undone_mark_counts_no_more_before_anybody_wrote_the_reversal():
    """Undone after midnight: yesterday's figure goes down as well, since nobody was answered."""
    ada = ask("Ada King", "thu 09:20", "thu 17:00")
    written = replace(ended("thu 09:20", "thu 16:00", "thu 17:00"), cause="id:<Ada King>", by=AnsweredBy.MARK)
    found = of("fri 00:10", ada, first=DAYS["thu"], outcomes=(written,))
    assert (found.figures.answered, found.owed, found.waiting) == (0, 1, 1)


def test_the_time_to_answer_is_working_time_and_the_longest_wait_is_on_the_clock():
    found = of("mon2 12:00", first=DAYS["mon2"], outcomes=(ended("fri 16:00", "mon2 10:00"),))
    assert (found.figures.median, found.figures.longest) == (timedelta(hours=2), timedelta(hours=66))


@pytest.mark.parametrize(
    ("minutes", "median", "most"),
    [
        pytest.param([10], 10, 10, id="one"),
        pytest.param([10, 20], 15, 20, id="the middle of two"),
        pytest.param([1, 2, 3], 2, 3, id="three"),
        pytest.param(range(1, 11), 5.5, 9, id="ten"),
        pytest.param(range(1, 12), 6, 10, id="eleven"),
    ],
)
def test_median_and_nine_in_ten(minutes, median, most):
    found = Figures(times=tuple(timedelta(minutes=n) for n in minutes))
    assert (found.median, found.most) == (timedelta(minutes=median), timedelta(minutes=most))


# --- who waits ----------------------------------------------------------------------------------------------------


def test_those_who_wait_are_named_and_the_backlog_is_not():
    found = of("fri 16:00", ask("Ada King", "fri 09:20"), ask("Old Bo", "mon 09:00", backlog=True))
    assert [one.who.name for one in found.open] == ["Ada King"]
    assert found.longest_open == timedelta(hours=6, minutes=40)


def test_of_a_day_gone_by_those_answered_since_are_counted_and_not_named():
    since = ended("thu 09:00", "fri 10:00", "thu 17:00")
    found = of("fri 12:00", ask("Ada King", "thu 09:20", "thu 17:00"), first=DAYS["thu"], outcomes=(since,))
    assert ([one.who.name for one in found.open], found.answered_since, found.waiting) == (["Ada King"], 1, 2)
    assert (found.figures.answered, found.until) == (0, at("fri 00:00"))


def test_who_came_after_the_day_did_not_wait_on_it():
    found = of("fri 12:00", ask("Ada King", "fri 09:20"), first=DAYS["thu"])
    assert (found.waiting, found.owed) == (0, 0)


def test_what_waits_on_the_next_working_day_is_named_also_if_put_off_until_then():
    snoozed = ask("Cy Dorn", "fri 09:00")
    put_off = mark(MarkKind.SNOOZE, "id:<Cy Dorn>", at("fri 10:00"), until=at("mon2 09:00"))
    late = ask("Nora Hall", "fri 16:50", "mon2 17:00")
    far = ask("Far Away", "fri 09:00", "wed2 17:00")
    found = of("fri 17:05", snoozed, late, far, marks=(put_off,))
    assert (found.next_day, {one.who.name for one in found.upcoming}) == (DAYS["mon2"], {"Cy Dorn", "Nora Hall"})
    assert [one.who.name for one in found.put_off] == ["Cy Dorn"]


def test_the_next_morning_says_of_yesterday_what_waits_today():
    found = of("fri 09:10", ask("Nora Hall", "thu 16:50"), first=DAYS["thu"])
    assert (found.next_day, [one.who.name for one in found.upcoming]) == (FRIDAY, ["Nora Hall"])


def test_a_stale_source_is_named():
    found = of("fri 16:00", sources=(health("gmail", completed=at("fri 13:52")),))
    assert [one.name for one in found.stale] == ["gmail"]


def test_classes_and_channels_add_up_to_the_whole():
    outcomes = tuple(
        replace(ended("fri 09:00", "fri 10:00", ref=f"{place}"), class_=class_, channel=channel)
        for place, (class_, channel) in enumerate([(one, two) for one in Class for two in Channel])
    )
    found = of("fri 16:00", ask("Ada King", "fri 09:20"), outcomes=outcomes)
    for part in (found.by_class, found.by_channel):
        assert sum(share.answered for share in part.values()) == found.figures.answered
        assert sum(share.open for share in part.values()) == 1


# --- beside the weeks before ----------------------------------------------------------------------------------------


def test_the_four_weeks_before_begin_with_the_first_known_answer():
    found = of("fri 16:00", outcomes=(ended("wed 09:00", "wed 10:00", "wed 17:00"), ended("fri 09:00", "fri 10:00")))
    assert found.before
    assert (found.before.answered, found.workdays) == (1, 2)


def test_on_the_first_day_nothing_is_known_of_before():
    assert of("fri 16:00", outcomes=(ended("fri 09:00", "fri 10:00"),)).before is None


def test_a_week_of_holidays_has_no_working_days_before_it():
    off = replace(HOURS, days_off=frozenset(DAYS["mon"] + timedelta(days=n) for n in range(-28, 5)))
    found = of("sat 12:00", first=DAYS["sat"], hours=off, outcomes=(ended("wed 09:00", "thu 10:00"),))
    assert (found.workdays, found.next_day) == (0, DAYS["mon2"])


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"], ids=["23 hours", "25 hours"])
def test_a_day_on_which_clocks_change_holds_all_of_its_hours(day):
    whole = Hours(zone=ZONE, week=((Span(start=time(), end=time()),),) * 7)
    first = date.fromisoformat(day)
    start = begins(first, whole)
    length = whole.midnight_after(first) - start
    moments = [start, start + length - timedelta(minutes=1)]
    outcomes = tuple(
        replace(ended("mon 09:00", "mon 10:00", None, ref=str(place)), received=start, answered_at=moment)
        for place, moment in enumerate(moments)
    )
    seen = Board(outcomes=tuple(replace(one, cause=one.ref) for one in outcomes))
    now = start + timedelta(days=3)
    found = summary(seen, first, first, now, received=0, hours=whole, clock=now)
    assert (found.figures.answered, found.figures.times[-1]) == (2, length - timedelta(minutes=1))


# --- worked out again -----------------------------------------------------------------------------------------------

START = datetime(2026, 10, 26, tzinfo=UTC)
MINUTES = st.integers(0, 28 * 24 * 60)


@st.composite
def rounds(draw: st.DrawFn) -> list[Outcome]:
    """Rounds over four weeks with a change of clocks; some taken back, some again."""
    written: list[Outcome] = []
    for place in range(draw(st.integers(0, 12))):
        received = START + timedelta(minutes=draw(MINUTES))
        made = Outcome(
            cause=f"id:<{place}>",
            ref=f"ref{draw(st.integers(0, 6))}",
            received=received,
            due=draw(st.none() | st.integers(-60, 4000).map(lambda n, base=received: base + timedelta(minutes=n))),
            answered_at=received + timedelta(minutes=draw(st.integers(0, 6000))),
            by=draw(st.sampled_from(AnsweredBy)),
            class_=draw(st.sampled_from(Class)),
            channel=draw(st.sampled_from(Channel)),
        )
        written.append(made)
        if draw(st.integers(0, 4)) == 0:
            written.append(replace(made, reversed_=True))
            if draw(st.booleans()):
                written.append(replace(made, answered_at=made.answered_at + timedelta(hours=5)))
    return written


def minutes_of_work(first: datetime, last: datetime) -> int:
    """Minute by minute on the clock of the wall."""
    moment, found = first, 0
    while moment < last:
        local = moment.astimezone(ZONE)
        found += local.weekday() < 5 and 9 <= local.hour < 17
        moment += timedelta(minutes=1)
    return found


@given(rounds(), st.integers(0, 27), st.booleans())
def test_a_slow_path_of_its_own_finds_the_same_figures(written, ahead, week):
    first = date(2026, 10, 26) + timedelta(days=ahead)
    first -= timedelta(days=first.weekday() if week else 0)
    days = {first + timedelta(days=n) for n in range(7 if week else 1)}
    now = START + timedelta(days=60)
    found = summary(Board(outcomes=tuple(written)), min(days), max(days), now, received=0, hours=HOURS, clock=now)

    standing = [
        one
        for place, one in enumerate(written)
        if not one.reversed_ and not any(later.reversed_ and later.cause == one.cause for later in written[place:])
    ]
    own = [one for one in standing if one.answered_at.astimezone(ZONE).date() in days]
    answers = [one for one in own if one.by not in DISMISSED]
    late = Counter(
        (one.ref, one.answered_at.astimezone(ZONE).date()) for one in answers if one.due and one.answered_at > one.due
    )
    answered = {(one.ref, one.answered_at.astimezone(ZONE).date()) for one in answers}
    assert (found.figures.answered, found.figures.late) == (len(answered), len(late))
    assert [time // timedelta(minutes=1) for time in found.figures.times] == sorted(
        minutes_of_work(one.received, one.answered_at) for one in answers
    )
    came = [one for one in standing if one.received.astimezone(ZONE).date() in days and one.by not in DISMISSED]
    assert found.owed == len(came) == sum(found.arrivals)
    end = max(days)
    waited = [
        one for one in standing if one.received.astimezone(ZONE).date() <= end < one.answered_at.astimezone(ZONE).date()
    ]
    assert found.waiting == len(waited)
