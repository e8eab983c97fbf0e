"""`triage review` as installed: a half-answered mail is a quiet word, and other words are offered."""

import pytest

from tests.blackbox.conftest import reply
from tests.blackbox.homes import Home, ago, letter, put

ASKED = (
    "Hi Robin,\n\nthis is the third time I ask. Could you send me the revised quote? Does it include delivery?"
    " And when could you start?\n\nAda"
)
SAID = "The quote is attached, and you must know that delivery is in it."


@pytest.fixture
def answered(home: Home) -> Home:
    """Ada asked three things and got two of them, in words that push away; Ben got all he asked for."""
    ada = letter("Kitchen", sender="Ada King <ada@client.example>", text=ASKED, at=ago(minutes=90))
    ben = letter("Plans", sender="Ben Ott <ben@ott.example>", text="Hi Robin, is Monday fine?", at=ago(minutes=80))
    for raw, text in ((ada, SAID), (ben, "Hi Ben, Monday is fine. Robin")):
        put(home.mail / "INBOX", raw, ago(minutes=85))
        put(home.mail / "Sent", reply(raw, text), ago(minutes=50))
    assert home.triage("poll").code == 0
    return home


def test_a_half_answered_mail_is_a_quiet_word_until_it_is_settled(answered: Home) -> None:
    assert "1 reply may have missed a question: triage review" in answered.triage("status").out
    (case,) = [one for one in answered.triage("list", "--all", "--json").json["cases"] if one["unanswered"]]
    assert (case["state"], case["unanswered"]) == ("answered", ["And when could you start?"])
    shown = answered.triage("show", str(case["id"])).out
    assert "Maybe unanswered:" in shown
    assert answered.triage("status", "--json").json["counts"]["owed"] == 0
    assert answered.triage("done", str(case["id"])).code == 0
    assert "missed a question" not in answered.triage("status").out


def test_the_review_quotes_what_it_means_and_offers_other_words(answered: Home) -> None:
    found = answered.triage("review", "--json").json
    assert found["answers"] == 2
    assert {one["who"] for one in found["findings"]} == {"Ada King"}
    kinds = [one["kind"] for one in found["findings"]]
    assert kinds == ["attention", "view", "words", "warmth"]
    said = answered.triage("review").out
    assert "“And when could you start?”" in said
    assert "you must know that delivery is in it" in said
    assert max(map(len, said.splitlines())) <= 80


def test_kinds_can_be_switched_off(answered: Home) -> None:
    answered.configure(more='[review]\noff = ["words", "warmth", "view"]')
    assert [one["kind"] for one in answered.triage("review", "--json").json["findings"]] == ["attention"]


def test_a_day_without_answers_has_nothing_to_say(home: Home) -> None:
    run = home.triage("review")
    assert run.code == 0
    assert "0 answers of yours looked at, nothing to say" in run.out


def test_what_is_to_come_is_refused(home: Home) -> None:
    assert home.triage("review", "--day", "2999-01-01").code == 2


def test_who_asked_to_be_rung_and_was_written_to_is_a_finding(answered: Home) -> None:
    answered.configure(more='[[rule]]\nmatch = { from = "ben@ott.example" }\nprefers = "phone"')
    told = [one for one in answered.triage("review", "--json").json["findings"] if one["kind"] == "channel"]
    assert [(one["who"], one["quote"]) for one in told] == [("Ben Ott", "they asked to be rung")]


def test_who_is_upset_is_shown_first_and_why_quotes_it(home: Home) -> None:
    calm, hurt = "Is Monday fine?", "This is the third time I ask. Is Monday fine?"
    for place, (name, text) in enumerate((("Ben", calm), ("Gil", hurt))):
        raw = letter("Plans", sender=f"{name} <{name.lower()}@client.example>", text=text, at=ago(minutes=80 - place))
        put(home.mail / "INBOX", raw, ago(minutes=80 - place))
    assert home.triage("poll").code == 0
    assert [one["who"]["name"] for one in home.triage("status", "--json").json["owed"]] == ["Gil", "Ben"]
    for command in ("why", "show"):
        assert 'sounds upset: "third time"' in " ".join(home.triage(command, "gil").out.split())
