"""The whole house at the end of the day: leaving sooner, and figures that agree with what was lived."""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import pytest

from tests.planning import DAYS, HOURS, at
from tests.rounds import BEN, ME, House, answer, box, mail, settled_house
from triage.core.cases.folding import Policy
from triage.core.notices.leaving import Verdict, leaving
from triage.core.past.replaying import replay
from triage.core.past.summary import Summary, since, summary
from triage.core.past.summing import summed as replayed
from triage.model.entries import Entry
from triage.model.mail import Report, ReportKind
from triage.model.marks import MarkKind
from triage.settings import Span, Workday
from triage.store import marks, reads
from triage.store.marks import Said


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Monday morning, nobody waits."""
    made = settled_house(tmp_path, at("mon 08:50"))
    yield made
    made.close()


def leave(house: House, now: datetime, by: datetime | None) -> None:
    marks.append(house.database, [Said(kind=MarkKind.LEAVE, key="day:2026-11-16", until=by)], now)


def summed(house: House, first: date = DAYS["mon"], last: date | None = None) -> Summary:
    now = house.now
    board = reads.board(house.database, now, outcomes_since=since(first, HOURS))
    assert board
    return summary(board, first, last or first, now, received=0, hours=HOURS, clock=now)


# --- leaving sooner -----------------------------------------------------------------------------------------------


def test_who_leaves_sooner_hears_sooner_in_words_that_fit(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")))
    leave(house, at("mon 11:00"), at("mon 15:30"))
    house.walk(at("tue 09:10"))
    assert house.told() == [
        "mon 13:30 Ada King waits since 09:58",
        "mon 15:00 Ada King waits since 09:58",
        "mon 15:20 10 minutes: Ada King",
        "mon 15:30 No answer yet to Ada King, due 15:30",
        "tue 09:05 Good morning. From Monday: Ada King",
    ]


def test_the_all_clear_comes_before_leaving(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")))
    house.bring(at("mon 10:30"), answer("reply", "quote", at("mon 10:29")))
    leave(house, at("mon 11:00"), at("mon 15:30"))
    house.walk(at("mon 19:00"))
    assert house.told() == ["mon 15:00 Everyone has an answer"]


def test_a_restart_remembers_and_an_undo_forgets(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")))
    leave(house, at("mon 11:00"), at("mon 15:30"))
    house.walk(at("mon 13:31"))
    house.restart()
    house.walk(at("mon 14:00"))
    marks.undo(house.database, at("mon 14:00"))
    house.walk(at("mon 17:30"))
    assert [line.split()[1] for line in house.told()] == ["13:30", "16:30", "16:50", "17:00"]


def test_what_comes_after_leaving_is_mentioned_in_the_morning_only(house: House):
    leave(house, at("mon 11:00"), at("mon 15:30"))
    house.walk(at("mon 15:39"))
    house.bring(at("mon 15:40"), mail("quote", at("mon 15:38")))
    house.walk(at("tue 09:10"))
    assert house.told() == ["tue 09:05 Good morning. From Monday: Ada King"]


def test_may_i_go_follows_what_happens(house: House):
    def verdict() -> Verdict:
        return leaving(house.clerk.board(house.now), house.now, HOURS, house.now).verdict

    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")))
    assert verdict() is Verdict.NOT_YET
    house.mark(MarkKind.SNOOZE, "quote", at("mon 10:05"), until=at("tue 09:00"))
    house.step(None, at("mon 10:05"))
    assert verdict() is Verdict.YES
    house.walk(at("mon 12:00"), read=False)
    assert verdict() is Verdict.NOT_SURE


# --- the figures --------------------------------------------------------------------------------------------------


def test_a_day_is_summed_up_as_it_was_lived(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")), mail("order", at("mon 09:59"), BEN))
    house.bring(at("mon 10:31"), answer("reply", "quote", at("mon 10:28")))
    house.step(None, at("mon 17:10"))
    found = summed(house)
    assert (found.owed, found.figures.answered, found.figures.on_time) == (2, 1, 1)
    assert [one.who.name for one in found.open] == ["Ben Ott"]
    assert found.figures.median == at("mon 10:28") - at("mon 09:58")


def test_what_was_on_time_stays_so_when_the_hours_change(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")))
    house.bring(at("mon 16:00"), answer("reply", "quote", at("mon 15:58")))
    before = summed(house).figures
    mornings = ((Span(start=time(9), end=time(12)),),) * 5 + ((), ())
    house.with_config(digest="second", workday=Workday(timezone="America/New_York", week=mornings))
    house.restart(at("mon 16:05"))
    house.step(None, at("mon 16:06"))
    assert summed(house).figures == before
    assert before.on_time == 1


def test_an_undo_after_midnight_takes_yesterdays_answer_back(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")))
    house.mark(MarkKind.DONE, "quote", at("mon 16:00"))
    house.step(None, at("mon 16:00"))
    assert summed(house).figures.answered == 1
    marks.undo(house.database, at("tue 00:10"))
    assert (summed(house).figures.answered, summed(house).waiting) == (0, 1)
    house.step(None, at("tue 00:10"))
    found = summed(house)
    assert (found.figures.answered, [one.who.name for one in found.open]) == (0, ["Ada King"])


def test_what_is_opened_again_next_day_and_answered_counts_once_and_late(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")))
    house.mark(MarkKind.DONE, "quote", at("mon 16:00"))
    house.step(None, at("mon 16:00"))
    house.mark(MarkKind.REOPEN, "quote", at("tue 09:30"), until=at("mon 17:00"))
    house.step(None, at("tue 09:30"))
    house.mark(MarkKind.DONE, "quote", at("tue 11:00"))
    house.step(None, at("tue 11:00"))
    found = summed(house, DAYS["mon"], DAYS["sun"]).figures
    assert (found.answered, found.late) == (1, 1)
    assert summed(house, DAYS["mon"]).figures.answered == 0


def test_an_answer_that_bounced_is_none(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")))
    house.bring(at("mon 10:31"), answer("reply", "quote", at("mon 10:28")))
    assert summed(house).figures.answered == 1
    report = Report(kind=ReportKind.FAILED, about="<reply@mail.example>", recipients=("ada@client.example",))
    house.bring(
        at("mon 10:40"), mail("bounce", at("mon 10:39"), "MAILER-DAEMON <mailer-daemon@mail.example>", report=report)
    )
    found = summed(house)
    assert (found.figures.answered, found.waiting) == (0, 1)


def test_a_replay_of_the_same_mail_sums_up_the_same(house: House):
    """Three days with one answered in time, one late, one taken up by nobody, and one that asked for nothing."""
    told = [
        (at("mon 10:00"), mail("quote", at("mon 09:58"))),
        (at("mon 11:00"), mail("order", at("mon 10:59"), BEN)),
        (at("mon 12:00"), mail("stock", at("mon 11:59"), "Nora Hall <nora@hall.example>")),
        (at("mon 15:00"), answer("a-quote", "quote", at("mon 14:40"))),
        (at("tue 11:00"), answer("a-order", "order", at("tue 10:55"), BEN)),
        (at("wed 09:30"), mail("again", at("wed 09:29"), BEN, text="Thanks, all good now.")),
    ]
    for moment, message in told:
        house.bring(moment, message)
    end = at("wed 17:30")
    house.step(None, end)
    live = summed(house, DAYS["mon"], DAYS["wed"])

    entries = [
        Entry(message=one, source="archive", seen=one.received, outgoing=one.sender == box(ME)) for _, one in told
    ]
    policy = Policy(rules=(), workday=house.config.workday, hours=HOURS)
    whole = replay(
        entries, me=house.config.me, policy=policy, reminders=house.config.reminders, since=at("mon 00:00"), until=end
    )
    assert whole
    lived = replayed(whole, HOURS)
    assert (live.figures.answered, live.figures.late, live.waiting) == (2, 1, 1)
    assert lived.figures == live.figures
    assert [one.who.address for one in lived.open] == [one.who.address for one in live.open]
    assert (lived.owed, lived.by_class, lived.by_channel) == (live.owed, live.by_class, live.by_channel)
