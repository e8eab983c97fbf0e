"""The clerk: what is judged again and when, what closes, what is forgotten; facts and opinions land together."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.planning import HOURS, at, clock
from tests.rounds import ADA, BEN, ME, MINUTE, House, answer, box, key, mail, settled_house
from triage.clerk import Clerk, backlog_before
from triage.core.cases.silences import silenced
from triage.core.times.hours import Hours
from triage.model.cases import AnsweredBy, Class, State
from triage.model.health import Progress
from triage.model.marks import Mark, MarkKind
from triage.settings import Me, ReplyWithin, Rule, Span
from triage.store import lookups, marks, reads

TWO_HOURS = Rule(match=(("from", "ada@*"),), reply_within=ReplyWithin(span=timedelta(hours=2)))
SHOP = "Shop <noreply@shop.example>"
VIP = Rule(match=(("from", "ada@*"),), class_="vip")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = settled_house(tmp_path, at("mon 08:50"))
    yield made
    made.close()


def ask_two(house: House) -> None:
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")), mail("order", at("mon 09:59"), BEN))


@pytest.mark.parametrize(
    ("read", "boundary"),
    [
        pytest.param("tue 10:00", "mon 00:00", id="the working day before"),
        pytest.param("mon 10:00", "2026-11-13 00:00", id="on Monday that is Friday"),
        pytest.param("sun 10:00", "fri 00:00", id="on a free day the last working day"),
        pytest.param("tue 00:30", "mon 00:00", id="in the night"),
    ],
)
def test_backlog_is_what_came_before_the_working_day_preceding_the_first_read(read: str, boundary: str) -> None:
    assert clock(backlog_before(at(read), HOURS)) == clock(at(boundary))


def test_the_boundary_skips_holidays() -> None:
    hours = Hours(zone=ZoneInfo("UTC"), week=((Span(start=time(9), end=time(17)),),) * 5 + ((), ()), days_off=DAYS_OFF)
    assert backlog_before(datetime.fromisoformat("2026-11-18T10:00+00:00"), hours).date() == date(2026, 11, 13)


DAYS_OFF = frozenset([date(2026, 11, 16), date(2026, 11, 17)])


def test_silences_are_lower_case_addresses_and_domains() -> None:
    said = [
        Mark(id=1, command="a", at=at("mon 10:00"), kind=MarkKind.DISMISS_SENDER, key="k", text="Ada@Client.example"),
        Mark(id=2, command="b", at=at("mon 10:00"), kind=MarkKind.DISMISS_DOMAIN, key="k", text="@harbour.example"),
        Mark(id=3, command="c", at=at("mon 10:00"), kind=MarkKind.DONE, key="k", text="cy@client.example"),
    ]
    assert silenced(said) == {"ada@client.example", "@harbour.example"}


def test_an_invitation_stays_on_the_board_without_a_number_until_it_begins(house: House) -> None:
    sent = mail("round", at("mon 09:58"), calendar="REQUEST", text="Planning round", starts=at("tue 10:00"))
    house.bring(at("mon 10:00"), sent)
    (one,) = house.seen().values()
    assert (one.state, one.case.number) == (State.SKIPPED, None)
    house.clerk.keep_house(at("wed 10:00"))
    assert not house.seen()


# --- judging again ------------------------------------------------------------------------------------------------


def test_a_configuration_that_did_not_change_judges_nothing_again(house: House) -> None:
    """The rules in hand differ, but the file is said to be the same: what is stored stays."""
    ask_two(house)
    house.config = house.with_config(rules=(VIP,))
    house.restart()
    assert house.seen()["quote"].who.class_ is Class.CLIENT


def test_a_changed_configuration_judges_what_is_open_again(house: House) -> None:
    ask_two(house)
    house.config = house.with_config(digest="2", rules=(VIP, TWO_HOURS))
    house.restart()
    assert {name: one.who.class_ for name, one in house.seen().items()} == {"quote": Class.VIP, "order": Class.CLIENT}


def test_a_rule_that_makes_it_due_sooner_rings_only_what_is_still_to_come(house: House) -> None:
    """Due 11:58 by the new rule, it is 11:40: half an hour before is caught up once, the rest ten minutes apart."""
    ask_two(house)
    house.walk(at("mon 11:40"))
    house.config = house.with_config(digest="2", rules=(TWO_HOURS,))
    house.restart()
    assert house.seen()["quote"].due == at("mon 11:58")
    house.walk(at("mon 12:30"))
    assert [title[:9] for title in house.told()] == ["mon 11:41", "mon 11:51", "mon 12:01"]


def test_whoever_travels_owes_by_the_clock_of_where_they_are(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    house.config = house.with_config(digest="2", workday=replace(house.config.workday, timezone=None))
    house.restart()
    ask_two(house)
    at_home = house.seen()["quote"].due
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    house.step(None, at("mon 10:05"))
    assert at_home is not None
    assert house.seen()["quote"].due == at_home + timedelta(hours=3)


def test_dismissing_a_sender_silences_what_they_write_later_and_undo_lifts_it(house: House) -> None:
    ask_two(house)
    said = [marks.Said(kind=MarkKind.DISMISS_SENDER, key=key("quote"), text="ada@client.example")]
    marks.append(house.database, said, at("mon 10:05"))
    house.step(None, at("mon 10:06"))
    house.bring(at("mon 10:10"), mail("later", at("mon 10:09")))
    assert set(house.states()) == {"order"}
    marks.undo(house.database, at("mon 10:20"))
    house.step(None, at("mon 10:21"))
    assert set(house.states()) == {"quote", "order", "later"}


def test_opening_a_case_of_theirs_again_hears_a_sender_again_and_undo_takes_that_back(house: House) -> None:
    ask_two(house)
    said = [marks.Said(kind=MarkKind.DISMISS_SENDER, key=key("quote"), text="ada@client.example")]
    marks.append(house.database, said, at("mon 10:05"))
    house.bring(at("mon 10:10"), mail("later", at("mon 10:09")))
    lifted = [marks.Said(kind=MarkKind.REOPEN, key=key("later"), until=at("mon 17:00"), text="ada@client.example")]
    marks.append(house.database, lifted, at("mon 10:20"))
    house.step(None, at("mon 10:21"))
    house.bring(at("mon 10:30"), mail("third", at("mon 10:29")))
    assert set(house.states()) == {"quote", "order", "later", "third"}
    marks.undo(house.database, at("mon 10:40"))
    house.step(None, at("mon 10:41"))
    assert set(house.states()) == {"order"}


def test_dismissing_a_domain_silences_everybody_there(house: House) -> None:
    ask_two(house)
    said = [marks.Said(kind=MarkKind.DISMISS_DOMAIN, key=key("quote"), text="@client.example")]
    marks.append(house.database, said, at("mon 10:05"))
    house.step(None, at("mon 10:06"))
    house.bring(at("mon 10:10"), mail("later", at("mon 10:09"), "Cy <cy@client.example>"))
    assert set(house.states()) == {"order"}


def test_what_a_rule_makes_owed_rings_for_no_stage_that_has_passed(house: House) -> None:
    """Silenced on Monday, lifted on Wednesday at noon: that morning's notice has passed as well."""
    ask_two(house)
    said = [marks.Said(kind=MarkKind.DISMISS_SENDER, key=key("quote"), text="ada@client.example")]
    marks.append(house.database, said, at("mon 10:05"))
    house.bring(at("mon 10:30"), answer("reply", "order", at("mon 10:29"), BEN))
    house.walk(at("mon 17:00"))
    house.bring(at("wed 12:00"))
    house.screen.log.clear()
    marks.undo(house.database, at("wed 12:01"))
    house.walk(at("wed 16:59"))
    assert house.states() == {"quote": State.OWED}
    assert house.told() == []
    house.bring(at("thu 08:55"))
    house.walk(at("thu 09:10"))
    assert house.told() == ["thu 09:05 Good morning. From Monday: Ada King"]


