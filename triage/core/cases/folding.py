"""A conversation folded into a Case: what in it still waits, what was settled by mail, and how."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from triage.core.cases.answers import WITHDRAWS, Answer, Answers, answers
from triage.core.cases.inviting import invited
from triage.core.cases.missing import missed
from triage.core.cases.notes import ref as named
from triage.core.cases.pledges import Pledges, pledges
from triage.core.judging.judge import judge_in
from triage.core.judging.talk import conversation
from triage.core.people import People, matching_rule
from triage.core.times.deadlines import deadline
from triage.core.times.hours import Hours
from triage.model.cases import AnsweredBy, Case, Channel, Debt, Item, Outcome, Promise, Talk
from triage.model.entries import Entry
from triage.model.judgements import Judgement, Kind, Reason
from triage.settings import Rule, Workday

NO_TALKS: Mapping[str, Sequence[Talk]] = {}
_PEOPLE = {Kind.PERSON, Kind.MINE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the user set for deadlines and calls. `backlog_before` maps a source to the moment before which what came is
    backlog, `least_talk` a call log to the seconds from which a call counts as spoken. `region` is the country of
    numbers without one. `written_to` are addresses that mail was exchanged with, `silenced` is whom the user dismissed
    for good.
    """

    rules: tuple[Rule, ...] = ()
    workday: Workday = field(default_factory=Workday)
    hours: Hours
    backlog_before: Mapping[str, datetime] = field(default_factory=dict)
    region: str = "US"
    least_talk: Mapping[str, int] = field(default_factory=dict)
    calls_close_mail: bool = False
    written_to: Container[str] = frozenset()
    silenced: Container[str] = frozenset()

    def address_of(self, addresses: Sequence[str]) -> str:
        """The one of a person's addresses that mail was exchanged with, else the first."""
        return next((one for one in addresses if one in self.written_to), addresses[0] if addresses else "")


def case(
    thread: Sequence[Entry],
    *,
    guests: Sequence[Entry] = (),
    people: People,
    policy: Policy,
    talks: Mapping[str, Sequence[Talk]] = NO_TALKS,
) -> Case | None:
    """The case of one thread, given in its own order; None when nobody but me wrote in it, and I neither asked nor
    promised anything.

    `guests` are fresh mails of mine from other threads that may answer something here, `talks` the calls with people by
    their address. The same input gives the same case, whatever the time.
    """
    talk = conversation(thread, people)
    judged = [(entry, judge_in(entry, talk, people, hours=policy.hours)) for entry in thread]
    theirs = [(entry, verdict) for entry, verdict in judged if verdict.kind is not Kind.MINE]
    first = thread[0].message.key
    ref = named(first)
    mine = pledges(judged, guests, people, hours=policy.hours, backlog_before=policy.backlog_before)
    kept = tuple(_kept(ref, promise, at) for promise, at in mine.kept)
    if not theirs:
        return _of_mine_alone(ref, thread, mine, kept)
    settled_by = settled(judged, guests, people)
    newest, verdict = _newest(theirs)
    owed = [
        (one := debt(entry, judgement, people, policy, settled_by), _answer(one, settled_by, talks, policy))
        for entry, judgement in theirs
        if judgement.owes
    ]
    latest = next((one for one, _ in owed if one.key == newest.message.key), None)
    still_open = _by_time(one for one, answer in owed if answer is None)
    return Case(
        ref=ref,
        thread=first,
        items=tuple(_item(entry, verdict.kind) for entry, verdict in judged),
        debts=still_open,
        settled=_in_time((*_outcomes(ref, owed), *kept)),
        latest=latest or debt(newest, verdict, people, policy, settled_by),
        kind=verdict.kind,
        answered=settled_by.latest,
        promise=mine.promise,
        waiting=mine.waiting,
        missed=missed(judged, guests, owed),
        invited=invited(judged, {key for key, answer in settled_by.of.items() if answer.by is AnsweredBy.MAIL}),
        spent=_spent(answer for _, answer in owed),
        spoke=_spoke(still_open, talks),
    )


def settled(judged: Iterable[tuple[Entry, Judgement]], guests: Sequence[Entry], people: People) -> Answers:
    """What answers what in a thread that was judged; a machine answers nothing."""
    judged = tuple(judged)
    automatic = frozenset(entry.message.key for entry, verdict in judged if verdict.kind not in _PEOPLE)
    withdrawing = frozenset(entry.message.key for entry, verdict in judged if _withdraws(verdict))
    thread = [entry for entry, _ in judged]
    return answers(thread, guests, people, automatic=automatic, withdrawing=withdrawing)


def _spent(answers: Iterable[Answer | None]) -> tuple[str, ...]:
    """The mails of mine that settled something, and so answer no call as well."""
    return tuple(sorted({answer.key for answer in answers if answer and answer.by is AnsweredBy.MAIL}))


def _answer(one: Debt, settled_by: Answers, talks: Mapping[str, Sequence[Talk]], policy: Policy) -> Answer | None:
    """What settled it: a mail, else a call with the sender after it, for who wants calls to close mail."""
    if one.key in settled_by.of or not policy.calls_close_mail:
        return settled_by.of.get(one.key)
    after = (talk for talk in talks.get(one.who.address, ()) if talk.at > one.received)
    return next((Answer(key=talk.key, at=talk.at, by=AnsweredBy.CALL) for talk in after), None)


