"""config.toml written: commented when it is new, otherwise changed where the answers differ and nowhere else."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from triage.config import load
from triage.errors import ConfigError, TriageError
from triage.setup.asking import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is to stand in each table; a value of None takes the key out. A source is found by its name."""

    tables: Mapping[str, Table]
    sources: tuple[Table, ...] = ()


def text(answers: Answers, old: str | None) -> str:
    """The whole file: `old` with the answers put in, or a new one."""
    import tomlkit

    document = tomlkit.parse(_template() if old is None else old)
    for name, table in answers.tables.items():
        if name not in document and any(value is not None for value in table.values()):
            document[name] = tomlkit.table()
        _put(document.get(name, {}), table)
    every: Any = document.get("source")
    if every is None:
        every = document["source"] = tomlkit.aot()
    for source in answers.sources:
        known = next((one for one in every if one.get("name") == source["name"]), None)
        if known is None:
            known = tomlkit.table()
            every.append(known)
        _put(known, source)
    return tomlkit.dumps(document)


def _put(table: Any, wanted: Table) -> None:
    """What says the same already stays as it was typed, comments and all."""
    for key, value in wanted.items():
        if value is None:
            table.pop(key, None)
        elif key not in table or _plain(table[key]) != value:
            table[key] = _typed(value)


def _plain(value: Any) -> object:
    return value.unwrap() if hasattr(value, "unwrap") else value


def _typed(value: object) -> Any:
    """Tables within a table on one line, as in the examples."""
    import tomlkit

    if isinstance(value, dict):
        inline = tomlkit.inline_table()
        inline.update(value)
        return inline
    return tomlkit.item(value)


def _template() -> str:
    return files("triage.setup").joinpath("template.toml").read_text(encoding="utf-8")


def save(path: Path, content: str, now: datetime) -> Path | None:
    """Write it whole or not at all, for this user's eyes only; returns the backup of what stood there before.

    It is read first as the daemon will read it: ConfigError means that nothing was changed.
    """
    place = path.resolve()
    draft = place.with_name(f"{place.name}.new")
    try:
        _make_folder(place.parent)
        draft.unlink(missing_ok=True)
        _write(draft, content.encode())
        _check(draft, path)
        backup = _backed_up(place, path, now)
        draft.replace(place)
    except OSError as error:
        raise TriageError(f"{path} cannot be written ({error.strerror})", hint="look at who owns its folder") from error
    finally:
        draft.unlink(missing_ok=True)
    return backup


def explain(path: Path) -> Path:
    """Put the example that explains every key beside the configuration, as this version knows it."""
    example = path.with_name("config.example.toml")
    _write(example, files("triage.setup").joinpath(example.name).read_bytes())
    return example


def _check(draft: Path, path: Path) -> None:
    try:
        load(draft, {**os.environ, "TRIAGE_CONFIG": ""})
    except ConfigError as error:
        problems = tuple(problem.replace(draft.name, path.name) for problem in error.problems)
        raise ConfigError(f"with these answers {path} would be wrong; it stays as it was", problems=problems) from error


def _backed_up(place: Path, path: Path, now: datetime) -> Path | None:
    if not place.exists():
        return None
    backup = path.with_name(f"{path.name}.{now.astimezone():%Y-%m-%d-%H%M%S}")
    _write(backup, place.read_bytes())
    return backup


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, mode=0o700)
        folder.chmod(0o700)


def _write(path: Path, content: bytes) -> None:
    """0600 under any umask, also where the file was there."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