def test_closed_cases_stay_closed_under_a_new_configuration(house: House) -> None:
    ask_two(house)
    house.bring(at("mon 10:30"), answer("reply", "quote", at("mon 10:29")))
    house.mark(MarkKind.DONE, "order", at("mon 10:31"))
    house.step(None, at("mon 10:32"))
    before = house.outcomes()
    house.config = house.with_config(digest="2", rules=(VIP, TWO_HOURS))
    house.restart()
    assert house.states() == {}
    assert house.outcomes() == before


# --- marks --------------------------------------------------------------------------------------------------------


def test_heeding_tells_whether_there_was_anything_new(house: House) -> None:
    ask_two(house)
    assert not house.clerk.heed(at("mon 10:01"))
    house.mark(MarkKind.DONE, "quote", at("mon 10:02"))
    assert house.clerk.heed(at("mon 10:03"))
    assert not house.clerk.heed(at("mon 10:04"))


def test_marks_of_several_commands_before_anybody_looked_all_count(house: House) -> None:
    ask_two(house)
    house.mark(MarkKind.DONE, "quote", at("mon 10:02"))
    house.mark(MarkKind.DISMISS, "order", at("mon 10:03"))
    marks.undo(house.database, at("mon 10:04"))
    house.step(None, at("mon 10:05"))
    assert house.states() == {"order": State.OWED}
    assert [outcome.cause for outcome in house.outcomes()] == [key("quote")]


