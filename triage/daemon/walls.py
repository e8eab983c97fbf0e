"""The walls around the daemon: who reads for it, and what buttons do outside the house."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from triage.settings import Config
from triage.store.marks import Said


class Readers(Protocol):
    """The pumps, as the daemon sees them."""

    def stored(self, source: str) -> None:
        """A batch of this source is stored."""
        ...

    def look_around(self, source: str, now: datetime) -> None:
        """Look into the mailboxes of this source that are not read; what is found comes as an event."""
        ...

    def refresh(self) -> None:
        """Read everything once more now."""
        ...

    def retry(self) -> None:
        """The same, also where credentials were refused."""
        ...

    def reconnect(self) -> None:
        """Read everything now, over new connections."""
        ...

    def restart(self, config: Config) -> None:
        """Read the sources of this configuration from now on."""
        ...


class Desk(Protocol):
    """What a button can do outside the house; each tells whether it worked."""

    def say(self, said: Sequence[Said], now: datetime) -> None:
        """Append marks."""
        ...

    def open_url(self, url: str) -> bool:
        """Open a message in the user's mail program."""
        ...

    def open_status(self) -> bool:
        """Show who waits."""
        ...
