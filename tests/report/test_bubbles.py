"""Every notice as the text on the screen: title, lines, buttons."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning import DAYS, HOURS, REMINDERS, ask, at, board, case, clock, debt, health, mark
from triage.core.cases.state import Standing, standings
from triage.core.notices.notice import Notice
from triage.core.notices.plan import plan
from triage.model.board import Rung
from triage.model.cases import AnsweredBy, Case, Channel, Class, Item, Outcome, Person, State
from triage.model.judgements import Kind
from triage.model.marks import Mark, MarkKind
from triage.model.notices import Bubble, NoticeKind
from triage.report.bubbles import bubble
from triage.settings import Privacy

ADA = debt(
    "Ada King",
    at("fri 09:20"),
    at("fri 17:00"),
    subject="Quote for March",
    asked_by=at("wed2 17:00"),
    questions=("Could you send the revised quote?",),
)
OKAFOR = debt(
    "Mrs Okafor",
    at("fri 09:41"),
    at("fri 17:00"),
    who=Person(name="Mrs Okafor", phone="202 555 0123"),
    excerpt="about the boiler, before noon if you can",
)
NUMBER = debt("?", at("fri 09:41"), at("fri 17:00"), who=Person(phone="202 555 0123"), excerpt="", key="id:call")
NORA = debt(
    "Nora Hall",
    at("fri 11:32"),
    at("fri 17:00"),
    who=Person(name="Nora Hall", address="nora@example.org", new=True),
    subject="Your services",
)
NOTE = Mark(
    id=1,
    command="c1",
    at=at("fri 10:00"),
    kind=MarkKind.ADD,
    key="note:1",
    until=at("fri 17:00"),
    text="Key for the cellar, Mr Vo",
)


def shown(notice: Notice, now: str, privacy: Privacy = Privacy.FULL) -> str:
    made = bubble(notice, now=at(now), hours=HOURS, privacy=privacy)
    return text(made)


def text(made: Bubble) -> str:
    buttons = " ".join(f"[{action.label}]" for action in made.actions)
    return "\n".join(part for part in (made.title, made.body, buttons) if part)


def rings(now: str, *cases: Case, privacy: Privacy = Privacy.FULL, **more) -> str:
    """What the planner has to say at that moment, in words."""
    moment = at(now)
    (notice,) = plan(board(moment, *cases, **more), moment, hours=HOURS, reminders=REMINDERS).notices
    return shown(notice, now, privacy)


def mail(one) -> Case:
    return case(one)


def call(one) -> Case:
    return case(one, channel=Channel.VOICEMAIL)


def bounced(one, when="fri 11:20") -> Case:
    """The answer to it came back then."""
    waits = case(replace(one, came_back=(one.who.address,)))
    report = Item(key=f"{one.key}-bounce", message_id=None, received=at(when), seen=at(when), kind=Kind.BOUNCE)
    return replace(waits, items=(*waits.items, report))


def told(*names: str) -> frozenset[Rung]:
    return frozenset(Rung(key=f"first:{name}", day=DAYS["mon"], stage=-3) for name in names)


def late(one, **more):
    return replace(one, received=at("thu 15:40"), due=at("thu 17:00"), **more)


SEVERAL = (mail(ADA), call(NUMBER), mail(NORA))

TEXTS = {
    "two hours, one": (
        lambda: rings("fri 15:00", mail(ADA)),
        """\
Ada King waits since 09:20
Quote for March, by Wednesday
"Could you send the revised quote?"
[Open] [In 30 min] [Done]""",
    ),
    "two hours, several": (
        lambda: rings("fri 15:00", *SEVERAL),
        """\
3 people before 17:00
Ada King: Quote for March, by Wednesday
Call back 202 555 0123, rang 09:41
Nora Hall (new): Your services
[Show] [In 30 min]""",
    ),
    "two hours, a day on": (
        lambda: rings("fri 16:00", mail(replace(ADA, received=at("thu 15:40"), due=at("mon2 10:00"), asked_by=None))),
        """\
