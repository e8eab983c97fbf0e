"""What speaks for somebody who wrote, where a header or an address looks like a program's."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage.core.judging.roles import DEVICES, ROLES
from triage.core.words.language import PHRASES
from triage.core.words.language.phrases import words
from triage.core.words.sentences import Sentence
from triage.model.mail import Address, Message

PROGRAM_MAILER = re.compile(
    r"php|sap |sendgrid|mailchimp|mandrill|nodemailer|swiftmailer|blat|lotus domino server|otrs|zendesk", re.I
)
"""The X-Mailer of libraries and systems; all others are taken for mail programs of people."""

_HAND_ID = re.compile(r"@mail\.gmail\.com>|\.prod\.outlook\.com>|<trinity-", re.I)
_HAND_FIELDS = ("thread-index", "x-ms-has-attach", "x-gm-message-state", "x-provags-id", "user-agent")
_LAST_LINES = 6
_LONGEST_NAME = 40
_MOST_TEXT = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Signs of a person: a mail program for people, an address with the sender's name in it, a name below, "I", and a
    greeting as people greet, where a database would write my name in full.
    """

    mail_program: bool
    named: bool
    signed: bool
    says_i: bool
    greets: bool

    @property
    def personal(self) -> int:
        """How many of those that stand in the text."""
        return sum((self.signed, self.says_i, self.greets))


def hand(message: Message, headers: Mapping[str, str], own: Sequence[Sentence], *, greeted: bool) -> Hand:
    """What is seen of a person's hand. `own` are the sender's sentences; `greeted`: one of them calls me."""
    sender = message.sender or Address(address="")
    return Hand(
        mail_program=_mail_program(message, headers),
        named=_named(sender),
        signed=_signed(sender, message.text or ""),
        says_i=any(part.holds(PHRASES.myself) for part in own),
        greets=greeted,
    )


def _mail_program(message: Message, headers: Mapping[str, str]) -> bool:
    if _HAND_ID.search(message.message_id or "") or any(name in headers for name in _HAND_FIELDS):
        return True
    mailer = headers.get("x-mailer", "")
    return bool(mailer) and not PROGRAM_MAILER.search(mailer)


def _named(sender: Address) -> bool:
    """robin.vale@, or an address that holds a name its owner goes by, and not only the house's."""
    local, _, domain = sender.address.partition("@")
    parts = local.split(".")
    if len(parts) == 2 and all(part.isalpha() and part not in ROLES | DEVICES for part in parts):
        return True
    names = [word for word in words(sender.name)[:4] if len(word) > 2 and word not in ROLES]
    return len(names) > 1 and any(name in local and name not in domain.split(".")[:-1] for name in names)


def _signed(sender: Address, text: str) -> bool:
    """Near the end a short line of its own that is a name: the sender's first, or one that is not the house's."""
    lines = [line.strip() for line in text[:_MOST_TEXT].splitlines() if line.strip()]
    own, house = words(sender.name), {*words(sender.name), *re.split(r"[@.-]", sender.address)}
    return any(own[:1] == words(line)[:1] != () or _is_name(line, house) for line in lines[1:][-_LAST_LINES:])


def _is_name(line: str, house: set[str]) -> bool:
    """ "Peg Hartwell", "Ms Bauer, reception": capitals, no verb of a notice, no word of the house."""
    parts = line.partition(",")[0].split()
    if len(line) > _LONGEST_NAME or not line[-1].isalpha() or not 0 < len(parts) <= 3:
        return False
    said = words(line)
    if not all(part[0].isupper() for part in parts) or any(word in house or word in ROLES for word in said):
        return False
    others = (PHRASES.house, PHRASES.greeting_end, PHRASES.closing_whole, PHRASES.notice)
    return not PHRASES.greeting.starts(said) and not any(group.find(said) for group in others)
