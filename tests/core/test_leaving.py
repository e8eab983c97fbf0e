"""May I go, how long would it take, and what a word about leaving sooner moves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.planning import (
    DAYS,
    HOURS,
    LUNCH_HOURS,
    REMINDERS,
    Desk,
    ask,
    at,
    board,
    clock,
    health,
    mark,
    minutes,
    names,
)
from triage.core.notices.leaving import ENOUGH, LONG, Leaving, Pace, Verdict, leaving, pace
from triage.core.notices.plan import plan
from triage.core.notices.telling import Told, day_to_sum_up, unread
from triage.model.cases import AnsweredBy, Channel, Class, Outcome
from triage.model.health import Progress
from triage.model.marks import Mark, MarkKind

ADA = "id:<Ada King>"


def asked(now: str, *cases, **more) -> Leaving:
    moment = at(now)
    return leaving(board(moment, *cases, **more), moment, HOURS, moment)


def by(moment: str | None, *, said: str = "fri 09:00", number: int = 1) -> Mark:
    key = f"day:{said.split(maxsplit=1)[0]}"
    return mark(MarkKind.LEAVE, key, at(said), until=at(moment) if moment else None, number=number)


# --- the verdict --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cases", "more", "expected"),
    [
        pytest.param([], {}, Verdict.YES, id="nobody waits"),
        pytest.param([ask("Ada King", "fri 09:20")], {}, Verdict.NOT_YET, id="somebody waits"),
        pytest.param([ask("Ada King", "thu 09:20", "thu 17:00")], {}, Verdict.NOT_YET, id="late counts"),
        pytest.param([ask("Ada King", "fri 16:50", "mon2 17:00")], {}, Verdict.YES, id="due on Monday"),
        pytest.param([ask("Ada King", "mon 09:00", backlog=True)], {}, Verdict.YES, id="backlog"),
        pytest.param([], {"sources": (health(completed=at("fri 13:52")),)}, Verdict.NOT_SURE, id="stale"),
        pytest.param([], {"sources": (health(completed=None),)}, Verdict.NOT_SURE, id="never read"),
        pytest.param([], {"sources": ()}, Verdict.NOT_SURE, id="no source"),
        pytest.param(
            [ask("Ada King", "fri 09:20")],
            {"sources": (health(completed=at("fri 13:52")),)},
            Verdict.NOT_YET,
            id="somebody waits and a source is stale",
        ),
    ],
)
def test_yes_is_said_only_when_it_is_known(cases, more, expected):
    assert asked("fri 16:00", *cases, **more).verdict is expected


def test_put_off_ones_are_named_and_not_in_the_way():
    put_off = mark(MarkKind.SNOOZE, ADA, at("fri 10:00"), until=at("mon2 09:00"))
    found = asked("fri 16:00", ask("Ada King", "fri 09:20"), marks=(put_off,))
    assert (found.verdict, [one.who.name for one in found.put_off]) == (Verdict.YES, ["Ada King"])


def test_at_another_moment_sources_are_as_fresh_as_they_are_now():
    now, later = at("fri 12:00"), at("fri 16:00")
    assert leaving(board(now), later, HOURS, now).verdict is Verdict.YES


# --- about how long -----------------------------------------------------------------------------------------------


def sitting(count: int, gap: timedelta, *, channel: Channel = Channel.EMAIL) -> list[Outcome]:
    """Answers one after the other."""
    return [
        Outcome(
            cause=f"id:<{place}>",
            ref=f"r{place}",
            received=at("mon 08:00"),
            due=None,
            answered_at=at("mon 09:00") + gap * place,
            by=AnsweredBy.MAIL,
            class_=Class.CLIENT,
            channel=channel,
        )
        for place in range(count)
    ]


def signs(length: int) -> dict[str, int]:
    return {f"id:<{place}>": length for place in range(100)}


def test_the_time_between_answers_of_one_sitting_tells_how_long_one_takes():
    told = pace(sitting(ENOUGH + 1, timedelta(minutes=4)), signs(100))
    assert told.minutes([(Channel.EMAIL, 100), (Channel.EMAIL, 50)]) == 8


@pytest.mark.parametrize(
    ("past", "length", "waiting"),
    [
        pytest.param(sitting(ENOUGH, timedelta(minutes=4)), 100, [(Channel.EMAIL, 100)], id="too few"),
        pytest.param(sitting(40, timedelta(minutes=40)), 100, [(Channel.EMAIL, 100)], id="never in one sitting"),
        pytest.param(sitting(40, timedelta(minutes=4)), LONG, [(Channel.EMAIL, 100)], id="only long ones are known"),
        pytest.param(sitting(40, timedelta(minutes=4)), 100, [(Channel.VOICEMAIL, 0)], id="no calls are known"),
        pytest.param(
            sitting(40, timedelta(minutes=4)), 100, [(Channel.EMAIL, 9), (Channel.VOICEMAIL, 0)], id="one of two"
        ),
        pytest.param(sitting(40, timedelta(seconds=5)), 100, [(Channel.EMAIL, 9)], id="all at a stroke are no pace"),
    ],
)
def test_nothing_is_said_where_too_little_is_known(past, length, waiting):
    assert pace(past, signs(length)).minutes(waiting) is None


def test_nobody_waiting_takes_no_time():
    assert Pace(lengths={}).minutes([]) is None


def test_an_answer_takes_no_longer_than_since_its_question_came():
    past = [replace(one, received=one.answered_at - timedelta(minutes=2)) for one in sitting(40, timedelta(minutes=9))]
    assert pace(past, signs(1)).minutes([(Channel.EMAIL, 1)]) == 2


# --- leaving sooner -----------------------------------------------------------------------------------------------


def rings_on(day: str, *cases, marks=(), hours=HOURS) -> list[str]:
    desk = Desk(cases=lambda now: [one for one in cases if one.latest.received <= now], marks=list(marks), hours=hours)
    desk.walk(minutes(at(f"{day} 08:00"), at(f"{day} 23:00")))
    return desk.told()


def test_the_stages_move_forward_and_all_is_as_usual_without_a_word():
    ada = ask("Ada King", "fri 09:20")
    assert rings_on("fri", ada, marks=[by("fri 15:30")]) == [
        "fri 13:30 before: Ada King",
        "fri 15:00 before: Ada King",
        "fri 15:20 before: Ada King",
        "fri 15:30 due: Ada King",
    ]
    assert [line.split()[1] for line in rings_on("fri", ada)] == ["15:00", "16:30", "16:50", "17:00"]


def test_off_takes_it_back_and_so_does_a_later_word():
    ada = ask("Ada King", "fri 09:20")
    usual = rings_on("fri", ada)
    assert rings_on("fri", ada, marks=[by("fri 15:30"), by(None, said="fri 09:01", number=2)]) == usual
    assert [line.split()[1] for line in rings_on("fri", ada, marks=[by("fri 12:00"), by("fri 16:30", number=2)])] == [
        "14:30",
        "16:00",
        "16:20",
        "16:30",
    ]


def test_yesterdays_word_is_nothing_today():
    ada = ask("Ada King", "fri 09:20")
    assert rings_on("fri", ada, marks=[by("thu 15:30", said="thu 09:00")]) == rings_on("fri", ada)


def test_what_is_due_before_leaving_or_on_another_day_keeps_its_time():
    noon, monday = ask("Jo Park", "fri 09:20", "fri 12:00"), ask("Nora Hall", "fri 09:30", "mon2 17:00")
    assert rings_on("fri", noon, monday, marks=[by("fri 15:30")]) == rings_on("fri", noon, monday)


def test_a_moment_named_after_leaving_is_rung_for_before():
    assert rings_on("fri", ask("Jo Park", "fri 09:20", "fri 16:00"), marks=[by("fri 15:30")])[-1].startswith(
        "fri 15:30"
    )


def test_what_comes_after_leaving_waits_for_the_morning():
    late = ask("Nora Hall", "fri 15:40")
    assert rings_on("fri", late, marks=[by("fri 15:30")]) == []
    assert rings_on("mon2", late, marks=[by("fri 15:30")]) == ["mon2 09:05 morning: Nora Hall"]


def test_stages_rung_before_the_word_are_not_repeated():
    """The two hours have rung when he says so; what follows does so once, ten minutes apart."""
    ada = ask("Ada King", "fri 09:20")
    told = rings_on("fri", ada, marks=[by("fri 15:30", said="fri 15:11")])
    assert [line.split()[1] for line in told] == ["15:00", "15:11", "15:21", "15:31"]


def test_a_notice_names_the_time_of_leaving_as_due():
    now = at("fri 15:20")
    seen = board(now, ask("Ada King", "fri 09:20"), marks=(by("fri 15:30"),))
    (notice,) = plan(seen, now, hours=HOURS, reminders=REMINDERS).notices
    assert (names(notice), [clock(one.due) for one in notice.standings if one.due]) == (["Ada King"], ["fri 15:30"])


def test_a_day_left_in_a_break_ends_before_the_break():
    told = rings_on("fri", ask("Ada King", "fri 09:20"), marks=[by("fri 12:30")], hours=LUNCH_HOURS)
    assert [line.split()[1] for line in told] == ["10:00", "11:30", "11:50", "12:00"]


def test_the_time_of_leaving_ends_the_days_work_and_no_other():
    left = replace(HOURS, leaves=at("fri 15:30"))
    assert (left.ends(DAYS["fri"]), left.ends(DAYS["thu"])) == (at("fri 15:30"), HOURS.ends(DAYS["thu"]))
    assert not replace(HOURS, leaves=at("fri 08:00")).is_workday(DAYS["fri"])


# --- what the timer says ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "told", "expected"),
    [
        pytest.param("fri 16:59", None, None, id="before the end"),
        pytest.param("fri 17:00", None, "fri", id="at the end"),
        pytest.param("fri 19:00", None, "fri", id="two hours later"),
        pytest.param("fri 19:01", None, None, id="too late for today"),
        pytest.param("fri 17:10", "fri", None, id="said already"),
        pytest.param("fri 17:10", "thu", "fri", id="yesterday's was said"),
        pytest.param("sat 10:00", "thu", None, id="not on a free day"),
        pytest.param("mon2 09:00", "thu", "fri", id="next working morning"),
        pytest.param("mon2 11:00", "thu", "fri", id="for two hours"),
        pytest.param("mon2 11:01", "thu", None, id="and no longer"),
        pytest.param("mon2 09:10", "fri", None, id="not twice"),
    ],
)
def test_a_day_is_summed_up_once_at_its_end_or_next_morning(moment, told, expected):
    found = day_to_sum_up(at(moment), Told(summary=DAYS[told] if told else None), HOURS)
    assert found == (DAYS[expected] if expected else None)


def test_a_day_left_sooner_is_summed_up_then():
    assert day_to_sum_up(at("fri 15:40"), Told(), replace(HOURS, leaves=at("fri 15:30"))) == DAYS["fri"]


@pytest.mark.parametrize(
    ("sources", "daemon", "moment", "expected"),
    [
        pytest.param([health(completed=at("fri 09:00"))], None, "fri 11:00", "fri 09:00", id="two hours of work"),
        pytest.param([health(completed=at("fri 09:01"))], None, "fri 11:00", None, id="a minute less"),
        pytest.param([health(completed=at("thu 17:00"))], None, "fri 10:59", None, id="nights do not count"),
        pytest.param([health(completed=at("thu 17:00"))], None, "fri 17:10", None, id="not after work"),
        pytest.param([health(completed=at("thu 17:00"))], None, "sat 11:00", None, id="nor on a free day"),
        pytest.param(
            [health(completed=at("fri 09:00")), health("b", completed=at("fri 10:00"))],
            None,
            "fri 11:00",
            None,
            id="one",
        ),
        pytest.param([health(completed=at("fri 09:00"), error="no")], None, "fri 11:00", "fri 09:00", id="error, dead"),
        pytest.param([health(completed=at("fri 09:00"), error="no")], "fri 09:00", "fri 11:00", None, id="it has told"),
        pytest.param([health(completed=at("fri 09:00"))], "fri 09:00", "fri 11:00", "fri 09:00", id="it hangs"),
        pytest.param(
            [health(completed=None, known_since=at("fri 09:00"), reading=Progress(done=1, of=9))],
            "fri 09:00",
            "fri 12:00",
            None,
            id="a first read",
        ),
    ],
)
def test_that_nobody_reads_is_said_after_two_hours_of_work(sources, daemon, moment, expected):
    seen = replace(board(at(moment)), sources=tuple(sources), daemon_since=at(daemon) if daemon else None)
    found = unread(seen, at(moment), Told(), HOURS)
    assert (found and found.since) == (at(expected) if expected else None)


def test_that_nothing_was_ever_read_is_said_and_once_a_day():
    never = replace(board(at("fri 11:00")), sources=(health(completed=None, known_since=at("fri 08:00")),))
    found = unread(never, at("fri 11:00"), Told(), HOURS)
    assert found
    assert found.since is None
    assert unread(never, at("fri 16:00"), Told(unread=DAYS["fri"]), HOURS) is None
