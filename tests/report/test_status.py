"""`triage status` on paper: every screen, letter by letter."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.boards import (
    ADA,
    BUSY,
    CY,
    FRIDAY,
    HOURS,
    JO,
    NORA,
    PUT_OFF,
    at,
    board,
    case,
    debt,
    health,
    mark,
    older,
    outcome,
)
from tests.report.boards import person as who
from triage.core.plain import plain
from triage.model.board import Board
from triage.model.cases import AnsweredBy, Channel
from triage.model.health import Progress
from triage.model.mail import Address
from triage.model.marks import MarkKind
from triage.report import status, waybar
from triage.report.lines import cells, cut, fit, wrap

EVENING = at("16:53")
GMAIL = health("gmail", at("13:52"), error="gmail: sign-in refused", hint="triage login gmail")
DAY = (
    outcome(1, at("09:10"), at("12:20")),
    outcome(2, at("11:10"), at("12:20"), channel=Channel.VOICEMAIL),
)
ALL_CLEAR = board(CY, marks=(PUT_OFF,), sources=(health(completed=EVENING),), outcomes=DAY)
STALE = board(sources=(health(completed=EVENING), GMAIL))
STALE_AND_OWED = replace(STALE, cases=(ADA, NORA))
DOWN = board(ADA, daemon=False, sources=(health(completed=at("13:52")),))
FIRST_READ = board(NORA, sources=(health(reading=Progress(done=1200, of=5000)),))
REFUSED = board(sources=(health(error="office: the server refused the password", hint="triage login office"),))

SCREENS = [
    pytest.param("busy", BUSY, FRIDAY, id="a busy Friday"),
    pytest.param("all-clear", ALL_CLEAR, EVENING, id="all clear"),
    pytest.param("stale", STALE, EVENING, id="stale and nobody known"),
    pytest.param("stale-owed", STALE_AND_OWED, EVENING, id="stale and somebody waits"),
    pytest.param("down", DOWN, FRIDAY, id="daemon down"),
    pytest.param("down-nobody", replace(DOWN, cases=()), FRIDAY, id="daemon down and nobody known"),
    pytest.param("nothing", Board(), FRIDAY, id="nothing read yet"),
    pytest.param("refused", REFUSED, FRIDAY, id="first sign-in refused"),
    pytest.param("first-read", FIRST_READ, FRIDAY, id="first read"),
    pytest.param("backlog", board(*older(1)), FRIDAY, id="backlog only"),
    pytest.param("snoozed", board(CY, marks=(PUT_OFF,)), FRIDAY, id="snoozed only"),
]
SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.mark.parametrize("width", [80, 50])
@pytest.mark.parametrize(("name", "seen", "now"), SCREENS)
def test_the_screen_reads_exactly_so(name: str, seen: Board, now, width: int) -> None:
    expected = (SNAPSHOTS / f"status-{name}-{width}.txt").read_text(encoding="utf-8")
    assert status.text(seen, now, hours=HOURS, width=width) + "\n" == expected


@pytest.mark.parametrize("width", [30, 40, 50, 59, 60, 80, 110, 200])
@pytest.mark.parametrize(("name", "seen", "now"), SCREENS)
def test_no_line_is_wider_than_the_terminal(name: str, seen: Board, now, width: int) -> None:
    lines = status.text(seen, now, hours=HOURS, width=width).splitlines()
    assert max(map(cells, lines)) <= width


TUESDAY = at("10:00", 24)


def invitation(number: int, until=TUESDAY):
    sent = debt(who(f"Dana{number} Cruz"), "Planning round", at("10:00"), at("17:00"), reasons=())
    return case(None, sent, owed=False, ref=f"i{number}", invited=until)


def test_invitations_without_an_answer_are_a_quiet_line_and_owed_nothing() -> None:
    text = status.text(board(*map(invitation, range(2))), FRIDAY, hours=HOURS, width=80)
    assert text.splitlines()[0].endswith("Everyone has an answer.")
    said = "2 invitations wait for your word: Dana0 Cruz, Planning round; Dana1 Cruz, Planning round."
    assert said in " ".join(text.split())
    over = status.text(board(invitation(1, until=FRIDAY)), FRIDAY, hours=HOURS, width=80)
    assert "invitation" not in over
    settled = invitation(1)
    dismissed = board(settled, marks=(mark(settled, MarkKind.DISMISS, at("15:00")),))
    assert "invitation" not in status.text(dismissed, FRIDAY, hours=HOURS, width=80)


def test_whom_an_answer_did_not_reach_stands_under_every_such_row() -> None:
    failed = case(9, debt(who("Gil Paz"), "Plans", at("14:30"), at("17:00"), came_back=("gil@cleint.example",)))
    lines = status.text(board(ADA, JO, failed), FRIDAY, hours=HOURS, width=80).splitlines()
    place = next(place for place, line in enumerate(lines) if "Gil Paz" in line)
    assert lines[place + 1].strip() == "your answer came back: gil@cleint.example could not be reached"


def test_twelve_rows_at_most_and_the_rest_is_counted() -> None:
    many = [case(n, debt(who(f"P{n} Q"), "Hi", at("10:00"), at("17:00"))) for n in range(1, 22)]
    lines = status.text(board(*many), FRIDAY, hours=HOURS, width=80).splitlines()
    assert sum("since 10:00" in line for line in lines) == 12
    assert "  and 9 more: triage list" in lines
    assert lines[0].endswith("21 people wait. The day ends in 1 h 48 min")


def test_one_who_wrote_twice_is_one_person() -> None:
    again = case(13, debt(who("Ada King"), "Other matter", at("10:00"), at("17:00")))
    top = status.text(board(ADA, again), FRIDAY, hours=HOURS, width=80).splitlines()[0]
    assert top.endswith("1 person waits. The day ends in 1 h 48 min")


@pytest.mark.parametrize(
    ("now", "said"),
    [
        pytest.param(at("17:00"), "The day ended 17:00.", id="at the very end"),
        pytest.param(at("18:30"), "The day ended 17:00.", id="in the evening"),
        pytest.param(at("12:00", 21), "Today is a free day.", id="on a Saturday"),
        pytest.param(at("07:00"), "The day ends in 10 h", id="in the morning"),
    ],
)
def test_the_header_tells_what_is_left_of_the_day(now, said: str) -> None:
    seen = board(ADA, sources=(health(completed=now),))
    assert status.text(seen, now, hours=HOURS, width=80).splitlines()[0].endswith(f"1 person waits. {said}")


def test_people_whose_mail_lies_in_junk_are_named_three_at_most() -> None:
    people = tuple(Address(address=f"p{number}@x.example", name=f"Person {number}") for number in range(5))
    seen = status.text(board(junked=people[:1]), FRIDAY, hours=HOURS, width=80)
    assert "In Junk lies mail from people you wrote to: Person 0." in seen
    seen = status.text(board(junked=people), FRIDAY, hours=HOURS, width=120)
    assert "Person 2, 2 more." in " ".join(seen.split())


def test_mailboxes_that_are_not_read_are_named_three_at_most() -> None:
    def said(*names: str) -> str:
        return " ".join(status.text(board(unread=names), FRIDAY, hours=HOURS, width=120).split())

    assert "Mail from people came into Clients, which is not read: triage doctor" in said("Clients")
    assert "into Clients, Projects, which are not read: triage doctor" in said("Clients", "Projects")
    assert "C, 2 more, which are not read: triage doctor" in said(*"ABCDE")
    assert "\x1b" not in said("Cli\x1b[31ments")


def test_who_waits_for_another_day_is_not_passed_over_in_an_all_clear() -> None:
    monday = case(4, debt(who("Lee Fox"), "Late one", at("16:50"), at("17:00", 23)))
    lines = status.text(
        board(monday, sources=(health(completed=EVENING),)), EVENING, hours=HOURS, width=80
    ).splitlines()
    assert lines[0].endswith("1 person waits, nobody for today.")
    assert lines[2].startswith("  Mon       4  Lee Fox")


def test_a_source_that_fails_but_is_fresh_is_told_without_doubting_the_all_clear() -> None:
    seen = board(sources=(health(completed=at("15:05"), error="office: timed out."),))
    assert status.text(seen, FRIDAY, hours=HOURS, width=80).splitlines()[0].endswith("Everyone has an answer.")
    assert "  office could not be read after 15:05: timed out." in status.text(seen, FRIDAY, hours=HOURS, width=80)
    assert "All read" not in status.text(seen, FRIDAY, hours=HOURS, width=80)


def test_moving_the_clock_of_cases_does_not_age_the_sources() -> None:
    later = at("12:00", 24)
    assert "has not been read since" in status.text(BUSY, later, hours=HOURS, width=80)
    moved = status.text(BUSY, later, hours=HOURS, width=80, clock=FRIDAY)
    assert "has not been read since" not in moved
    assert "All read at 15:11." in moved


def test_only_late_is_yellow_and_the_rest_only_dim() -> None:
    coloured = status.text(BUSY, FRIDAY, hours=HOURS, width=80, colour=True)
    assert coloured.count("\x1b[33m") == 1
    assert "\x1b[33mlate\x1b[0m     12" in coloured
    bare = coloured.replace("\x1b[33m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
    assert bare == status.text(BUSY, FRIDAY, hours=HOURS, width=80)


HOSTILE = [
    pytest.param("\x1b]0;owned\x07\x1b[2J\x1b[31mRed", id="escape sequences"),
    pytest.param("safe\u202egnp.exe\u2066\u200f", id="bidi"),
    pytest.param("one\r\n  late     1  Boss\n\x0b\x85\u2028two", id="line breaks"),
    pytest.param("見積もりのお願いについて" * 9, id="wide"),
    pytest.param("👍🏽👨‍👩‍👧" * 30, id="emoji"),
    pytest.param("e" + "\u0301" * 5000, id="combining"),
    pytest.param("x" * 10_240, id="ten kB"),
    pytest.param("a\ud800b\x00c", id="surrogate and NUL"),
]


@pytest.mark.parametrize("width", [80, 50, 40])
@pytest.mark.parametrize("text", HOSTILE)
def test_strangers_text_cannot_move_or_hide_anything(text: str, width: int) -> None:
    bad = case(1, debt(who(text, "x@example.org"), text, at("10:00"), at("17:00"), questions=(text,)))
    seen = board(bad, sources=(health(completed=at("15:11"), error=text, hint=text),))
    lines = status.text(seen, FRIDAY, hours=HOURS, width=width).split("\n")
    assert len(lines) < 20
    for line in lines:
        assert cells(line) <= width
        assert plain(line.strip().replace("  ", ""), 10_000) == line.strip().replace("  ", "")


def test_wide_letters_keep_the_columns_in_line() -> None:
    wide = case(1, debt(who("山田太郎", "y@example.org"), "見積もりのお願いについてご相談", at("10:00"), at("17:00")))
    long = case(3, debt(who("山田太郎と鈴木一郎と佐藤", "z@example.org"), "短い", at("10:01"), at("17:00")))
    first, second = status.text(board(wide, long), FRIDAY, hours=HOURS, width=80).splitlines()[2:4]
    assert first == "  17:00     1  山田太郎            見積もりのお願いについてご…  since 10:00"
    assert second == "  17:00     3  山田太郎と鈴木一…   短い                         since 10:01"


SHORT = [
    pytest.param(BUSY, FRIDAY, "3 wait, 1 late, 16:00 next", id="busy"),
    pytest.param(board(NORA), FRIDAY, "1 waits, 17:00 next", id="one"),
    pytest.param(board(ADA), FRIDAY, "1 waits, 1 late", id="late only"),
    pytest.param(ALL_CLEAR, EVENING, "everyone has an answer", id="clear"),
    pytest.param(STALE, EVENING, "nobody known to wait (gmail stale)", id="stale"),
    pytest.param(STALE_AND_OWED, EVENING, "2 wait, 1 late, 17:00 next (gmail stale)", id="stale and owed"),
    pytest.param(
        replace(BUSY, daemon_since=None), FRIDAY, "3 wait, 1 late, 16:00 next (daemon not running)", id="down"
    ),
    pytest.param(Board(), FRIDAY, "nothing read yet", id="nothing"),
]


@pytest.mark.parametrize(("seen", "now", "line"), SHORT)
def test_short_is_one_line(seen: Board, now, line: str) -> None:
    assert status.short(seen, now, hours=HOURS) == line


@pytest.mark.parametrize(
    ("seen", "now", "text", "class_"),
    [
        pytest.param(BUSY, FRIDAY, "3", "late", id="late"),
        pytest.param(board(JO), FRIDAY, "1", "waiting", id="waiting"),
        pytest.param(ALL_CLEAR, EVENING, "", "clear", id="clear"),
        pytest.param(STALE, EVENING, "", "stale", id="stale"),
    ],
)
def test_waybar_gets_text_and_class(seen: Board, now, text: str, class_: str) -> None:
    fields = waybar.fields(seen, now, hours=HOURS)
    assert (fields["text"], fields["class"]) == (text, class_)


def test_waybar_gets_no_markup_from_strangers() -> None:
    bad = case(1, debt(who("<b>&Bo</b>"), "<span>", at("10:00"), at("17:00")))
    tooltip = waybar.fields(board(bad), FRIDAY, hours=HOURS)["tooltip"]
    assert "&lt;b&gt;&amp;Bo&lt;/b&gt;" in tooltip
    assert "<" not in tooltip


ANSWERED = [
    pytest.param((outcome(1, at("09:00"), at("10:00")),), 1, id="an answer"),
    pytest.param((outcome(1, at("09:00"), at("10:00")), outcome(1, at("11:00"), at("12:00"))), 1, id="a case once"),
    pytest.param((outcome(1, at("09:00"), at("10:00"), by=AnsweredBy.DISMISSED),), 0, id="not a dismissal"),
    pytest.param((outcome(1, at("09:00"), at("10:00"), by=AnsweredBy.DISCARDED),), 0, id="not a thrown away one"),
    pytest.param((outcome(1, at("09:00", 19), at("23:59", 19)),), 0, id="not yesterday's"),
    pytest.param((outcome(1, at("09:00"), at("15:30")),), 0, id="not one after the moment looked at"),
    pytest.param(
        (outcome(1, at("09:00"), at("10:00")), outcome(1, at("09:00"), at("10:00"), reversed_=True)),
        0,
        id="not one taken back",
    ),
]


@pytest.mark.parametrize(("outcomes", "number"), ANSWERED)
def test_answered_today_counts_cases(outcomes, number: int) -> None:
    line = f"  {number} answered today; the longest wait was 1 h."
    text = status.text(board(outcomes=outcomes), FRIDAY, hours=HOURS, width=80)
    assert (line in text) == bool(number)
    assert ("answered today" in text) == bool(number)


def test_done_counts_before_the_daemon_wrote_it_down() -> None:
    done = mark(JO, MarkKind.DONE, at("15:02"))
    assert "1 answered today" in status.text(board(JO, marks=(done,)), FRIDAY, hours=HOURS, width=80)
    again = mark(JO, MarkKind.REOPEN, at("15:03"), id=2)
    assert "answered today" not in status.text(board(JO, marks=(done, again)), FRIDAY, hours=HOURS, width=80)


def test_a_note_waits_without_a_name() -> None:
    add = replace(mark(NORA, MarkKind.ADD, at("15:00"), until=at("17:00")), key="note:1", text="Man at the door")
    row = status.text(board(marks=(add,)), FRIDAY, hours=HOURS, width=80).splitlines()[2]
    assert row == "  17:00    6e1e51  note              Man at the door            since 15:00"


def test_on_the_day_clocks_go_back_the_day_is_as_long_as_it_is() -> None:
    night = at("00:30", 1)
    allday = replace(HOURS, week=(HOURS.week[0],) * 7)
    waits = case(1, debt(who("Al Ito"), "Hi", at("23:00", 31, month=10), at("17:00", 1)))
    text = status.text(board(waits, sources=(health(completed=night),)), night, hours=allday, width=80)
    assert text.splitlines()[0].endswith("The day ends in 17 h 30 min")


@pytest.mark.parametrize(
    ("text", "room", "shown"),
    [
        pytest.param("abcdef", 6, "abcdef", id="fits"),
        pytest.param("abcdef", 5, "abcd…", id="cut"),
        pytest.param("日本語", 5, "日本…", id="wide cut whole"),
        pytest.param("日本語", 4, "日…", id="half a wide letter is none"),
        pytest.param("abc", 0, "", id="no room"),
    ],
)
def test_cut_never_takes_more_cells_than_there_are(text: str, room: int, shown: str) -> None:
    assert cut(text, room) == shown
    assert cells(fit(text, room)) == room


def test_a_tail_survives_cutting_unless_the_name_would_not() -> None:
    assert fit("Bartholomew", 13, ", vip") == "Barthol…, vip"
    assert fit("Bartholomew", 10, ", vip") == "Bartholom…"
    assert fit("Bo", 10, ", vip") == "Bo, vip   "


def test_wrapping_is_bounded() -> None:
    assert wrap("a " * 5000, 10, "  ", most=2) == ["  a a a a", "  a a a a…"]


def test_the_way_of_status_loads_nothing_heavy() -> None:
    code = "import sys, triage.report.status, triage.report.as_json; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {
        "rich",
        "click",
        "sqlite_utils",
        "holidays",
        "imapclient",
        "keyring",
        "email",
        "html",
        "asyncio",
        "tzlocal",
    }
    assert not heavy & set(loaded)
