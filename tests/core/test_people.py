"""Who is me, who is team, who waits."""

import pytest

from tests.core.mail import ADA, KIM, ME, entry, mine, people
from triage.core.people import is_no_reply, matching_rule
from triage.model.cases import Class
from triage.model.judgements import Kind
from triage.settings import Rule


@pytest.mark.parametrize(
    ("address", "is_mine"),
    [
        pytest.param(ME, True, id="my address"),
        pytest.param("robin+shop@example.com", True, id="a plus-address of it"),
        pytest.param("rv@mail.example", True, id="a glob"),
        pytest.param("old@alias.example", True, id="learned from Sent"),
        pytest.param("old+x@alias.example", True, id="a plus-address of a learned one"),
        pytest.param(KIM, False, id="a coworker whose mail lies in my Sent"),
        pytest.param("robin@elsewhere.example", False, id="my local part elsewhere"),
        pytest.param("robinson@example.com", False, id="a longer local part"),
        pytest.param("", False, id="no address"),
    ],
)
def test_mine_is_what_is_configured_or_learned(address, is_mine):
    known = people(me=(ME, "rv@mail.*"), identities=("old@alias.example", KIM), heard=(KIM,))
    assert known.is_me(address) is is_mine


def test_what_stands_in_sent_is_mine_whatever_its_from():
    assert people().is_mine(mine("m", sender="somebody@else.example"))


def test_a_copy_of_my_mail_in_the_inbox_is_mine():
    assert people().is_mine(entry("m", sender=ME))


def test_a_web_form_that_writes_as_me_is_the_visitors():
    form = entry("f", sender=ME, reply_to=("Ada King <ada@client.example>",))
    assert not people().is_mine(form)
    assert people().person(form).address == ADA


@pytest.mark.parametrize(
    ("sender", "reply_to", "owed_to"),
    [
        pytest.param(ADA, "other@elsewhere.example", ADA, id="reply-to of a person is no debtor"),
        pytest.param("no-reply@forms.example", ADA, ADA, id="no-reply with a person behind it"),
        pytest.param("www@example.com", ADA, ADA, id="our own site"),
        pytest.param("no-reply@shop.example", "support@mail.shop.example", "no-reply@shop.example", id="one house"),
        pytest.param(
            "no-reply@shop.example", "noreply@elsewhere.example", "no-reply@shop.example", id="two no-replies"
        ),
    ],
)
def test_reply_to_counts_only_where_from_reaches_nobody(sender, reply_to, owed_to):
    assert people().debtor(entry("a", sender=sender, reply_to=(reply_to,)).message).address == owed_to


def test_a_person_is_new_until_either_wrote():
    assert people().person(entry("a")).new
    assert not people(wrote=(ADA,)).person(entry("a")).new
    assert not people(heard=(ADA,)).person(entry("a")).new
    assert not people().person(entry("a", sender=KIM)).new
    assert not people(contacts=(ADA,)).person(entry("a")).new


def test_newness_is_as_of_the_moment_it_came():
    assert people(heard=(ADA,)).person(entry("a", hours=-24 * 30)).new


@pytest.mark.parametrize(
    ("sender", "kind", "rule", "expected"),
    [
        (ADA, Kind.PERSON, None, Class.CLIENT),
        (ADA, Kind.AUTOMATIC, None, Class.OTHER),
        (KIM, Kind.PERSON, None, Class.COWORKER),
        (KIM, Kind.PERSON, "vip", Class.VIP),
    ],
)
def test_class_is_the_rules_then_the_teams(sender, kind, rule, expected):
    found = Rule(match=(("from", "*"),), class_=rule) if rule else None
    assert people().person(entry("a", sender=sender), kind=kind, rule=found).class_ is expected


@pytest.mark.parametrize(
    ("key", "pattern", "matches"),
    [
        ("from", "*@CLIENT.example", True),
        ("from", "client.example", False),
        ("to", "robin@*", True),
        ("to", "kim@*", True),
        ("subject", "[tea] *", True),
        ("subject", "[t]ea*", False),
        ("list", "tea.example.org", True),
        ("source", "off*", True),
        ("mailbox", "inbox", True),
        ("phone", "*", False),
    ],
)
def test_a_rule_matches_by_globs(key, pattern, matches):
    rule = Rule(match=((key, pattern),))
    headers = (("list-id", "Tea <tea.example.org>"),)
    assert (matching_rule(entry("a", subject="[tea] Quote", cc=(KIM,), headers=headers), (rule,)) is rule) is matches


def test_the_first_rule_that_matches_wholly_wins():
    first = Rule(match=(("from", "*@client.example"), ("subject", "invoice*")))
    second = Rule(match=(("from", "ada@*"),))
    third = Rule(match=(("from", "*"),))
    assert matching_rule(entry("a"), (first, second, third)) is second


@pytest.mark.parametrize(
    "local", ["noreply", "no-reply", "do_not_reply", "mailer-daemon", "notifications", "x.noreply.autoresponder"]
)
def test_no_reply_addresses(local):
    assert is_no_reply(f"{local}@example.org")


@pytest.mark.parametrize("local", ["noreplyson", "info", "support", "ada", "notifier.ada", "bouncy"])
def test_addresses_that_somebody_reads(local):
    assert not is_no_reply(f"{local}@example.org")


def test_silenced_by_address_and_by_domain():
    known = people(silenced=(ADA, "@shop.example"))
    assert known.is_silenced(ADA)
    assert known.is_silenced("x@shop.example")
    assert not known.is_silenced("ben@client.example")
