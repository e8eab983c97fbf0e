"""What the rules look at: one message, read once, with what was known when it came."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, TypeVar

from triage.core.judging.hand import Hand, hand, is_named
from triage.core.judging.mass import mass_signs
from triage.core.judging.relays import relays
from triage.core.judging.talk import Conversation, replied_to
from triage.core.people import People, addresses, domain_of
from triage.core.times.hours import Hours
from triage.core.words.asking import liked
from triage.core.words.invitations import organisers_words
from triage.core.words.language import PHRASES
from triage.core.words.language.phrases import words
from triage.core.words.quotes import own_words
from triage.core.words.sentences import Sentence, asking, sentences
from triage.model.entries import Entry
from triage.model.judgements import Reason
from triage.model.mail import Message

T = TypeVar("T")
Rule = Callable[["Look"], Reason | None]
"""One question about a message, and at most one Reason."""

_REPLY = re.compile(r"\s{0,9}(?:re|aw|antw|sv|vs|r|rif|res|odp|fwd?|wg|tr)\s{0,2}(?:\[\d{1,3}\])?:", re.I)
_LONG_LETTER = 250
FEW = 3
MANY = 10
EXCERPT = 200


class Place(Enum):
    """Where I stand among those a message is addressed to."""

    ALONE = "alone"
    FEW = "few"
    SOME = "some"
    CROWD = "crowd"
    SHARED = "shared"
    ALIAS = "alias"
    COPIED = "copied"
    HIDDEN = "hidden"
    NOWHERE = "nowhere"


@dataclass(frozen=True, kw_only=True)
class Look:
    """One message of somebody else. What costs time is read when the first rule asks for it."""

    entry: Entry
    people: People
    talk: Conversation = field(default_factory=Conversation)
    hours: Hours | None = None
    _said: dict[Callable[["Look"], Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def says(self, rule: Callable[["Look"], T]) -> T:
        """What a rule, or a part of one, makes of it: each is asked once, however many others go by it."""
        said = self._said
        if rule not in said:
            said[rule] = rule(self)
        answer: T = said[rule]
        return answer

    @property
    def message(self) -> Message:
        """The message itself."""
        return self.entry.message

    @cached_property
    def sender(self) -> str:
        """The address it came from, empty if it has none."""
        return self.message.sender.address if self.message.sender else ""

    @cached_property
    def debtor(self) -> str:
        """The address an answer would go to."""
        who = self.people.debtor(self.message)
        return who.address if who else ""

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The last value of each header field, stripped."""
        return {name: value.strip() for name, value in self.message.headers}

    @cached_property
    def subject(self) -> tuple[str, ...]:
        """The words of the subject."""
        return words(self.message.subject[:500])

    @cached_property
    def own(self) -> str:
        """What the sender wrote himself."""
        own = own_words(self.message.text or "")
        return organisers_words(own) if self.is_invitation else own

    @property
    def is_invitation(self) -> bool:
        """Does a calendar's part come with it, whatever it says?"""
        return bool(self.message.calendar) or "text/calendar" in self.message.parts

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The same, sentence by sentence."""
        return sentences(self.own)

    @property
    def excerpt(self) -> str:
        """The first sentence that says something, salutation aside."""
        spoken = next((part.text for part in self.sentences if len(part.said) > 2), None)
        return (spoken or next((part.text for part in self.sentences), ""))[:EXCERPT]

    @cached_property
    def asks(self) -> tuple[str, ...]:
        """Everything asked in them."""
        return asking(self.sentences)

    @cached_property
    def liked(self) -> tuple[float, ...]:
        """What the model makes of the first sentences; nothing where it does not know the language."""
        return liked(self.own)

    @cached_property
    def length(self) -> int:
        """How many words the sender wrote."""
        return sum(len(part.said) for part in self.sentences)

    @cached_property
    def troubled(self) -> str:
        """The first sentence that complains or presses."""
        return next((part.text for part in self.sentences[:40] if part.holds(PHRASES.trouble)), "")

    @cached_property
    def parent_is_mine(self) -> bool:
        """Does it reply to a message of mine?"""
        return any(name in self.talk.mine for name in self.replied_to)

    @cached_property
    def replied_to(self) -> tuple[str, ...]:
        """What it replies to: In-Reply-To, or the last of References where a mail program leaves that out."""
        return replied_to(self.message)

    @cached_property
    def form(self) -> bool:
        """Did a web form write it for a person?"""
        return self.people.form_writer(self.message) is not None

    @cached_property
    def relayed(self) -> bool:
        """Does a marketplace or a platform pass on what a person wrote, with an address made for the conversation?"""
        return relays(self.sender)

    @cached_property
    def own_list(self) -> bool:
        """A group address of my own house, as small firms use for info@ and support@."""
        return self.people.is_own_domain("x@" + list_name(self.headers.get("list-id", "")))

    @cached_property
    def mass_header(self) -> str:
        """The header that says it went to many; empty where it replies to me or came through our own group address."""
        if self.parent_is_mine or (self.headers.get("list-id") and self.own_list):
            return ""
        for name in (
            "list-unsubscribe",
            "list-id",
            "list-post",
            "list-subscribe",
            "x-campaign-id",
            "feedback-id",
            "x-mailgun-tag",
        ):
            if name in self.headers:
                return f"{name}: {self.headers[name][:80]}"
        for name in ("precedence", "x-precedence"):
            if self.headers.get(name, "").lower() in {"bulk", "junk", "list"}:
                return f"{name}: {self.headers[name]}"
        return ""

    @cached_property
    def named(self) -> bool:
        """Does the sender's address hold a person's name?"""
        return self.message.sender is not None and is_named(self.message.sender)

    @cached_property
    def hand(self) -> Hand:
        """What is seen of a person's hand."""
        greeted = bool(self.calls_me) and not self.calls_in_full
        return hand(self.message, self.headers, self.sentences, greeted=greeted)

    @cached_property
    def letter(self) -> bool:
        """One person wrote it to me, and only what carries it carries mass mail too."""
        unsubscribable = "list-unsubscribe" in self.headers
        if not self.mass_header or len(self.message.to) + len(self.message.cc) > FEW or self.length > _LONG_LETTER:
            return False
        if self.relayed or (self.form and not unsubscribable):
            return True
        if not self.asks or "list-id" in self.headers or PHRASES.mass.find(words(self.message.text or "")):
            return False
        if sum(part.holds(PHRASES.notice) for part in self.sentences) > 1:
            return False
        fewest = 3 if unsubscribable and not self.replied_to else 2
        return self.hand.mail_program + self.named + self.hand.personal >= fewest

    @cached_property
    def answers(self) -> bool:
        """Does it reply to something, by its headers or its subject?"""
        return bool(self.replied_to or _REPLY.match(self.message.subject))

    @cached_property
    def calls_in_full(self) -> bool:
        """First and last name in the greeting, as only a database calls me."""
        first = self.sentences[0].said[:8] if self.sentences else ()
        return len(self.my_names) > 1 and self.my_names <= set(first) and bool(PHRASES.greeting.starts(first))

    @cached_property
    def bulk(self) -> str:
        """What says that it went to many, a header or its looks."""
        if self.mass_header:
            return "" if self.letter else self.mass_header
        if self.parent_is_mine or (self.headers.get("list-id") and self.own_list):
            return ""
        return self._mass_signs()

    def _mass_signs(self) -> str:
        """How it looks like mass mail, where no header says so; never for somebody I wrote to, a reply, or an
        invitation, which looks like what its calendar makes of it.
        """
        if self.replied_to or self.message.calendar or self.debtor in self.people.contacts:
            return ""
        if self.people.knows(self.debtor, self.message.received):
            return ""
        return ", ".join(mass_signs(self.message, subject=self.subject, length=self.length))

    @cached_property
    def bulk_only(self) -> bool:
        """Mass mail from somebody I never wrote to: its questions are rhetoric."""
        if not self.bulk or (self.discussion and self.place is not Place.NOWHERE):
            return False
        return not self.people.wrote_to(self.debtor, self.message.received)

    @cached_property
    def discussion(self) -> bool:
        """A list that people write to, rather than one that only sends: it can be posted to, or is addressed itself."""
        post = self.headers.get("list-post", "")
        if post and not post.lower().startswith("no"):
            return True
        name = self.headers.get("list-id", "").rpartition("<")[2].rstrip("> ").lower()
        others = [one for one in addresses((*self.message.to, *self.message.cc)) if not self.people.is_me(one)]
        return bool(name) and any(
            one.replace("@", ".") == name or name.endswith(f".{domain_of(one)}") for one in others
        )

    @cached_property
    def place(self) -> Place:
        """Where I stand among those addressed."""
        to, cc = addresses(self.message.to), addresses(self.message.cc)
        if any(map(self.people.is_me, to)):
            return _among(len(set(to)))
        if any(map(self.people.is_me, cc)):
            return Place.COPIED
        if self.bulk:
            return Place.NOWHERE
        return self._unnamed(to, cc)

    def _unnamed(self, to: tuple[str, ...], cc: tuple[str, ...]) -> Place:
        """It reached me though no known address of mine is in it."""
        strangers = [one for one in to if not self.people.knows(one, self.message.received)]
        if any(self.people.is_own_domain(one) for one in strangers):
            return Place.SHARED
        if not to and not cc:
            return Place.ALIAS
        return Place.ALIAS if len(to) == 1 and strangers and not cc else Place.HIDDEN

    @cached_property
    def my_names(self) -> frozenset[str]:
        """The words I may be called by: first and last name, or those of an address like robin.vale@."""
        known = words(self.people.me.name) or next(filter(None, map(_names_in, self.people.me.addresses)), ())
        return frozenset(word for word in known if len(word) > 1)

    @cached_property
    def calls_me(self) -> str:
        """The sentence that addresses me: by "@name", a greeting, or my name before a comma; empty if none does."""
        if not self.my_names:
            return ""
        return next((part.text for part in self.sentences if self._addressed(part)), "")

    def _addressed(self, part: Sentence) -> bool:
        said = part.said
        names = [place for place, word in enumerate(said[:6]) if word in self.my_names]
        if names and (PHRASES.greeting.starts(said) or names[0] == 0):
            return True
        return any(f"@{name}" in part.text.casefold() for name in self.my_names)

    @cached_property
    def other_names(self) -> frozenset[str]:
        """The words the others may be called by to whom it went."""
        others = (box for box in (*self.message.to, *self.message.cc) if not self.people.is_me(box.address))
        named = (words(box.name or box.address.partition("@")[0]) for box in others)
        return frozenset(word for name in named for word in name if len(word) > 2) - self.my_names

    def calls_another(self, part: Sentence) -> bool:
        """ "Luis, did you …": does the sentence begin with the name of another who got it?"""
        begun = PHRASES.greeting.starts(part.said)
        if len(part.said) <= begun or part.said[begun] not in self.other_names:
            return False
        return bool(begun) or part.text.casefold().startswith((f"{part.said[0]},", f"{part.said[0]}:"))

    @cached_property
    def calls_all(self) -> bool:
        """ "Hi all", "can both of you …": those copied are meant as well."""
        greeted = (part.said for part in self.sentences[:2])
        return any(
            (count := PHRASES.greeting.starts(said)) and PHRASES.everyone.starts(said[count:]) for said in greeted
        )

    @cached_property
    def stranger(self) -> bool:
        """Nobody I ever wrote to, who never wrote before, and who is none of the team."""
        if self.people.is_team(self.debtor):
            return False
        return bool(self.debtor) and not self.people.knows(self.debtor, self.message.received)


def list_name(list_id: str) -> str:
    """The domain a List-Id stands in (RFC 2919): "Tea <tea.lists.example.org>" is tea.lists.example.org."""
    name = list_id.rpartition("<")[2].rstrip("> ").lower()
    return domain_of(name).partition(".")[2] or name


def _names_in(address: str) -> tuple[str, ...]:
    first, _, last = address.partition("@")[0].partition(".")
    return (first, last) if first.isalpha() and last.isalpha() else ()


def _among(count: int) -> Place:
    if count == 1:
        return Place.ALONE
    if count <= FEW:
        return Place.FEW
    return Place.SOME if count < MANY else Place.CROWD
