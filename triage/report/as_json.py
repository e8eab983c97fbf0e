"""The JSON of the contract (section 5): plain dicts ready to be dumped, times in the user's zone with offset.

Texts are cleaned as on a screen, since they end in terminals and status bars; Message-IDs stay as they came.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from triage.core.cases.state import Standing
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.model.cases import Person, State
from triage.model.health import Health
from triage.report.glance import Glance, glance

if TYPE_CHECKING:
    from triage.core.calls.joining import Ringing
    from triage.model.entries import Entry

_LONGEST = 1000
_WAITING = {State.OWED, State.PROMISED, State.WAITING, State.SNOOZED}
_MINUTE = timedelta(minutes=1)


def status(board: Board, now: datetime, *, hours: Hours, clock: datetime | None = None) -> dict[str, Any]:
    """The document of `status --json`. `owed` holds the backlog too, last; `counts.owed` leaves it out, so that
    `owed` and `backlog` add up to the list. `clock` is the real time where `--at` moved `now`.
    """
    clock = clock or now
    seen = glance(board, now, hours, clock)
    return {
        "now": _time(now, hours),
        "day": _day(now, hours),
        "clear": seen.clear,
        "counts": _counts(seen),
        "owed": [case(standing, now, hours) for standing in (*seen.owed, *seen.backlog)],
        "promised": [case(standing, now, hours) for standing in seen.promised],
        "waiting": [case(standing, now, hours) for standing in seen.waiting],
        "snoozed": [case(standing, now, hours) for standing in seen.snoozed],
        "sources": [_source(health, clock, hours) for health in board.sources],
        "daemon": {"running": board.daemon_since is not None, "since": _time(board.daemon_since, hours)},
    }


def cases(standings: Sequence[Standing], now: datetime, hours: Hours) -> dict[str, Any]:
    """The document of `list --json`, in the order given."""
    return {"cases": [case(standing, now, hours) for standing in standings]}


def case(standing: Standing, now: datetime, hours: Hours) -> dict[str, Any]:
    """A CASE. Nobody waits for a closed case any more: its minutes are 0."""
    cause = standing.cause
    waits = standing.state in _WAITING
    return {
        "id": standing.case.number,
        "ref": standing.case.ref,
        "state": standing.state.value,
        "backlog": standing.backlog,
        "channel": standing.case.channel.value,
        "source": cause.source,
        "who": _who(standing.who),
        "subject": plain(cause.subject, _LONGEST),
        "received": _time(cause.received, hours),
        "due": _time(standing.due, hours),
        "overdue": standing.overdue,
        "asked_by": _time(standing.asked_by, hours),
        "until": _time(standing.until, hours),
        "waiting_minutes": max(0, (now - cause.received) // _MINUTE) if waits else 0,
        "working_minutes": hours.working_between(cause.received, now) // _MINUTE if waits else 0,
        "chasers": standing.chasers,
        "messages": len(standing.case.items),
        "attempts": [_time(at, hours) for at in standing.attempts],
        "questions": _questions(standing),
        "unanswered": [plain(one, _LONGEST) for one in standing.unanswered],
        "reasons": [
            {"rule": reason.rule, "points": reason.points, "text": plain(reason.text, _LONGEST)}
            for reason in cause.reasons
        ],
        "message_ids": [item.message_id for item in standing.case.items if item.message_id],
        "cause": cause.message_id or cause.key,
    }


def show(
    standing: Standing,
    timeline: Sequence["Entry"],
    written: Sequence["Entry"],
    now: datetime,
    hours: Hours,
    *,
    calls: "Sequence[Ringing]" = (),
) -> dict[str, Any]:
    """CASE with its timeline, oldest first; `in_thread` is false for mail the user wrote to them apart from it. A call
    in it has "call" beside the keys of a mail.
    """
    from triage.report.calls import document  # only who has calls needs it

    told = [(entry, True) for entry in timeline] + [(entry, False) for entry in written]
    mails = [(entry.message.received, _entry(entry, hours, in_thread=in_thread)) for entry, in_thread in told]
    rang = [(one.at, document(one, hours)) for one in calls]
    ordered = sorted((*mails, *rang), key=lambda pair: pair[0])
    return {**case(standing, now, hours), "timeline": [told for _, told in ordered]}


def why(standing: Standing, threshold: float, steps: Sequence[str], now: datetime, hours: Hours) -> dict[str, Any]:
    """CASE with what its points are compared to and how its due time came about, step by step."""
    return {**case(standing, now, hours), "threshold": threshold, "deadline": list(steps)}


def _time(moment: datetime | None, hours: Hours) -> str | None:
    return hours.local(moment).isoformat(timespec="seconds") if moment else None


def _day(now: datetime, hours: Hours) -> dict[str, Any]:
    today = hours.day(now)
    ends = hours.ends(today)
    left = (ends - now) // _MINUTE if ends and now < ends else None
    return {
        "date": today.isoformat(),
        "workday": hours.is_workday(today),
        "ends": _time(ends, hours),
        "minutes_left": left,
    }


def _counts(seen: Glance) -> dict[str, int]:
    return {
        "owed": len(seen.owed),
        "overdue": seen.overdue,
        "promised": len(seen.promised),
        "waiting": len(seen.waiting),
        "snoozed": len(seen.snoozed),
        "backlog": len(seen.backlog),
        "answered_today": len(seen.answered),
    }


def _source(health: Health, clock: datetime, hours: Hours) -> dict[str, Any]:
    reading = {"done": health.reading.done, "of": health.reading.of} if health.reading else None
    return {
        "name": health.name,
        "kind": health.kind,
        "ok": health.error is None,
        "fresh_as_of": _time(health.completed, hours),
        "stale": health.stale(clock),
        "reading": reading,
        "error": plain(health.error, _LONGEST) if health.error else None,
        "hint": plain(health.hint, _LONGEST) if health.hint else None,
    }


def _who(person: Person) -> dict[str, Any]:
    return {
        "name": plain(person.name) or None,
        "address": plain(person.address, _LONGEST) or None,
        "phone": plain(person.phone) or None,
        "class": person.class_.value,
        "new": person.new,
    }


def _questions(standing: Standing) -> list[str]:
    debts = standing.debts or (standing.cause,)
    return list(dict.fromkeys(plain(question, _LONGEST) for debt in debts for question in debt.questions))


def _entry(entry: "Entry", hours: Hours, *, in_thread: bool) -> dict[str, Any]:
    from triage.core.words.quotes import own_words  # its patterns take time to compile; status needs none

    message = entry.message
    sender = message.sender
    return {
        "at": _time(message.received, hours),
        "mine": entry.outgoing,
        "in_thread": in_thread,
        "name": plain(sender.name) or None if sender else None,
        "address": plain(sender.address, _LONGEST) or None if sender else None,
        "subject": plain(message.subject, _LONGEST),
        "text": plain(own_words(message.text), _LONGEST) if message.text else None,
        "message_id": message.message_id,
        "trouble": plain(message.trouble) if message.trouble else None,
    }
