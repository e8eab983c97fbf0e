"""The rule about cold mail, of strangers who sell or recruit: owed all the same, at the end of the row."""

from triage.core.cases.state import COLD
from triage.core.judging.look import Look
from triage.core.words.language import PHRASES
from triage.core.words.language.phrases import words
from triage.model.judgements import Reason

_MOST_WORDS = 600
_SEVERAL = 2
_MANY = 3
_SHOWN = 4


def cold(look: Look) -> Reason | None:
    """Several ways of selling in a first mail, and no word of somebody who wants to buy, apply or complain.

    No points: words of a stranger silence nothing here, they only decide when it is spoken of.
    """
    if not look.stranger or look.replied_to or look.form or look.troubled:
        return None
    said = words(f"{look.message.subject[:500]}. {look.own[:8000]}")[:_MOST_WORDS]
    recruits = PHRASES.recruiting.all_in(said)
    # Recruiters look for somebody as clients do; nobody else says so much of it.
    if len(recruits) < _MANY and PHRASES.buying.find(said):
        return None
    sells = PHRASES.selling.all_in(said)
    audience, meeting = PHRASES.audience.all_in(said), PHRASES.meeting.all_in(said)
    selling = bool(sells and audience) or (len(sells) >= _SEVERAL and bool(meeting))
    recruiting = len(recruits) >= _SEVERAL or bool(recruits and (audience or meeting))
    if not (selling or recruiting):
        return None
    shown = ", ".join(f'"{one}"' for one in (*recruits, *sells, *audience, *meeting)[:_SHOWN])
    return Reason(rule=COLD, points=0, text=f"reads like cold sales or recruiting: {shown}")
