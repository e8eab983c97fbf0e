"""The contract's "An answer", sentence by sentence."""

import pytest

from tests.core.mail import ADA, BEN, KIM, ME, at, entry, mine, people
from triage.core.cases.answers import answers
from triage.core.cases.threads import in_order
from triage.model.cases import AnsweredBy
from triage.model.mail import Report, ReportKind

SARA = "sara@client.example"


def found(*thread, guests=(), automatic=()):
    keys = frozenset(f"id:<{name}>" for name in automatic)
    return answers(in_order(thread), guests, people(), automatic=keys)


def closed(*thread, **given):
    """The names of the messages that are settled."""
    return sorted(key.removeprefix("id:<").rstrip(">") for key in found(*thread, **given).of)


@pytest.mark.parametrize(
    ("thread", "expected"),
    [
        pytest.param([entry("q"), mine("m", hours=1, replies="q")], ["q"], id="a reply answers what it names"),
        pytest.param([entry("q"), mine("m", hours=1, replies="q", to=(BEN,))], ["q"], id="whoever it goes to"),
        pytest.param([entry("q", hours=5), mine("m", hours=1, replies="q")], ["q"], id="whatever the clocks say"),
        pytest.param(
            [entry("q"), mine("m", references=("x", "q"))], ["q"], id="the last reference, without In-Reply-To"
        ),
        pytest.param(
            [entry("q"), entry("r", hours=1, replies="q"), mine("m", hours=2, replies="r")],
            ["q", "r"],
            id="and every earlier message of that sender",
        ),
        pytest.param(
            [entry("q"), entry("r", hours=1, replies="q", sender=BEN), mine("m", hours=2, replies="r", to=(BEN,))],
            ["r"],
            id="but not of somebody who is not written to",
        ),
        pytest.param(
            [
                entry("q"),
                entry("r", hours=1, replies="q", sender=BEN),
                mine("m", hours=2, replies="r", to=(BEN,), cc=(ADA,)),
            ],
            ["q", "r"],
            id="a copy reaches the sender as well",
        ),
        pytest.param(
            [entry("q"), mine("m", hours=1, replies="q"), entry("r", hours=2, replies="m")],
            ["q"],
            id="what came after the answer waits",
        ),
        pytest.param(
            [entry("q"), entry("r", hours=5, replies="q"), mine("m", hours=3, replies="q")],
            ["q"],
            id="a question that crossed the answer waits",
        ),
        pytest.param(
            [entry("q"), entry("r", hours=3, replies="q"), mine("m", hours=3, replies="q")],
            ["q"],
            id="a tie of whole seconds proves nothing",
        ),
        pytest.param(
            [entry("q"), entry("r", hours=5, replies="q"), mine("m", hours=3, replies="q", references=("q", "r"))],
            ["q", "r"],
            id="what the answer builds on came before it",
        ),
        pytest.param(
            [entry("q"), mine("m", hours=4, replies="q"), entry("r", hours=2, replies="m")],
            ["q"],
            id="what builds on the answer came after it",
        ),
        pytest.param(
            [
                entry("q"),
                mine("m", hours=1, replies="q"),
                mine("n", hours=2, replies="m"),
                entry("r", hours=1.5, replies="m"),
            ],
            ["q", "r"],
            id="a follow-up to my own mail answers what came between",
        ),
        pytest.param(
            [entry("q"), entry("r", hours=2, replies="q"), mine("m", hours=3, sent=at(1), replies="q")],
            ["q"],
            id="a lagging Sent copy counts when it was sent",
        ),
        pytest.param(
            [entry("q"), mine("m", hours=1, replies="q", headers=(("auto-submitted", "auto-replied"),))],
            [],
            id="my vacation notice answers nothing",
        ),
        pytest.param(
            [entry("q"), mine("m", hours=1, replies="q", headers=(("auto-submitted", "no"),))],
            ["q"],
            id="auto-submitted: no is a person",
        ),
        pytest.param(
            [entry("q"), mine("m", hours=1, replies="q", subject="Fwd: Quote", to=("boss@other.example",))],
            [],
            id="a bare forward answers nothing",
        ),
        pytest.param(
            [entry("q"), mine("m", hours=1, replies="q", subject="Fwd: Quote", to=("x@other.example", ADA))],
            ["q"],
            id="a forward that reaches the asker answers",
        ),
        pytest.param(
            [
                entry("q"),
                mine(
                    "m",
                    hours=1,
                    replies="q",
                    subject="Quote",
                    to=("x@other.example",),
                    text="See below\n---------- Forwarded message ----------\nFrom: Ada",
                ),
            ],
            [],
            id="a forwarded block without a prefix is a forward",
        ),
        pytest.param(
            [entry("q"), mine("m", hours=1, replies="q", text="Yes\n> ---------- Forwarded message ---------")],
            ["q"],
            id="a quoted one is none",
        ),
        pytest.param(
            [entry("q"), entry("a", hours=1, replies="q", sender=BEN, headers=(("auto-submitted", "auto-replied"),))],
            [],
            id="their auto-reply closes nothing",
        ),
        pytest.param(
            [
                entry("q", sender="no-reply@forms.example", reply_to=(ADA,)),
                entry("r", replies="q"),
                mine("m", replies="r", hours=1),
            ],
            ["q", "r"],
            id="the person behind a form is its sender",
        ),
    ],
)
def test_what_a_mail_of_mine_answers(thread, expected):
    assert closed(*thread) == expected


