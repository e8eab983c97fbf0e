"""The JSON of the contract, key by key."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.report.boards import (
    ADA,
    BUSY,
    CY,
    FRIDAY,
    HOURS,
    JO,
    NORA,
    PUT_OFF,
    at,
    board,
    case,
    debt,
    health,
    older,
    only,
    outcome,
)
from tests.report.boards import person as who
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.model.entries import Entry
from triage.model.health import Progress
from triage.model.judgements import Reason
from triage.model.mail import Address, Message
from triage.report import as_json

TEXT, NUMBER, FLAG, LIST, NONE = str, int, bool, list, type(None)
TIME = "time"
WHO = {
    "name": (TEXT, NONE),
    "address": (TEXT, NONE),
    "phone": (TEXT, NONE),
    "class": (TEXT,),
    "new": (FLAG,),
}
CASE = {
    "id": (NUMBER, NONE),
    "ref": (TEXT,),
    "state": (TEXT,),
    "backlog": (FLAG,),
    "channel": (TEXT,),
    "source": (TEXT,),
    "who": WHO,
    "subject": (TEXT,),
    "received": (TIME,),
    "due": (TIME, NONE),
    "overdue": (FLAG,),
    "asked_by": (TIME, NONE),
    "until": (TIME, NONE),
    "waiting_minutes": (NUMBER,),
    "working_minutes": (NUMBER,),
    "chasers": (NUMBER,),
    "messages": (NUMBER,),
    "attempts": (LIST,),
    "questions": (LIST,),
    "unanswered": (LIST,),
    "reasons": [{"rule": (TEXT,), "points": (NUMBER, float), "text": (TEXT,)}],
    "message_ids": [(TEXT,)],
    "cause": (TEXT,),
}
STATUS = {
    "now": (TIME,),
    "day": {"date": (TEXT,), "workday": (FLAG,), "ends": (TIME, NONE), "minutes_left": (NUMBER, NONE)},
    "clear": (FLAG,),
    "counts": dict.fromkeys(
        ["owed", "overdue", "promised", "waiting", "snoozed", "backlog", "answered_today"], (NUMBER,)
    ),
    "owed": [CASE],
    "promised": [CASE],
    "waiting": [CASE],
    "snoozed": [CASE],
    "sources": [
        {
            "name": (TEXT,),
            "kind": (TEXT,),
            "ok": (FLAG,),
            "fresh_as_of": (TIME, NONE),
            "stale": (FLAG,),
            "reading": (dict, NONE),
            "error": (TEXT, NONE),
            "hint": (TEXT, NONE),
        }
    ],
    "daemon": {"running": (FLAG,), "since": (TIME, NONE)},
}


def check(value: Any, shape: Any, place: str = "$") -> None:
    """The value has exactly this shape: all keys, no others, each of an allowed type."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), place
        assert list(value) == list(shape), place
        for key in shape:
            check(value[key], shape[key], f"{place}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), place
        for index, each in enumerate(value):
            check(each, shape[0], f"{place}[{index}]")
    elif TIME in shape and isinstance(value, str):
        assert datetime.fromisoformat(value).utcoffset() is not None, place
    else:
        assert type(value) in shape, f"{place}: {value!r}"


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(BUSY, id="busy"),
        pytest.param(Board(), id="nothing read"),
        pytest.param(
            board(CY, marks=(PUT_OFF,), daemon=False, sources=(health(reading=Progress(done=1, of=2), error="x"),)),
            id="snoozed, reading, failing",
        ),
    ],
)
def test_status_has_every_key_and_no_other(seen: Board) -> None:
    check(json.loads(json.dumps(as_json.status(seen, FRIDAY, hours=HOURS))), STATUS)


