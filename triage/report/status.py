"""`triage status` in words: who waits, due when, and how sure that is."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from triage.core.cases.state import Standing
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.model.cases import Channel, State
from triage.report import rows, words
from triage.report.glance import Glance, glance
from triage.report.health import known_since, never_read, source_lines
from triage.report.lines import WIDEST, cut, dim, side_by_side, spread, with_command, wrap
from triage.report.moments import clock as clock_time

MOST_ROWS = 12
_WITH_SENTENCE = 2
_MOST_NAMED = 3
_LONGEST_NAME = 40
_START_DAEMON = "triage service status"
_FIRST = {State.PROMISED: "promised", State.SNOOZED: "put off"}


def text(
    board: Board, now: datetime, *, hours: Hours, width: int, colour: bool = False, clock: datetime | None = None
) -> str:
    """The whole screen, no newline at its end.

    `clock` is the real time where `--at` moved `now`: sources and the daemon are always as of it.
    """
    clock, width = clock or now, min(width, WIDEST)
    seen = glance(board, now, hours, clock)
    top = spread(words.heading(now, hours), _summary(board, seen, now, hours), width)
    shown = (*seen.owed, *seen.promised, *seen.snoozed)
    table = list(_table(shown, now, hours, width, colour=colour))
    notes = [*_notes(board, seen, width), *source_lines(board, clock, hours, width)]
    quiet = [] if seen.owed or not seen.answered else wrap(_today(seen), width, "  ")
    body = [*quiet, *table, *(dim(line, colour=colour) for line in notes)]
    body = body[1:] if body and not body[0] else body
    end = [dim(line, colour=colour) for line in side_by_side(_last(board, seen, shown, clock, hours), width)]
    return "\n".join([*top, *([""] if body else []), *body, *([""] if end else []), *end])


def short(board: Board, now: datetime, *, hours: Hours, clock: datetime | None = None) -> str:
    """One line for a prompt: "2 wait, 17:00 next (gmail stale)"."""
    seen = glance(board, now, hours, clock or now)
    if never_read(board) and not seen.owed:
        return "nothing read yet"
    return _short(seen, now, hours) + _doubts(board, seen)


def _short(seen: Glance, now: datetime, hours: Hours) -> str:
    if not seen.owed:
        return "everyone has an answer" if seen.clear else "nobody known to wait"
    following = next((standing for standing in seen.owed if standing.due and not standing.overdue), None)
    parts = [f"{seen.people} {'waits' if seen.people == 1 else 'wait'}"]
    parts += [f"{seen.overdue} late"] if seen.overdue else []
    parts += [f"{words.due(following, now, hours)} next"] if following else []
    return ", ".join(parts)


def _doubts(board: Board, seen: Glance) -> str:
    doubts = [f"{plain(health.name, 20)} stale" for health in seen.stale]
    doubts += [] if board.daemon_since else ["daemon not running"]
    return f" ({', '.join(doubts)})" if doubts else ""


def _summary(board: Board, seen: Glance, now: datetime, hours: Hours) -> str:
    """The right half of the first line."""
    if never_read(board) and not seen.owed:
        return "Nothing has been read yet."
    if board.daemon_since is None:
        known = known_since(board)
        as_known = f"As known at {words.moment(known, now, hours)}" if known else "Little is known"
        return f"{as_known}: the daemon is not running."
    return _verdict(seen, now, hours)


def _verdict(seen: Glance, now: datetime, hours: Hours) -> str:
    if not seen.owed:
        return _nobody(seen)
    people = words.count(seen.people, "person waits", "people wait")
    if seen.clear:
        return f"{people}, nobody for today."
    least = "At least " if seen.stale else ""
    return f"{least}{people}. {_day_left(now, hours)}"


def _nobody(seen: Glance) -> str:
    if seen.stale:
        return "Nobody waits in what I could read."
    if seen.clear:
        return "Everyone has an answer."
    return f"Nobody waits. {words.count(len(seen.promised), 'promise is', 'promises are')} open."


def _day_left(now: datetime, hours: Hours) -> str:
    ends = hours.ends(hours.day(now))
    if ends is None:
        return "Today is a free day."
    return f"The day ends in {words.length(ends - now)}" if now < ends else f"The day ended {clock_time(ends, hours)}."


def _table(shown: tuple[Standing, ...], now: datetime, hours: Hours, width: int, *, colour: bool) -> Iterator[str]:
    place = rows.columns(shown[:MOST_ROWS], width)
    last = None
    for index, standing in enumerate(shown[:MOST_ROWS]):
        if last is State.OWED and standing.state is not State.OWED:
            yield ""
        first = _FIRST.get(standing.state) if not standing.overdue else None
        yield rows.row(standing, now, hours, place, first=first, colour=colour)
        shown_under = index < _WITH_SENTENCE or standing.came_back
        sentence = rows.asked(standing, place, width) if shown_under else None
        if sentence and standing.state is State.OWED:
            yield dim(sentence, colour=colour)
        last = standing.state
    if len(shown) > MOST_ROWS:
        yield dim(f"  and {len(shown) - MOST_ROWS:,} more: triage list", colour=colour)


def _notes(board: Board, seen: Glance, width: int) -> Iterator[str]:
    """What stands below the list: the header's own sentence if it had no room, and what is folded away."""
    if board.daemon_since is None and not seen.owed and not never_read(board):
        yield from wrap(_nobody(seen), width, "  ")
    folded = []
    if number := len(seen.waiting):
        owe = "other owes" if number == 1 else "others owe"
        folded.append((f"{words.spelled(number)} {owe} you an answer:", "triage waiting"))
    if number := len(seen.backlog):
        looks = words.count(number, "older conversation looks", "older conversations look")
        folded.append((f"{looks} unanswered:", "triage list --backlog"))
    if number := len(seen.doubted):
        replies = words.count(number, "reply", "replies")
        folded.append((f"{replies} may have missed a question:", "triage review"))
    if number := sum(health.unreadable for health in board.sources):
        folded.append((f"{words.count(number, 'message', 'messages')} could not be read:", "triage list --all"))
    for said, command in folded:
        yield from with_command(said, command, width)
    if seen.inviting:
        yield from wrap(_inviting(seen.inviting), width, "  ")
    if board.junked:
        yield from wrap(_junked(board), width, "  ")
    if board.unread:
        yield from with_command(_unread(board), "triage doctor", width)


