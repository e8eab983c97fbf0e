"""What a mail of mine answers (contract section 2, "An answer"), and what a coworker's does.

References beat clocks: what a mail builds on came before it, whatever the clocks say. Only where neither names the
other does time decide, and a tie of whole seconds proves nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from triage.core.cases.threads import (
    bare_subject,
    is_forward_subject,
    is_fresh,
    is_reply_subject,
    moment,
    parent_places,
)
from triage.core.judging.talk import replied_to
from triage.core.people import People, addresses
from triage.core.words.quotes import holds_forward
from triage.model.cases import AnsweredBy
from triage.model.entries import Entry
from triage.model.mail import Message, ReportKind

FRESH_WITHIN = timedelta(days=14)
# The rule that says of a message that its sender takes back what he asked.
WITHDRAWS = "withdraws"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What settled one message: the key of the mail that did (or its own, where it was discarded), and when."""

    key: str
    at: datetime
    by: AnsweredBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """For a thread: what settled each message, by its key; which addresses an answer to it came back from; and when
    my latest answer was sent.
    """

    of: Mapping[str, Answer] = field(default_factory=dict)
    came_back: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    latest: datetime | None = None


def answers(
    thread: Sequence[Entry],
    guests: Iterable[Entry],
    people: People,
    *,
    automatic: frozenset[str] = frozenset(),
    withdrawing: frozenset[str] = frozenset(),
) -> Answers:
    """`thread` is in its own order; `guests` are fresh mails of mine from elsewhere; `automatic` holds the keys of
    messages no person wrote, `withdrawing` of those that take back what their sender asked.
    """
    talk = _Talk(thread, people, automatic, withdrawing)
    found: dict[str, list[Answer]] = {}
    came_back: dict[str, tuple[str, ...]] = {}
    sent: list[datetime] = []
    for place, mine in talk.mine:
        failed = talk.bounces.get(mine.message.message_id or "")
        reached = False
        for key in talk.answered_by(place, mine):
            if failed is not None and _bounced(talk.senders[key], failed, mine.message):
                came_back[key] = failed
                continue
            found.setdefault(key, []).append(Answer(key=mine.message.key, at=moment(mine), by=AnsweredBy.MAIL))
            reached = True
        if reached or (failed is None and not is_fresh(mine.message)):
            sent.append(moment(mine))
    for guest in guests:
        for key in talk.answered_by_fresh(guest):
            found.setdefault(key, []).append(Answer(key=guest.message.key, at=moment(guest), by=AnsweredBy.MAIL))
            sent.append(moment(guest))
    for key, answer in talk.settled_by_others():
        found.setdefault(key, []).append(answer)
    return Answers(
        of={key: min(all_of_it, key=_first) for key, all_of_it in found.items()},
        came_back={key: failed for key, failed in came_back.items() if key not in found},
        latest=max(sent, default=None),
    )


class _Talk:
    """A thread prepared for asking what comes before what."""

    def __init__(
        self, thread: Sequence[Entry], people: People, automatic: frozenset[str], withdrawing: frozenset[str]
    ) -> None:
        self.thread = thread
        self.people = people
        self.automatic = automatic
        self.withdrawing = withdrawing
        self.before = _closure(parent_places(thread))
        own = [people.is_mine(entry) for entry in thread]
        self.theirs = [place for place, is_mine in enumerate(own) if not is_mine]
        self.senders = {thread[place].message.key: _senders(thread[place].message, people) for place in self.theirs}
        self.takers = _takers(thread, self.theirs, people)
        self.by_id = {thread[place].message.message_id: place for place in self.theirs}
        self.by_sender: dict[str, list[int]] = {}
        for place in self.theirs:
            for sender in self.senders[thread[place].message.key]:
                self.by_sender.setdefault(sender, []).append(place)
        self.mine = [
            (place, thread[place]) for place, is_mine in enumerate(own) if is_mine and self._speaks(thread[place])
        ]
        self.bounces = bounces(thread)

    def answered_by(self, place: int, mine: Entry) -> set[str]:
        """The keys of all that this mail of mine answers within its thread."""
        if is_fresh(mine.message):
            return self.answered_by_fresh(mine)
        named = {self.by_id[name] for name in replied_to(mine.message) if name in self.by_id}
        earlier = {other for other in self._written_by(_recipients(mine.message)) if self._precedes(other, place)}
        return {self.thread[other].message.key for other in named | earlier}

    def answered_by_fresh(self, mine: Entry) -> set[str]:
        """What a mail without References answers: the same subject, to the sender, within fourteen days; or, at any
        time, the invitation to the event that it accepts or declines.
        """
        subject = bare_subject(mine.message.subject)
        if not self._speaks(mine) or not is_fresh(mine.message):
            return set()
        return {
            self.thread[other].message.key
            for other in self._written_by(_recipients(mine.message))
            if accepts(mine, self.thread[other])
            or (subject and _in_time(self.thread[other], mine) and _is_about(self.thread[other], subject))
        }

    def settled_by_others(self) -> Iterable[tuple[str, Answer]]:
        """What was thrown away or filed by the user, what its own sender took back, and what a coworker answered where
        I was one of several.
        """
        for place in self.theirs:
            entry = self.thread[place]
            key = entry.message.key
            if entry.discarded or entry.archived:
                by = AnsweredBy.DISCARDED if entry.discarded else AnsweredBy.ARCHIVED
                yield key, Answer(key=key, at=entry.left or entry.message.received, by=by)
            if key in self.withdrawing:
                for other in self._written_by(self.senders[key]):
                    if self._precedes(other, place):
                        taken_back = Answer(key=key, at=entry.message.received, by=AnsweredBy.WITHDRAWN)
                        yield self.thread[other].message.key, taken_back
            sender = entry.message.sender
            if sender and self.people.is_team(sender.address) and self._speaks(entry):
                at = entry.message.received
                for other in self._answered_by_coworker(place, entry):
                    yield self.thread[other].message.key, Answer(key=key, at=at, by=AnsweredBy.COWORKER)

    def _answered_by_coworker(self, place: int, entry: Entry) -> Iterable[int]:
        own = _senders(entry.message, self.people)
        for other in self._written_by(_recipients(entry.message)):
            asked = self.thread[other].message
            if self.senders[asked.key] & own or is_fresh(entry.message):
                continue
            if _asked_several(asked, self.people) and self._precedes(other, place):
                yield other

    def _written_by(self, recipients: frozenset[str]) -> set[int]:
        return {place for address in recipients for place in self.by_sender.get(address, ())}

    def _precedes(self, other: int, place: int) -> bool:
        if self.before[place] >> other & 1:
            return True
        if self.before[other] >> place & 1:
            return False
        return _second(self.thread[other]) < _second(self.thread[place])

    def _speaks(self, entry: Entry) -> bool:
        """A mail that a person wrote to somebody of this conversation, rather than a machine's or a bare forward."""
        message = entry.message
        if message.key in self.automatic or is_automatic(message):
            return False
        return not (is_forward(message) and _recipients(message).isdisjoint(self.takers))


