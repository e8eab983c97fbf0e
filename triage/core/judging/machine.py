"""What reads like a program's notice to one person, as banks, shops and portals send without saying so in a header.

Signs of a program are weighed against those of somebody who wrote; each alone proves nothing, and doubt is for people.
"""

import re
from collections.abc import Iterator, Sequence

from triage.core.judging.hand import PROGRAM_MAILER
from triage.core.judging.look import Look
from triage.core.judging.roles import DEVICES, ROLES, pieces
from triage.core.people import is_public
from triage.core.words.language import PHRASES
from triage.core.words.language.phrases import words
from triage.model.judgements import Reason

ENOUGH = 3.0
_MOST_TEXT = 3000
_MARGIN = 20
_END = 600
_MOST_PHRASES = 2
_MOST_SHOWN = 3
_FIELDS = 3
# Libraries and services that programs send with; those of people say X-Mailer or User-Agent themselves.
_PROGRAM_ID = re.compile(
    r"javamail|@geopod-ismtpd|amazonses\.com>|mandrillapp|mtasv\.net|\.xt\.local>|@sap|mailjet|sparkpost|phpmailer",
    re.I,
)
_PROGRAMS = (
    "feedback-id",
    "x-mailgun-sid",
    "x-mailgun-tag",
    "x-sg-eid",
    "x-pm-message-id",
    "x-ses-outgoing",
    "x-php-originating-script",
)
_LABELLED = re.compile(r"^[^\W\d_][^\n:]{1,40}:[ \t]+\S", re.M)


def notice(look: Look) -> Reason | None:
    """A notice by a program to one person, known by its sender, subject and words together; never a reply to me."""
    if look.parent_is_mine or not look.message.sender:
        return None
    said = tuple(_says_so(look))
    if not said:
        return None
    signs = (*said, *_looks(look))
    points = sum(sign[0] for sign in signs)
    if points < ENOUGH or points - written_by_hand(look) < ENOUGH:
        return None
    return Reason(rule="notice", points=-6, text=f"reads like a program's notice: {_strongest(signs)}")


def _strongest(signs: Sequence[tuple[float, str]]) -> str:
    return ", ".join(text for _, text in sorted(signs, key=lambda sign: -sign[0])[:_MOST_SHOWN])


def _says_so(look: Look) -> Iterator[tuple[float, str]]:
    """What only a device or a program says: one of these at least."""
    if device := next((piece for piece in pieces(look.sender) if piece in DEVICES), ""):
        yield ENOUGH, f"from {device}"
    told = [part.said for part in look.sentences if part.holds(PHRASES.automatic)]
    if phrase := PHRASES.automatic.find(told[0] if told else _end(look)):
        yield 2.5, f'"{phrase}"'
    text = [word for part in look.sentences if part.holds(PHRASES.notice) for word in part.said]
    for phrase in PHRASES.notice.all_in(text)[:_MOST_PHRASES]:
        yield 1.0, f'"{phrase}"'


def _end(look: Look) -> Sequence[str]:
    """The end of a text of which something was cut away: there programs say what they are."""
    text = look.message.text or ""
    return words(text[-_END:]) if len(look.own) < len(text) - _MARGIN else ()


def _looks(look: Look) -> Iterator[tuple[float, str]]:
    """What notices have in common with much other mail."""
    message = look.message
    if any(piece in ROLES for piece in pieces(look.sender)):
        yield 1.0, f"from {look.sender}"
    phrase = PHRASES.notice_subject.find(look.subject) or PHRASES.receipt.find(look.subject)
    if phrase and not look.replied_to:
        yield 1.0, f'subject "{phrase}"'
    if look.calls_in_full:
        yield 0.5, "your name in full"
    if sent := program(look):
        yield sent, "sent by a program"
    if any(part.holds(PHRASES.courtesy) for part in look.sentences):
        yield 0.5, "offers help"
    if len(_LABELLED.findall((message.text or "")[:_MOST_TEXT])) >= _FIELDS:
        yield 0.5, "fields with labels"
    if "text/html" in message.parts and "text/plain" not in message.parts:
        yield 0.5, "no plain text"


def program(look: Look) -> float:
    """How plainly a library or a sending service sent it; people's mail goes through some of them, too."""
    if any(name in look.headers for name in _PROGRAMS) or PROGRAM_MAILER.search(look.headers.get("x-mailer", "")):
        return 1.0
    found = _PROGRAM_ID.search(look.message.message_id or "")
    return (0.5 if "javamail" in found[0].lower() else 1.0) if found else 0.0


def written_by_hand(look: Look) -> float:
    """How much speaks for somebody who wrote."""
    signs = (
        (2.0, look.hand.mail_program),
        (1.5, look.hand.says_i),
        (1.5, look.hand.named),
        (1.0, look.hand.signed and not look.hand.named),
        (1.0, look.answers),
        (1.0, look.form or look.relayed),
        (2.0, is_public(look.sender) or look.people.wrote_to(look.debtor, look.message.received)),
    )
    return sum(points for points, holds in signs if holds)