def test_a_case_reopened_and_done_again_is_settled_once_more(house: House) -> None:
    ask_two(house)
    for kind, when in ((MarkKind.DONE, "10:02"), (MarkKind.REOPEN, "10:10"), (MarkKind.DONE, "10:20")):
        house.mark(kind, "quote", at(f"mon {when}"), until=at("mon 17:00"))
        house.step(None, at(f"mon {when}") + MINUTE)
    assert "quote" not in house.states()
    assert [outcome.reversed_ for outcome in house.outcomes()] == [False, True, False]


def test_a_skipped_case_reopened_and_answered_by_mail_counts_as_answered(house: House) -> None:
    house.bring(at("mon 10:00"), mail("shop", at("mon 09:58"), SHOP, subject="Your order", text="Thank you."))
    assert house.states() == {}
    house.mark(MarkKind.REOPEN, "shop", at("mon 10:05"), until=at("mon 17:00"))
    house.step(None, at("mon 10:06"))
    assert house.states() == {"shop": State.OWED}
    house.bring(at("mon 11:00"), answer("reply", "shop", at("mon 10:59"), SHOP))
    assert house.states() == {}
    assert [(one.by, one.answered_at) for one in house.outcomes()] == [(AnsweredBy.MAIL, at("mon 10:59"))]


def test_what_they_write_after_a_reopened_case_was_done_is_due_in_its_own_time(house: House) -> None:
    ask_two(house)
    house.mark(MarkKind.REOPEN, "quote", at("mon 10:05"), until=at("mon 17:00"))
    house.step(None, at("mon 10:06"))
    house.mark(MarkKind.DONE, "quote", at("mon 10:10"))
    house.bring(at("tue 10:00"), mail("next", at("tue 09:58"), replies="quote"))
    seen = house.seen()["quote"]
    assert (seen.cause.key, seen.due, seen.overdue) == (key("next"), at("tue 17:00"), False)


# --- retention ----------------------------------------------------------------------------------------------------


def test_after_its_time_the_words_of_closed_cases_are_forgotten_and_only_those(house: House) -> None:
    ask_two(house)
    house.bring(at("mon 10:30"), answer("reply", "quote", at("mon 10:29")))
    later = at("mon 10:30") + house.config.closed_text + timedelta(days=1)
    house.bring(later)
    texts = {entry.message.key: entry.message.text for entry in lookups.entries_until(house.database, later)}
    assert texts[key("quote")] is None
    assert texts[key("reply")] is None
    assert texts[key("order")] == "Could you send me the revised quote, please?"
    assert house.seen(later)["order"].cause.questions != ()


