"""The summary and the answer to "can I go?" in words, pinned; and that the forms agree with each other."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from tests.planning import DAYS, HOURS, ask, at, board, case, debt, health
from tests.report.days import HOSTILE, friday, of
from triage.core.notices.leaving import leaving
from triage.core.notices.telling import Unread
from triage.model.board import Board
from triage.model.cases import Person
from triage.report import leaving as leave_words
from triage.report.evening import day_bubble, unread_bubble
from triage.report.lines import cells
from triage.report.summary import document, length, markdown, text
from triage.report.summary_html import page
from triage.settings import Privacy


def test_the_day_at_a_glance():
    assert (
        text(of(friday()), HOURS)
        == """\
Friday 20 Nov, until 16:53                                        3 people wait.

  Received        41 messages, 6 to answer
  Answered        3: 2 on time, 1 late
  Dismissed       1, counted nowhere else
  Still open      3: Ada King (since Wed 15:40, late), Ben Ott (since 13:10),
                  Nora Hall (since 16:50)
  First answer    half within 3 h, all within 3 h 10 min (working time); 3 still
                  waiting, longest 2 days 1 h
  Longest wait    3 h 10 min on the clock

                    answered   on time      late      open
  client                   1         1         0         3
  coworker                 1         1         0         0
  vip                      1         0         1         0

                    answered   on time      late      open
  mail                     2         2         0         3
  calls                    1         0         1         0

  Before          4 working days: 1.0 answered a working day, 75 % on time, half
                  within 1 h 30 min

  Put off         Cy Dorn (until Mon 09:00)

  By Monday       Cy Dorn (by Mon 09:00), Nora Hall (by Mon 17:00)"""
    )


def test_the_week_in_markdown():
    found = of(friday(), first=DAYS["mon"], last=DAYS["sun"])
    assert (
        markdown(found, HOURS)
        == """\
# Mon 16 Nov to 22 Nov, until 16:53

3 people wait.

- **Received:** 41 messages, 11 to answer
- **Answered:** 7: 5 on time, 2 late
- **Dismissed:** 1, counted nowhere else
- **Still open:** 3: Ada King (since Wed 15:40, late), Ben Ott (since 13:10), Nora Hall (since 16:50)
- **First answer:** half within 1 h 30 min, all within 8 h (working time); 3 still waiting, longest 2 days 1 h
- **Longest wait:** 8 h 30 min on the clock

|  | answered | on time | late | open |
|---|---:|---:|---:|---:|
| client | 5 | 4 | 1 | 3 |
| coworker | 1 | 1 | 0 | 0 |
| vip | 1 | 0 | 1 | 0 |

|  | answered | on time | late | open |
|---|---:|---:|---:|---:|
| mail | 6 | 5 | 1 | 3 |
| calls | 1 | 0 | 1 | 0 |

