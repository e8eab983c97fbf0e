"""README promises: its two commands, and that every command it names is there."""

import re
import subprocess

import pytest

from tests.blackbox.homes import ROOT
from triage.cli.app import app

README = (ROOT / "README.md").read_text(encoding="utf-8")
QUICK_START = README.partition("## Quick start")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", QUICK_START, re.MULTILINE | re.DOTALL)
NAMED = sorted(
    set(re.findall(r"`triage ([a-z]+)", README)) | set(re.findall(r"^\$ triage ([a-z]+)", README, re.MULTILINE))
)


def test_the_quick_start_is_two_commands() -> None:
    demo, tests = BLOCKS[:2]
    assert "triage demo" in demo
    assert tests.strip() == "sh tests/all.sh"
    assert (ROOT / "tests" / "all.sh").exists()


@pytest.mark.parametrize(
    "script", [*BLOCKS[:2], (ROOT / "tests" / "all.sh").read_text()], ids=["demo", "tests", "all.sh"]
)
def test_its_commands_are_proper_shell(script: str) -> None:
    run = subprocess.run(["sh", "-n"], input=script, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    assert f"exec {BLOCKS[1].strip()}\n" in script.read_text()
    assert script.stat().st_mode & 0o111


@pytest.mark.parametrize("name", NAMED)
def test_every_command_it_names_is_there(name: str) -> None:
    assert app.get_command(app.make_context("triage", ["--help"], resilient_parsing=True), name)


def test_it_names_commands_and_the_example_configuration() -> None:
    assert {"status", "done", "why", "login", "poll", "run"} <= set(NAMED)
    assert "(config.example.toml)" in README
    assert (ROOT / "config.example.toml").exists()


def test_every_file_it_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert "://" in target or (ROOT / target).exists(), target
