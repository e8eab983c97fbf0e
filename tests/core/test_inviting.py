"""Invitations that ask nothing: until when they are worth a word."""

from datetime import timedelta

import pytest

from tests.core.mail import POLICY, at, entry, mine, people
from triage.core.cases.folding import case
from triage.core.cases.gather import gather
from triage.core.cases.threads import in_order

ASKS = "Hi Robin, before Tuesday: could you send me the list of people you would like to bring along?"
BULK = (("list-unsubscribe", "<https://news.example/out>"),)
STARTS = at(100)
INVITED = entry("i", calendar="REQUEST", text="Planning round", starts=STARTS)
EVENT = entry("i", calendar="REQUEST", text="Planning round", starts=STARTS, event="4711@cal.example")
ACCEPTS = {"calendar": "REPLY", "text": "", "subject": "Accepted: Planning", "event": "4711@cal.example"}
REPLIED = mine("m", hours=1, **ACCEPTS)
ANSWER = mine("m", hours=1, replies="i", subject="Accepted: Planning round", calendar="REPLY", text="")


def until(*thread, **known):
    return case(in_order(thread), people=people(**known), policy=POLICY).invited


def test_an_invitation_waits_until_it_begins_or_for_two_weeks():
    assert until(INVITED) == STARTS + timedelta(hours=12)
    assert until(entry("i", calendar="REQUEST", text="Planning round")) == at(0) + timedelta(days=14)


@pytest.mark.parametrize(
    "thread",
    [
        pytest.param([INVITED, ANSWER], id="I accepted"),
        pytest.param([INVITED, mine("m", hours=1, replies="i", text="I cannot, sorry.")], id="I wrote"),
        pytest.param([INVITED, entry("c", hours=1, replies="i", calendar="CANCEL", text="")], id="it was called off"),
        pytest.param([entry("i", calendar="REQUEST", text=ASKS)], id="its text asks: it is owed"),
        pytest.param([entry("i", calendar="REQUEST", text="Our webinar", headers=BULK)], id="it went to many"),
        pytest.param([entry("i", calendar="REPLY", text="")], id="it is somebody's answer"),
        pytest.param([entry("i", calendar="REQUEST", text="Planning", discarded=True)], id="it was thrown away"),
    ],
)
def test_no_word_is_said_where(thread):
    assert until(*thread) is None


@pytest.mark.parametrize(
    ("invitation", "answer", "waits"),
    [
        pytest.param(EVENT, REPLIED, False, id="to the same event"),
        pytest.param(EVENT, mine("m", hours=500, **ACCEPTS), False, id="weeks later"),
        pytest.param(EVENT, mine("m", hours=1, **ACCEPTS | {"event": "4712@cal.example"}), True, id="to another event"),
        pytest.param(EVENT, mine("m", hours=1, **ACCEPTS | {"calendar": "REQUEST"}), True, id="I invite myself"),
        pytest.param(EVENT, mine("m", hours=-1, **ACCEPTS), True, id="before it came, as to one that was moved"),
        pytest.param(EVENT, mine("m", hours=1, to=("ben@client.example",), **ACCEPTS), True, id="to somebody else"),
        pytest.param(
            INVITED, mine("m", hours=1, subject="Accepted: Planning round", text=""), True, id="no event known"
        ),
    ],
)
def test_an_acceptance_that_replies_to_no_mail_answers_the_invitation_to_its_event(invitation, answer, waits) -> None:
    found = {one.items[0].key: one for one in gather([invitation, answer], people=people(), policy=POLICY)}
    assert (found["id:<i>"].invited is not None) is waits


def test_a_fresh_acceptance_answers_what_the_invitation_asked_as_one_in_the_conversation_does() -> None:
    asks = entry("i", calendar="REQUEST", text=ASKS, event="4711@cal.example")
    (found,) = gather([asks, REPLIED], people=people(), policy=POLICY)
    assert not found.debts


def test_an_invitation_that_was_moved_waits_anew():
    again = entry("j", hours=2, replies="i", calendar="REQUEST", text="Planning round", starts=at(200))
    assert until(INVITED, ANSWER, again) == at(200) + timedelta(hours=12)


def test_a_sender_who_was_silenced_invites_in_vain():
    assert until(INVITED, silenced=("@client.example",)) is None
