"""Notices on a real session bus: what the service gets, what comes back, and what happens when somebody fails."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from types import ModuleType

import pytest
from loguru import logger

from tests.servers.notifications import EXCESS, Recorder, SessionBus, names_on, stranger
from triage.errors import SinkUnavailable
from triage.model.notices import Action, Bubble, Closed, Pressed
from triage.sinks import desktop as desktop_module
from triage.sinks import notifications
from triage.sinks.desktop import DesktopSink, SimpleDesktop, desktop, spoken

BUBBLE = Bubble(
    id="n1",
    title="Ada King waits since 09:20",
    body='Quote for March, by Wednesday\n"Could you send the revised quote?"',
    actions=(Action(id="open", label="Open"), Action(id="snooze", label="In 30 min"), Action(id="done", label="Done")),
    keys=("id:<a@example.org>",),
)

Events = SimpleQueue[Pressed | Closed]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    with SessionBus() as running:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", running.address)
        yield running


@pytest.fixture
def recorder(bus: SessionBus) -> Iterator[Recorder]:
    with Recorder(bus.address) as running:
        yield running


@pytest.fixture
def events() -> Events:
    return SimpleQueue()


@pytest.fixture
def sink(bus: SessionBus, events: Events) -> Iterator[DesktopSink]:
    made = DesktopSink(events.put)
    yield made
    made.shutdown()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "PATIENCE", 0.3)


def test_the_service_gets_exactly_the_notice(recorder: Recorder, sink: DesktopSink) -> None:
    sink.show(BUBBLE)

    (note,) = recorder.notes
    assert (note.app, note.replaces, note.expire) == ("triage", 0, -1)
    assert note.summary == "Ada King waits since 09:20"
    assert note.body == 'Quote for March, by Wednesday\n"Could you send the revised quote?"'
    assert note.actions == (("default", "Open"), ("open", "Open"), ("snooze", "In 30 min"), ("done", "Done"))
    assert note.hints == {"urgency": 1, "category": "email", "desktop-entry": "triage"}


def test_the_same_bubble_replaces_what_is_on_screen(recorder: Recorder, sink: DesktopSink) -> None:
    sink.show(BUBBLE)
    sink.show(replace(BUBBLE, id="n2"))
    sink.show(replace(BUBBLE, title="Ada King and 1 more"))

    assert [note.id for note in recorder.notes] == [1, 2, 1]
    assert recorder.screen[1].summary == "Ada King and 1 more"


def test_a_closed_bubble_leaves_the_screen_and_says_so(recorder: Recorder, sink: DesktopSink, events: Events) -> None:
    sink.show(BUBBLE)
    sink.close("n1")

    assert events.get(timeout=5) == Closed(bubble="n1")
    assert recorder.closed == [1]
    assert not recorder.screen


def test_closing_what_is_not_there_asks_nobody(recorder: Recorder, sink: DesktopSink) -> None:
    sink.close("n1")
    sink.show(BUBBLE)
    sink.close("other")
    sink.show(BUBBLE)

    assert "CloseNotification" not in recorder.asked


def test_a_dismissed_bubble_is_closed_and_rings_anew_next_time(
    recorder: Recorder, sink: DesktopSink, events: Events
) -> None:
    sink.show(BUBBLE)
    recorder.dismiss(1)
    assert events.get(timeout=5) == Closed(bubble="n1")

    sink.show(BUBBLE)
    assert recorder.notes[-1].replaces == 0


@pytest.mark.parametrize(
    ("clicked", "action"),
    [("done", "done"), ("snooze", "snooze"), ("default", "open")],
    ids=["a button", "another", "the text is the first button"],
)
@pytest.mark.parametrize("closes", [True, False], ids=["service closes", "service leaves it, as dunst"])
def test_a_press_arrives_and_the_bubble_goes(
    bus: SessionBus, sink: DesktopSink, events: Events, clicked: str, action: str, closes: bool
) -> None:
    with Recorder(bus.address, closes_after_press=closes) as recorder:
        sink.show(BUBBLE)
        recorder.press(1, clicked)

        assert events.get(timeout=5) == Pressed(bubble="n1", action=action)
        recorder.wait_until(lambda: recorder.closed == [1])
        assert not recorder.screen
        assert events.empty()


def test_a_button_we_did_not_offer_is_none(recorder: Recorder, sink: DesktopSink, events: Events) -> None:
    sink.show(BUBBLE)
    recorder.press(1, "rm -rf")

    assert events.get(timeout=5) == Closed(bubble="n1")


def test_a_forged_press_is_ignored(bus: SessionBus, recorder: Recorder, sink: DesktopSink, events: Events) -> None:
    sink.show(BUBBLE)
    (ours,) = names_on(bus.address) - {recorder.name}
    with stranger(bus.address) as forge:
        forge(ours, "ActionInvoked", "us", (1, "done"))
        forge(ours, "NotificationClosed", "uu", (1, 2))
        forge(ours, "ActionInvoked", "s", ("not even the right shape",))
    recorder.press(1, "snooze")

    assert events.get(timeout=5) == Pressed(bubble="n1", action="snooze")


def test_a_press_on_somebody_elses_notice_is_not_ours(recorder: Recorder, sink: DesktopSink, events: Events) -> None:
    sink.show(BUBBLE)
    recorder.press(77, "done")
    recorder.press(1, "open")

    assert events.get(timeout=5) == Pressed(bubble="n1", action="open")


def test_a_failing_listener_does_not_end_the_listening(bus: SessionBus, recorder: Recorder) -> None:
    heard: Events = SimpleQueue()

    def deliver(event: Pressed | Closed) -> None:
        heard.put(event)
        if event == Pressed(bubble="n1", action="open"):
            raise KeyError(event)

    sink = DesktopSink(deliver)
    sink.show(BUBBLE)
    recorder.press(1, "open")
    assert heard.get(timeout=5) == Pressed(bubble="n1", action="open")

    sink.show(BUBBLE)
    recorder.press(recorder.notes[-1].id, "done")
    assert heard.get(timeout=5) == Pressed(bubble="n1", action="done")
    sink.shutdown()


def test_a_refusing_service_is_told_and_tried_again(recorder: Recorder, sink: DesktopSink) -> None:
    recorder.refuse()
    with pytest.raises(SinkUnavailable, match=EXCESS):
        sink.show(BUBBLE)
    assert not recorder.notes

    recorder.refuse(None)
    sink.show(BUBBLE)
    assert len(recorder.notes) == 1


def test_a_hanging_service_holds_us_up_for_a_bounded_time(
    recorder: Recorder, sink: DesktopSink, impatient: None
) -> None:
    recorder.hang()
    start = time.monotonic()
    for _ in range(2):
        with pytest.raises(SinkUnavailable, match="did not answer"):
            sink.show(BUBBLE)
    assert time.monotonic() - start < 2

    recorder.resume()
    sink.show(BUBBLE)
    assert len(recorder.notes) == 1, "what was asked while it hung must not pile up on screen"


def test_a_notice_taken_too_late_is_replaced_not_doubled(
    recorder: Recorder, sink: DesktopSink, events: Events, impatient: None
) -> None:
    recorder.hang("Notify")
    with pytest.raises(SinkUnavailable):
        sink.show(BUBBLE)
    recorder.resume()
    sink.show(BUBBLE)

    assert [(note.id, note.replaces) for note in recorder.notes] == [(1, 0), (1, 1)]
    recorder.press(1, "done")
    assert events.get(timeout=5) == Pressed(bubble="n1", action="done")


def test_a_bus_that_stands_still_holds_us_up_for_a_bounded_time(
    bus: SessionBus, recorder: Recorder, sink: DesktopSink, impatient: None
) -> None:
    sink.show(BUBBLE)
    fresh = DesktopSink(lambda _: None)
    bus.freeze(frozen=True)
    start = time.monotonic()
    for either in (sink, fresh):
        with pytest.raises(SinkUnavailable):
            either.show(BUBBLE)
    assert time.monotonic() - start < 2

    bus.freeze(frozen=False)
    sink.show(BUBBLE)
    fresh.show(BUBBLE)
    fresh.shutdown()


@pytest.mark.parametrize("runtime", [True, False], ids=["an empty runtime folder", "no runtime folder"])
def test_without_a_session_bus_it_is_unavailable_with_a_hint(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, events: Events, runtime: bool
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    if runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))

    with pytest.raises(SinkUnavailable, match="no session bus") as caught:
        DesktopSink(events.put).show(BUBBLE)
    assert "triage status" in caught.value.hint


@pytest.mark.parametrize("where", ["unix:path=/nonexistent", "autolaunch:", "tcp:host=127.0.0.1", "nonsense"])
def test_a_useless_address_is_unavailable(monkeypatch: pytest.MonkeyPatch, events: Events, where: str) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", where)

    with pytest.raises(SinkUnavailable):
        DesktopSink(events.put).show(BUBBLE)


def test_the_bus_of_the_runtime_folder_is_found(
    monkeypatch: pytest.MonkeyPatch, bus: SessionBus, recorder: Recorder, sink: DesktopSink
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(bus.runtime_folder()))

    sink.show(BUBBLE)
    assert len(recorder.notes) == 1


def test_nobody_shows_notices(bus: SessionBus, sink: DesktopSink) -> None:
    with pytest.raises(SinkUnavailable, match="no notification service") as caught:
        sink.show(BUBBLE)
    assert "apt-get install" in caught.value.hint


def test_it_rings_when_the_bus_comes_back(bus: SessionBus, sink: DesktopSink, events: Events) -> None:
    with Recorder(bus.address):
        sink.show(BUBBLE)
    bus.stop()
    with pytest.raises(SinkUnavailable):
        sink.show(BUBBLE)
    sink.close("n1")

    bus.start()
    with Recorder(bus.address) as recorder:
        sink.show(BUBBLE)
        assert recorder.notes[0].replaces == 0
        recorder.press(1, "done")
        assert events.get(timeout=5) == Pressed(bubble="n1", action="done")
    assert events.empty()


def test_the_service_leaves_and_returns(recorder: Recorder, sink: DesktopSink) -> None:
    sink.show(BUBBLE)
    recorder.vanish()
    with pytest.raises(SinkUnavailable):
        sink.show(BUBBLE)

    recorder.back()
    sink.show(BUBBLE)
    assert len(recorder.notes) == 2


def test_numbers_of_a_restarted_service_mean_nothing(recorder: Recorder, sink: DesktopSink, events: Events) -> None:
    sink.show(BUBBLE)
    sink.show(replace(BUBBLE, id="n2"))
    recorder.restart()
    sink.close("n1")
    sink.show(replace(BUBBLE, id="n2"))

    assert recorder.notes[-1].replaces == 0
    assert list(recorder.screen) == [1]
    recorder.press(1, "done")
    assert events.get(timeout=5) == Pressed(bubble="n2", action="done")
    assert events.empty()
    assert 2 not in recorder.closed


@pytest.mark.parametrize(
    ("abilities", "summary", "body", "buttons"),
    [
        pytest.param(("body", "actions"), "a <b>", "c <b>&</b>\nd", 4, id="no markup, nothing to escape"),
        pytest.param(
            ("body", "body-markup"), "a <b>", "c &lt;b&gt;&amp;&lt;/b&gt;\nd", 0, id="markup is escaped, no buttons"
        ),
        pytest.param((), "a <b> · c <b>&</b> · d", "", 0, id="no body: its lines go into the title"),
    ],
)
def test_the_notice_fits_what_the_service_can_do(
    bus: SessionBus, sink: DesktopSink, abilities: tuple[str, ...], summary: str, body: str, buttons: int
) -> None:
    with Recorder(bus.address, abilities=abilities) as recorder:
        sink.show(replace(BUBBLE, title="a <b>", body="c <b>&</b>\nd"))

        note = recorder.wait_for()
        assert (note.summary, note.body, len(note.actions)) == (summary, body, buttons)


def test_a_service_that_answers_nonsense_is_unavailable(bus: SessionBus, sink: DesktopSink) -> None:
    with Recorder(bus.address) as recorder:
        recorder.babble()
        with pytest.raises(SinkUnavailable, match="could not be shown"):
            sink.show(BUBBLE)


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        pytest.param("--help", "--help", id="an option"),
        pytest.param("-u critical <i>q</i>", "-u critical <i>q</i>", id="an option that takes one"),
        pytest.param("\x1b[31mred\x1b]0;t\x07", "red", id="ANSI"),
        pytest.param("\u202efdp.exe\u202c", "fdp.exe", id="bidi"),
        pytest.param("a\x00b\ud800", "ab", id="NUL and a surrogate"),
        pytest.param("a\nb", "a b", id="a line break"),
        pytest.param("x" * 100_000, "x" * 199 + "…", id="100 kB"),
        pytest.param("$(Start-Process calc)", "$(Start-Process calc)", id="no shell here"),
    ],
)
def test_what_a_stranger_wrote_is_only_shown(recorder: Recorder, sink: DesktopSink, subject: str, shown: str) -> None:
    sink.show(replace(BUBBLE, title=subject, body=f"first\n{subject.replace(chr(10), ' ')}"))

    (note,) = recorder.notes
    assert note.summary == shown
    assert note.body == "first\n" + shown.replace("<", "&lt;").replace(">", "&gt;")
    assert note.hints["urgency"] == 1


@pytest.mark.parametrize(
    ("platform", "text", "expected"),
    [
        ("win32", "Re: $(Start-Process calc)", "Re: \uff04(Start-Process calc)"),
        ("win32", 'x"@ `n \u201c\u201d\u201e', "x'@ 'n '''"),
        ("win32", "-x", "\u200b-x"),
        ("linux", "-u critical <i>q</i> & co", "\u200b-u critical &lt;i&gt;q&lt;/i&gt; &amp; co"),
        ("linux", "--help", "\u200b--help"),
        ("linux", "a - b", "a - b"),
        ("darwin", "--title <x> & $y", "\u200b--title <x> & $y"),
    ],
)
def test_text_for_other_systems_cannot_be_read_as_a_command(platform: str, text: str, expected: str) -> None:
    assert spoken(text, platform=platform) == expected


class Outside:
    """notify-send as notify-py calls it: writes its words down, one call a file, after waiting for a go."""

    def __init__(self, folder: Path) -> None:
        self.calls = folder / "calls"
        self.code = folder / "code"
        self.go = folder / "go"
        self.calls.mkdir()
        self.code.write_text("0")
        os.mkfifo(self.go)
        program = folder / "notify-send"
        program.write_text(
            f'#!/bin/sh\ntest -e {folder}/slow && read -r _ <{self.go}\nprintf "%s\\n" "$@" >{self.calls}/$$\n'
            f"exit $(cat {self.code})\n"
        )
        program.chmod(0o755)

    def words(self) -> list[list[str]]:
        return [call.read_text().splitlines() for call in self.calls.iterdir()]


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outside:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    made = Outside(tmp_path)
    monkeypatch.setattr(notifypy_linux(), "NOTIFY", str(tmp_path / "notify-send"))
    return made


def notifypy_linux() -> ModuleType:
    """Imported in silence, as the sink does it."""
    logger.disable("notifypy")
    return import_module("notifypy.os_notifiers.linux")


def test_without_the_bus_notify_py_gets_defused_words(outside: Outside) -> None:
    SimpleDesktop().show(replace(BUBBLE, title="--help", body="-u critical\n<b>&"))

    (words,) = outside.words()
    assert words[:2] == ["\u200b--help", "\u200b-u critical · &lt;b&gt;&amp;"]
    assert words[-2:] == ["-u", "normal"]


def test_notify_py_that_shows_nothing_is_unavailable(outside: Outside) -> None:
    outside.code.write_text("1")
    sink = SimpleDesktop()
    with pytest.raises(SinkUnavailable):
        sink.show(BUBBLE)

    outside.code.write_text("0")
    sink.show(BUBBLE)
    assert len(outside.words()) == 2


def test_what_notify_py_shows_late_is_not_shown_again(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop_module, "PATIENCE", 0.2)
    (outside.go.parent / "slow").touch()
    sink = SimpleDesktop()
    for bubble in (BUBBLE, BUBBLE, replace(BUBBLE, id="n2")):
        with pytest.raises(SinkUnavailable):
            sink.show(bubble)

    outside.go.write_text("\n")
    monkeypatch.setattr(desktop_module, "PATIENCE", 10)
    sink.show(BUBBLE)
    assert len(outside.words()) == 1


def test_on_this_system_notices_go_over_the_bus(events: Events) -> None:
    assert isinstance(desktop(events.put), DesktopSink)


def test_notify_py_prints_nothing(recorder: Recorder, bus: SessionBus) -> None:
    script = (
        "from triage.sinks.desktop import *; from triage.model.notices import Bubble\n"
        "sink = DesktopSink(print); sink.show(Bubble(id='1', title='secret')); sink.shutdown()"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)

    assert (run.stdout, run.stderr) == ("", "")
    assert recorder.notes[0].summary == "secret"


def test_shutdown_leaves_the_screen_and_no_thread(recorder: Recorder, sink: DesktopSink) -> None:
    sink.show(BUBBLE)
    sink.shutdown()
    sink.shutdown()

    assert list(recorder.screen) == [1]
    assert "session-bus" not in [thread.name for thread in threading.enumerate()]
