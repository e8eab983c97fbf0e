"""Where a case stands, for every sentence of the contract about marks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from triage.core.cases.notes import note
from triage.core.cases.state import in_force, standing, standings
from triage.model.board import Board
from triage.model.cases import AnsweredBy, Case, Channel, Class, Debt, Item, Outcome, Person, State
from triage.model.judgements import Kind
from triage.model.marks import Mark, MarkKind

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
FIVE = NINE + timedelta(hours=8)
ADA = Person(name="Ada King", address="ada@example.com")


def at(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


def item(key: str, hours: float, *, kind: Kind = Kind.PERSON, seen: float | None = None) -> Item:
    return Item(key=key, message_id=f"<{key}>", received=at(hours), seen=at(hours if seen is None else seen), kind=kind)


def debt(key: str, hours: float, *, due: datetime | None = FIVE, backlog: bool = False) -> Debt:
    return Debt(
        key=key,
        message_id=f"<{key}>",
        received=at(hours),
        due=due,
        who=ADA,
        subject="Quote",
        source="office",
        backlog=backlog,
    )


def conversation(*items: Item, debts: tuple[Debt, ...] = (), **more: object) -> Case:
    theirs = [each for each in items if each.kind is not Kind.MINE]
    known = {each.key: each for each in debts}
    latest = known.get(theirs[-1].key) or debt(theirs[-1].key, 0)
    return replace(Case(ref="r", thread=items[0].key, items=items, debts=debts, latest=latest), **more)


ONE = conversation(item("a", 0), debts=(debt("a", 0),))
TWO = conversation(item("a", 0), item("b", 2), debts=(debt("a", 0), debt("b", 2)))
SKIPPED = conversation(item("a", 0))


def mark(kind: MarkKind, key: str, hours: float, *, id: int = 1, until: datetime | None = None) -> Mark:
    return Mark(id=id, command=f"c{id}", at=at(hours), kind=kind, key=key, until=until)


@pytest.mark.parametrize(
    ("case", "marks", "now", "state"),
    [
        pytest.param(ONE, [], 1, State.OWED, id="a debt is owed"),
        pytest.param(ONE, [mark(MarkKind.DONE, "a", 1)], 2, State.ANSWERED, id="done answers"),
        pytest.param(ONE, [mark(MarkKind.DISMISS, "a", 1)], 2, State.DISMISSED, id="dismiss dismisses"),
        pytest.param(TWO, [mark(MarkKind.DONE, "a", 1)], 3, State.OWED, id="anything newer reopens"),
        pytest.param(TWO, [mark(MarkKind.DONE, "b", 3)], 4, State.ANSWERED, id="done covers what was shown"),
        pytest.param(SKIPPED, [], 1, State.SKIPPED, id="nothing owed is skipped"),
        pytest.param(
            SKIPPED, [mark(MarkKind.REOPEN, "a", 1, until=FIVE)], 2, State.OWED, id="reopening makes a skipped one owed"
        ),
        pytest.param(
            ONE,
            [mark(MarkKind.DONE, "a", 1), mark(MarkKind.REOPEN, "a", 2, id=2, until=FIVE)],
            3,
            State.OWED,
            id="reopening takes done back",
        ),
        pytest.param(
            ONE, [mark(MarkKind.SNOOZE, "a", 1, until=at(3))], 2, State.SNOOZED, id="a snooze holds until its time"
        ),
        pytest.param(ONE, [mark(MarkKind.SNOOZE, "a", 1, until=at(3))], 3, State.OWED, id="a snooze ends at its time"),
        pytest.param(
            TWO,
            [mark(MarkKind.SNOOZE, "a", 1, until=at(6))],
            3,
            State.OWED,
            id="a snooze ends when they write again",
        ),
        pytest.param(
            conversation(item("a", 0), item("b", 2, kind=Kind.AUTO_REPLY), debts=(debt("a", 0),)),
            [mark(MarkKind.SNOOZE, "a", 1, until=at(6))],
            3,
            State.SNOOZED,
            id="an out-of-office does not end a snooze",
        ),
        pytest.param(
            conversation(item("b", 0, seen=2), item("a", 0.5), debts=(debt("b", 0), debt("a", 0.5))),
            [mark(MarkKind.DONE, "a", 1)],
            3,
            State.OWED,
            id="what was stored after the mark is not covered by it, however old",
        ),
        pytest.param(ONE, [mark(MarkKind.DONE, "other", 1)], 2, State.OWED, id="a mark on another case does nothing"),
    ],
)
def test_state(case: Case, marks: list[Mark], now: float, state: State) -> None:
    assert standing(case, marks, at(now)).state is state


def test_what_they_write_after_a_reopened_case_was_done_is_due_in_its_own_time() -> None:
    case = conversation(item("a", 0), item("b", 4), debts=(debt("a", 0), debt("b", 4, due=at(30))))
    marks = [mark(MarkKind.REOPEN, "a", 1, until=at(2)), mark(MarkKind.DONE, "a", 2, id=2)]
    now = standing(case, marks, at(5))
    assert (now.cause.key, now.due, now.chasers) == ("b", at(30), 0)


def test_a_reopened_one_stays_open_when_something_comes_that_owes_nothing() -> None:
    case = conversation(item("a", 0), item("b", 4))
    now = standing(case, [mark(MarkKind.REOPEN, "a", 1, until=FIVE)], at(5))
    assert (now.state, now.cause.key, now.cause.received, now.due) == (State.OWED, "a", at(0), FIVE)


def test_a_reopened_one_that_is_done_ends_a_round_of_its_own() -> None:
    marks = [mark(MarkKind.REOPEN, "a", 1, until=FIVE), mark(MarkKind.DONE, "a", 2, id=2)]
    now = standing(SKIPPED, marks, at(3))
    assert (now.state, [(one.cause, one.due) for one in now.ended]) == (State.ANSWERED, [("a", FIVE)])


def test_done_stays_what_it_was_when_a_word_of_thanks_follows() -> None:
    case = conversation(item("a", 0), item("thanks", 4), debts=(debt("a", 0),))
    assert standing(case, [mark(MarkKind.DONE, "a", 1)], at(5)).state is State.ANSWERED


def test_my_answer_after_reopening_closes_it() -> None:
    case = conversation(item("a", 0), item("m", 3, kind=Kind.MINE), answered=at(3))
    reopened = [mark(MarkKind.REOPEN, "a", 2, until=FIVE)]
    now = standing(case, reopened, at(4))
    assert (now.state, [(one.by, one.answered_at) for one in now.ended]) == (State.ANSWERED, [(AnsweredBy.MAIL, at(3))])


@pytest.mark.parametrize(
    ("by", "state"),
    [
        pytest.param(AnsweredBy.MAIL, State.ANSWERED, id="mail"),
        pytest.param(AnsweredBy.COWORKER, State.ANSWERED, id="coworker"),
        pytest.param(AnsweredBy.ARCHIVED, State.ANSWERED, id="archived by one who works so"),
        pytest.param(AnsweredBy.DISCARDED, State.DISMISSED, id="found in the trash"),
    ],
)
def test_a_round_that_ended_by_mail(by: AnsweredBy, state: State) -> None:
    outcome = Outcome(
        cause="a",
        ref="r",
        received=NINE,
        due=FIVE,
        answered_at=at(1),
        by=by,
        class_=Class.CLIENT,
        channel=Channel.EMAIL,
    )
    case = conversation(item("a", 0), item("m", 1, kind=Kind.MINE), settled=(outcome,))
    assert standing(case, [], at(2)).state is state


def test_a_later_message_brings_the_due_time_forward_and_never_back() -> None:
    case = conversation(
        item("a", 0),
        item("b", 2),
        item("c", 3),
        debts=(debt("a", 0), debt("b", 2, due=at(4)), debt("c", 3, due=at(30))),
    )
    now = standing(case, [], at(3.5))
    assert (now.cause.key, now.due, now.chasers) == ("a", at(4), 2)


def test_after_done_the_next_message_starts_anew() -> None:
    now = standing(TWO, [mark(MarkKind.DONE, "a", 1)], at(3))
    assert (now.cause.key, now.chasers) == ("b", 0)


@pytest.mark.parametrize(
    ("due", "backlog", "overdue"),
    [
        pytest.param(at(2), False, True, id="past due"),
        pytest.param(at(3), False, False, id="due this very moment"),
        pytest.param(at(2), True, False, id="backlog is never late"),
        pytest.param(None, False, False, id="a rule said never"),
    ],
)
def test_overdue(due: datetime | None, backlog: bool, overdue: bool) -> None:
    case = conversation(item("a", 0), debts=(debt("a", 0, due=due, backlog=backlog),))
    assert standing(case, [], at(3)).overdue is overdue


def test_a_fresh_message_lifts_a_case_out_of_the_backlog() -> None:
    case = conversation(item("a", 0), item("b", 2), debts=(debt("a", 0, backlog=True), debt("b", 2)))
    now = standing(case, [], at(3))
    assert (now.backlog, now.cause.key) == (False, "b")


def test_undo_takes_a_whole_command_back_and_only_that() -> None:
    first = mark(MarkKind.DONE, "a", 1)
    second = [replace(mark(MarkKind.DONE, key, 2, id=number), command="two") for number, key in ((2, "b"), (3, "c"))]
    undo = replace(mark(MarkKind.UNDO, "", 3, id=4), text="two")
    assert in_force([undo, *second, first]) == (first,)


def test_a_mark_that_settles_writes_one_outcome_for_the_cause() -> None:
    now = standing(TWO, [mark(MarkKind.DONE, "b", 3), mark(MarkKind.DISMISS, "b", 4, id=2)], at(5))
    assert [(one.cause, one.by, one.answered_at) for one in now.ended] == [("a", AnsweredBy.MARK, at(3))]


def test_a_note_stands_before_anybody_stored_it_and_undo_takes_it_away() -> None:
    added = Mark(id=1, command="c", at=NINE, kind=MarkKind.ADD, key="note:1", text="Mr Oni at the door", until=FIVE)
    (alone,) = standings(Board(marks=(added,)), at(1))
    assert (alone.state, alone.cause.subject, alone.due) == (State.OWED, "Mr Oni at the door", FIVE)
    assert standings(Board(marks=(added,), cases=(note(added),)), at(1)) == (alone,)
    assert standings(Board(cases=(note(added),)), at(1)) == ()
