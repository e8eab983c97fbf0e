"""A past archive as the daemon would have lived it: who waited, when it would have rung, when an answer came."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from triage.core.cases.answers import Answer, Answers
from triage.core.cases.folding import Policy, case, debt, settled
from triage.core.cases.gather import conversations
from triage.core.cases.state import Standing, standing
from triage.core.past.arriving import Arrived, Reader
from triage.core.past.ringing import Owing, Rang, rings
from triage.core.people import People
from triage.model.cases import AnsweredBy, Case, Debt
from triage.model.entries import Entry
from triage.model.judgements import Kind
from triage.settings import Me, Reminders


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What waited at once and got one answer. `debts` are oldest first; `due` is the earliest of theirs.

    `answered_at` is None where nothing answered it within the archive.
    """

    debts: tuple[Debt, ...]
    due: datetime | None
    answered_at: datetime | None = None
    by: AnsweredBy | None = None

    @property
    def cause(self) -> Debt:
        """The earliest message that waited."""
        return self.debts[0]

    def on_time(self, until: datetime) -> bool | None:
        """Was it answered by when it was due? None where that cannot be told yet at `until`."""
        if self.due is None:
            return True if self.answered_at else None
        if self.answered_at:
            return self.answered_at <= self.due
        return False if self.due < until else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """A case at the end of the archive: where it stands, its rounds oldest first, and what rang for it: when, and at
    which stage.
    """

    standing: Standing
    rounds: tuple[Round, ...] = ()
    rang: tuple[tuple[datetime, int], ...] = ()

    @property
    def last(self) -> Round | None:
        """The round that still waits, else the one that was answered last."""
        return self.rounds[-1] if self.rounds else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An inbound message as judged when it came, and what became of it."""

    arrived: Arrived
    standing: Standing
    answered_at: datetime | None = None

    @property
    def open_at_end(self) -> bool:
        """Does this very message still wait?"""
        key = self.arrived.entry.message.key
        return self.answered_at is None and any(one.key == key for one in self.standing.debts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The whole. `cases` and `heard` in the order they came; `sent` counts messages of the user's own."""

    since: datetime
    until: datetime
    cases: tuple[Lived, ...] = ()
    heard: tuple[Heard, ...] = ()
    rang: tuple[Rang, ...] = ()
    sent: int = 0


