"""What is released: an sdist, a wheel built from it, and that wheel in an environment of its own."""

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import licences

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LEFT_OUT = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__")
BUILD = "import sys; from setuptools import build_meta as b; print(getattr(b, sys.argv[1])(sys.argv[2]))"


def run(*words: object, cwd: Path) -> str:
    """What a command says; it must succeed."""
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment(folder: Path, *packages: object) -> Path:
    """The interpreter of a new, empty environment with these packages."""
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    python = folder / "bin" / "python"
    lock = ROOT / "requirements.lock"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-compile", "-c", lock)
    run(*pip, *packages, cwd=folder.parent)
    return python


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist of this tree, and the wheel built from what is in the sdist alone."""
    room = tmp_path_factory.mktemp("built")
    shutil.copytree(ROOT, room / "tree", ignore=LEFT_OUT)
    python = environment(room / "builder", *PROJECT["build-system"]["requires"])
    sdist = room / run(python, "-c", BUILD, "build_sdist", room, cwd=room / "tree").splitlines()[-1]
    with tarfile.open(sdist) as archive:
        archive.extractall(room / "unpacked", filter="data")
    (unpacked,) = (room / "unpacked").iterdir()
    wheel = room / run(python, "-c", BUILD, "build_wheel", room, cwd=unpacked).splitlines()[-1]
    return sdist, wheel


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_file_of_the_package_is_in_the_wheel(built: tuple[Path, Path]) -> None:
    ours = {path for path in (ROOT / "triage").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    data = {"README.md"}  # notes beside data that nobody reads at run time
    missing = {str(path.relative_to(ROOT)) for path in ours if path.name not in data} - names(built[1])
    assert not missing
    units = {f"triage/setup/units/{path.name}" for path in (ROOT / "systemd").iterdir()}
    assert units <= names(built[1])


def test_the_wheel_holds_nothing_but_the_package_and_its_licence(built: tuple[Path, Path]) -> None:
    assert {name.split("/")[0] for name in names(built[1])} == {"triage", "inbox_triage-0.1.0.dist-info"}
    assert "inbox_triage-0.1.0.dist-info/licenses/LICENSE" in names(built[1])


def test_the_sdist_holds_what_people_read_first(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml"} <= held


def test_it_runs_installed_in_an_environment_of_its_own(built: tuple[Path, Path], tmp_path: Path) -> None:
    """The demo uses most of what is inside: data, templates, the model, the database, the locked dependencies."""
    python = environment(tmp_path / "clean", built[1])
    triage = python.parent / "triage"
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    for words, said in (
        (["--version"], "triage 0.1.0"),
        (["demo"], "All of it is yours to try"),
        (["init", "--help"], "Set up"),
    ):
        done = subprocess.run([triage, *words], env=env, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
    where = run(python, "-c", "import triage; print(triage.__file__)", cwd=tmp_path)
    assert str(tmp_path) in where


# --- dependencies ---------------------------------------------------------------------------------------------------


def test_every_dependency_has_a_bound_with_a_reason_and_a_locked_version() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.partition("dependencies = [\n")[2].partition("\n]")[0].splitlines()
    locked = {canonicalize_name(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", LOCK, re.MULTILINE)}
    for line in block:
        found = re.fullmatch(r'  "([^"]+)",\s+# \S.*', line)
        assert found, f"say why after this line: {line}"
        wanted = Requirement(found[1])
        assert [one for one in wanted.specifier if one.operator == ">="], line
        assert canonicalize_name(wanted.name) in locked, f"not in requirements.lock: {wanted.name}"


def test_what_is_installed_is_what_is_declared() -> None:
    """The tests run against the dependencies of this pyproject.toml, not of an older one."""
    declared = {str(Requirement(text)) for text in PROJECT["project"]["dependencies"]}
    installed = {str(Requirement(text)) for text in requires("inbox-triage") or () if "extra ==" not in text}
    assert declared == installed, "run:  pip install -e '.[test]'"


PERMISSIVE = {"MIT", "MIT-0", "ISC", "PSF-2.0", "Unlicense", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause"}
# Files of it stay under their own licence; nothing of ours does.
WEAK = {"certifi": "MPL-2.0"}


def test_the_licences_of_all_dependencies_are_listed_and_permissive() -> None:
    text = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| \[([^\]]+)\]\([^)]+\) \| (.*) \|$", text, re.MULTILINE))
    installed = {one.name: licences.licence(one) for one in licences.packages()}
    assert installed.items() <= listed.items(), "run:  python -m tests.licences > docs/licences.md"
    for name, licence in listed.items():
        assert set(licence.split(" OR ")) & PERMISSIVE or WEAK.get(name) == licence, f"{name}: {licence}"
    locked = {canonicalize_name(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", LOCK, re.MULTILINE)}
    assert {canonicalize_name(name) for name in listed} <= locked
