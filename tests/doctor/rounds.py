"""The doctor called to a home, in this process."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from tests.blackbox.homes import Home
from tests.servers.dovecot import PASSWORD
from triage.config import load
from triage.doctor.checks import examine
from triage.doctor.patient import Patient
from triage.errors import ConfigError
from triage.model.findings import Finding, Level
from triage.settings import Config

KEY = {"TRIAGE_PASSWORD_OFFICE": PASSWORD}


def patient(home: Home, *, now: datetime | None = None, env: Mapping[str, str] = KEY, patience: float = 20) -> Patient:
    """The home as the doctor sees it; nothing of this machine's own user reaches it."""
    environ = {**home.env, **env}
    try:
        config = load(home.config, environ)
    except ConfigError:
        config = Config(path=home.config, digest="", state_dir=home.state)
    config = replace(config, state_dir=home.state)
    database = home.state / "triage.db"
    return Patient(config=config, database=database, now=now or datetime.now(UTC), environ=environ, patience=patience)


def refusal(home: Home) -> ConfigError | None:
    """Why there is no configuration, if so."""
    try:
        load(home.config, os.environ)
    except ConfigError as error:
        return error
    return None


def findings(
    home: Home, *, now: datetime | None = None, env: Mapping[str, str] = KEY, patience: float = 20
) -> list[Finding]:
    """All that is found, in words."""
    seen = patient(home, now=now, env=env, patience=patience)
    return [one.told() for one in examine(seen, refused=refusal(home))]


def found(seen: list[Finding], words: str, level: Level | None = None) -> Finding:
    """The one finding whose words hold these."""
    held = [one for one in seen if words in one.what and level in (None, one.level)]
    assert len(held) == 1, f"{words!r}: {[(one.part, one.level.value, one.what) for one in seen]}"
    return held[0]


def is_broken(seen: list[Finding], words: str) -> str:
    """It is told as broken, with what to do, which is returned."""
    hint = found(seen, words, Level.BROKEN).hint
    assert hint
    return hint


def is_odd(seen: list[Finding], words: str) -> str:
    """It is told as worth a look, with what to do, which is returned."""
    hint = found(seen, words, Level.LOOK).hint
    assert hint
    return hint


def is_well(seen: list[Finding], words: str) -> None:
    """It is told as well."""
    found(seen, words, Level.OK)
