"""The installed command as a person or a script meets it: what it says, where, and how it ends."""

import os
import pty
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import threading
from pathlib import Path

import pytest

from tests.blackbox.homes import TRIAGE, Home, Result, ago, imap, letter, maildir, put

COMMANDS = (
    "status",
    "list",
    "show",
    "why",
    "open",
    "done",
    "dismiss",
    "snooze",
    "reopen",
    "undo",
    "add",
    "run",
    "poll",
    "login",
    "judge",
    "replay",
    "demo",
)
ESCAPE = "\x1b"
BOXES = re.compile("[\u2500-\u259f]")


def refused(result: Result, code: int, words: str) -> None:
    """It ended with this code, said nothing on stdout and two lines on stderr: what happened and what to do."""
    assert (result.code, result.out) == (code, ""), result
    first, second = result.err.splitlines()
    assert first.startswith("triage: ")
    assert words in result.err
    assert second.strip()


def rows(home: Home, *words: str) -> dict[str, str]:
    """The state of every case by who waits."""
    cases = home.triage("list", "--json", *words).json["cases"]
    return {case["who"]["name"] or case["subject"]: case["state"] for case in cases}


# --- wrong calls -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["stauts"], "did you mean triage status?", id="a typing mistake"),
        pytest.param(["xyzzy"], "triage --help", id="no such command"),
        pytest.param(["done"], "triage done --help", id="nothing to mark"),
        pytest.param(["done", "--bogus", "1"], "--bogus", id="no such option"),
        pytest.param(["list", "--state", "foo"], "'owed'", id="no such state"),
        pytest.param(["list", "--backlog", "--all"], "--backlog", id="options that exclude each other"),
        pytest.param(["list", "--spot-check", "--all"], "--spot-check", id="a spot check of everything"),
        pytest.param(["status", "--format", "foo"], "'waybar'", id="no such format"),
        pytest.param(["status", "--at", "nonsense"], "write one of", id="no moment"),
        pytest.param(["snooze", "1", "30"], "write one of", id="no time"),
        pytest.param(["snooze", "1", "00:01"], "past", id="a time of today that has passed"),
        pytest.param(["snooze", "1", "2020-01-01 10:00"], "past", id="a date that has passed"),
        pytest.param(["snooze", "1"], "triage snooze --help", id="no WHEN"),
        pytest.param(["add", ""], "nothing to add", id="an empty note"),
        pytest.param(["add", "\x1b[31m"], "nothing to add", id="a note of nothing visible"),
        pytest.param(["add", "Oni", "--by", "00:01"], "past", id="a note due in the past"),
        pytest.param(["dismiss"], "--backlog", id="dismiss without a case"),
        pytest.param(["dismiss", "1", "--sender", "--domain"], "--sender", id="dismiss in two ways"),
    ],
)
def test_a_wrong_call_ends_with_2_and_two_lines(read: Home, words: list[str], says: str) -> None:
    refused(read.triage(*words), 2, says)
    assert set(rows(read).values()) == {"owed"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["done", "99"], "no case 99", id="an unknown number"),
        pytest.param(["show", "nobody"], "no case nobody", id="an unknown name"),
        pytest.param(["why", "ffffffff"], "no case ffffffff", id="an unknown ref"),
        pytest.param(["open", "99"], "no case 99", id="open what is not there"),
        pytest.param(["done", "kim"], "3, 4", id="a name that fits two"),
        pytest.param(["done", "lea"], "no case lea", id="a name with no open case"),
        pytest.param(["undo"], "nothing to undo", id="nothing to undo"),
        pytest.param(["dismiss", "--backlog"], "no backlog", id="no backlog"),
        pytest.param(["login", "nowhere"], "mail", id="a source that is not configured"),
        pytest.param(["login", "mail"], "no password", id="a source that has none"),
    ],
)
def test_what_cannot_be_done_ends_with_1_and_two_lines(read: Home, words: list[str], says: str) -> None:
    refused(read.triage(*words), 1, says)


def test_several_at_once_are_all_done_or_none(read: Home) -> None:
    refused(read.triage("done", "1", "99", "2"), 1, "99")
    assert set(rows(read).values()) == {"owed"}
    assert read.triage("done", "1", "2").out.splitlines() == [
        "Done: Ada King: Quote for March",
        "Done: Ben Ott: Plans for the kitchen",
    ]
    assert set(rows(read)) == {"Kim Lee", "Kim Roe"}


