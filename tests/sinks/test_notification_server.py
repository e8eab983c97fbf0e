"""The recording service as its own process, the way black-box tests use it."""

import json
import subprocess
import sys
from pathlib import Path
from queue import SimpleQueue

import pytest

from triage.model.notices import Action, Bubble, Closed, Pressed
from triage.sinks.desktop import DesktopSink


def test_notes_are_written_and_the_button_is_pressed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = tmp_path / "notes.jsonl"
    command = [sys.executable, "-m", "tests.servers.notifications", str(notes), "--press", "done"]
    events: SimpleQueue[Pressed | Closed] = SimpleQueue()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", server.stdout.readline().strip())
        sink = DesktopSink(events.put)
        sink.show(Bubble(id="n1", title="Ada King waits", actions=(Action(id="done", label="Done"),)))

        assert events.get(timeout=5) == Pressed(bubble="n1", action="done")
        assert json.loads(notes.read_text())["summary"] == "Ada King waits"
        sink.shutdown()
        server.terminate()
        assert server.wait(5) == 0
