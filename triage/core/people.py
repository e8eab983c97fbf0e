"""Who is who: which addresses are mine, who is team, who waits, and whom the user silenced."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from triage.model.cases import Class, Person
from triage.model.entries import Correspondence, Entry, Exchange
from triage.model.judgements import Kind
from triage.model.mail import Address, Message
from triage.settings import Me, Rule

# The whole local part or a word of it; substrings would eat "noreplyson@".
_NO_REPLY = re.compile(
    r"(?:^|[._+-])(?:no[._-]?reply|do[._-]?not[._-]?reply|dont[._-]?reply|no[._-]?response|nicht[._-]?antworten|"
    r"keine[._-]?antwort|ne[._-]?pas[._-]?repondre|no[._-]?responder|nao[._-]?responda|mailer[._-]?daemon|"
    r"notifications?|notify|notif|auto[._-]?(?:reply|responder|confirm|mailer|generated)|bounces?|unattended)(?:$|[._+=-])"
)
_FORM_FIELD = re.compile(
    r"^[^\n:@]{0,20}(?:mail|correo|courriel)[^\n:@]{0,20}:[ \t]{0,9}"
    r"([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})[ \t]{0,9}$",
    re.I | re.M,
)
_MOST_OF_A_FORM = 4000
_PUBLIC = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "aol.com",
        "proton.me",
        "protonmail.com",
        "t-online.de",
        "mail.ru",
        "qq.com",
        "163.com",
        "orange.fr",
        "free.fr",
    ]
)


def glob(pattern: str, text: str) -> bool:
    """`*` and `?` only, case ignored; a bracket is a bracket, as in "[list]"."""
    return fnmatchcase(text.casefold(), pattern.casefold().replace("[", "[[]"))


def is_no_reply(address: str) -> bool:
    """Does the address itself say that nobody reads what is sent to it?"""
    return bool(_NO_REPLY.search(address.partition("@")[0][:64]))


def is_public(address: str) -> bool:
    """Is it at one of the great providers, where people have their own addresses?"""
    return domain_of(address) in _PUBLIC


def without_tag(address: str) -> str:
    """robin+shop@example.org is robin@example.org (RFC 5233)."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if at and not local.startswith("+") else address


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Answers about addresses, which are lower-cased. `silenced` holds addresses and "@domain" the user dismissed,
    `contacts` the addresses of the user's address book.
    """

    me: Me
    correspondence: Correspondence = field(default_factory=Correspondence)
    silenced: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()
    _own: frozenset[str] = field(init=False, repr=False, compare=False)
    _globs: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _domains: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        plain = frozenset(mine.lower() for mine in self.me.addresses if not _is_glob(mine))
        object.__setattr__(self, "_own", plain | frozenset(map(without_tag, plain)) | self._learned())
        object.__setattr__(self, "_globs", tuple(mine for mine in self.me.addresses if _is_glob(mine)))
        object.__setattr__(self, "_domains", frozenset(map(domain_of, plain)) - _PUBLIC)

    def _learned(self) -> frozenset[str]:
        """Aliases seen as From in Sent. One that also wrote to me is somebody else whose mail was filed there."""
        return frozenset(self.correspondence.identities) - self.correspondence.heard_from.keys()

    def is_me(self, address: str) -> bool:
        """Mine by configuration, as a plus-address, or learned from Sent."""
        if address in self._own or without_tag(address) in self._own:
            return True
        return any(glob(pattern, address) for pattern in self._globs)

    def is_team(self, address: str) -> bool:
        """A coworker or a shared address of ours."""
        return any(glob(pattern, address) for pattern in self.me.team) and not self.is_me(address)

    def is_own_domain(self, address: str) -> bool:
        """An address of my own house; the great public providers are nobody's house."""
        return domain_of(address) in self._domains or self.is_team(address)

    def is_silenced(self, address: str) -> bool:
        """The user said: nothing from this sender or domain."""
        return address in self.silenced or f"@{domain_of(address)}" in self.silenced

    def is_mine(self, entry: Entry) -> bool:
        """What stands in Sent is mine, whatever its From; else what comes from me, unless a web form wrote it."""
        if entry.outgoing:
            return True
        sender = entry.message.sender
        if sender is None or not self.is_me(sender.address):
            return False
        return self.form_writer(entry.message) is None

    def knows(self, address: str, before: datetime) -> bool:
        """Did we exchange mail before that moment, in either direction?"""
        return self.wrote_to(address, before) or _earlier(self.correspondence.heard_from.get(address), before)

    def wrote_to(self, address: str, before: datetime) -> bool:
        """Did I write to this address before that moment?"""
        return _earlier(self.correspondence.written_to.get(address), before)

    def house(self, address: str) -> str:
        """ "@domain" where a domain is one house; empty for the great public providers."""
        domain = domain_of(address)
        return "" if not domain or domain in _PUBLIC else f"@{domain}"

    def exchanges(self, whom: str) -> Sequence[Exchange]:
        """What passed with an address, a house ("@domain") or everybody (""), in the order it came."""
        return self.correspondence.exchanges.get(whom, ())

    def form_writer(self, message: Message) -> Address | None:
        """The person behind a web form: From is a no-reply or ours, Reply-To somebody of another house.

        The field of the form that holds the address tells as well: beside a Reply-To that says the same, or where
        our own no-reply sets none.
        """
        sender = message.sender
        if sender is None:
            return None
        ours = self.is_me(sender.address) or self.is_own_domain(sender.address)
        if message.reply_to:
            writer = message.reply_to[0]
            if not (ours or is_no_reply(sender.address) or writer.address in _form_fields(message)):
                return None
        elif not (ours and is_no_reply(sender.address)) or not (fields := _form_fields(message)):
            return None
        else:
            writer = Address(address=fields[0])
        foreign = not self.is_me(writer.address) and not self.is_own_domain(writer.address)
        other_house = _house(writer.address) != _house(sender.address)
        return writer if foreign and other_house and not is_no_reply(writer.address) else None

    def debtor(self, message: Message) -> Address | None:
        """Whom an answer is owed to; Reply-To counts only where From reaches nobody."""
        return self.form_writer(message) or message.sender

    def rule(self, entry: Entry) -> Rule | None:
        """The user's rule for this message, if any."""
        return matching_rule(entry, self.rules)

    def person(self, entry: Entry, *, rule: Rule | None = None, kind: Kind = Kind.PERSON) -> Person:
        """The one who waits, as known when the message came."""
        who = self.debtor(entry.message) or Address(address="")
        return Person(
            name=who.name,
            address=who.address,
            class_=self._class(who.address, rule, kind),
            new=bool(who.address)
            and not self.is_team(who.address)
            and not self.knows(who.address, entry.message.received)
            and who.address not in self.contacts,
        )

    def addressee(self, box: Address) -> Person:
        """One whom I wrote to."""
        return Person(name=box.name, address=box.address, class_=self._class(box.address, None, Kind.PERSON))

    def _class(self, address: str, rule: Rule | None, kind: Kind) -> Class:
        if rule and rule.class_:
            return Class(rule.class_)
        if self.is_team(address):
            return Class.COWORKER
        return Class.CLIENT if kind is Kind.PERSON else Class.OTHER


