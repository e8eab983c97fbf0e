"""Only messages, pages and recordings are opened, and a terminal is found if there is one."""

import sys
from pathlib import Path

import pytest

from triage.sinks.opening import open_status, open_url, openable


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty PATH to put programs into."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return folder


def program(folder: Path, name: str, code: int = 0) -> Path:
    """A program that writes its words down, one a line; returns where."""
    words = folder.parent / f"{name}.words"
    (folder / name).write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{words}\nexit {code}\n')
    (folder / name).chmod(0o755)
    return words


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://mail.example.org/#search/%3Ca%40example.org%3E", True),
        ("mid:a@example.org", True),
        ("message://%3ca@example.org%3e", True),
        ("message:%3Ca@example.org%3E", True),
        ("HTTP://example.org", True),
        ("file:///var/spool/msg0001.WAV", True),
        ("file:///home/robin/evil.desktop", False),
        ("file://server/share/a.wav", False),
        ("javascript:alert(1)", False),
        ("-rf", False),
        ("--version", False),
        ("/etc/passwd", False),
        ("https:", False),
        ("https:///path", False),
        ("http://[", False),
        ("mid:", False),
        ("mid:a b", False),
        ("https://example.org/\n--x", False),
        ("https://example.org/\u202e", False),
        ("https://example.org/'", False),
        ("https://example.org/" + "a" * 5000, False),
        ("", False),
    ],
)
def test_what_may_be_opened(url: str, expected: bool) -> None:
    assert openable(url) is expected


def test_an_address_goes_to_xdg_open_as_one_word(programs: Path) -> None:
    words = program(programs, "xdg-open")

    assert open_url("mid:a@example.org;$(id)")
    assert words.read_text() == "mid:a@example.org;$(id)\n"


def test_a_service_has_it_opened_outside_its_confinement(programs: Path, monkeypatch: pytest.MonkeyPatch):
    program(programs, "xdg-open")
    words = program(programs, "systemd-run")
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/user/1000/systemd/notify")

    assert open_url("https://example.org/?a=${HOME}")
    told = words.read_text().splitlines()
    assert told[-3:] == ["--", str(programs / "xdg-open"), "https://example.org/?a=$${HOME}"]
    assert {"--user", "--wait", "--collect"} <= set(told)


def test_a_service_learns_that_nothing_opens_it(programs: Path, monkeypatch: pytest.MonkeyPatch):
    program(programs, "xdg-open")
    program(programs, "systemd-run", 3)
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/user/1000/systemd/notify")

    assert not open_url("https://example.org/")


def test_a_service_that_began_before_the_screen_shows_the_status_all_the_same(
    programs: Path, monkeypatch: pytest.MonkeyPatch
):
    program(programs, "xterm")
    words = program(programs, "systemd-run")
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/user/1000/systemd/notify")
    monkeypatch.delenv("DISPLAY")

    assert open_status()
    told = words.read_text().splitlines()
    assert told[told.index("--") + 1 :][:4] == ["xterm", "-e", "sh", "-c"]
    assert not any("$@" in word and "$$@" not in word for word in told)


def test_what_may_not_be_opened_reaches_nobody(programs: Path) -> None:
    words = program(programs, "xdg-open")

    assert not open_url("--help")
    assert not words.exists()


@pytest.mark.parametrize("code", [None, 3], ids=["no opener", "nothing opens it"])
def test_a_failure_to_open_is_false(programs: Path, code: int | None) -> None:
    if code is not None:
        program(programs, "xdg-open", code)

    assert not open_url("https://example.org/")


@pytest.mark.parametrize(
    ("name", "first"),
    [("xdg-terminal-exec", "sh"), ("gnome-terminal", "--"), ("xfce4-terminal", "-x"), ("xterm", "-e")],
)
def test_status_is_shown_in_the_terminal_there_is(programs: Path, name: str, first: str) -> None:
    words = program(programs, name)

    assert open_status(Path("/home/robin/my config.toml"))
    told = words.read_text().splitlines()
    assert told[0] == first
    assert told[-6:] == [sys.executable, "-m", "triage", "--config", "/home/robin/my config.toml", "status"]


def test_the_desktops_own_choice_of_terminal_comes_first(programs: Path) -> None:
    passed_over, chosen = program(programs, "xterm"), program(programs, "xdg-terminal-exec")

    assert open_status()
    assert chosen.exists()
    assert not passed_over.exists()


def test_no_terminal_or_no_screen_is_false(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not open_status()

    program(programs, "xterm")
    monkeypatch.delenv("DISPLAY")
    assert not open_status()
