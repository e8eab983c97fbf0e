"""`triage review` in words, pinned at two widths, and the shape of its document."""

import json
from dataclasses import replace
from datetime import date

from tests.planning import DAYS, HOURS, at, case, debt
from triage.core.review.findings import Care, Finding
from triage.core.review.reviewing import Answered, Noted, Review
from triage.model.cases import AnsweredBy, Channel, Class, Outcome
from triage.report.lines import cells
from triage.report.review import document, text


def answered(name: str = "Ada King", subject: str = "The revised quote") -> Answered:
    outcome = Outcome(
        cause="id:<ask>",
        ref="id:<ask>",
        received=at("mon 09:00"),
        due=None,
        answered_at=at("mon 11:00"),
        by=AnsweredBy.MAIL,
        class_=Class.CLIENT,
        channel=Channel.EMAIL,
    )
    found = case(debt(name, at("mon 09:00"), None, subject=subject))
    return Answered(outcome=outcome, case=replace(found, number=14), timeline=())


def noted(care: Care, quote: str, instead: str = "say it in other words", about: Answered | None = None) -> Noted:
    return Noted(finding=Finding(care=care, quote=quote, instead=instead), about=about)


def week(*found: Noted, before: dict[Care, int] | None = None, last: date = DAYS["sun"]) -> Review:
    return Review(first=DAYS["mon"], last=last, answers=12, noted=found, before=before or {})


FOUND = (
    noted(Care.ATTENTION, "And when could you start?", "this may still wait for a word", answered()),
    noted(
        Care.WORDS, "You'll have to ask accounting.", "say what they can do and what you do", answered("Ben Ott", "")
    ),
    noted(Care.BREAKS, "you answered after hours on 3 evenings", "set your hours under [workday]"),
)


def test_a_week_at_80_columns():
    assert (
        text(week(*FOUND, before={Care.ATTENTION: 3, Care.WARMTH: 1}), HOURS, width=80)
        == """\
16 Nov to 22 Nov: 12 answers of yours looked at. For you alone:

  maybe unanswered: to Ada King, The revised quote (14)
    “And when could you start?”
    → this may still wait for a word

  other words: to Ben Ott, no subject (14)
    “You'll have to ask accounting.”
    → say what they can do and what you do

  your breaks
    you answered after hours on 3 evenings
    → set your hours under [workday]

This week (the week before): maybe unanswered 1 (3), other words 1 (0), warmth 0
(1)."""
    )


def test_a_week_at_50_columns():
    assert (
        text(week(*FOUND, before={Care.ATTENTION: 3, Care.WARMTH: 1}), HOURS, width=50)
        == """\
16 Nov to 22 Nov: 12 answers of yours looked at.
For you alone:

  maybe unanswered: to Ada King, The revised quote
  (14)
    “And when could you start?”
    → this may still wait for a word

  other words: to Ben Ott, no subject (14)
    “You'll have to ask accounting.”
    → say what they can do and what you do

  your breaks
    you answered after hours on 3 evenings
    → set your hours under [workday]

This week (the week before): maybe unanswered 1
(3), other words 1 (0), warmth 0 (1)."""
    )


def test_a_day_with_nothing_to_say_tells_how_to_switch_kinds_off():
    said = text(week(last=DAYS["mon"]), HOURS, width=80)
    assert said.splitlines()[0].endswith("12 answers of yours looked at, nothing to say about them.")
    assert 'off = ["warmth"]' in said


def test_few_of_a_kind_are_shown_and_the_rest_is_counted():
    found = [noted(Care.WORDS, f"You must ask number {number}.", about=answered()) for number in range(5)]
    said = text(week(*found), HOURS, width=80)
    assert said.count("You must ask") == 2
    assert "and 3 more: triage review --json" in said


def test_what_strangers_wrote_is_cleaned_and_fits():
    hostile = noted(Care.ATTENTION, "Hi\x1b[31m" + "\u202elong " * 80, about=answered("Eve\x1b]0;x\x07", "a\nb"))
    said = text(week(hostile), HOURS, width=50)
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert all(cells(line) <= 50 for line in said.splitlines())


def test_the_document():
    found = json.loads(json.dumps(document(week(*FOUND, before={Care.ATTENTION: 3}), HOURS)))
    assert list(found) == ["first", "last", "answers", "findings", "counts", "before"]
    assert (found["first"], found["last"], found["answers"]) == ("2026-11-16", "2026-11-22", 12)
    assert found["counts"] == {"attention": 1, "words": 1, "breaks": 1}
    assert found["before"] == {"attention": 3}
    assert set(found["findings"][0]) == {"kind", "quote", "instead", "id", "ref", "who", "answered_at"}
    assert found["findings"][0]["who"] == "Ada King"
    assert found["findings"][0]["answered_at"] == "2026-11-16T11:00:00-05:00"
    assert found["findings"][2]["who"] is None
