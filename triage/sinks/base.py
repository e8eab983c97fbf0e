"""What every place that shows notices is to the rest of the house."""

from collections.abc import Callable
from typing import Protocol

from triage.model.notices import Bubble, Closed, Pressed

Deliver = Callable[[Pressed | Closed], None]
"""Where a sink hands what the user did with a bubble; it is called from the sink's own thread and must not block."""


class Sink(Protocol):
    """Somewhere a bubble is seen. All methods are called from one thread and return within seconds."""

    def show(self, bubble: Bubble) -> None:
        """Return once the bubble is accepted; a bubble of the same id on screen is replaced.

        Raises SinkUnavailable if it was not: it may be shown again later.
        """
        ...

    def close(self, bubble_id: str) -> None:
        """Take the bubble off the screen if it is there; never raises."""
        ...

    def shutdown(self) -> None:
        """Let go of connections and threads; what is on screen stays. Never raises."""
        ...
