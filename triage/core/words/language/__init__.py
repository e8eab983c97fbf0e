"""Phrase tables as data, one TOML file a language; a new language is a new file and no code."""

from triage.core.words.language.phrases import Group
from triage.core.words.language.tables import (
    DEADLINES,
    ORDER,
    PHRASES,
    PROMISES,
    QUOTES,
    Deadlines,
    Order,
    Phrases,
    Promises,
    Quotes,
)

__all__ = [
    "DEADLINES",
    "ORDER",
    "PHRASES",
    "PROMISES",
    "QUOTES",
    "Deadlines",
    "Group",
    "Order",
    "Phrases",
    "Promises",
    "Quotes",
]
