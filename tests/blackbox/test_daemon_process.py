"""`triage run` as a process: signals, the lock, the bus that is not there, the source that hangs."""

import json
import os
import signal
import socket
import subprocess

import pytest

from tests.blackbox.homes import TRIAGE, Home, ago, imap, letter, maildir, put
from tests.servers.notifications import Recorder, SessionBus
from tests.servers.proxy import scripted

WITHIN = 5.0
WAIT = 20


def test_it_ends_within_five_seconds_while_idle(read: Home) -> None:
    with read.daemon() as daemon:
        daemon.wait_until(lambda: daemon.status()["daemon"]["running"])
        assert daemon.end() < WITHIN
        assert daemon.process.returncode == 0
    assert read.triage("status", "--json").json["daemon"] == {"running": False, "since": None}
    assert not (read.state / "triage.lock").read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_it_ends_within_five_seconds_while_servers_hang(home: Home, number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        home.configure(*(imap(f"office{n}", "robin", port) for n in range(4)))
        env = {f"TRIAGE_PASSWORD_OFFICE{n}": "x" for n in range(4)}
        with home.daemon(env=env) as daemon:
            lines = [silent.accept()[0] for _ in range(4)]
            daemon.signal(number)
            daemon.process.wait(WITHIN)
            assert daemon.process.returncode == 0
            for line in lines:
                line.close()


def test_it_ends_within_five_seconds_while_a_password_command_hangs(home: Home) -> None:
    waiting = home.root / "waiting"
    os.mkfifo(waiting)
    with scripted(b"* OK ready\r\n", capable) as server:
        more = f'password_command = ["sh", "-c", "echo here > {waiting}; exec sleep 60"]'
        home.configure(imap("office", "robin", server.port, more=more))
        with home.daemon() as daemon:
            assert waiting.read_text() == "here\n"
            assert daemon.end() < WITHIN


def capable(tag: bytes, _: bytes) -> bytes:
    """A server that offers AUTH=PLAIN and agrees to everything."""
    return b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n"


def test_ended_in_the_midst_of_a_first_read_it_loses_nothing(home: Home) -> None:
    for number in range(1200):
        put(home.mail / "INBOX", letter(sender=f"P{number} <p{number}@many.example>"))
    with home.daemon() as daemon:
        daemon.wait_until(lambda: any(daemon.source("mail")[word] for word in ("reading", "fresh_as_of")))
        assert daemon.end() < WITHIN
    assert home.triage("status", "--json").json["clear"] is False
    assert home.triage("poll", "--json").json["counts"]["owed"] == 1200


def test_marks_of_many_processes_at_once_all_count(read: Home) -> None:
    with read.daemon() as daemon:
        words = [*TRIAGE, "add"]
        adding = [subprocess.Popen([*words, f"Guest {n}"], env=read.env, stdout=subprocess.DEVNULL) for n in range(6)]
        assert [process.wait(30) for process in adding] == [0] * 6
        subjects = {case["subject"] for case in daemon.status()["owed"]}
        assert {f"Guest {n}" for n in range(6)} <= subjects
        daemon.wait_until(lambda: all(case["id"] for case in daemon.status()["owed"]))


def test_a_second_one_ends_with_1_and_the_pid_of_the_first(read: Home) -> None:
    with read.daemon() as daemon:
        second = read.triage("run")
        assert (second.code, second.out) == (1, "")
        assert f"pid {daemon.process.pid}" in second.err
        assert len(second.err.splitlines()) == 2
        assert daemon.process.poll() is None


def test_poll_beside_it_prints_a_newer_pass_and_leaves_the_lock(read: Home) -> None:
    with read.daemon() as daemon:
        daemon.wait_until(lambda: daemon.source("mail")["ok"])
        put(read.mail / "INBOX", letter("Fresh", sender="Nora Hall <nora@hall.example>"), ago(minutes=1))
        seen = read.triage("poll", "--json").json
        assert "Nora Hall" in [case["who"]["name"] for case in seen["owed"]]
        assert seen["daemon"]["running"] is True
        assert (read.state / "triage.lock").read_text() == f"{daemon.process.pid}\n"


def test_poll_beside_it_tells_what_failed_and_later_that_it_works_again(read: Home) -> None:
    away = read.mail.with_name("away")
    with read.daemon() as daemon:
        daemon.wait_until(lambda: daemon.source("mail")["ok"])
        read.mail.rename(away)
        failed = read.triage("poll", "--json")
        assert (failed.code, failed.json["sources"][0]["ok"]) == (1, False)
        away.rename(read.mail)
        again = read.triage("poll", "--json")
        assert (again.code, again.json["sources"][0]["ok"]) == (0, True)
        assert daemon.said("event=outage") == 1


def test_marks_given_beside_it_count_at_once(read: Home) -> None:
    with read.daemon() as daemon:
        read.triage("done", "ada")
        read.triage("add", "Mr Oni at the door")
        seen = daemon.status()
        assert "Ada King" not in [case["who"]["name"] for case in seen["owed"]]
        # The daemon numbers the note once it has heard of it.
        daemon.wait_until(lambda: all(case["id"] for case in daemon.status()["owed"]))


def test_a_hangup_brings_new_sources_and_refuses_a_wrong_configuration(read: Home) -> None:
    put(read.root / "more" / "INBOX", letter("Second account", sender="Nora Hall <nora@hall.example>"))
    with read.daemon() as daemon:
        right = read.config.read_text()
        read.config.write_text(right + "\n[reminder]\n")
        daemon.signal(signal.SIGHUP)
        assert "reminder" in daemon.logged("event=reload-refused")
        read.configure(maildir("mail", read.mail), maildir("more", read.root / "more"))
        daemon.signal(signal.SIGHUP)
        daemon.logged("event=reloaded")
        daemon.wait_until(lambda: "Nora Hall" in [case["who"]["name"] for case in daemon.status()["owed"]])
        assert daemon.process.poll() is None
        assert daemon.source("more")["ok"] is True


def test_a_hangup_brings_another_command_for_notices(home: Home) -> None:
    heard = home.root / "heard"
    os.mkfifo(heard)
    put(home.mail / "INBOX", letter())
    home.configure(maildir("mail", home.root / "nowhere"))
    with home.daemon() as daemon:
        daemon.logged("event=outage")
        home.configure(more=f'[reminders]\ncommand = ["sh", "-c", "cat > {heard}"]')
        daemon.signal(signal.SIGHUP)
        notice = json.loads(heard.read_text())
        assert "triage" in notice["title"]


def test_a_hangup_does_not_move_the_state(read: Home) -> None:
    with read.daemon() as daemon:
        read.config.write_text(f'state_dir = "{read.root / "elsewhere"}"\n' + read.config.read_text())
        daemon.signal(signal.SIGHUP)
        daemon.logged("event=reload-refused")
        assert not (read.root / "elsewhere").exists()


def test_without_a_bus_it_says_so_once_and_rings_when_there_is_one(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    bus = SessionBus()
    env = {"DBUS_SESSION_BUS_ADDRESS": bus.address}
    with home.daemon(env=env) as daemon:
        daemon.logged("event=not-rung")
        for _ in range(2):
            assert home.triage("poll").code == 0
        assert daemon.said("event=not-rung") == 1
        with bus, Recorder(bus.address) as recorder:
            assert home.triage("poll").code == 0
            assert "1 person waits" in recorder.wait_for(timeout=WAIT).body
            daemon.logged("event=rang")
            assert daemon.end() < WITHIN


def test_a_service_that_hangs_holds_up_no_end(home: Home, bus: SessionBus, recorder: Recorder) -> None:
    put(home.mail / "INBOX", letter())
    recorder.hang()
    with home.daemon(env={"DBUS_SESSION_BUS_ADDRESS": bus.address}) as daemon:
        recorder.wait_until(lambda: recorder.asked, WAIT)
        assert daemon.end() < WITHIN


def test_a_source_that_fails_or_hangs_delays_no_other(home: Home) -> None:
    put(home.mail / "INBOX", letter())
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as gone:
        hanging, refusing = silent.getsockname()[1], gone.getsockname()[1]
        gone.close()
        home.configure(imap("hangs", "robin", hanging), imap("gone", "robin", refusing), maildir("mail", home.mail))
        with home.daemon(env={"TRIAGE_PASSWORD_HANGS": "x", "TRIAGE_PASSWORD_GONE": "x"}) as daemon:
            daemon.wait_until(lambda: daemon.source("mail")["fresh_as_of"] is not None)
            daemon.wait_until(lambda: daemon.source("gone")["error"] is not None)
            seen = daemon.status()
            assert [case["who"]["name"] for case in seen["owed"]] == ["Ada King"]
            assert seen["clear"] is False
            assert daemon.source("hangs")["stale"] is True


def test_the_log_holds_nothing_of_the_mail(home: Home) -> None:
    put(home.mail / "INBOX", letter("SECRETSUBJECT", text="Can you keep SECRETBODY?"))
    with home.daemon() as daemon:
        daemon.logged("event=not-rung")
        home.triage("done", "ada")
        daemon.end()
        said = "".join(daemon.log)
    assert not [word for word in ("SECRET", "ada", "bakery", "Ada") if word in said]
