"""Each sentence of the contract on notices, one table or claim each."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from tests.planning import (
    DAYS,
    HOURS,
    LUNCH_HOURS,
    REMINDERS,
    ZONE,
    ask,
    at,
    board,
    case,
    clock,
    debt,
    health,
    mark,
    names,
    recorded,
    stages,
)
from triage.core.cases.clear import answered_on, clear
from triage.core.cases.order import in_order
from triage.core.cases.state import standings
from triage.core.notices.notice import Notice
from triage.core.notices.plan import Plan, plan
from triage.core.notices.stages import passed
from triage.core.times.hours import Hours
from triage.model.board import Board, Rung
from triage.model.cases import AnsweredBy, Channel, Class, Item, Outcome, Person
from triage.model.health import Progress
from triage.model.judgements import Kind
from triage.model.marks import MarkKind
from triage.model.notices import NoticeKind, Stage
from triage.settings import Reminders, Span

ADA = "id:<Ada King>"
FRIDAY = DAYS["fri"]


def planned(now: datetime, *cases, hours=HOURS, reminders=REMINDERS, on_screen=(), awake=None, **more) -> Plan:
    return plan(board(now, *cases, **more), now, hours=hours, reminders=reminders, on_screen=on_screen, awake=awake)


def notice_at(moment: str, *cases, **more) -> Notice | None:
    found = planned(at(moment), *cases, **more).notices
    assert len(found) <= 1
    return found[0] if found else None


def row(stage: int, *, key: str = ADA, day: str = "fri") -> Rung:
    return Rung(key=key, day=DAYS[day], stage=stage)


# --- stages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param("fri 14:59", None, id="before the first stage"),
        pytest.param("fri 15:00", {120}, id="two hours before"),
        pytest.param("fri 16:24", {120}, id="the latest missed"),
        pytest.param("fri 16:30", {30}, id="only the latest missed"),
        pytest.param("fri 16:46", {10}, id="what comes within five minutes is taken along"),
        pytest.param("fri 16:50", {10}, id="ten minutes before"),
        pytest.param("fri 17:00", {0}, id="a span is closed at its end"),
        pytest.param("fri 17:30", {0}, id="up to thirty minutes after"),
        pytest.param("fri 17:31", None, id="and no longer"),
        pytest.param("sat 10:00", None, id="not on a free day"),
        pytest.param("mon2 09:04", None, id="not before the morning line"),
        pytest.param("mon2 09:05", {Stage.MORNING}, id="five minutes into the next working day"),
        pytest.param("mon2 10:40", {Stage.MORNING}, id="a late start of the machine"),
        pytest.param("mon2 17:01", None, id="the morning line waits for the next working day"),
    ],
)
def test_what_rings_for_a_case_due_friday_evening(moment, expected):
    notice = notice_at(moment, ask("Ada King", "fri 09:20"))
    assert (stages(notice) if notice else None) == expected


@pytest.mark.parametrize(
    ("rung", "moment", "expected"),
    [
        pytest.param([row(120)], "fri 15:30", None, id="rung for"),
        pytest.param([row(10)], "fri 16:30", None, id="a later stage silences an earlier"),
        pytest.param([row(120)], "fri 16:30", {30}, id="an earlier does not silence a later"),
        pytest.param([row(0, day="thu")], "fri 16:30", {30}, id="another day does not count"),
        pytest.param([row(0, key="id:<Ben Ott>")], "fri 16:30", {30}, id="nor another case"),
        pytest.param([row(60)], "fri 15:30", None, id="a stage no longer set silences all the same"),
        pytest.param([row(Stage.MORNING)], "fri 16:30", {30}, id="nor the morning line"),
    ],
)
def test_the_ledger_silences(rung, moment, expected):
    notice = notice_at(moment, ask("Ada King", "fri 09:20"), rung=rung)
    assert (stages(notice) if notice else None) == expected


def test_any_message_of_the_case_silences_it():
    two = case(debt("Ada King", at("fri 09:20"), at("fri 17:00")), debt("Ben Ott", at("fri 10:00"), at("fri 17:00")))
    assert notice_at("fri 15:00", two, rung=[row(120, key="id:<Ben Ott>")]) is None


def test_every_message_that_waits_is_recorded():
    two = case(debt("Ada King", at("fri 09:20"), at("fri 17:00")), debt("Ben Ott", at("fri 10:00"), at("fri 17:00")))
    notice = notice_at("fri 15:00", two)
    assert notice
    assert set(notice.rows) == {row(120), row(120, key="id:<Ben Ott>")}


def with_afterthought():
    """A message that waits, and a later one from the same person that asks for nothing."""
    one = ask("Ada King", "fri 09:20")
    more = Item(key="id:ps", message_id=None, received=at("fri 09:25"), seen=at("fri 09:25"), kind=Kind.PERSON)
    return replace(one, items=(*one.items, more))


def test_the_newest_message_is_recorded_and_silences_though_it_owes_nothing():
    notice = notice_at("fri 15:00", with_afterthought())
    assert notice
    assert set(notice.rows) == {row(120), row(120, key="id:ps")}
    assert notice_at("fri 15:00", with_afterthought(), rung=[row(120, key="id:ps")]) is None


def test_what_rang_before_an_answer_does_not_silence_the_next_round():
    first, second = (
        debt("Ada King", at("fri 09:00"), at("fri 11:00")),
        debt("Ada King", at("fri 12:00"), at("fri 14:00"), key="id:2"),
    )
    both = case(first, second)
    done = mark(MarkKind.DONE, ADA, at("fri 11:30"))
    notice = notice_at("fri 13:30", both, rung=[row(0)], marks=(done,))
    assert notice
    assert notice.rows == (row(30, key="id:2"),)


@pytest.mark.parametrize(
    ("received", "moment", "expected"),
    [
        pytest.param("fri 14:45", "fri 15:00", {120}, id="fifteen minutes before the stage"),
        pytest.param("fri 14:46", "fri 15:00", None, id="fourteen minutes before"),
        pytest.param("fri 14:46", "fri 16:00", None, id="and not caught up later"),
        pytest.param("fri 16:20", "fri 16:30", None, id="too fresh for half an hour"),
        pytest.param("fri 16:20", "fri 16:50", {10}, id="old enough for ten minutes"),
        pytest.param("fri 16:59", "fri 17:00", {0}, id="stage 0 always rings"),
    ],
)
def test_a_stage_rings_only_for_what_lies_a_quarter_of_an_hour(received, moment, expected):
    notice = notice_at(moment, ask("Ada King", received))
    assert (stages(notice) if notice else None) == expected


@pytest.mark.parametrize(
    ("due", "moment", "expected"),
    [
        pytest.param("fri 20:00", "fri 17:00", {0}, id="an evening: when work ends"),
        pytest.param("fri 20:00", "fri 20:00", None, id="and not at the time itself"),
        pytest.param("sat 12:00", "fri 16:50", {10}, id="a Saturday: minutes before work ends"),
        pytest.param("sat 12:00", "fri 17:00", {0}, id="a Saturday: when work ends"),
        pytest.param("mon2 10:00", "fri 16:00", {120}, id="working minutes leave the weekend out"),
        pytest.param("mon2 07:00", "mon2 09:05", {Stage.MORNING}, id="late when the day begins"),
        pytest.param("mon2 09:00", "mon2 09:00", {0, Stage.MORNING}, id="the start of work: one notice"),
    ],
)
def test_due_outside_working_time(due, moment, expected):
    notice = notice_at(moment, ask("Ada King", "thu 09:20", due))
    assert (stages(notice) if notice else None) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param("fri 12:00", {30}, id="the end of a span is in it"),
        pytest.param("fri 12:01", None, id="a break rings nothing"),
        pytest.param("fri 12:59", None, id="to its end"),
        pytest.param("fri 13:00", {30}, id="then the latest missed"),
    ],
)
def test_breaks_ring_nothing(moment, expected):
    notice = notice_at(moment, ask("Ada King", "fri 09:20", "fri 13:25"), hours=LUNCH_HOURS, rung=[row(120)])
    assert (stages(notice) if notice else None) == expected


def test_stage_zero_before_a_break_may_ring_half_an_hour_into_it():
    late = ask("Ada King", "fri 09:20", "fri 12:00")
    assert notice_at("fri 12:30", late, hours=LUNCH_HOURS)
    assert notice_at("fri 12:31", late, hours=LUNCH_HOURS) is None


def test_a_chaser_brings_the_day_forward_and_rings_anew():
    first = debt("Ada King", at("wed 09:20"), at("mon2 17:00"))
    chaser = debt("Ada King", at("fri 10:00"), at("fri 17:00"), key="id:2")
    notice = notice_at("fri 15:00", case(first, chaser), rung=[row(120, day="mon2")])
    assert notice
    assert {one.day for one in notice.rows} == {FRIDAY}


def test_never_due_never_rings_nor_does_backlog():
    assert notice_at("fri 17:00", ask("Ada King", "fri 09:20", None)) is None
    assert notice_at("fri 17:00", ask("Ada King", "fri 09:20", backlog=True)) is None
    assert notice_at("mon2 09:05", ask("Ada King", "fri 09:20", backlog=True)) is None


def test_a_rule_that_makes_owed_rings_no_stage_already_passed():
    one = ask("Ada King", "fri 09:20")
    now = at("fri 15:30")
    (standing,) = standings(board(now, one), now)
    rows = passed(standing, now, hours=HOURS, reminders=REMINDERS)
    assert rows == (row(120),)
    assert notice_at("fri 15:30", one, rung=rows) is None


# --- the morning line ---------------------------------------------------------------------------------------------


def test_late_cases_share_one_morning_line():
    notice = notice_at("mon2 09:05", ask("Ada King", "thu 09:20", "thu 17:00"), ask("Ben Ott", "fri 09:20"))
    assert notice
    assert (notice.kind, names(notice)) == (NoticeKind.MORNING, ["Ada King", "Ben Ott"])


@pytest.mark.parametrize(
    ("daily", "rung_on", "expected"),
    [
        pytest.param(True, "mon2", True, id="daily: again on the next day"),
        pytest.param(True, "tue2", False, id="daily: once a day"),
        pytest.param(False, "mon2", False, id="once: only the first morning"),
        pytest.param(False, None, True, id="once: the first morning"),
    ],
)
def test_how_often_the_morning_line_comes(daily, rung_on, expected):
    rung = [row(Stage.MORNING, day=rung_on)] if rung_on else []
    reminders = Reminders(overdue_daily=daily)
    notice = notice_at("tue2 09:05", ask("Ada King", "fri 09:20"), rung=rung, reminders=reminders)
    assert bool(notice) is expected


# --- merging ------------------------------------------------------------------------------------------------------


def test_all_that_rings_within_five_minutes_is_one_notice():
    soon = ask("Ben Ott", "fri 09:00", "fri 17:05", key="id:<Ben Ott>")
    later = ask("Cy Dorn", "fri 09:00", "fri 15:36", key="id:<Cy Dorn>")
    hours = Hours(zone=ZONE, week=((Span(start=time(9), end=time(18)),),) * 7)
    rung = [row(120, key="id:<Cy Dorn>")]
    notice = notice_at("fri 15:00", ask("Ada King", "fri 09:20"), soon, later, hours=hours, rung=rung)
    assert notice
    assert names(notice) == ["Ada King", "Ben Ott"]
    assert row(120, key="id:<Ben Ott>") in notice.rows


@pytest.mark.parametrize(
    ("moment", "last", "rings"),
    [
        pytest.param("fri 16:50", "fri 16:40", True, id="ten minutes apart"),
        pytest.param("fri 16:50", "fri 16:41", False, id="nine minutes apart"),
        pytest.param("fri 16:50", "fri 18:00", True, id="a clock set back does not silence"),
    ],
)
def test_ten_minutes_lie_between_two_notices(moment, last, rings):
    found = planned(at(moment), ask("Ada King", "fri 09:20"), last_rung=at(last))
    assert bool(found.notices) is rings


def test_what_is_delayed_rings_once_as_its_latest_stage():
    later = ask("Ben Ott", "fri 09:00", "fri 15:10", key="id:<Ben Ott>")
    found = planned(at("fri 15:00"), ask("Ada King", "fri 09:20"), later, last_rung=at("fri 14:55"))
    assert (found.notices, found.rings) == ((), at("fri 15:05"))
    notice = notice_at("fri 15:05", ask("Ada King", "fri 09:20"), later, last_rung=at("fri 14:55"))
    assert notice
    assert (names(notice), notice.kind) == (["Ben Ott", "Ada King"], NoticeKind.DUE)


def test_a_notice_not_accepted_is_offered_again_a_minute_later():
    found = planned(at("fri 16:50"), ask("Ada King", "fri 09:20"))
    assert found.wake == at("fri 16:51")
    assert planned(at("fri 16:51"), ask("Ada King", "fri 09:20")).notices[0].rows == found.notices[0].rows


def test_a_recorded_notice_is_not_repeated_at_the_same_moment():
    now = at("fri 16:50")
    first = board(now, ask("Ada King", "fri 09:20"))
    (notice,) = plan(first, now, hours=HOURS, reminders=REMINDERS).notices
    after = replace(recorded(first, notice, now), last_rung=None)
    assert plan(after, now, hours=HOURS, reminders=REMINDERS).notices == ()


# --- snooze -------------------------------------------------------------------------------------------------------


def snoozed(until: str, *, given: str = "fri 14:00"):
    return (mark(MarkKind.SNOOZE, ADA, at(given), until=at(until), number=7),)


@pytest.mark.parametrize(
    ("until", "moment", "expected"),
    [
        pytest.param("fri 16:00", "fri 15:59", None, id="not before"),
        pytest.param("fri 16:00", "fri 16:00", {Stage.SNOOZE_ENDED, 120}, id="once, and the stage missed is silenced"),
        pytest.param("fri 16:48", "fri 16:48", {Stage.SNOOZE_ENDED, 10}, id="with the stage about to come"),
        pytest.param("fri 17:10", "fri 17:10", {Stage.SNOOZE_ENDED, 0}, id="after the due time, with it"),
        pytest.param("fri 18:00", "fri 18:00", None, id="not in the evening"),
        pytest.param("fri 18:00", "mon2 09:00", {Stage.SNOOZE_ENDED, Stage.MORNING}, id="but when work begins"),
        pytest.param("mon2 09:00", "mon2 08:59", None, id="put off to Monday"),
    ],
)
def test_a_snooze_rings_when_it_ends(until, moment, expected):
    found = planned(at(moment), ask("Ada King", "fri 09:20"), marks=snoozed(until)).notices
    assert (stages(found[0]) if found else None) == expected


def test_a_snooze_that_ended_rings_once_and_takes_the_remaining_stages():
    rung = [Rung(key="snooze:7", day=FRIDAY, stage=Stage.SNOOZE_ENDED), row(120)]
    assert notice_at("fri 16:05", ask("Ada King", "fri 09:20"), marks=snoozed("fri 16:00"), rung=rung) is None
    notice = notice_at("fri 16:30", ask("Ada King", "fri 09:20"), marks=snoozed("fri 16:00"), rung=rung)
    assert notice
    assert stages(notice) == {30}


def test_a_new_message_from_them_ends_a_snooze_and_rings():
    first = debt("Ada King", at("fri 09:20"), at("mon2 17:00"))
    again = debt("Ada King", at("fri 14:30"), at("mon2 17:00"), key="id:2")
    notice = notice_at("fri 14:30", case(first, again), marks=snoozed("fri 16:00"))
    assert notice
    assert (notice.kind, notice.rows[0].key) == (NoticeKind.SNOOZE_ENDED, "snooze:7")


def test_a_snooze_of_an_answered_round_does_not_ring_for_the_next():
    again = debt("Ada King", at("fri 14:30"), at("mon2 17:00"), key="id:2")
    old = Item(key=ADA, message_id=None, received=at("fri 09:20"), seen=at("fri 09:20"), kind=Kind.PERSON)
    one = replace(case(again), items=(old, *case(again).items))
    assert notice_at("fri 16:00", one, marks=snoozed("fri 16:00")) is None


def test_backlog_put_off_by_hand_rings_when_that_ends():
    assert notice_at("fri 16:00", ask("Ada King", "fri 09:20", backlog=True), marks=snoozed("fri 16:00"))


# --- reading once more --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "refresh", "wake"),
    [
        pytest.param("fri 14:58", False, "fri 14:59", id="woken a minute before"),
        pytest.param("fri 14:59", True, "fri 15:00", id="asked to read"),
        pytest.param("fri 14:59:30", True, "fri 15:00", id="still to be read"),
    ],
)
def test_sixty_seconds_before_a_stage_reading_is_asked_for(moment, refresh, wake):
    now = at(moment)
    found = planned(now, ask("Ada King", "fri 09:20"), sources=(health(completed=at("fri 14:57")),))
    assert (found.refresh, found.wake) == (refresh, at(wake))


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(health(completed=at("fri 14:59:10")), id="read since"),
        pytest.param(health(completed=at("fri 14:50"), error="no route"), id="failing"),
    ],
)
def test_reading_is_asked_for_once_and_not_of_what_fails(source):
    assert not planned(at("fri 14:59:20"), ask("Ada King", "fri 09:20"), sources=(source,)).refresh


@pytest.mark.parametrize(
    ("completed", "expected"),
    [
        pytest.param("fri 14:59:30", None, id="read just now"),
        pytest.param("fri 14:58", None, id="two minutes ago"),
        pytest.param("fri 14:40", "fri 14:40", id="older"),
    ],
)
def test_a_notice_on_old_state_says_as_of_when(completed, expected):
    other = health("phone", completed=at("fri 11:00"))
    notice = notice_at("fri 15:00", ask("Ada King", "fri 09:20"), sources=(health(completed=at(completed)), other))
    assert notice
    assert notice.as_of == (at(expected) if expected else None)


def test_after_a_start_or_a_sleep_reading_comes_before_ringing():
    def told(moment: str, completed: str):
        sources = (health(completed=at(completed)),)
        return planned(at(moment), ask("Ada King", "fri 09:20"), sources=sources, awake=at("fri 15:30"))

    assert told("fri 15:30", "fri 11:00").notices == ()
    assert told("fri 15:30", "fri 11:00").wake == at("fri 15:31")
    assert told("fri 15:30:20", "fri 15:30:10").notices
    assert told("fri 15:31", "fri 11:00").notices


def test_the_grace_after_due_is_not_lost_to_reading_first():
    sources = (health(completed=at("fri 11:00")),)
    found = planned(at("fri 17:30"), ask("Ada King", "fri 09:20"), sources=sources, awake=at("fri 17:29:30"))
    assert found.notices


# --- the screen ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "keys", "expected"),
    [
        pytest.param([ADA], (ADA,), ("owed",), id="settled"),
        pytest.param([], (ADA,), (), id="still owed"),
        pytest.param([ADA], (ADA, "id:<Ben Ott>"), (), id="one of two settled"),
        pytest.param([ADA, "id:<Ben Ott>"], (ADA, "id:<Ben Ott>"), ("owed",), id="both settled"),
        pytest.param([], ("id:gone",), ("owed",), id="no longer on the board"),
    ],
)
def test_a_notice_closes_when_its_last_case_is_settled(done, keys, expected):
    marks = tuple(mark(MarkKind.DONE, key, at("fri 15:10"), number=n) for n, key in enumerate(done))
    cases = ask("Ada King", "fri 09:20"), ask("Ben Ott", "fri 09:30")
    found = planned(at("fri 15:20"), *cases, marks=marks, last_rung=at("fri 15:19"), on_screen=(("owed", keys),))
    assert found.close == expected


def test_a_bubble_about_to_be_replaced_is_not_closed_first():
    found = planned(at("fri 15:00"), ask("Ada King", "fri 09:20"), on_screen=(("owed", ("id:gone",)),))
    assert found.notices[0].bubble == "owed"
    assert found.close == ()


def test_put_off_closes_the_bubble_too():
    now = at("fri 15:10")
    found = planned(now, ask("Ada King", "fri 09:20"), marks=snoozed("fri 16:00"), on_screen=(("owed", (ADA,)),))
    assert found.close == ("owed",)


def test_an_all_clear_closes_when_somebody_writes():
    found = planned(at("fri 16:41"), ask("Ada King", "fri 16:40"), on_screen=(("all-clear", ()),))
    assert found.close == ("all-clear",)
    assert planned(at("fri 16:41"), on_screen=(("all-clear", ()),)).close == ()


def test_an_all_clear_on_screen_is_looked_at_again_when_time_alone_may_end_it():
    patient = health(completed=at("fri 16:50"), stale_after=timedelta(days=3))
    found = planned(at("fri 18:00"), sources=(patient,), on_screen=(("all-clear", ()),))
    assert found.wake == at("sat 00:00")
    found = planned(at("fri 18:00"), sources=(health(completed=at("fri 17:59")),), on_screen=(("all-clear", ()),))
    assert found.wake == at("fri 18:14:01")


# --- clear and the all-clear --------------------------------------------------------------------------------------


def outcome(when: str, by: AnsweredBy = AnsweredBy.MAIL, *, key: str = "id:x", reversed_: bool = False) -> Outcome:
    return Outcome(
        cause=key,
        ref=key,
        received=at("thu 09:00"),
        due=at("thu 17:00"),
        answered_at=at(when),
        by=by,
        class_=Class.CLIENT,
        channel=Channel.EMAIL,
        reversed_=reversed_,
    )


@pytest.mark.parametrize(
    ("cases", "more", "expected"),
    [
        pytest.param([], {}, True, id="nobody waits"),
        pytest.param([ask("Ada King", "fri 09:20")], {}, False, id="due today"),
        pytest.param([ask("Ada King", "thu 09:20", "thu 17:00")], {}, False, id="late"),
        pytest.param([ask("Ada King", "fri 16:50", "mon2 17:00")], {}, True, id="due on another day"),
        pytest.param([ask("Ada King", "fri 16:50", "fri 23:59")], {}, False, id="due later today"),
        pytest.param([ask("Ada King", "fri 16:50", "sat 00:00")], {}, False, id="due as the day ends"),
        pytest.param([ask("Ada King", "fri 09:20", None)], {}, True, id="never due"),
        pytest.param([ask("Ada King", "fri 09:20", backlog=True)], {}, True, id="backlog"),
        pytest.param([ask("Ada King", "fri 09:20")], {"marks": snoozed("mon2 09:00")}, True, id="put off"),
        pytest.param([], {"sources": ()}, False, id="no source"),
        pytest.param([], {"sources": (health(completed=None),)}, False, id="never read"),
        pytest.param([], {"sources": (health(completed=at("fri 16:20")),)}, False, id="stale"),
        pytest.param(
            [],
            {"sources": (health(completed=at("fri 16:39")), health("b", completed=at("fri 12:00")))},
            False,
            id="one of two stale",
        ),
    ],
)
def test_clear_only_when_it_is_known_to_be(cases, more, expected):
    now = at("fri 16:40")
    assert clear(board(now, *cases, **more), now, HOURS) is expected


@pytest.mark.parametrize(
    ("moment", "outcomes", "expected"),
    [
        pytest.param("fri 16:29", [outcome("fri 10:00")], False, id="not before the last half hour"),
        pytest.param("fri 16:30", [outcome("fri 10:00")], True, id="from half an hour before the end"),
        pytest.param("fri 19:00", [outcome("fri 10:00")], True, id="until two hours after"),
        pytest.param("fri 19:01", [outcome("fri 10:00")], False, id="and no longer"),
        pytest.param("sat 16:40", [outcome("sat 10:00")], False, id="not on a free day"),
        pytest.param("mon2 16:40", [outcome("fri 10:00")], False, id="never held over"),
        pytest.param("fri 16:40", [], False, id="nothing was owed"),
        pytest.param("fri 16:40", [outcome("fri 10:00"), outcome("fri 11:00", reversed_=True)], False, id="taken back"),
    ],
)
def test_when_the_all_clear_rings(moment, outcomes, expected):
    notice = notice_at(moment, outcomes=tuple(outcomes))
    assert bool(notice and notice.kind is NoticeKind.ALL_CLEAR) is expected


def test_the_all_clear_rings_once_a_day_and_can_be_turned_off():
    rung = [Rung(key="day", day=FRIDAY, stage=Stage.ALL_CLEAR)]
    assert notice_at("fri 16:40", outcomes=(outcome("fri 10:00"),), rung=rung) is None
    assert notice_at("fri 16:40", outcomes=(outcome("fri 10:00"),), reminders=Reminders(all_clear=False)) is None


def test_the_all_clear_names_what_is_put_off_and_when_all_was_read():
    notice = notice_at(
        "fri 16:40", ask("Ada King", "fri 09:20"), marks=snoozed("mon2 09:00"), outcomes=(outcome("fri 10:00"),)
    )
    assert notice
    assert (names(notice), notice.answered, notice.as_of) == (["Ada King"], 1, at("fri 16:39:30"))


def test_a_case_settled_by_a_mark_was_owed_today():
    done = mark(MarkKind.DONE, ADA, at("fri 11:00"))
    assert notice_at("fri 16:40", ask("Ada King", "fri 09:20"), marks=(done,))


def test_dismissals_are_not_counted_as_answered():
    outcomes = (outcome("fri 10:00"), outcome("fri 11:00", AnsweredBy.DISMISSED, key="id:y"))
    assert answered_on(Board(outcomes=outcomes), FRIDAY, HOURS) == 1


# --- sources ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "more", "expected"),
    [
        pytest.param("fri 10:44", {}, False, id="not at once"),
        pytest.param("fri 10:45", {}, True, id="after thirty working minutes of staleness"),
        pytest.param("fri 14:00", {"awake": at("fri 13:45")}, False, id="asleep is no outage"),
        pytest.param("fri 14:15", {"awake": at("fri 13:45")}, True, id="but thirty minutes awake are"),
        pytest.param("fri 18:00", {}, False, id="not after work"),
        pytest.param("sat 10:00", {}, False, id="not on a free day"),
    ],
)
def test_a_stale_source_rings(moment, more, expected):
    sources = (health(completed=at("fri 10:00")),)
    notice = notice_at(moment, sources=sources, **more)
    assert bool(notice and notice.kind is NoticeKind.STALE) is expected


def test_an_outage_rings_once_and_sources_that_fail_together_share_a_notice():
    sources = (health(completed=at("fri 10:00")), health("phone", completed=at("fri 10:03")))
    told = [Rung(key="first:phone", day=FRIDAY, stage=Stage.FIRST_READ)]
    notice = notice_at("fri 10:45", sources=sources, rung=told)
    assert notice
    assert [source.name for source in notice.sources] == ["office", "phone"]
    assert notice_at("fri 12:00", sources=sources, rung=[*told, *notice.rows]) is None


@pytest.mark.parametrize(
    ("moment", "reading", "error", "expected"),
    [
        pytest.param("fri 10:29", None, "refused", False, id="the first half hour"),
        pytest.param("fri 10:30", None, "refused", True, id="then it is told"),
        pytest.param("fri 15:00", Progress(done=5, of=9000), None, False, id="a long first read goes on"),
        pytest.param("fri 15:00", Progress(done=5, of=9000), "refused", True, id="or does not"),
    ],
)
def test_a_source_never_read(moment, reading, error, expected):
    source = health(completed=None, first_complete=None, known_since=at("fri 10:00"), reading=reading, error=error)
    assert bool(notice_at(moment, sources=(source,))) is expected


def test_cases_of_a_source_in_its_first_read_do_not_ring():
    reading = health(completed=None, first_complete=None, reading=Progress(done=1, of=2))
    assert notice_at("fri 16:50", ask("Ada King", "fri 09:20"), sources=(reading,)) is None


def test_the_first_read_is_told_once_and_instead_of_the_stages_it_passed():
    now = at("fri 15:40")
    new = health("new", completed=now, first_complete=now)
    cases = ask("Ada King", "fri 09:20", source="new"), ask("Ben Ott", "wed 09:20", source="new", backlog=True)
    notice = notice_at("fri 15:40", *cases, sources=(new,))
    assert notice
    assert (notice.kind, names(notice), notice.older) == (NoticeKind.FIRST_READ, ["Ada King"], 1)
    assert set(notice.rows) == {row(120), Rung(key="first:new", day=FRIDAY, stage=Stage.FIRST_READ)}
    after = notice_at("fri 15:50", *cases, sources=(replace(new, completed=at("fri 15:50")),), rung=notice.rows)
    assert after is None


def test_the_first_read_does_not_swallow_what_is_due():
    now = at("fri 14:10")
    new = health("new", completed=now, first_complete=now)
    one = ask("Ada King", "fri 09:20", "fri 14:00", source="new")
    first = board(now, one, sources=(new,))
    (told,) = plan(first, now, hours=HOURS, reminders=REMINDERS).notices
    after = plan(recorded(first, told, now), at("fri 14:20"), hours=HOURS, reminders=REMINDERS)
    assert [notice.kind for notice in (told, *after.notices)] == [NoticeKind.FIRST_READ, NoticeKind.DUE]


def test_a_first_read_long_ago_is_not_introduced_after_the_ledger_is_tidied():
    long_ago = health("new", completed=at("fri 15:39"), first_complete=at("2026-11-02 09:00"))
    assert notice_at("fri 15:40", sources=(long_ago,)) is None


# --- waking -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "cases", "wake"),
    [
        pytest.param("fri 09:30", [ask("Ada King", "fri 09:20")], "fri 14:59", id="to read before a stage"),
        pytest.param("fri 17:31", [ask("Ada King", "fri 09:20")], "mon2 09:04", id="the morning after the weekend"),
        pytest.param("fri 09:30", [], "fri 10:14:30", id="a source that would be unread for long"),
    ],
)
def test_wake_is_the_next_moment_anything_can_change(moment, cases, wake):
    now = at(moment)
    source = health(completed=now - timedelta(seconds=30), stale_after=timedelta(days=9 if cases else 0, minutes=15))
    found = planned(now, *cases, sources=(source,), reminders=Reminders(all_clear=False))
    assert found.wake
    assert clock(found.wake) == wake


def test_an_empty_board_needs_no_waking_but_for_the_all_clear():
    now = at("fri 09:30")
    assert plan(Board(), now, hours=HOURS, reminders=Reminders(all_clear=False)).wake is None
    assert plan(Board(), now, hours=HOURS, reminders=REMINDERS).wake == at("fri 16:30")


# --- order --------------------------------------------------------------------------------------------------------


def test_late_first_then_by_due_then_longest_waiting_and_first_contacts_last():
    now = at("fri 12:00")
    new = ask("New Hall", "fri 08:00", who=Person(name="New Hall", new=True))
    cases = [
        ask("Later", "fri 10:00"),
        new,
        ask("Longer", "fri 09:00"),
        ask("Sooner", "fri 11:00", "fri 14:00"),
        ask("Late", "thu 10:00", "thu 17:00"),
        ask("Never", "mon 10:00", None),
        ask("Old", "mon 10:00", "mon 17:00", backlog=True),
    ]
    ordered = in_order(standings(board(now, *cases), now), now)
    assert [one.who.name for one in ordered] == ["Late", "Old", "Sooner", "Longer", "Later", "New Hall", "Never"]