def test_a_json_call_that_fails_leaves_stdout_empty(read: Home) -> None:
    for words in (["show", "99", "--json"], ["list", "--json", "--state", "foo"], ["status", "--json", "--at", "x"]):
        result = read.triage(*words)
        assert (result.code in (1, 2), result.out) == (True, "")


def test_debug_shows_where_it_came_from_and_nothing_else_does(read: Home) -> None:
    assert "Traceback" not in read.triage("show", "99").err
    debugged = read.triage("--debug", "show", "99")
    assert "Traceback" in debugged.err
    assert debugged.code == 1


# --- the ways to name a case -------------------------------------------------------------------------------------


def test_a_case_goes_by_number_ref_name_and_address(read: Home) -> None:
    case = read.triage("show", "1", "--json").json
    for word in (case["ref"], case["ref"][:4], "ada", "Ada", "king", "ada king", "ada@bakery.example"):
        assert read.triage("show", word, "--json").json["ref"] == case["ref"], word


def test_a_skipped_case_goes_by_its_ref(read: Home) -> None:
    (case,) = read.triage("list", "--json", "--state", "skipped").json["cases"]
    assert case["id"] is None
    assert "many" in read.triage("why", case["ref"][:6]).out


def test_a_spot_check_shows_what_was_skipped_and_how_to_object(read: Home) -> None:
    skipped = read.triage("list", "--json", "--state", "skipped").json["cases"]
    assert read.triage("list", "--spot-check", "--json").json["cases"] == skipped
    assert "triage reopen" in read.triage("list", "--spot-check").out


# --- marks -------------------------------------------------------------------------------------------------------


def test_undo_takes_back_command_after_command_and_says_which(read: Home) -> None:
    read.triage("done", "1", "2", "--note", "rang them")
    read.triage("snooze", "3", "2h")
    assert read.triage("undo").out == "Undone: put off: Kim Lee: Chair 0\n"
    assert read.triage("undo").out.splitlines() == [
        "Undone: done: Ada King: Quote for March",
        "Undone: done: Ben Ott: Plans for the kitchen",
    ]
    assert set(rows(read).values()) == {"owed"}
    refused(read.triage("undo"), 1, "nothing to undo")


@pytest.mark.parametrize(
    "when",
    [
        ["30m"],
        ["2h"],
        ["1h30m"],
        ["16:45"],
        ["tomorrow"],
        ["tomorrow", "9:00"],
        ["mon"],
        ["fri", "14:00"],
        ["fri 14:00"],
    ],
    ids=" ".join,
)
def test_a_case_is_put_off_until_every_form_of_when(read: Home, when: list[str]) -> None:
    result = read.triage("snooze", "1", "ben", *when)
    assert result.code == 0, result.err
    assert len(result.out.splitlines()) == 2
    snoozed = read.triage("status", "--json").json["snoozed"]
    assert {case["who"]["name"] for case in snoozed} == {"Ada King", "Ben Ott"}
    assert all(case["until"] > case["received"] for case in snoozed)


def test_names_before_a_clock_time_are_names(read: Home) -> None:
    assert read.triage("snooze", "ada", "ben", "16:45").code == 0
    assert rows(read, "--state", "snoozed") == {"Ada King": "snoozed", "Ben Ott": "snoozed"}


def test_dismissing_a_sender_silences_what_comes_next_and_undo_gives_it_back(read: Home) -> None:
    read.triage("dismiss", "1", "--sender")
    put(read.mail / "INBOX", letter("Another quote"), ago(minutes=5))
    read.triage("poll")
    assert "Ada King" not in rows(read)
    assert "Ada King" in read.triage("undo").out
    assert rows(read)["Ada King"] == "owed", "at once, with no daemon to judge anew"


def test_who_was_silenced_is_listed_and_heard_again_with_a_case_of_theirs(read: Home) -> None:
    read.triage("dismiss", "1", "--sender")
    listed = read.triage("list", "--state", "dismissed").out
    assert "you dismissed it" in listed
    assert "Silenced: ada@bakery.example." in listed
    assert "ada@bakery.example may need an answer again" in read.triage("reopen", "1").out
    assert "Silenced" not in read.triage("list", "--state", "dismissed").out
    put(read.mail / "INBOX", letter("Another quote"), ago(minutes=5))
    read.triage("poll")
    assert read.triage("list").out.count("Ada King") == 2


