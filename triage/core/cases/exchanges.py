"""What passed between us, kept as the mail is lived through: which message of whom I answered, and when."""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from triage.core.judging.talk import replied_to
from triage.core.people import People
from triage.model.entries import Entry, Exchange

MOST = 8
"""So many of the latest exchanges with somebody count: habits change."""


@dataclass(slots=True, kw_only=True)
class Exchanges:
    """`by_whom` is as `Correspondence.exchanges` wants it."""

    by_whom: dict[str, list[Exchange]] = field(default_factory=dict)
    _open: dict[str, tuple[Exchange, tuple[str, ...]]] = field(default_factory=dict)

    def came(self, entry: Entry, people: People) -> None:
        """A message of somebody else came."""
        message = entry.message
        if message.sender is None or not message.sender.address:
            return
        whom = message.sender.address
        known = people.wrote_to(whom, message.received)
        one = Exchange(received=message.received)
        keys = tuple(
            dict.fromkeys([whom, *([house] if (house := people.house(whom)) else []), *([""] if known else [])])
        )
        for key in keys:
            found = self.by_whom.setdefault(key, [])
            insort(found, one, key=_received)
            del found[:-MOST]
        self._open[message.key] = one, keys

    def wrote(self, entry: Entry, thread: Iterable[Entry]) -> None:
        """I wrote: the message it replies to is answered."""
        named = replied_to(entry.message)
        for other in thread:
            if other.message.message_id in named and other.message.key in self._open:
                self._answer(other.message.key, entry)

    def _answer(self, key: str, by: Entry) -> None:
        one, keys = self._open.pop(key)
        at = max(by.message.sent or by.message.received, one.received)
        for whom in keys:
            found = self.by_whom[whom]
            place = next((place for place, each in enumerate(found) if each is one), None)
            if place is not None:
                found[place] = replace(one, answered=at)


def _received(one: Exchange) -> float:
    return one.received.timestamp()
