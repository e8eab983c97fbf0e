"""When to ring for whom: the board and the time in, a notice and the next moment worth waking for out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.core.cases.clear import OPEN, answered_on, clear, owed_on
from triage.core.cases.order import in_order
from triage.core.cases.state import Standing
from triage.core.notices.notice import ALL_CLEAR, STALE, Notice
from triage.core.notices.outages import introductions, unread
from triage.core.notices.scene import Scene, scene
from triage.core.notices.stages import Turn
from triage.core.times.hours import Hours
from triage.model.board import Board, Rung
from triage.model.cases import State
from triage.model.notices import NoticeKind, Stage
from triage.settings import Reminders

AHEAD = timedelta(minutes=5)
LOOK_AGAIN = timedelta(seconds=60)
FRESH = timedelta(minutes=2)
ALL_CLEAR_FROM = timedelta(minutes=30)
ALL_CLEAR_FOR = timedelta(hours=2)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)

OnScreen = Sequence[tuple[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do now: at most one notice. `close` are the bubbles on screen that nothing is left of.

    `wake` is later than now: until then nothing changes by time alone, and nothing would ring. `refresh` says that
    INBOX and Sent should be read once more before `rings`, the next moment somebody is to be rung for; it stays so
    until all that can be read was, so ask once for one `rings`.
    """

    notices: tuple[Notice, ...] = ()
    close: tuple[str, ...] = ()
    wake: datetime | None = None
    refresh: bool = False
    rings: datetime | None = None


def plan(
    board: Board,
    now: datetime,
    *,
    hours: Hours,
    reminders: Reminders,
    on_screen: OnScreen = (),
    awake: datetime | None = None,
) -> Plan:
    """What is to be said now, if anything, and when to ask again; asking at any other moment changes nothing.

    `on_screen` pairs the bubbles shown with their message keys. `awake` is since when the machine has run without
    sleeping, where that is later than the daemon's start: what was not read because it slept is no outage, and for a
    minute reading comes before ringing. A notice that was not accepted is offered again a minute later.
    """
    here = scene(board, now, hours=hours, reminders=reminders, awake=awake or board.daemon_since)
    notice = _introduction(here) or _people(here) or _outage(here) or _all_clear(here)
    rings = min((moment for moment in _ring_moments(here) if moment > now), default=None)
    wakes = [moment for moment in _moments(here, on_screen) if moment > now]
    if rings:
        wakes.append(rings - LOOK_AGAIN if rings - LOOK_AGAIN > now else rings)
    if notice:
        wakes.append(now + LOOK_AGAIN)
    return Plan(
        notices=(notice,) if notice else (),
        close=tuple(_settled(here, on_screen, keep=notice.bubble if notice else "")),
        wake=min(wakes, default=None),
        refresh=rings is not None and rings - now <= LOOK_AGAIN and _unread_since(here, rings - LOOK_AGAIN),
        rings=rings,
    )


# --- the notices ------------------------------------------------------------------------------------------------


def _people(here: Scene) -> Notice | None:
    """Whoever's turn it is, and whoever's comes within five minutes."""
    ready = [turn for turn in here.turns if here.of(turn) == here.now]
    if not ready:
        return None
    refs = {turn.standing.case.ref for turn in ready}
    soon = [turn for turn in here.turns if here.now < turn.at <= here.now + AHEAD and turn.stage != Stage.SNOOZE_ENDED]
    over = [turn for turn in here.turns if _put_off_over(turn, here.now) and turn.standing.case.ref in refs]
    rung = list(_latest([*ready, *soon, *over]))
    stage = _stage(rung)
    people = {turn.standing.case.ref: turn.standing for turn in rung}
    return Notice(
        kind=_kind(rung, stage),
        standings=in_order(people.values(), here.now),
        rows=_rows(rung),
        stage=stage,
        day=here.hours.day(here.now),
        as_of=_as_of(here, people.values()),
    )


