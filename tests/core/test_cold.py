"""Cold mail: a hundred that sell or recruit, a hundred first contacts that do not, all invented; and when it rings."""

from pathlib import Path

import pytest

from tests.core.mail import HOURS, entry, people
from tests.planning import Desk, ask, at, board, case, debt, minutes
from triage.core.cases.order import in_order
from triage.core.cases.state import COLD, standings
from triage.core.judging.judge import judge
from triage.model.judgements import Reason

LEE = "Lee Sun <lee@seller.example>"
HERE = Path(__file__).parent


def lines(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (HERE / name).read_text("utf-8").splitlines()]


SELLING = "I came across your company. We help firms like yours save money. Would you be open to a quick call?"


def judged(subject: str, text: str, **fields: object):
    one = entry("a", sender=LEE, subject=subject, text=text, **fields)
    return judge(one, [one], people(), hours=HOURS)


def is_cold(verdict) -> bool:
    return any(reason.rule == COLD for reason in verdict.reasons)


@pytest.mark.parametrize(
    ("name", "missed", "marked"),
    [
        pytest.param("cold.tsv", 0.02, 0.01, id="what the model was trained on"),
        pytest.param("cold_held.tsv", 0.45, 0.07, id="what it never saw"),
    ],
)
def test_cold_mail_is_told_from_first_contacts_and_all_of_it_is_owed(name: str, missed: float, marked: float) -> None:
    verdicts = [(label, subject, judged(subject, text)) for label, subject, text in lines(name)]
    assert [subject for _, subject, verdict in verdicts if not verdict.owes] == []
    found = {label: [is_cold(verdict) for one, _, verdict in verdicts if one == label] for label in ("cold", "genuine")}
    assert 1 - sum(found["cold"]) / len(found["cold"]) <= missed
    assert sum(found["genuine"]) / len(found["genuine"]) <= marked


@pytest.mark.parametrize(
    ("fields", "known"),
    [
        pytest.param({}, {"heard": ["lee@seller.example"]}, id="wrote before"),
        pytest.param({}, {"wrote": ["lee@seller.example"]}, id="I wrote to them"),
        pytest.param({"replies": "z"}, {}, id="a reply"),
    ],
)
def test_nobody_but_a_stranger_at_the_start_of_a_conversation_is_cold(fields, known) -> None:
    one = entry("a", sender=LEE, subject="Idea", text=SELLING, **fields)
    assert not is_cold(judge(one, [one], people(**known), hours=HOURS))


def test_the_words_of_selling_take_no_points_from_anybody() -> None:
    (reason,) = (reason for reason in judged("Idea", SELLING).reasons if reason.rule == COLD)
    assert (reason.points, reason.veto) == (0, False)


# --- when it rings -------------------------------------------------------------------------------------------------

REASON = Reason(rule=COLD, points=0, text="reads like cold sales")
LEES = "Lee Sun"


def rang(*cases) -> dict[str, list[int]]:
    """The stages at which each rang on that Friday."""
    desk = Desk(cases=lambda now: cases)
    desk.walk(minutes(at("fri 09:00"), at("fri 18:00")))
    return {
        each.latest.who.name: [
            row.stage for _, notice in desk.log for row in notice.rows if row.key == each.latest.key and row.stage >= 0
        ]
        for each in cases
    }


def test_cold_mail_rings_at_the_last_stages_only() -> None:
    found = rang(ask(LEES, "fri 10:00", reasons=(REASON,)), ask("Ada King", "fri 10:00"))
    assert found[LEES] == [10, 0]
    assert max(found["Ada King"]) > max(found[LEES])


def test_a_question_beside_it_in_the_conversation_rings_as_ever() -> None:
    cold = debt(LEES, at("fri 10:00"), at("fri 17:00"), reasons=(REASON,))
    asked = debt(LEES, at("fri 11:00"), at("fri 17:00"), key="id:<later>")
    assert max(rang(case(cold, asked))[LEES]) > 10


def test_cold_mail_is_shown_after_all_who_are_due_together() -> None:
    now = at("fri 12:00")
    cold = ask(LEES, "fri 09:00", reasons=(REASON,))
    others = (ask("Ada King", "fri 10:00"), ask("Ben Holt", "fri 11:00"))
    ordered = in_order(standings(board(now, cold, *others), now), now)
    assert [one.who.name for one in ordered] == ["Ada King", "Ben Holt", LEES]


LISTEN = "Duration 0:42. Listen here: https://lure.example/x"


@pytest.mark.parametrize(
    ("subject", "text", "cold"),
    [
        pytest.param("You have (1) new voicemail", LISTEN, True, id="a link"),
        pytest.param("New voice message received for robin", LISTEN, True, id="in other words"),
        pytest.param("Neue Sprachnachricht", "Hier anhören: https://lure.example/x", True, id="German"),
        pytest.param("New voicemail system for our office", "Can you quote one? www.us.example", False, id="asks"),
        pytest.param("You have a new voicemail from us", "Did you hear it? Ada, www.us.example", False, id="a person"),
        pytest.param("I left you a voicemail", "Please ring me back. Ada, www.us.example", False, id="who rang"),
        pytest.param("You have a new voicemail", "I rang at noon about the boiler. Ada", False, id="nothing to click"),
    ],
)
def test_a_fake_notice_of_a_voicemail_rings_last_and_is_never_silent(subject: str, text: str, cold: bool) -> None:
    verdict = judged(subject, text)
    assert (verdict.owes, is_cold(verdict)) == (True, cold)


def test_who_wrote_before_is_never_taken_for_a_fake() -> None:
    one = entry("a", sender=LEE, subject="You have (1) new voicemail", text=LISTEN)
    assert not is_cold(judge(one, [one], people(wrote=("lee@seller.example",)), hours=HOURS))
