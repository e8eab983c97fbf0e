"""The spot check shows recent skipped cases, those that came nearest to being owed."""

from datetime import timedelta

import pytest

from tests.core.mail import MONDAY, POLICY, entry, people
from triage.core.cases.folding import case
from triage.core.cases.spotcheck import SHOWN, worth_a_look
from triage.core.cases.state import standings
from triage.model.board import Board

NOW = MONDAY + timedelta(days=10)


def found(*entries):
    cases = tuple(case([one], people=people(heard=["ada@client.example"]), policy=POLICY) for one in entries)
    return [one.cause.key for one in worth_a_look(standings(Board(cases=cases), NOW), NOW)]


def thanks(name, hours=0.0, **fields):
    return entry(name, hours=hours, text="Thanks a lot!", **fields)


def test_at_most_five_newest_first() -> None:
    keys = found(*(thanks(str(n), hours=n) for n in range(SHOWN + 2)))
    assert keys == [f"id:<{n}>" for n in (6, 5, 4, 3, 2)]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(entry("other"), id="owed"),
        pytest.param(thanks("other", hours=-24 * 30), id="long ago"),
    ],
)
def test_what_is_owed_or_old_is_left_out(other) -> None:
    assert found(thanks("a"), other) == ["id:<a>"]


def test_what_a_hard_sign_decided_comes_after_what_points_decided() -> None:
    machines = [entry(f"m{n}", hours=n, headers=[("auto-submitted", "auto-generated")]) for n in range(SHOWN)]
    keys = found(thanks("a"), *machines)
    assert "id:<a>" in keys
    assert len(keys) == SHOWN
