"""The summary of a replay: figures that add up, a table that fits, strangers kept on their line."""

import re
from datetime import date, timedelta

import pytest

from tests.core.mail import ADA, HOURS, ME, POLICY, at, entry, mine
from triage.core.past.replaying import Replay, replay
from triage.core.past.summing import summed
from triage.model.entries import Entry
from triage.report.replay import text
from triage.report.replay_figures import figures
from triage.settings import Me, Reminders


def lived(*entries: Entry, until: float) -> Replay:
    me = Me(name="Robin Vale", addresses=(ME,))
    found = replay(entries, me=me, policy=POLICY, reminders=Reminders(), until=at(until))
    assert found is not None
    return found


def asked(days: int) -> list[Entry]:
    """One question every day: the first third answered at once, the next a day later, the rest never."""
    found: list[Entry] = []
    for day in range(days):
        name = f"q{day}"
        found.append(entry(name, hours=24 * day, subject=f"Question {day}", sender=ADA))
        if day < days * 2 / 3:
            later = 1 if day < days / 3 else 73
            found.append(mine(f"a{day}", hours=24 * day + later, replies=name))
    return found


def shown(whole: Replay, width: int = 80) -> list[str]:
    return text(
        figures(whole, HOURS), summed(whole, HOURS), hours=HOURS, week="Working hours.", width=width
    ).splitlines()


def test_the_figures_add_up() -> None:
    whole = lived(*asked(9), until=8 * 24 + 1)
    seen = figures(whole, HOURS)
    assert seen.owed == seen.on_time + seen.late + seen.never + seen.open == 9
    assert (seen.on_time, seen.open) == (3, 1)
    assert sum(day.owed for day in seen.days) == seen.owed
    assert sum(day.notices for day in seen.days) == seen.notices
    assert sum(day.answered for day in seen.days) == len(seen.waits)


@pytest.mark.parametrize(
    ("days", "first"),
    [
        pytest.param(9, "16 Nov 2026", id="days"),
        pytest.param(90, "16 Nov 2026", id="weeks"),
        pytest.param(300, "Nov 2026", id="months"),
        pytest.param(1000, "2026", id="years"),
    ],
)
def test_any_stretch_fits_a_screen(days: int, first: str) -> None:
    found = shown(lived(*asked(days), until=days * 24))
    table = [line for line in found if re.match(r"  [\w ]{13}[\d, ]{42}$", line)]
    assert table[0].strip().startswith(first)
    assert len(table) <= 24
    assert max(map(len, found)) <= 80
    assert sum(int(line.split()[-5].replace(",", "")) for line in table) == days


def test_who_was_forgotten_is_named_latest_first() -> None:
    found = shown(lived(*asked(30), until=60 * 24))
    named = [line for line in found if "Question" in line]
    assert len(named) == 8
    assert "Question 29" in named[0]
    assert any("and 2 more" in line for line in found)


def test_an_archive_in_which_nobody_waited_says_so() -> None:
    news = entry("news", sender="news@shop.example", headers=(("list-unsubscribe", "<https://x>"),))
    assert shown(lived(news, until=24))[0].endswith("nobody waited for an answer.")


def test_a_stranger_stays_on_their_line() -> None:
    bad = entry("bad", sender="Eve\nMallory <eve@x.example>", subject="a\x1b[2J\nb\u202ec" + "x" * 300)
    found = shown(lived(bad, until=48), width=60)
    assert all(line.isprintable() and len(line) <= 60 for line in found)
    assert sum("a b" in line for line in found) == 1


def test_a_day_is_one_of_the_users_zone() -> None:
    whole = lived(entry("late", hours=14.9), until=72)
    assert [day.date for day in figures(whole, HOURS).days if day.owed] == [date(2026, 11, 16)]
    assert figures(whole, HOURS).waits == ()
    assert figures(whole, HOURS).since + timedelta(hours=57.1) == figures(whole, HOURS).until
