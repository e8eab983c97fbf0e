"""What my own mails leave open in a conversation: `promised` and `waiting`, from the first word to the last."""

from datetime import timedelta

import pytest

from tests.core.mail import ADA, BEN, HOURS, ME, at, entry
from triage.core.cases.clear import clear
from triage.core.cases.folding import Policy
from triage.core.cases.gather import gather
from triage.core.cases.state import Standing, standing
from triage.core.notices.plan import plan
from triage.core.notices.scene import scene
from triage.core.people import People
from triage.model.board import Board
from triage.model.cases import AnsweredBy, State
from triage.model.entries import Correspondence
from triage.model.health import Health
from triage.model.mail import Report, ReportKind
from triage.model.marks import Mark, MarkKind
from triage.settings import Me, Reminders

KNOWN = Correspondence(written_to={ADA: at(-900)}, heard_from={ADA: at(-900)})
PEOPLE = People(me=Me(addresses=(ME,)), correspondence=KNOWN)
ASKED = entry("ask", text="Could you send the plans?")
AUTO = (("auto-submitted", "auto-replied"),)


def mine(name, text, *, hours, replies="ask", to=(ADA,), **fields):
    sent = {"sender": ME, "outgoing": True, "mailboxes": ("Sent",)}
    return entry(name, to=to, text=text, hours=hours, replies=replies, **sent, **fields)


def case_of(*entries, backlog_before=None):
    found = gather(entries, people=PEOPLE, policy=Policy(hours=HOURS, backlog_before=backlog_before or {}))
    return found[0] if found else None


def stands(*entries, now=10.0, marks=()) -> Standing:
    return standing(case_of(*entries), marks, at(now))


def mark(kind, key, hours, until=None):
    return Mark(id=1, command="c", at=at(hours), kind=kind, key=key, until=until)


FRIDAY = mine("reply", "I'll send you the plans by Friday.", hours=1)
HOLDING = mine("reply", "Let me find out.", hours=1)


def test_a_promise_answers_today_and_is_due_when_i_said() -> None:
    seen = stands(ASKED, FRIDAY)
    assert (seen.state, seen.due, seen.until) == (State.PROMISED, at(104), at(104))
    assert [outcome.by for outcome in seen.case.settled] == [AnsweredBy.MAIL]
    assert seen.case.settled[0].answered_at == at(1)
    assert (seen.who.address, seen.cause.key) == (ADA, "id:<reply>")


def test_without_a_day_the_end_of_the_next_working_day_is_assumed_and_said() -> None:
    seen = stands(ASKED, HOLDING)
    assert (seen.due, seen.case.promise.assumed) == (at(32), True)
    assert [reason.rule for reason in seen.cause.reasons] == ["promised", "assumed"]


LATER = {
    "with content: kept": ([mine("more", "Here are the plans, as a drawing.", hours=5)], State.ANSWERED, None),
    "with an attachment: kept": ([mine("more", "", hours=5, attachments=("plans.pdf",))], State.ANSWERED, None),
    "thanks alone: not kept": ([mine("more", "Thanks!", hours=5)], State.PROMISED, at(104)),
    "to somebody else: not kept": (
        [mine("more", "Here are the plans, all of them.", hours=5, to=(BEN,))],
        State.PROMISED,
        at(104),
    ),
    "another holding line: moved": (
        [mine("more", "I need more time, you will have it by Monday.", hours=5)],
        State.PROMISED,
        at(8),
    ),
    "a new question of theirs: owed": (
        [entry("again", text="Could you also tell me the price?", replies="reply", hours=5)],
        State.OWED,
        at(8),
    ),
    "thanks of theirs: still promised": (
        [entry("again", text="Thanks!", replies="reply", hours=5)],
        State.PROMISED,
        at(104),
    ),
    "a fresh mail of the same subject: kept": (
        [mine("more", "Here are the plans you asked for.", hours=5, replies=())],
        State.ANSWERED,
        None,
    ),
}


@pytest.mark.parametrize(("more", "state", "due"), LATER.values(), ids=LATER.keys())
def test_what_comes_after_a_promise(more, state, due) -> None:
    found = gather([ASKED, FRIDAY, *more], people=PEOPLE, policy=Policy(hours=HOURS))
    seen = next(standing(one, (), at(6)) for one in found if one.thread == "id:<ask>")
    assert (seen.state, seen.due) == (state, due)


