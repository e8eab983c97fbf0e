"""Mail judged in the order it came, each message with only what was known then, as if `triage` had been running."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from triage.core.cases.exchanges import Exchanges
from triage.core.cases.threads import links, moment, parents
from triage.core.judging.judge import judge_in
from triage.core.judging.talk import conversation
from triage.core.people import People, addresses
from triage.core.times.hours import Hours
from triage.model.entries import Correspondence, Entry
from triage.model.judgements import Judgement, Kind
from triage.settings import Me, Rule

# A conversation longer than this is judged by its latest messages.
_REMEMBERED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message with the verdict it got when it came. `at` is when that was; for one of mine, when it was sent."""

    entry: Entry
    at: datetime
    judgement: Judgement


@dataclass(kw_only=True)
class Reader:
    """Reads mail in order and knows at every moment what had come by then: who wrote to whom, and the threads.

    A name the configuration does not give is learned from the user's own mail.
    """

    me: Me
    rules: tuple[Rule, ...] = ()
    hours: Hours | None = None
    people: People = field(init=False)
    _identities: set[str] = field(default_factory=set, init=False)
    _written_to: dict[str, datetime] = field(default_factory=dict, init=False)
    _heard_from: dict[str, datetime] = field(default_factory=dict, init=False)
    _exchanges: Exchanges = field(default_factory=Exchanges, init=False)
    _threads: dict[str, list[Entry]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._meet()

    def read(self, entries: Iterable[Entry]) -> Iterator[Arrived]:
        """Every message once, oldest first."""
        for at, entry in in_order(unique(entries)):
            yield Arrived(entry=entry, at=at, judgement=self._arrive(entry))

    def _arrive(self, entry: Entry) -> Judgement:
        thread = self._thread(entry)
        people = self.people
        verdict = judge_in(entry, conversation(thread[-_REMEMBERED:], people), people, hours=self.hours)
        self._remember(entry)
        if verdict.kind is Kind.MINE:
            self._exchanges.wrote(entry, thread[-_REMEMBERED:])
        else:
            self._exchanges.came(entry, people)
        return verdict

    def _thread(self, entry: Entry) -> list[Entry]:
        """The conversation it belongs to, itself included; conversations it ties together become one."""
        named = links(entry.message)
        found = {id(thread): thread for name in named if (thread := self._threads.get(name)) is not None}
        whole = max(found.values(), key=len, default=[])
        for other in found.values():
            if other is not whole:
                whole.extend(other)
                self._threads.update((name, whole) for each in other for name in links(each.message))
        whole.append(entry)
        self._threads.update((name, whole) for name in named)
        return whole

    def _remember(self, entry: Entry) -> None:
        message = entry.message
        senders = addresses((message.sender,)) if message.sender else ()
        if not entry.outgoing:
            news = any(one in self._identities and one not in self._heard_from for one in senders)
            _first(self._heard_from, senders, message.received)
        else:
            news = not self._identities.issuperset(senders)
            self._identities.update(senders)
            _first(self._written_to, addresses((*message.to, *message.cc)), message.received)
        if entry.outgoing and not self.me.name and message.sender and message.sender.name:
            self.me, news = replace(self.me, name=message.sender.name), True
        if news:
            self._meet()

    def _meet(self) -> None:
        """People looks up who is met later by itself: the maps are those that grow here."""
        known = Correspondence(
            identities=frozenset(self._identities),
            written_to=self._written_to,
            heard_from=self._heard_from,
            exchanges=self._exchanges.by_whom,
        )
        self.people = People(me=self.me, correspondence=known, rules=self.rules)


def unique(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Each message once; what also lies in a Sent mailbox is mine."""
    found: dict[str, Entry] = {}
    for entry in entries:
        key = entry.message.key
        known = found.get(key)
        if known is None:
            found[key] = entry
        elif entry.outgoing and not known.outgoing:
            found[key] = replace(entry, mailboxes=(*known.mailboxes, *entry.mailboxes))
    return tuple(found.values())


def in_order(entries: tuple[Entry, ...]) -> list[tuple[datetime, Entry]]:
    """Each message with when it came or was sent, oldest first: mine never after what replies to it, whatever the
    clocks say.
    """
    replied: dict[str, datetime] = {}
    for entry in entries:
        for name in parents(entry.message):
            replied[name] = min(entry.message.received, replied.get(name, entry.message.received))
    timed = [(_at(entry, replied), not entry.outgoing, entry.message.key, entry) for entry in entries]
    timed.sort(key=lambda one: one[:3])
    return [(at, entry) for at, _, _, entry in timed]


def _at(entry: Entry, replied: dict[str, datetime]) -> datetime:
    if not entry.outgoing or entry.message.message_id is None:
        return moment(entry)
    return min(moment(entry), replied.get(entry.message.message_id, moment(entry)))


def _first(known: dict[str, datetime], found: Iterable[str], received: datetime) -> None:
    for address in found:
        if address and (address not in known or received < known[address]):
            known[address] = received