def _form_fields(message: Message) -> tuple[str, ...]:
    """The addresses that stand alone behind a label such as "E-mail:", as forms write them."""
    return tuple(found.lower() for found in _FORM_FIELD.findall((message.text or "")[:_MOST_OF_A_FORM]))


def domain_of(address: str) -> str:
    """What stands after the last @."""
    return address.rpartition("@")[2]


def addresses(boxes: Iterable[Address]) -> tuple[str, ...]:
    """The bare addresses."""
    return tuple(box.address for box in boxes)


def matching_rule(entry: Entry, rules: Iterable[Rule]) -> Rule | None:
    """The first `[[rule]]` whose every glob matches; one about phones matches no mail."""
    return next((rule for rule in rules if all(_matches(entry, key, pattern) for key, pattern in rule.match)), None)


def _matches(entry: Entry, key: str, pattern: str) -> bool:
    message = entry.message
    candidates: dict[str, tuple[str, ...]] = {
        "from": addresses((*((message.sender,) if message.sender else ()), *message.reply_to)),
        "to": (*addresses((*message.to, *message.cc)), *message.delivered_to),
        "subject": (message.subject,),
        "list": tuple(name for value in _values(message, "list-id") for name in (value, _inside(value))),
        "source": (entry.source,),
        "mailbox": entry.mailboxes,
    }
    return any(glob(pattern, candidate) for candidate in candidates.get(key, ()))


def _values(message: Message, name: str) -> tuple[str, ...]:
    return tuple(value for header, value in message.headers if header == name)


def _inside(list_id: str) -> str:
    """ "Friends of tea <tea.example.org>" is the list tea.example.org (RFC 2919)."""
    return list_id.rpartition("<")[2].rstrip("> ")


def _is_glob(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def _earlier(first: datetime | None, before: datetime) -> bool:
    return first is not None and first < before


def _house(address: str) -> str:
    """The last two labels of the domain: mail.shop.example and shop.example are one house, near enough."""
    return ".".join(domain_of(address).split(".")[-2:])
