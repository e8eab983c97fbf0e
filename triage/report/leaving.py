"""`triage leave` in words: yes, not yet, or not sure; who is in the way, and what is put off."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from triage.core.cases.state import Standing
from triage.core.notices.leaving import Leaving, Verdict
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.health import Health
from triage.report import rows, words
from triage.report.as_json import case
from triage.report.lines import WIDEST, cut, wrap

MOST_ROWS = 12
NAMED = 6


def text(seen: Leaving, now: datetime, hours: Hours, *, minutes: int | None, width: int, colour: bool = False) -> str:
    """The whole answer, no newline at its end."""
    width = min(width, WIDEST)
    lines = [*wrap(_verdict(seen, now, hours, minutes), width)]
    place = rows.columns(seen.waiting[:MOST_ROWS], width)
    lines += [rows.row(one, now, hours, place, colour=colour) for one in seen.waiting[:MOST_ROWS]]
    if len(seen.waiting) > MOST_ROWS:
        lines.append(f"  and {len(seen.waiting) - MOST_ROWS:,} more: triage list")
    lines += _unread(seen, now, hours, width)
    if seen.put_off:
        lines += wrap(f"Put off: {_named(seen.put_off, now, hours)}.", width, "  ")
    if seen.later:
        lines += wrap(f"Not due today: {_named(seen.later, now, hours)}.", width, "  ")
    return "\n".join(lines)


def document(seen: Leaving, now: datetime, hours: Hours, *, minutes: int | None) -> dict[str, Any]:
    """The document of `leave --json`; `minutes` is null where too little is known to say."""
    return {
        "now": hours.local(now).isoformat(timespec="seconds"),
        "verdict": seen.verdict.value,
        "minutes": minutes,
        "by": hours.local(seen.by).isoformat(timespec="seconds") if seen.by else None,
        "waiting": [case(one, now, hours) for one in seen.waiting],
        "put_off": [case(one, now, hours) for one in seen.put_off],
        "later": [case(one, now, hours) for one in seen.later],
        "stale": [plain(health.name) for health in seen.stale],
    }


def said(by: datetime | None, now: datetime, hours: Hours) -> str:
    """What `--by` changed."""
    if by is None:
        return "You leave when the day ends, as configured."
    return f"You leave at {words.moment(by, now, hours)}: whoever is due later today is mentioned before."


def _verdict(seen: Leaving, now: datetime, hours: Hours, minutes: int | None) -> str:
    if seen.verdict is Verdict.YES:
        return "Yes: everyone has an answer for today."
    if seen.waiting:
        people = len({one.who.address or one.who.phone or one.case.ref for one in seen.waiting})
        least = "at least " if seen.stale else ""
        about = f", about {words.count(minutes, 'minute', 'minutes')}" if minutes else ""
        return f"Not yet: {least}{words.count(people, 'person', 'people')}{about}."
    if not seen.stale:
        return "Not sure: nothing was read yet."
    return f"Not sure: {'; '.join(_source(health, now, hours) for health in seen.stale)}."


def _source(health: Health, now: datetime, hours: Hours) -> str:
    since = f"unread since {words.moment(health.completed, now, hours)}" if health.completed else "not read yet"
    return f"{plain(health.name, 40)} {since}"


def _unread(seen: Leaving, now: datetime, hours: Hours, width: int) -> Iterator[str]:
    """What to run about the sources nobody can speak for."""
    for health in seen.stale:
        if seen.waiting:
            yield from wrap(f"{_source(health, now, hours)}: who waits there is not known.", width, "  ")
    if seen.stale or seen.verdict is Verdict.NOT_SURE:
        hints = dict.fromkeys(plain(health.hint or "triage poll") for health in seen.stale) or ["triage poll"]
        for hint in hints:
            yield from wrap(f"Next: {hint}", width, "  ")


def _named(those: tuple[Standing, ...], now: datetime, hours: Hours) -> str:
    named = [cut(words.caller(one), 40) + _when(one, now, hours) for one in those[:NAMED]]
    more = len(those) - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def _when(one: Standing, now: datetime, hours: Hours) -> str:
    moment = one.until or one.due
    return f" ({words.moment(moment, now, hours)})" if moment else ""
