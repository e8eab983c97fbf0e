"""A heap of entries gives the same cases as its conversations one by one, in whatever order it comes."""

import random

from tests.core.mail import ADA, POLICY, entry, mine, people
from triage.core.cases.folding import case
from triage.core.cases.gather import gather
from triage.core.cases.threads import threads

HEAP = (
    entry("a", hours=0),
    mine("b", hours=1, replies="a"),
    entry("c", hours=2, replies="b", text="And does it include delivery?"),
    entry("d", hours=3, subject="Invoice 12", text="Could you send it again?"),
    mine("e", hours=4, subject="Invoice 12", to=(ADA,)),
    mine("f", hours=5, subject="Something else", to=(ADA,)),
)


def test_the_order_of_arrival_does_not_matter() -> None:
    chance = random.Random(3)
    wanted = {one.ref: one for one in gather(HEAP, people=people(), policy=POLICY)}
    for _ in range(20):
        shuffled = chance.sample(HEAP, len(HEAP))
        assert {one.ref: one for one in gather(shuffled, people=people(), policy=POLICY)} == wanted


def test_a_fresh_mail_of_mine_answers_in_another_conversation() -> None:
    states = {one.thread: bool(one.debts) for one in gather(HEAP, people=people(), policy=POLICY)}
    assert states == {"id:<a>": True, "id:<d>": False}


def test_guests_answer_without_becoming_cases_of_their_own() -> None:
    asked, sent = HEAP[3], HEAP[4]
    (found,) = gather([asked], guests=[sent], people=people(), policy=POLICY)
    assert not found.debts


def test_each_case_is_that_of_its_conversation() -> None:
    alone = [thread for thread in threads(HEAP) if thread[0].message.key == "id:<a>"]
    (wanted,) = [case(thread, people=people(), policy=POLICY) for thread in alone]
    assert wanted in gather(HEAP, people=people(), policy=POLICY)
