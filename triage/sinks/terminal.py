"""Notices as indented text, where there is no desktop to show them."""

from typing import TextIO

from triage.core.plain import plain, plain_lines
from triage.errors import SinkUnavailable
from triage.model.notices import Bubble


class TerminalSink:
    """Prints each bubble to a stream; nothing can be pressed and nothing taken back."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def show(self, bubble: Bubble) -> None:
        """Raises SinkUnavailable when nobody reads the stream any more."""
        encoding = self._stream.encoding or "utf-8"
        text = block(bubble).encode(encoding, "replace").decode(encoding)
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise SinkUnavailable("the terminal is closed") from error

    def close(self, bubble_id: str) -> None:
        """What is printed stays printed."""

    def shutdown(self) -> None:
        """The stream is its owner's."""


def block(bubble: Bubble) -> str:
    """The bubble as lines of plain text: title, indented body, its buttons in brackets, an empty line."""
    buttons = " ".join(f"[{plain(action.label)}]" for action in bubble.actions)
    below = (*plain_lines(bubble.body), *((buttons,) if buttons else ()))
    return "\n".join((f"  {plain(bubble.title)}", *(f"    {line}" for line in below), "", ""))
