"""Where a case stands: a function of the stored case, the marks and the time, the same in every process.

State is never stored (contract section 2). Marks stand above verdicts.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from triage.core.cases.notes import note
from triage.model.board import Board
from triage.model.cases import AnsweredBy, Case, Channel, Debt, Item, Outcome, Person, State
from triage.model.judgements import Kind
from triage.model.marks import Mark, MarkKind, Reached

COLD = "cold"
"""The rule that names the mail of strangers who sell or recruit; see `triage.core.judging.rules_cold`."""

MAYBE_COLD = "maybe-cold"
"""The same rule where it is in doubt: shown like any other new person, but rung for as late as cold mail."""

UPSET = "upset"
"""The rule that names those who show that it hurts; see `triage.core.judging.rules_upset`."""

SETTLING = {MarkKind.DONE: State.ANSWERED, MarkKind.CALLED: State.ANSWERED, MarkKind.DISMISS: State.DISMISSED}
_BY_MARK = {
    MarkKind.DONE: AnsweredBy.MARK,
    MarkKind.CALLED: AnsweredBy.CALL,
    MarkKind.DISMISS: AnsweredBy.DISMISSED,
}
_BY_MAIL = {
    AnsweredBy.DISCARDED: State.DISMISSED,
    AnsweredBy.DISMISSED: State.DISMISSED,
    AnsweredBy.WITHDRAWN: State.SKIPPED,
}
ASKED_WITHIN = timedelta(days=30)
DOUBTED_WITHIN = timedelta(days=7)
_FROM_THEM = {Kind.PERSON, Kind.VOICEMAIL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A case at a moment.

    `debts` are what still waits once marks are looked at, oldest first; the first is the cause. `due` is the
    earliest of theirs, None when nothing ever falls due. `until` ends a snooze, or is when a promise was for, or when
    those I wait for are back; `snooze` is the mark of a snooze
    that ran or runs for this cause. `ended` are the rounds that marks brought to an end. `unanswered` are questions my
    reply may have missed, until a mark says that it did not. `attempts` is when I called back in vain, oldest first.
    """

    case: Case
    state: State
    debts: tuple[Debt, ...] = ()
    due: datetime | None = None
    until: datetime | None = None
    overdue: bool = False
    backlog: bool = False
    snooze: Mark | None = None
    ended: tuple[Outcome, ...] = ()
    unanswered: tuple[str, ...] = ()
    attempts: tuple[datetime, ...] = ()

    @property
    def cause(self) -> Debt:
        """What is shown of the case: the earliest debt, or the newest message when none is left."""
        return self.debts[0] if self.debts else self.case.latest

    @property
    def who(self) -> Person:
        """The one who waits."""
        return self.cause.who

    @property
    def asked_by(self) -> datetime | None:
        """The earliest moment that any of the waiting messages named."""
        return min((debt.asked_by for debt in self.debts if debt.asked_by), default=None)

    @property
    def came_back(self) -> tuple[str, ...]:
        """The addresses my answer to what waits did not reach."""
        return tuple(dict.fromkeys(address for debt in self.debts for address in debt.came_back))

    @property
    def cold(self) -> bool:
        """Nothing waits but what strangers sell."""
        return self._all_say({COLD})

    @property
    def rings_late(self) -> bool:
        """Nothing waits but what strangers sell, or might."""
        return self._all_say({COLD, MAYBE_COLD})

    def _all_say(self, rules: Set[str]) -> bool:
        """Does one of these rules speak of everything that waits?"""
        return bool(self.debts) and all(any(each.rule in rules for each in debt.reasons) for debt in self.debts)

    @property
    def upset(self) -> str:
        """What the rule about those who are upset said of a message that waits; nothing where it is silent."""
        said = (reason.text for debt in self.debts for reason in debt.reasons if reason.rule == UPSET)
        return next(said, "")

    @property
    def chasers(self) -> int:
        """How many further messages came after the cause and wait as well, and how often they rang without one."""
        return max(0, len(self.debts) - 1) + sum(self._rang_again(item) for item in self.case.items)

    def _rang_again(self, item: Item) -> bool:
        return item.kind is Kind.MISSED_CALL and bool(self.debts) and item.received > self.cause.received

    @property
    def newest(self) -> str:
        """The key a mark on this case names: the newest message shown."""
        return self.case.items[-1].key


