"""What moves on a terminal: `status --watch` and the bars; and that pipes never see any of it."""

import signal
import sys

import pytest

from tests.blackbox.homes import Home, ago, letter, put
from tests.blackbox.typing import at_a_terminal, typed_at
from triage.cli.progress import Bar, counted

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"


@pytest.mark.parametrize("end", ["q", "\x03", "\x1b"], ids=["q", "Ctrl-C", "Escape"])
def test_the_status_stays_true_and_the_terminal_is_given_back(read: Home, end: str) -> None:
    with at_a_terminal(read, "status", "--watch") as terminal:
        terminal.until(ENTER)
        terminal.until("Ada King")
        assert read.triage("done", "ada").code == 0
        terminal.until("Is it ready?")
        terminal.type(end)
        terminal.until(LEAVE)
        assert terminal.end() == 0


def test_a_dumb_terminal_is_sent_letters_alone(read: Home) -> None:
    with at_a_terminal(read, "status", env={"TERM": "dumb"}) as terminal:
        assert terminal.end() == 0
        assert "Ada King" in terminal.seen
        assert "\x1b" not in terminal.seen


def test_a_resized_terminal_is_filled_anew(read: Home) -> None:
    with at_a_terminal(read, "status", "--watch") as terminal:
        terminal.until("since")
        terminal.resize(20, 50)
        terminal.until("Ada King")
        terminal.signal(signal.SIGTERM)
        terminal.until(LEAVE)
        assert terminal.end() == 0


def test_a_low_terminal_says_that_there_is_more(read: Home) -> None:
    with at_a_terminal(read, "status", "--watch", rows=5) as terminal:
        terminal.until("\r\n  ...")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["status", "--watch"], "needs a terminal", id="pipe"),
        pytest.param(["status", "--watch", "--json"], "no other option", id="JSON"),
    ],
)
def test_it_is_refused_where_it_makes_no_sense(read: Home, words: list[str], said: str) -> None:
    run = read.triage(*words)
    assert (run.code, run.out) == (2, "")
    assert said in run.err


def test_a_configuration_being_edited_ends_nothing(read: Home) -> None:
    right = read.config.read_bytes()
    with at_a_terminal(read, "status", "--watch") as terminal:
        terminal.until("Ada King")
        read.config.write_text("nonsense")
        terminal.until("1 problem in")
        read.config.write_bytes(right)
        terminal.until("Ada King")
        terminal.type("q")
        assert terminal.end() == 0


# --- bars ---------------------------------------------------------------------------------------------------------


def test_what_takes_long_has_a_bar_that_goes_without_a_trace(home: Home) -> None:
    draws = "with Bar('Reading', after=0) as bar: bar.at(3, 12); input()"
    slow = f"from triage.cli.progress import Bar\n{draws}\nprint('over')"
    with typed_at([sys.executable, "-c", slow], home.env, home.root) as terminal:
        terminal.until("Reading")
        terminal.until("3/12")
        terminal.type("\n")
        terminal.until("\x1b[2K")
        terminal.until("over")


def test_what_is_quick_or_goes_into_a_pipe_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(counted("Judging", range(100), of=100, shown=True)) == [*range(100)]
    with Bar("Reading", after=0) as bar:
        bar.at(3, 12)
    assert capsys.readouterr().err == ""


def test_a_replay_on_a_terminal_reads_its_summary(home: Home) -> None:
    put(home.mail / "INBOX", letter(at=ago(days=3)), ago(days=3))
    with at_a_terminal(home, "replay", str(home.mail), "--me", "robin@example.org") as terminal:
        terminal.until("1 owed")
        assert terminal.end() == 0
