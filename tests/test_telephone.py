"""One ledger across mail and telephone: who rang, who was called back, and what of it counts once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.planning import at
from tests.ringing import (
    ADA_CARD,
    ADA_RINGS,
    JANET,
    OKAFOR,
    Office,
    office,
    rang,
    rang_back,
    said,
    voicemail,
)
from tests.rounds import ADA, answer, arrival, batch, mail
from triage.model.calls import Contact, Wording
from triage.model.cases import AnsweredBy, Channel, State
from triage.model.mail import Report, ReportKind
from triage.model.marks import MarkKind
from triage.settings import ReplyWithin, Rule
from triage.store import marks

NINE, TEN, ELEVEN, NOON = at("mon 09:41"), at("mon 10:05"), at("mon 11:02"), at("mon 12:00")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.close()


# --- one case a caller ------------------------------------------------------------------------------------------


def test_who_left_a_message_waits(house: Office) -> None:
    house.ring(NINE, voicemail("one", NINE, name="ACME LLC"))
    one = house.callers()["one"]
    assert (one.state, one.case.channel, one.due) == (State.OWED, Channel.VOICEMAIL, at("mon 17:00"))
    assert (one.who.name, one.who.phone, one.who.number) == ("ACME LLC", "+12025550123", "202 555 0123")
    assert (one.cause.subject, one.case.number, one.cause.source) == ("call, 0:34, no transcript", 1, "phone")


def test_whom_the_user_dismissed_for_good_may_ring_and_undo_lets_him_wait(house: Office) -> None:
    house.ring(NINE, voicemail("one", NINE), voicemail("other", NINE, OKAFOR))
    house.mark(MarkKind.DISMISS_SENDER, "call:one", TEN, text="tel:+12025550123")
    house.ring(ELEVEN, voicemail("again", ELEVEN))
    again = house.callers()["again"]
    assert (again.state, again.cause.reasons[0].text) == (State.SKIPPED, "you dismissed +12025550123")
    assert house.callers()["other"].state is State.OWED
    marks.undo(house.database, NOON)
    house.step(None, NOON)
    assert house.stands() == {"one": State.OWED, "other": State.OWED}


def test_a_call_back_closes_it(house: Office) -> None:
    house.ring(NINE, voicemail("one", NINE))
    house.ring(ELEVEN, rang_back("back", ELEVEN))
    assert house.stands() == {"one": State.ANSWERED}
    (outcome,) = house.outcomes()
    assert (outcome.by, outcome.answered_at, outcome.channel) == (AnsweredBy.CALL, ELEVEN, Channel.VOICEMAIL)


@pytest.mark.parametrize("seconds", [0, 19])
def test_unanswered_or_too_short_is_an_attempt(house: Office, seconds: int) -> None:
    house.ring(NINE, voicemail("one", NINE))
    house.ring(TEN, rang_back("tried", TEN, seconds=seconds))
    one = house.callers()["one"]
    assert (one.state, one.attempts) == (State.OWED, (TEN,))


def test_they_rang_again_and_were_answered(house: Office) -> None:
    house.ring(NINE, voicemail("one", NINE))
    house.ring(TEN, rang("again", TEN, seconds=95))
    assert house.stands() == {"one": State.ANSWERED}


def test_a_call_before_the_message_is_no_answer(house: Office) -> None:
    house.ring(TEN, voicemail("one", TEN), rang_back("before", NINE))
    assert house.stands() == {"one": State.OWED}


def test_a_second_message_is_one_case_and_a_chaser(house: Office) -> None:
    house.ring(TEN, voicemail("one", NINE), voicemail("two", TEN))
    one = house.callers()["one"]
    assert (one.chasers, len(house.callers())) == (1, 1)


def test_a_newer_message_opens_it_again(house: Office) -> None:
    house.ring(NINE, voicemail("one", NINE))
    house.ring(TEN, rang_back("back", TEN))
    number = house.callers()["one"].case.number
    house.ring(ELEVEN, voicemail("two", ELEVEN))
    again = house.callers()["two"]
    assert (again.state, again.case.number) == (State.OWED, number)


def test_withheld_callers_have_a_case_each(house: Office) -> None:
    house.ring(TEN, voicemail("one", NINE, "Anonymous"), voicemail("two", TEN, "", withheld=True))
    assert house.stands() == {"one": State.OWED, "two": State.OWED}


def test_a_missed_call_needs_none_and_is_listed_with_its_reason(house: Office) -> None:
    house.ring(NINE, rang("missed", NINE))
    one = house.callers()["missed"]
    assert (one.state, one.case.number) == (State.SKIPPED, None)
    assert [reason.rule for reason in one.cause.reasons] == ["no-message"]


def test_a_missed_call_chases_where_a_case_is_open(house: Office) -> None:
    house.ring(TEN, voicemail("one", NINE), rang("missed", TEN))
    assert house.callers()["one"].chasers == 1


def test_a_call_that_nobody_missed_is_no_case(house: Office) -> None:
    house.ring(TEN, rang("talk", NINE, seconds=200), rang_back("other", TEN, OKAFOR))
    assert house.callers() == {}


def test_heard_moved_or_deleted_is_not_returned(house: Office) -> None:
    one = voicemail("one", NINE, heard=False, folder="INBOX")
    house.ring(NINE, one)
    house.ring(TEN, replace(one, heard=True, folder="Old"))
    house.ring(ELEVEN, source="phone", gone=("one",))
    assert house.stands() == {"one": State.OWED}


# --- the same call seen in several places -------------------------------------------------------------------------


def test_the_spool_a_mail_and_a_log_tell_of_one_call(house: Office) -> None:
    told = voicemail("mailed", NINE + timedelta(seconds=36), seconds=34, source="office")
    house.ring(NINE, voicemail("spool", NINE), rang("leg", NINE - timedelta(seconds=29), source="calls"))
    house.step(batch(arrival(mail("pbx", NINE, "PBX <pbx@example.org>", call=told))), TEN)
    assert list(house.stands().values()) == [State.OWED]
    one = house.callers()["spool"]
    assert (one.chasers, one.cause.message_id, len(one.case.items)) == (0, "<pbx@mail.example>", 1)


def test_the_machine_that_tells_of_a_call_is_no_correspondent(house: Office) -> None:
    told = voicemail("mailed", NINE, seconds=34)
    house.step(batch(arrival(mail("pbx", NINE, "PBX <pbx@example.org>", call=told))), TEN)
    assert {name: one.case.channel for name, one in house.callers().items()} == {"mailed": Channel.VOICEMAIL}


def test_a_withheld_caller_in_spool_and_mail_is_one(house: Office) -> None:
    house.ring(NINE, voicemail("spool", NINE, "Unknown"))
    told = voicemail("mailed", NINE + timedelta(seconds=40), "", withheld=True, mailbox="1001")
    house.step(batch(arrival(mail("pbx", NINE, "PBX <pbx@example.org>", call=told))), TEN)
    assert house.stands() == {"spool": State.OWED}


def test_a_mark_holds_when_another_source_tells_of_the_same_call(house: Office) -> None:
    house.ring(NINE, voicemail("spool", NINE))
    say(house, MarkKind.DONE, "spool")
    house.step(batch(source="phone"), TEN)
    told = voicemail("a-mail", NINE + timedelta(seconds=40), source="office")
    house.step(batch(arrival(mail("pbx", NINE, "PBX <pbx@example.org>", call=told))), ELEVEN)
    assert house.stands() == {"spool": State.ANSWERED}


# --- what is said -------------------------------------------------------------------------------------------------


def test_a_transcript_that_comes_later_fills_the_case(house: Office) -> None:
    one = voicemail("one", NINE, wording=Wording.PENDING)
    house.ring(NINE, one)
    words = "Hi, this is Janet from Acme. Could you call me back before noon please? Thank you."
    house.ring(TEN, replace(one, transcript=words, wording=Wording.OK))
    seen = house.callers()["one"]
    assert (seen.state, seen.due, seen.who.name) == (State.OWED, NOON, "Janet, Acme")
    assert seen.cause.questions


def test_a_transcript_never_opens_what_was_closed(house: Office) -> None:
    one = voicemail("one", NINE)
    house.ring(NINE, one)
    say(house, MarkKind.DONE, "one")
    house.ring(TEN, replace(one, transcript="Please call me back today.", wording=Wording.OK))
    assert house.stands() == {"one": State.ANSWERED}


def test_a_wrong_number_waits_for_nothing_and_says_why(house: Office) -> None:
    house.ring(NINE, said("one", NINE, "Oh sorry, wrong number. Bye."))
    assert house.stands() == {"one": State.SKIPPED}


def test_the_number_they_asked_for_counts_as_theirs(house: Office) -> None:
    words = "This is Janet. Please call me back on my cell, two zero two five five five oh one four four."
    house.ring(NINE, said("one", NINE, words))
    house.ring(TEN, rang_back("back", TEN, "12025550144"))
    assert house.stands() == {"one": State.ANSWERED}


# --- people and mail ----------------------------------------------------------------------------------------------


def test_a_card_gives_the_name_and_the_address_written_to(house: Office) -> None:
    house.bring(NINE, mail("quote", NINE, ADA))
    house.knows(ADA_CARD)
    house.ring(TEN, voicemail("one", TEN, ADA_RINGS))
    who = house.callers()["one"].who
    assert (who.name, who.phone) == ("Ada King", "+12025550199")


def test_a_card_that_is_gone_names_nobody(house: Office) -> None:
    house.knows(ADA_CARD)
    house.ring(TEN, voicemail("one", TEN, ADA_RINGS))
    assert house.callers()["one"].who.name == "Ada King"
    house.knows_nobody()
    assert house.callers()["one"].who.name == ""


def test_who_is_in_the_address_book_is_not_new(house: Office) -> None:
    def new() -> bool:
        return house.callers()[mail_name("first")].who.new

    house.bring(NINE, mail("first", NINE, "nora@hall.example"))
    assert new()
    house.knows(Contact(name="Nora Hall", addresses=("nora@hall.example",)))
    assert not new()
    house.knows_nobody()
    assert new()


def test_any_number_of_a_card_reaches_the_person(house: Office) -> None:
    house.knows(ADA_CARD)
    house.ring(NINE, voicemail("one", NINE, ADA_RINGS))
    house.ring(TEN, rang_back("back", TEN, "2025550198"))
    assert house.stands() == {"one": State.ANSWERED}


def test_a_mail_to_them_closes_the_voicemail(house: Office) -> None:
    house.knows(ADA_CARD)
    house.ring(NINE, voicemail("one", NINE, ADA_RINGS))
    house.bring(TEN, answer("letter", "nothing-known", TEN, ADA))
    assert house.stands()["one"] is State.ANSWERED
    assert [one.by for one in house.outcomes()] == [AnsweredBy.MAIL]


def test_a_mail_that_came_back_closes_nothing(house: Office) -> None:
    house.knows(ADA_CARD)
    house.ring(NINE, voicemail("one", NINE, ADA_RINGS))
    house.bring(TEN, answer("letter", "nothing-known", TEN, ADA))
    assert house.stands()["one"] is State.ANSWERED
    report = Report(kind=ReportKind.FAILED, about="<letter@mail.example>", recipients=("ada@client.example",))
    house.bring(ELEVEN, mail("bounce", ELEVEN, "mailer-daemon@example.org", report=report))
    assert house.stands()["one"] is State.OWED


def test_a_mail_that_answers_a_mail_is_spent(house: Office) -> None:
    house.knows(ADA_CARD)
    house.bring(NINE, mail("quote", NINE, ADA))
    house.ring(NINE, voicemail("one", NINE, ADA_RINGS))
    house.bring(TEN, answer("reply", "quote", TEN, ADA))
    assert (house.stands()["one"], house.stands()[mail_name("quote")]) == (State.OWED, State.ANSWERED)


def test_a_mail_turns_out_to_be_spent_when_what_it_answered_is_read_late(house: Office) -> None:
    house.knows(ADA_CARD)
    house.ring(NINE, voicemail("one", NINE, ADA_RINGS))
    house.bring(TEN, answer("reply", "quote", TEN, ADA))
    house.bring(ELEVEN, mail("quote", NINE, ADA))
    assert house.stands()["one"] is State.OWED


def test_a_call_is_shown_at_an_open_mail_and_closes_none(house: Office) -> None:
    house.knows(ADA_CARD)
    house.bring(NINE, mail("quote", NINE, ADA))
    house.ring(TEN, rang_back("back", TEN, ADA_RINGS, 240))
    seen = house.callers()[mail_name("quote")]
    assert seen.state is State.OWED
    assert seen.case.spoke
    assert (seen.case.spoke.at, seen.case.spoke.seconds) == (TEN, 240)


def test_calls_close_mail_for_who_wants_that(tmp_path: Path) -> None:
    house = office(tmp_path, calls_close_mail=True)
    house.knows(ADA_CARD)
    house.bring(NINE, mail("quote", NINE, ADA))
    house.ring(TEN, rang_back("back", TEN, ADA_RINGS, 240))
    assert house.stands() == {mail_name("quote"): State.ANSWERED}
    house.close()


def test_a_rule_about_a_number(tmp_path: Path) -> None:
    rule = Rule(match=(("phone", "+1202555*"),), class_="vip", reply_within=ReplyWithin(span=timedelta(hours=2)))
    house = office(tmp_path, rules=(rule,))
    house.ring(TEN, voicemail("one", TEN))
    one = house.callers()["one"]
    assert (one.due, one.who.class_.value) == (at("mon 12:05"), "vip")
    house.close()


# --- marks --------------------------------------------------------------------------------------------------------


def say(house: Office, kind: MarkKind, name: str, text: str = "") -> None:
    from triage.store.marks import Said

    marks.append(house.database, [Said(kind=kind, key=f"call:{name}", text=text)], house.now + timedelta(seconds=1))


def test_called_closes_and_undo_takes_it_back(house: Office) -> None:
    house.ring(NINE, voicemail("one", NINE))
    say(house, MarkKind.CALLED, "one", "reached")
    house.step(None, TEN)
    assert [one.by for one in house.outcomes()] == [AnsweredBy.CALL]
    marks.undo(house.database, TEN)
    house.step(None, ELEVEN)
    assert house.stands() == {"one": State.OWED}


@pytest.mark.parametrize("result", ["no-answer", "left-message"])
def test_only_reached_closes(house: Office, result: str) -> None:
    house.ring(NINE, voicemail("one", NINE))
    say(house, MarkKind.CALLED, "one", result)
    house.step(None, TEN)
    one = house.callers()["one"]
    assert (one.state, one.attempts) == (State.OWED, (NINE + timedelta(seconds=1),))


def test_buttons_of_a_call(house: Office) -> None:
    house.ring(NINE, voicemail("one", NINE))
    house.walk(at("mon 15:05"), read=False)
    assert [action.id for action in house.screen.shown["owed"].actions] == ["called", "no-answer", "snooze"]
    house.press("no-answer", at("mon 15:06"))
    assert house.callers()["one"].attempts == (at("mon 15:06"),)
    house.walk(at("mon 16:31"), read=False)
    house.press("called", at("mon 16:32"))
    assert house.stands() == {"one": State.ANSWERED}


def test_a_call_rings_like_a_mail(house: Office) -> None:
    house.ring(NINE, voicemail("one", NINE, name="Mrs Okafor"))
    house.walk(at("mon 15:05"), read=False)
    assert "mon 15:00 Call back Mrs Okafor before 17:00: 202 555 0123" in house.told()


def mail_name(name: str) -> str:
    return f"id:<{name}@mail.example>"


def test_a_local_number_is_the_one_whole_number_that_ends_so(house: Office) -> None:
    house.ring(NINE, voicemail("one", NINE, JANET))
    house.ring(TEN, rang_back("back", TEN, "5550123"))
    assert house.stands() == {"one": State.ANSWERED}


def test_who_is_forgotten_is_forgotten_on_the_telephone_too(house: Office) -> None:
    house.knows(ADA_CARD)
    words = said("one", NINE, "It is Ada. Please call me back.", ADA_RINGS)
    house.ring(NINE, words, voicemail("two", NINE, JANET))
    marks.forget(house.database, ADA_CARD.addresses[0], TEN)
    house.step(None, TEN)
    house.ring(ELEVEN, replace(words, heard=True))
    assert house.stands() == {"two": State.OWED}
    house.ring(NOON, voicemail("three", NOON, ADA_RINGS))
    assert house.stands() == {"two": State.OWED, "three": State.OWED}