def _closure(above: list[set[int]]) -> list[int]:
    """For each place a bit set of all that stands above it, directly or not."""
    before: list[int] = [0] * len(above)
    for place, parents in enumerate(above):
        for parent in parents:
            before[place] |= before[parent] | 1 << parent
    return before


def _senders(message: Message, people: People) -> frozenset[str]:
    """The addresses by which an answer reaches its sender."""
    writer = people.debtor(message)
    boxes = (*((message.sender,) if message.sender else ()), *((writer,) if writer else ()), *message.reply_to)
    return frozenset(address for address in addresses(boxes) if not people.is_me(address))


def _takers(thread: Sequence[Entry], theirs: Sequence[int], people: People) -> frozenset[str]:
    """Everybody else who takes part: who wrote, and whom they wrote to."""
    found: set[str] = set()
    for place in theirs:
        message = thread[place].message
        found |= _senders(message, people) | _recipients(message)
    return frozenset(address for address in found if not people.is_me(address))


def _recipients(message: Message) -> frozenset[str]:
    return frozenset(addresses((*message.to, *message.cc)))


def _asked_several(message: Message, people: People) -> bool:
    """Was I one of several, or copied, or reached by a shared address? Then a coworker may answer for me."""
    to = set(addresses(message.to))
    return len(to) > 1 or not any(map(people.is_me, to))


def is_automatic(message: Message) -> bool:
    """RFC 3834: a vacation notice in my Sent mailbox is not me."""
    submitted = next((value for name, value in message.headers if name == "auto-submitted"), "no")
    return message.report is not None or submitted.partition(";")[0].strip().lower() != "no"


def is_forward(message: Message) -> bool:
    """Does it only pass on what somebody else wrote?"""
    if is_forward_subject(message.subject):
        return True
    return not is_reply_subject(message.subject) and bool(message.text) and holds_forward(message.text or "")


def bounces(thread: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """The failed addresses by the Message-ID that came back; a delay is no failure (RFC 3464 section 2.3.3)."""
    failed: dict[str, tuple[str, ...]] = {}
    for entry in thread:
        report = entry.message.report
        if report is None or report.kind is not ReportKind.FAILED:
            continue
        for name in (report.about,) if report.about else replied_to(entry.message):
            failed[name] = (*failed.get(name, ()), *(address.lower() for address in report.recipients))
    return failed


def _bounced(senders: frozenset[str], failed: tuple[str, ...], mine: Message) -> bool:
    """Did the answer fail to reach the one who waits? Yes, unless only other recipients of it are named."""
    if senders & set(failed):
        return True
    return not set(failed) or not set(failed) <= _recipients(mine)


def accepts(mine: Entry, asked: Entry) -> bool:
    """Does this mail of mine accept or decline (RFC 5546) what that invitation, which came before, invites to?"""
    answer, event = mine.message, asked.message.event
    return answer.calendar == "REPLY" and bool(event) and answer.event == event and _second(asked) < _second(mine)


def _is_about(asked: Entry, subject: str) -> bool:
    return bare_subject(asked.message.subject) == subject


def _in_time(asked: Entry, mine: Entry) -> bool:
    return _second(asked) < _second(mine) <= asked.message.received + FRESH_WITHIN


def _second(entry: Entry) -> datetime:
    return moment(entry).replace(microsecond=0)


_RANK = {AnsweredBy.MAIL: 0, AnsweredBy.COWORKER: 1}


def _first(answer: Answer) -> tuple[int, datetime, str]:
    return _RANK.get(answer.by, 2), answer.at, answer.key
