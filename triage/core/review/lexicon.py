"""Words by which a reply is held against what it answers, from one TOML file a language; all are searched at once."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

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
    agreed: Group
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


@cache
def lexicon() -> Lexicon:
    """All languages together; read once."""
    folder = files(__package__)
    told = [tomllib.loads(path.read_text("utf-8")) for path in folder.iterdir() if path.name in _LANGUAGES]
    return Lexicon(
        **{
            field.name: Group(phrase for language in told for phrase in language[field.name])
            for field in fields(Lexicon)
        }
    )


_LANGUAGES = frozenset({"en.toml", "de.toml"})