def _introduction(here: Scene) -> Notice | None:
    """After a first read: how many wait. Stages that have passed by then are not caught up one by one."""
    new = introductions(here.board, here.now, here.hours)
    if not new or all(here.chance(turn.at) != here.now for turn in new):
        return None
    names = {turn.source.name for turn in new}
    waiting = [seen for seen in here.standings if seen.state in OPEN and seen.cause.source in names]
    refs = {seen.case.ref for seen in waiting}
    gone = [turn for turn in here.turns if turn.at <= here.now and turn.stage and turn.standing.case.ref in refs]
    return Notice(
        kind=NoticeKind.FIRST_READ,
        standings=in_order((seen for seen in waiting if seen.state is State.OWED and not seen.backlog), here.now),
        rows=_rows([*_latest(gone)], first=(turn.row for turn in new)),
        day=here.hours.day(here.now),
        sources=tuple(turn.source for turn in new),
        older=sum(seen.backlog for seen in waiting),
    )


def _outage(here: Scene) -> Notice | None:
    """Every source whose turn it is or comes within five minutes: they often fail together."""
    unsaid = unread(here.board, here.awake, here.hours)
    if all(here.chance(turn.at) != here.now for turn in unsaid):
        return None
    told = [turn for turn in unsaid if turn.at <= here.now + AHEAD]
    return Notice(
        kind=NoticeKind.STALE,
        rows=tuple(turn.row for turn in told),
        day=here.hours.day(here.now),
        sources=tuple(turn.source for turn in told),
    )


def _all_clear(here: Scene) -> Notice | None:
    turn = _all_clear_turn(here)
    if not turn or turn[0] != here.now:
        return None
    row = turn[1]
    put_off = [seen for seen in here.standings if seen.state is State.SNOOZED]
    return Notice(
        kind=NoticeKind.ALL_CLEAR,
        standings=in_order(put_off, here.now),
        rows=(row,),
        day=row.day,
        as_of=min(source.completed for source in here.board.sources if source.completed),
        answered=answered_on(here.board, row.day, here.hours),
    )


def _all_clear_turn(here: Scene) -> tuple[datetime, Rung] | None:
    """When the all-clear of the day at hand may ring, if it may."""
    if not here.reminders.all_clear:
        return None
    today = here.hours.day(here.now)
    for day in (today - _DAY, today):
        ends = here.hours.ends(day)
        row = Rung(key="day", day=day, stage=Stage.ALL_CLEAR)
        moment = here.any_hour(ends - ALL_CLEAR_FROM, ends + ALL_CLEAR_FOR) if ends else None
        if moment and row not in here.board.rung and _all_answered(here, row):
            return moment, row
    return None


def _all_answered(here: Scene, row: Rung) -> bool:
    return clear(here.board, here.now, here.hours, here.standings) and owed_on(
        here.board, row.day, here.standings, here.hours
    )


# --- what they are made of ----------------------------------------------------------------------------------------


def _latest(turns: Iterable[Turn]) -> Iterator[Turn]:
    """Of each case the latest stage only, and whatever else of it is due to ring."""
    least: dict[str, int] = {}
    kept = list(turns)
    for turn in kept:
        if turn.stage >= 0:
            ref = turn.standing.case.ref
            least[ref] = min(turn.stage, least.get(ref, turn.stage))
    return (turn for turn in kept if turn.stage < 0 or turn.stage == least[turn.standing.case.ref])


def _rows(turns: Iterable[Turn], first: Iterable[Rung] = ()) -> tuple[Rung, ...]:
    return tuple(dict.fromkeys([*first, *(row for turn in turns for row in turn.rows)]))


def _put_off_over(turn: Turn, now: datetime) -> bool:
    """A snooze that has ended: whatever rings for the case says so too, even where it could not ring by itself."""
    return turn.stage == Stage.SNOOZE_ENDED and turn.at <= now


