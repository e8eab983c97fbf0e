"""The pumps of all sources together, as a daemon or one pass drives them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from triage.model.access import Access
from triage.model.mail import Batch, Outage
from triage.oauth.providers import by_oauth
from triage.pump import Pump
from triage.secrets import password
from triage.settings import Config, SourceSettings
from triage.sources.kinds import open_source
from triage.store.writer import Store
from triage.unlocking import Unlocking

END_WITHIN = 2.0


@dataclass
class Pumps:
    """All pumps, by the name of their source."""

    store: Store
    deliver: Callable[[Batch | Outage], None]
    unlocking: Unlocking | None = None
    _pumps: dict[str, Pump] = field(default_factory=dict, init=False)

    def stored(self, source: str) -> None:
        """A batch of this source is stored."""
        if source in self._pumps:
            self._pumps[source].stored()

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
        self._pumps = {one.name: self._pump(one, config.state_dir) for one in config.sources}
        for pump in self._pumps.values():
            pump.start()

    def stop(self) -> None:
        """End them all; those that hang are left to the end of the process."""
        pumps, self._pumps = self._pumps, {}
        for pump in pumps.values():
            pump.stop()
        for pump in pumps.values():
            pump.join(END_WITHIN / len(pumps))

    def _pump(self, settings: SourceSettings, state_dir: Path) -> Pump:
        tokens = _tokens(settings, state_dir, self.unlocking) if by_oauth(settings) else None
        source = open_source(settings, partial(password, settings, unlocking=self.unlocking), tokens)
        poll = settings.poll.total_seconds()
        return Pump(source, self.store.cursor(settings.name), poll=poll, deliver=self.deliver)


def _tokens(settings: SourceSettings, state_dir: Path, unlocking: Unlocking | None) -> Callable[[str], Access]:
    from triage.oauth.tokens import Tokens  # what speaks to providers is slow to import

    return Tokens(settings, state_dir, unlocking)
