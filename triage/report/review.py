"""`triage review` in words: a few findings, each with the line it means and another way to say it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from triage.core.plain import plain
from triage.core.review.findings import Care
from triage.core.review.reviewing import Noted, Review
from triage.core.times.hours import Hours
from triage.report import words
from triage.report.lines import WIDEST, dim, hanging, wrap
from triage.report.moments import day_name

MOST, MOST_OF_A_KIND = 7, 2
_LONGEST = 160
_NAMES = {
    Care.ATTENTION: "maybe unanswered",
    Care.VIEW: "their side of it",
    Care.NEXT_STEP: "the next step",
    Care.WORDS: "other words",
    Care.WARMTH: "warmth",
    Care.CHANNEL: "their channel",
    Care.BREAKS: "your breaks",
}
# What is counted over a longer time has no day or week before.
_COMPARED = tuple(care for care in Care if care not in {Care.CHANNEL, Care.BREAKS})


def text(review: Review, hours: Hours, *, width: int, colour: bool = False) -> str:
    """The whole screen, no newline at its end."""
    width = min(width, WIDEST)
    shown = _shown(review.noted)
    parts = [wrap(_headline(review), width)]
    parts += [list(_finding(one, hours, width, colour=colour)) for one in shown]
    rest = len(review.noted) - len(shown)
    if rest:
        parts.append([f"  and {rest} more: triage review --json"])
    trend = _trend(review)
    parts.append([dim(line, colour=colour) for line in wrap(trend, width)] if trend else [])
    return "\n\n".join("\n".join(part) for part in parts if part)


def _shown(noted: Sequence[Noted]) -> list[Noted]:
    """A few, and few of a kind: a list of faults helps nobody."""
    seen: Counter[Care] = Counter()
    kept = []
    for one in noted:
        seen[one.finding.care] += 1
        if seen[one.finding.care] <= MOST_OF_A_KIND:
            kept.append(one)
    return kept[:MOST]


def document(review: Review, hours: Hours) -> dict[str, Any]:
    """The document of `review --json`."""
    return {
        "first": review.first.isoformat(),
        "last": review.last.isoformat(),
        "answers": review.answers,
        "findings": [_as_dict(one, hours) for one in review.noted],
        "counts": {care.value: count for care, count in review.counts.items()},
        "before": {care.value: count for care, count in review.before.items()},
    }


def _headline(review: Review) -> str:
    day = day_name(review.first, review.first)
    first, last = review.first, review.last
    when = day if first == last else f"{first.day} {first:%b} to {last.day} {last:%b}"
    seen = words.count(review.answers, "answer", "answers")
    if not review.noted:
        return f"{when}: {seen} of yours looked at, nothing to say about them."
    return f"{when}: {seen} of yours looked at. For you alone:"


def _finding(one: Noted, hours: Hours, width: int, *, colour: bool) -> Iterator[str]:
    name, about = _NAMES[one.finding.care], one.about
    to = ""
    if about and one.who:
        handle = about.case.number or plain(about.case.ref[:8])
        to = f": to {words.name(one.who)}, {plain(about.case.latest.subject, 60) or 'no subject'} ({handle})"
    yield from wrap(f"{name}{to}", width, "  ")
    quote = plain(one.finding.quote, _LONGEST)
    yield from hanging("    ", f"“{quote}”" if about else quote, width)
    yield from (dim(line, colour=colour) for line in hanging("    → ", one.finding.instead, width))


def _trend(review: Review) -> str:
    if not review.before and not review.noted:
        return 'Each kind can be switched off: [review] off = ["warmth"] in config.toml.'
    kinds = [care for care in _COMPARED if review.counts.get(care) or review.before.get(care)]
    if not kinds:
        return ""
    told = [f"{_NAMES[care]} {review.counts.get(care, 0)} ({review.before.get(care, 0)})" for care in kinds]
    span = "day" if review.first == review.last else "week"
    return f"This {span} (the {span} before): {', '.join(told)}."


def _as_dict(one: Noted, hours: Hours) -> dict[str, Any]:
    about = one.about
    return {
        "kind": one.finding.care.value,
        "quote": plain(one.finding.quote, 1000),
        "instead": one.finding.instead,
        "id": about.case.number if about else None,
        "ref": about.case.ref if about else None,
        "who": (plain(one.who.name) or plain(one.who.address)) if one.who else None,
        "answered_at": hours.local(about.outcome.answered_at).isoformat(timespec="seconds") if about else None,
    }