@pytest.mark.parametrize(
    ("guest", "expected"),
    [
        pytest.param(mine("g", hours=1, subject="Quote for March"), ["q"], id="same subject, to the sender"),
        pytest.param(mine("g", hours=1, subject="Re: [x] QUOTE for March"), ["q"], id="same bare subject"),
        pytest.param(mine("g", hours=1, subject="Offer"), [], id="another subject"),
        pytest.param(mine("g", hours=1, subject="Quote for March", to=(BEN,)), [], id="to somebody else"),
        pytest.param(
            mine("g", hours=1, subject="Quote for March", to=(BEN,), cc=(ADA,)), ["q"], id="copied to the sender"
        ),
        pytest.param(mine("g", hours=24 * 14, subject="Quote for March"), ["q"], id="on the fourteenth day"),
        pytest.param(mine("g", hours=24 * 14 + 1, subject="Quote for March"), [], id="after fourteen days"),
        pytest.param(mine("g", hours=-1, subject="Quote for March"), [], id="before the question"),
        pytest.param(mine("g", hours=0, subject="Quote for March"), [], id="in the same second"),
        pytest.param(mine("g", hours=1, subject="Quote for March", references=("z",)), [], id="not fresh"),
        pytest.param(
            mine("g", hours=1, subject="Quote for March", headers=(("auto-submitted", "auto-generated"),)),
            [],
            id="automatic",
        ),
    ],
)
def test_a_fresh_mail_of_mine(guest, expected):
    assert closed(entry("q"), guests=[guest]) == expected


def test_two_empty_subjects_prove_nothing():
    assert closed(entry("q", subject=""), guests=[mine("g", hours=1, subject="")]) == []


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        pytest.param({"to": (ME, KIM)}, {}, ["q"], id="I was one of several"),
        pytest.param({"to": (KIM,), "cc": (ME,)}, {}, ["q"], id="I was copied"),
        pytest.param({"to": ("info@example.com",)}, {}, ["q"], id="it came by a shared address"),
        pytest.param({"to": (ME,)}, {}, [], id="it was to me alone"),
        pytest.param({"to": (ME,), "cc": (KIM,)}, {}, [], id="to me alone, the coworker copied"),
        pytest.param({"to": (ME, KIM)}, {"to": (ME,)}, [], id="the coworker wrote to me, not to the asker"),
        pytest.param({"to": (ME, BEN)}, {"sender": BEN}, [], id="who answered is no coworker"),
        pytest.param(
            {"to": (ME, KIM)}, {"headers": (("auto-submitted", "auto-replied"),)}, [], id="their vacation notice"
        ),
    ],
)
def test_a_coworkers_answer_closes_where_i_was_one_of_several(question, answer, expected):
    reply = {"sender": KIM, "to": (ADA,), "hours": 1, "replies": "q"} | answer
    assert closed(entry("q", **question), entry("k", **reply)) == expected


def test_a_coworkers_answer_is_told_from_mine():
    both = found(entry("q", to=(ME, KIM)), entry("k", sender=KIM, to=(ADA,), hours=1, replies="q"))
    assert both.of["id:<q>"].by is AnsweredBy.COWORKER


def bounce(name="b", kind=ReportKind.FAILED, recipients=(ADA,), **fields):
    report = Report(kind=kind, about="<m>", recipients=recipients)
    return entry(name, sender="mailer-daemon@example.com", hours=2, report=report, **fields)


ANSWERED = (entry("q"), mine("m", hours=1, replies="q", cc=(SARA,)))


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        pytest.param(bounce(), [], id="it failed"),
        pytest.param(bounce(recipients=()), [], id="it failed and names nobody"),
        pytest.param(bounce(recipients=("ada@inside.client.example",)), [], id="it failed behind a forwarding"),
        pytest.param(bounce(recipients=(SARA,)), ["q"], id="only the copy failed"),
        pytest.param(bounce(kind=ReportKind.DELAYED), ["q"], id="it is only delayed"),
        pytest.param(bounce(kind=ReportKind.DELIVERED), ["q"], id="it was delivered"),
        pytest.param(bounce(kind=ReportKind.READ), ["q"], id="it was read"),
    ],
)
def test_a_bounce_of_my_answer_reopens(report, expected):
    assert closed(*ANSWERED, report, automatic=("b",)) == expected


def test_the_failed_address_is_kept():
    assert found(*ANSWERED, bounce()).came_back == {"id:<q>": (ADA,)}


def test_sent_again_after_a_bounce_it_is_answered():
    again = found(*ANSWERED, bounce(), mine("n", hours=3, replies="q"))
    assert again.of["id:<q>"].at == at(3)
    assert again.came_back == {}


@pytest.mark.parametrize(
    ("fields", "by"),
    [({"discarded": True}, AnsweredBy.DISCARDED), ({"archived": True}, AnsweredBy.ARCHIVED)],
    ids=["in Trash", "filed, in a source that works so"],
)
def test_what_the_user_threw_away_or_filed_is_settled(fields, by):
    assert found(entry("q", **fields)).of["id:<q>"].by is by


def test_an_answer_by_mail_speaks_before_the_trash():
    assert found(entry("q", discarded=True), mine("m", hours=1, replies="q")).of["id:<q>"].by is AnsweredBy.MAIL


def test_what_was_filed_counts_as_answered_when_it_left_the_inbox() -> None:
    assert found(entry("q", archived=True, left=at(5))).of["id:<q>"].at == at(5)


def test_the_first_answer_is_the_one_that_counts_and_the_latest_is_told():
    both = found(entry("q"), mine("m", hours=1, replies="q"), mine("n", hours=2, replies="q"))
    assert both.of["id:<q>"].at == at(1)
    assert both.latest == at(2)


def test_nothing_of_mine_is_no_answer():
    assert found(entry("q")).latest is None
