"""`triage summary` in words: a day or a week at a glance, for a terminal, as Markdown and as JSON.

The sentences are the same in every form; names are cleaned and, in Markdown, escaped.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from triage.core.cases.state import Standing
from triage.core.past.summary import Figures, Share, Summary
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.model.cases import Channel, State
from triage.report import words
from triage.report.as_json import case
from triage.report.lines import WIDEST, hanging, spread
from triage.report.moments import day_name

NAMED = 8
_LABEL = 16
_MINUTE = timedelta(minutes=1)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COLUMNS = ("answered", "on time", "late", "open")
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~!&])")

Told = tuple[str, str]


def text(summary: Summary, hours: Hours, *, width: int = 80) -> str:
    """The whole screen, no newline at its end."""
    width = min(width, WIDEST)
    lines = [*spread(title(summary, hours), verdict(summary), width), ""]
    for label, said in facts(summary, hours, str):
        lines += hanging(f"  {label:<{_LABEL}}", said, width)
    for table in tables(summary):
        lines += ["", *(row(label, cells) for label, cells in table)]
    for label, said in outlook(summary, hours, str):
        lines += ["", *hanging(f"  {label:<{_LABEL}}", said, width)]
    return "\n".join(line.rstrip() for line in lines)


def markdown(summary: Summary, hours: Hours) -> str:
    """The same for a note or a chat."""
    lines = [f"# {title(summary, hours)}", "", f"{verdict(summary)}", ""]
    lines += [f"- **{label}:** {said}" for label, said in facts(summary, hours, _escaped)]
    for table in tables(summary):
        lines += ["", *_markdown_table(table)]
    lines += [""] if (ahead := list(outlook(summary, hours, _escaped))) else []
    lines += [f"- **{label}:** {said}" for label, said in ahead]
    return "\n".join(lines)


def title(summary: Summary, hours: Hours) -> str:
    """ "Friday 20 Nov, until 16:53", "Mon 16 to Sun 22 Nov"."""
    first, last = summary.first, summary.last
    if first == last:
        named = f"{day_name(first, first)} {_date(first, summary, hours)}"
    else:
        named = f"{day_name(first, first)[:3]} {_date(first, summary, hours)} to {_date(last, summary, hours)}"
    if summary.until < hours.midnight_after(last):
        moment = words.moment(summary.until, summary.now, hours)
        return f"{named}, until {moment}"
    return named


def verdict(summary: Summary) -> str:
    """The right half of the first line; never more sure than the sources allow."""
    if summary.until < summary.now:
        return f"{summary.waiting:,} waited when it ended." if summary.waiting else "Nobody waited when it ended."
    unsure = ", as far as read" if summary.stale else ""
    if summary.open:
        people = len({one.who.address or one.who.phone or one.case.ref for one in summary.open})
        return f"{words.count(people, 'person waits', 'people wait')}{unsure}."
    return f"Nobody waits{unsure}." if unsure or summary.empty else "Everyone has an answer."


def facts(summary: Summary, hours: Hours, safe: Callable[[str], str]) -> Iterator[Told]:
    """What happened, a label and a sentence each; `safe` escapes what strangers chose."""
    ours = summary.figures
    wanted = f"{summary.owed:,} to answer" if summary.owed else "nothing to answer"
    yield "Received", f"{words.count(summary.received, 'message', 'messages')}, {wanted}"
    yield "Answered", _answered(ours)
    if ours.dismissed:
        yield "Dismissed", f"{ours.dismissed:,}, counted nowhere else"
    yield "Still open", _open(summary, hours, safe)
    promised = sum(one.state is State.PROMISED for one in summary.open)
    if promised:
        yield "Promised", words.count(promised, "promise is open", "promises are open")
    if ours.times:
        yield "First answer", speed(summary)
    if ours.longest is not None:
        yield "Longest wait", f"{length(ours.longest)} on the clock"


def tables(summary: Summary) -> Iterator[Sequence[tuple[str, Sequence[str]]]]:
    """By class, then by channel; the first row is the head. Only where there is something to tell apart."""
    for part in (summary.by_class, summary.by_channel):
        rows = list(_shares(part))
        if len(rows) > 1:
            yield [("", _COLUMNS), *rows]


def outlook(summary: Summary, hours: Hours, safe: Callable[[str], str]) -> Iterator[Told]:
    """What it is to be seen beside: the weeks before, what is to come, what could not be read."""
    yield "Before", _before(summary)
    if summary.put_off:
        yield "Put off", _list(summary.put_off, lambda one: _until(one, summary.now, hours), safe)
    if summary.upcoming:
        yield _next_name(summary, hours), _list(summary.upcoming, lambda one: _when(one, summary, hours), safe)
    for health in summary.stale:
        read = (
            f"was last read {words.moment(health.completed, summary.now, hours)}" if health.completed else "is unread"
        )
        yield "Not known", f"{safe(plain(health.name, 40))} {read}: who waits there is missing here"


def length(span: timedelta) -> str:
    """ "48 min", "3 h 10 min", "2 days 3 h"."""
    hours, days = span // timedelta(hours=1) % 24, span.days
    if span < timedelta(days=1):
        return words.length(span)
    return words.count(days, "day", "days") + (f" {hours} h" if hours else "")


def document(summary: Summary, hours: Hours) -> dict[str, Any]:
    """The document of `summary --json`: moments with offset, lengths in minutes. Lengths of answers are working time,
    waits are time on the clock.
    """
    ours = summary.figures
    return {
        "now": hours.local(summary.now).isoformat(timespec="seconds"),
        "first": summary.first.isoformat(),
        "last": summary.last.isoformat(),
        "until": hours.local(summary.until).isoformat(timespec="seconds"),
        "received": summary.received,
        "owed": summary.owed,
        **_figures(ours),
        "open": {
            "count": summary.waiting,
            "answered_since": summary.answered_since,
            "longest_minutes": _minutes(summary.longest_open),
            "cases": [case(one, summary.now, hours) for one in summary.open],
        },
        "by_class": {each.value: _share(share) for each, share in summary.by_class.items()},
        "by_channel": {each.value: _share(share) for each, share in summary.by_channel.items()},
        "before": {"workdays": summary.workdays, **_figures(summary.before)} if summary.before else None,
        "next": {
            "date": summary.next_day.isoformat(),
            "cases": [case(one, summary.now, hours) for one in summary.upcoming],
        },
        "put_off": [case(one, summary.now, hours) for one in summary.put_off],
        "stale": [plain(health.name) for health in summary.stale],
        "arrivals_by_hour": list(summary.arrivals),
        "weeks": [
            {"monday": week.monday.isoformat(), "answered": week.answered, "late": week.late} for week in summary.weeks
        ],
    }


def _answered(ours: Figures) -> str:
    if not ours.answered:
        return "none"
    if not ours.late:
        return f"{ours.answered:,}, {'all ' if ours.answered > 1 else ''}on time"
    return f"{ours.answered:,}: {ours.on_time:,} on time, {ours.late:,} late"


def _open(summary: Summary, hours: Hours, safe: Callable[[str], str]) -> str:
    since = summary.answered_since
    later = words.count(since, "was", "were") + " open then and answered since" if since else ""
    if not summary.open:
        return later or "nobody"
    named = _list(summary.open, lambda one: _since(one, summary.now, hours), safe)
    return f"{len(summary.open):,}: {named}" + (f"; {later}" if later else "")


def _since(one: Standing, now: datetime, hours: Hours) -> str:
    late = ", late" if one.overdue else ""
    return f"since {words.moment(one.cause.received, now, hours)}{late}"


def _until(one: Standing, now: datetime, hours: Hours) -> str:
    return f"until {words.moment(one.until, now, hours)}" if one.until else ""


def _when(one: Standing, summary: Summary, hours: Hours) -> str:
    moment = one.until or one.due
    return "by " + words.moment(moment, summary.now, hours) if moment else ""


def _list(those: Sequence[Standing], note: Callable[[Standing], str], safe: Callable[[str], str]) -> str:
    named = [f"{safe(_name(one))} ({note(one)})" for one in those[:NAMED]]
    more = len(those) - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def _name(one: Standing) -> str:
    if one.case.channel is Channel.NOTE:
        return words.subject(one)[:60]
    return plain(words.caller(one), 40)


def speed(summary: Summary) -> str:
    """The middle and nine in ten of the times to answer, and beside it those who have none."""
    ours, left = summary.figures, summary.longest_open
    said, most = length(ours.median or timedelta()), length(ours.most or timedelta())
    if len(ours.times) > 1:
        said = f"half within {said}, {'nine in ten' if len(ours.times) >= 10 else 'all'} within {most}"
    if summary.waiting and left is not None:
        waiting = f"{summary.waiting:,} still waiting, longest {length(left)}"
    else:
        waiting = f"{summary.waiting:,} waited then" if summary.waiting else "nobody left out"
    return f"{said} (working time); {waiting}"


def _before(summary: Summary) -> str:
    before = summary.before
    if before is None or not summary.workdays:
        return "nothing is known yet of the four weeks before"
    daily = before.answered / summary.workdays
    rate = f"{100 * before.on_time // before.answered} % on time"
    middle = f", half within {length(before.median)}" if before.median is not None else ""
    weeks = "four weeks" if summary.workdays > 15 else words.count(summary.workdays, "working day", "working days")
    return f"{weeks}: {daily:.1f} answered a working day, {rate}{middle}"


def _next_name(summary: Summary, hours: Hours) -> str:
    named = day_name(summary.next_day, hours.day(summary.now))
    return "By " + (named if len(named) < 13 else named[:12])


def _date(day: date, summary: Summary, hours: Hours) -> str:
    year = f" {day.year}" if day.year != hours.day(summary.now).year else ""
    return f"{day.day} {_MONTHS[day.month - 1]}{year}"


def _shares(part: Mapping[Any, Share]) -> Iterator[tuple[str, Sequence[str]]]:
    for each, share in part.items():
        if share.answered or share.open:
            counts = (share.answered, share.answered - share.late, share.late, share.open)
            yield _called(each), [f"{count:,}" for count in counts]


def _called(each: Enum) -> str:
    return {"email": "mail", "voicemail": "calls", "note": "notes"}.get(each.value, str(each.value))


def row(label: str, cells: Sequence[str]) -> str:
    """A row of a table in text."""
    return f"  {label:<{_LABEL}}" + "".join(f"{cell:>10}" for cell in cells)


def _markdown_table(table: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    for place, (label, cells) in enumerate(table):
        yield f"| {label} | {' | '.join(cells)} |"
        if not place:
            yield "|---|" + "---:|" * len(cells)


def _escaped(name: str) -> str:
    return _MARKUP.sub(r"\\\1", name)


def _figures(ours: Figures) -> dict[str, Any]:
    return {
        "answered": ours.answered,
        "on_time": ours.on_time,
        "late": ours.late,
        "dismissed": ours.dismissed,
        "median_minutes": _minutes(ours.median),
        "most_minutes": _minutes(ours.most),
        "longest_wait_minutes": _minutes(ours.longest),
    }


def _share(share: Share) -> dict[str, int]:
    return {
        "answered": share.answered,
        "on_time": share.answered - share.late,
        "late": share.late,
        "open": share.open,
    }


def _minutes(span: timedelta | None) -> int | None:
    return None if span is None else span // _MINUTE
