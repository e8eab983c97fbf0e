"""Reads a table by its keys and gathers every problem with its place."""

import re
from collections.abc import Iterable
from typing import Any

from triage.config.tables import Keys
from triage.config.values import shown

_SECRET = re.compile(r"password|passwd|passphrase|secret|token|api_?key", re.IGNORECASE)


def read(raw: object, keys: Keys, place: str, problems: list[str]) -> dict[str, Any]:
    """The values found, by field. What is wrong goes to `problems` and is left out."""
    if not isinstance(raw, dict):
        problems.append(f"{place}: expected a table, got {shown(raw)}")
        return {}
    found: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in keys:
            problems.append(f"{place}.{plain(name)}: {unknown(name, keys, place)}")
            continue
        field, parse = keys[name]
        try:
            found[field] = parse(value)
        except ValueError as error:
            problems.append(f"{place}.{name}: {error}")
    return found


def tables(raw: object, place: str, problems: list[str]) -> list[dict[str, Any]]:
    """The tables of an array like `[[source]]`."""
    if isinstance(raw, list) and all(isinstance(one, dict) for one in raw):
        return raw
    problems.append(f"{place}: expected tables written [[{place}]], got {shown(raw)}")
    return []


def unknown(name: str, known: Iterable[str], place: str = "") -> str:
    """What to say of a key nobody reads; its value is never quoted, for it may be a password."""
    if _SECRET.search(name):
        source = place.removeprefix("source.") if place.startswith("source.") else "SOURCE"
        return f"secrets do not belong in this file; store it with:  triage login {source}"
    from difflib import get_close_matches  # only for a wrong file

    near = get_close_matches(name, list(known), n=1)
    return f'unknown key; did you mean "{near[0]}"?' if near else f"unknown key; known are {', '.join(sorted(known))}"


def plain(name: str) -> str:
    """A key of the file on one line."""
    return shown(name).strip('"')