def test_a_second_holding_line_is_counted() -> None:
    seen = stands(ASKED, FRIDAY, mine("more", "I'll get back to you next week.", hours=20), now=21)
    assert seen.case.promise.times == 2
    assert "held-off" in [reason.rule for reason in seen.cause.reasons]


def test_a_promise_kept_is_an_outcome_of_its_own_due_when_i_said() -> None:
    kept = stands(ASKED, FRIDAY, mine("more", "Here are the plans, as a drawing.", hours=50)).case.settled[-1]
    assert (kept.cause, kept.due, kept.answered_at) == ("id:<reply>", at(104), at(50))


def test_a_question_after_a_promise_is_due_when_that_was_if_sooner() -> None:
    soon = mine("reply", "I'll send you the plans by 14:00.", hours=1)
    seen = stands(ASKED, soon, entry("again", text="Could you send the price too?", replies="reply", hours=2), now=3)
    assert (seen.state, seen.due, seen.cause.key) == (State.OWED, at(5), "id:<again>")


def test_a_promise_that_came_back_is_none_and_they_still_wait() -> None:
    report = Report(kind=ReportKind.FAILED, about="<reply>", recipients=(ADA,))
    bounce = entry("bounce", sender="mailer-daemon@example.com", text="", hours=2, replies="reply", report=report)
    assert stands(ASKED, FRIDAY, bounce).state is State.OWED


def test_a_promise_due_before_the_first_read_is_history() -> None:
    made = case_of(ASKED, FRIDAY, backlog_before={"office": at(200)})
    assert made.promise is None
    assert case_of(ASKED, FRIDAY, backlog_before={"office": at(50)}).promise is not None


def test_an_automatic_mail_of_mine_promises_nothing() -> None:
    assert stands(ASKED, mine("reply", "I'll get back to you by Friday.", hours=1, headers=AUTO)).state is State.OWED


@pytest.mark.parametrize(
    ("kind", "until", "state"),
    [
        (MarkKind.DONE, None, State.ANSWERED),
        (MarkKind.DISMISS, None, State.DISMISSED),
        (MarkKind.SNOOZE, at(30), State.SNOOZED),
    ],
)
@pytest.mark.parametrize("made", ["promised", "waiting"])
def test_marks_work_on_both(made: str, kind: MarkKind, until, state: State) -> None:
    word = FRIDAY if made == "promised" else mine("reply", "Which paper do you want?", hours=1)
    seen = stands(ASKED, word, marks=(mark(kind, "id:<reply>", 9, until),))
    assert seen.state is state
    before = stands(ASKED, word, marks=(mark(kind, "id:<ask>", 0.5, until),))
    assert before.state.value == made
    assert len(seen.ended) == (made == "promised" and state is not State.SNOOZED)


def board(case, now):
    known = {"known_since": at(-900), "first_complete": at(-900)}
    return Board(
        cases=(case,),
        sources=(Health(name="office", kind="imap", completed=now, **known),),
        daemon_since=at(-900),
    )


def test_clear_counts_a_promise_on_its_day_only() -> None:
    made = case_of(ASKED, FRIDAY)
    assert clear(board(made, at(30)), at(30), HOURS)
    assert not clear(board(made, at(98)), at(98), HOURS)
    assert not clear(board(made, at(175)), at(175), HOURS)


def test_a_promise_rings_before_it_is_due_and_late_ones_in_the_morning() -> None:
    made = case_of(ASKED, FRIDAY)
    rung = plan(board(made, at(102)), at(102), hours=HOURS, reminders=Reminders()).notices
    assert [one.state for notice in rung for one in notice.standings] == [State.PROMISED]
    monday = at(168 + 1 / 12)
    late = plan(board(made, monday), monday, hours=HOURS, reminders=Reminders()).notices
    assert [notice.kind.value for notice in late] == ["morning"]


def test_waiting_never_rings() -> None:
    made = case_of(ASKED, mine("reply", "Which paper do you want?", hours=1))
    for now in (at(2), at(8), at(24.1), at(200)):
        assert standing(made, (), now).state is State.WAITING
        assert scene(board(made, now), now, hours=HOURS, reminders=Reminders(), awake=None).turns == ()
        assert clear(board(made, now), now, HOURS)


