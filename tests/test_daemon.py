"""The daemon's steps: an event in at a moment, and what rings, closes, is marked and asked for because of it."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.planning import at
from tests.rounds import (
    ADA,
    BEN,
    ME,
    MINUTE,
    House,
    Panel,
    answer,
    arrival,
    batch,
    box,
    configured,
    key,
    mail,
    message_id,
    placed,
    settled_house,
)
from triage.daemon.events import Event, Poked, Reload, Stop, Unlocked
from triage.daemon.serving import serve
from triage.model.cases import AnsweredBy, State
from triage.model.health import Progress
from triage.model.mail import Outage, Report, ReportKind, Role
from triage.model.marks import MarkKind
from triage.model.notices import Closed, Pressed
from triage.settings import Reminders, ReplyWithin, Rule, SourceSettings, Within
from triage.store import marks

OPEN_IDS = ["open", "snooze", "done"]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Monday morning, nobody waits."""
    made = settled_house(tmp_path, at("mon 08:50"))
    yield made
    made.close()


def waiting(house: House, name: str = "quote", sender: str = ADA) -> House:
    """Somebody wrote at ten."""
    house.bring(at("mon 10:00"), mail(name, at("mon 09:58"), sender))
    return house


# --- a mail that waits --------------------------------------------------------------------------------------------


def test_a_mail_that_waits_rings_at_its_stages_in_these_words(house: House):
    waiting(house).walk(at("tue 09:10"))
    assert house.told() == [
        "mon 15:00 Ada King waits since 09:58",
        "mon 16:30 Ada King waits since 09:58",
        "mon 16:50 10 minutes: Ada King",
        "mon 17:00 No answer yet to Ada King today",
        "tue 09:05 Good morning. From Monday: Ada King",
    ]
    buttons = [[action.id for action in bubble.actions] for _, bubble in house.screen.log]
    assert buttons == [OPEN_IDS, OPEN_IDS, OPEN_IDS, ["open", "done"], ["open", "done"]]
    assert {bubble.id for _, bubble in house.screen.log} == {"owed"}


def test_an_answer_in_sent_closes_bubble_and_case_and_is_written_once(house: House):
    waiting(house).walk(at("mon 15:10"))
    house.bring(at("mon 15:11"), answer("reply", "quote", at("mon 15:10")))
    assert house.screen.closed == ["owed"]
    assert house.states() == {}
    (outcome,) = house.outcomes()
    assert (outcome.cause, outcome.by, outcome.answered_at) == (key("quote"), AnsweredBy.MAIL, at("mon 15:10"))
    house.bring(at("mon 15:13"), answer("reply", "quote", at("mon 15:10")))
    house.restart()
    house.walk(at("mon 16:30"))
    assert len(house.outcomes()) == 1
    assert house.told()[1:] == ["mon 16:30 Everyone has an answer"]


