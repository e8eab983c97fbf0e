"""A promise and a question of mine lived through by the whole house: stored, rung for, kept, forgotten."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.planning import at
from tests.rounds import House, answer, key, mail, settled_house
from triage.model.cases import AnsweredBy, State
from triage.model.marks import MarkKind
from triage.store import lookups

PROMISE = answer("yes", "plans", at("mon 10:30"), text="I'll send you the plans by tomorrow.")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = settled_house(tmp_path, at("mon 08:50"))
    made.bring(at("mon 10:00"), mail("plans", at("mon 09:58")))
    made.bring(at("mon 10:35"), PROMISE)
    yield made
    made.close()


def titles(house: House) -> list[str]:
    return [bubble.title for _, bubble in house.screen.log]


def test_a_promise_counts_as_an_answer_and_rings_on_its_own_day(house: House) -> None:
    (seen,) = house.seen().values()
    assert (seen.state, seen.due, seen.case.number) == (State.PROMISED, at("tue 17:00"), 1)
    assert [one.by for one in house.store.board(house.now).outcomes] == [AnsweredBy.MAIL]
    house.walk(at("mon 18:00"))
    assert "You promised" not in "".join(titles(house))
    assert "Everyone has an answer" in titles(house)
    house.walk(at("tue 15:30"))
    assert titles(house)[-1] == "You promised Ada King the plans by 17:00"


def test_the_notice_that_they_wait_closes_when_i_promise(tmp_path: Path) -> None:
    house = settled_house(tmp_path, at("mon 08:50"))
    house.bring(at("mon 10:00"), mail("plans", at("mon 09:58")))
    house.walk(at("mon 15:10"))
    assert len(house.screen.shown) == 1
    late = answer("yes", "plans", at("mon 15:11"), text="I'll send you the plans by tomorrow.")
    house.bring(at("mon 15:12"), late)
    assert house.screen.shown == {}
    assert house.states() == {"plans": State.PROMISED}
    house.close()


def test_keeping_it_closes_the_notice_and_is_an_outcome_on_time(house: House) -> None:
    house.walk(at("tue 15:30"))
    house.bring(at("tue 15:40"), answer("sent", "plans", at("tue 15:38"), text="Here are the plans, all of them."))
    assert house.screen.shown == {}
    assert house.seen() == {}
    kept = house.store.board(house.now).outcomes[-1]
    assert (kept.cause, kept.due, kept.answered_at) == (key("yes"), at("tue 17:00"), at("tue 15:38"))


def test_one_that_is_late_is_mentioned_in_the_morning(house: House) -> None:
    house.walk(at("tue 15:30"))
    house.walk(at("wed 09:30"))
    assert house.screen.log[-1][0] == at("wed 09:05")
    (seen,) = house.seen().values()
    assert (seen.state, seen.overdue) == (State.PROMISED, True)


def test_a_new_question_of_theirs_makes_it_owed_under_the_same_number(house: House) -> None:
    house.bring(at("mon 11:00"), mail("price", at("mon 10:58"), replies="yes"))
    (seen,) = house.seen().values()
    assert (seen.state, seen.case.number, seen.due) == (State.OWED, 1, at("mon 17:00"))


def test_done_before_the_day_and_undone(house: House) -> None:
    house.mark(MarkKind.DONE, "yes", at("mon 12:00"))
    house.step(None, at("mon 12:01"))
    assert house.seen() == {}
    house.walk(at("tue 18:00"))
    assert "You promised" not in "".join(titles(house))


def test_a_question_rests_after_thirty_days_and_its_words_are_forgotten_later(house: House) -> None:
    later = at("wed 10:00")
    house.bring(later, answer("sent", "plans", later, text="Here are the plans. Which paper do you want for them?"))
    (seen,) = house.seen().values()
    assert (seen.state, seen.case.number) == (State.WAITING, 1)
    house.step(None, later + timedelta(days=29))
    assert [one.state for one in house.seen().values()] == [State.WAITING]
    house.step(None, later + timedelta(days=31))
    assert house.store.board(house.now).cases == ()
    house.step(None, later + timedelta(days=95))
    assert all(entry.message.text is None for entry in lookups.entries_until(house.database, house.now))
