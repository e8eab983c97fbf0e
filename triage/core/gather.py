"""A heap of entries to the cases in it, all in memory: for a look at another moment, and for an archive."""

from collections.abc import Iterable, Sequence

from triage.core.answers import FRESH_WITHIN
from triage.core.cases import Policy, case
from triage.core.people import People, addresses
from triage.core.threads import bare_subject, is_fresh, moment, threads
from triage.model import Case, Entry


def gather(
    entries: Iterable[Entry], *, guests: Iterable[Entry] = (), people: People, policy: Policy
) -> tuple[Case, ...]:
    """The cases of all conversations in `entries`, which must be whole.

    `guests` are further fresh mails of mine, from conversations that are not judged now.
    """
    kept = tuple(entries)
    fresh = _fresh_by_subject((*kept, *guests), people)
    found = (case(thread, guests=_guests(thread, fresh), people=people, policy=policy) for thread in threads(kept))
    return tuple(one for one in found if one)


def _fresh_by_subject(entries: Sequence[Entry], people: People) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        subject = bare_subject(entry.message.subject)
        if subject and is_fresh(entry.message) and people.is_mine(entry):
            found.setdefault(subject, []).append(entry)
    return found


def _guests(thread: Sequence[Entry], fresh: dict[str, list[Entry]]) -> list[Entry]:
    """Fresh mails of mine from other threads that may answer something in this one."""
    own = {entry.message.key for entry in thread}
    found: dict[str, Entry] = {}
    for entry in thread:
        for guest in fresh.get(bare_subject(entry.message.subject), ()):
            if guest.message.key not in own and _may_answer(entry, guest):
                found[guest.message.key] = guest
    return list(found.values())


def _may_answer(entry: Entry, guest: Entry) -> bool:
    sender = entry.message.sender
    reached = {*addresses(entry.message.reply_to), *((sender.address,) if sender else ())}
    lag = moment(guest) - moment(entry)
    return abs(lag) <= FRESH_WITHIN and not reached.isdisjoint(addresses((*guest.message.to, *guest.message.cc)))
