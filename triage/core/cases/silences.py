"""Whom the user dismissed for good, and what takes that back."""

from collections.abc import Collection, Iterable

from triage.model.cases import Channel, Person
from triage.model.marks import Mark, MarkKind

SILENCING = {MarkKind.DISMISS_SENDER, MarkKind.DISMISS_DOMAIN}
_CALLER = "tel:"


def silenced(marks: Iterable[Mark]) -> frozenset[str]:
    """The addresses, "@domain" and "tel:number" silenced now; `marks` are those in force, oldest first.

    Opening again a case of somebody silenced lifts it: the mark names in its text who is heard again.
    """
    found: set[str] = set()
    for mark in marks:
        if mark.kind in SILENCING:
            found.add(mark.text.lower())
        elif mark.kind is MarkKind.REOPEN:
            found.discard(mark.text.lower())
    return frozenset(found)


def sender(who: Person, channel: Channel) -> str:
    """How somebody is silenced: a caller by his number, never by way of his mail. Empty where he kept it back."""
    if channel is Channel.VOICEMAIL:
        return caller(who.phone)
    return who.address.lower() if channel is Channel.EMAIL else ""


def caller(phone: str) -> str:
    """A number as it stands among the silenced."""
    return _CALLER + phone if phone else ""


def silences(who: Person, channel: Channel, among: Collection[str]) -> tuple[str, ...]:
    """Those of the silenced that keep this sender or caller from being heard."""
    whom = sender(who, channel)
    domains = (f"@{whom.rpartition('@')[2]}",) if channel is Channel.EMAIL else ()
    return tuple(one for one in (whom, *domains) if whom and one in among)


def spelled(whom: str) -> str:
    """Somebody silenced, as people write it."""
    return whom.removeprefix(_CALLER)
