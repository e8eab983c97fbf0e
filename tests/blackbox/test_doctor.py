"""`triage doctor` as it is called: exit codes, JSON, and nothing left behind."""

import re
import sys

import pexpect
import pytest

from tests.blackbox.homes import Home
from triage.report.lines import cells


def test_json_is_one_document_and_the_exit_code_tells_whether_something_is_broken(read: Home) -> None:
    run = read.triage("doctor", "--json")
    assert (run.code, run.err) == (1, "")
    assert run.json["ok"] is False
    assert {one["level"] for one in run.json["findings"]} <= {"ok", "look", "broken"}
    broken = [(one["part"], one["what"]) for one in run.json["findings"] if one["level"] == "broken"]
    assert [part for part, _ in broken] == ["bus", "notices"]


def test_nothing_broken_is_exit_0(read: Home) -> None:
    read.configure(more='[reminders]\ncommand = ["true"]')
    run = read.triage("doctor")
    assert run.code == 0, run.out
    assert "worth a look" in run.out


def test_without_a_configuration_it_says_so_and_looks_at_the_rest(home: Home) -> None:
    home.config.unlink()
    run = home.triage("doctor")
    assert run.code == 1
    assert "no configuration at" in run.out


def test_it_changes_nothing(read: Home) -> None:
    before = {path: path.read_bytes() for path in read.root.rglob("*") if path.is_file()}
    read.triage("doctor")
    assert {path: path.read_bytes() for path in read.root.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("width", [80, 50])
def test_on_a_terminal_no_line_is_wider_than_it(read: Home, width: int) -> None:
    shown = pexpect.run(
        f"{sys.executable} -m triage doctor",
        env=read.env | {"TERM": "xterm"},  # type: ignore[arg-type]
        cwd=str(read.root),
        dimensions=(60, width),
        timeout=60,
    ).decode()
    lines = [re.sub(r"\x1b\[\d*m", "", line) for line in shown.splitlines()]
    assert "\x1b[33mbroken" in shown
    assert max(map(cells, lines)) <= width
