"""Who takes his question back waits no more; nobody takes back another's, and a stranger's word silences nothing."""

import pytest

from tests.core.mail import ADA, BEN, KIM, POLICY, at, entry, mine, people
from triage.core.cases.folding import case
from triage.core.cases.state import standing
from triage.model.cases import AnsweredBy, State

ASKED = entry("q", sender=KIM, text="Where is the key to the shed?")


def back(text="nvm, found it", sender=KIM, **fields):
    return entry("w", sender=sender, text=text, replies="q", hours=1, **fields)


def stands(*thread, **known):
    return standing(case(thread, people=people(**known), policy=POLICY), (), at(2))


@pytest.mark.parametrize("text", ["nvm, found it", "Hat sich erledigt, klebt drunter.", "C'est réglé, merci."])
def test_a_coworker_takes_it_back(text: str) -> None:
    seen = stands(ASKED, back(text))
    assert (seen.state, seen.case.settled[0].by) == (State.SKIPPED, AnsweredBy.WITHDRAWN)


def test_somebody_i_wrote_to_takes_it_back() -> None:
    asked = entry("q", text="Where do I park?")
    assert stands(asked, back(sender=ADA), wrote=(ADA,)).state is State.SKIPPED


@pytest.mark.parametrize(
    ("word", "known"),
    [
        pytest.param(back(sender=ADA), (ADA,), id="of another's question"),
        pytest.param(back("Never mind the colour, but where is the key?"), (), id="who asks on"),
        pytest.param(back("Never mind the rain. The key is still missing."), (), id="who says that it is still so"),
        pytest.param(back("We found it hard to get in " + "again and " * 9 + "gave up."), (), id="at length"),
        pytest.param(back("The painters found it too dark."), (), id="who only tells something"),
    ],
)
def test_a_word_that_takes_nothing_back(word, known) -> None:
    assert stands(ASKED, word, wrote=known).state is State.OWED


def test_no_stranger_is_silenced_by_it() -> None:
    asked = entry("q", sender=BEN, text="Where is my parcel?")
    assert stands(asked, back(sender=BEN)).state is State.OWED


def test_an_answer_of_mine_before_it_counts_as_one() -> None:
    seen = stands(ASKED, mine("m", to=(KIM,), replies="q", hours=0.5), back())
    assert [one.by for one in seen.case.settled] == [AnsweredBy.MAIL]


def test_what_comes_after_it_waits_anew() -> None:
    assert (
        stands(ASKED, back(), entry("r", sender=KIM, text="And the ladder?", replies="w", hours=2)).state is State.OWED
    )