Ada King waits since Thursday 15:40
Quote for March
"Could you send the revised quote?"
[Open] [In 30 min] [Done]""",
    ),
    "different times": (
        lambda: rings("fri 14:45", mail(ADA), mail(replace(NORA, due=at("fri 16:45")))),
        """\
Nora Hall waits since 11:32
Your services
[Open] [In 30 min] [Done]""",
    ),
    "different times, together": (
        lambda: rings("fri 15:00", mail(ADA), mail(replace(NORA, due=at("fri 16:57")))),
        """\
2 people, the first before 16:57
Nora Hall (new), before 16:57: Your services
Ada King, before 17:00: Quote for March, by Wednesday
[Show] [In 30 min]""",
    ),
    "many": (
        lambda: rings("fri 15:00", *(ask(f"P{n} Orr", "fri 09:20") for n in range(7))),
        """\
7 people before 17:00
P0 Orr: P0's question
P1 Orr: P1's question
P2 Orr: P2's question
and 4 more
[Show] [In 30 min]""",
    ),
    "ten minutes, one": (
        lambda: rings("fri 16:50", mail(ADA)),
        """\
10 minutes: Ada King
"I will look at it on Monday" is an answer too.
Quote for March, by Wednesday
[Open] [In 30 min] [Done]""",
    ),
    "ten minutes, two": (
        lambda: rings("fri 16:50", mail(ADA), call(NUMBER)),
        """\
10 minutes: Ada King and 1 more
"I will look at it on Monday" is an answer too.
Ada King: Quote for March, by Wednesday
Call back 202 555 0123, rang 09:41
[Show] [In 30 min]""",
    ),
    "due, one": (
        lambda: rings("fri 17:00", mail(replace(ADA, asked_by=None))),
        """\
No answer yet to Ada King today
Quote for March. I will mention it Monday 09:05.
[Open] [Done]""",
    ),
    "due, two": (
        lambda: rings("fri 17:00", mail(ADA), call(NUMBER)),
        """\
No answer yet to Ada King and 1 more today
I will mention them Monday 09:05.
Ada King: Quote for March, by Wednesday
Call back 202 555 0123, rang 09:41
[Show]""",
    ),
    "due in the day": (
        lambda: rings("fri 14:02", mail(replace(ADA, due=at("fri 14:00"), asked_by=None))),
        """\
No answer yet to Ada King, due 14:00
Quote for March. I will mention it Monday 09:05.
[Open] [Done]""",
    ),
    "due with others at two hours": (
        lambda: rings("fri 15:00", mail(ADA), mail(replace(NORA, due=at("fri 15:00")))),
        """\
2 people wait
Nora Hall (new), before 15:00: Your services
Ada King, before 17:00: Quote for March, by Wednesday
[Show]""",
    ),
    "call": (
        lambda: rings("fri 15:00", call(OKAFOR)),
        """\
Call back Mrs Okafor before 17:00: 202 555 0123
"about the boiler, before noon if you can"
[Called] [No answer] [In 30 min]""",
    ),
    "call, number only": (
        lambda: rings("fri 15:00", call(NUMBER)),
        """\
Call back 202 555 0123 before 17:00
Rang 09:41.
[Called] [No answer] [In 30 min]""",
    ),
    "call due": (
        lambda: rings("fri 17:00", call(OKAFOR)),
        """\
No call back yet to Mrs Okafor today
I will mention it Monday 09:05.
[Called] [No answer]""",
    ),
    "note": (
        lambda: rings("fri 15:00", marks=(NOTE,)),
        """\
Key for the cellar, Mr Vo, by 17:00
[Open] [In 30 min] [Done]""",
    ),
    "note due": (
        lambda: rings("fri 17:00", marks=(NOTE,)),
        """\
Still open: Key for the cellar, Mr Vo
I will mention it Monday 09:05.
[Open] [Done]""",
    ),
    "promise": (
        lambda: shown(promised(NoticeKind.BEFORE), "fri 15:00"),
        """\
You promised Ada King an answer by 17:00
Quote for March, by Wednesday
"Could you send the revised quote?"
[Open] [In 30 min] [Done]""",
    ),
    "morning, one": (
        lambda: rings("fri 09:05", mail(late(ADA, asked_by=None))),
        """\
