"""Cold mail: hundreds that sell or recruit, hundreds of first contacts that do not, all invented; and when it rings."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.core.mail import HOURS, MONDAY, entry, people
from tests.planning import Desk, ask, at, board, case, debt, minutes
from triage.core.cases.order import in_order
from triage.core.cases.state import COLD, MAYBE_COLD, standings
from triage.core.judging.judge import judge
from triage.model.entries import Exchange
from triage.model.judgements import Reason
from triage.settings import Rule

LEE = "Lee Sun <lee@seller.example>"
HERE = Path(__file__).parent
ANSWERED = Exchange(received=MONDAY - timedelta(days=9), answered=MONDAY - timedelta(days=8))


def lines(name: str) -> list[list[str]]:
    return [line.replace("\\n", "\n").split("\t") for line in (HERE / name).read_text("utf-8").split("\n") if line]


SELLING = "I came across your company. We help firms like yours save money. Would you be open to a quick call?"


def judged(subject: str, text: str, **fields: object):
    one = entry("a", sender=LEE, subject=subject, text=text, **fields)
    return judge(one, [one], people(), hours=HOURS)


def is_cold(verdict) -> bool:
    return any(reason.rule == COLD for reason in verdict.reasons)


def rings_late(verdict) -> bool:
    return any(reason.rule in {COLD, MAYBE_COLD} for reason in verdict.reasons)


@pytest.mark.parametrize(
    ("name", "named", "late"),
    [
        pytest.param("cold.tsv", 0.55, 0.9, id="what the model was trained on"),
        pytest.param("cold_held.tsv", 0.35, 0.75, id="what it never saw"),
    ],
)
def test_cold_mail_is_told_from_first_contacts_and_all_of_it_is_owed(name: str, named: float, late: float) -> None:
    verdicts = [(label, subject, judged(subject, text)) for label, subject, text in lines(name)]
    assert [subject for _, subject, verdict in verdicts if not verdict.owes] == []
    cold, genuine = ([verdict for one, _, verdict in verdicts if one == label] for label in ("cold", "genuine"))
    assert sum(map(is_cold, cold)) >= named * len(cold)
    assert sum(map(rings_late, cold)) >= late * len(cold)
    assert sum(map(is_cold, genuine)) <= 0.015 * len(genuine)
    assert sum(map(rings_late, genuine)) <= 0.05 * len(genuine)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        pytest.param("Lunch", "Are you free for lunch with Sam and me on Thursday? Let me know.", id="lunch"),
        pytest.param(
            "Figures for March",
            "Attached please find my figures for March. If you have any questions, please give me a call. We will send "
            "the revenue of the pipeline group next week, and our customers have been told.",
            id="figures",
        ),
        pytest.param(
            "New floor plan",
            "Jane asked me to send you this. Our team moves on Friday and we offer everybody a parking space. Please "
            "let me know by Wednesday how many of your people need one, and whether 15 minutes with us would help.",
            id="a plan of the house",
        ),
        pytest.param(
            "Your candidate for the committee",
            "Congratulations on your new role. The committee meets on Monday, candidates are heard at nine, and we "
            "take an hour for each. Could you tell me whom you want to propose?",
            id="candidates who are not sold",
        ),
        pytest.param(
            "Review of the contract",
            "As discussed on the phone, here is the draft. We provide the software and our consultants the training; "
            "the price is 4,000 a month. Would you be interested in signing this week?",
            id="what was discussed",
        ),
        pytest.param(
            "Rückfrage",
            "Frau König bat mich, Ihnen die Zahlen zu schicken. Wann passt Ihnen ein kurzes Gespräch darüber?",
            id="asked by somebody",
        ),
    ],
)
def test_people_of_business_who_sell_nothing_ring_like_everybody(subject: str, text: str) -> None:
    assert not rings_late(judged(subject, text))


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        pytest.param("Idea", SELLING, id="it helps firms like mine"),
        pytest.param("Idee", "Wir helfen Betrieben wie Ihrem. Hätten Sie 15 Minuten für ein Telefonat?", id="German"),
        pytest.param(
            "Idée", "Nous aidons les PME. Seriez-vous disponible pour un échange de 15 minutes ?", id="French"
        ),
        pytest.param("Idea", "Ayudamos a empresas como la suya a vender más. ¿Le viene bien una demo?", id="Spanish"),
        pytest.param(
            "{{first_name}}, an idea", "Hi {{first_name}}, our tool is new. Any interest in a demo?", id="gaps"
        ),
        pytest.param("Re: our chat", f"{SELLING} Reply STOP and I will not write again.", id="a reply to nothing"),
    ],
)
def test_an_offer_that_asks_for_interest_is_named_cold_and_quotes_why(subject: str, text: str) -> None:
    (reason,) = (reason for reason in judged(subject, text).reasons if reason.rule == COLD)
    assert '"' in reason.text


@pytest.mark.parametrize(
    ("fields", "known"),
    [
        pytest.param({}, {"heard": ["lee@seller.example"]}, id="wrote before"),
        pytest.param({}, {"wrote": ["lee@seller.example"]}, id="I wrote to them"),
        pytest.param({"replies": "z"}, {}, id="a reply"),
        pytest.param({}, {"rules": [Rule(match=(("from", "*@seller.example"),), class_="client")]}, id="my rule"),
        pytest.param({}, {"contacts": ["lee@seller.example"]}, id="in my address book"),
        pytest.param({}, {"exchanges": {"@seller.example": [ANSWERED]}}, id="I answered their house"),
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


@pytest.mark.parametrize("rule", [COLD, MAYBE_COLD])
def test_cold_mail_and_what_might_be_ring_at_the_last_stages_only(rule: str) -> None:
    found = rang(ask(LEES, "fri 10:00", reasons=(replace(REASON, rule=rule),)), ask("Ada King", "fri 10:00"))
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