def test_status_says_what_the_screen_says() -> None:
    said = as_json.status(replace(BUSY, outcomes=(outcome(1, at("09:00"), at("10:00")),)), FRIDAY, hours=HOURS)
    assert said["now"] == "2026-11-20T15:12:00-05:00"
    assert said["day"] == {
        "date": "2026-11-20",
        "workday": True,
        "ends": "2026-11-20T17:00:00-05:00",
        "minutes_left": 108,
    }
    assert said["counts"] == {
        "owed": 3,
        "overdue": 1,
        "promised": 0,
        "waiting": 0,
        "snoozed": 1,
        "backlog": 23,
        "answered_today": 1,
    }
    assert [each["id"] for each in said["owed"][:4]] == [12, 7, 5, 100]
    assert [each["backlog"] for each in said["owed"]] == [False] * 3 + [True] * 23
    assert said["snoozed"][0]["until"] == "2026-11-23T09:00:00-05:00"
    assert said["clear"] is False
    assert said["daemon"] == {"running": True, "since": "2026-11-20T08:00:00-05:00"}


def test_backlog_and_snoozed_are_not_in_the_way_of_clear() -> None:
    assert as_json.status(board(CY, *older(3), marks=(PUT_OFF,)), FRIDAY, hours=HOURS)["clear"] is True


@pytest.mark.parametrize(
    ("sources", "clear"),
    [
        pytest.param((health(completed=at("15:00")),), True, id="fresh"),
        pytest.param((health(completed=at("14:50")),), False, id="stale"),
        pytest.param((health(completed=at("15:00")), health("second")), False, id="one never read"),
        pytest.param((), False, id="nothing read yet"),
    ],
)
def test_clear_needs_fresh_sources(sources, clear: bool) -> None:
    assert as_json.status(board(sources=sources), FRIDAY, hours=HOURS)["clear"] is clear


def test_with_another_clock_sources_are_as_of_the_real_one() -> None:
    said = as_json.status(board(), at("12:00", 24), hours=HOURS, clock=FRIDAY)
    assert (said["clear"], said["sources"][0]["stale"]) == (True, False)
    said = as_json.status(board(), at("15:12"), hours=HOURS, clock=at("12:00", 24))
    assert (said["clear"], said["sources"][0]["stale"]) == (False, True)


@pytest.mark.parametrize(
    ("now", "workday", "left"),
    [
        pytest.param(at("16:59"), True, 1, id="a minute before the end"),
        pytest.param(at("17:00"), True, None, id="at the end"),
        pytest.param(at("12:00", 21), False, None, id="a free day"),
    ],
)
def test_minutes_left_are_null_when_no_work_is_left(now, workday: bool, left: int | None) -> None:
    day = as_json.status(board(), now, hours=HOURS)["day"]
    assert (day["workday"], day["minutes_left"]) == (workday, left)


def test_a_case_in_full() -> None:
    second = debt(who("Ada King"), "Quote for March", at("10:00"), at("17:00", 19), questions=("And delivery?",))
    first = ADA.debts[0]
    assert as_json.case(only(case(12, first, second)), FRIDAY, HOURS) == {
        "id": 12,
        "ref": "12aa" + "f" * 16,
        "state": "owed",
        "backlog": False,
        "channel": "email",
        "source": "office",
        "who": {"name": "Ada King", "address": "ada@example.org", "phone": None, "class": "client", "new": False},
        "subject": "Quote for March",
        "received": "2026-11-19T15:40:00-05:00",
        "due": "2026-11-19T17:00:00-05:00",
        "overdue": True,
        "asked_by": None,
        "until": None,
        "waiting_minutes": 23 * 60 + 32,
        "working_minutes": 80 + 6 * 60 + 12,
        "chasers": 1,
        "messages": 2,
        "attempts": [],
        "questions": ["Could you send the revised quote?", "Does it include delivery?", "And delivery?"],
        "unanswered": [],
        "reasons": [{"rule": "asks", "points": 2.0, "text": 'asks: "Can you?"'}],
        "message_ids": ["<192040.Ada@example.org>", "<201500.Ada@example.org>"],
        "cause": "<192040.Ada@example.org>",
    }