Good morning. From Thursday: Ada King
Quote for March. A line is enough.
[Open] [Done]""",
    ),
    "morning, two": (
        lambda: rings("fri 09:05", mail(late(ADA, asked_by=None)), call(late(NUMBER))),
        """\
Good morning. 2 people still wait
Ada King, since Thursday: Quote for March
Call back 202 555 0123, rang Thursday 15:40, since Thursday
[Show]""",
    ),
    "morning in the afternoon": (
        lambda: rings("fri 13:05", mail(late(ADA, asked_by=None, subject="March?"))),
        """\
From Thursday: Ada King
March? A line is enough.
[Open] [Done]""",
    ),
    "snooze ended": (
        lambda: rings(
            "fri 16:00",
            mail(ADA),
            marks=(mark(MarkKind.SNOOZE, ADA.key, at("fri 15:30"), until=at("fri 16:00")),),
        ),
        """\
Ada King still waits, answer before 17:00
Quote for March, by Wednesday
"Could you send the revised quote?"
[Open] [In 30 min] [Done]""",
    ),
    "came back": (
        lambda: rings("fri 11:20", bounced(ADA)),
        """\
Your answer to Ada King came back
ada@example.org could not be reached. They still wait.
Quote for March, by Wednesday
[Open] [Done]""",
    ),
    "came back, names only": (
        lambda: rings("fri 11:20", bounced(ADA), privacy=Privacy.NAMES),
        """\
Your answer to Ada King came back
They still wait.
[Open] [Done]""",
    ),
    "came back in the night": (
        lambda: rings("fri 09:00", bounced(late(ADA), "thu 18:00")),
        """\
Good morning. Your answer to Ada King came back
ada@example.org could not be reached. They still wait.
Quote for March, by Wednesday
[Open] [Done]""",
    ),
    "came back, two hours": (
        lambda: rings(
            "fri 15:00", bounced(ADA), mail(NORA), rung=(Rung(key="id:<Ada King>-bounce", day=DAYS["fri"], stage=-6),)
        ),
        """\
2 people before 17:00
Ada King, your answer came back: Quote for March, by Wednesday
Nora Hall (new): Your services
[Show] [In 30 min]""",
    ),
    "as of": (
        lambda: rings(
            "fri 15:00", *SEVERAL, mail(replace(ADA, key="id:b")), sources=(health(completed=at("fri 14:40")),)
        ),
        """\
3 people before 17:00
As of 14:40.
Ada King: Quote for March, by Wednesday
Ada King: Quote for March, by Wednesday
and 2 more
[Show] [In 30 min]""",
    ),
    "first read": (
        lambda: rings(
            "fri 10:00",
            mail(replace(ADA, source="new")),
            mail(replace(NORA, source="new", backlog=True)),
            sources=(health("new", completed=at("fri 10:00"), first_complete=at("fri 09:59")),),
        ),
        """\
triage reads along now
1 person waits for an answer.
1 older conversation looks unanswered; I will not ring for it.
[Show]""",
    ),
    "first read, nobody": (
        lambda: rings("fri 10:00", sources=(health("new", completed=at("fri 10:00"), first_complete=at("fri 09:59")),)),
        """\
triage reads along now
Nobody waits for an answer.
[Show]""",
    ),
    "stale": (
        lambda: rings(
            "fri 14:40",
            rung=told("Gmail"),
            sources=(
                health("Gmail", completed=at("fri 13:52"), error="sign-in refused", hint="Run: triage login gmail"),
            ),
        ),
        """\
Gmail not read since 13:52
sign-in refused. Run: triage login gmail.
Until then I cannot say who waits there.
[Show]""",
    ),
    "two stale": (
        lambda: rings(
            "fri 14:40",
            rung=told("Gmail"),
            sources=(
                health("Gmail", completed=at("fri 13:52"), error="no route to host"),
                health(completed=at("fri 13:53"), error="no route to host"),
            ),
        ),
        """\
