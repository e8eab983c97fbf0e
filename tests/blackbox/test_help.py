"""The manners of the command line: help on one screen, what was meant by a slip, and the Tab key in real shells."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.blackbox.homes import Home
from triage.cli.app import app
from triage.cli.commands import COMMANDS
from triage.cli.completion import SHELLS
from triage.cli.examples import EXAMPLES
from triage.report.lines import cells

SNAPSHOTS = Path(__file__).parent / "snapshots"
SCREEN = 24


@pytest.mark.parametrize("width", [80, 50])
def test_the_list_of_commands_reads_exactly_so(home: Home, width: int) -> None:
    shown = home.triage("--help", env={"COLUMNS": str(width)}).out
    assert shown == (SNAPSHOTS / f"help-{width}.txt").read_text(encoding="utf-8")


def page(name: str, width: int) -> str:
    """What `triage NAME --help` shows."""
    command = app.get_command(click.Context(app, info_name="triage"), name)
    assert command
    context = click.Context(app, info_name="triage", terminal_width=width)
    return command.get_help(click.Context(command, parent=context, info_name=name, terminal_width=width))


@pytest.mark.parametrize("width", [80, 50])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_page_ends_with_examples_and_is_no_wider_than_the_terminal(name: str, width: int) -> None:
    lines = page(name, width).splitlines()
    assert "  Examples:" in lines
    assert max(map(cells, lines)) <= width


@pytest.mark.parametrize("name", sorted({*COMMANDS} - {"init"}))
def test_every_page_fits_a_screen(name: str) -> None:
    assert len(page(name, 80).splitlines()) <= SCREEN


def test_the_list_of_commands_fits_a_screen() -> None:
    assert len((SNAPSHOTS / "help-80.txt").read_text().splitlines()) <= SCREEN


def test_every_command_has_examples_and_every_example_a_command() -> None:
    assert EXAMPLES.keys() == COMMANDS.keys()


CALL = re.compile(r"""(?<![\w/])triage((?: (?:'[^']*'|[^\s'"()<>|;&]+))*)""")


@pytest.mark.parametrize("example", [line for lines in EXAMPLES.values() for line in lines])
def test_every_example_is_understood(example: str) -> None:
    found = CALL.findall(example)
    assert found
    for words in found:
        name, *rest = shlex.split(words) or ["status"]
        command = app.get_command(click.Context(app), name)
        assert command
        command.make_context(name, rest, parent=click.Context(app, info_name="triage"))


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        pytest.param(["sumary"], "did you mean triage summary?", id="command"),
        pytest.param(["status", "--jsno"], "--json", id="option"),
        pytest.param(["completion", "fsh"], "'fish'", id="choice"),
    ],
)
def test_what_was_meant_is_said(home: Home, words: list[str], hint: str) -> None:
    run = home.triage(*words)
    assert run.code == 2
    assert hint in run.err


# --- the Tab key --------------------------------------------------------------------------------------------------


def completed(home: Home, *typed: str) -> list[str]:
    """What fish is offered: it asks for the plainest form, one candidate a line."""
    env = {"_TRIAGE_COMPLETE": "fish_complete", "COMP_WORDS": shlex.join(["triage", *typed]), "COMP_CWORD": typed[-1]}
    return home.triage(env=env).out.splitlines()


def test_cases_are_offered_with_who_and_what(read: Home) -> None:
    offered = completed(read, "done", "")
    assert any(line.split("\t")[1] == "Ada King: Quote for March" for line in offered if "\t" in line), offered


def test_a_name_being_typed_is_completed_to_a_name(read: Home) -> None:
    assert any("Ada King" in line and ",ada" in line for line in completed(read, "done", "ad"))


def test_sources_are_offered_where_one_is_asked_for(home: Home) -> None:
    assert any("mail" in line for line in completed(home, "login", "m"))


def test_the_tab_key_is_silent_without_a_configuration(home: Home) -> None:
    home.config.unlink()
    run = home.triage(env={"_TRIAGE_COMPLETE": "fish_complete", "COMP_WORDS": "triage done ", "COMP_CWORD": ""})
    assert (run.out.strip(), run.err) == ("", "")


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_gets_its_script(home: Home, shell: str) -> None:
    script = home.triage("completion", shell).out
    assert "_TRIAGE_COMPLETE" in script
    if shutil.which(shell):
        run = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
        assert (run.returncode, run.stderr) == (0, "")


def test_bash_completes_a_command(home: Home) -> None:
    """In a real bash: the function is called as the Tab key would."""
    (home.root / "bin").mkdir()
    (home.root / "bin" / "triage").write_text('#!/bin/sh\nexec "$TRIAGE_PYTHON" -m triage "$@"\n')
    (home.root / "bin" / "triage").chmod(0o755)
    script = (
        'eval "$(triage completion bash)"; COMP_WORDS=(triage sum); COMP_CWORD=1; _triage_completion triage;'
        ' echo "${COMPREPLY[@]}"'
    )
    env = {**home.env, "PATH": f"{home.root / 'bin'}:{home.env['PATH']}", "TRIAGE_PYTHON": sys.executable}
    run = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, check=False, cwd=home.root)
    assert run.stdout.strip() == "summary", run.stderr
