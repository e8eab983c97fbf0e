"""Marks: appended from any process, taken back whole."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.store.made import at
from triage.errors import StoreError
from triage.model.marks import MarkKind
from triage.store import marks, reads
from triage.store.marks import Said
from triage.store.writer import Store

FORK = multiprocessing.get_context("fork")
SPAWN = multiprocessing.get_context("spawn")


def done(*keys: str, by: str = "cli") -> list[Said]:
    return [Said(kind=MarkKind.DONE, key=key, by=by) for key in keys]


def standing(path: Path) -> list[str]:
    board = reads.board(path, at(), whole=True)
    return [mark.key for mark in board.marks] if board else []


def test_a_mark_comes_back_as_given(store: Store, path: Path) -> None:
    command = marks.append(path, [Said(kind=MarkKind.SNOOZE, key="a", until=at(9), text="x\udc80", by="button")], at(1))
    (mark,) = store.board(at(1)).marks
    assert (mark.command, mark.at, mark.kind, mark.key) == (command, at(1), MarkKind.SNOOZE, "a")
    assert (mark.until, mark.text, mark.by) == (at(9), "x\\udc80", "button")


def test_undo_takes_back_whole_commands_one_after_the_other(store: Store, path: Path) -> None:
    marks.append(path, done("a"), at(1))
    marks.append(path, done("b", "c"), at(2))
    assert [mark.key for mark in marks.undo(path, at(3))] == ["b", "c"]
    assert standing(path) == ["a"]
    assert [mark.key for mark in marks.undo(path, at(4))] == ["a"]
    assert marks.undo(path, at(5)) == ()
    assert standing(path) == []


def test_a_button_can_be_taken_back_for_a_day(store: Store, path: Path) -> None:
    marks.append(path, done("a"), at())
    marks.append(path, done("b", by="button"), at(1))
    marks.append(path, done("c", by="button"), at(2))
    assert [mark.key for mark in marks.undo(path, at(2, days=1))] == ["c"]
    assert [mark.key for mark in marks.undo(path, at(3, days=1))] == ["a"]
    assert standing(path) == ["b"]


def test_without_a_database_a_mark_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing read yet") as caught:
        marks.append(tmp_path / "none.db", done("a"), at())
    assert "triage poll" in caught.value.hint


def append_many(path: Path, name: str) -> None:
    for number in range(25):
        marks.append(path, done(f"{name}{number}", f"{name}{number}"), at(number))


def test_marks_of_many_processes_all_land(path: Path) -> None:
    Store.open(path).close()
    writers = [FORK.Process(target=append_many, args=(path, name)) for name in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    assert sorted(standing(path)) == sorted(f"{name}{number}" for name in "abcd" for number in range(25) for _ in "xx")


def announce_and_append(path: Path, ready: Connection) -> None:
    ready.send(None)
    marks.append(path, done("a"), at())


def test_a_mark_waits_for_the_writer(store: Store, path: Path) -> None:
    ours, theirs = SPAWN.Pipe()
    marker = SPAWN.Process(target=announce_and_append, args=(path, theirs))
    with store.transaction():
        store.keep("busy", 1)
        marker.start()
        ours.recv()
        marker.join(0.2)
        assert marker.is_alive()
        assert standing(path) == []
    marker.join(5)
    assert marker.exitcode == 0
    assert standing(path) == ["a"]
