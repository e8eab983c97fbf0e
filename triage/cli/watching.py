"""`triage status --watch`: the status, kept true on the terminal until q or Ctrl-C."""

import os
import select
import shutil
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Modes = list[Any]
EVERY = 2.0
# ECMA-48 and xterm: a screen of its own, which gives back what stood there before; no cursor; home; clear what is left.
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
_HOME, _TO_LINE_END, _TO_END = "\x1b[H", "\x1b[K", "\x1b[J"
_ENDS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
_QUIT = {b"q", b"Q", b"\x03", b"\x04", b"\x1b"}


def watch(look: Callable[[], str], every: float = EVERY) -> None:
    """Draw what `look` returns whenever it differs, the terminal was resized, or any key asks for it."""
    with _screen() as (heard, before):
        shown = ""
        while True:
            seen = _fitted(look())
            if seen != shown:
                sys.stdout.write(_HOME + "".join(f"{line}{_TO_LINE_END}\r\n" for line in seen.split("\n")[:-1]))
                sys.stdout.write(seen.split("\n")[-1] + _TO_LINE_END + _TO_END)
                sys.stdout.flush()
                shown = seen
            match _next(heard, every):
                case "end":
                    return
                case "stop":
                    _stopped(before)
                    shown = ""
                case "again":
                    shown = ""


def _next(heard: int, every: float) -> str:
    """What came first: a key, a signal, or the time for another look."""
    ready, _, _ = select.select([sys.stdin, heard], [], [], every)
    if heard in ready:
        told = set(os.read(heard, 64))
        return "end" if told & _ENDS else "stop" if signal.SIGTSTP in told else "again"
    if ready:
        typed = os.read(sys.stdin.fileno(), 64)
        return "end" if not typed or typed in _QUIT else "again"
    return ""


def _fitted(text: str) -> str:
    """No more lines than there are; the last of them says that there were more."""
    height = shutil.get_terminal_size().lines
    lines = text.split("\n")
    return text if len(lines) <= height else "\n".join([*lines[: height - 1], "  ..."])


@contextmanager
def _screen() -> Iterator[tuple[int, Modes]]:
    """The terminal for us alone, and a pipe that tells of signals; whatever happens it is given back as it was."""
    before = termios.tcgetattr(sys.stdin)
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    for number in (*_ENDS, signal.SIGTSTP, signal.SIGWINCH):
        signal.signal(number, lambda *_: None)
    try:
        _taken()
        yield heard, before
    finally:
        _given_back(before)


def _stopped(before: Modes) -> None:
    """Ctrl-Z: the shell gets its screen, and we ours when it lets us go on."""
    _given_back(before)
    os.kill(os.getpid(), signal.SIGSTOP)
    _taken()


def _taken() -> None:
    tty.setcbreak(sys.stdin)
    sys.stdout.write(_ENTER)


def _given_back(before: Modes) -> None:
    sys.stdout.write(_LEAVE)
    sys.stdout.flush()
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