def test_a_late_thanks_does_not_bring_up_what_was_skipped_before_its_words_were_forgotten(house: House) -> None:
    house.bring(at("mon 09:00"), mail("plan", at("mon 08:55"), ME, to=(box(ADA),), text="Here is the plan."))
    fine = mail("fine", at("mon 09:50"), text="Thanks, that is all I needed.", subject="Re: Plan", replies="plan")
    house.bring(at("mon 10:00"), fine)
    assert house.states() == {}
    later = at("mon 10:00") + house.config.closed_text + timedelta(days=1)
    house.bring(later)
    again = mail("again", later, text="Thanks again, all is well.", subject="Re: Plan", replies="fine")
    house.bring(later + MINUTE, again)
    assert house.states() == {}


def test_once_a_day_the_calendar_is_left_for_readers(house: House) -> None:
    kept = reads.kept(house.database, "days_off")
    assert isinstance(kept, dict)
    assert kept["digest"] == "first"
    assert kept["span"][0] < "2026-11-16" < kept["span"][1]
    house.bring(at("tue 00:01"))
    moved = reads.kept(house.database, "days_off")
    assert isinstance(moved, dict)
    assert moved["span"] != kept["span"]


# --- one transaction ----------------------------------------------------------------------------------------------


def test_a_batch_whose_judging_fails_is_not_stored_either(house: House) -> None:
    """Its cursor stays, so that the next fetch brings the mail again."""
    cursor = house.store.cursor("office")
    connection = house.store._connection
    connection.execute("CREATE TEMP TRIGGER broken BEFORE INSERT ON cases BEGIN SELECT RAISE(FAIL, 'no'); END")
    with pytest.raises(sqlite3.IntegrityError):
        house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")), cursor="next")
    connection.execute("DROP TRIGGER broken")
    assert house.store.cursor("office") == cursor
    assert [one.message.key for one in lookups.entries_until(house.database, at("mon 12:00"))] == []
    house.bring(at("mon 10:01"), mail("quote", at("mon 09:58")), cursor="next")
    assert house.states() == {"quote": State.OWED}


def test_small_numbers_go_to_those_who_are_shown(tmp_path: Path) -> None:
    house = House(tmp_path, at("mon 09:00"))
    old = [mail(f"old{n}", at("2026-11-10 10:00") + n * MINUTE, f"O{n} <o{n}@client.example>") for n in range(3)]
    house.bring(at("mon 10:00"), *old, mail("quote", at("mon 09:30"), BEN))
    assert house.seen()["quote"].case.number == 1
    house.close()


def test_a_first_read_that_ends_on_another_day_moves_the_boundary(tmp_path: Path) -> None:
    house = House(tmp_path, at("mon 16:00"))
    reading = Progress(done=1, of=2)
    house.bring(at("mon 16:00"), mail("fri", at("2026-11-13 10:00")), complete=False, reading=reading)
    assert not house.seen()["fri"].backlog
    house.bring(at("tue 10:00"))
    assert house.seen()["fri"].backlog
    house.close()


def test_two_clerks_in_turn_on_one_store_make_the_same_of_it(house: House) -> None:
    ask_two(house)
    before = house.clerk.board(at("mon 10:01"))
    other = Clerk(house.config, house.store)
    other.begin(at("mon 10:01"))
    assert other.board(at("mon 10:01")) == before


def test_what_was_skipped_lately_and_only_that_is_judged_by_a_new_configuration(house: House) -> None:
    """Robin had not named an address that others reach him by."""
    others = tuple(map(box, ("a@other.example", "info@other.example", "b@other.example")))
    for name, when in (("old", "2026-10-12 10:00"), ("lately", "mon 10:00"), ("today", "mon2 10:00")):
        house.bring(at(when), mail(name, at(when), f"{name} <{name}@client.example>", to=others, headers=LIST))
    assert house.states() == {}
    house.walk(at("mon2 15:30"), every=2 * MINUTE)
    house.config = house.with_config(digest="2", me=Me(name="Robin Vale", addresses=(ME, "info@other.example")))
    house.restart()
    assert set(house.states()) == {"lately", "today"}
    house.walk(at("mon2 16:31"))
    assert house.told() == ["mon2 16:30 today waits since 10:00"]


LIST = (("list-id", "Talk <talk.other.example>"), ("list-unsubscribe", "<mailto:x@other.example>"))
