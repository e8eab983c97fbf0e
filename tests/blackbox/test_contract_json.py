"""The JSON of section 5 of the contract, as the installed command prints it: every field, its type, its times."""

from datetime import datetime
from typing import Any

import pytest

from tests.blackbox.conftest import reply
from tests.blackbox.homes import Home, ago, letter, maildir, put

CASE = {
    "id": (int, type(None)),
    "ref": str,
    "state": str,
    "backlog": bool,
    "channel": str,
    "source": str,
    "who": dict,
    "subject": str,
    "received": datetime,
    "due": (datetime, type(None)),
    "overdue": bool,
    "asked_by": (datetime, type(None)),
    "until": (datetime, type(None)),
    "waiting_minutes": int,
    "working_minutes": int,
    "chasers": int,
    "messages": int,
    "attempts": list,
    "questions": list,
    "unanswered": list,
    "reasons": list,
    "message_ids": list,
    "cause": str,
}
WHO = {
    "name": (str, type(None)),
    "address": (str, type(None)),
    "phone": (str, type(None)),
    "class": str,
    "new": bool,
}
REASON = {"rule": str, "points": (int, float), "text": str}
STATUS = {
    "now": datetime,
    "day": dict,
    "clear": bool,
    "counts": dict,
    "owed": list,
    "promised": list,
    "waiting": list,
    "snoozed": list,
    "sources": list,
    "daemon": dict,
}
COUNTS = dict.fromkeys(("owed", "overdue", "promised", "waiting", "snoozed", "backlog", "answered_today"), int)
DAY = {"date": str, "workday": bool, "ends": (datetime, type(None)), "minutes_left": (int, type(None))}
SOURCE = {
    "name": str,
    "kind": str,
    "ok": bool,
    "fresh_as_of": (datetime, type(None)),
    "stale": bool,
    "reading": (dict, type(None)),
    "error": (str, type(None)),
    "hint": (str, type(None)),
}
DAEMON = {"running": bool, "since": (datetime, type(None))}


def holds(found: dict[str, Any], shape: dict[str, Any], *more: str) -> None:
    """Exactly these fields, each of its type; a moment is ISO 8601 with an offset."""
    assert set(found) == {*shape, *more}
    for name, kinds in shape.items():
        value, allowed = found[name], kinds if isinstance(kinds, tuple) else (kinds,)
        if datetime in allowed and isinstance(value, str):
            moment = datetime.fromisoformat(value)
            assert moment.utcoffset() is not None, (name, value)
            assert moment.microsecond == 0, (name, value)
        else:
            assert isinstance(value, allowed), (name, value)
            assert not isinstance(value, bool) or bool in allowed, (name, value)


def holds_case(found: dict[str, Any], *more: str) -> None:
    """A CASE."""
    holds(found, CASE, *more)
    holds(found["who"], WHO)
    for reason in found["reasons"]:
        holds(reason, REASON)
    assert found["channel"] in ("email", "voicemail", "note")
    assert found["who"]["class"] in ("client", "coworker", "vip", "other")
    assert all(isinstance(question, str) for question in found["questions"])


def test_status_holds_every_field_of_the_contract(read: Home) -> None:
    read.triage("snooze", "ben", "16:45")
    read.triage("add", "Mr Oni at the door")
    seen = read.triage("status", "--json").json
    holds(seen, STATUS)
    holds(seen["day"], DAY)
    holds(seen["counts"], COUNTS)
    holds(seen["daemon"], DAEMON)
    for source in seen["sources"]:
        holds(source, SOURCE)
    for case in (*seen["owed"], *seen["snoozed"]):
        holds_case(case)
    assert [case["who"]["name"] for case in seen["snoozed"]] == ["Ben Ott"]
    assert seen["counts"]["owed"] == len(seen["owed"]) == 4
    assert (seen["counts"]["snoozed"], seen["counts"]["answered_today"]) == (1, 1)
    assert seen["day"]["workday"] is True


def test_a_case_tells_what_the_mail_says(read: Home) -> None:
    (ada,) = [one for one in read.triage("list", "--json").json["cases"] if one["who"]["name"] == "Ada King"]
    assert ada["who"] == {
        "name": "Ada King",
        "address": "ada@bakery.example",
        "phone": None,
        "class": "client",
        "new": True,
    }
    assert (ada["id"], ada["state"], ada["source"], ada["subject"]) == (1, "owed", "mail", "Quote for March")
    assert ada["questions"] == ["could you send me the revised quote?"]
    assert 89 <= ada["waiting_minutes"] <= 95
    assert ada["cause"] in ada["message_ids"]
    assert (ada["messages"], ada["chasers"], ada["attempts"], ada["unanswered"]) == (1, 0, [], [])


