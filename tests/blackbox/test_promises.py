"""What I promised and what I wait for, as the commands tell it: from the mail in Sent to `triage promises`."""

from datetime import timedelta

import pytest

from tests.blackbox.homes import ADA, ROBIN, Home, ago, letter, put

BEN = "Ben Ott <ben@builders.example>"


def sent(home: Home, text: str, *, to: str, hours: float, subject: str = "Plans", **headers: str) -> None:
    raw = letter(subject, text=text, sender=f"Robin Vale <{ROBIN}>", to=to, at=ago(hours=hours), **headers)
    put(home.mail / "Sent", raw, ago(hours=hours))


@pytest.fixture
def pledged(home: Home) -> Home:
    """Ben was promised the plans, Ada was asked for a measure."""
    home.configure()
    asked = letter(
        "Plans",
        text="Robin,\n\ncould you send me the plans?\n\nBen",
        sender=BEN,
        at=ago(hours=3),
        references="<0@x.example>",
    )
    put(home.mail / "INBOX", asked, ago(hours=3))
    name = next(line for line in asked.decode().splitlines() if line.startswith("Message-ID: ")).split()[1]
    sent(
        home,
        "Hi Ben,\n\nI'll send you the plans within two days.\n\nRobin",
        to=BEN,
        hours=2,
        subject="Re: Plans",
        in_reply_to=name,
        references=name,
    )
    sent(home, "Hello Ada,\n\nhow wide is the door?\n\nRobin", to=ADA, hours=1, subject="The door")
    assert home.triage("poll").code == 0
    return home


def test_a_promise_and_a_question_of_mine_are_listed_counted_and_numbered(pledged: Home) -> None:
    seen = pledged.triage("status", "--json").json
    assert (seen["counts"]["owed"], seen["counts"]["promised"], seen["counts"]["waiting"]) == (0, 1, 1)
    assert seen["clear"] is True
    assert seen["counts"]["answered_today"] == 1
    (promise,) = pledged.triage("promises", "--json").json["cases"]
    (question,) = pledged.triage("waiting", "--json").json["cases"]
    assert (promise, question) == (seen["promised"][0], seen["waiting"][0])
    assert (promise["state"], promise["who"]["name"], promise["overdue"]) == ("promised", "Ben Ott", False)
    assert promise["due"] == promise["until"] > seen["now"]
    assert (question["state"], question["who"]["name"], question["due"]) == ("waiting", "Ada King", None)
    assert question["questions"] == ["how wide is the door?"]
    assert {promise["id"], question["id"]} == {1, 2}


def test_both_are_told_in_words(pledged: Home) -> None:
    promises, waiting = pledged.triage("promises").out, pledged.triage("waiting").out
    assert "Ben Ott" in promises
    assert "the plans" in promises
    assert '"I\'ll send you the plans within two days."' in promises
    assert "Ada King" in waiting
    assert '"how wide is the door?"' in waiting
    status = pledged.triage("status").out
    assert "promised" in status
    assert "One other owes you an answer: triage waiting" in status
    assert "Promised, due" in pledged.triage("show", "ben").out
    assert "by your own word" in pledged.triage("why", "ben").out
    assert "You wait since" in pledged.triage("show", "ada").out
    assert "it never rings" in pledged.triage("why", "ada").out


def test_done_settles_them_undo_takes_it_back(pledged: Home) -> None:
    assert pledged.triage("done", "ben").code == 0
    assert pledged.triage("done", "ada").code == 0
    assert pledged.triage("promises").out == "You promised nobody anything that is still open.\n"
    assert pledged.triage("waiting").out == "Nobody owes you an answer.\n"
    assert pledged.triage("poll").code == 0
    assert pledged.triage("undo").code == 0
    assert pledged.triage("poll").code == 0
    assert [case["who"]["name"] for case in pledged.triage("waiting", "--json").json["cases"]] == ["Ada King"]
    assert pledged.triage("promises", "--json").json == {"cases": []}


def test_judge_tells_the_promise_in_a_message(home: Home) -> None:
    raw = letter(text="I'll get back to you by Friday 14:00.", sender=ROBIN, to=ADA, at=ago(hours=1)).decode()
    line = home.triage("judge", "-", "--me", ROBIN, stdin=raw).json
    assert line["promise"]["text"] == "I'll get back to you by Friday 14:00."
    assert "T14:00:00" in line["promise"]["by"]
    assert home.triage("judge", "-", "--me", ROBIN, stdin=letter(text="Let me know!").decode()).json["promise"] is None


def test_a_question_older_than_thirty_days_is_no_longer_waited_for(home: Home) -> None:
    home.configure()
    put(home.mail / "INBOX", letter())
    hours = timedelta(days=31) / timedelta(hours=1)
    sent(home, "Hello Ada,\n\nhow wide is the door?", to=ADA, hours=hours, subject="The door")
    assert home.triage("poll").code == 0
    assert home.triage("waiting", "--json").json == {"cases": []}
