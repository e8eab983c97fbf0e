"""Notices printed where no desktop is."""

import io

import pytest

from triage.errors import SinkUnavailable
from triage.model.notices import Action, Bubble
from triage.sinks.terminal import TerminalSink

BUBBLE = Bubble(
    id="n1",
    title="Ada King waits since 09:20",
    body="Quote for März\n\x1b[2J\u202e\n\u201cCould you?\u201d\x07",
    actions=(Action(id="open", label="Open"), Action(id="done", label="Done")),
)


def test_a_bubble_is_an_indented_block() -> None:
    stream = io.StringIO()
    TerminalSink(stream).show(BUBBLE)

    assert stream.getvalue() == (
        "  Ada King waits since 09:20\n    Quote for März\n    \u201cCould you?\u201d\n    [Open] [Done]\n\n"
    )


def test_a_title_alone_needs_nothing_below() -> None:
    stream = io.StringIO()
    TerminalSink(stream).show(Bubble(id="n1", title="Everyone has an answer"))

    assert stream.getvalue() == "  Everyone has an answer\n\n"


def test_a_terminal_that_knows_only_ascii_gets_ascii() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    TerminalSink(stream).show(BUBBLE)

    assert b"Quote for M?rz" in raw.getvalue()


def test_a_closed_stream_is_unavailable() -> None:
    stream = io.StringIO()
    stream.close()

    with pytest.raises(SinkUnavailable):
        TerminalSink(stream).show(BUBBLE)
