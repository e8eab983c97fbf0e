"""The pumps of all sources together, as a daemon or one pass drives them."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from triage.errors import TriageError
from triage.model.access import Access
from triage.model.mail import Batch, Elsewhere, Outage
from triage.oauth.providers import by_oauth
from triage.pump import Pump
from triage.secrets import password
from triage.settings import Config, SourceSettings
from triage.sources.around import look_around
from triage.sources.kinds import open_source
from triage.store.writer import Store
from triage.unlocking import Unlocking

log = logging.getLogger(__name__)

END_WITHIN = 2.0


@dataclass
class Pumps:
    """All pumps, by the name of their source."""

    store: Store
    deliver: Callable[[Batch | Elsewhere | Outage], None]
    unlocking: Unlocking | None = None
    _pumps: dict[str, Pump] = field(default_factory=dict, init=False)
    _settings: dict[str, SourceSettings] = field(default_factory=dict, init=False)
    _state_dir: Path = field(default=Path(), init=False)

    def stored(self, source: str) -> None:
        """A batch of this source is stored."""
        if source in self._pumps:
            self._pumps[source].stored()

    def look_around(self, source: str, now: datetime) -> None:
        """Look into the mailboxes of this source that are not read, on a thread and a connection of its own; what is
        found is delivered, also that nothing could be.
        """
        if settings := self._settings.get(source):
            name = f"around-{source}"
            threading.Thread(target=self._look_around, args=(settings, now), name=name, daemon=True).start()

    def _look_around(self, settings: SourceSettings, now: datetime) -> None:
        seen = Elsewhere(source=settings.name)
        try:
            secret = partial(password, settings, unlocking=self.unlocking)
            seen = look_around(settings, secret, now, self._tokens(settings))
        except TriageError:
            log.info("source=%s event=no-look-around", settings.name)
        except Exception as error:  # noqa: BLE001 - the wall of the thread: what it looks for can be done without
            log.error("source=%s event=no-look-around defect=%s", settings.name, type(error).__name__)
        self.deliver(seen)

    def refresh(self) -> None:
        """Read everything once more now."""
        for pump in self._pumps.values():
            pump.refresh()

    def retry(self) -> None:
        """The same, also where credentials were refused."""
        for pump in self._pumps.values():
            pump.retry()

    def reconnect(self) -> None:
        """Read everything now, over new connections."""
        for pump in self._pumps.values():
            pump.reconnect()

    def restart(self, config: Config) -> None:
        """Read the sources of this configuration from now on, each from where it stopped."""
        self.stop()
        self._state_dir, self._settings = config.state_dir, {one.name: one for one in config.sources}
        self._pumps = {one.name: self._pump(one) for one in config.sources}
        for pump in self._pumps.values():
            pump.start()

    def stop(self) -> None:
        """End them all; those that hang are left to the end of the process."""
        pumps, self._pumps = self._pumps, {}
        for pump in pumps.values():
            pump.stop()
        for pump in pumps.values():
            pump.join(END_WITHIN / len(pumps))

    def _pump(self, settings: SourceSettings) -> Pump:
        secret = partial(password, settings, unlocking=self.unlocking)
        source = open_source(settings, secret, self._tokens(settings))
        poll = settings.poll.total_seconds()
        return Pump(source, self.store.cursor(settings.name), poll=poll, deliver=self.deliver)

    def _tokens(self, settings: SourceSettings) -> Callable[[str], Access] | None:
        if not by_oauth(settings):
            return None
        from triage.oauth.tokens import Tokens  # what speaks to providers is slow to import

        return Tokens(settings, self._state_dir, self.unlocking)