def test_nobody_waits_for_a_closed_case() -> None:
    said = as_json.case(only(case(None, ADA.debts[0], owed=False)), FRIDAY, HOURS)
    assert (said["id"], said["state"], said["waiting_minutes"], said["working_minutes"]) == (None, "skipped", 0, 0)


@pytest.mark.parametrize(
    ("zone", "received"),
    [
        pytest.param("Asia/Kolkata", "2026-11-20T21:32:00+05:30", id="half hours"),
        pytest.param("Pacific/Kiritimati", "2026-11-21T06:02:00+14:00", id="tomorrow already"),
    ],
)
def test_times_carry_the_users_offset(zone: str, received: str) -> None:
    hours = Hours(zone=ZoneInfo(zone), week=HOURS.week)
    moment = at("11:02")
    nora = case(5, replace(NORA.debts[0], received=moment))
    assert as_json.case(only(nora), FRIDAY, hours)["received"] == received


def test_each_time_has_the_offset_of_its_own_day() -> None:
    now = at("12:00", 2)
    early = case(1, debt(who("Al Ito"), "Hi", at("12:00", 31, month=10), at("17:00", 2)))
    said = as_json.case(only(early, now), now, HOURS)
    assert (said["received"], said["due"]) == ("2026-10-31T12:00:00-04:00", "2026-11-02T17:00:00-05:00")
    assert said["waiting_minutes"] == 49 * 60


def test_what_strangers_wrote_is_cleaned_but_ids_are_not() -> None:
    bad = debt(
        who("\x1b[31mRed\u202e"),
        "a\x00b\nc",
        at("10:00"),
        at("17:00"),
        message_id="<odd id@example.org>",
        reasons=(Reason(rule="r", points=1, text="\x1b]0;x\x07ok"),),
    )
    said = as_json.case(only(case(1, bad)), FRIDAY, HOURS)
    assert (said["who"]["name"], said["subject"], said["reasons"][0]["text"]) == ("Red", "ab c", "ok")
    assert said["cause"] == "<odd id@example.org>"


def test_a_message_without_an_id_is_named_by_its_key() -> None:
    bare = case(1, replace(JO.debts[0], key="hash:1", message_id=None))
    said = as_json.case(only(bare), FRIDAY, HOURS)
    assert (said["cause"], said["message_ids"]) == ("hash:1", [])


def test_list_holds_cases_in_the_order_given() -> None:
    said = as_json.cases([only(NORA), only(ADA)], FRIDAY, HOURS)
    check(said, {"cases": [CASE]})
    assert [each["id"] for each in said["cases"]] == [5, 12]


def test_show_and_why_are_a_case_and_more() -> None:
    mail = Message(
        key="id:<1@x>",
        message_id="<1@x>",
        received=at("15:40", 19),
        sender=Address(address="ada@example.org", name="Ada King"),
        subject="Quote",
        text="Could you?\n\n> old words\n",
    )
    mine = replace(mail, message_id="<2@x>", received=at("11:02"), sender=None, text=None)
    entries = [Entry(message=message, source="office", seen=message.received) for message in (mail, mine)]
    said = as_json.show(only(ADA), entries[:1], [replace(entries[1], outgoing=True)], FRIDAY, HOURS)
    timeline = said.pop("timeline")
    check(said, CASE)
    assert timeline == [
        {
            "at": "2026-11-19T15:40:00-05:00",
            "mine": False,
            "in_thread": True,
            "name": "Ada King",
            "address": "ada@example.org",
            "subject": "Quote",
            "text": "Could you?",
            "message_id": "<1@x>",
            "trouble": None,
        },
        {
            "at": "2026-11-20T11:02:00-05:00",
            "mine": True,
            "in_thread": False,
            "name": None,
            "address": None,
            "subject": "Quote",
            "text": None,
            "message_id": "<2@x>",
            "trouble": None,
        },
    ]
    why = as_json.why(only(ADA), 2.0, ("received", "due"), FRIDAY, HOURS)
    assert (why.pop("threshold"), why.pop("deadline")) == (2.0, ["received", "due"])
    check(why, CASE)