Gmail and office not read since 13:52
Gmail: no route to host.
office: no route to host.
Until then I cannot say who waits there.
[Show]""",
    ),
    "a call log": (
        lambda: rings(
            "fri 14:40",
            rung=told("calls"),
            sources=(health("calls", completed=at("fri 13:52"), kind="call_log", error="there is no call log"),),
        ),
        """\
calls not read since 13:52
there is no call log.
Until then I cannot see whom you called back.
[Show]""",
    ),
    "never read, nothing known": (
        lambda: rings("fri 14:40", sources=(health(completed=None, first_complete=None, known_since=at("fri 10:00")),)),
        """\
office could not be read yet
Run: triage doctor
Until then I cannot say who waits there.
[Show]""",
    ),
    "all clear": (
        lambda: shown(all_clear(), "fri 16:53"),
        """\
Everyone has an answer
9 today. All read at 16:52. Put off: Cy Dorn, Monday.""",
    ),
}


def promised(kind: NoticeKind) -> Notice:
    standing = Standing(case=mail(ADA), state=State.PROMISED, debts=(ADA,), due=ADA.due)
    return Notice(kind=kind, standings=(standing,), day=DAYS["fri"], stage=120)


def all_clear() -> Notice:
    cy = replace(ADA, who=Person(name="Cy Dorn", address="cy@example.org"), key="id:cy")
    now = at("fri 16:53")
    done = tuple(
        Outcome(
            cause=f"id:{n}",
            ref=f"id:{n}",
            received=at("fri 09:00"),
            due=at("fri 17:00"),
            answered_at=at("fri 10:00"),
            by=AnsweredBy.MAIL,
            class_=Class.CLIENT,
            channel=Channel.EMAIL,
        )
        for n in range(9)
    )
    put_off = mark(MarkKind.SNOOZE, cy.key, at("fri 12:00"), until=at("mon2 09:00"))
    full = board(now, mail(cy), marks=(put_off,), outcomes=done)
    return plan(full, now, hours=HOURS, reminders=REMINDERS).notices[0]


@pytest.mark.parametrize(("made", "expected"), TEXTS.values(), ids=TEXTS.keys())
def test_the_words_of(made, expected):
    assert made() == expected


@pytest.mark.parametrize("made", [pytest.param(made, id=name) for name, (made, _) in TEXTS.items()])
def test_a_notice_has_at_most_five_lines(made):
    lines = [line for line in made().splitlines() if not line.startswith("[")]
    assert len(lines) <= 5


# --- privacy ------------------------------------------------------------------------------------------------------

SECRET = "Wednesday", "Quote", "revised", "services", "boiler", "cellar"
EVERY_KIND = {
    "several": ("fri 15:00", SEVERAL, ()),
    "one": ("fri 15:00", SEVERAL[:1], ()),
    "call": ("fri 15:00", (call(OKAFOR),), ()),
    "note": ("fri 15:00", (), (NOTE,)),
    "ten minutes": ("fri 16:50", SEVERAL[:1], ()),
    "ten minutes, several": ("fri 16:50", SEVERAL, ()),
    "due": ("fri 17:00", SEVERAL[:1], ()),
    "due, several": ("fri 17:00", SEVERAL, ()),
    "note due": ("fri 17:00", (), (NOTE,)),
    "morning": ("mon2 09:05", SEVERAL[:1], ()),
    "morning, several": ("mon2 09:05", SEVERAL, ()),
}


@pytest.mark.parametrize(("now", "cases", "marks"), EVERY_KIND.values(), ids=EVERY_KIND.keys())
def test_names_alone_show_nothing_anybody_wrote(now, cases, marks):
    made = rings(now, *cases, marks=marks, privacy=Privacy.NAMES)
    assert not any(word in made for word in SECRET)


@pytest.mark.parametrize(("now", "cases", "marks"), EVERY_KIND.values(), ids=EVERY_KIND.keys())
def test_a_count_shows_no_name_either(now, cases, marks):
    persons = "1 person waits" if len(cases) < 2 else "3 people wait"
    assert rings(now, *cases, marks=marks, privacy=Privacy.COUNT).splitlines()[0] == persons
    assert len(rings(now, *cases, marks=marks, privacy=Privacy.COUNT).splitlines()) == 2


def test_names_alone_still_name():
    assert rings("fri 15:00", *SEVERAL, privacy=Privacy.NAMES).splitlines()[:2] == ["3 people before 17:00", "Ada King"]


def test_the_all_clear_counts_what_is_put_off():
    assert "Put off: 1." in shown(all_clear(), "fri 16:53", Privacy.COUNT)
    assert "Cy Dorn, Monday" in shown(all_clear(), "fri 16:53", Privacy.NAMES)


# --- strangers ----------------------------------------------------------------------------------------------------

HOSTILE = "\x1b]0;owned\x07Pay\nnow\u202e \u200bto\x00day" + "a" * 5000


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_no_text_of_strangers_breaks_out_of_its_line(name, subject, question):
    who = Person(name=name, address="a@example.org")
    one = replace(ADA, who=who, subject=subject, questions=(question,), excerpt=HOSTILE)
    for now in ("fri 15:00", "fri 16:50", "fri 17:00", "mon2 09:05"):
        lines = rings(now, mail(one), call(replace(one, key="id:2"))).split("\n")
        assert len(lines) <= 6
        assert all(len(line) <= 240 and line.isprintable() for line in lines)


def test_long_and_hostile_text_is_cut_and_cleaned():
    one = replace(ADA, subject=HOSTILE, questions=(HOSTILE,), asked_by=None)
    title, subject, quoted, _ = rings("fri 15:00", mail(one)).split("\n")
    assert title == "Ada King waits since 09:20"
    assert subject.startswith("Pay now today") and len(subject) == 60
    assert quoted.startswith('"Pay now to') and len(quoted) == 122


# --- identity -----------------------------------------------------------------------------------------------------


def made_at(now: str, *cases: Case, **more) -> Bubble:
    moment = at(now)
    (notice,) = plan(board(moment, *cases, **more), moment, hours=HOURS, reminders=REMINDERS).notices
    return bubble(notice, now=moment, hours=HOURS, privacy=Privacy.FULL)


def test_a_later_stage_replaces_the_earlier_on_screen():
    ids = {made_at(now, *SEVERAL).id for now in ("fri 15:00", "fri 16:30", "fri 16:50", "fri 17:00", "mon2 09:05")}
    assert ids == {"owed"}


def test_the_keys_are_the_newest_message_of_each_case_shown():
    chaser = replace(ADA, key="id:2", received=at("fri 10:00"))
    assert made_at("fri 15:00", case(ADA, chaser), mail(NORA)).keys == ("id:2", NORA.key)


def test_the_word_about_a_first_read_is_over_with_those_it_counts():
    new = health("new", completed=at("fri 10:00"), first_complete=at("fri 09:59"))
    made = made_at("fri 10:00", mail(replace(ADA, source="new")), sources=(new,))
    assert (made.title, made.keys) == ("triage reads along now", (ADA.key,))


def test_bubbles_about_the_whole_name_no_message():
    made = bubble(all_clear(), now=at("fri 16:53"), hours=HOURS, privacy=Privacy.FULL)
    assert (made.id, made.keys, made.actions) == ("all-clear", (), ())


def test_every_button_says_what_the_shell_knows():
    known = {"open", "show", "snooze", "done", "called", "no-answer"}
    for now, cases, marks in EVERY_KIND.values():
        assert {action.id for action in made_at(now, *cases, marks=marks).actions} <= known


def test_two_cases_of_one_person_are_one_person():
    both = mail(ADA), mail(replace(ADA, key="id:2"))
    assert rings("fri 15:00", *both).splitlines()[0] == "1 person before 17:00"


def test_the_clock_of_a_notice_is_the_users():
    assert clock(at("fri 15:00")) == "fri 15:00"
    now = at("fri 15:00")
    seen = standings(board(now, mail(ADA)), now)
    notice = Notice(kind=NoticeKind.BEFORE, standings=seen, day=DAYS["fri"], as_of=now - timedelta(days=1, hours=1))
    assert shown(notice, "fri 15:00").splitlines()[1] == "As of Thursday 14:00."
