"""A person at a terminal: the installed program behind a pseudo-terminal, questions awaited, answers typed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pexpect

from tests.blackbox.homes import TRIAGE, Home

WAIT = 15


class Terminal:
    """What is on the screen so far is in `seen`, without colours."""

    def __init__(self, process: "pexpect.spawn[str]") -> None:
        self._process = process
        self.seen = ""

    def answer(self, question: str, answer: str = "") -> None:
        """Wait for these words and a prompt, then type the answer; without one, only Enter."""
        self.until(question)
        self.until(": ")
        self._process.sendline(answer)

    def type(self, keys: str) -> None:
        """Press keys, without Enter."""
        self._process.send(keys)

    def resize(self, rows: int, columns: int) -> None:
        """As if the window were dragged."""
        self._process.setwinsize(rows, columns)

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        self._process.kill(number)

    def until(self, words: str) -> str:
        """Wait until these words are shown; what came before them."""
        try:
            self._process.expect_exact(words, timeout=WAIT)
        except (pexpect.EOF, pexpect.TIMEOUT):
            raise AssertionError(f"never shown: {words!r}\n--- screen ---\n{self.seen}{self._process.before}") from None
        shown = str(self._process.before) + words
        self.seen += shown
        return shown

    def end(self) -> int:
        """Wait for the end; the exit code."""
        self._process.expect(pexpect.EOF, timeout=WAIT)
        self.seen += str(self._process.before)
        self._process.close()
        return int(self._process.exitstatus if self._process.exitstatus is not None else -1)


@contextmanager
def at_a_terminal(
    home: Home, *words: str, env: Mapping[str, str] | None = None, columns: int = 80, rows: int = 40
) -> Iterator[Terminal]:
    """`triage WORDS`, typed at."""
    with typed_at([*TRIAGE, *words], {**home.env, **(env or {})}, home.root, columns=columns, rows=rows) as terminal:
        yield terminal


@contextmanager
def typed_at(
    command: Sequence[str], env: Mapping[str, str], folder: Path, *, columns: int = 80, rows: int = 40
) -> Iterator[Terminal]:
    """Any command, typed at."""
    process = pexpect.spawn(
        command[0],
        [*command[1:]],
        env={"TERM": "xterm", **env},
        cwd=str(folder),
        encoding="utf-8",
        dimensions=(rows, columns),
        timeout=WAIT,
    )
    try:
        yield Terminal(process)
    finally:
        process.close(force=True)
