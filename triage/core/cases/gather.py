"""A heap of entries to the cases in it, all in memory: for a look at another moment, and for an archive."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from triage.core.cases.answers import FRESH_WITHIN, accepts
from triage.core.cases.folding import NO_TALKS, Policy, case
from triage.core.cases.threads import bare_subject, is_fresh, moment, threads
from triage.core.people import People, addresses
from triage.model.cases import Case, Talk
from triage.model.entries import Entry


def gather(
    entries: Iterable[Entry],
    *,
    guests: Iterable[Entry] = (),
    people: People,
    policy: Policy,
    talks: Mapping[str, Sequence[Talk]] = NO_TALKS,
) -> tuple[Case, ...]:
    """The cases of all conversations in `entries`, which must be whole.

    `guests` are further fresh mails of mine, from conversations that are not judged now; `talks` are as for a case.
    A mail by which a telephone system tells of a call is no conversation: its call is.
    """
    letters = (entry for entry in entries if entry.message.call is None or entry.outgoing)
    found = conversations(letters, guests=guests, people=people)
    cases = (case(thread, guests=fresh, people=people, policy=policy, talks=talks) for thread, fresh in found)
    return tuple(one for one in cases if one)


def conversations(
    entries: Iterable[Entry], *, guests: Iterable[Entry] = (), people: People
) -> Iterator[tuple[tuple[Entry, ...], list[Entry]]]:
    """Each conversation with the fresh mails of mine from elsewhere that may answer something in it."""
    kept = tuple(entries)
    fresh = _fresh_by_matter((*kept, *guests), people)
    return ((thread, _guests(thread, fresh)) for thread in threads(kept))


def _fresh_by_matter(entries: Sequence[Entry], people: People) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if is_fresh(entry.message) and people.is_mine(entry):
            for matter in _matters(entry):
                found.setdefault(matter, []).append(entry)
    return found


def _matters(entry: Entry) -> Iterator[str]:
    """What a fresh mail may share with one it answers: the subject, or the event. No subject begins with a line end."""
    if subject := bare_subject(entry.message.subject):
        yield subject
    if entry.message.event:
        yield "\n" + entry.message.event


def _guests(thread: Sequence[Entry], fresh: dict[str, list[Entry]]) -> list[Entry]:
    """Fresh mails of mine from other threads that may answer something in this one."""
    own = {entry.message.key for entry in thread}
    found: dict[str, Entry] = {}
    for entry in thread:
        for guest in (guest for matter in _matters(entry) for guest in fresh.get(matter, ())):
            if guest.message.key not in own and (_may_answer(entry, guest) or accepts(guest, entry)):
                found[guest.message.key] = guest
    return list(found.values())


def _may_answer(entry: Entry, guest: Entry) -> bool:
    sender = entry.message.sender
    reached = {*addresses(entry.message.reply_to), *((sender.address,) if sender else ())}
    lag = moment(guest) - moment(entry)
    return abs(lag) <= FRESH_WITHIN and not reached.isdisjoint(addresses((*guest.message.to, *guest.message.cc)))
