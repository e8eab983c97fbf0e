"""What the daemon is told of, beside batches and pressed buttons; each is one value on its queue."""

from collections.abc import Sequence
from dataclasses import dataclass

from triage.awake import Jump, Resumed
from triage.model.mail import Batch, Elsewhere, Outage
from triage.model.notices import Closed, Pressed
from triage.settings import Config
from triage.sinks.base import Sink


@dataclass(frozen=True, slots=True)
class Poked:
    """Another process gave marks; with `again` one stored a password or wants everything read now."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The keyring was unlocked: sources that wait for their password can have it."""


@dataclass(frozen=True, slots=True)
class Hangup:
    """The configuration shall be read anew; `serve` does so, since a signal handler must not read, log or wait."""


@dataclass(frozen=True, slots=True)
class Reload:
    """The configuration was read anew; `sinks` are those it asks for, None for those there are."""

    config: Config
    sinks: Sequence[Sink] | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """The process was asked to end."""


Event = Batch | Elsewhere | Outage | Pressed | Closed | Poked | Unlocked | Hangup | Reload | Jump | Resumed | Stop
