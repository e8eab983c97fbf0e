"""What speaks for somebody who wrote, where a header or an address looks like a program's."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from triage.core.judging.roles import DEVICES, ROLES, pieces
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
# A name right after the last sentence.
_LAST_WORDS = re.compile(r"[.!?]\s{1,3}([^.!?:;]{2,40})$")
_LAST_LINES = 6
_LONGEST_NAME = 40
_NAME_WORDS = 4
_NAMES = 3
_SHORT = 3
_LONG_LABEL = 6
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e"})
_HOUSE_WORDS = 6
_MOST_TEXT = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Signs of a person: a mail program for people, a name below, "I", and a greeting as people greet, where a database
    would write my name in full. `house`: what stands below is the house's.
    """

    mail_program: bool
    signed: bool
    house: bool
    says_i: bool
    greets: bool

    @property
    def personal(self) -> int:
        """How many of those that stand in the text."""
        return sum((self.signed, self.says_i, self.greets))


def hand(message: Message, headers: Mapping[str, str], own: Sequence[Sentence], *, greeted: bool) -> Hand:
    """What is seen of a person's hand. `own` are the sender's sentences; `greeted`: one of them calls me."""
    sender = message.sender or Address(address="")
    signed, house = _signatures(sender, message.text or "")
    return Hand(
        mail_program=_mail_program(message, headers),
        signed=signed,
        house=house and not signed,
        says_i=any(part.holds(PHRASES.myself) for part in own),
        greets=greeted,
    )


def _mail_program(message: Message, headers: Mapping[str, str]) -> bool:
    if _HAND_ID.search(message.message_id or "") or any(name in headers for name in _HAND_FIELDS):
        return True
    mailer = headers.get("x-mailer", "")
    return bool(mailer) and not PROGRAM_MAILER.search(mailer)


def is_named(sender: Address) -> bool:
    """robin.vale@, or an address one of whose words is a name its owner goes by, and not only the house's."""
    local, _, domain = sender.address.partition("@")
    parts = [part for part in re.split(r"[._]", local) if part]
    if 2 <= len(parts) <= _NAMES and all(map(_may_be_name, parts)):
        return True
    if len(local) > 1 and local == "".join(word[0] for word in words(sender.name)):
        return True
    if of_a_department(sender):
        return False
    names = [word for word in words(sender.name)[:4] if len(word) > 2 and not _of_a_house(word)]
    held = pieces(sender.address)
    return len(names) > 1 and any(name in held and name not in domain.split(".")[:-1] for name in names)


def of_a_department(sender: Address) -> bool:
    """ "Meridian Quotes <quotes@meridian.example>": the house's name first, as no person's is."""
    local, _, domain = sender.address.partition("@")
    named = words(sender.name)
    return len(named) > 1 and named[-1] == local and len(named[0]) > _SHORT and named[0] in domain


def _may_be_name(part: str) -> bool:
    return part.replace("'", "").replace("-", "").isalpha() and part not in ROLES and part not in DEVICES


def _of_a_house(word: str) -> bool:
    return word in ROLES or word in DEVICES or bool(PHRASES.house.at((word,), 0))


def _signatures(sender: Address, text: str) -> tuple[bool, bool]:
    """Does a person's name stand near the end, or on a line of its own the house's?"""
    below = (line.strip() for line in reversed(text[:_MOST_TEXT].splitlines()) if any(map(str.isalnum, line)))
    lines = [*islice(below, _LAST_LINES + 1)][::-1]
    named, house = words(sender.name), _house_words(sender)
    labels = sender.address.partition("@")[2].split(".")
    last = lines[1:]
    ends = bool(len(named) > 1 and lines and _plain(lines[-1])[-1:] == [*named[:1]] and not _of_a_house(named[0]))
    ends = ends or bool(lines and (found := _LAST_WORDS.search(lines[-1])) and _is_name(found[1], named, house, labels))
    signed = ends or any(_is_name(piece, named, house, labels) for line in last for piece in line.split(", "))
    return signed, any(_is_house(line, house) for line in last)


def _house_words(sender: Address) -> set[str]:
    """The words of its name and its domain, the domain's labels whole as well."""
    return {*_plain(sender.name), *re.split(r"[@.-]", sender.address)}


def _plain(text: str) -> list[str]:
    """The words, those with an apostrophe or a hyphen apart, umlauts written as in a domain."""
    return " ".join(words(text)).translate(_UMLAUTS).replace("'", " ").replace("-", " ").split()


def _is_name(line: str, named: Sequence[str], house: set[str], labels: Sequence[str]) -> bool:
    """ "Peg Hartwell", "Ms Bauer", "Tess at Paws": capitals beside the house's words, and no others."""
    line = line.partition("(")[0].strip()
    if len(line) > _LONGEST_NAME or not line[-1:].isalpha() or ":" in line:
        return False
    said = _plain(line)
    if not said or len(said) > _NAME_WORDS:
        return False
    if len(said) == 1 and said[0] in house:  # "Peters" of Hausverwaltung Peters, but not "Gearworks"
        return not _of_a_house(said[0]) and said[0] not in labels and tuple(said) != tuple(named)
    others = (PHRASES.greeting_end, PHRASES.closing_whole, PHRASES.closing, PHRASES.notice)
    if PHRASES.greeting.starts(said) or any(group.find(said) for group in others):
        return False
    parts = [part for part in re.split(r"[\s'-]+", line) if _plain(part)]
    left = [
        part
        for part in parts
        if (one := _plain(part)[0]) not in house and not PHRASES.small.at((one,), 0) and not _of_a_house(one)
    ]
    return bool(left) and all(part[0].isupper() for part in left)


def _is_house(line: str, house: set[str]) -> bool:
    if line[-1] in "?!:" or not line[0].isupper():
        return False
    said = _plain(line)
    if not said or len(said) > _HOUSE_WORDS:
        return False
    labels = [label for label in house if len(label) > _LONG_LABEL]
    of_house = [
        word in house or _of_a_house(word) or any(len(word) > 3 and word in label for label in labels) for word in said
    ]
    return sum(of_house) * 2 > len(said)
