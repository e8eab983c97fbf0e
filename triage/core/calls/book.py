"""The address book, asked by number: who that is, and by which other numbers and addresses he is reached."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from triage.model.calls import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A number that several share (a family, a switchboard) is nobody's: it links and names no one."""

    by_number: Mapping[str, tuple[Contact, ...]]
    by_address: Mapping[str, tuple[Contact, ...]]

    def who(self, number: str) -> Contact | None:
        """The one person with this number."""
        found = self.by_number.get(number, ())
        return found[0] if len(found) == 1 else None

    def candidates(self, number: str) -> tuple[Contact, ...]:
        """All who share it."""
        return self.by_number.get(number, ())

    def numbers(self, number: str) -> frozenset[str]:
        """This number and the others of the one who has it, less those that more people share."""
        who = self.who(number)
        own = (each for each in who.numbers if self.who(each)) if who else ()
        return frozenset((number, *own))

    def numbers_of(self, address: str) -> frozenset[str]:
        """The numbers of whoever has this mail address, less those that more people share."""
        return frozenset(each for who in self.by_address.get(address, ()) for each in who.numbers if self.who(each))

    @property
    def everybody(self) -> frozenset[str]:
        """All mail addresses in it."""
        return frozenset(self.by_address)

    def addresses(self, number: str) -> tuple[str, ...]:
        """The mail addresses of the one who has this number."""
        who = self.who(number)
        return who.addresses if who else ()


def book(contacts: Iterable[Contact]) -> Book:
    """The cards by their numbers and addresses; two cards of one name and address are one person."""
    people = _joined(contacts)
    by_number: dict[str, list[Contact]] = {}
    by_address: dict[str, list[Contact]] = {}
    for who in people:
        for number in who.numbers:
            by_number.setdefault(number, []).append(who)
        for address in who.addresses:
            by_address.setdefault(address, []).append(who)
    return Book(
        by_number={number: tuple(found) for number, found in by_number.items()},
        by_address={address: tuple(found) for address, found in by_address.items()},
    )


def _joined(contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    """The same person from two address books is one, or nothing of his would be his alone: the same name, and a number
    or address in common.
    """
    by_name: dict[str, list[Contact]] = {}
    for one in sorted(contacts, key=lambda each: (each.name.casefold(), each.numbers, each.addresses)):
        same_name = by_name.setdefault((one.name or one.company).casefold(), [])
        same = next((place for place, other in enumerate(same_name) if _shared(one, other)), None)
        if same is None:
            same_name.append(one)
        else:
            same_name[same] = _both(same_name[same], one)
    return tuple(one for group in by_name.values() for one in group)


def _shared(one: Contact, other: Contact) -> bool:
    return bool(set(one.numbers) & set(other.numbers) or set(one.addresses) & set(other.addresses))


def _both(one: Contact, other: Contact) -> Contact:
    return Contact(
        name=one.name,
        company=one.company or other.company,
        numbers=tuple(dict.fromkeys((*one.numbers, *other.numbers))),
        addresses=tuple(dict.fromkeys((*one.addresses, *other.addresses))),
    )


NOBODY = Book(by_number={}, by_address={})