- **Before:** nothing is known yet of the four weeks before
- **Put off:** Cy Dorn (until Mon 09:00)
- **By Monday:** Cy Dorn (by Mon 09:00), Nora Hall (by Mon 17:00)"""
    )


def test_a_stale_source_takes_the_certainty_away_and_is_named():
    stale = (health("gmail", completed=at("fri 13:52")),)
    told = text(of(friday(sources=stale)), HOURS)
    assert "3 people wait, as far as read." in told
    assert "Not known       gmail was last read 13:52: who waits there is missing here" in told
    empty = text(of(board(at("fri 16:53"), sources=stale)), HOURS)
    assert "Nobody waits, as far as read." in empty
    assert "Everyone has an answer" not in empty


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal_but_the_tables(width):
    lines = text(of(friday()), HOURS, width=width).splitlines()
    assert max(cells(line) for line in lines) <= max(width, 58)


def test_what_strangers_chose_is_cleaned_and_escaped_in_every_form():
    bad = replace(debt("x", at("fri 09:00"), at("fri 17:00")), who=Person(name=HOSTILE, address="x@example.org"))
    found = of(board(at("fri 16:53"), case(bad)))
    for form in (text(found, HOURS), markdown(found, HOURS), page(found, HOURS), str(document(found, HOURS))):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", form)
    assert r"A\|b\*c\_d\`e\[x\](http://y)\<b\>" in markdown(found, HOURS)
    assert "&lt;b&gt;" in page(found, HOURS)
    assert "<b>" not in page(found, HOURS)


def test_json_holds_the_figures_of_the_text():
    found = document(of(friday()), HOURS)
    assert {name: found[name] for name in ("received", "owed", "answered", "on_time", "late", "dismissed")} == {
        "received": 41,
        "owed": 6,
        "answered": 3,
        "on_time": 2,
        "late": 1,
        "dismissed": 1,
    }
    assert (found["median_minutes"], found["most_minutes"], found["longest_wait_minutes"]) == (180, 190, 190)
    assert (found["open"]["count"], found["open"]["longest_minutes"]) == (3, 2953)
    assert found["by_channel"]["voicemail"] == {"answered": 1, "on_time": 0, "late": 1, "open": 0}
    assert (found["before"]["workdays"], found["before"]["answered"]) == (4, 4)
    assert [one["who"]["name"] for one in found["next"]["cases"]] == ["Cy Dorn", "Nora Hall"]
    assert found["weeks"][-1] == {"monday": "2026-11-16", "answered": 7, "late": 2}
    assert (sum(found["arrivals_by_hour"]), len(found["arrivals_by_hour"])) == (6, 24)


class Tags(HTMLParser):
    """Which elements and attributes there are, and whether each is closed."""

    EMPTY = frozenset({"meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_runs_nothing_and_loads_nothing():
    tags = Tags()
    tags.feed(page(of(friday()), HOURS))
    assert not tags.open
    assert not tags.seen & {"script", "link", "img", "iframe", "object", "form", "a", "base"}
    assert not {name for name in tags.attributes if name.startswith("on") or name in ("src", "href", "style")}
    assert {"svg", "table", "dl"} <= tags.seen


def test_the_page_of_an_empty_day_has_no_empty_plots():
    assert "<svg" not in page(of(board(at("fri 16:53"))), HOURS)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(minutes=48), "48 min"),
        (timedelta(hours=23, minutes=59), "23 h 59 min"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, hours=3, minutes=9), "2 days 3 h"),
    ],
)
def test_lengths(span, said):
    assert length(span) == said


# --- bubbles ------------------------------------------------------------------------------------------------------


def test_the_day_in_one_bubble():
    told = day_bubble(of(friday("fri 17:10"), "fri 17:10"), HOURS, Privacy.FULL)
    assert (
        f"{told.title}\n{told.body}"
        == """\
Today: 3 answered, 1 late
3 still wait: Ada King, Ben Ott, Nora Hall.
Half answered within 3 h; the longest wait was 3 h 10 min.
By Monday: 2: Cy Dorn, Nora Hall."""
    )


def test_next_morning_it_names_the_day():
    assert day_bubble(of(friday("mon2 09:10"), "mon2 09:10"), HOURS, Privacy.FULL).title == "Friday: 3 answered, 1 late"


def test_privacy_keeps_names_out():
    told = day_bubble(of(friday()), HOURS, Privacy.COUNT)
    assert not re.search("Ada|Ben|Cy|Nora", told.title + told.body)


def test_that_nobody_reads_says_since_when_and_what_to_run():
    told = unread_bubble(Unread(since=at("thu 15:40")), at("fri 11:00"), HOURS)
    assert told.title == "triage has not read your mail since Thu 15:40"
    assert told.body.startswith("Run: systemctl --user status triage")


# --- leaving ------------------------------------------------------------------------------------------------------


def left(seen: Board, now: str = "fri 16:53", minutes: int | None = None) -> str:
    found = leaving(seen, at(now), HOURS, at(now))
    return leave_words.text(found, at(now), HOURS, minutes=minutes, width=80)


def test_not_yet_with_who_and_about_how_long():
    assert (
        left(friday(), minutes=12)
        == """\
Not yet: 2 people, about 12 minutes.
  late     id:<Ad  Ada King          Ada's question             since Wed 15:40
  17:00    id:<Be  Ben Ott           Ben's question             since 13:10
  Put off: Cy Dorn (Mon 09:00).
  Not due today: Nora Hall (Mon 17:00)."""
    )


def test_yes():
    assert left(board(at("fri 16:53"))) == "Yes: everyone has an answer for today."


def test_not_sure_names_the_source_and_what_to_run():
    stale = health("Gmail", completed=at("fri 13:52"), error="refused", hint="triage login gmail")
    assert (
        left(board(at("fri 16:53"), sources=(stale,)))
        == """\
Not sure: Gmail unread since 13:52.
  Next: triage login gmail"""
    )


def test_not_yet_with_a_stale_source_is_at_least():
    stale = health("Gmail", completed=at("fri 13:52"))
    told = left(board(at("fri 16:53"), ask("Ben Ott", "fri 13:10"), sources=(stale,)))
    assert told.startswith("Not yet: at least 1 person.")
    assert "Gmail unread since 13:52: who waits there is not known." in told