QUESTION = mine("q", "Hello Ada, which paper do you want?", hours=1, replies=())
WAITS = {
    "chosen, not asked": (
        [entry("w", text="Do you need it 54 or 60 inches wide?"), mine("54", text="54 please.", replies="w", hours=1)],
        State.ANSWERED,
        None,
    ),
    "a promise that sounds like a question": (
        [entry("w", text="Was kostet das?"), mine("p", text="Die Zahl hast du bis Freitag.", replies="w", hours=1)],
        State.PROMISED,
        at(104),
    ),
    "ordered in a reply": (
        [entry("w", text="What is missing?"), mine("o", text="Send me page two please.", replies="w", hours=1)],
        State.WAITING,
        None,
    ),
    "the rest is to come": (
        [QUESTION, entry("a", text="half of it is done, rest by Thursday", replies="q", hours=3)],
        State.WAITING,
        at(80),
    ),
    "back on a weekday with its date": (
        [QUESTION, entry("a", text="I am back on Monday, November 30.", replies="q", hours=1.1, headers=AUTO)],
        State.WAITING,
        at(14 * 24),
    ),
    "back on a date, Spanish": (
        [QUESTION, entry("a", text="Estaré de vuelta el 30 de noviembre.", replies="q", hours=1.1, headers=AUTO)],
        State.WAITING,
        at(14 * 24),
    ),
    "asked and not answered": ([QUESTION], State.WAITING, None),
    "a second word of mine that asks nothing": (
        [QUESTION, mine("q2", "I forgot to say: it is for March.", hours=2, replies="q")],
        State.WAITING,
        None,
    ),
    "answered": ([QUESTION, entry("a", text="The white one.", replies="q", hours=3)], State.SKIPPED, None),
    "answered by a question": (
        [QUESTION, entry("a", text="Which do you have?", replies="q", hours=3)],
        State.OWED,
        None,
    ),
    "away until a day": (
        [QUESTION, entry("a", text="I am out of the office until Wednesday.", replies="q", hours=1.1, headers=AUTO)],
        State.WAITING,
        at(72),
    ),
    "back on a date": (
        [QUESTION, entry("a", text="I will be back on 23 November.", replies="q", hours=1.1, headers=AUTO)],
        State.WAITING,
        at(168),
    ),
    "back on a date, German": (
        [QUESTION, entry("a", text="Ich bin ab dem 23.11. wieder da.", replies="q", hours=1.1, headers=AUTO)],
        State.WAITING,
        at(168),
    ),
    "gone for good": (
        [QUESTION, entry("a", text="Ada is no longer with the company.", replies="q", hours=1.1, headers=AUTO)],
        State.SKIPPED,
        None,
    ),
    "their promise sets its date": (
        [QUESTION, entry("a", text="I'll get back to you by Thursday.", replies="q", hours=3)],
        State.WAITING,
        at(80),
    ),
}


@pytest.mark.parametrize(("entries", "state", "until"), WAITS.values(), ids=WAITS.keys())
def test_what_becomes_of_a_question_of_mine(entries, state: State, until) -> None:
    seen = stands(*entries, now=6)
    assert (seen.state, seen.until) == (state, until)


def test_what_i_wait_for_is_my_question_and_since_when() -> None:
    seen = stands(QUESTION, now=6)
    assert (seen.cause.questions, seen.cause.received) == (("Hello Ada, which paper do you want?",), at(1))
    assert (seen.due, seen.overdue, seen.who.address) == (None, False, ADA)


def test_a_question_that_came_back_says_so() -> None:
    report = Report(kind=ReportKind.FAILED, about="<q>", recipients=(ADA,))
    bounce = entry("bounce", sender="mailer-daemon@example.com", text="", hours=2, replies="q", report=report)
    seen = stands(QUESTION, bounce, now=6)
    assert seen.state is State.WAITING
    assert f"your mail came back: {ADA} could not be reached" in [reason.text for reason in seen.cause.reasons]


def test_after_thirty_days_i_wait_no_more() -> None:
    asked = QUESTION.message.received
    made = case_of(QUESTION)
    assert standing(made, (), asked + timedelta(days=30)).state is State.WAITING
    assert standing(made, (), asked + timedelta(days=30, seconds=1)).state is State.SKIPPED


@pytest.mark.parametrize(
    ("to", "text"),
    [
        ("no-reply@shop.example", "Where is my parcel?"),
        ("list@guild.example", "Does anybody know?"),
        ("everybody@lists.guild.example", "Does anybody know?"),
        (ADA, "The plans are attached."),
        (ADA, "Please let me know if you have any questions."),
        (ME, "Did I lock the door?"),
    ],
)
def test_nothing_to_wait_for(to: str, text: str) -> None:
    assert case_of(mine("q", text, hours=1, replies=(), to=(to,))) is None
