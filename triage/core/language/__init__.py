"""Phrase tables as data, one TOML file a language; a new language is a new file and no code."""

from triage.core.language.phrases import DEADLINES, PHRASES, QUOTES, Deadlines, Group, Phrases, Quotes

__all__ = ["DEADLINES", "PHRASES", "QUOTES", "Deadlines", "Group", "Phrases", "Quotes"]
