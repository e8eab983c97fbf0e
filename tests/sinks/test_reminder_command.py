"""The user's own command hears of every notice, and can hold up none."""

import json
import logging
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from triage.model.notices import Action, Bubble
from triage.sinks.command import CommandSink

BUBBLE = Bubble(
    id="n1",
    title="Ada King: $(touch owned) \x1b[31mred",
    body="Quote for März\n" + "x" * 500,
    actions=(Action(id="open", label="Open"),),
    keys=("id:<a@example.org>",),
)


def finished() -> None:
    """All commands have ended."""
    for thread in threading.enumerate():
        if thread.name == "reminder-command":
            thread.join(10)


def python(script: str, *words: str) -> tuple[str, ...]:
    return (sys.executable, "-c", script, *words)


def test_the_notice_arrives_as_json(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    CommandSink(python("import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())", str(heard))).show(BUBBLE)
    finished()

    assert json.loads(heard.read_bytes()) == {
        "id": "n1",
        "title": "Ada King: $(touch owned) red",
        "body": "Quote for März\n" + "x" * 199 + "…",
        "actions": [{"id": "open", "label": "Open"}],
    }


def test_no_shell_reads_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    CommandSink(("touch", "a; touch b", "$(id)")).show(BUBBLE)
    finished()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["$(id)", "a; touch b"]


def test_the_environment_is_the_daemons(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    script = "import json, os, sys; open(sys.argv[1], 'w').write(json.dumps(dict(os.environ)))"
    CommandSink(python(script, str(heard))).show(BUBBLE)
    finished()

    told = json.loads(heard.read_text())
    assert {name: told.get(name) for name in os.environ} == dict(os.environ)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param(python("raise SystemExit(3)"), "code=3", id="a failure"),
        pytest.param(("/nonexistent/lamp",), "command=lamp error=FileNotFoundError", id="not there"),
        pytest.param(("a\0b",), "error=ValueError", id="no name for a program"),
    ],
)
def test_a_failing_command_is_logged_by_name_only(
    caplog: pytest.LogCaptureFixture, command: tuple[str, ...], said: str
) -> None:
    with caplog.at_level(logging.WARNING):
        CommandSink(command).show(BUBBLE)
        finished()

    (line,) = caplog.messages
    assert said in line
    assert "Ada" not in line
    assert "raise" not in line


def test_a_command_that_does_not_listen_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    CommandSink(python("import os; os.close(0)")).show(BUBBLE)
    finished()

    assert not caplog.messages


def test_a_slow_command_is_killed_with_its_children_and_holds_nobody_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    alive = tmp_path / "alive"
    os.mkfifo(alive)
    # Parent and child hold the pipe open for writing; its end is seen only when both are gone.
    sink = CommandSink(("sh", "-c", f"exec 3>{alive}; echo up >&3; sleep 60 & sleep 60"), patience=0.3)
    start = time.monotonic()
    sink.show(BUBBLE)
    shown = time.monotonic() - start
    assert alive.read_text() == "up\n"
    finished()

    assert shown < 0.2
    assert time.monotonic() - start < 5
    assert "event=reminder-command-killed command=sh" in caplog.text


def test_shutdown_leaves_no_command_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.sinks.command.GRACE", 0.1)
    alive = tmp_path / "alive"
    os.mkfifo(alive)
    sink = CommandSink(("sh", "-c", f"exec 3>{alive}; echo up >&3; sleep 60"))
    sink.show(BUBBLE)
    with alive.open() as pipe:
        assert pipe.readline() == "up\n"
        sink.shutdown()
        assert pipe.read() == ""
