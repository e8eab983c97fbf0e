"""Who is upset is seen first among those due together, and nothing else changes for anybody."""

from tests.core.mail import BEN, POLICY, at, entry, people
from triage.core.cases.folding import case
from triage.core.cases.order import in_order
from triage.core.cases.state import standing


def test_who_is_upset_stands_first_of_those_due_together_and_why_quotes_it():
    calm = case([entry("calm", hours=0, sender=BEN)], people=people(), policy=POLICY)
    hurt = case(
        [entry("hurt", hours=1, text="This is the third time I ask. Where is my table?")],
        people=people(),
        policy=POLICY,
    )
    assert calm
    assert hurt
    seen = [standing(one, (), at(2)) for one in (calm, hurt)]
    assert [one.cause.key for one in in_order(seen, at(2))] == ["id:<hurt>", "id:<calm>"]
    assert seen[1].upset == 'sounds upset: "third time"'
    assert not seen[0].upset


def test_being_upset_decides_nothing():
    asked, hurt = "Where is my table?", "Where is my table? This is the third time I ask, I am disappointed."
    plain, upset = (case([entry("it", text=text)], people=people(), policy=POLICY) for text in (asked, hurt))
    assert plain
    assert upset
    assert [reason.points for reason in upset.latest.reasons if reason.rule == "upset"] == [0]
    assert bool(plain.debts) is bool(upset.debts)
