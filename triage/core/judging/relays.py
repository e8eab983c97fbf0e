"""Addresses made for one conversation, behind which a platform passes on what a person wrote."""

import re

# A label of the domain that says so, before the house's own name.
_LABELS = frozenset(
    [
        "reply",
        "replies",
        "guest",
        "guests",
        "members",
        "marketplace",
        "convo",
        "conversation",
        "conversations",
        "message",
        "messages",
        "messaging",
        "messagerie",
        "respuesta",
        "respuestas",
        "antwort",
        "antworten",
        "nachricht",
        "nachrichten",
        "berichten",
        "relay",
        "relais",
        "msg",
        "chat",
        "inquiry",
        "anfrage",
        "anfragen",
    ]
)
_HOUSES = ("mail.kleinanzeigen.de", "mail.ebay-kleinanzeigen.de")
_MADE = re.compile(r"\d|[^aeiouy@]{6}", re.I)


def relays(address: str) -> bool:
    """Does whatever is answered there reach a person by way of a platform?"""
    local, _, domain = address.partition("@")
    if not _MADE.search(local):
        return False
    return domain in _HOUSES or not _LABELS.isdisjoint(domain.split(".")[:-2])
