"""The rule about cold mail, of strangers who sell or recruit: owed all the same, at the end of the row."""

import re

from triage.core.cases.state import COLD
from triage.core.judging.look import Look
from triage.core.words.selling import pitch
from triage.model.judgements import Reason

# Rather a pitch too many that rings like the rest than a client who rings late.
_SURE = 0.15
# The whole subject of a machine: who writes of a voicemail himself names somebody or asks.
_ANNOUNCED = re.compile(
    r"(?:you (?:have|received|missed)|new|missed|incoming|neue|sie haben|une?|nouveau|vous avez|nuev[oa]|tiene)"
    r"\b.{0,40}?\b(?:voice ?mail|voice ?message|sprachnachricht|message vocal|mensaje de voz|buzón de voz)",
    re.I,
)
_LURE = re.compile(r"https?://|www\.", re.I)
_PAGE = (".htm", ".html", ".shtml", ".xhtml", ".svg")


def cold(look: Look) -> Reason | None:
    """A first mail in the words of those who sell or recruit, and hardly any of somebody who needs or has something.

    No points: words of a stranger silence nothing here, they only decide when it is spoken of.
    """
    if not look.stranger or look.replied_to or look.form or look.troubled or look.bulk:
        return None
    if lure := _voicemail_lure(look):
        return Reason(rule=COLD, points=0, text=f'announces a voicemail as fakes do, from no known system: "{lure}"')
    found = pitch(f"{look.message.subject[:500]}. {look.own[:8000]}")
    if found.weight < _SURE:
        return None
    shown = ", ".join(f'"{one}"' for one in found.moved)
    return Reason(rule=COLD, points=0, text=f"reads like cold sales or recruiting: {shown}")


def _voicemail_lure(look: Look) -> str:
    """The subject of a mail that announces a voicemail, brings no sound but a link or a page, and asks nothing."""
    message = look.message
    if not _ANNOUNCED.match(message.subject[:200].strip()) or any(part.is_question for part in look.sentences):
        return ""
    page = any(name.lower().endswith(_PAGE) for name in message.attachments)
    return message.subject[:60] if page or _LURE.search(message.text or "") else ""
