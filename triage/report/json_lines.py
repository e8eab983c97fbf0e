"""The JSON Lines of `judge` and `replay` (contract section 5): plain dicts, one a line, times in the user's zone.

Own words stay as they were written, over several lines; whoever prints them escapes what is invisible.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from triage.core.past.replaying import Heard, Lived, Replay
from triage.core.past.summary import Summary
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.core.words.asking import asks
from triage.core.words.promises import promised
from triage.core.words.quotes import own_words
from triage.core.words.sentences import sentences
from triage.model.cases import AnsweredBy
from triage.model.judgements import Judgement, Kind, Reason
from triage.model.mail import Message
from triage.report.as_json import case
from triage.report.replay_figures import Figures
from triage.report.summary import document

_LONGEST = 1000
_BY = {AnsweredBy.MAIL: "mail", AnsweredBy.COWORKER: "mail", AnsweredBy.CALL: "call", AnsweredBy.MARK: "mark"}


def verdict(
    message: Message, judgement: Judgement, *, file: str, hours: Hours | None = None, error: str | None = None
) -> dict[str, Any]:
    """What `judge` says of one message. `asks` is about its own words alone, whoever they are for."""
    own = own_words(message.text or "")
    return {
        "file": file,
        "message_id": message.message_id,
        "owes": judgement.owes,
        "score": round(judgement.score, 6),
        "asks": round(asks(own), 4),
        "kind": judgement.kind.value,
        "own_words": own,
        "questions": [plain(question, _LONGEST) for question in judgement.questions],
        "promise": _promise(message, judgement, own, hours),
        "reasons": _reasons(judgement.reasons),
        "error": error,
    }


def _promise(message: Message, judgement: Judgement, own: str, hours: Hours | None) -> dict[str, Any] | None:
    """What its own words promise, whoever wrote them; `by` is None where no day is named. Machines promise nothing."""
    if hours is None or judgement.kind not in {Kind.MINE, Kind.PERSON}:
        return None
    said = promised(sentences(own), message.sent or message.received, hours)
    if said is None:
        return None
    return {"by": None if said.assumed else _time(said.by, hours), "text": plain(said.text, _LONGEST)}


def unread(file: str, error: str) -> dict[str, Any]:
    """What stands for a file that held no message: nothing is judged, so its kind is not known."""
    judged_by_nobody: dict[str, Any] = {
        "owes": False,
        "score": 0.0,
        "asks": 0.0,
        "kind": None,
        "own_words": "",
        "questions": [],
    }
    return {
        "file": file,
        "message_id": None,
        **judged_by_nobody,
        "promise": None,
        "reasons": [],
        "error": error,
    }


def heard(one: Heard, *, file: str, hours: Hours) -> dict[str, Any]:
    """One inbound message of `replay --messages`. `state_at_end` is that of its conversation."""
    entry, case_at_end = one.arrived.entry, one.standing.case
    return {
        **verdict(entry.message, one.arrived.judgement, file=file, hours=hours, error=entry.message.trouble),
        "received": _time(entry.message.received, hours),
        "thread": _thread(case_at_end.thread),
        "state_at_end": one.standing.state.value,
        "answered_at": _time(one.answered_at, hours),
        "open_at_end": one.open_at_end,
    }


def lived(one: Lived, whole: Replay, hours: Hours) -> dict[str, Any]:
    """One case of `replay`. Where it was answered, cause and due are those of the round answered last.

    A stage is in minutes before due; -1 is the morning after.
    """
    last, standing = one.last, one.standing
    open_at_end = any(debt in standing.case.debts for debt in standing.debts)
    if last and not open_at_end:
        standing = replace(standing, debts=last.debts, due=last.due)
    shown = case(standing, whole.until, hours)
    answered = None if open_at_end or last is None else last
    return {
        "thread": _thread(standing.case.thread),
        **{name: shown[name] for name in ("message_ids", "who", "subject", "received")},
        "due": shown["due"] if standing.debts else None,
        "state": shown["state"],
        "answered_at": _time(answered.answered_at, hours) if answered else None,
        "answered_by": _BY.get(answered.by) if answered and answered.by else None,
        "on_time": last.on_time(whole.until) if last else None,
        "notices": [{"at": _time(at, hours), "stage": stage} for at, stage in one.rang],
        "reasons": shown["reasons"],
    }


def summary(figures: Figures, days: Summary, hours: Hours) -> dict[str, Any]:
    """The last line of `replay`. `owed` counts rounds: what waited at once and got one answer. `never` was overdue at
    the end, `open` not yet. `summary` is what `triage summary --json` would have said of these days.
    """
    return {
        "summary": {
            "since": _time(figures.since, hours),
            "until": _time(figures.until, hours),
            "messages": figures.heard,
            "sent": figures.sent,
            "cases": figures.cases,
            "kinds": dict(figures.kinds),
            "owed": figures.owed,
            "on_time": figures.on_time,
            "late": figures.late,
            "never": figures.never,
            "open": figures.open,
            "notices": figures.notices,
            "usual_wait_minutes": _minutes(figures.waits[len(figures.waits) // 2]) if figures.waits else None,
            "longest_wait_minutes": _minutes(figures.waits[-1]) if figures.waits else None,
            "days": [
                {
                    "date": day.date.isoformat(),
                    "messages": day.heard,
                    "owed": day.owed,
                    "answered": day.answered,
                    "notices": day.notices,
                }
                for day in figures.days
            ],
            "summary": document(days, hours),
        }
    }


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [{"rule": one.rule, "points": one.points, "text": plain(one.text, _LONGEST)} for one in reasons]


def _thread(key: str) -> str:
    """A conversation is called by the Message-ID of its first message, where that has one."""
    return key.removeprefix("id:")


def _time(moment: datetime | None, hours: Hours) -> str | None:
    return hours.local(moment).isoformat(timespec="seconds") if moment else None


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60
