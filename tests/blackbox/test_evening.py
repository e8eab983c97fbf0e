"""`triage summary` and `triage leave` as a user or a timer calls them."""

import contextlib
import json
import re
import sqlite3
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.blackbox.conftest import reply
from tests.blackbox.homes import TRIAGE, ZONE, Home, ago, letter, local, put
from tests.servers.notifications import Recorder, SessionBus


def day(start: int, end: int) -> str:
    """A [workday] from and to so many minutes from now."""
    begin, finish = (local(datetime.now(UTC) + timedelta(minutes=minutes)) for minutes in (start, end))
    return f'[workday]\ntimezone = "{ZONE}"\ndays = "mon-sun"\nstart = "{begin:%H:%M}"\nend = "{finish:%H:%M}"'


# --- the summary --------------------------------------------------------------------------------------------------


def test_it_says_who_came_who_was_answered_and_who_still_waits(read: Home) -> None:
    result = read.triage("summary")
    assert (result.code, result.err) == (0, "")
    told = re.sub(r"\s+", " ", result.out)
    for part in ("4 people wait", "6 messages, 5 to answer", "Answered 1, on time", "Still open 4: Ada King (since"):
        assert part in told, told
    assert max(map(len, result.out.splitlines())) <= 80


def test_json_agrees_with_the_status_and_counts_a_mark_at_once(read: Home) -> None:
    assert read.triage("done", "ada").code == 0
    found, status = read.triage("summary", "--json").json, read.triage("status", "--json").json
    assert found["answered"] == status["counts"]["answered_today"] == 2
    assert [one["id"] for one in found["open"]["cases"]] == [one["id"] for one in status["owed"]]
    assert read.triage("summary", "--format", "json").json.keys() == found.keys()


def test_the_figures_are_the_same_after_the_daemon_wrote_the_outcomes(read: Home) -> None:
    for words in (["done", "ada"], ["dismiss", "ben"], ["done", "1"], ["undo"]):
        read.triage(*words)
    left = ("now", "until")
    before = {name: value for name, value in read.triage("summary", "--json").json.items() if name not in left}
    read.triage("poll")
    after = read.triage("summary", "--json").json
    for name in ("answered", "on_time", "late", "dismissed", "owed", "by_class", "by_channel", "weeks", "received"):
        assert after[name] == before[name], name


def test_an_undo_takes_the_answer_out_of_the_summary(read: Home) -> None:
    read.triage("done", "ada")
    read.triage("poll")
    read.triage("undo")
    assert read.triage("summary", "--json").json["answered"] == 1
    read.triage("poll")
    assert read.triage("summary", "--json").json["answered"] == 1


@pytest.mark.parametrize("words", [["--day", "yesterday"], ["--day", "2026-01-05"], ["--week", "--day", "2026-01-05"]])
def test_a_day_without_mail_is_told_in_peace(read: Home, words: list[str]) -> None:
    result = read.triage("summary", *words)
    assert (result.code, "0 messages, nothing to answer" in result.out) == (0, True), result.out


