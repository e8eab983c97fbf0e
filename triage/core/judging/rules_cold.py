"""The rule about cold mail, of strangers who sell or recruit: owed all the same, at the end of the row."""

import re

from triage.core.cases.state import COLD, MAYBE_COLD
from triage.core.judging.look import Look
from triage.core.judging.rules_kind import by_rule
from triage.core.words.selling import pitch
from triage.model.judgements import Reason

# Above the first it is more likely a pitch than not; from the second on nothing in it speaks for a person in need.
_PITCH = 0.0
_DOUBT = -0.4
# Who sells complains of nothing; a word of trouble needs that much more.
_TROUBLE = 1.0
# The whole subject of a machine: who writes of a voicemail himself names somebody or asks.
_ANNOUNCED = re.compile(
    r"(?:you (?:have|received|missed)|new|missed|incoming|neue|sie haben|une?|nouveau|vous avez|nuev[oa]|tiene)"
    r"\b.{0,40}?\b(?:voice ?mail|voice ?message|sprachnachricht|message vocal|mensaje de voz|buzón de voz)",
    re.I,
)
_LURE = re.compile(r"https?://|www\.", re.I)
_PAGE = (".htm", ".html", ".shtml", ".xhtml", ".svg")


def cold(look: Look) -> Reason | None:
    """A first mail that offers what the writer sells, or recruits, and needs or has nothing itself. It is named so
    where phrases of selling speak for it and the words weigh the same way; where only the words do, it rings late.

    No points: words of a stranger silence nothing here, they only decide when it is spoken of.
    """
    if not look.stranger or look.replied_to or look.form or look.bulk or _is_near(look):
        return None
    if not look.troubled and (lure := _voicemail_lure(look)):
        return Reason(rule=COLD, points=0, text=f'announces a voicemail as fakes do, from no known system: "{lure}"')
    found = pitch(f"{look.message.subject[:500]}. {look.own[:8000]}")
    weight = found.weight - (_TROUBLE if look.troubled else 0)
    if weight >= _PITCH and found.sells:
        shown = ", ".join(f'"{one}"' for one in found.said)
        return Reason(rule=COLD, points=0, text=f"reads like cold sales or recruiting: {shown}")
    if weight >= _DOUBT and not found.needs:
        return Reason(rule=MAYBE_COLD, points=0, text="might be cold sales or recruiting, and names no need")
    return None


def _is_near(look: Look) -> bool:
    """Of my own house, of a house I have answered, in the address book, or named by a rule of the user."""
    if look.people.is_own_domain(look.debtor) or look.debtor in look.people.contacts or by_rule(look):
        return True
    house, now = look.people.house(look.debtor), look.message.received
    answered = (one.answered for one in look.people.exchanges(house)) if house else ()
    return any(moment and moment < now for moment in answered)


def _voicemail_lure(look: Look) -> str:
    """The subject of a mail that announces a voicemail, brings no sound but a link or a page, and asks nothing."""
    message = look.message
    if not _ANNOUNCED.match(message.subject[:200].strip()) or any(part.is_question for part in look.sentences):
        return ""
    page = any(name.lower().endswith(_PAGE) for name in message.attachments)
    return message.subject[:60] if page or _LURE.search(message.text or "") else ""
