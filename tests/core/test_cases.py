"""A conversation folded into a case: rounds, debts, outcomes, and what may never change."""

import time
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.mail import ADA, BEN, HOURS, KIM, ME, POLICY, at, entry, mine, people
from triage.core.cases.folding import Policy, case
from triage.core.cases.threads import in_order
from triage.model.cases import AnsweredBy, Class
from triage.model.judgements import Kind
from triage.model.mail import Report, ReportKind
from triage.settings import ReplyWithin, Rule, Within

FYI = "FYI, the office is closed on Friday."
OUT = (("auto-submitted", "auto-replied"),)


def fold(*thread, guests=(), policy=POLICY, **known):
    return case(in_order(thread), guests=guests, people=people(**known), policy=policy)


def owed(found):
    return [debt.message_id.strip("<>") for debt in found.debts]


@pytest.mark.parametrize(
    ("thread", "waiting"),
    [
        pytest.param([entry("q")], ["q"], id="a question"),
        pytest.param([entry("q"), mine("m", hours=1, replies="q")], [], id="an answered one"),
        pytest.param(
            [entry("q"), entry("r", hours=2, replies="q", text="Any news?")], ["q", "r"], id="a chaser waits as well"
        ),
        pytest.param(
            [entry("q"), entry("r", hours=2, replies="q", text=FYI)], ["q"], id="a question survives a later FYI"
        ),
        pytest.param([entry("r", text=FYI)], [], id="a FYI alone"),
        pytest.param(
            [entry("q"), mine("m", hours=1, replies="q"), entry("t", hours=2, replies="m", text="Thanks!")],
            [],
            id="thanks",
        ),
        pytest.param(
            [entry("q"), mine("m", hours=1, replies="q"), entry("r", hours=2, replies="m")],
            ["r"],
            id="anew after an answer",
        ),
        pytest.param(
            [mine("m", text="When?"), entry("o", hours=1, replies="m", headers=OUT, subject="Automatic reply: When")],
            [],
            id="their absence opens nothing",
        ),
        pytest.param([entry("q"), entry("o", hours=1, replies="q", headers=OUT)], ["q"], id="nor closes anything"),
        pytest.param([entry("q", discarded=True)], [], id="thrown away"),
        pytest.param([entry("q", archived=True)], [], id="filed where filing is done"),
        pytest.param([entry("q", text=None, trouble="cut")], ["q"], id="a message that could not be read whole"),
    ],
)
def test_what_waits_in_a_conversation(thread, waiting):
    assert owed(fold(*thread, heard=(ADA,))) == waiting


def test_only_my_own_mail_makes_no_case():
    assert fold(mine("m"), mine("n", replies="m")) is None


def test_each_round_has_its_outcome():
    found = fold(
        entry("q"),
        entry("r", hours=1, replies="q", text="Any news?"),
        mine("m", hours=2, replies="r"),
        entry("s", hours=30, replies="m"),
        mine("n", hours=31, replies="s"),
    )
    assert [(one.cause, one.answered_at, one.by) for one in found.settled] == [
        ("id:<q>", at(2), AnsweredBy.MAIL),
        ("id:<s>", at(31), AnsweredBy.MAIL),
    ]
    assert found.settled[0].received == at(0)
    assert found.settled[0].due == at(8)
    assert found.answered == at(31)
    assert found.debts == ()


def test_a_later_message_brings_the_due_time_of_a_round_forward_never_back():
    rest = (mine("m", hours=4, replies="r"),)
    sooner = fold(entry("q"), entry("r", hours=1, replies="q", text="Could you send it before noon?"), *rest)
    assert sooner.settled[0].due == at(3)
    later = fold(entry("q"), entry("r", hours=1, replies="q", text="Can you send it by Friday?"), *rest)
    assert later.settled[0].due == at(8)


def test_the_answer_counts_when_it_was_sent():
    found = fold(entry("q"), mine("m", hours=9, sent=at(7), replies="q"))
    assert found.settled[0].answered_at == at(7)


def test_a_fresh_mail_from_another_thread_answers():
    found = fold(entry("q"), guests=[mine("g", hours=1, subject="Quote for March")])
    assert found.debts == ()
    assert [item.key for item in found.items] == ["id:<q>"]
    assert found.answered == at(1)


def test_a_bounce_reopens_and_says_which_address():
    report = Report(kind=ReportKind.FAILED, about="<m>", recipients=(ADA,))
    bounce = entry("b", hours=2, sender="mailer-daemon@example.com", report=report)
    found = fold(entry("q"), mine("m", hours=1, replies="q"), bounce)
    assert owed(found) == ["q"]
    assert ADA in found.debts[0].reasons[-1].text
    assert (found.settled, found.answered) == ((), None)
    assert found.latest.key == "id:<q>"


def test_a_coworkers_answer_is_an_outcome_of_its_own_kind():
    found = fold(
        entry("q", to=(ME, KIM)), entry("k", hours=1, sender=KIM, to=(ADA,), cc=(ME,), replies="q", text="Here.")
    )
    assert found.settled[0].by is AnsweredBy.COWORKER
    assert owed(found) == []


def test_the_debt_says_who_asks_what():
    (debt,) = fold(
        entry("q", sender="Ada King <ada@client.example>", text="Hi Robin,\n\nCan you send it?\n> old")
    ).debts
    assert (debt.who.name, debt.who.address, debt.who.class_, debt.who.new) == ("Ada King", ADA, Class.CLIENT, True)
    assert (debt.questions, debt.excerpt) == (("Can you send it?",), "Can you send it?")
    assert (debt.received, debt.due, debt.source, debt.subject) == (at(0), at(8), "office", "Quote for March")


