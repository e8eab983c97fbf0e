"""A judgement adds up, has reasons, and stays what it was."""

import pytest

from tests.core.mail import ADA, HOURS, KIM, ME, entry, mine, people
from triage.core.judging.judge import THRESHOLD, judge
from triage.model.judgements import Kind

SAMPLES = {
    "a question": entry("a"),
    "thanks": entry("a", text="Thanks!"),
    "a newsletter": entry("a", headers=(("list-unsubscribe", "<x>"),)),
    "a bounce": entry("a", sender="mailer-daemon@client.example", subject="Undelivered Mail"),
    "an auto-reply": entry("a", headers=(("auto-submitted", "auto-replied"),)),
    "nothing at all": entry("a", sender=None, to=(), text=None, subject=""),
    "mine": mine("a"),
    "a copy": entry("a", to=("x@y.example",), cc=(ME,), text="As agreed."),
}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_every_verdict_has_reasons_and_the_sum_is_exact(sample):
    found = judge(sample, (sample,), people(), hours=HOURS)
    assert found.reasons
    assert found.score == round(sum(reason.points for reason in found.reasons), 2)
    vetoed = any(reason.veto for reason in found.reasons)
    assert found.owes == (found.score >= THRESHOLD and not vetoed and found.kind is Kind.PERSON)


def test_a_veto_decides_whatever_the_points_say():
    urgent = entry(
        "a", text="Can you help? It is urgent. Please call me.", headers=(("auto-submitted", "auto-generated"),)
    )
    assert not judge(urgent, (urgent,), people()).owes


def test_my_own_mail_owes_nothing():
    found = judge(mine("m"), (), people())
    assert (found.kind, found.owes) == (Kind.MINE, False)


def test_a_copy_of_mine_in_the_inbox_is_mine():
    assert judge(entry("m", sender=ME), (), people()).kind is Kind.MINE


def test_reasons_quote_what_they_saw():
    (asks,) = [one for one in judge(SAMPLES["a question"], (), people()).reasons if one.rule == "asks"]
    assert asks.text == 'asks: "Could you send the revised quote?"'


def test_without_hours_no_moment_is_read():
    assert judge(entry("a", text="Can you send it by Friday?"), (), people()).asked_by is None


def test_a_thread_of_mine_alone_changes_nothing_for_another():
    stranger = entry("a", text="Thanks!", replies="elsewhere")
    assert judge(stranger, (mine("m"), stranger), people(heard=(ADA,))) == judge(stranger, (), people(heard=(ADA,)))


def test_who_is_named_among_few_waits_before_those_who_wrote_to_all_of_them():
    to_us = (ME, KIM)
    named = judge(entry("a", to=to_us, text="Hi Robin,\nthe plan is attached."), (), people())
    nobody = judge(entry("a", to=to_us, text="Hello,\nthe plan is attached."), (), people())
    assert named.score > nobody.score
    assert "named" in [reason.rule for reason in named.reasons]


def test_to_one_alone_a_name_says_nothing_more():
    alone = judge(entry("a", text="Hi Robin,\nthe plan is attached."), (), people())
    assert alone.score == judge(entry("a", text="Hello,\nthe plan is attached."), (), people()).score
