"""What is examined."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from triage.settings import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One installation at one moment. `notify`: the user asked for a test notice. `patience` is how many seconds every
    check has; what takes longer is a finding.
    """

    config: Config
    database: Path
    now: datetime
    environ: Mapping[str, str]
    notify: bool = False
    patience: float = 20.0

    def brief(self, path: Path) -> str:
        """The path as people write it."""
        home = self.environ.get("HOME")
        return f"~/{path.relative_to(home)}" if home and path.is_relative_to(home) else str(path)