def test_an_excerpt_is_bounded():
    (debt,) = fold(entry("q", text="word " * 5000)).debts
    assert len(debt.excerpt) == 200


@pytest.mark.parametrize(
    ("within", "due"),
    [
        pytest.param(ReplyWithin(span=timedelta(hours=2)), at(2), id="a span of working time"),
        pytest.param(ReplyWithin(named=Within.END_OF_NEXT_DAY), at(32), id="end of next day"),
        pytest.param(ReplyWithin(named=Within.NEVER), None, id="never"),
    ],
)
def test_a_rule_sets_class_and_due(within, due):
    rules = (
        Rule(match=(("from", "*@other.example"),), reply_within=ReplyWithin(days=9)),
        Rule(match=(("from", "*@CLIENT.example"),), class_="vip", reply_within=within),
        Rule(match=(("from", "*"),), class_="other"),
    )
    (debt,) = fold(entry("q"), policy=Policy(hours=HOURS, rules=rules)).debts
    assert (debt.due, debt.who.class_) == (due, Class.VIP)


def test_backlog_is_what_came_before_the_boundary_of_its_source():
    policy = Policy(hours=HOURS, backlog_before={"office": at(1)})
    thread = (entry("q"), entry("r", hours=1, replies="q"), entry("s", hours=0, replies="q", source="home"))
    assert {debt.message_id: debt.backlog for debt in fold(*thread, policy=policy).debts} == {
        "<q>": True,
        "<r>": False,
        "<s>": False,
    }


def test_a_skipped_case_tells_why():
    found = fold(entry("n", headers=(("list-unsubscribe", "<x>"),)))
    assert (found.debts, found.kind) == ((), Kind.LIST)
    assert "bulk" in [reason.rule for reason in found.latest.reasons]


def test_the_ref_names_the_first_message_and_stays():
    short, longer = fold(entry("q")), fold(entry("q"), entry("r", hours=1, replies="q"))
    assert short.ref == longer.ref
    assert (len(short.ref), short.thread) == (20, "id:<q>")


def test_items_stand_in_the_order_of_the_conversation():
    found = fold(entry("q", hours=5), mine("m", hours=1, replies="q"), entry("o", hours=6, replies="m", headers=OUT))
    assert [(item.message_id, item.kind) for item in found.items] == [
        ("<q>", Kind.PERSON),
        ("<m>", Kind.MINE),
        ("<o>", Kind.AUTO_REPLY),
    ]


def test_a_thread_of_five_hundred_is_quick():
    thread = [
        (mine if number % 2 else entry)(
            f"m{number}", hours=number, references=tuple(f"m{one}" for one in range(max(0, number - 50), number))
        )
        for number in range(500)
    ]
    started = time.perf_counter()
    found = fold(*thread)
    assert time.perf_counter() - started < 2
    assert len(found.settled) == 250


@st.composite
def talks(draw):
    """A conversation of Ada, Ben and me, each message replying to an earlier one, clocks as they please."""
    thread = []
    for number in range(draw(st.integers(1, 8))):
        fields = {
            "hours": draw(st.integers(0, 6)),
            "replies": f"m{draw(st.integers(0, number - 1))}" if number else (),
            "text": draw(st.sampled_from(["Can you send it?", FYI, "Thanks!", "The plans are done."])),
        }
        if draw(st.booleans()):
            thread.append(entry(f"m{number}", sender=draw(st.sampled_from([ADA, BEN])), **fields))
        else:
            thread.append(mine(f"m{number}", to=(draw(st.sampled_from([ADA, BEN])),), **fields))
    return thread


@settings(max_examples=150)
@given(talks(), st.integers(0, 7), st.sampled_from([ADA, BEN]), st.integers(0, 8))
def test_a_mail_of_mine_opens_nothing(thread, parent, to, hours):
    before = fold(*thread)
    after = fold(*thread, mine("new", replies=f"m{parent % len(thread)}", to=(to,), hours=hours))
    assert set(owed(after) if after else ()) <= set(owed(before) if before else ())


@settings(max_examples=150)
@given(
    talks(),
    st.integers(0, 7),
    st.sampled_from([ADA, BEN]),
    st.integers(0, 8),
    st.sampled_from(["Thanks!", FYI, "Why?"]),
)
def test_their_mail_closes_nothing(thread, parent, sender, hours, text):
    before = fold(*thread)
    after = fold(*thread, entry("new", replies=f"m{parent % len(thread)}", sender=sender, hours=hours, text=text))
    assert set(owed(before) if before else ()) <= set(owed(after))


@given(talks())
def test_debts_and_outcomes_are_ordered_and_apart(thread):
    found = fold(*thread)
    if found is None:
        return
    assert all(one.received <= other.received for one, other in pairwise(found.debts))
    assert {debt.key for debt in found.debts}.isdisjoint(outcome.cause for outcome in found.settled)


def test_an_answer_that_came_back_says_whom_it_did_not_reach():
    failed = Report(kind=ReportKind.FAILED, about="<m>", recipients=())
    bounce = entry("b", hours=2, sender="mailer-daemon@example.com", report=failed)
    found = fold(entry("q"), mine("m", hours=1, replies="q"), bounce)
    assert [debt.came_back for debt in found.debts] == [(ADA,)]
    again = fold(entry("q"), mine("m", hours=1, replies="q"), bounce, mine("n", hours=3, replies="q"))
    assert again.debts == ()