def _spoke(still_open: Sequence[Debt], talks: Mapping[str, Sequence[Talk]]) -> Talk | None:
    """The last call with those who wait, since the first of their messages."""
    since = [talk for one in still_open for talk in talks.get(one.who.address, ()) if talk.at > still_open[0].received]
    return max(since, key=lambda talk: talk.at, default=None)


def _of_mine_alone(ref: str, thread: Sequence[Entry], mine: Pledges, kept: tuple[Outcome, ...]) -> Case | None:
    """A conversation in which nobody answered yet."""
    pledge = mine.promise or mine.waiting or next((promise for promise, _ in reversed(mine.kept)), None)
    if pledge is None:
        return None
    return Case(
        ref=ref,
        thread=thread[0].message.key,
        items=tuple(_item(entry, Kind.MINE) for entry in thread),
        settled=_in_time(kept),
        latest=pledge.debt,
        kind=Kind.MINE,
        promise=mine.promise,
        waiting=mine.waiting,
    )


def _withdraws(verdict: Judgement) -> bool:
    """Does its sender take back what he asked?"""
    return any(reason.rule == WITHDRAWS for reason in verdict.reasons)


def debt(entry: Entry, verdict: Judgement, people: People, policy: Policy, settled_by: Answers | None = None) -> Debt:
    """What one message would owe, whether or not it does: who, by when, what was asked and why."""
    message = entry.message
    rule = matching_rule(entry, policy.rules)
    within = rule.reply_within if rule and rule.reply_within else policy.workday.reply_within
    due = deadline(
        message.received,
        asked_by=verdict.asked_by,
        within=within,
        late_arrivals=policy.workday.late_arrivals,
        hours=policy.hours,
    ).due
    boundary = policy.backlog_before.get(entry.source)
    who = people.person(entry, rule=rule, kind=verdict.kind)
    failed = _came_back(message.key, who.address, settled_by)
    return Debt(
        key=message.key,
        message_id=message.message_id,
        received=message.received,
        due=due,
        who=who,
        subject=message.subject,
        source=entry.source,
        asked_by=verdict.asked_by,
        reasons=(*verdict.reasons, *_undelivered(failed)),
        questions=verdict.questions,
        excerpt=verdict.excerpt,
        backlog=boundary is not None and message.received < boundary,
        came_back=failed,
    )


def _newest(theirs: Sequence[tuple[Entry, Judgement]]) -> tuple[Entry, Judgement]:
    """The newest message of a person, else of anything: an auto-reply does not speak for the conversation."""
    spoken = [pair for pair in theirs if pair[1].kind is Kind.PERSON]
    return (spoken or theirs)[-1]


def _outcomes(ref: str, owed: Sequence[tuple[Debt, Answer | None]]) -> tuple[Outcome, ...]:
    """A round for each mail that settled something: its earliest message is the cause, its earliest due counts."""
    rounds: dict[str, list[Debt]] = {}
    ended: dict[str, Answer] = {}
    for one, answer in owed:
        if answer is not None:
            rounds.setdefault(answer.key, []).append(one)
            ended[answer.key] = answer
    return tuple(_outcome(ref, _by_time(debts), ended[key]) for key, debts in rounds.items())


def _in_time(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    return tuple(sorted(outcomes, key=lambda outcome: (outcome.answered_at, outcome.received, outcome.cause)))


def _kept(ref: str, promise: Promise, at: datetime) -> Outcome:
    """A promise kept is a round of its own: it was due when I had said."""
    return _outcome(ref, (promise.debt,), Answer(key=promise.debt.key, at=at, by=AnsweredBy.MAIL))


def _outcome(ref: str, debts: Sequence[Debt], answer: Answer) -> Outcome:
    cause = debts[0]
    return Outcome(
        cause=cause.key,
        ref=ref,
        received=cause.received,
        due=min((one.due for one in debts if one.due), default=None),
        answered_at=answer.at,
        by=answer.by,
        class_=cause.who.class_,
        channel=Channel.EMAIL,
    )


def _came_back(key: str, address: str, settled_by: Answers | None) -> tuple[str, ...]:
    """The addresses an answer did not reach; the sender's own where the bounce names none."""
    if settled_by is None or key not in settled_by.came_back:
        return ()
    return tuple(dict.fromkeys(settled_by.came_back[key])) or (address,)


def _undelivered(failed: Sequence[str]) -> tuple[Reason, ...]:
    if not failed:
        return ()
    text = f"your answer came back: {', '.join(failed)} could not be reached"
    return (Reason(rule="came-back", points=0, text=text),)


def _by_time(debts: Iterable[Debt]) -> tuple[Debt, ...]:
    return tuple(sorted(debts, key=lambda one: (one.received, one.key)))


def _item(entry: Entry, kind: Kind) -> Item:
    message = entry.message
    return Item(key=message.key, message_id=message.message_id, received=message.received, seen=entry.seen, kind=kind)