def test_two_people_share_a_bubble_that_offers_to_show_them(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")), mail("order", at("mon 09:59"), BEN))
    house.walk(at("mon 15:00"))
    (_, bubble) = house.screen.log[0]
    assert bubble.title == "2 people before 17:00"
    assert [action.id for action in bubble.actions] == ["show", "snooze"]
    assert bubble.keys == (key("quote"), key("order"))


# --- buttons ------------------------------------------------------------------------------------------------------


def test_done_settles_what_the_bubble_held(house: House):
    waiting(house).walk(at("mon 15:02"))
    house.press("done", at("mon 15:03"))
    assert house.states() == {}
    assert house.screen.shown == {}
    (outcome,) = house.outcomes()
    assert (outcome.by, outcome.answered_at) == (AnsweredBy.MARK, at("mon 15:03"))


def test_what_came_after_the_bubble_rang_is_not_covered_by_its_button(house: House):
    waiting(house).walk(at("mon 15:02"))
    house.bring(at("mon 15:03"), mail("chaser", at("mon 15:02"), replies="quote"))
    house.press("done", at("mon 15:04"))
    assert house.states() == {"quote": State.OWED}
    assert house.seen()["quote"].cause.key == key("chaser")


def test_a_button_reaches_no_further_than_what_the_bubble_held(house: House):
    """A case of its own was joined to the one on screen: pressing Done must not close it unseen."""
    house.bring(at("mon 09:30"), mail("plan", at("mon 09:10"), "Cy Dorn <cy@client.example>"))
    house.mark(MarkKind.SNOOZE, "plan", at("mon 09:40"), until=at("tue 10:00"))
    waiting(house).walk(at("mon 15:02"))
    house.bring(at("mon 15:04"), answer("link", "quote", at("mon 15:03"), "kim@example.org", references=bridge("plan")))
    assert list(house.states()) == ["plan"]
    house.press("done", at("mon 15:05"))
    assert house.states() != {}
    assert house.desk.opened == ["status"]


def bridge(*names: str) -> tuple[str, ...]:
    return tuple(map(message_id, names))


def test_in_half_an_hour_puts_off_and_rings_once_when_it_ends(house: House):
    waiting(house).walk(at("mon 15:02"))
    house.press("snooze", at("mon 15:03"))
    assert house.states() == {"quote": State.SNOOZED}
    assert house.seen()["quote"].until == at("mon 15:33")
    house.walk(at("mon 16:20"))
    assert house.told() == [
        "mon 15:00 Ada King waits since 09:58",
        "mon 15:33 Ada King still waits, answer before 17:00",
    ]


@pytest.mark.parametrize(
    ("template", "opens", "opened"),
    [
        pytest.param("", True, ["mid:quote@mail.example"], id="any mail program"),
        pytest.param("https://m.example/#{message_id}", True, ["https://m.example/#quote@mail.example"], id="webmail"),
        pytest.param("", False, ["mid:quote@mail.example", "status"], id="nothing takes it, so the status is shown"),
    ],
)
def test_open_opens_the_message_that_waits(tmp_path: Path, template: str, opens: bool, opened: list[str]):
    source = SourceSettings(name="office", kind="maildir", path=tmp_path / "mail", open=template)
    house = settled_house(tmp_path, at("mon 08:50"), config=configured(tmp_path, sources=(source,)))
    house.desk.opens = opens
    waiting(house).walk(at("mon 15:02"))
    house.press("open", at("mon 15:03"))
    assert house.desk.opened == opened
    assert house.states() == {"quote": State.OWED}


def test_open_still_opens_after_they_wrote_again(house: House):
    waiting(house).walk(at("mon 15:02"))
    house.bring(at("mon 15:03"), mail("chaser", at("mon 15:02"), replies="quote"))
    house.press("open", at("mon 15:04"))
    assert house.desk.opened == ["mid:quote@mail.example"]


@pytest.mark.parametrize("action", ["show", "default", "done"])
def test_a_button_the_bubble_does_not_offer_is_none(house: House, action: str):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")), mail("order", at("mon 09:59"), BEN))
    house.walk(at("mon 15:02"))
    house.press(action, at("mon 15:03"))
    assert house.desk.opened == (["status"] if action == "show" else [])
    assert set(house.states().values()) == {State.OWED}


def test_a_bubble_closed_while_its_successor_rang_leaves_the_buttons_alive(house: House):
    waiting(house).walk(at("mon 15:00"))
    house.step(Closed(bubble="owed"), at("mon 15:01"))
    house.press("done", at("mon 15:02"))
    assert house.states() == {}


def test_a_button_on_what_an_earlier_process_showed_does_nothing(house: House):
    waiting(house).walk(at("mon 15:00"))
    house.restart()
    house.press("done", at("mon 15:02"))
    assert house.states() == {"quote": State.OWED}


def test_undoing_a_button_brings_the_case_back_and_reverses_its_outcome(house: House):
    waiting(house).walk(at("mon 15:02"))
    number = house.seen()["quote"].case.number
    house.press("done", at("mon 15:03"))
    marks.undo(house.database, at("mon 15:04"))
    house.step(Poked(), at("mon 15:05"))
    assert house.states() == {"quote": State.OWED}
    assert house.seen()["quote"].case.number == number
    assert [outcome.reversed_ for outcome in house.outcomes()] == [False, True]
    house.walk(at("mon 16:31"))
    assert house.told()[-1] == "mon 16:30 Ada King waits since 09:58"


# --- sinks that refuse, and crashes -------------------------------------------------------------------------------


def test_what_nobody_accepted_is_not_recorded_tried_again_and_said_once(house: House, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.WARNING, logger="triage.daemon")
    waiting(house)
    house.screen.refusing = True
    house.walk(at("mon 15:04"))
    assert house.screen.log == []
    assert house.screen.offered == 5
    assert [record.message for record in caplog.records] == ["event=not-rung reason='nobody looks'"]
    house.screen.refusing = False
    house.walk(at("mon 15:10"))
    assert house.told() == ["mon 15:05 Ada King waits since 09:58"]


def test_a_due_notice_is_tried_for_half_an_hour_and_then_left_to_the_morning(house: House):
    waiting(house).walk(at("mon 16:55"))
    house.screen.refusing = True
    house.walk(at("mon 17:31"))
    house.screen.refusing = False
    house.walk(at("tue 09:10"))
    assert house.told()[3:] == ["tue 09:05 Good morning. From Monday: Ada King"]


def test_one_sink_that_accepts_is_enough(house: House):
    deaf = Panel(refusing=True)
    house.daemon.screen.sinks = [deaf, house.screen]
    waiting(house).walk(at("mon 15:20"))
    assert deaf.offered == 1
    assert house.told() == ["mon 15:00 Ada King waits since 09:58"]


def test_a_crash_between_ringing_and_recording_repeats_exactly_that_one(house: House):
    waiting(house).walk(at("mon 14:59"))
    house.screen.now = at("mon 15:00")
    plan_and_show_only(house)
    house.restart(at("mon 15:00"))
    house.walk(at("mon 16:31"))
    assert house.told() == [
        "mon 15:00 Ada King waits since 09:58",
        "mon 15:00 Ada King waits since 09:58",
        "mon 16:30 Ada King waits since 09:58",
    ]


def plan_and_show_only(house: House) -> None:
    """The process dies once the notice is on screen."""

    class Dying(Panel):
        def show(self, bubble):
            house.screen.show(bubble)
            raise KeyboardInterrupt

    house.daemon.screen.sinks = [Dying()]
    with pytest.raises(KeyboardInterrupt):
        house.step(None, at("mon 15:00"))
    house.now = at("mon 14:59")


@pytest.mark.parametrize("minute", range(0, 125, 9))
def test_a_restart_at_any_moment_repeats_nothing(house: House, minute: int):
    waiting(house).walk(at("mon 14:58") + minute * MINUTE)
    house.restart()
    house.step(None, house.now)
    house.walk(at("mon 17:40"))
    assert len(house.told()) == 4


# --- marks of other processes -------------------------------------------------------------------------------------


def test_a_mark_made_elsewhere_is_seen_before_a_ring_without_a_poke(house: House):
    waiting(house).walk(at("mon 14:59"))
    house.mark(MarkKind.DONE, "quote", at("mon 14:59"))
    house.walk(at("mon 15:10"))
    assert house.told() == []
    assert [outcome.by for outcome in house.outcomes()] == [AnsweredBy.MARK]


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("again", [False, True])
def test_a_poke_tries_refused_credentials_only_if_it_says_so(house: House, marked: bool, again: bool):
    waiting(house)
    if marked:
        house.mark(MarkKind.DONE, "quote", at("mon 10:05"))
    house.step(Poked(again=again), at("mon 10:06"))
    assert house.readers.count("retry") == again
    assert (house.states() == {}) == marked


def test_an_unlocked_keyring_has_everything_read_at_once(house: House):
    waiting(house)
    before = house.readers.count("refresh")
    house.step(Unlocked(), at("mon 10:06"))
    assert house.readers.count("refresh") == before + 1


def test_a_snooze_by_hand_ends_at_its_time_and_when_they_write_again(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")), mail("order", at("mon 09:59"), BEN))
    for name in ("quote", "order"):
        house.mark(MarkKind.SNOOZE, name, at("mon 10:01"), until=at("mon 12:00"))
    house.walk(at("mon 10:30"))
    assert set(house.states().values()) == {State.SNOOZED}
    house.bring(at("mon 10:31"), mail("again", at("mon 10:30"), replies="quote"))
    assert house.states() == {"quote": State.OWED, "order": State.SNOOZED}
    house.walk(at("mon 12:10"))
    assert house.told() == [
        "mon 10:31 Ada King still waits, answer before 17:00",
        "mon 12:00 Ben Ott still waits, answer before 17:00",
    ]


def test_an_added_note_gets_a_number_rings_and_is_done(house: House):
    said = marks.Said(kind=MarkKind.ADD, key="note:1", until=at("mon 17:00"), text="Mr Oni at the door")
    marks.append(house.database, [said], at("mon 11:00"))
    house.step(Poked(), at("mon 11:00"))
    assert [one.case.number for one in house.seen().values()] == [1]
    house.walk(at("mon 15:01"))
    assert house.told() == ["mon 15:00 Mr Oni at the door, by 17:00"]
    house.press("done", at("mon 15:02"))
    assert house.states() == {}


def test_undoing_a_note_frees_its_number(house: House):
    said = marks.Said(kind=MarkKind.ADD, key="note:1", until=at("mon 17:00"), text="Mr Oni at the door")
    marks.append(house.database, [said], at("mon 11:00"))
    house.step(Poked(), at("mon 11:00"))
    marks.undo(house.database, at("mon 11:01"))
    house.step(Poked(), at("mon 11:02"))
    house.walk(at("mon 17:05"))
    assert house.told() == []
    assert house.clerk.board(house.now).cases == ()


# --- answers and what undoes them ---------------------------------------------------------------------------------


def test_a_bounce_of_my_answer_reopens_and_reverses(house: House):
    waiting(house)
    house.bring(at("mon 11:00"), answer("reply", "quote", at("mon 10:59")))
    report = Report(kind=ReportKind.FAILED, about=message_id("reply"), recipients=("ada@client.example",))
    daemon = "Mail Delivery <mailer-daemon@example.org>"
    house.bring(at("mon 11:05"), mail("bounce", at("mon 11:04"), daemon, report=report, subject="Undelivered"))
    assert house.states() == {"quote": State.OWED}
    assert [outcome.reversed_ for outcome in house.outcomes()] == [False, True]
    house.bring(at("mon 11:30"), answer("second", "quote", at("mon 11:29")))
    assert house.states() == {}
    assert [outcome.reversed_ for outcome in house.outcomes()] == [False, True, False]


@pytest.mark.parametrize(
    ("to", "state"),
    [
        pytest.param((ME, "kim@example.org"), None, id="closes where I was one of several"),
        pytest.param((ME,), State.OWED, id="is shown where I was asked alone"),
    ],
)
def test_a_coworkers_answer(house: House, to: tuple[str, ...], state: State | None):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58"), to=tuple(map(box, to))))
    kims = mail(
        "kims", at("mon 10:30"), "Kim <kim@example.org>", to=(box(ADA),), cc=(box(ME),), replies="quote", text="Done."
    )
    house.bring(at("mon 10:31"), kims)
    assert house.states().get("quote") is state
    assert [one.by for one in house.outcomes()] == ([] if state else [AnsweredBy.COWORKER])


def test_a_fresh_mail_with_the_same_subject_answers(house: House):
    waiting(house)
    fresh = mail("fresh", at("mon 10:20"), ME, to=(box(ADA),), subject="About quote", text="Here it is.")
    house.bring(at("mon 10:21"), fresh)
    assert house.states() == {}


def test_the_next_message_after_an_answer_starts_anew_with_the_same_number(house: House):
    waiting(house)
    number = house.seen()["quote"].case.number
    house.bring(at("mon 11:00"), answer("reply", "quote", at("mon 10:59")))
    house.bring(at("mon 12:00"), mail("next", at("mon 11:59"), replies="reply"))
    seen = house.seen()["quote"]
    assert (seen.cause.key, seen.chasers, seen.case.number) == (key("next"), 0, number)


# --- threads and sources ------------------------------------------------------------------------------------------


def test_threads_that_merge_keep_the_smaller_number_and_do_not_ring_twice(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")))
    house.bring(at("mon 10:02"), mail("order", at("mon 10:01")))
    assert {name: one.case.number for name, one in house.seen().items()} == {"quote": 1, "order": 2}
    house.walk(at("mon 15:10"))
    house.bring(at("mon 15:11"), mail("link", at("mon 15:10"), replies=("quote", "order")))
    (merged,) = house.seen().values()
    assert (merged.case.number, merged.chasers) == (1, 2)
    house.walk(at("mon 16:31"))
    assert [title.partition(" ")[2][:5] for title in house.told()] == ["15:00", "16:30"]


def test_a_message_in_two_sources_is_one_case(tmp_path: Path):
    sources = tuple(SourceSettings(name=name, kind="maildir", path=tmp_path / name) for name in ("office", "home"))
    house = settled_house(tmp_path, at("mon 08:50"), config=configured(tmp_path, sources=sources))
    for source in ("office", "home"):
        house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")), source=source)
    assert list(house.states()) == ["quote"]
    house.step(batch(*placed(answer("reply", "quote", at("mon 10:30"))), source="home"), at("mon 10:31"))
    assert house.states() == {}
    assert len(house.outcomes()) == 1


def test_what_arrives_late_with_an_older_date_is_not_covered_by_an_earlier_done(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58"), replies="late"))
    house.mark(MarkKind.DONE, "quote", at("mon 10:30"))
    house.step(None, at("mon 10:31"))
    assert house.states() == {}
    house.bring(at("mon 10:40"), mail("late", at("mon 09:40"), text="Could you also send the plan?"))
    assert house.states() == {"late": State.OWED}
    assert [debt.key for debt in house.seen()["late"].debts] == [key("late")]


def test_moved_to_the_trash_is_dismissed_and_no_answer(house: House):
    waiting(house)
    there, gone = arrival(mail("quote", at("mon 09:58")), Role.TRASH), placed(mail("quote", at("mon 09:58")))[0]
    house.step(batch(there, gone=(gone.delivery,)), at("mon 10:30"))
    assert house.states() == {}
    assert [one.by for one in house.outcomes()] == [AnsweredBy.DISCARDED]


# --- reading, sleeping, outages -----------------------------------------------------------------------------------


def test_a_first_read_is_told_once_its_old_mail_folded_and_nothing_rings_before(tmp_path: Path):
    house = House(tmp_path, at("tue 09:30"))
    monday = mail("monday", at("mon 00:01"))
    reading = {"complete": False, "reading": Progress(done=1, of=4)}
    house.bring(at("tue 10:00"), mail("old", at("2026-11-13 23:59"), BEN), monday, **reading)
    house.walk(at("tue 15:30"), read=False)
    assert house.told() == []
    house.bring(at("tue 15:31"), mail("today", at("tue 10:30"), "Cy Dorn <cy@client.example>"))
    assert [(bubble.title, bubble.body) for _, bubble in house.screen.log] == [
        (
            "triage reads along now",
            "2 people wait for an answer.\n1 older conversation looks unanswered; I will not ring for it.",
        )
    ]
    assert {name: one.backlog for name, one in house.seen().items()} == {"old": True, "monday": False, "today": False}
    house.walk(at("tue 16:29"))
    assert len(house.told()) == 1
    house.close()


def test_the_backlog_of_a_second_source_is_bounded_by_its_own_first_read(house: House, tmp_path: Path):
    second = SourceSettings(name="home", kind="maildir", path=tmp_path / "home")
    config = house.with_config(digest="second", sources=(*house.config.sources, second))
    house.step(Reload(config), at("thu 10:00"))
    house.bring(at("thu 10:01"), mail("tuesday", at("tue 12:00")), mail("wed", at("wed 12:00"), BEN), source="home")
    assert {name: one.backlog for name, one in house.seen().items()} == {"tuesday": True, "wed": False}


def test_a_first_read_elsewhere_does_not_silence_who_was_known_to_wait(house: House, tmp_path: Path):
    """What the second source brings stands before it in the same conversation."""
    house.bring(at("tue 08:30"))
    waiting_since = mail("quote", at("tue 10:00"), replies="earlier")
    house.bring(at("tue 10:02"), waiting_since)
    second = SourceSettings(name="home", kind="maildir", path=tmp_path / "home")
    house.step(Reload(house.with_config(digest="2", sources=(*house.config.sources, second))), at("tue 10:03"))
    reading = Progress(done=1, of=900)
    house.bring(at("tue 10:04"), mail("earlier", at("tue 09:10"), BEN), source="home", complete=False, reading=reading)
    assert house.states() == {"earlier": State.OWED}
    house.walk(at("tue 15:01"))
    assert house.told() == ["tue 15:00 Ben Ott waits since 09:10"]


def test_before_a_stage_everything_is_read_once_more_and_asked_for_once(house: House):
    waiting(house).walk(at("mon 14:58"))
    house.readers.asked.clear()
    for second in range(0, 60, 10):
        house.step(None, at("mon 14:59") + timedelta(seconds=second))
    assert house.readers.asked == ["refresh"]
    house.bring(at("mon 15:00"), answer("reply", "quote", at("mon 14:59")))
    assert house.told() == []


def test_a_ring_on_older_knowledge_says_as_of_when(house: House):
    waiting(house).walk(at("mon 14:50"))
    house.walk(at("mon 15:00"), read=False)
    assert house.screen.log[0][1].body.startswith("As of 14:50.")


def test_a_stale_source_rings_once_says_what_to_run_and_never_all_clear(house: House):
    waiting(house).walk(at("mon 11:00"))
    house.bring(at("mon 11:01"), answer("reply", "quote", at("mon 11:00")))
    down = Outage(source="office", message="office: the server refused the password", hint="run: triage login office")
    for minute in range(1, 500):
        house.step(down, at("mon 11:01") + minute * MINUTE)
    (when, bubble) = house.screen.log[0]
    assert len(house.screen.log) == 1
    assert when == at("mon 11:46")
    assert bubble.title == "office not read since 11:01"
    assert "run: triage login office" in bubble.body
    house.bring(at("mon 19:30"))
    assert house.screen.closed == [bubble.id]


def test_all_clear_only_where_something_was_owed_and_everyone_has_an_answer(house: House):
    house.walk(at("mon 19:00"))
    assert house.told() == []
    house.bring(at("tue 10:00"), mail("quote", at("tue 09:58")), mail("order", at("tue 09:59"), BEN))
    house.walk(at("tue 16:31"))
    house.bring(at("tue 16:32"), answer("reply", "quote", at("tue 16:31")))
    house.walk(at("tue 16:40"))
    assert "Everyone has an answer" not in " ".join(house.told())
    house.bring(at("tue 16:41"), answer("other", "order", at("tue 16:40"), BEN))
    house.walk(at("tue 20:00"))
    assert house.told()[-1] == "tue 16:41 Everyone has an answer"


def test_after_a_sleep_everything_is_read_before_anybody_is_rung_for(house: House):
    """Answered on the phone meanwhile: neither the answered one nor the sleeping source is worth a word."""
    waiting(house).walk(at("mon 13:00"))
    house.readers.asked.clear()
    house.step(None, at("mon 16:10"))
    assert house.readers.asked == ["reconnect", "refresh"]
    assert house.told() == []
    house.bring(at("mon 16:10") + timedelta(seconds=20), answer("reply", "quote", at("mon 14:00")))
    house.walk(at("mon 16:29"))
    assert house.told() == []


def test_after_a_sleep_the_latest_missed_stage_rings_once_though_nothing_can_be_read(house: House):
    waiting(house).walk(at("mon 13:00"))
    house.step(None, at("mon 16:40"))
    house.walk(at("mon 16:49"), read=False)
    assert house.told() == ["mon 16:41 Ada King waits since 09:58"]


def test_many_events_at_once_ring_only_after_the_last_but_not_later_than_a_minute(house: House):
    waiting(house).walk(at("mon 14:59"))
    house.step(batch(), at("mon 15:00") - timedelta(seconds=1), more=True)
    assert house.told() == []
    house.step(batch(), at("mon 15:00"), more=True)
    assert house.told() == ["mon 15:00 Ada King waits since 09:58"]


# --- configuration ------------------------------------------------------------------------------------------------


def test_a_reload_registers_sources_and_restarts_the_readers(house: House, tmp_path: Path):
    second = SourceSettings(name="home", kind="maildir", path=tmp_path / "home")
    house.step(Reload(house.with_config(digest="2", sources=(*house.config.sources, second))), at("mon 10:00"))
    assert [source.name for source in house.clerk.board(house.now).sources] == ["office", "home"]
    assert "restart office,home" in house.readers.asked


def test_a_new_rule_reaches_open_and_lately_skipped_cases_but_no_closed_ones(house: House):
    notice = {"text": "The parcel has been sent.", "subject": "Parcel"}
    house.bring(at("mon 10:00"), mail("fyi", at("mon 09:50"), **notice), mail("quote", at("mon 09:58"), BEN))
    house.bring(at("mon 10:05"), mail("closed", at("mon 10:01"), "Cy Dorn <cy@client.example>"))
    house.bring(at("mon 10:10"), answer("reply", "closed", at("mon 10:09"), "cy@client.example"))
    house.walk(at("mon 16:35"))
    never = Rule(match=(("from", "ben@*"),), reply_within=ReplyWithin(named=Within.NEVER))
    house.step(Reload(house.with_config(digest="2", rules=(never,))), at("mon 16:36"))
    assert house.seen()["quote"].due is None
    assert "closed" not in house.states()
    assert len(house.outcomes()) == 1


def test_what_becomes_owed_by_lifting_a_silence_rings_for_no_stage_that_has_passed(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")), mail("second", at("mon 09:59")))
    said = [
        marks.Said(kind=MarkKind.DISMISS, key=key("quote")),
        marks.Said(kind=MarkKind.DISMISS_SENDER, key=key("quote"), text="ada@client.example"),
    ]
    marks.append(house.database, said, at("mon 10:05"))
    house.step(Poked(), at("mon 10:06"))
    assert house.states() == {}
    house.bring(at("mon 11:00"), mail("later", at("mon 10:59")))
    house.walk(at("mon 16:35"))
    assert (house.states(), house.told()) == ({}, [])
    marks.undo(house.database, at("mon 16:35"))
    house.step(Poked(), at("mon 16:36"))
    assert set(house.states()) == {"quote", "second", "later"}
    house.walk(at("mon 16:51"))
    assert [title[:9] for title in house.told()] == ["mon 16:50"]


def test_a_silence_given_or_lifted_while_the_daemon_was_down_is_heeded(house: House):
    house.bring(at("mon 10:00"), mail("quote", at("mon 09:58")), mail("second", at("mon 09:59")))
    said = [marks.Said(kind=MarkKind.DISMISS_SENDER, key=key("quote"), text="ada@client.example")]
    house.close()
    marks.append(house.database, said, at("mon 10:05"))
    house.open(at("mon 10:10"))
    house.step(None, at("mon 10:10"))
    assert house.states() == {}
    house.close()
    marks.undo(house.database, at("mon 10:15"))
    house.open(at("mon 10:20"))
    house.step(None, at("mon 10:20"))
    assert set(house.states()) == {"quote", "second"}


def test_what_a_removed_source_brought_keeps_its_backlog(house: House, tmp_path: Path):
    house.bring(at("mon 10:00"), mail("old", at("2026-11-10 10:00")))
    assert house.seen()["old"].backlog
    other = SourceSettings(name="home", kind="maildir", path=tmp_path / "home")
    house.step(Reload(house.with_config(digest="2", sources=(other,))), at("mon 10:05"))
    assert house.seen()["old"].backlog


def test_a_reload_takes_the_reminders_of_the_new_configuration(house: House):
    waiting(house).walk(at("mon 11:00"))
    house.step(Reload(house.with_config(digest="2", reminders=Reminders(before=(300, 30)))), at("mon 11:01"))
    house.walk(at("mon 16:31"))
    assert [title[:9] for title in house.told()] == ["mon 12:00", "mon 16:30"]


# --- the loop -----------------------------------------------------------------------------------------------------


def test_the_loop_steps_through_what_is_queued_and_ends_at_a_stop(house: House):
    events: SimpleQueue[Event] = SimpleQueue()
    events.put(batch(*placed(mail("quote", at("mon 09:58")))))
    events.put(Pressed(bubble="none", action="done"))
    events.put(Stop())
    serve(house.daemon, events, lambda: at("mon 10:00"))
    assert house.states(at("mon 10:00")) == {"quote": State.OWED}
    assert house.readers.asked[-1] == "stored office"


def test_letting_go_lets_every_sink_go(house: House):
    waiting(house).walk(at("mon 15:00"))
    house.daemon.screen.shutdown()
    assert house.screen.shown == {}
