"""JSON as a value to look into, for the families of formats that are written in it."""

import json
from typing import Any

from triage.sources.voicemail.told import File, Unfinished

Object = dict[str, Any]


def objects(file: File) -> tuple[Object, ...]:
    """The objects of a JSON file: one, a list of them, or one a line. Raises Unfinished where it is JSON cut short."""
    text = file.text.strip()
    if text[:1] not in {"{", "["}:
        return ()
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = _lines(text)
        if found is None:
            if file.extension == "json" and file.is_whole:
                raise Unfinished from None
            return ()
    several = found if isinstance(found, list) else [found]
    return tuple(one for one in several if isinstance(one, dict))


def _lines(text: str) -> list[Any] | None:
    try:
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError):
        return None


def text_at(found: Object, *path: str) -> str:
    """The text or number at a path of keys, as text; empty where there is none."""
    value: Any = found
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
