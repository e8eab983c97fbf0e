"""What a reply may have missed: a quiet word on a closed case that opens nothing again and ends by a mark."""

from datetime import timedelta

from tests.core.mail import POLICY, at, entry, mine, people
from triage.core.cases.folding import case
from triage.core.cases.state import Standing, doubted, standing
from triage.model.cases import State
from triage.model.entries import Entry
from triage.model.marks import Mark, MarkKind

ASKED = "Could you send me the revised quote? Does it include delivery? And when could you start?"
HALF = "The quote is attached, delivery is in it."


def seen(*thread: Entry, marks: tuple[Mark, ...] = (), hours: float = 5) -> Standing:
    found = case(thread, people=people(), policy=POLICY)
    assert found
    return standing(found, marks, at(hours))


def half(**more: object) -> tuple[Entry, Entry]:
    return entry("ask", text=ASKED), mine("reply", hours=1, replies="ask", text=HALF, **more)


def test_an_answered_case_says_what_was_missed_and_stays_answered():
    found = seen(*half())
    assert (found.state, found.unanswered) == (State.ANSWERED, ("And when could you start?",))
    assert doubted((found,), at(5)) == (found,)


def test_what_a_second_mail_of_mine_adds_counts():
    assert seen(*half(), mine("more", hours=2, replies="ask", text="We could start on Monday.")).unanswered == ()


def test_when_they_write_again_the_suspicion_is_over():
    assert seen(*half(), entry("thanks", hours=2, replies="reply", text="Thanks, that is all.")).unanswered == ()


def test_a_mark_ends_it():
    mark = Mark(id=1, command="c", at=at(3), kind=MarkKind.DONE, key="id:<reply>")
    found = seen(*half(), marks=(mark,))
    assert (found.state, found.unanswered, found.ended) == (State.ANSWERED, (), ())


def test_after_a_week_it_rests():
    found = seen(*half())
    assert doubted((found,), at(1) + timedelta(days=7, minutes=1)) == ()


def test_a_full_answer_raises_none():
    full = mine("reply", hours=1, replies="ask", text=f"{HALF} We could start on 3 March.")
    assert seen(entry("ask", text=ASKED), full).unanswered == ()