def test_undo_names_a_note_that_no_daemon_stored_yet(read: Home) -> None:
    added = read.triage("add", "Mr Oni at the door").out.split()[1].rstrip(",")
    assert read.triage("done", added).code == 0
    assert read.triage("undo").out == "Undone: done: Mr Oni at the door\n"


def test_dismissing_a_sender_says_so_and_holds_for_all_that_waits(read: Home) -> None:
    put(read.mail / "INBOX", letter("Another quote"), ago(minutes=5))
    read.triage("poll")
    assert "nothing from ada@bakery.example needs an answer" in read.triage("dismiss", "1", "--sender").out
    assert "Ada King" not in rows(read)


def test_an_empty_name_is_nobody(read: Home) -> None:
    """A script whose variable is empty must not settle the last one who waits."""
    read.triage("done", "2", "3", "4")
    refused(read.triage("done", ""), 1, "no case")
    assert rows(read)["Ada King"] == "owed"


def test_a_dismissed_domain_is_silent_too(read: Home) -> None:
    assert read.triage("dismiss", "ada", "--domain").code == 0
    put(read.mail / "INBOX", letter("Cake", sender="Tom <tom@bakery.example>"), ago(minutes=5))
    read.triage("poll")
    assert "Tom" not in rows(read)


def test_whoever_writes_again_after_done_waits_again(read: Home) -> None:
    read.triage("done", "ada")
    put(read.mail / "INBOX", letter("One more thing"), ago(minutes=1))
    read.triage("poll")
    assert rows(read)["Ada King"] == "owed"


def test_reopen_makes_a_skipped_case_owed_and_due(read: Home) -> None:
    (case,) = read.triage("list", "--json", "--state", "skipped").json["cases"]
    assert read.triage("reopen", case["ref"][:6]).code == 0
    again = read.triage("show", case["ref"], "--json").json
    assert (again["state"], again["due"] is not None) == ("owed", True)


def test_a_note_needs_no_daemon_and_lives_by_its_ref(read: Home) -> None:
    said = read.triage("add", "Mr Oni at the door", "--by", "16:45").out
    ref = said.split()[1].rstrip(",")
    case = read.triage("show", ref, "--json").json
    assert (case["channel"], case["subject"], case["state"]) == ("note", "Mr Oni at the door", "owed")
    assert case["due"][11:16] == "16:45"
    assert "you named the time" in read.triage("why", ref).out
    assert read.triage("done", ref).out == "Done: Mr Oni at the door\n"
    assert read.triage("undo").code == read.triage("undo").code == 0
    assert "Mr Oni at the door" not in rows(read, "--all")


def test_what_is_open_is_not_opened_again_and_what_is_closed_not_put_off(read: Home) -> None:
    due = read.triage("show", "ada", "--json").json["due"]
    refused(read.triage("reopen", "ben", "ada"), 1, "Ben Ott: Plans for the kitchen: it is open")
    assert read.triage("show", "ada", "--json").json["due"] == due
    (lea,) = read.triage("list", "--json", "--state", "answered").json["cases"]
    refused(read.triage("snooze", "ada", lea["ref"], "2h"), 1, "triage reopen")
    assert rows(read)["Ada King"] == "owed"
    assert read.triage("snooze", "ada", "2h").code == read.triage("reopen", "ada").code == 0
    assert rows(read)["Ada King"] == "owed"


def test_marks_without_a_database_say_what_to_run(home: Home) -> None:
    refused(home.triage("add", "Mr Oni"), 5, "triage poll")
    refused(home.triage("done", "1"), 1, "no case 1")


# --- what is read with the daemon down ---------------------------------------------------------------------------


def test_triage_alone_is_status(read: Home) -> None:
    at = ["--at", "12:30"]
    assert read.triage("status").out.splitlines()[1:] == read.triage().out.splitlines()[1:]
    assert read.triage("status", *at).out == read.triage("status", *at).out
    assert "the daemon is not running" in read.triage().out


def test_nothing_read_yet_is_no_error_and_not_clear(home: Home) -> None:
    alone = home.triage()
    assert (alone.code, alone.err) == (0, "")
    assert "Nothing has been read yet." in alone.out
    seen = home.triage("status", "--json").json
    assert (seen["clear"], seen["owed"], seen["daemon"]) == (False, [], {"running": False, "since": None})
    assert seen["sources"][0]["stale"] is True
    assert home.triage("status", "--short").out == "nothing read yet\n"
    assert home.triage("list", "--json").json == {"cases": []}
    for command in ("list", "waiting", "promises"):
        assert home.triage(command).out == "Nothing has been read yet.\n\nNext: triage poll\n"
    assert not home.state.exists()


