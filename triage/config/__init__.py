"""config.toml to a `Config`: where it lies, and all that is wrong with it at once.

Fast, as `status` reads it each time: the standard library only, and nothing is asked of the network or other programs.
"""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

from triage.config import sections, values
from triage.config.reader import read
from triage.config.tables import RETENTION, REVIEW
from triage.errors import ConfigError
from triage.settings import Config

__all__ = ["config_path", "load"]

_CLOSED_TEXT = timedelta(days=90)


def config_path(path: Path | None, environ: Mapping[str, str]) -> Path:
    """Where the configuration is looked for: `--config`, else TRIAGE_CONFIG, else the user's configuration folder."""
    if path is None and environ.get("TRIAGE_CONFIG"):
        path = Path(environ["TRIAGE_CONFIG"])
    if path is not None:
        return path.expanduser().absolute()
    from platformdirs import user_config_path

    return user_config_path("triage", appauthor=False) / "config.toml"


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """The configuration. ConfigError lists every problem with its place, or says that there is no file.

    Relative paths in the file start from its folder. `digest` is a checksum that tells the file from what it was:
    nobody attacks it, and hashlib would take longer to import than the file to be read.
    """
    where = config_path(path, environ)
    content = _content(where)
    raw = _parsed(where, content)
    problems: list[str] = []
    sections.check_top(raw, problems)
    me = sections.me(raw, problems)
    config = Config(
        path=where,
        digest=f"{len(content)}-{crc32(content):08x}",
        state_dir=_state_dir(raw, where.parent, environ, problems),
        me=me,
        workday=sections.workday(raw, problems),
        reminders=sections.reminders(raw, problems),
        sources=(
            *sections.sources(raw, where.parent, problems),
            *sections.call_logs(raw, where.parent, me.phone_region, problems),
        ),
        rules=sections.rules(raw, problems),
        contacts=sections.contacts(raw, where.parent, problems),
        calls_close_mail=sections.calls_close_mail(raw, problems),
        closed_text=read(raw.get("retention", {}), RETENTION, "retention", problems).get("closed_text", _CLOSED_TEXT),
        review_off=frozenset(read(raw.get("review", {}), REVIEW, "review", problems).get("off", ())),
    )
    if problems:
        raise _wrong(where, problems)
    return config


def _content(where: Path) -> bytes:
    try:
        return where.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        hint = "run triage init, or triage demo to look first"
        raise ConfigError(f"no configuration at {where}", hint=hint) from error
    except OSError as error:
        message = f"{where} cannot be read: {error.strerror}"
        raise ConfigError(message, hint="make it a file that you may read") from error


def _parsed(where: Path, content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _wrong(where, [f"not UTF-8 at byte {error.start}"]) from error
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise _wrong(where, [f"not TOML: {error}"]) from error


def _wrong(where: Path, problems: list[str]) -> ConfigError:
    many = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return ConfigError(
        f"{many} in {where}",
        problems=tuple(f"{where.name}: {problem}" for problem in problems),
        hint="every key is explained in config.example.toml",
    )


def _state_dir(raw: dict[str, Any], folder: Path, environ: Mapping[str, str], problems: list[str]) -> Path:
    try:
        written = values.file(raw["state_dir"]) if "state_dir" in raw else None
    except ValueError as error:
        problems.append(f"state_dir: {error}")
        return folder
    if environ.get("TRIAGE_STATE_DIR"):
        return Path(environ["TRIAGE_STATE_DIR"]).expanduser().absolute()
    if written:
        return folder / written
    from platformdirs import user_state_path

    return user_state_path("triage", appauthor=False)
