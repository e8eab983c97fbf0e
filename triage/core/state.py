"""Where a case stands: a function of the stored case, the marks and the time, the same in every process.

State is never stored (contract section 2). Marks stand above verdicts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from triage.core.notes import note
from triage.model import AnsweredBy, Board, Case, Channel, Debt, Item, Kind, Mark, MarkKind, Outcome, Person, State

SETTLING = {MarkKind.DONE: State.ANSWERED, MarkKind.DISMISS: State.DISMISSED}
_BY_MAIL = {AnsweredBy.DISCARDED: State.DISMISSED, AnsweredBy.DISMISSED: State.DISMISSED}
_FROM_THEM = {Kind.PERSON, Kind.VOICEMAIL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A case at a moment.

    `debts` are what still waits once marks are looked at, oldest first; the first is the cause. `due` is the
    earliest of theirs, None when nothing ever falls due. `until` ends a snooze; `snooze` is the mark of a snooze
    that ran or runs for this cause.
    """

    case: Case
    state: State
    debts: tuple[Debt, ...] = ()
    due: datetime | None = None
    until: datetime | None = None
    overdue: bool = False
    backlog: bool = False
    snooze: Mark | None = None

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
    def chasers(self) -> int:
        """How many further messages came after the cause and wait as well."""
        return max(0, len(self.debts) - 1)

    @property
    def newest(self) -> str:
        """The key a mark on this case names: the newest message shown."""
        return self.case.items[-1].key


def standing(case: Case, marks: Sequence[Mark], now: datetime) -> Standing:
    """The case at `now`. `marks` may hold those of other cases; they are in force and oldest first."""
    own = _own(case, marks)
    open_debts, settled_as = _open_debts(case, own)
    if not open_debts:
        return Standing(case=case, state=settled_as or _state_by_mail(case))
    due = min((debt.due for debt in open_debts if debt.due), default=None)
    backlog = all(debt.backlog for debt in open_debts)
    snooze = _snooze(case, own)
    if snooze and snooze.until and now < snooze.until:
        return Standing(case=case, state=State.SNOOZED, debts=open_debts, due=due, until=snooze.until, snooze=snooze)
    overdue = due is not None and due < now and not backlog
    return Standing(
        case=case, state=State.OWED, debts=open_debts, due=due, overdue=overdue, backlog=backlog, snooze=snooze
    )


def standings(board: Board, now: datetime) -> tuple[Standing, ...]:
    """Every case of the board at `now`, with the notes the user added."""
    by_key: dict[str, list[Mark]] = {}
    for mark in board.marks:
        by_key.setdefault(mark.key, []).append(mark)
    return tuple(
        standing(case, [mark for item in case.items for mark in by_key.get(item.key, ())], now)
        for case in _with_notes(board)
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


def settled_by_marks(case: Case, marks: Sequence[Mark]) -> tuple[Outcome, ...]:
    """The rounds of this case that a mark ended, one for each mark that covered a debt nothing had covered before."""
    outcomes: list[Outcome] = []
    left = list(case.debts)
    for mark in _own(case, marks):
        if mark.kind not in SETTLING:
            continue
        covered = [debt for debt in left if _covers(case, mark, debt.key)]
        left = [debt for debt in left if debt not in covered]
        if covered:
            outcomes.append(_outcome(case, covered[0], mark))
    return tuple(outcomes)


def _outcome(case: Case, cause: Debt, mark: Mark) -> Outcome:
    by = AnsweredBy.MARK if mark.kind is MarkKind.DONE else AnsweredBy.DISMISSED
    return Outcome(
        cause=cause.key,
        ref=case.ref,
        received=cause.received,
        due=cause.due,
        answered_at=mark.at,
        by=by,
        class_=cause.who.class_,
        channel=case.channel,
    )


def _own(case: Case, marks: Sequence[Mark]) -> list[Mark]:
    keys = {item.key for item in case.items}
    return sorted((mark for mark in marks if mark.key in keys), key=lambda mark: mark.id)


def _open_debts(case: Case, own: Sequence[Mark]) -> tuple[tuple[Debt, ...], State | None]:
    """What waits after settling and reopening marks, and what the last settling mark made of the rest."""
    left = {debt.key: debt for debt in case.debts}
    settled_as: State | None = None
    for mark in own:
        if mark.kind in SETTLING:
            left = {key: debt for key, debt in left.items() if not _covers(case, mark, key)}
            settled_as = SETTLING[mark.kind] if _covers(case, mark, case.latest.key) else settled_as
        elif mark.kind is MarkKind.REOPEN and not (case.answered and case.answered > mark.at):
            left[case.latest.key] = replace(left.get(case.latest.key, case.latest), due=mark.until, backlog=False)
            settled_as = None
    debts = sorted(left.values(), key=lambda debt: debt.received)
    fresh = [debt for debt in debts if not debt.backlog]
    return tuple(fresh or debts), settled_as


def _snooze(case: Case, own: Sequence[Mark]) -> Mark | None:
    """The latest snooze, unless they wrote again since or another mark came after it."""
    if not own or own[-1].kind is not MarkKind.SNOOZE:
        return None
    newer = any(item.kind in _FROM_THEM and not _covers(case, own[-1], item.key) for item in case.items)
    return None if newer else own[-1]


def _covers(case: Case, mark: Mark, key: str) -> bool:
    """Did the user see this message when they gave the mark? Not what came after the named one, nor what was
    stored later.
    """
    places = {item.key: place for place, item in enumerate(case.items)}
    item: Item = case.items[places[key]]
    return places[key] <= places[mark.key] and item.seen <= mark.at


def _state_by_mail(case: Case) -> State:
    if not case.settled:
        return State.SKIPPED
    return _BY_MAIL.get(case.settled[-1].by, State.ANSWERED)