def _stage(turns: Iterable[Turn]) -> int | None:
    """The smallest stage there is word of; one that passed while the case was put off is only silenced."""
    kept = list(turns)
    put_off = {turn.standing.case.ref for turn in kept if turn.stage == Stage.SNOOZE_ENDED}
    told = (turn.stage for turn in kept if turn.stage == 0 or turn.standing.case.ref not in put_off)
    return min((stage for stage in told if stage >= 0), default=None)


def _kind(turns: Iterable[Turn], stage: int | None) -> NoticeKind:
    if stage is not None:
        return NoticeKind.BEFORE if stage else NoticeKind.DUE
    said = {turn.stage for turn in turns}
    if Stage.MORNING in said:
        return NoticeKind.MORNING
    return NoticeKind.CAME_BACK if Stage.CAME_BACK in said else NoticeKind.SNOOZE_ENDED


def _as_of(here: Scene, people: Iterable[Standing]) -> datetime | None:
    """How old what is known of them is, where that is older than a look just before ringing would have made it."""
    names = {standing.cause.source for standing in people}
    read = [source.completed for source in here.board.sources if source.name in names and source.completed]
    oldest = min(read, default=None)
    return oldest if oldest and here.now - oldest > FRESH else None


# --- when to look again -------------------------------------------------------------------------------------------


def _ring_moments(here: Scene) -> Iterator[datetime]:
    """When somebody is to be rung for, or all is to be declared clear, were nothing to change."""
    yield from (moment for turn in here.turns if (moment := here.of(turn)))
    all_clear = _all_clear_turn(here)
    if all_clear:
        yield all_clear[0]


def _moments(here: Scene, on_screen: OnScreen) -> Iterator[datetime]:
    """Every other moment at which time alone can make a difference."""
    yield from (seen.until for seen in here.standings if seen.until)
    sources = (*introductions(here.board, here.now, here.hours), *unread(here.board, here.awake, here.hours))
    yield from (moment for turn in sources if (moment := here.chance(turn.at)))
    if here.reminders.all_clear:
        today = here.hours.day(here.now)
        days = (today - _DAY, today, here.hours.next_workday(today))
        yield from (ends - ALL_CLEAR_FROM for day in days if (ends := here.hours.ends(day)))
    if any(bubble == ALL_CLEAR for bubble, _ in on_screen):
        yield here.hours.midnight_after(here.hours.day(here.now))
        read = ((source.completed, source.stale_after) for source in here.board.sources)
        yield from (completed + stale_after + _SECOND for completed, stale_after in read if completed)


def _unread_since(here: Scene, moment: datetime) -> bool:
    """Is there a source that can be read and was not since? One that fails is tried in its own time."""
    return any(
        source.error is None and source.completed is not None and source.completed < moment
        for source in here.board.sources
    )


def _still_open(seen: Standing) -> Sequence[str]:
    """The messages a notice of this case may be about: what came before a promise was answered by it."""
    keys = [item.key for item in seen.case.items]
    promised = seen.state is State.PROMISED and seen.cause.key in keys
    return keys[keys.index(seen.cause.key) :] if promised else keys


def _settled(here: Scene, on_screen: OnScreen, *, keep: str) -> Iterator[str]:
    """The bubbles that are no longer true: everybody in them has an answer, the source is read again, somebody wrote
    after the all-clear.
    """
    waiting = {key for seen in here.standings if seen.state in OPEN for key in _still_open(seen)}
    stale = {source.name for source in here.board.sources if source.stale(here.now)}
    for bubble, keys in on_screen:
        if bubble == keep:
            continue
        over = bool(keys) and waiting.isdisjoint(keys)
        over |= bubble == ALL_CLEAR and not clear(here.board, here.now, here.hours, here.standings)
        over |= bubble.startswith(STALE) and stale.isdisjoint(bubble.removeprefix(STALE).split(","))
        if over:
            yield bubble
