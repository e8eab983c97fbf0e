"""`triage show` and `triage list` on paper."""

from dataclasses import replace
from textwrap import dedent

import pytest

from tests.report.boards import ADA, BUSY, CY, FRIDAY, HOURS, JO, NORA, PUT_OFF, at, case, debt, older, only
from tests.report.boards import person as who
from triage.core.plain import plain
from triage.model.entries import Entry
from triage.model.judgements import Reason
from triage.model.mail import Address, Message
from triage.report import listing, show
from triage.report.lines import cells

YOU = Address(address="robin@example.com", name="Robin Vale")
THEM = Address(address="ada@example.org", name="Ada King")


def entry(received, text: str | None, *, mine: bool = False, subject: str = "Quote for March", **more) -> Entry:
    message = Message(
        key=f"id:<{received:%d%H%M}@x>",
        received=received,
        sender=YOU if mine else THEM,
        to=(THEM if mine else YOU,),
        subject=subject,
        text=text,
        **more,
    )
    return Entry(message=message, source="office", seen=received, outgoing=mine)


TIMELINE = (
    entry(at("15:40", 19), "Dear Robin,\n\nCould you send the revised quote?\nDoes it include delivery?\n"),
    entry(at("09:05", 12), "Here is the first quote.\n\n> Please send a quote", mine=True, attachments=("quote.pdf",)),
)
WRITTEN = (entry(at("11:02"), None, mine=True, subject="Offer"),)


def test_show_tells_the_whole_story() -> None:
    assert show.text(only(ADA), TIMELINE, WRITTEN, FRIDAY, hours=HOURS, width=80) == dedent("""\
        12  Ada King <ada@example.org>, client
          Quote for March
          Late, due Thu 17:00, waits since Thu 15:40 (23 h 32 min, 7 h 32 min of work).

          12 Nov     you, to Ada King
                     Here is the first quote.
                     (1 file: quote.pdf)
          Thu 15:40  Ada King
                     Dear Robin,
                     Could you send the revised quote?
                     Does it include delivery?

        Asked:
          1. Could you send the revised quote?
          2. Does it include delivery?

          You wrote to Ada King 11:02: Offer
          If that was the answer: triage done 12

        Next: triage open 12, triage done 12, triage snooze 12 WHEN, triage dismiss 12,
        triage why 12""")


def test_show_of_a_skipped_case_offers_to_reopen_it() -> None:
    skipped = only(case(None, debt(who("News"), "Weekly", at("10:00"), None), owed=False, ref="k3f9aa77"))
    text = show.text(skipped, (), (), FRIDAY, hours=HOURS, width=80)
    assert text.splitlines()[0] == "k3f9aa  News <news@example.org>, client"
    assert "  Skipped." in text.splitlines()
    assert text.endswith("Next: triage open k3f9aa, triage reopen k3f9aa, triage why k3f9aa")


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        pytest.param(only(CY, marks=(PUT_OFF,)), "Put off until Mon 09:00, due Wed 17:00,", id="put off"),
        pytest.param(only(older(1)[0]), "Older than what triage rings for,", id="backlog"),
        pytest.param(only(JO), "asked for it by Wed 12:00.", id="a later date named"),
        pytest.param(only(case(1, *ADA.debts, *NORA.debts)), "wrote 2 times.", id="a chaser"),
        pytest.param(only(case(1, replace(JO.debts[0], due=None))), "Owed, due any time,", id="never due"),
    ],
)
def test_the_heading_says_where_it_stands(standing, said: str) -> None:
    heading = " ".join(show.text(standing, (), (), FRIDAY, hours=HOURS, width=200).split("\n\n")[0].split())
    assert said in heading


def test_a_message_that_could_not_be_read_says_so() -> None:
    text = show.text(
        only(ADA), (entry(at("10:00"), None, trouble="no header ends"),), (), FRIDAY, hours=HOURS, width=80
    )
    assert "             (could not be read: no header ends)" in text.splitlines()


def test_a_long_conversation_shows_its_newest_part() -> None:
    many = tuple(entry(at(f"{9 + n // 60:02}:{n % 60:02}"), f"word {n}") for n in range(60))
    text = show.text(only(ADA), many, (), FRIDAY, hours=HOURS, width=80)
    assert "(20 earlier messages left out)" in text
    assert "word 19" not in text
    assert "word 59" in text


@pytest.mark.parametrize("width", [80, 50, 40])
def test_hostile_mail_stays_in_its_place(width: int) -> None:
    bad = "\x1b[2J\x1b]0;x\x07\u202eevil\x00 " + "見" * 5000 + "\n" * 50 + "x" * 20_000
    person = who(bad, "x@example.org")
    standing = only(case(1, debt(person, bad, at("10:00"), at("17:00"), questions=(bad,) * 10)))
    message = entry(at("10:00"), bad, subject=bad, attachments=(bad,) * 50)
    message = replace(message, message=replace(message.message, sender=Address(address=bad, name=bad)))
    lines = show.text(standing, (message,), (message,), FRIDAY, hours=HOURS, width=width).split("\n")
    assert len(lines) < 100
    for line in lines:
        assert cells(line) <= width
        assert plain(line.replace("  ", ""), 10_000).strip() == line.replace("  ", "").strip()


def test_list_shows_the_state_and_why_nothing_is_needed() -> None:
    reasons = (
        Reason(rule="asks", points=2, text='asks: "Ready?"'),
        Reason(rule="list", points=0, text="has a List-Id: news.example.org", veto=True),
    )
    news = case(None, debt(who("Weekly News"), "Deals", at("08:00"), None, reasons=reasons), owed=False, ref="k3f9aa77")
    standings = [only(ADA), only(JO), only(CY, marks=(PUT_OFF,)), only(older(1)[0]), only(news)]
    assert listing.text(standings, FRIDAY, hours=HOURS, width=80).splitlines() == [
        "  late          12  Ada King         Quote for March            since Thu 15:40",
        "  owed           7  Jo Park, vip     Contract, page 3, by Wed   since 14:02",
        "  put off        2  Cy Dorn          Invoice 12                 until Mon 09:00",
        "  older        100  Old0 Friend      Long ago                   since 2 Nov",
        "  skipped   k3f9aa  Weekly News      Deals                      since 08:00",
        "                    list: has a List-Id: news.example.org",
    ]


def test_list_is_the_same_text_in_colour() -> None:
    standings = [only(ADA)]
    coloured = listing.text(standings, FRIDAY, hours=HOURS, width=80, colour=True)
    assert coloured.startswith("  \x1b[33mlate\x1b[0m ")
    assert coloured.replace("\x1b[33m", "").replace("\x1b[0m", "") == listing.text(
        standings, FRIDAY, hours=HOURS, width=80
    )


def test_an_empty_list_is_said_in_words() -> None:
    assert listing.text([], FRIDAY, hours=HOURS, width=80) == "No conversation like that."
    assert listing.text([], FRIDAY, hours=HOURS, width=80, empty="Nothing is put off.") == "Nothing is put off."


def test_numbers_to_type_are_never_cut() -> None:
    assert BUSY.cases[0].number == 5
    big = only(case(12_345, *NORA.debts))
    assert " 12345  Nora Hall" in listing.text([big], FRIDAY, hours=HOURS, width=40)
