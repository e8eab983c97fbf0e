"""What my own mails leave open in a conversation: promises I have not kept, questions that nobody answered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from triage.core.cases.answers import bounces, is_automatic
from triage.core.cases.threads import is_reply_subject, moment
from triage.core.people import People, addresses, domain_of, is_no_reply
from triage.core.times.hours import Hours
from triage.core.words.away import away
from triage.core.words.language import PHRASES
from triage.core.words.promises import Said, promised
from triage.core.words.quotes import own_words
from triage.core.words.sentences import Sentence, asking, chooses, sentences, without_greeting
from triage.model.cases import Debt, Person, Promise, Waiting
from triage.model.entries import Entry
from triage.model.judgements import Judgement, Kind, Reason
from triage.model.mail import Address

_LISTS = frozenset(["list", "lists", "mailing", "announce", "listmaster", "newsletter"])
_LIST_HOSTS = ("lists.", "list.", "googlegroups.", "groups.")
_LONGEST = 200
_COURTESY = 4
_TIMES = {2: "twice", 3: "three times"}
_AT_ONCE = timedelta(minutes=1)

Judged = Sequence[tuple[Entry, Judgement]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledges:
    """`kept` are the promises I kept, each with when."""

    promise: Promise | None = None
    waiting: Waiting | None = None
    kept: tuple[tuple[Promise, datetime], ...] = ()


def pledges(
    judged: Judged,
    guests: Iterable[Entry],
    people: People,
    *,
    hours: Hours,
    backlog_before: Mapping[str, datetime],
) -> Pledges:
    """`judged` is a thread in its own order; `guests` are fresh mails of mine from elsewhere that may belong to it."""
    talk = _Talk(judged, people, hours)
    promise, kept = talk.promises(guests)
    if promise and (promise.debt.due or promise.debt.received) < backlog_before.get(
        promise.debt.source, promise.debt.received
    ):
        promise = None
    return Pledges(promise=promise, waiting=talk.waiting(), kept=kept)


class _Talk:
    """A thread as it is looked at for my own words."""

    def __init__(self, judged: Judged, people: People, hours: Hours) -> None:
        self.judged = judged
        self.people = people
        self.hours = hours
        self.failed = bounces([entry for entry, _ in judged])
        self.read: dict[str, tuple[Sentence, ...]] = {}

    # --- what I promised ---

    def promises(self, guests: Iterable[Entry]) -> tuple[Promise | None, tuple[tuple[Promise, datetime], ...]]:
        """The promise that is open, and those that were kept."""
        open_now: Promise | None = None
        to: frozenset[str] = frozenset()
        kept: list[tuple[Promise, datetime]] = []
        for entry in self._mine(guests):
            written_to = self._others(entry)
            elsewhere = open_now is not None and to.isdisjoint(addresses(written_to))
            if elsewhere or not written_to or self._came_back(entry):
                continue
            parts = self._own(entry)
            said = promised(parts, moment(entry), self.hours)
            if said and not self._is_guest(entry):
                open_now, to = self._promise(entry, said, open_now), frozenset(addresses(written_to))
            elif open_now and not said and _has_content(entry, parts):
                kept.append((open_now, moment(entry)))
                open_now = None
        return open_now, tuple(kept)

    def _promise(self, entry: Entry, said: Said, before: Promise | None) -> Promise:
        times = before.times + 1 if before else 1
        reasons = [Reason(rule="promised", points=0, text=f'you wrote: "{said.text}"', by=said.by)]
        if said.assumed:
            reasons.append(Reason(rule="assumed", points=0, text="no day named: by the end of the next working day"))
        if times > 1:
            reasons.append(
                Reason(
                    rule="held-off",
                    points=0,
                    text=f"the {times}th time you promise it" if times > 3 else f"you promised it {_TIMES[times]}",
                )
            )
        debt = self._debt(entry, tuple(reasons), excerpt=said.text)
        return Promise(debt=replace(debt, due=said.by), assumed=said.assumed, times=times, what=said.what)

    def _mine(self, guests: Iterable[Entry]) -> Iterator[Entry]:
        """My mails in the order of the thread; fresh ones from elsewhere where their clock puts them."""
        waiting = sorted(guests, key=moment)
        for entry, verdict in self.judged:
            if verdict.kind is not Kind.MINE or is_automatic(entry.message):
                continue
            while waiting and moment(waiting[0]) < moment(entry):
                yield waiting.pop(0)
            yield entry
        yield from waiting

    def _is_guest(self, entry: Entry) -> bool:
        return all(other is not entry for other, _ in self.judged)

    # --- what I wait for ---

    def waiting(self) -> Waiting | None:
        """What I asked in my last words, where they have had none since, or only that they will come back to it."""
        spoken = [
            (entry, verdict)
            for entry, verdict in self.judged
            if verdict.kind is Kind.PERSON or (verdict.kind is Kind.MINE and not is_automatic(entry.message))
        ]
        until = self._their_word(spoken)
        if until:
            spoken = spoken[:-1]
        asked = [(entry, parts) for entry in _last_mine(spoken) if (parts := self._asked(entry))]
        if not asked:
            return None
        entry, questions = asked[-1]
        if not self._of_a_person(entry):
            return None
        return self._unless_gone(entry, asked[0][0], questions, until)

    def _asked(self, entry: Entry) -> tuple[str, ...]:
        """What I ask in it; neither what I promise nor, where I was asked, the one I choose."""
        answers = self._answers_a_question(entry)
        parts = (part for part in self._own(entry) if part.asks and not (answers and chooses(part)))
        return asking(tuple(part for part in parts if promised((part,), moment(entry), self.hours) is None))

    def _answers_a_question(self, entry: Entry) -> bool:
        if all(verdict.kind is Kind.MINE for _, verdict in self.judged):
            return is_reply_subject(entry.message.subject)
        return any(verdict.owes and moment(other) < moment(entry) for other, verdict in self.judged)

    def _their_word(self, spoken: Judged) -> datetime | None:
        """When they promised to answer, if that was all they said."""
        if not spoken or spoken[-1][1].kind is Kind.MINE or spoken[-1][1].owes:
            return None
        said = promised(self._own(spoken[-1][0]), spoken[-1][0].message.received, self.hours)
        return said.by if said else None

    def _unless_gone(
        self, entry: Entry, first: Entry, questions: tuple[str, ...], until: datetime | None
    ) -> Waiting | None:
        reasons = [Reason(rule="asked", points=0, text=f'you asked: "{questions[0]}"')]
        for other in self._automatic_answers(entry):
            told = away(self._own(other), other.message.received, self.hours)
            if told.gone:
                return None
            if told.back:
                until = told.back
                reasons.append(Reason(rule="away", points=0, text=f'they are away: "{told.text}"', by=told.back))
        if self._came_back(entry):
            failed = ", ".join(dict.fromkeys(self.failed[entry.message.message_id or ""])) or "the address"
            reasons.append(
                Reason(rule="came-back", points=0, text=f"your mail came back: {failed} could not be reached")
            )
        debt = self._debt(entry, tuple(reasons), excerpt=questions[0][:_LONGEST])
        return Waiting(debt=replace(debt, received=moment(first), questions=questions), until=until)

    def _automatic_answers(self, asked: Entry) -> Iterator[Entry]:
        """What their machines sent once I had asked."""
        to = frozenset(addresses(self._others(asked)))
        for entry, verdict in self.judged:
            sender = entry.message.sender
            from_them = sender is not None and sender.address in to
            if verdict.kind is Kind.AUTO_REPLY and from_them and entry.message.received >= moment(asked) - _AT_ONCE:
                yield entry

    def _of_a_person(self, asked: Entry) -> bool:
        """Did somebody take part, or did I write to somebody, rather than to a machine or a list?"""
        written_to = [box for box in self._others(asked) if not is_no_reply(box.address)]
        heard = any(verdict.kind is Kind.PERSON for _, verdict in self.judged)
        return bool(written_to) and (heard or not all(_is_list(box.address) for box in written_to))

    # --- both ---

    def _debt(self, entry: Entry, reasons: tuple[Reason, ...], *, excerpt: str) -> Debt:
        message = entry.message
        return Debt(
            key=message.key,
            message_id=message.message_id,
            received=moment(entry),
            due=None,
            who=self._who(entry),
            subject=message.subject or next((other.message.subject for other, _ in self.judged), ""),
            source=entry.source,
            reasons=reasons,
            excerpt=excerpt,
        )

    def _who(self, entry: Entry) -> Person:
        """The first I wrote to; by the name they write under, where they did."""
        box = self._others(entry)[0]
        named = (other.message.sender for other, _ in reversed(self.judged))
        known = next((one for one in named if one and one.address == box.address and one.name), box)
        return self.people.addressee(known)

    def _own(self, entry: Entry) -> tuple[Sentence, ...]:
        """The sender's own words, read once."""
        key = entry.message.key
        if key not in self.read:
            self.read[key] = sentences(own_words(entry.message.text or ""))
        return self.read[key]

    def _others(self, entry: Entry) -> tuple[Address, ...]:
        boxes = (*entry.message.to, *entry.message.cc)
        return tuple(box for box in boxes if not self.people.is_me(box.address))

    def _came_back(self, entry: Entry) -> bool:
        """Did none of those it went to get it?"""
        failed = self.failed.get(entry.message.message_id or "")
        return failed is not None and (not failed or set(addresses(self._others(entry))) <= set(failed))


def _last_mine(spoken: Judged) -> list[Entry]:
    """My mails at the end, which nobody answered."""
    found: list[Entry] = []
    for entry, verdict in reversed(spoken):
        if verdict.kind is not Kind.MINE:
            break
        found.insert(0, entry)
    return found


def _has_content(entry: Entry, parts: tuple[Sentence, ...]) -> bool:
    """More than thanks; what was read without its text may have held anything."""
    if entry.message.text is None or entry.message.attachments:
        return True
    said = [without_greeting(part.said) for part in parts]
    return any(len(one) > 1 and not (len(one) <= _COURTESY and PHRASES.closing.starts(one)) for one in said)


def _is_list(address: str) -> bool:
    return address.partition("@")[0] in _LISTS or domain_of(address).startswith(_LIST_HOSTS)
