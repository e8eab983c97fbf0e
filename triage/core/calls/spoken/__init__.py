"""How people and machines speak on a voicemail: phrase tables as data, one TOML file a language."""

from triage.core.calls.spoken.tables import SPOKEN, Spoken, spoken

__all__ = ["SPOKEN", "Spoken", "spoken"]
