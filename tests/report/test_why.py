"""`triage why` on paper: every rule, exactly the sum, the due time step by step."""

from textwrap import dedent

import pytest

from tests.report.boards import FRIDAY, HOURS, at, case, debt, mark, only
from tests.report.boards import person as who
from triage.model.judgements import Reason
from triage.model.marks import MarkKind
from triage.report import why
from triage.report.lines import cells

ASKS = Reason(rule="asks", points=2, text='asks: "Could you send the revised quote?"')
DIRECT = Reason(rule="direct", points=1.5, text="you alone are in To")
MANY = Reason(rule="many", points=-0.5, text="3 people were asked")
LIST = Reason(rule="list", points=0, text="has a List-Id: news.example.org", veto=True)
STEPS = ("Received Fri 14:02, in working time.", "House rule: the end of that working day.")


def ada(*reasons: Reason, owed: bool = True):
    return case(12, debt(who("Ada King"), "Quote", at("14:02"), at("17:00"), reasons=reasons), owed=owed)


def test_why_tells_everything() -> None:
    assert why.text(only(ada(MANY, DIRECT, ASKS)), 2.0, STEPS, FRIDAY, hours=HOURS, width=80) == dedent("""\
        12  Ada King <ada@example.org>, client
          Quote
          Owed, due 17:00, waits since 14:02 (1 h 10 min, 1 h 10 min of work).

              +2  asks              asks: "Could you send the revised quote?"
            +1.5  direct            you alone are in To
            -0.5  many              3 people were asked
               3  in all, 2 are needed: an answer is needed

        Due 17:00:
          1. Received Fri 14:02, in working time.
          2. House rule: the end of that working day.

        What would change it:
          An answer in this thread closes it.
          triage done 12: it was answered some other way
          triage dismiss 12: no answer is needed this time
          triage dismiss 12 --sender: never again for ada@example.org
          A [[rule]] with match = { from = "ada@example.org" } and reply_within moves
          when it is due.""")


def test_a_veto_comes_first_and_decides() -> None:
    text = why.text(only(ada(ASKS, LIST, owed=False)), 2.0, STEPS, FRIDAY, hours=HOURS, width=80)
    assert text.split("\n\n")[1].splitlines() == [
        "    veto  list              has a List-Id: news.example.org",
        '      +2  asks              asks: "Could you send the revised quote?"',
        "       2  in all, 2 are needed, but a veto decides: no answer is needed",
    ]
    assert "Due" not in text
    assert "  triage reopen 12: it does need an answer" in text.splitlines()


@pytest.mark.parametrize(
    ("points", "printed"),
    [
        pytest.param((0.1, 0.2), "0.3", id="tenths add up as on paper"),
        pytest.param((2, -2), "0", id="nothing left"),
        pytest.param((), "0", id="no rule spoke"),
        pytest.param((1.25, 1.25), "2.5", id="quarters"),
    ],
)
def test_the_sum_is_exactly_what_stands_above_it(points, printed: str) -> None:
    reasons = tuple(Reason(rule=f"r{n}", points=each, text="t") for n, each in enumerate(points))
    text = why.text(only(ada(*reasons, owed=False)), 99.0, (), FRIDAY, hours=HOURS, width=80)
    line = text.split("\n\n")[1].splitlines()[-1]
    assert line.split()[0] == printed
    assert line.endswith("99 are needed: no answer is needed")


def test_the_users_own_word_stands_above_the_points() -> None:
    skipped = ada(LIST, owed=False)
    reopened = only(skipped, marks=(mark(skipped, MarkKind.REOPEN, at("15:00"), until=at("17:00")),))
    text = why.text(reopened, 2.0, STEPS, FRIDAY, hours=HOURS, width=80)
    assert "       0  in all, 2 are needed; you said that it waits, and that counts" in text.splitlines()


def test_enough_points_with_nobody_to_answer_says_so() -> None:
    text = why.text(only(ada(ASKS, owed=False)), 2.0, (), FRIDAY, hours=HOURS, width=80)
    assert "2 are needed, but nobody is there to answer to" in text


@pytest.mark.parametrize("width", [80, 50, 40])
def test_hostile_evidence_stays_in_its_place(width: int) -> None:
    bad = "\x1b[2J\u202e" + "見x " * 5000 + "\n" * 9
    reasons = tuple(Reason(rule=bad, points=1, text=bad) for _ in range(9))
    standing = only(case(1, debt(who(bad, bad), bad, at("10:00"), at("17:00"), reasons=reasons)))
    lines = why.text(standing, 2.0, (bad,) * 5, FRIDAY, hours=HOURS, width=width).split("\n")
    assert len(lines) < 100
    assert max(map(cells, lines)) <= width
    assert not any(char in line for line in lines for char in "\x1b\u202e\r")