def _inviting(asked: Sequence[Standing]) -> str:
    """Who invites to what; it is owed nothing."""
    number = words.count(len(asked), "invitation waits", "invitations wait")
    shown = asked[:_MOST_NAMED]
    named = [f"{cut(words.caller(one), _LONGEST_NAME)}, {cut(words.subject(one), _LONGEST_NAME)}" for one in shown]
    more = len(asked) - len(named)
    return f"{number} for your word: {'; '.join([*named, *([f'{more} more'] if more else [])])}."


def _junked(board: Board) -> str:
    """Whom the mail filter hides."""
    named = [plain(box.name or box.address, _LONGEST_NAME) for box in board.junked[:_MOST_NAMED]]
    more = len(board.junked) - len(named)
    people = ", ".join([*named, *([f"{more} more"] if more else [])])
    return f"In Junk lies mail from people you wrote to: {people}."


def _unread(board: Board) -> str:
    """Where mail from people lies that nobody looks at."""
    named = [plain(name, _LONGEST_NAME) for name in board.unread[:_MOST_NAMED]]
    more = len(board.unread) - len(named)
    places = ", ".join([*named, *([f"{more} more"] if more else [])])
    are = "is" if len(board.unread) == 1 else "are"
    return f"Mail from people came into {places}, which {are} not read:"


def _today(seen: Glance) -> str:
    """How the day went, once nobody is left."""
    called = sum(outcome.channel is Channel.VOICEMAIL for outcome in seen.answered)
    longest = max((outcome.answered_at - outcome.received for outcome in seen.answered), default=timedelta())
    back = f", {called:,} of them called back" if called else ""
    return f"{len(seen.answered):,} answered today{back}; the longest wait was {words.length(longest)}."


def _last(board: Board, seen: Glance, shown: tuple[Standing, ...], clock: datetime, hours: Hours) -> list[str]:
    """How fresh it is, and the one command that helps next."""
    if never_read(board) and not shown:
        return [] if any(health.hint for health in board.sources) else ["Next: triage poll"]
    if board.daemon_since is None:
        return [f"Next: {_START_DAEMON}"]
    known = known_since(board)
    fresh = known and not seen.stale and not seen.failing
    parts = [f"All read at {words.moment(known, clock, hours)}."] if known and fresh else []
    return [*parts, f"Next: triage open {words.handle(seen.owed[0])}"] if seen.owed else parts