def test_before_anything_was_read_it_is_not_sure(home: Home) -> None:
    result = home.triage("summary")
    assert (result.code, "as far as read" in result.out) == (0, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--day", "someday"], "'someday' is no day"),
        (["--day", "2999-01-01"], "2999-01-01 is still to come"),
        (["--notice", "--week"], "--notice goes with no other option"),
        (["--format", "pdf"], "pdf"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_2(home: Home, words: list[str], said: str) -> None:
    result = home.triage("summary", *words)
    assert (result.code, result.out) == (2, "")
    assert said in result.err


def test_a_file_it_writes_is_read_by_its_user_alone(read: Home) -> None:
    path = read.root / "week.md"
    assert read.triage("summary", "--week", "--format", "markdown", "--output", str(path)).code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = path.read_text()
    assert first.startswith("# Mon ")
    assert read.triage("summary", "--output", str(path)).code == 0
    assert "# Mon" not in path.read_text()
    assert read.triage("summary", "--output", str(read.root / "none" / "x")).code == 1


def test_the_page_holds_what_strangers_wrote_as_text(home: Home) -> None:
    bad = "<script>alert(1)</script> <ada@bakery.example>"
    put(
        home.mail / "INBOX",
        letter(sender=f'"{bad.split(" <", maxsplit=1)[0]}" <ada@bakery.example>', at=ago(minutes=9)),
        ago(minutes=9),
    )
    assert home.triage("poll").code == 0
    page = home.triage("summary", "--format", "html").out
    assert page.startswith("<!doctype html>")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=|@import|url\(", page)


# --- leaving ------------------------------------------------------------------------------------------------------


def test_not_yet_names_who_waits_and_exits_1(read: Home) -> None:
    result = read.triage("leave")
    assert (result.code, result.out.splitlines()[0]) == (1, "Not yet: 4 people.")
    assert "Ada King" in result.out


def test_yes_when_everybody_has_an_answer_and_put_off_ones_are_named(read: Home) -> None:
    read.triage("done", "ada", "ben", "kim@one.example")
    read.triage("snooze", "kim@two.example", "tomorrow")
    result = read.triage("leave")
    assert (result.code, result.out.splitlines()[0]) == (0, "Yes: everyone has an answer for today.")
    assert "Put off: Kim Roe" in result.out
    found = read.triage("leave", "--json")
    assert (found.code, found.json["verdict"]) == (0, "yes")


def test_not_sure_says_which_source_and_what_to_run(home: Home) -> None:
    result = home.triage("leave")
    assert (result.code, result.out) == (1, "Not sure: mail not read yet.\n  Next: triage poll\n")
    put(home.mail / "INBOX", letter(at=ago(minutes=9)), ago(minutes=9))
    home.triage("poll")
    home.triage("done", "ada")
    assert home.triage("leave").code == 0
    found = home.triage("leave", "--at", "2027-01-05 12:00")
    assert found.code == 0, found


def test_leaving_sooner_is_kept_for_today_taken_back_and_undone(read: Home) -> None:
    at = f"{local(datetime.now(UTC)) + timedelta(hours=1):%H:%M}"
    assert f"You leave at {at}" in read.triage("leave", "--by", at).out
    assert at in read.triage("leave", "--json").json["by"]
    read.triage("poll")
    assert at in read.triage("leave", "--json").json["by"]
    assert "when the day ends" in read.triage("leave", "--by", "off").out
    assert read.triage("leave", "--json").json["by"] is None
    assert read.triage("undo").out == "Undone: leaving: not early\n"
    assert at in read.triage("leave", "--json").json["by"]
    assert read.triage("undo").out == f"Undone: leaving: at {at}\n"
    assert read.triage("leave", "--json").json["by"] is None


@pytest.mark.parametrize("words", [["--by", "23:59"], ["--by", "soon"], ["--by", "15:00", "--json"]], ids=" ".join)
def test_a_time_outside_the_days_work_is_exit_2(read: Home, words: list[str]) -> None:
    assert read.triage("leave", *words).code == 2


def test_from_enough_past_answers_it_says_about_how_long(home: Home) -> None:
    """Eleven answers four minutes apart, then one letter of the kind."""
    home.configure(workday=day(-600, 110))
    for place in range(11):
        at = ago(minutes=500 - 4 * place)
        asked = letter(f"Chair {place}", sender=f"P{place} Lee <p{place}@one.example>", at=ago(minutes=560))
        put(home.mail / "INBOX", asked, ago(minutes=560))
        put(home.mail / "Sent", reply(asked, "It is ready."), at)
    put(home.mail / "INBOX", letter(at=ago(minutes=90)), ago(minutes=90))
    assert home.triage("poll").code == 0
    result = home.triage("leave")
    assert (result.code, result.out.splitlines()[0]) == (1, "Not yet: 1 person, about 4 minutes.")
    assert home.triage("leave", "--json").json["minutes"] == 4


# --- the timer's notice -------------------------------------------------------------------------------------------


def notice(home: Home, bus: SessionBus) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*TRIAGE, "summary", "--notice"],
        env={**home.env, "DBUS_SESSION_BUS_ADDRESS": bus.address},
        cwd=home.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


@pytest.fixture
def over(home: Home) -> Home:
    """Ada still waits at the end of a day that was over five minutes ago; what is opened is written down."""
    home.configure(workday=day(-240, -5))
    put(home.mail / "INBOX", letter(at=ago(minutes=90)), ago(minutes=90))
    assert home.triage("poll").code == 0
    opener = home.root / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{home.root}/opened\n')
    opener.chmod(0o755)
    home.env["PATH"] = f"{opener.parent}:{home.env['PATH']}"
    return home


def test_the_day_is_said_once_and_its_button_opens_the_page(over: Home, bus: SessionBus, recorder: Recorder) -> None:
    process = notice(over, bus)
    told = recorder.wait_for(timeout=20)
    assert (told.summary, told.actions) == (
        "Today: 1 still waits",
        (("default", "Show"), ("show", "Show")),
    )
    assert told.body == "Ada King."
    recorder.press(told.id, "show")
    assert (process.wait(20), *process.communicate()) == (0, "", "")
    (page,) = (over.root / "opened").read_text().splitlines()
    assert "Ada King" in Path(page).read_text()
    assert {stat.S_IMODE(path.stat().st_mode) for path in over.state.glob("*")} == {0o600}
    again = notice(over, bus)
    assert (again.wait(20), *again.communicate()) == (0, "", "")
    assert len(recorder.notes) == 1


def test_a_bubble_that_is_closed_ends_it_without_opening_anything(
    over: Home, bus: SessionBus, recorder: Recorder
) -> None:
    process = notice(over, bus)
    recorder.dismiss(recorder.wait_for(timeout=20).id)
    assert process.wait(20) == 0
    process.communicate()
    assert not (over.root / "opened").exists()


def test_what_nobody_accepted_is_said_later(over: Home, bus: SessionBus) -> None:
    refused = over.triage("summary", "--notice")
    assert (refused.code, refused.out) == (1, "")
    with Recorder(bus.address) as recorder:
        process = notice(over, bus)
        recorder.dismiss(recorder.wait_for(timeout=20).id)
        assert process.wait(20) == 0
        process.communicate()


def test_a_command_hears_it_too_and_privacy_keeps_names_out(over: Home) -> None:
    heard = over.root / "heard"
    reminders = f'[reminders]\nprivacy = "count"\ncommand = ["sh", "-c", "cat >>{heard}"]'
    over.configure(workday=day(-240, -5), more=reminders)
    assert over.triage("summary", "--notice").code == 0
    said = json.loads(heard.read_text())
    assert said["title"] == "Today: 1 still waits"
    assert "Ada" not in heard.read_text()


@pytest.mark.parametrize("content", ["", "nonsense", "[]", '{"summary": 7}', '{"summary": "x"}'])
def test_a_damaged_memory_of_what_was_said_says_it_again(
    over: Home, bus: SessionBus, recorder: Recorder, content: str
) -> None:
    (over.state / "told.json").write_text(content)
    process = notice(over, bus)
    recorder.dismiss(recorder.wait_for(timeout=20).id)
    assert process.wait(20) == 0
    process.communicate()


def test_during_the_day_nothing_is_said(read: Home, bus: SessionBus, recorder: Recorder) -> None:
    read.configure(workday=day(-150, 100))
    process = notice(read, bus)
    assert (process.wait(20), *process.communicate()) == (0, "", "")
    assert recorder.notes == []


def test_that_nobody_reads_the_mail_is_said_once_a_day(read: Home, bus: SessionBus, recorder: Recorder) -> None:
    read.configure(workday=day(-240, 100))
    with contextlib.closing(sqlite3.connect(read.state / "triage.db")) as connection, connection:
        since = ago(hours=3)
        connection.execute("UPDATE sources SET completed = ?", (since.isoformat(timespec="microseconds"),))
    process = notice(read, bus)
    told = recorder.wait_for(timeout=20)
    assert told.summary == f"triage has not read your mail since {local(since):%H:%M}"
    assert "systemctl --user status triage" in told.body
    recorder.dismiss(told.id)
    assert process.wait(20) == 0
    process.communicate()
    again = notice(read, bus)
    assert (again.wait(20), *again.communicate()) == (0, "", "")
    assert len(recorder.notes) == 1


def test_a_daemon_that_just_woke_gets_a_minute_to_read(read: Home, bus: SessionBus, recorder: Recorder) -> None:
    """Timer and daemon wake together: what is read within that minute makes the notice needless."""
    read.configure(workday=day(-240, 100))
    with read.daemon() as daemon:
        daemon.wait_until(lambda: daemon.source("mail")["ok"] and not daemon.source("mail")["stale"])
        with contextlib.closing(sqlite3.connect(read.state / "triage.db")) as connection, connection:
            connection.execute("UPDATE sources SET completed = ?", (ago(hours=3).isoformat(timespec="microseconds"),))
        process = notice(read, bus)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2.5)
        assert read.triage("poll").code == 0
        assert (process.wait(20), *process.communicate()) == (0, "", "")
    assert recorder.notes == []


def test_that_nothing_was_ever_read_is_said_too(home: Home, bus: SessionBus, recorder: Recorder) -> None:
    home.configure(workday=day(-240, 100))
    process = notice(home, bus)
    told = recorder.wait_for(timeout=20)
    assert told.summary == "triage has not read your mail yet"
    recorder.dismiss(told.id)
    assert process.wait(20) == 0
    process.communicate()


def test_a_database_that_cannot_be_used_is_told_once_a_day(home: Home, bus: SessionBus, recorder: Recorder) -> None:
    home.configure(workday=day(-240, 100))
    home.state.mkdir(parents=True)
    (home.state / "triage.db").write_bytes(b"not a database" * 100)
    process = notice(home, bus)
    told = recorder.wait_for(timeout=20)
    assert told.summary == "triage cannot say who waits"
    assert "triage.db" in told.body
    recorder.dismiss(told.id)
    assert process.wait(20) == 0
    process.communicate()
    assert home.triage("summary", "--notice").code == 5
    assert len(recorder.notes) == 1
