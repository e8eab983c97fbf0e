"""What some commands ask of the messages, the calls and the address book, as `reads` does of the cases."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from triage.model.calls import Contact, Sighting
from triage.model.cases import Case
from triage.model.entries import Correspondence, Entry
from triage.store import calls, entries
from triage.store.opening import reading


def timeline(path: Path, case: Case) -> tuple[Entry, ...]:
    """The messages of a case with their texts, in its order."""
    with reading(path) as connection:
        return entries.named(connection, [item.key for item in case.items]) if connection else ()


def outgoing_to(path: Path, address: str, since: datetime) -> tuple[Entry, ...]:
    """What I sent to this address since then, oldest first."""
    with reading(path) as connection:
        return entries.outgoing_to(connection, [address], since) if connection else ()


def calls_named(path: Path, keys: Iterable[str]) -> tuple[Sighting, ...]:
    """These calls, as every source tells of them."""
    with reading(path) as connection:
        return calls.named(connection, keys) if connection else ()


def calls_of(path: Path, numbers: Iterable[str]) -> tuple[Sighting, ...]:
    """All calls from and to these numbers, and to those that their callers asked for."""
    with reading(path) as connection:
        return calls.of_callers(connection, numbers) if connection else ()


def calls_until(path: Path, at: datetime) -> tuple[Sighting, ...]:
    """Every call that had come by then."""
    with reading(path) as connection:
        return calls.until(connection, at) if connection else ()


def contacts(path: Path) -> tuple[Contact, ...]:
    """The address book as the daemon read it last."""
    with reading(path) as connection:
        return calls.contacts(connection) if connection else ()


def entries_until(path: Path, at: datetime) -> tuple[Entry, ...]:
    """Every message received by then, oldest first."""
    with reading(path) as connection:
        return entries.until(connection, at) if connection else ()


def received(path: Path, since: datetime, until: datetime) -> int:
    """How many messages from others came in this stretch."""
    with reading(path) as connection:
        return entries.received(connection, since, until) if connection else 0


def lengths(path: Path, keys: Iterable[str]) -> dict[str, int]:
    """How many signs of text these messages hold."""
    with reading(path) as connection:
        return entries.lengths(connection, keys) if connection else {}


def unreadable(path: Path) -> tuple[Entry, ...]:
    """Messages that could not be read; their `trouble` says why."""
    with reading(path) as connection:
        return entries.unreadable(connection) if connection else ()


def correspondence(path: Path) -> Correspondence:
    """Who wrote to whom."""
    with reading(path) as connection:
        return entries.correspondence(connection) if connection else Correspondence()