def test_show_adds_the_timeline_and_why_the_threshold_and_the_steps(read: Home) -> None:
    ben = letter("Plans", sender="Zoe Ott <zoe@ott.example>", text="When can you come by?")
    put(read.mail / "INBOX", ben, ago(minutes=30))
    put(read.mail / "Sent", reply(ben, "On Monday?"), ago(minutes=20))
    again = letter("Re: Plans", sender="Zoe Ott <zoe@ott.example>", text="What time?", in_reply_to=_id(ben))
    put(read.mail / "INBOX", again, ago(minutes=10))
    read.triage("poll")
    shown = read.triage("show", "zoe", "--json").json
    holds_case(shown, "timeline")
    assert [entry["mine"] for entry in shown["timeline"]] == [False, True, False]
    assert all(datetime.fromisoformat(entry["at"]).utcoffset() is not None for entry in shown["timeline"])
    why = read.triage("why", "zoe", "--json").json
    holds_case(why, "threshold", "deadline")
    assert sum(reason["points"] for reason in why["reasons"]) >= why["threshold"]
    assert why["deadline"]


def _id(raw: bytes) -> str:
    return next(line for line in raw.decode().splitlines() if line.startswith("Message-ID")).split(": ")[1]


@pytest.mark.parametrize(
    "words",
    [
        ["status", "--json"],
        ["list", "--json"],
        ["list", "--json", "--all"],
        ["list", "--json", "--backlog"],
        ["show", "1", "--json"],
        ["why", "1", "--json"],
        ["poll", "--json"],
        ["status", "--format", "waybar"],
    ],
    ids=" ".join,
)
def test_stdout_is_one_document_and_nothing_else(read: Home, words: list[str]) -> None:
    result = read.triage(*words)
    assert (result.code, result.err) == (0, "")
    assert isinstance(result.json, dict)


def test_times_follow_the_zone_of_the_workday(read: Home) -> None:
    read.configure(workday='[workday]\ntimezone = "Asia/Kolkata"')
    seen = read.triage("status", "--json").json
    moments = [seen["now"], seen["sources"][0]["fresh_as_of"], *(case["received"] for case in seen["owed"])]
    assert {moment[-6:] for moment in moments} == {"+05:30"}


def test_list_filters_by_state(read: Home) -> None:
    read.triage("dismiss", "ben")
    read.triage("done", "ada")
    for state, who in {"answered": {"Lea Brandt", "Ada King"}, "dismissed": {"Ben Ott"}, "skipped": {"Shop"}}.items():
        found = read.triage("list", "--json", "--state", state).json["cases"]
        assert {case["who"]["name"] for case in found} == who
        assert {case["state"] for case in found} == {state}
        assert {case["waiting_minutes"] for case in found} == {0}
    assert len(read.triage("list", "--json", "--all").json["cases"]) == 6
    both = read.triage("list", "--json", "--state", "skipped", "--state", "dismissed").json["cases"]
    assert len(both) == 2


def test_backlog_is_listed_apart_and_dismissed_at_once(home: Home) -> None:
    for number in range(3):
        put(home.mail / "INBOX", letter(f"Old {number}", sender=f"P{number} <p{number}@old.example>"), ago(days=9))
    put(home.mail / "INBOX", letter())
    seen = home.triage("poll", "--json").json
    assert (seen["counts"]["owed"], seen["counts"]["backlog"]) == (1, 3)
    assert [case["backlog"] for case in seen["owed"]] == [False, True, True, True]
    assert not any(case["overdue"] for case in seen["owed"])
    assert len(home.triage("list", "--json", "--backlog").json["cases"]) == 3
    assert len(home.triage("list", "--json").json["cases"]) == 1
    assert "triage list --backlog" in home.triage().out
    assert home.triage("dismiss", "--backlog").out == "Dismissed: 3 older conversations\n"
    assert home.triage("status", "--json").json["counts"]["backlog"] == 0
    home.triage("undo")
    assert home.triage("status", "--json").json["counts"]["backlog"] == 3


def test_clear_is_said_when_everyone_has_an_answer_and_every_source_is_fresh(read: Home) -> None:
    read.triage("done", "1", "2", "3")
    assert read.triage("status", "--json").json["clear"] is False
    read.triage("snooze", "4", "tomorrow")
    assert read.triage("status", "--json").json["clear"] is True
    read.configure(maildir("mail", read.mail), maildir("other", read.root / "other"))
    unsure = read.triage("status", "--json").json
    assert [source["stale"] for source in unsure["sources"]] == [False, True]
    assert unsure["clear"] is False
