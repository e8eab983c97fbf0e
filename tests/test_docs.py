"""The documentation: its examples load and parse, its links lead somewhere, it names what there is."""

import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest

from triage.cli.app import app
from triage.cli.commands import COMMANDS
from triage.config import load

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
ME = '[me]\naddresses = ["robin@example.com"]\n'
SOURCE = '[[source]]\nname = "stand-in"\nkind = "maildir"\npath = "~/Mail"\n'
CALL = re.compile(r"""(?<![\w/.@-])triage((?: (?:'[^']*'|"[^"]*"|[^\s'"()<>|;&`]+))*)""")


def blocks(language: str) -> list[object]:
    """Every fenced block of a language, with where it stands."""
    pattern = re.compile(rf"^( *)```{language}\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
    return [
        pytest.param(
            "\n".join(line.removeprefix(found[1]) for line in found[2].splitlines()), id=f"{page.name}-{place}"
        )
        for page in PAGES
        for place, found in enumerate(pattern.finditer(page.read_text(encoding="utf-8")), start=1)
    ]


@pytest.mark.parametrize("block", blocks("toml"))
def test_every_configuration_example_is_accepted(block: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(("" if "[me]" in block else ME) + block + ("" if "[[source]]" in block else f"\n{SOURCE}"))
    assert load(path, {}).sources


@pytest.mark.parametrize("block", blocks("sh"))
def test_every_command_example_is_proper_shell_and_understood(block: str) -> None:
    run = subprocess.run(["sh", "-n"], input=block, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    for words in CALL.findall(block):
        understood(words)


def understood(words: str) -> None:
    """The command would run with these words."""
    name, *rest = shlex.split(words) or ["status"]
    command = app.get_command(click.Context(app), name)
    assert command, name
    command.make_context(name, rest, parent=click.Context(app, info_name="triage"))


NAMED = re.compile(r"`triage ([a-z]+[^`]*)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_it_names_is_there(page: Path) -> None:
    for words in NAMED.findall(page.read_text(encoding="utf-8")):
        name = words.split()[0]
        assert name in COMMANDS, words
        for option in re.findall(r"(?<= )--[a-z-]+", words):
            command = app.get_command(click.Context(app), name)
            assert command
            assert option in {*(flag for each in command.params for flag in each.opts), "--help"}, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = [*re.findall(r"\]\(([^)#\s]+)[^)]*\)", text), *re.findall(r'(?:src|href)="([^"#]+)"', text)]
    for target in targets:
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    missing = [page.name for page in PAGES if page.parent.name == "docs" and f"({page.name})" not in index]
    assert missing == ["README.md"]
