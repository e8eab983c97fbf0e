"""The clerk's telephone: whose number a call is from, the address book, and the cases of callers made anew.

Joins the clerk's transactions; for the same one thread.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from triage.core.calls.book import NOBODY, Book, book
from triage.core.calls.gathering import Group, gather_calls, groups, letters, talks
from triage.core.calls.hearing import spoken
from triage.core.calls.numbers import number, tail
from triage.core.cases.folding import Policy
from triage.errors import TriageError
from triage.model.calls import Call, Contact, Sighting, Wording
from triage.model.cases import Case, Talk
from triage.model.entries import Entry
from triage.settings import Config
from triage.store.calls import Numbers
from triage.store.writer import Store

log = logging.getLogger(__name__)

CALL = "call:"
"""What the keys of calls begin with."""


@dataclass
class Telephone:
    """Answers about callers, from what the store holds."""

    store: Store
    region: str = "US"
    _book: Book = field(default=NOBODY, init=False)
    _cards: str | None = field(default=None, init=False)

    def begin(self, config: Config) -> None:
        """Read numbers as this configuration says, those that are stored too."""
        self.region, self._cards = config.me.phone_region, None
        if self.store.kept("numbered_by") != self.region:
            self.store.renumber(self.numbers_of)
            self.store.keep("numbered_by", self.region)
        self._book = book(self.store.contacts())

    @property
    def knows_people(self) -> bool:
        """Is there anybody in the address book?"""
        return bool(self._book.by_number or self._book.by_address)

    @property
    def contacts(self) -> frozenset[str]:
        """The mail addresses of those in the address book."""
        return self._book.everybody

    def reread_cards(self, config: Config) -> bool:
        """Look at the address books again if they changed; tells whether anybody in them did.

        Books that cannot be read leave what was read last.
        """
        from triage.sources.contacts import Card, cards, stamp

        seen = stamp(config.contacts)
        if seen == self._cards:
            return False
        self._cards = seen
        try:
            found = cards(config.contacts)
        except TriageError as error:
            log.warning("event=contacts-unread reason=%r", error.message)
            return False

        def contact(card: Card) -> Contact:
            keys = (number(each, self.region).key for each in card.numbers)
            return Contact(
                name=card.name,
                company=card.company,
                numbers=tuple(dict.fromkeys(key for key in keys if key)),
                addresses=card.addresses,
            )

        known = tuple(map(contact, found))
        if known == self.store.contacts():
            return False
        self.store.keep_contacts(known)
        self._book = book(known)
        return True

    def numbers_of(self, call: Call) -> Numbers:
        """How the store is to find a call."""
        caller = "" if call.withheld else number(call.number, self.region).key
        return Numbers(caller=caller, tail=tail(caller), asks=spoken(call, self.region))

    def mail_of(self, keys: Iterable[str]) -> frozenset[str]:
        """Messages that wait from people who are on the telephone in these calls."""
        addresses = {address for each in self.store.callers(keys) for address in self._book.addresses(each)}
        return self.store.live_from(addresses) if addresses else frozenset()

    def talks(self, entries: Iterable[Entry], policy: Policy) -> dict[str, tuple[Talk, ...]]:
        """When the user spoke with those who wrote these."""
        senders = {entry.message.sender.address for entry in entries if entry.message.sender and not entry.outgoing}
        numbers = {each for address in senders for each in self._book.numbers_of(address)}
        return talks(self.store.calls_of(numbers), self._book, policy) if numbers else {}

    def numbers_written_to(self, entries: Iterable[Entry]) -> frozenset[str]:
        """The numbers of those to whom these mails of the user went."""
        boxes = (box for entry in entries if entry.outgoing for box in entry.message.to)
        return frozenset(each for box in boxes for each in self._book.numbers_of(box.address))

    def touched(self, keys: frozenset[str], more: frozenset[str]) -> tuple[tuple[Group, ...], tuple[Sighting, ...]]:
        """The callers whose cases these calls, or calls with the numbers in `more`, may change; and all that is known
        of them.
        """
        numbers = {each for one in self.store.callers(keys) | more for each in self._book.numbers(one)}
        sightings = self.store.calls_of(numbers - {""})
        if "" in numbers:
            sightings += self.store.calls_without_number(keys)
        return groups(sightings, wanted=frozenset(numbers - {""}), touched=keys), sightings

    def cases(
        self, found: Sequence[Group], sightings: Sequence[Sighting], policy: Policy, *, forgotten: datetime
    ) -> tuple[Case, ...]:
        """The cases of these callers. What was `forgotten` by then rested: it is not judged without its words."""
        addresses = {address for group in found for address in self._book.addresses(group.number)}
        since = min((one.call.at for one in sightings), default=None)
        sent = self.store.outgoing_to(addresses, since) if addresses and since else ()
        keys = [entry.message.key for entry in sent]
        # With what came back of them.
        mails = letters(self.store.conversation(keys) if sent else (), self.store.spent(keys))
        made = gather_calls(found, sightings, letters=mails, book=self._book, policy=policy)
        silent = {one.call.key for one in sightings if _wordless(one.call) and one.call.at < forgotten}
        return tuple(_without(case, silent) for case in made)


def _wordless(call: Call) -> bool:
    """It had words once, and they were dropped."""
    return call.wording in {Wording.OK, Wording.LOW} and not call.transcript


def _without(case: Case, keys: set[str]) -> Case:
    if keys.isdisjoint(debt.key for debt in case.debts):
        return case
    return replace(case, debts=tuple(debt for debt in case.debts if debt.key not in keys))
