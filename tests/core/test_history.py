"""My own habit as one reason among others: it orders, never decides, and knows only what had happened."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.mail import ADA, HOURS, ME, MONDAY, entry, mine, people
from triage.core.judging.judge import THRESHOLD, judge
from triage.core.past.arriving import Reader
from triage.model.entries import Exchange
from triage.settings import Me

DAY = timedelta(days=1)
PLAIN = "The plans are in the usual place."
WHOLE = [Exchange(received=MONDAY - 9 * DAY, answered=MONDAY - 8 * DAY)] * 8


def exchanges(answered: int, of: int) -> list[Exchange]:
    """So many of Ada's in the days before that Monday, the first of them answered within two hours."""
    came = [MONDAY - (of - place) * DAY / 4 for place in range(of)]
    return [
        Exchange(received=at, answered=at + timedelta(hours=2) if place < answered else None)
        for place, at in enumerate(came)
    ]


def verdict(one, found, *, whole=WHOLE, **known):
    who = people(**{"wrote": [ADA], "heard": [ADA], **known})
    correspondence = replace(who.correspondence, exchanges={ADA: found, "": whole})
    return judge(one, [one], replace(who, correspondence=correspondence), hours=HOURS)


def spoken(found) -> str:
    return next((reason.text for reason in found.reasons if reason.rule == "your-history"), "")


def test_it_says_how_often_and_how_fast() -> None:
    found = verdict(entry("a"), exchanges(6, 8))
    assert spoken(found) == f"you answered 6 of the last 8 from {ADA}, usually within 2 h"


def test_whom_i_answer_ranks_above_whom_i_do_not() -> None:
    often, never = verdict(entry("a"), exchanges(8, 8)), verdict(entry("a"), exchanges(0, 8))
    assert often.score > never.score


@pytest.mark.parametrize("answered", [0, 8])
@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="asks"),
        pytest.param({"text": PLAIN}, id="asks nothing"),
        pytest.param({"text": "Thanks!", "subject": "Re: Quote", "replies": "z"}, id="closes"),
        pytest.param({"text": "FYI, the plans."}, id="for information"),
        pytest.param({"to": ["x@y.example"], "cc": [ME]}, id="copied"),
    ],
)
def test_it_makes_no_debt_and_takes_none_away(fields, answered) -> None:
    one = entry("a", **fields)
    assert verdict(one, exchanges(answered, 8)).owes is verdict(one, []).owes


@pytest.mark.parametrize(
    ("found", "whole", "known"),
    [
        pytest.param(exchanges(0, 8), WHOLE, {"wrote": [], "heard": []}, id="first contact"),
        pytest.param(exchanges(0, 2), WHOLE, {}, id="too little to tell"),
        pytest.param(exchanges(0, 8), [], {}, id="my Sent mail is not known"),
        pytest.param([Exchange(received=MONDAY + DAY, answered=MONDAY + DAY)] * 8, WHOLE, {}, id="came later"),
    ],
)
def test_it_is_silent(found, whole, known) -> None:
    assert spoken(verdict(entry("a"), found, whole=whole, **known)) == ""


def test_an_answer_that_came_later_is_not_known_yet() -> None:
    found = [replace(one, answered=MONDAY + DAY) for one in exchanges(8, 8)]
    assert spoken(verdict(entry("a"), found)).startswith("you answered 0 of the last 8")


def test_an_archive_lived_through_counts_the_same() -> None:
    mails = []
    for n in range(8):
        mails.append(entry(f"a{n}", hours=24 * n))
        mails.append(mine(f"m{n}", hours=24 * n + 2, replies=f"a{n}", sent=mails[-1].message.received + DAY / 12))
    last = entry("last", hours=24 * 9)
    found = {one.entry.message.key: one.judgement for one in Reader(me=Me(addresses=(ME,))).read((*mails, last))}
    # The first one was a stranger's, and is none of those of people I knew.
    assert spoken(found[last.message.key]) == f"you answered 8 of the last 8 from {ADA}, usually within 2 h"
    assert found[last.message.key].score > THRESHOLD