def replay(
    entries: Sequence[Entry],
    *,
    me: Me,
    policy: Policy,
    reminders: Reminders,
    since: datetime | None = None,
    until: datetime | None = None,
    along: Callable[[Iterable[Arrived]], Iterable[Arrived]] = iter,
) -> Replay | None:
    """Walk the archive; None where nothing lies in it. Who wants to watch is handed the messages `along` the way.

    What came after `until` does not exist. What came before `since` is only known, as mail is that was there before
    the first read: nobody is rung for it. Without the two the archive's own first and last message count.
    """
    reader = Reader(me=me, rules=policy.rules, hours=policy.hours)
    arrived = list(along(reader.read(one for one in entries if until is None or one.message.received <= until)))
    if not arrived:
        return None
    since = since or arrived[0].at
    until = until or max(one.at for one in arrived)
    names = {one.entry.source for one in arrived}
    policy = replace(policy, backlog_before=dict.fromkeys(names, since))
    lives = list(_lives(arrived, reader.people, policy, until))
    rang = rings(
        (one for life in lives for one in (*life.owing, *life.promised) if not one.debt.backlog),
        hours=policy.hours,
        reminders=reminders,
        until=until,
    )
    return Replay(
        since=since,
        until=until,
        cases=tuple(_lived(lives, rang, since)),
        heard=tuple(_heard(arrived, lives, since)),
        rang=rang,
        sent=sum(one.judgement.kind is Kind.MINE and one.at >= since for one in arrived),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Life:
    """One conversation: its case at the end, what was owed or promised in it until when, what settled which message."""

    standing: Standing
    owing: tuple[Owing, ...]
    promised: tuple[Owing, ...]
    answers: Answers


def _lives(arrived: Iterable[Arrived], people: People, policy: Policy, until: datetime) -> Iterator[_Life]:
    by_key = {one.entry.message.key: one for one in arrived}
    for thread, guests in conversations((one.entry for one in by_key.values()), people=people):
        made = case(thread, guests=guests, people=people, policy=policy)
        if made is None:
            continue
        verdicts = [by_key[entry.message.key] for entry in thread]
        settled_by = settled(((one.entry, one.judgement) for one in verdicts), guests, people)
        yield _Life(
            standing=standing(made, (), until),
            owing=tuple(_owing(made, verdicts, settled_by, people, policy)),
            promised=tuple(_promised(made, policy)),
            answers=settled_by,
        )


def _owing(
    made: Case, verdicts: Iterable[Arrived], settled_by: Answers, people: People, policy: Policy
) -> Iterator[Owing]:
    for one in verdicts:
        if one.judgement.owes:
            answer = settled_by.of.get(one.entry.message.key)
            yield Owing(
                debt=debt(one.entry, one.judgement, people, policy, settled_by),
                ref=made.ref,
                closed=answer.at if answer else None,
            )


def _promised(made: Case, policy: Policy) -> Iterator[Owing]:
    """What I said I would come back to, from when I said it last until I did. One that fell due before the first day is
    let be.
    """
    said: list[tuple[Debt, datetime | None]] = [(made.promise.debt, None)] if made.promise else []
    mine = {item.key for item in made.items if item.kind is Kind.MINE}
    for kept in made.settled:
        if kept.cause in mine:
            promise = replace(made.latest, key=kept.cause, received=kept.received, due=kept.due, reasons=())
            said.append((promise, kept.answered_at))
    for promise, closed in said:
        begun = policy.backlog_before.get(promise.source)
        if begun is None or promise.due is None or promise.due >= begun:
            yield Owing(debt=replace(promise, backlog=False), ref=made.ref, closed=closed)


def _lived(lives: Iterable[_Life], rang: Iterable[Rang], since: datetime) -> Iterator[Lived]:
    told: dict[str, list[tuple[datetime, int]]] = {}
    for notice in rang:
        for ref, stage in notice.stages.items():
            told.setdefault(ref, []).append((notice.at, stage))
    for life in lives:
        if life.standing.case.latest.received >= since:
            rounds = _rounds(life)
            yield Lived(standing=life.standing, rounds=rounds, rang=tuple(told.get(life.standing.case.ref, ())))


def _rounds(life: _Life) -> tuple[Round, ...]:
    """As outcomes are written: what one answer settled is one round."""
    waiting: dict[str, list[Debt]] = {}
    ended: dict[str, Answer] = {}
    for one in life.owing:
        answer = life.answers.of.get(one.debt.key)
        if one.debt.backlog:
            continue
        waiting.setdefault(answer.key if answer else "", []).append(one.debt)
        if answer:
            ended[answer.key] = answer
    found = [_round(debts, ended.get(key)) for key, debts in waiting.items()]
    return tuple(sorted(found, key=lambda one: (one.answered_at is None, one.answered_at or one.cause.received)))


def _round(debts: Iterable[Debt], answer: Answer | None) -> Round:
    ordered = tuple(sorted(debts, key=lambda one: (one.received, one.key)))
    return Round(
        debts=ordered,
        due=min((one.due for one in ordered if one.due), default=None),
        answered_at=answer.at if answer else None,
        by=answer.by if answer else None,
    )


def _heard(arrived: Iterable[Arrived], lives: Iterable[_Life], since: datetime) -> Iterator[Heard]:
    life_of = {item.key: life for life in lives for item in life.standing.case.items}
    for one in arrived:
        life = life_of.get(one.entry.message.key)
        if life is None or one.judgement.kind is Kind.MINE or one.at < since:
            continue
        answer = life.answers.of.get(one.entry.message.key)
        yield Heard(arrived=one, standing=life.standing, answered_at=answer.at if answer else None)
