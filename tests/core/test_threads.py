"""Conversations are made by references alone, and references beat clocks."""

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.mail import at, entry, mine
from triage.core.cases.threads import bare_subject, in_order, is_forward_subject, is_fresh, links, threads
from triage.model.mail import Report, ReportKind


def names(thread):
    return [one.message.message_id.strip("<>") for one in thread]


def test_links_hold_the_own_id_and_all_that_is_named():
    report = Report(kind=ReportKind.FAILED, about="<sent>")
    message = entry("a", replies="b", references=("c", "d"), report=report).message
    assert links(message) == {"<a>", "<b>", "<c>", "<d>", "<sent>"}


def test_the_same_subject_alone_makes_no_thread():
    assert len(threads([entry("a"), entry("b", hours=1)])) == 2


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(entry("b", replies="a"), id="in-reply-to"),
        pytest.param(entry("b", references=("x", "a")), id="references"),
        pytest.param(entry("b", report=Report(kind=ReportKind.FAILED, about="<a>")), id="a bounce about it"),
        pytest.param(entry("b", replies="a", source="other", subject="Other"), id="another source and subject"),
    ],
)
def test_what_names_a_message_is_of_its_thread(second):
    assert [names(thread) for thread in threads([second, entry("a")])] == [["a", "b"]]


def test_two_replies_to_a_message_never_seen_are_one_thread():
    assert len(threads([entry("a", replies="gone"), entry("b", replies="gone")])) == 1


def test_a_reply_stands_after_what_it_names_though_its_clock_is_earlier():
    thread = [
        entry("late", hours=5),
        entry("reply", hours=1, replies="late"),
        entry("other", hours=2, references=("late",)),
    ]
    assert names(in_order(thread)) == ["late", "reply", "other"]


def test_a_circle_of_references_is_cut_at_its_earliest():
    circle = [entry("a", hours=2, replies="b"), entry("b", hours=1, replies="a"), entry("c", hours=3, replies="a")]
    assert names(in_order(circle)) == ["b", "a", "c"]


def test_a_sent_copy_filed_late_stands_where_it_was_sent():
    thread = [entry("a"), mine("m", hours=3, sent=at(1), references=("a",)), entry("b", hours=2, references=("a",))]
    assert names(in_order(thread)) == ["a", "m", "b"]


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 5)), min_size=1, max_size=14),
    st.randoms(use_true_random=False),
)
def test_the_order_of_arrival_does_not_matter(rows, random):
    entries = [
        entry(f"m{number}", hours=hour, replies=f"m{one}", references=(f"m{other}",) if other != 12 else ())
        for number, (one, other, hour) in enumerate(rows)
    ]
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert threads(shuffled) == threads(entries)
    assert sorted(one.message.key for thread in threads(entries) for one in thread) == sorted(
        one.message.key for one in entries
    )


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Quote", "quote"),
        ("Re: Quote", "quote"),
        ("RE:Quote", "quote"),
        ("Re[2]: AW: Sv: Antw: Quote", "quote"),
        ("Fwd: WG: Tr: RV: Quote", "quote"),
        ("[tea] Re: [tea] Quote", "quote"),
        ("回复：Quote", "quote"),
        ("Offer (was: Quote)", "offer"),
        ("Re: Offer (was Re: Quote)", "offer"),
        ("  Quote   for\tMarch ", "quote for march"),
        ("Note: bring tea", "note: bring tea"),
        ("[tea]", "[tea]"),
        ("Re:", "re:"),
        ("", ""),
    ],
)
def test_a_bare_subject_has_no_prefixes(subject, bare):
    assert bare_subject(subject) == bare


def test_only_the_outermost_prefix_tells_a_forward():
    assert is_forward_subject("[tea] Fwd: Re: Quote")
    assert not is_forward_subject("Re: Fwd: Quote")


def test_fresh_is_what_names_nothing():
    assert is_fresh(entry("a").message)
    assert not is_fresh(entry("a", references=("b",)).message)


@pytest.mark.parametrize("worst", ["Re: " * 50_000, "[" * 100_000, "(was " * 30_000, "Re[" * 50_000, " " * 100_000])
def test_hostile_subjects_take_linear_time(worst):
    started = time.process_time()
    bare_subject(worst)
    assert time.process_time() - started < 0.5


def test_a_thread_of_two_thousand_with_fifty_references_each_is_quick():
    entries = [
        entry(f"m{n}", hours=n / 60, references=tuple(f"m{k}" for k in range(max(0, n - 50), n))) for n in range(2000)
    ]
    started = time.process_time()
    (thread,) = threads(reversed(entries))
    assert time.process_time() - started < 2
    assert names(thread) == [f"m{n}" for n in range(2000)]
    assert thread[-1].message.received - thread[0].message.received < timedelta(days=2)
