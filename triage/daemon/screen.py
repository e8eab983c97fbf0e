"""What stands on the screen, on every sink at once, and what each bubble held when it rang."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from triage.errors import SinkUnavailable
from triage.model.cases import Case
from triage.model.notices import Bubble, Pressed
from triage.sinks.base import Sink

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A bubble on screen, and every message of the cases in it when it rang."""

    bubble: Bubble
    held: frozenset[str]

    def grown(self, cases: Iterable[Case]) -> frozenset[str]:
        """The keys of the bubble before which their case now has a message that the bubble did not hold: threads
        merged, or something older came late.
        """
        return frozenset(key for case in cases for key in self._grown([item.key for item in case.items]))

    def _grown(self, keys: Sequence[str]) -> list[str]:
        return [
            key for place, key in enumerate(keys) if key in self.bubble.keys and not self.held.issuperset(keys[:place])
        ]


@dataclass
class Screen:
    """Shows bubbles on all sinks; for the daemon's thread."""

    sinks: Sequence[Sink]
    _shown: dict[str, Shown] = field(default_factory=dict, init=False)
    _mute: bool = field(default=False, init=False)

    def standing(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The bubbles on screen: their ids and the keys they are about."""
        return tuple((shown.bubble.id, shown.bubble.keys) for shown in self._shown.values())

    def show(self, words: Bubble) -> bool:
        """Did anybody accept it? That nobody does is said once, until somebody does again."""
        refused: list[SinkUnavailable] = []
        for sink in self.sinks:
            try:
                sink.show(words)
            except SinkUnavailable as error:
                refused.append(error)
        accepted = len(refused) < len(self.sinks)
        if not accepted and not self._mute:
            reason = "; ".join(error.message for error in refused) or "there is nowhere to show it"
            log.warning("event=not-rung reason=%r", reason)
        self._mute = not accepted
        return accepted

    def keep(self, words: Bubble, held: frozenset[str]) -> None:
        """It stands from now on; `held` are the keys of all messages in its cases."""
        self._shown[words.id] = Shown(words, held)

    def close(self, bubble: str) -> None:
        """Take the bubble of this id away."""
        self._shown.pop(bubble, None)
        for sink in self.sinks:
            sink.close(bubble)

    def pressed(self, event: Pressed) -> Shown | None:
        """The bubble whose button this is; None for a button it does not have."""
        shown = self._shown.get(event.bubble)
        if shown is None or event.action not in {action.id for action in shown.bubble.actions}:
            return None
        return shown

    def shutdown(self) -> None:
        """Let every sink go."""
        for sink in self.sinks:
            sink.shutdown()
