"""Mail of ticket systems, which mark all they send as automatic, their agents' letters too."""

from triage.core.judging.look import Look
from triage.core.words.language import PHRASES

_FIELDS = (
    "x-zendesk-from-account-id",
    "x-freshdesk-ticket-id",
    "x-otrs-ticket",
    "x-rt-ticket",
    "x-powered-by",
    "x-helpscout-conversation-id",
)
_MARK = "##"
_PERSONAL = 2


def agent(look: Look) -> bool:
    """Does somebody answer by a ticket system, who asks, and greets me, signs or says I?"""
    marked = any(name in look.headers for name in _FIELDS) or _MARK in (look.message.text or "")[:20]
    if not marked or not look.answers or look.hand.personal < _PERSONAL:
        return False
    own = [part for part in look.sentences if _MARK not in part.text]
    return any(part.asks for part in own) and not any(
        part.holds(PHRASES.automatic) or part.holds(PHRASES.notice) for part in own
    )
