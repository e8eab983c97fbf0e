"""A day with an Exchange server: set up, read, new mail seen by the running daemon, everything ended with it."""

import os
import select
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.blackbox.homes import ROBIN, Home, ago, letter
from tests.blackbox.test_same_mail import exchange
from tests.servers.certificates import certificate
from tests.servers.exchange import PASSWORD, Exchange, running_exchange, status

SECRET = {"TRIAGE_PASSWORD_OFFICE": PASSWORD}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Exchange]:
    with running_exchange(tls=certificate(tmp_path), auth="ntlm") as started:
        yield started


def children(pid: int) -> list[int]:
    """What a process started."""
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def watched(pid: int) -> list[int]:
    """The processes it started, to be asked whether they are over: the reader, and perhaps a look around."""
    found = []
    for child in children(pid):
        with suppress(ProcessLookupError):
            found.append(os.pidfd_open(child))
    assert found
    return found


def ended(pidfds: list[int]) -> bool:
    """Are these processes over, soon at least?"""
    return all(select.select([pidfd], [], [], 20)[0] for pidfd in pidfds)


def test_init_sets_a_mailbox_up_and_reads_it(tmp_path: Path, server: Exchange) -> None:
    server.own.deliver(letter("Offer"), received=ago(minutes=30))
    clients = server.own.make("Clients")
    server.own.make("Ada", clients)
    server.own.deliver(letter("Kitchen"), "Ada", ago(minutes=20))
    home = Home(tmp_path / "home")
    words = ["--no-input", "--no-lookup", "--no-service", "--address", ROBIN, "--source", "office"]
    words += ["--endpoint", server.endpoint, "--user", "EXAMPLE\\robin", "--ca-file", str(server.ca_file)]
    run = home.triage("init", *words, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert (run.code, run.err) == (0, "")
    (source,) = tomllib.loads(home.config.read_text())["source"]
    assert source == {
        "name": "office",
        "kind": "exchange",
        "endpoint": server.endpoint,
        "ca_file": str(server.ca_file),
        "user": "EXAMPLE\\robin",
        "mailboxes": ["INBOX", "Clients/Ada"],
    }
    assert {case["subject"] for case in home.triage("status", "--json").json["owed"]} == {"Offer", "Kitchen"}
    assert server.only_read()


def test_the_daemon_sees_new_mail_and_leaves_nothing_running(home: Home, server: Exchange) -> None:
    home.env.update(SECRET)
    home.configure(exchange(server))
    server.own.deliver(letter("Offer"), received=ago(minutes=30))
    with home.daemon() as running:
        assert home.triage("poll").code == 0
        server.own.deliver(letter("Kitchen"), received=ago(minutes=1))
        assert home.triage("poll").code == 0
        assert {case["subject"] for case in home.triage("status", "--json").json["owed"]} == {"Offer", "Kitchen"}
        started = watched(running.process.pid)
        running.process.terminate()
        assert ended(started)


def test_a_killed_daemon_takes_what_it_started_with_it(home: Home, server: Exchange) -> None:
    home.env.update(SECRET)
    home.configure(exchange(server))
    with home.daemon() as running:
        assert home.triage("poll").code == 0
        started = watched(running.process.pid)
        running.process.kill()
        assert ended(started)


def test_a_refused_password_is_told_and_login_ends_it(home: Home, server: Exchange) -> None:
    home.configure(exchange(server))
    run = home.triage("poll", env={"TRIAGE_PASSWORD_OFFICE": "wrong"})
    assert (run.code, server.refused) == (4, 1)
    assert "refused the password" in run.out + run.err
    run = home.triage("login", "office", stdin=f"{PASSWORD}\n")
    assert (run.code, run.err) == (0, "")
    assert home.triage("poll").code == 0


def test_403_is_told_with_the_way_out(home: Home, server: Exchange) -> None:
    home.configure(exchange(server))
    server.next("*", status(403))
    run = home.triage("poll", env=SECRET)
    assert run.code == 4
    assert "1 April 2027" in run.out + run.err