def test_short_is_one_line(read: Home) -> None:
    (line,) = read.triage("status", "--short").out.splitlines()
    assert line.startswith("4 wait")
    assert "daemon not running" in line


def test_status_loads_nothing_heavy(read: Home) -> None:
    heavy = "imapclient keyring holidays sqlite_utils notifypy jeepney rich selectolax tzlocal"
    code = "import sys\nfrom triage.cli.app import app\napp(['status'], standalone_mode=False)\n"
    code += f"print(*sorted(set('{heavy}'.split()) & sys.modules.keys()), file=sys.stderr)"
    run = subprocess.run([TRIAGE[0], "-c", code], env=read.env, capture_output=True, text=True, check=True)
    assert (run.stdout != "", run.stderr) == (True, "\n")


# --- at another moment -------------------------------------------------------------------------------------------


def test_at_a_past_moment_later_mail_and_marks_do_not_exist(read: Home) -> None:
    read.triage("done", "ada")
    earlier = read.triage("status", "--json", "--at", (ago(minutes=75)).isoformat()).json
    assert [case["who"]["name"] for case in earlier["owed"]] == ["Ada King", "Ben Ott"]
    now = read.triage("status", "--json").json
    assert [case["who"]["name"] for case in now["owed"]] == ["Ben Ott", "Kim Lee", "Kim Roe"]
    assert earlier["sources"] == now["sources"]


def test_at_a_moment_to_come_everyone_is_late(read: Home) -> None:
    later = read.triage("status", "--json", "--at", "17:30").json
    assert later["counts"]["overdue"] == 4
    assert later["now"][11:16] == "17:30"
    assert later["sources"][0]["stale"] is False


def test_a_naive_moment_is_on_the_clock_of_the_workday(home: Home) -> None:
    home.configure(workday='[workday]\ntimezone = "Pacific/Kiritimati"')
    seen = home.triage("status", "--json", "--at", "2026-11-20 15:12").json
    assert seen["now"] == "2026-11-20T15:12:00+14:00"
    assert home.triage("status", "--json", "--at", "2026-11-20T01:12:00Z").json["now"] == seen["now"]


# --- open --------------------------------------------------------------------------------------------------------


def test_open_hands_the_address_to_the_desktop(read: Home) -> None:
    read.configure(maildir("mail", read.mail, 'open = "https://mail.example.com/#search/{message_id}"'))
    programs = read.root / "bin"
    programs.mkdir()
    opener = programs / "xdg-open"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {read.root}/opened\n')
    opener.chmod(0o755)
    result = read.triage("open", "ada", env={"PATH": f"{programs}:{read.env['PATH']}"})
    assert result.out == "Opening Quote for March.\n"
    assert (read.root / "opened").read_text().startswith("https://mail.example.com/#search/")


def test_open_without_a_desktop_says_where_the_message_is(read: Home) -> None:
    empty = read.root / "nothing"
    empty.mkdir()
    result = read.triage("open", "ada", env={"PATH": str(empty)})
    refused(result, 1, "INBOX of mail")
    assert "mid:" in result.err


def test_words_that_are_no_text_break_nothing(read: Home) -> None:
    refused(read.triage("show", "\udcff\udcfe"), 1, "no case")
    said = read.triage("add", "Mr Oni \udcff at the door")
    assert (said.code, said.err) == (0, "")
    assert read.triage("list").code == 0


def test_a_terminal_of_few_letters_is_borne(read: Home) -> None:
    read.triage("add", "\u0416\u0435\u043d\u044f at the door")
    for words in (["status"], ["list"], ["status", "--json"]):
        result = read.triage(*words, env={"PYTHONIOENCODING": "ascii"})
        assert (result.code, result.err) == (0, "")


# --- configuration -----------------------------------------------------------------------------------------------


def test_no_configuration_ends_with_3_and_says_how_to_begin(home: Home) -> None:
    home.config.unlink()
    for words in (["status"], ["poll"], ["run"], ["done", "1"], ["list", "--json"], []):
        refused(home.triage(*words), 3, "triage demo")


def test_a_wrong_configuration_ends_with_3_and_names_every_fault(home: Home) -> None:
    home.configure('[[source]]\nname = "office"\nkind = "imap"\nport = "imaps"', more='[reminder]\nbefore = ["soon"]')
    result = home.triage("status")
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith("triage: ")
    for place in ("source.office.port", "source.office.host", "reminder"):
        assert place in result.err


