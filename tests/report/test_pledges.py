"""`triage promises`, `triage waiting` and the notice of a promise on paper."""

from dataclasses import replace

import pytest

from tests.report.boards import FRIDAY, HOURS, at, case, debt, person
from triage.core.cases.state import Standing, standing
from triage.core.notices.notice import Notice
from triage.model.cases import Case, Promise, State, Waiting
from triage.model.judgements import Reason
from triage.model.notices import NoticeKind
from triage.report import pledges, show, status, why
from triage.report.bubbles import bubble
from triage.report.lines import cells
from triage.settings import Privacy

BEN = debt(
    person("Ben Ott"),
    "Kitchen",
    at("10:00"),
    at("16:00"),
    excerpt="I'll send you the plans by 16:00.",
    reasons=(Reason(rule="promised", points=0, text='you wrote: "I\'ll send you the plans by 16:00."'),),
)
LEA = debt(
    person("Lea Brandt"),
    "The door",
    at("10:00", 19),
    None,
    excerpt="How wide is the door?",
    questions=("How wide is the door?",),
    reasons=(
        Reason(rule="asked", points=0, text='you asked: "How wide is the door?"'),
        Reason(rule="away", points=0, text='they are away: "Back on Monday."'),
    ),
)


def promised(what: str = "the plans", *, assumed: bool = False, times: int = 1) -> Standing:
    made: Case = case(9, BEN, owed=False)
    made = replace(made, promise=Promise(debt=BEN, what=what, assumed=assumed, times=times))
    return standing(made, (), FRIDAY)


def waiting() -> Standing:
    made: Case = case(4, LEA, owed=False)
    return standing(replace(made, waiting=Waiting(debt=LEA, until=at("09:00", 23))), (), FRIDAY)


def test_promises_tell_what_to_whom_and_by_when() -> None:
    assert pledges.text([promised()], State.PROMISED, FRIDAY, hours=HOURS, width=80).splitlines() == [
        "  16:00     9  Ben Ott             the plans                    by 16:00 today",
        '               "I\'ll send you the plans by 16:00."',
    ]


def test_waiting_tells_what_i_asked_and_that_they_are_away() -> None:
    assert pledges.text([waiting()], State.WAITING, FRIDAY, hours=HOURS, width=80).splitlines() == [
        "            4  Lea Brandt          The door                     until Mon 09:00",
        '               "How wide is the door?"',
        '               they are away: "Back on Monday."',
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.PROMISED, "You promised nobody anything that is still open."),
        (State.WAITING, "Nobody owes you an answer."),
    ],
)
def test_nothing_is_said_in_a_sentence(state: State, said: str) -> None:
    assert pledges.text([], state, FRIDAY, hours=HOURS, width=80) == said


def test_an_assumed_date_is_shown_as_such() -> None:
    seen = promised("", assumed=True, times=2)
    assert "today, assumed" in pledges.text([seen], State.PROMISED, FRIDAY, hours=HOURS, width=80)
    told = show.text(seen, (), (), FRIDAY, hours=HOURS, width=80)
    assert "Promised, due 16:00, no day named, so assumed, written 10:00, promised 2 times." in " ".join(told.split())


def test_show_and_why_of_what_i_wait_for() -> None:
    told = show.text(waiting(), (), (), FRIDAY, hours=HOURS, width=80)
    assert "You wait since Thu 10:00 (29 h 12 min), not before Mon 09:00." in told
    assert "You asked:" in told
    assert "it never rings" in why.text(waiting(), 2, (), FRIDAY, hours=HOURS, width=80)


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for one in (promised(), waiting()):
        text = pledges.text([one], one.state, FRIDAY, hours=HOURS, width=width)
        assert max(map(cells, text.splitlines())) <= width


@pytest.mark.parametrize(
    ("what", "privacy", "title"),
    [
        ("the plans", Privacy.FULL, "You promised Ben Ott the plans by 16:00"),
        ("", Privacy.FULL, "You promised Ben Ott an answer by 16:00"),
        ("the plans", Privacy.NAMES, "You promised Ben Ott an answer by 16:00"),
    ],
)
def test_the_notice_of_a_promise(what: str, privacy: Privacy, title: str) -> None:
    notice = Notice(kind=NoticeKind.BEFORE, standings=(promised(what),), rows=(), stage=30, day=HOURS.day(FRIDAY))
    shown = bubble(notice, now=FRIDAY, hours=HOURS, privacy=privacy)
    assert shown.title == title
    assert {action.label for action in shown.actions} >= {"Open", "Done"}


def test_status_shows_promises_below_those_who_wait() -> None:
    from tests.report.boards import ADA
    from triage.model.board import Board

    board = Board(cases=(ADA, promised().case))
    lines = status.text(board, FRIDAY, hours=HOURS, width=80).splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("  promised  9  Ben Ott"))
    assert lines[place].endswith("by 16:00 today")
    assert place > next(number for number, line in enumerate(lines) if "Ada King" in line)
