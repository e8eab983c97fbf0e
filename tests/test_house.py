"""The house itself: style, types and the direction of the arrows between rooms."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "triage"
LEAVES = {"model", "settings", "errors"}
ROOMS = {"core", "sources", "store", "sinks", "report"}
ALLOWED = {
    "__main__": {"cli", "errors"},
    "cli": {
        "cli",
        "daemon",
        "clerk",
        "config",
        "freedays",
        "secrets",
        "pump",
        "awake",
        "supervisor",
        "unlocking",
        "setup",
        "doctor",
        "oauth",
        *ROOMS,
        *LEAVES,
    },
    "setup": {"setup", "config", "freedays", "secrets", "core", "sources", *LEAVES},
    "doctor": {"doctor", "freedays", "secrets", "unlocking", "oauth", *ROOMS, *LEAVES},
    "daemon": {"daemon", "clerk", "pump", "awake", "supervisor", *ROOMS, *LEAVES},
    "awake": {"sinks"},
    "supervisor": set(),
    "clerk": {"freedays", "telephone", *ROOMS, *LEAVES},
    "telephone": {*ROOMS, *LEAVES},
    "pump": {"sources", "secrets", *LEAVES},
    "config": {"config", *LEAVES},
    "freedays": {"core", *LEAVES},
    "secrets": {"unlocking", *LEAVES},
    "unlocking": {"sinks"},
    "oauth": {"oauth", "secrets", "unlocking", "core", "store", *LEAVES},
    "core": {"core", *LEAVES},
    "sources": {"sources", "core", *LEAVES},
    "store": {"store", *LEAVES},
    "sinks": {"sinks", "core", *LEAVES},
    "report": {"report", "core", *LEAVES},
    "model": {"model"},
    "settings": set(),
    "errors": set(),
}


def imports(path: Path) -> set[str]:
    """Every module of ours that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{name.name}" for name in node.names}
            found |= (named & MODULES.keys()) or {node.module}
    return {name for name in found if name.split(".")[0] == "triage" and "." in name}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = {module_of(path): path for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_arrows_point_from_shell_to_core(path: Path) -> None:
    room = module_of(path).split(".")[1] if path.parent != PACKAGE or path.stem != "__init__" else "errors"
    wrong = {name for name in imports(path) if name.split(".")[1] not in ALLOWED[room] | {"__version__"}}
    assert not wrong


def test_no_import_runs_in_a_circle() -> None:
    arrows = {name: imports(path) & MODULES.keys() for name, path in MODULES.items()}
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " > ".join((*trail, name))
        if name not in done:
            for other in sorted(arrows[name] - {name}):
                walk(other, (*trail, name))
            done.add(name)

    for name in MODULES:
        walk(name, ())


CLOCKS = {"now", "today", "utcnow", "time", "monotonic"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").rglob("*.py")), ids=module_of)
def test_core_has_no_clock_and_no_files(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert not (node.func.attr in CLOCKS and not node.args and not node.keywords), ast.unparse(node)
        if isinstance(node, ast.Import):
            assert not {name.name for name in node.names} & {"time", "threading", "sqlite3", "socket", "subprocess"}


@pytest.mark.parametrize(
    "command",
    [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]],
    ids=" ".join,
)
def test_the_code_passes(command: list[str]) -> None:
    run = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
