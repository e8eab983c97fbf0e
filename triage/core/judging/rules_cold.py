"""The rule about cold mail, of strangers who sell or recruit: owed all the same, at the end of the row."""

from triage.core.cases.state import COLD
from triage.core.judging.look import Look
from triage.core.words.selling import pitch
from triage.model.judgements import Reason

# Rather a pitch too many that rings like the rest than a client who rings late.
_SURE = 0.15


def cold(look: Look) -> Reason | None:
    """A first mail in the words of those who sell or recruit, and hardly any of somebody who needs or has something.

    No points: words of a stranger silence nothing here, they only decide when it is spoken of.
    """
    if not look.stranger or look.replied_to or look.form or look.troubled or look.bulk:
        return None
    found = pitch(f"{look.message.subject[:500]}. {look.own[:8000]}")
    if found.weight < _SURE:
        return None
    shown = ", ".join(f'"{one}"' for one in found.moved)
    return Reason(rule=COLD, points=0, text=f"reads like cold sales or recruiting: {shown}")
