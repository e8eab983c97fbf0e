"""Cases come and go with judging; numbers and outcomes stay; the board holds what may be open and no more."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.made import at, bare, batch, case, message, place
from triage.model.board import Rung
from triage.model.cases import AnsweredBy, Case, Channel, Class, Outcome
from triage.model.marks import MarkKind
from triage.store import lookups, marks, reads
from triage.store.marks import Said
from triage.store.writer import Store


def outcome(cause: str, minutes: float, *, taken_back: bool = False, by: AnsweredBy = AnsweredBy.MAIL) -> Outcome:
    return Outcome(
        cause=cause,
        ref="ref",
        received=at(),
        due=None,
        answered_at=at(minutes),
        by=by,
        class_=Class.CLIENT,
        channel=Channel.EMAIL,
        reversed_=taken_back,
    )


def numbers(store: Store, days: float = 0) -> dict[str, int | None]:
    return {each.thread: each.number for each in store.board(at(days=days)).cases}


def say(path: Path, kind: MarkKind, key: str, minutes: float = 0, by: str = "cli") -> str:
    return marks.append(path, [Said(kind=kind, key=key, by=by)], at(minutes))


def settle(store: Store, *closed: str, days: float = 0) -> None:
    store.settle(closed, (), store.newest_mark(), at(days=days))


def test_a_case_comes_back_whole(store: Store) -> None:
    stored = case("a", "b", settled=(outcome("a", 3),))
    store.put([stored], at())
    (found,) = store.board(at()).cases
    assert found.number == 1
    assert found == Case(**{name: getattr(stored, name) for name in stored.__slots__} | {"number": 1})


def test_skipped_cases_have_no_number_and_are_off_the_board(store: Store, path: Path) -> None:
    store.put([case("a", owed=False), case("b")], at())
    assert numbers(store) == {"b": 1}
    whole = reads.board(path, at(), whole=True)
    assert whole
    assert {each.thread for each in whole.cases} == {"a", "b"}


def test_a_number_rests_thirty_days(store: Store) -> None:
    store.put([case("a"), case("b")], at())
    store.put([case("a", owed=False)], at(days=10))
    store.put([case("c")], at(days=39))
    assert numbers(store, 39) == {"b": 2, "c": 3}
    store.put([case("d")], at(days=41))
    assert numbers(store, 41) == {"b": 2, "c": 3, "d": 1}


def test_a_number_in_use_is_never_given_again(store: Store) -> None:
    store.put([case("a")], at())
    store.put([case("b")], at(days=400))
    assert numbers(store, 400) == {"a": 1, "b": 2}


def test_the_same_conversation_gets_its_number_back(store: Store) -> None:
    store.put([case("a"), case("b")], at())
    store.put([case("b", owed=False)], at(days=1))
    store.put([case("b", "b2")], at(days=20))
    assert numbers(store, 20) == {"a": 1, "b": 2}


def test_an_older_first_message_keeps_the_number(store: Store) -> None:
    store.put([case("x"), case("b")], at())
    store.put([case("a", "b")], at(1))
    assert numbers(store) == {"x": 1, "a": 2}


def test_after_a_merge_the_smallest_number_lives_and_all_lead_to_it(store: Store, path: Path) -> None:
    store.put([case("a"), case("b"), case("c")], at())
    store.put([case("a", "b", "c")], at(1))
    assert numbers(store) == {"a": 1}
    for word in ("1", "2", "3", "a0000000", "c0000"):
        assert [(found.thread, found.number) for found in reads.find(path, word)] == [("a", 1)], word
    store.put([case("d")], at(days=90))
    assert numbers(store, 90) == {"a": 1, "d": 4}


def test_after_a_split_the_part_with_the_key_keeps_the_number(store: Store) -> None:
    store.put([case("a", "b")], at())
    store.put([case("b"), case("a")], at(1))
    assert numbers(store) == {"a": 1, "b": 2}


def test_a_conversation_judged_to_nothing_is_gone(store: Store) -> None:
    store.put([case("a")], at())
    store.put([], at(1), judged=["a"])
    assert store.board(at(1)).cases == ()


@pytest.mark.parametrize("word", ["9", "zzzz", "", "a0", "99999999999999999999999", "\udc80\udc80\udc80\udc80"])
def test_unknown_words_name_nothing(store: Store, path: Path, word: str) -> None:
    store.put([case("a")], at())
    assert reads.find(path, word) == ()


def test_a_start_that_fits_several_names_them_all(store: Store, path: Path) -> None:
    store.put([case("abcd1"), case("abcd2")], at())
    assert {found.thread for found in reads.find(path, "ABCD")} == {"abcd1", "abcd2"}


def test_a_settled_case_leaves_the_board_with_its_marks(store: Store, path: Path) -> None:
    store.put([case("a"), case("b")], at())
    say(path, MarkKind.DONE, "a")
    assert numbers(store) == {"a": 1, "b": 2}
    settle(store, "a")
    board = store.board(at())
    assert [each.thread for each in board.cases] == ["b"]
    assert board.marks == ()


def test_undo_brings_a_settled_case_back_before_the_daemon_looks(store: Store, path: Path) -> None:
    store.put([case("a"), case("b")], at())
    say(path, MarkKind.DONE, "a")
    settle(store, "a")
    marks.undo(path, at(days=100))
    board = reads.board(path, at(days=100))
    assert board
    assert {each.thread: each.number for each in board.cases} == {"a": 1, "b": 2}
    assert board.marks == ()
    settle(store, days=100)
    assert numbers(store, 100) == {"a": 1, "b": 2}


def test_newer_mail_brings_a_settled_case_back_with_its_marks(store: Store, path: Path) -> None:
    store.put([case("a")], at())
    say(path, MarkKind.DONE, "a")
    settle(store, "a")
    store.put([case("a", "b")], at(1))
    board = store.board(at(1))
    assert [each.thread for each in board.cases] == ["a"]
    assert [mark.kind for mark in board.marks] == [MarkKind.DONE]


def test_reopening_a_skipped_case_puts_it_on_the_board_for_good(store: Store, path: Path) -> None:
    store.put([case("a", owed=False)], at())
    say(path, MarkKind.REOPEN, "a")
    assert numbers(store) == {"a": None}
    settle(store)
    assert numbers(store) == {"a": 1}
    store.put([case("a", owed=False)], at(1))
    assert numbers(store) == {"a": 1}
    marks.undo(path, at(2))
    settle(store, "a")
    store.put([case("a", owed=False)], at(3))
    assert numbers(store) == {}


def test_notes_without_a_case_keep_their_marks(store: Store, path: Path) -> None:
    say(path, MarkKind.ADD, "note:1")
    say(path, MarkKind.SNOOZE, "note:1")
    settle(store)
    assert [mark.kind for mark in store.board(at()).marks] == [MarkKind.ADD, MarkKind.SNOOZE]
    store.put([case("note:1")], at())
    assert len(store.board(at()).marks) == 2
    settle(store, "note:1")
    assert store.board(at()).marks == ()


def test_sender_dismissals_always_stay(store: Store, path: Path) -> None:
    say(path, MarkKind.DISMISS_SENDER, "gone")
    settle(store)
    assert len(store.board(at()).marks) == 1


@pytest.mark.parametrize(
    ("written", "stands"),
    [
        pytest.param([("a", 1, False), ("a", 1, False)], [(1, False)], id="the same again"),
        pytest.param([("a", 1, False), ("a", 9, False)], [(1, False)], id="a later reading changes nothing"),
        pytest.param(
            [("a", 1, False), ("a", 2, True), ("a", 3, False)],
            [(1, False), (2, True), (3, False)],
            id="done, undone, done",
        ),
        pytest.param([("a", 1, False), ("a", 2, True)] * 3, [(1, False), (2, True)], id="judged over and over"),
        pytest.param([("a", 2, True)], [], id="nothing to take back"),
    ],
)
def test_outcomes_are_appended_never_changed(
    store: Store, written: list[tuple[str, float, bool]], stands: list[tuple[float, bool]]
) -> None:
    rounds = [outcome(cause, minutes, taken_back=taken_back) for cause, minutes, taken_back in written]
    store.settle((), rounds, 0, at())
    assert [(each.answered_at, each.reversed_) for each in store.outcomes_of(["a"])] == [
        (at(minutes), taken_back) for minutes, taken_back in stands
    ]


def test_rounds_that_ended_by_mail_are_recorded_when_put(store: Store, path: Path) -> None:
    store.put([case("a", settled=(outcome("a", 1), outcome("b", 2)))], at(3))
    assert [each.cause for each in store.board(at(3)).outcomes] == ["a", "b"]
    assert [each.cause for each in reads.outcomes(path, at(2))] == ["b"]
    assert store.board(at(days=30)).outcomes == ()


def test_the_ledger_reaches_back_sixty_days(store: Store) -> None:
    row = Rung(key="a", day=at().date(), stage=30)
    quiet = Rung(key="a", day=at().date(), stage=120)
    store.rung([row], at(5))
    store.rung([row, quiet], at(9), silent=True)
    board = store.board(at(10))
    assert (board.rung, board.last_rung) == ({row, quiet}, at(5))
    assert store.board(at(days=59)).rung == {row, quiet}
    assert store.board(at(days=61)).rung == frozenset()


def test_old_words_go_only_where_a_case_rests(store: Store, path: Path) -> None:
    store.add(batch((message("a"), place(1)), (message("b"), place(2))), at(), bare=bare)
    done, open_ = (f"id:<{name}@example.org>" for name in "ab")
    store.put([case(done, owed=False), case(open_)], at())
    assert store.drop_old_text(at() - timedelta(days=1)) == 0
    assert store.drop_old_text(at(days=90)) == 1
    assert store.drop_old_text(at(days=90)) == 0
    assert [entry.message.text for entry in store.conversation([done])] == [None]
    assert [entry.message.text for entry in store.conversation([open_])] == ["Can you send it?"]
    whole = reads.board(path, at(), whole=True)
    assert whole
    assert {each.thread: each.latest.excerpt for each in whole.cases} == {done: "", open_: "Can you send it?"}


def test_the_timeline_is_in_the_order_of_the_case(store: Store, path: Path) -> None:
    store.add(batch((message("a"), place(1)), (message("b", 1), place(2))), at(), bare=bare)
    ordered = case("id:<b@example.org>", "note:x", "id:<a@example.org>")
    assert [entry.message.message_id for entry in lookups.timeline(path, ordered)] == [
        "<b@example.org>",
        "<a@example.org>",
    ]


def test_what_may_be_judged_anew_is_what_no_answer_or_mark_ended(store: Store, path: Path) -> None:
    answered = case("d", owed=False, settled=(outcome("d", 1),))
    store.put([case("a", "b"), case("c", owed=False), answered, case("e"), case("old", owed=False, minutes=-9)], at())
    store.settle(["e"], [outcome("e", 2, by=AnsweredBy.MARK)], 0, at(3))
    assert store.reviewable_keys(at()) == {"a", "b", "c"}


def test_a_case_is_found_by_any_of_its_messages(store: Store, path: Path) -> None:
    store.put([case("a", "b"), case("c")], at())
    found = reads.case_of(path, "b")
    assert found
    assert (found.thread, found.number) == ("a", 1)
    assert reads.case_of(path, "z") is None


def test_the_marks_of_a_resting_case_can_be_asked_for(store: Store, path: Path) -> None:
    store.put([case("a"), case("b")], at())
    say(path, MarkKind.DONE, "b")
    say(path, MarkKind.DONE, "a")
    settle(store, "a", "b")
    found = reads.case_of(path, "a")
    assert found
    assert [mark.key for mark in reads.marks_on(path, [found])] == ["a"]
    marks.undo(path, at(1))
    assert reads.marks_on(path, [found]) == ()
