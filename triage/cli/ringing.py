"""What the store knows of the telephone for one case: the calls with whoever waits, and the recording to play."""

from pathlib import Path

from triage.cli.session import Session
from triage.core.calls.book import book
from triage.core.calls.gathering import calls_by_number, further, groups
from triage.core.calls.joining import Ringing
from triage.core.cases.state import Standing
from triage.model.calls import Way
from triage.model.cases import Channel, Debt
from triage.settings import Rule
from triage.store import lookups


def calls_with(session: Session, seen: Standing) -> tuple[Ringing, ...]:
    """Every call with a caller since his case began; with somebody who wrote, those since the mail that waits."""
    if seen.case.channel is Channel.NOTE:
        return ()
    numbers = book(lookups.contacts(session.database))
    if seen.case.channel is Channel.EMAIL:
        known = numbers.numbers_of(seen.who.address) if seen.who.address else frozenset()
        found = calls_by_number(lookups.calls_of(session.database, known)) if known else {}
        rang = [one for number, calls in found.items() if number in known for one in calls]
        since = seen.cause.received
    else:
        rang, since = _of_caller(session, seen), seen.case.items[0].received
    return tuple(sorted((one for one in rang if one.at >= since), key=lambda one: one.at))


def recording(session: Session, debt: Debt) -> Path | None:
    """The recording of a voicemail, if it is where it was last seen."""
    told = lookups.calls_named(session.database, [debt.key])
    files = (Path(file) for one in told if one.gone is None for file in one.call.files)
    return next((file for file in files if file.suffix.lower() != ".txt" and file.is_file()), None)


def rule_of(session: Session, debt: Debt) -> Rule | None:
    """The `[[rule]]` for the call that this debt is about."""
    from triage.core.calls.ledger import matching_rule

    told = next(iter(lookups.calls_named(session.database, [debt.key])), None)
    addresses = book(lookups.contacts(session.database)).addresses(told.caller) if told else ()
    return matching_rule(told.call, told.caller, addresses, session.config.rules) if told else None


def _of_caller(session: Session, seen: Standing) -> list[Ringing]:
    keys = [*(item.key for item in seen.case.items), *seen.case.also]
    own = lookups.calls_named(session.database, keys)
    numbers, cards = {one.caller for one in own} - {""}, book(lookups.contacts(session.database))
    if not numbers:
        return [one for group in groups(own) for one in group.rang]
    reached = frozenset(each for number in numbers for each in cards.numbers(number))
    sightings = lookups.calls_of(session.database, reached)
    by_number = calls_by_number(sightings)
    for group in groups(sightings, wanted=frozenset(numbers)):
        reached |= {group.number, *further(group, cards)}
    # Their own messages elsewhere are cases of their own.
    return [
        one
        for number in reached
        for one in by_number.get(number, ())
        if number in numbers or one.way is not Way.VOICEMAIL or one.key in keys
    ]
