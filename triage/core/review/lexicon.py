"""Words by which a reply is held against what it answers, from one TOML file a language; all are searched at once."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from triage.core.words.language.phrases import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Every list of the files; `en.toml` shows what each is for."""

    empty: Group
    yes_no: Group
    when: Group
    amount: Group
    who: Group
    where: Group
    why: Group
    request: Group
    open: Group
    agreed: Group
    echoes: Group
    handed: Group
    because: Group
    times: Group
    numbers: Group
    places: Group
    persons: Group
    courtesy: Group
    later: Group
    chat: Group
    of_me: Group
    splits: Group
    joins: Group
    kind: Group
    upset: Group
    understanding: Group
    stalling: Group
    refusing: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Better:
    """Words that push away, unless some others stand beside them, and what to say instead. `bare` ones only do so
    where they are all that is said.
    """

    phrases: Group
    unless: Group
    instead: str
    bare: bool = False


@cache
def lexicon() -> Lexicon:
    """All languages together."""
    lists = {
        field.name: Group(phrase for language in _read() for phrase in language[field.name])
        for field in fields(Lexicon)
    }
    return Lexicon(**lists)


@cache
def better() -> tuple[Better, ...]:
    """Every [[words]] of the files, in their order."""
    return tuple(
        Better(
            phrases=Group(one["phrases"]),
            unless=Group(one.get("unless", ())),
            instead=one["instead"],
            bare=one.get("bare", False),
        )
        for language in _read()
        for one in language["words"]
    )


@cache
def _read() -> tuple[dict[str, Any], ...]:
    folder = sorted(files(__package__).iterdir(), key=lambda path: path.name)
    return tuple(tomllib.loads(path.read_text("utf-8")) for path in folder if path.name.endswith(".toml"))