def standing(case: Case, marks: Sequence[Mark], now: datetime) -> Standing:
    """The case at `now`. `marks` may hold those of other cases; they are in force and oldest first."""
    own = _own(case, marks)
    left = _left(case, own)
    waits = _waits(case, left, now)
    if waits is None:
        by_mail = _state_by_mail(case)
        doubts = case.missed.questions if case.missed and by_mail is State.ANSWERED and not left.settled_as else ()
        return Standing(case=case, state=left.settled_as or by_mail, ended=left.ended, unanswered=doubts)
    state, debts = waits
    due = min((debt.due for debt in (*debts, *left.pledged) if debt.due), default=None)
    snooze = _snooze(case, own)
    if snooze and state is not State.OWED and debts[0].key not in _shown(case, snooze):
        snooze = None
    put_off = snooze is not None and snooze.until is not None and now < snooze.until
    backlog = not put_off and all(debt.backlog for debt in debts)
    return Standing(
        case=case,
        state=State.SNOOZED if put_off else state,
        debts=debts,
        due=due,
        until=snooze.until if snooze and put_off else _until(case, state, now),
        overdue=not put_off and not backlog and due is not None and due < now,
        backlog=backlog,
        snooze=snooze,
        ended=left.ended,
        attempts=_attempts(case, own, debts[0].received),
    )


def _attempts(case: Case, own: Sequence[Mark], since: datetime) -> tuple[datetime, ...]:
    """When I called back in vain, by the call logs and by my own word."""
    said = (mark.at for mark in own if is_attempt(mark))
    return tuple(sorted(at for at in {*case.attempts, *said} if at > since))


def is_attempt(mark: Mark) -> bool:
    """I called back and nobody was there: that settles nothing."""
    return mark.kind is MarkKind.CALLED and mark.text != Reached.YES.value


def _waits(case: Case, left: "_Left", now: datetime) -> tuple[State, tuple[Debt, ...]] | None:
    """Who waits for what: somebody for me, before all; else for what I promised; else I for them, for thirty days."""
    if left.debts and not (left.pledged and all(debt.backlog for debt in left.debts)):
        return State.OWED, left.debts
    if left.pledged:
        return State.PROMISED, left.pledged
    if left.asked and case.waiting and now - case.waiting.debt.received <= ASKED_WITHIN:
        return State.WAITING, (case.waiting.debt,)
    return None


def _until(case: Case, state: State, now: datetime) -> datetime | None:
    """By when I promised, or when those I wait for are back."""
    if state is State.PROMISED and case.promise:
        return case.promise.debt.due
    if state is State.WAITING and case.waiting and case.waiting.until and now < case.waiting.until:
        return case.waiting.until
    return None


def standings(board: Board, now: datetime) -> tuple[Standing, ...]:
    """Every case of the board at `now`, with the notes the user added."""
    by_key: dict[str, list[Mark]] = {}
    for mark in board.marks:
        by_key.setdefault(mark.key, []).append(mark)
    return tuple(
        standing(case, [mark for item in case.items for mark in by_key.get(item.key, ())], now)
        for case in _with_notes(board)
    )


def doubted(seen: Iterable[Standing], now: datetime) -> tuple[Standing, ...]:
    """Those answered in the last week whose reply may have missed a question."""
    return tuple(
        one for one in seen if one.unanswered and one.case.missed and now - one.case.missed.at <= DOUBTED_WITHIN
    )


def _with_notes(board: Board) -> Iterator[Case]:
    """The stored cases, less the notes whose adding was undone, and the notes that nobody stored yet."""
    added = {mark.key: mark for mark in board.marks if mark.kind is MarkKind.ADD}
    for case in board.cases:
        if case.channel is not Channel.NOTE or case.thread in added:
            yield case
    stored = {case.thread for case in board.cases}
    yield from (note(mark) for key, mark in added.items() if key not in stored)


