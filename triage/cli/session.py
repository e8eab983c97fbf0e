"""What one command works with: the configuration, the store, the hours, and the moment it was called."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from triage.settings import Config


@dataclass
class Session:
    """Made once per call. `now` is when the command began; every part of it sees the same moment."""

    config_path: Path | None
    debug: bool
    now: datetime

    @classmethod
    def of(cls, config_path: str | None, *, debug: bool) -> "Session":
        return cls(Path(config_path).expanduser() if config_path else None, debug, datetime.now(UTC))

    @cached_property
    def config(self) -> Config:
        """The configuration; ConfigError when there is none or it is wrong."""
        from triage.config import load

        return load(self.config_path, os.environ)
