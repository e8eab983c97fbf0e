"""A heap of tellings to the cases of their callers, all in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from triage.core.calls.book import Book
from triage.core.calls.joining import Ringing, ringings
from triage.core.calls.ledger import Evidence, case, is_talk
from triage.core.calls.numbers import whole
from triage.core.cases.answers import bounces, is_automatic, is_forward
from triage.core.cases.folding import Policy
from triage.core.cases.threads import moment
from triage.core.people import addresses
from triage.model.calls import Sighting
from triage.model.cases import AnsweredBy, Case, Talk
from triage.model.entries import Entry

AROUND = timedelta(hours=1)
Letters = Mapping[str, Sequence[Evidence]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All calls from and to one number, or one call of somebody who kept his back."""

    number: str
    rang: tuple[Ringing, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key of every telling."""
        return tuple(one.call.key for ringing in self.rang for one in ringing.sightings)


def groups(
    sightings: Iterable[Sighting], *, wanted: frozenset[str] | None = None, touched: frozenset[str] | None = None
) -> tuple[Group, ...]:
    """Those of the numbers in `wanted`, and callers without one around the calls in `touched`; all without these."""
    by_number = calls_by_number(sightings)
    hidden = by_number.pop("", ())
    moments = [one.at for one in hidden if touched is None or not touched.isdisjoint((one.key, *one.also))]
    near = (one for one in hidden if touched is None or any(abs(one.at - at) <= AROUND for at in moments))
    joined = whole(by_number)
    asked = by_number.keys() if wanted is None else {joined.get(number, number) for number in wanted}
    known = (Group(number=number, rang=by_number[number]) for number in sorted(asked) if number in by_number)
    return (*(Group(number="", rang=(one,)) for one in near), *known)


def gather_calls(
    found: Iterable[Group], sightings: Iterable[Sighting], *, letters: Letters, book: Book, policy: Policy
) -> tuple[Case, ...]:
    """The cases of these callers. `sightings` must hold everything from and to them, their further numbers included."""
    by_number = calls_by_number(sightings)
    cases = []
    for group in found:
        reached = further(group, book) - {group.number}
        others = [one for number in sorted(reached) for one in by_number.get(number, ())]
        mails = [letter for address in book.addresses(group.number) for letter in letters.get(address, ())]
        cases.append(case(group.rang, others=others, letters=mails, book=book, policy=policy))
    return tuple(one for one in cases if one)


def calls_by_number(sightings: Iterable[Sighting]) -> dict[str, tuple[Ringing, ...]]:
    """The calls from and to each number, oldest first; under "" those of callers who kept it back.

    A number without its area code is that of the one whole number that ends so.
    """
    kept = tuple(sightings)
    joined = whole(one.caller for one in kept)
    groups: dict[str, list[Sighting]] = {}
    for one in kept:
        groups.setdefault(joined.get(one.caller, ""), []).append(one)
    return {number: ringings(group) for number, group in groups.items()}


def letters(entries: Iterable[Entry], spent: frozenset[str]) -> Letters:
    """My mails among these, by the address they went to; less those that answered a mail (`spent` holds their keys),
    that came back, that no person wrote, and that only pass something on.
    """
    found: dict[str, list[Evidence]] = {}
    kept = tuple(entries)
    back = bounces(kept)
    for entry in kept:
        message = entry.message
        if not entry.outgoing or message.key in spent or message.message_id in back:
            continue
        if is_automatic(message) or is_forward(message):
            continue
        for address in addresses(message.to):
            found.setdefault(address, []).append(Evidence(key=message.key, at=moment(entry), by=AnsweredBy.MAIL))
    return found


def talks(sightings: Iterable[Sighting], book: Book, policy: Policy) -> dict[str, tuple[Talk, ...]]:
    """When I spoke with whom, by their mail addresses, oldest first."""
    found: dict[str, list[Talk]] = {}
    for number, rang in calls_by_number(sightings).items():
        spoke = [Talk(key=one.key, at=one.at, seconds=one.seconds) for one in rang if is_talk(one, policy)]
        for address in book.addresses(number) if spoke else ():
            found.setdefault(address, []).extend(spoke)
    return {address: tuple(sorted(all_of_them, key=lambda talk: talk.at)) for address, all_of_them in found.items()}


def further(group: Group, book: Book) -> frozenset[str]:
    """The other numbers under which a call back reaches him: of his card, and those he asked to be called on."""
    asked = {one.asks for ringing in group.rang for one in ringing.sightings}
    return book.numbers(group.number) | (asked - {""})