def in_force(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The marks that no `undo` took back, oldest first, without the undoings themselves."""
    ordered = sorted(marks, key=lambda mark: mark.id)
    undone = {mark.text for mark in ordered if mark.kind is MarkKind.UNDO}
    return tuple(mark for mark in ordered if mark.kind is not MarkKind.UNDO and mark.command not in undone)


def _outcome(case: Case, cause: Debt, at: datetime, by: AnsweredBy) -> Outcome:
    return Outcome(
        cause=cause.key,
        ref=case.ref,
        received=cause.received,
        due=cause.due,
        answered_at=at,
        by=by,
        class_=cause.who.class_,
        channel=case.channel,
    )


def _own(case: Case, marks: Sequence[Mark]) -> list[Mark]:
    if not marks:
        return []
    keys = {item.key for item in case.items}
    return sorted((mark for mark in marks if mark.key in keys), key=lambda mark: mark.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    """What marks leave of a case: its debts, the promise if it is still open, whether I still wait, what the last
    settling one made of the rest, the rounds they ended.
    """

    debts: tuple[Debt, ...]
    pledged: tuple[Debt, ...] = ()
    asked: bool = False
    settled_as: State | None = None
    ended: tuple[Outcome, ...] = ()


def _left(case: Case, own: Sequence[Mark]) -> _Left:
    left = {debt.key: debt for debt in case.debts}
    pledged, asked = case.promise and case.promise.debt, case.waiting is not None
    settled_as: State | None = None
    ended: list[Outcome] = []
    for mark in own:
        shown = _shown(case, mark)
        if mark.kind in SETTLING and not is_attempt(mark):
            covered = [debt for key, debt in left.items() if key in shown]
            left = {key: debt for key, debt in left.items() if key not in shown}
            ended += [_outcome(case, debt, mark.at, _BY_MARK[mark.kind]) for debt in _by_time(covered)[:1]]
            if pledged and pledged.key in shown:
                ended += [] if covered else [_outcome(case, pledged, mark.at, _BY_MARK[mark.kind])]
                covered, pledged = [*covered, pledged], None
            if case.waiting and case.waiting.debt.key in shown:
                asked, covered = False, [*covered, case.waiting.debt]
            settled_as = SETTLING[mark.kind] if covered or case.latest.key in shown else settled_as
        elif mark.kind is MarkKind.REOPEN:
            debt = _reopened(case, mark, shown)
            if case.answered and case.answered > mark.at:
                ended.append(_outcome(case, debt, case.answered, AnsweredBy.MAIL))
                settled_as = State.ANSWERED
            else:
                left[debt.key], settled_as = debt, None
    debts = _by_time(left.values())
    fresh = [debt for debt in debts if not debt.backlog]
    return _Left(
        debts=tuple(fresh or debts),
        pledged=(pledged,) if pledged else (),
        asked=asked,
        settled_as=settled_as,
        ended=tuple(ended),
    )


def _reopened(case: Case, mark: Mark, shown: frozenset[str]) -> Debt:
    """The newest message that the user was shown, due as the mark says."""
    known = [debt for debt in (case.latest, *reversed(case.debts)) if debt.key in shown]
    return replace(known[0] if known else _in_words_of_the_latest(case, mark.key), due=mark.until, backlog=False)


def _in_words_of_the_latest(case: Case, key: str) -> Debt:
    """A message that owed nothing by itself and is the latest no more: its words are no part of the case."""
    item = next(item for item in case.items if item.key == key)
    return replace(case.latest, key=item.key, message_id=item.message_id, received=item.received)


def _by_time(debts: Iterable[Debt]) -> list[Debt]:
    return sorted(debts, key=lambda debt: debt.received)


def _snooze(case: Case, own: Sequence[Mark]) -> Mark | None:
    """The latest snooze, unless they wrote again since or another mark came after it."""
    last = next((mark for mark in reversed(own) if not is_attempt(mark)), None)
    if last is None or last.kind is not MarkKind.SNOOZE:
        return None
    shown = _shown(case, last)
    newer = any(item.kind in _FROM_THEM and item.key not in shown for item in case.items)
    return None if newer else last


def _shown(case: Case, mark: Mark) -> frozenset[str]:
    """The messages the user had seen when they gave the mark: not what came after the named one, nor what was stored
    later.
    """
    place = next(place for place, item in enumerate(case.items) if item.key == mark.key)
    return frozenset(item.key for item in case.items[: place + 1] if item.seen <= mark.at)


def _state_by_mail(case: Case) -> State:
    if not case.settled:
        return State.SKIPPED
    return _BY_MAIL.get(case.settled[-1].by, State.ANSWERED)
