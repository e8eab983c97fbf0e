"""Half-answered mail: pinned on single pairs, and its precision on the pairs nobody looked at while writing."""

import time

import pytest

from tests.bench.answered import counted, fresh, held_out, pairs
from triage.core.review.answered import unanswered

THREE = ("Could you send me the revised quote?", "Does it include delivery?", "And when could you start?")


@pytest.mark.parametrize(
    ("reply", "left"),
    [
        pytest.param(
            "The quote is attached, delivery is in it. We could start on 3 March.", (), id="each by its subject"
        ),
        pytest.param("The quote is attached, delivery is in it.", THREE[2:], id="the last is missed"),
        pytest.param("1) Attached. 2) Yes. 3) Next Monday.", (), id="by number"),
        pytest.param(
            "The quote is attached, delivery is in it. I'll let you know about the rest.", THREE[2:], id="later"
        ),
        pytest.param(
            "> Could you send me the revised quote?\nAttached.\n> Does it include delivery?\nIt does.\n"
            "> And when could you start?\n\nRobin",
            THREE[2:],
            id="nothing beneath its quote",
        ),
    ],
)
def test_what_a_reply_leaves_open(reply: str, left: tuple[str, ...]):
    assert unanswered(THREE, reply) == left


def test_one_question_and_any_word_is_an_answer():
    assert unanswered(("Do you have the keys or does Sam?",), "Sam.") == ()


def test_a_mail_that_asks_nothing_leaves_nothing_open():
    assert unanswered((), "Thank you!") == ()


@pytest.mark.parametrize("language", ["en", "de"])
def test_four_in_five_suspicions_are_right_on_pairs_held_out(language: str):
    part = [pair for place, pair in enumerate(pairs(language)) if held_out(place)]
    right, wrong, missed = counted(part, show=False)
    assert right / (right + wrong) >= 0.8
    assert right / (right + missed) >= 0.5


def test_four_in_five_suspicions_are_right_on_pairs_written_later():
    right, wrong, missed = counted(fresh("pairs"), show=False)
    assert right / (right + wrong) >= 0.8
    assert right / (right + missed) >= 0.5


@pytest.mark.parametrize("piece", ["a, ", "> a\n", "and ", "Best,\n", "1) "], ids=repr)
def test_no_reply_takes_long(piece: str):
    began = time.process_time()
    unanswered(THREE, piece * (100_000 // len(piece)))
    assert time.process_time() - began < 2