def test_config_option_goes_before_the_environment(read: Home) -> None:
    other = read.root / "other.toml"
    other.write_text(read.config.read_text().replace("09:00", "08:00"))
    result = read.triage("--config", str(other), "status", "--json", env={"TRIAGE_CONFIG": "/nowhere"})
    assert result.code == 0


def test_without_any_option_the_xdg_folders_are_used(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    assert home.triage("poll", env={"TRIAGE_CONFIG": ""}).code == 0
    assert (home.root / "state" / "triage" / "triage.db").exists()


# --- the database ------------------------------------------------------------------------------------------------


def test_files_and_folders_are_private_under_any_umask(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    umask = os.umask(0)
    try:
        assert home.triage("poll").code == 0
        with home.daemon():
            home.triage("add", "Mr Oni")
            found = sorted([home.state, home.state.parent, *home.state.iterdir()])
            modes = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in found}
    finally:
        os.umask(umask)
    assert modes.pop("triage") == modes.pop("state") == "0o700"
    assert set(modes.values()) == {"0o600"}
    assert {"triage.db", "triage.db-wal", "triage.lock"} <= modes.keys()


@pytest.mark.parametrize("words", [["status"], ["list"], ["done", "1"], ["poll"], ["run"]], ids=" ".join)
def test_a_newer_database_ends_with_5(read: Home, words: list[str]) -> None:
    database = sqlite3.connect(read.state / "triage.db")
    database.execute("PRAGMA user_version = 99")
    database.close()
    refused(read.triage(*words), 5, "newer triage")


def test_an_older_database_waits_for_its_holder(read: Home) -> None:
    with sqlite3.connect(read.state / "triage.db") as database:
        database.execute("PRAGMA user_version = 0")
    assert "Nothing has been read yet" in read.triage().out


@pytest.mark.parametrize("words", [["status"], ["show", "1"], ["undo"], ["poll"]], ids=" ".join)
def test_a_damaged_database_ends_with_5_and_stays_as_it_is(read: Home, words: list[str]) -> None:
    path = read.state / "triage.db"
    for beside in read.state.glob("triage.db-*"):
        beside.unlink()
    path.write_bytes(b"this is no database, but long enough to be taken for one" * 100)
    before = path.read_bytes()
    refused(read.triage(*words), 5, "damaged")
    assert path.read_bytes() == before


def test_a_state_folder_that_is_a_file_ends_with_5(home: Home) -> None:
    home.state.parent.mkdir()
    home.state.write_text("")
    refused(home.triage("poll"), 5, "triage")


def test_a_database_that_may_not_be_written_ends_with_5_and_stays_as_it_is(read: Home) -> None:
    database = read.state / "triage.db"
    database.chmod(0o400)
    read.state.chmod(0o500)
    try:
        for words in (["done", "1"], ["poll"]):
            refused(unprivileged(read, *words), 5, "cannot be written")
    finally:
        read.state.chmod(0o700)
    assert set(rows(read).values()) == {"owed"}


def unprivileged(home: Home, *words: str) -> Result:
    """Run the command bound by the modes of files, also where the tests run as root."""
    bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    run = subprocess.run([*bound, *TRIAGE, *words], env=home.env, capture_output=True, text=True, check=False)
    return Result(code=run.returncode, out=run.stdout, err=run.stderr)


# --- reading -----------------------------------------------------------------------------------------------------


def test_poll_says_which_source_it_could_not_read_and_prints_the_rest(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    home.configure(maildir("mail", home.mail), imap("office", "robin", port))
    result = home.triage("poll", "--json", env={"TRIAGE_PASSWORD_OFFICE": "x"})
    assert result.code == 1
    seen = result.json
    assert [case["who"]["name"] for case in seen["owed"]] == ["Ada King"]
    assert [(source["name"], source["ok"]) for source in seen["sources"]] == [("mail", True), ("office", False)]
    assert all(seen["sources"][1][word] for word in ("error", "hint", "stale"))
    assert seen["clear"] is False
    assert "office" in result.err


def test_ctrl_c_ends_a_poll_that_hangs(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        home.configure(imap("office", "robin", silent.getsockname()[1]))
        env = {**home.env, "TRIAGE_PASSWORD_OFFICE": "x"}
        process = subprocess.Popen(
            [*TRIAGE, "poll"],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        line, _ = silent.accept()
        with line:
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (130, "", "\ntriage: stopped\n")
    assert not (home.state / "triage.lock").read_text()


def test_a_poll_holds_the_lock_and_survives_marks(read: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        read.configure(maildir("mail", read.mail), imap("office", "robin", silent.getsockname()[1]))
        env = {**read.env, "TRIAGE_PASSWORD_OFFICE": "x"}
        process = subprocess.Popen(
            [*TRIAGE, "poll"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        line, _ = silent.accept()
        refused(read.triage("run"), 1, f"pid {process.pid}")
        assert read.triage("done", "ada").code == 0
        assert process.poll() is None
        line.close()
        out, err = process.communicate(timeout=20)
    assert (process.returncode, "office" in err) == (1, True)
    assert "Ada King" not in out
    assert "Ben Ott" in out


# --- the terminal ------------------------------------------------------------------------------------------------


def on_a_terminal(home: Home, *words: str, env: dict[str, str]) -> str:
    """What the command writes to a terminal."""
    mine, theirs = pty.openpty()
    said = bytearray()

    def listen() -> None:
        try:
            while chunk := os.read(mine, 4096):
                said.extend(chunk)
        except OSError:
            return

    listener = threading.Thread(target=listen)
    listener.start()
    subprocess.run([*TRIAGE, *words], env={**home.env, "TERM": "xterm-256color", **env}, stdout=theirs, check=True)
    os.close(theirs)
    listener.join(5)
    os.close(mine)
    return said.decode()


def test_colour_is_for_terminals_and_for_those_who_want_it(read: Home) -> None:
    assert ESCAPE in on_a_terminal(read, "status", env={})
    for words in (["status"], ["show", "1"], ["why", "1"], ["list"]):
        assert ESCAPE not in on_a_terminal(read, *words, env={"NO_COLOR": "1"})
        piped = read.triage(*words, env={"TERM": "xterm-256color"}).out
        assert ESCAPE not in piped
        assert not BOXES.search(piped)


RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\ud800-\udfff]")
SHOWING = (
    "status",
    "status --short",
    "status --json",
    "list",
    "list --json",
    "show 1",
    "show 1 --json",
    "why 1",
    "why 1 --json",
    "done 1",
    "undo",
)
HOSTILE = "\x1b]0;owned\x07\x1b[2J\u202eevil\u200b\x9b31m\x00\x08"


def test_what_strangers_write_never_reaches_the_terminal_raw(home: Home) -> None:
    raw = letter("SUBJECT", sender='"NAME" <mallory@evil.example>', text=f"Can you pay {HOSTILE} now?")
    for place in (b"SUBJECT", b"NAME"):
        raw = raw.replace(place, b"=?utf-8?q?x" + b"".join(b"=%02X" % byte for byte in HOSTILE.encode()) + b"?=")
    raw = raw.replace(b"Content-Transfer-Encoding: 7bit", b"").replace(b"ID: <", b"ID: <" + HOSTILE.encode())
    put(home.mail / "INBOX", raw)
    assert "evil" in home.triage("poll").out
    assert "31m" in home.triage("show", "1", "--json").json["message_ids"][0]
    for line in SHOWING:
        result = home.triage(*line.split())
        assert result.out
        assert not RAW.search(result.out + result.err), line


def test_output_to_a_full_disk_is_told_as_that(read: Home) -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [*TRIAGE, "status"], stdout=full, stderr=subprocess.PIPE, env=read.env, text=True, check=False
        )
    assert run.returncode == 1
    assert run.stderr.splitlines()[0] == "triage: the output could not be written: No space left on device"
    assert len(run.stderr.splitlines()) == 2


def test_a_reader_that_stops_listening_is_no_error(read: Home) -> None:
    for words in ("status", "list --all", "status --json", "show 1"):
        command = f'{TRIAGE[0]} -m triage {words}; echo "code $?" >&2'
        run = subprocess.run(
            ["bash", "-c", f"({command}) | true"], env=read.env, capture_output=True, text=True, check=False
        )
        assert re.fullmatch(r"code [01]\n", run.stderr), run.stderr


def test_help_and_version_come_without_a_configuration(home: Home) -> None:
    home.config.unlink()
    assert home.triage("--version").out.startswith("triage 0.")
    listed = home.triage("--help").out
    for name in COMMANDS:
        assert f" {name} " in listed
        assert home.triage(name, "--help").code == 0
