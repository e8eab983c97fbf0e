"""What reads like a program's notice to one person, as banks, shops and portals send without saying so in a header.

Signs of a program are weighed against those of somebody who wrote; each alone proves nothing, and doubt is for people.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from triage.core.judging.hand import PROGRAM_MAILER, of_a_department
from triage.core.judging.look import Look
from triage.core.judging.roles import DEVICES, ROLES, pieces, sounds_like_role
from triage.core.people import is_public
from triage.core.words.language import PHRASES, Group
from triage.core.words.language.phrases import words
from triage.model.judgements import Reason

_ENOUGH = 3.0
_SPOKEN = 1.5
_MOST_TEXT = 3000
_MOST_PHRASES = 2
_MOST_SPOKEN = 20
_MOST_TALK = 3
_MOST_SHOWN = 3
_MARGIN = 20
_END = 600
_FIELDS = 3
_FIGURES = 3
_NAMED = 2
# Libraries and services that programs send with; those of people name themselves in X-Mailer or User-Agent.
_SERVICE_ID = re.compile(
    r"@geopod-ismtpd|amazonses\.com>|mandrillapp|mtasv\.net|\.xt\.local>|@sap|mailjet|sparkpost|phpmailer",
    re.I,
)
_PROGRAM_FIELDS = (
    "feedback-id",
    "x-mailgun-sid",
    "x-mailgun-tag",
    "x-sg-eid",
    "x-pm-message-id",
    "x-ses-outgoing",
    "x-php-originating-script",
)
_LABELLED = re.compile(r"^[^\W\d_][^\n:]{1,40}:[ \t]+\S", re.M)
_NUMBER = re.compile(r"\d{3}")
_LINK = re.compile(r"[hHwW.](?i:(?<=h)ttps?://|(?<=w)ww\.|(?<=\w\.)\w{2,12}/\w)")
_TALK = "speaks of"
_SUBJECT = "subject"
_PROGRAM = "sent by a program"
_OWN = "a system of yours"
_FORM = "fields with labels"
_SPOKEN_OF = (_SUBJECT, _TALK, _OWN, _FORM)

Sign = tuple[float, str]
"""How much something speaks for a program, and what it was."""


def notice(look: Look) -> Reason | None:
    """A notice by a program to one person, known by its sender, subject and words together.

    Never a reply to me, nor what a form of my own house sent.
    """
    if look.parent_is_mine or not look.message.sender or (look.form and look.people.is_own_domain(look.sender)):
        return None
    plain = tuple(_plain(look))
    if not plain and (look.named or look.answers):  # most mail of people: nothing more need be sought
        return None
    others = (*_telling(look), *_common(look))
    points = sum(weight for weight, _ in (*plain, *others))
    if points < _ENOUGH or points - look.says(written_by_hand) < _ENOUGH or not _is_telling(look, plain, others):
        return None
    strongest = sorted((*plain, *others), key=lambda sign: -sign[0])[:_MOST_SHOWN]
    shown = ", ".join(text for _, text in strongest)
    return Reason(rule="notice", points=-6, text=f"reads like a program's notice: {shown}")


def _is_telling(look: Look, plain: Sequence[Sign], others: Sequence[Sign]) -> bool:
    """Do words speak of a program, and not only that nobody is seen behind a role and a house?

    Where something is asked they must be what hardly anybody writes, or several: firms ask without a name below, too.
    """
    said = sum(weight for weight, text in plain if text != _PROGRAM)
    if said >= 1:
        return True
    spoken = said + sum(weight for weight, text in others if text.startswith(_SPOKEN_OF))
    if _asks_nothing(look) and not look.troubled:
        return spoken >= (1.0 if _greets(look) else 0.5)
    return spoken >= _SPOKEN


def _asks_nothing(look: Look) -> bool:
    """As far as can be told: in a language that is not read, anything may be asked."""
    return not look.asks and any(PHRASES.common.find(part.said) for part in look.sentences)


def _greets(look: Look) -> bool:
    return bool(look.sentences) and PHRASES.greeting.starts(look.sentences[0].said) > 0


def _plain(look: Look) -> Iterator[Sign]:
    """What hardly anybody writes by hand."""
    if device := next((piece for piece in pieces(look.sender) if piece in DEVICES), ""):
        yield _ENOUGH, f"{device} writes"
    if phrase := _says_so(look):
        yield 2.5, f'"{phrase}"'
    for phrase in _found(look, PHRASES.notice)[:_MOST_PHRASES]:
        yield 1.0, f'"{phrase}"'
    if (
        any(name in look.headers for name in _PROGRAM_FIELDS)
        or PROGRAM_MAILER.search(look.headers.get("x-mailer", ""))
        or _SERVICE_ID.search(look.message.message_id or "")
    ):
        yield 1.0, _PROGRAM


def _telling(look: Look) -> Iterator[Sign]:
    """What else speaks of a program."""
    if "javamail" in (look.message.message_id or "").lower():
        yield 0.5, _PROGRAM
    if not look.replied_to:
        yield from _subject(look)
    if look.hand.house and not look.named:
        yield 1.0, "signed by the house"
    if look.calls_in_full:
        yield 0.5, "your name in full"
    if len(_LABELLED.findall((look.message.text or "")[:_MOST_TEXT])) >= _FIELDS:
        yield 0.5, _FORM


def _subject(look: Look) -> Iterator[Sign]:
    if phrase := PHRASES.notice_subject.find(look.subject):
        yield 1.0, f'{_SUBJECT} "{phrase}"'
    elif phrase := PHRASES.receipt.find(look.subject) or PHRASES.service_talk.find(look.subject):
        yield 0.5, f'{_SUBJECT} "{phrase}"'


def _common(look: Look) -> Iterator[Sign]:
    """What notices have in common with much that people write."""
    text = (look.message.text or "")[:_MOST_TEXT]
    if look.says(impersonal):
        yield 1.0, f"from {look.sender}"
        if not look.says(written_by_hand):
            yield 1.0, "nobody's hand"
    for phrase in _found(look, PHRASES.service_talk)[:_MOST_TALK]:
        yield 0.5, f'{_TALK} "{phrase}"'
    said = (word for part in look.sentences[:20] for word in part.said if not word.isalpha())
    figures = tuple(islice((word for word in said if any(map(str.isdigit, word))), _FIGURES))
    found = (
        ("asks nothing", _asks_nothing(look)),
        (_OWN, look.people.is_own_domain(look.sender) and not (look.asks or _greets(look))),
        ("a number in the subject", bool(_NUMBER.search(look.message.subject))),
        ("figures", len(figures) == _FIGURES),
        ("a link", bool(_LINK.search(text))),
        ("no plain text", "text/html" in look.message.parts and "text/plain" not in look.message.parts),
    )
    yield from ((0.5, sign) for sign, holds in found if holds)


def _says_so(look: Look) -> str:
    """The words by which a program says what it is: in its text, or at the end of one of which something was cut."""
    told = next((part.said for part in look.sentences if part.holds(PHRASES.automatic)), None)
    text = look.message.text or ""
    if told is None and not look.answers and len(look.own) < len(text) - _MARGIN:
        told = words(text[-_END:])
    return PHRASES.automatic.find(told) if told else ""


def _found(look: Look, group: Group) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(phrase for part in look.sentences if part.holds(group) for phrase in group.all_in(part.said))
    )


def impersonal(look: Look) -> bool:
    """Is the address a role's, or does its owner go by the name of a house?"""
    sender = look.message.sender
    if sender is None or look.named:
        return False
    name = words(sender.name)
    if any(piece in ROLES or piece in DEVICES for piece in pieces(sender.address)) or PHRASES.house.find(name):
        return True
    if (
        of_a_department(sender) or sounds_like_role(sender.address) or look.people.is_own_domain(sender.address)
    ):  # a system of my own house
        return True
    return len(name) >= _NAMED and "".join(name) in sender.address.partition("@")[2].replace("-", "")


def _needs(look: Look) -> bool:
    """A question, and words of somebody who wants something: a firm that asks for a quote signs as a firm."""
    spoken = look.sentences[:_MOST_SPOKEN]
    wanted = (PHRASES.buying.find(part.said).split() for part in spoken)
    # A word alone, "your order" and "where you left off" are said by shops as well.
    wants = any(len(said) > 1 and not PHRASES.addressed.starts(said) for said in wanted)
    return wants and any(part.is_question for part in spoken)


def written_by_hand(look: Look) -> float:
    """How much speaks for somebody who wrote."""
    signs = (
        (2.0, look.hand.mail_program),
        (1.5, look.hand.says_i),
        (2.5, look.named),
        (2.0, look.hand.signed and not look.named),
        (1.0, look.answers),
        (1.5, look.form or look.relayed),
        (2.0, bool((rule := look.people.rule(look.entry)) and rule.class_ in {"vip", "client", "coworker"})),
        (2.0, _needs(look)),
        (2.0, is_public(look.sender) or look.people.wrote_to(look.debtor, look.message.received)),
    )
    return sum(points for points, holds in signs if holds)
