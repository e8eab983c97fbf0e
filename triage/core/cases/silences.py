"""Whom the user dismissed for good, and what takes that back."""

from collections.abc import Iterable

from triage.model.marks import Mark, MarkKind

SILENCING = {MarkKind.DISMISS_SENDER, MarkKind.DISMISS_DOMAIN}


def silenced(marks: Iterable[Mark]) -> frozenset[str]:
    """The addresses and "@domain" silenced now; `marks` are those in force, oldest first.

    Opening again a case of somebody silenced lifts it: the mark names in its text who is heard again.
    """
    found: set[str] = set()
    for mark in marks:
        if mark.kind in SILENCING:
            found.add(mark.text.lower())
        elif mark.kind is MarkKind.REOPEN:
            found.discard(mark.text.lower())
    return frozenset(found)


def silences(address: str, among: frozenset[str]) -> tuple[str, ...]:
    """Those of the silenced that keep this address from being heard."""
    address = address.lower()
    return tuple(one for one in (address, f"@{address.rpartition('@')[2]}") if address and one in among)
