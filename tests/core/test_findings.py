"""Findings about replies: pinned on single ones, and how often they are right on those held out."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.bench.answered import fresh, held_out
from tests.bench.findings import counted, replies, told
from tests.planning import HOURS, at, case, debt
from triage.core.review.findings import Care, Reply, Text, findings
from triage.core.review.reviewing import Answered, breaks, preferring
from triage.core.review.upset import upset as is_upset
from triage.core.words.language.phrases import words
from triage.model.cases import AnsweredBy, Channel, Class, Outcome, Person

UPSET = "Dear Robin,\nthis is the third time I write, and nobody answered. When can somebody come?\nRuth Adler"


def kinds(asked: str, mine: str, **more: object) -> list[Care]:
    return [one.care for one in findings(Reply(asked=Text(asked), mine=Text(mine), **more))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        pytest.param("Dear Ruth, I am sorry, three letters are too many. Stan comes today at three.", [], id="kind"),
        pytest.param("Dear Ruth, Stan comes today at three.", [Care.VIEW], id="no word for what it means"),
        pytest.param("On Thursday at nine.", [Care.VIEW, Care.WARMTH], id="bare"),
        pytest.param("Dear Ruth, so sorry. We will be in touch.", [Care.NEXT_STEP], id="no date"),
        pytest.param("Dear Ruth, I'm sorry. You'll have to ask Stan, 555 0110.", [Care.WORDS], id="words"),
    ],
)
def test_what_a_kind_colleague_would_say(mine: str, expected: list[Care]):
    assert kinds(UPSET, mine) == expected


def test_a_quick_word_between_colleagues_is_fine():
    assert kinds("lunch at 12?", "can't today, tomorrow?") == []


def test_whoever_is_called_by_name_was_greeted():
    assert kinds(UPSET, "Ruth, sorry. Today at three.", names=frozenset({"ruth", "adler"})) == []


def test_within_a_conversation_nobody_greets_again():
    assert Care.WARMTH not in kinds(UPSET, "Sorry. Today at three.", first=False)


def test_what_is_quoted_is_not_mine():
    assert kinds("Is it free?", "Hi Sofia, it is.\n\n> you'll have to ask, obviously") == []


@pytest.mark.parametrize(
    ("text", "upset"),
    [
        ("I AM TIRED OF THIS!!! EVERY MONTH THE SAME", True),
        ("Das ist jetzt schon das dritte Mal, ich bin enttäuscht.", True),
        ("Please find the ISBN and the DOI in the PDF.", False),
        ("Thanks, that was quick!", False),
    ],
)
def test_who_is_upset(text: str, upset: bool):
    assert bool(is_upset(text, words(text))) is upset


def test_most_of_what_is_said_is_right_on_replies_held_out():
    part = [one for language in ("en", "de") for place, one in enumerate(replies(language)) if held_out(place)]
    right, wrong, missed = counted(part, show=False)
    assert sum(right.values()) / (sum(right.values()) + sum(wrong.values())) >= 0.8
    assert sum(right.values()) / (sum(right.values()) + sum(missed.values())) >= 0.7
    clean = [one for one in part if not one["findings"]]
    assert sum(not told(one) for one in clean) / len(clean) >= 0.9


def test_most_of_what_is_said_is_right_on_replies_written_later():
    right, wrong, missed = counted(fresh("replies"), show=False)
    assert right.total() / (right.total() + wrong.total()) >= 0.85
    assert right.total() / (right.total() + missed.total()) >= 0.7


def test_between_colleagues_a_bare_word_will_do():
    asked = "Hi Robin, may we move the review to Thursday or to Friday afternoon? Best, Dana Holm"
    assert kinds(asked, "Not sure. I can't on Friday.", near=True) == []
    assert kinds(asked, "You should have told me on Monday.", near=True) == [Care.WORDS]


def test_a_discussion_of_code_is_not_looked_at():
    assert kinds("Hello Robin, does read(2) fail here? Regards, Ada", "You have to check errno, obviously.") == []


def test_breaks_are_a_word_only_when_they_are_missed():
    assert breaks([at(f"{day} 11:00") for day in ("mon", "tue", "wed")], HOURS) is None
    late = breaks([at(f"{day} 21:00") for day in ("mon", "tue", "wed", "sat", "sun")], HOURS)
    assert late
    assert late.quote == "you answered after hours on 3 evenings, on 2 free days"
    row = breaks([at("mon 11:00") + timedelta(days=day) for day in range(9)], HOURS)
    assert row
    assert "9 days in a row" in row.quote


@pytest.mark.parametrize("piece", ["A! ", "you'll have to ", "i don't know\n", "Dear "], ids=repr)
def test_no_reply_takes_long(piece: str):
    began = time.process_time()
    kinds(UPSET, piece * (16_000 // len(piece)))
    assert time.process_time() - began < 2


def answered_by(by: AnsweredBy, number: str, name: str = "Mrs Okafor") -> Answered:
    """A voicemail and what settled it."""
    outcome = Outcome(
        cause=number,
        ref=number,
        received=at("mon 09:00"),
        due=None,
        answered_at=at("mon 11:00"),
        by=by,
        class_=Class.CLIENT,
        channel=Channel.VOICEMAIL,
    )
    waiting = replace(debt(number, at("mon 09:00"), None), who=Person(name=name, phone="+12025550123"))
    return Answered(outcome=outcome, case=case(waiting), timeline=())


def test_who_rang_twice_and_was_written_to_may_prefer_the_telephone():
    (found,) = preferring([answered_by(AnsweredBy.MAIL, "one"), answered_by(AnsweredBy.MAIL, "two")])
    assert "rang 2 times, and you wrote" in found.finding.quote
    assert preferring([answered_by(AnsweredBy.MAIL, "one"), answered_by(AnsweredBy.CALL, "two")]) == ()
