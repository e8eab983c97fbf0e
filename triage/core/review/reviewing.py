"""The private review of a stretch of days: what my answers were like, what channel people prefer, and my own breaks.

Derived anew each time from what is stored; no score of persons, and nothing of it is kept.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from triage.core.cases.threads import moment
from triage.core.people import People, matching_rule
from triage.core.review.findings import Care, Finding, Reply, Text, findings
from triage.core.times.hours import Hours
from triage.core.words.language.phrases import words
from triage.model.cases import AnsweredBy, Case, Channel, Class, Outcome, Person
from triage.model.entries import Entry

LOOKED_BACK = timedelta(days=14)
_PREFERRED = 2
_EVENINGS, _FREE_DAYS, _IN_A_ROW = 3, 2, 8
_LATE = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A round that I answered by mail: its outcome, its case, and the messages of the case in order."""

    outcome: Outcome
    case: Case
    timeline: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A finding and the answer it is about; None for what is about me alone."""

    finding: Finding
    about: Answered | None = None

    @property
    def who(self) -> Person | None:
        """The one who was answered."""
        return self.about.case.latest.who if self.about else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The most useful first. `answers` counts what was looked at, `before` the findings of as many days before."""

    first: date
    last: date
    answers: int
    noted: tuple[Noted, ...]
    before: Mapping[Care, int]

    @property
    def counts(self) -> Mapping[Care, int]:
        """How many of each kind."""
        return Counter(one.finding.care for one in self.noted)


def noted(answers: Iterable[Answered], people: People, off: frozenset[str] = frozenset()) -> tuple[Noted, ...]:
    """What there is to say, the most useful first, then the newest answer; kinds that are `off` are left out."""
    found = [
        Noted(finding=finding, about=answer)
        for answer in sorted(answers, key=lambda one: one.outcome.answered_at, reverse=True)
        for finding in (*_about(answer, people), *_by_their_rule(answer, people))
        if finding.care.value not in off
    ]
    order = list(Care)
    return tuple(sorted(found, key=lambda one: order.index(one.finding.care)))


def _about(answer: Answered, people: People) -> tuple[Finding, ...]:
    reply = reply_of(answer, people)
    return findings(reply) if reply else ()


def reply_of(answer: Answered, people: People) -> Reply | None:
    """What was asked and what I wrote; None where either has no text."""
    place = next((place for place, one in enumerate(answer.timeline) if _is_reply(one, answer, people)), None)
    if place is None:
        return None
    before = answer.timeline[:place]
    asked = [one for one in before if not people.is_mine(one) and one.message.received >= answer.outcome.received]
    theirs = "\n\n".join(one.message.text or "" for one in asked).strip()
    mine = answer.timeline[place].message.text or ""
    if not theirs or not mine.strip():
        return None
    who = answer.case.latest.who
    return Reply(
        asked=Text(theirs),
        mine=Text(mine),
        names=frozenset(word for word in words(who.name) if len(word) > 1),
        first=not any(people.is_mine(one) for one in before),
        near=who.class_ is Class.COWORKER or people.is_own_domain(who.address),
    )


def _is_reply(entry: Entry, answer: Answered, people: People) -> bool:
    return people.is_mine(entry) and moment(entry) == answer.outcome.answered_at


def _by_their_rule(answer: Answered, people: People) -> Iterable[Finding]:
    """They said they want to be rung, and I wrote."""
    asked = next((one for one in answer.timeline if one.message.key == answer.outcome.cause), None)
    rule = matching_rule(asked, people.rules) if asked else None
    if rule and rule.prefers == "phone":
        yield Finding(care=Care.CHANNEL, quote="they asked to be rung", instead="ring them, and write what was agreed")


def preferring(answers: Iterable[Answered]) -> tuple[Noted, ...]:
    """Those who rang and whom I wrote to instead, at least twice; `answers` are rounds that came by telephone."""
    written: dict[str, list[Answered]] = {}
    for one in answers:
        who = one.case.latest.who
        if one.outcome.by is AnsweredBy.MAIL and one.outcome.channel is Channel.VOICEMAIL and (who.phone or who.name):
            written.setdefault(who.phone or who.name, []).append(one)
    return tuple(
        Noted(
            finding=Finding(
                care=Care.CHANNEL,
                quote=f"rang {len(theirs)} times, and you wrote",
                instead="they may prefer the telephone",
            ),
            about=theirs[-1],
        )
        for theirs in written.values()
        if len(theirs) >= _PREFERRED
    )


def breaks(answered: Sequence[datetime], hours: Hours) -> Finding | None:
    """Late evenings, free days and days without a break among the moments I answered at, in the last two weeks."""
    days: dict[date, list[datetime]] = {}
    for one in answered:
        days.setdefault(hours.day(one), []).append(one)
    free = sum(not hours.is_workday(day) for day in days)
    evenings = sum(any(_is_late(one, day, hours) for one in moments) for day, moments in days.items())
    row = _longest_row(days)
    said = [
        *([f"after hours on {evenings} evenings"] if evenings >= _EVENINGS else []),
        *([f"on {free} free days"] if free >= _FREE_DAYS else []),
        *([f"{row} days in a row"] if row >= _IN_A_ROW else []),
    ]
    if not said:
        return None
    return Finding(
        care=Care.BREAKS,
        quote=f"you answered {', '.join(said)}",
        instead="what comes after your hours is not late before the next working day; set them under [workday]",
    )


def _is_late(one: datetime, day: date, hours: Hours) -> bool:
    ends = hours.ends(day)
    return ends is not None and one > ends + _LATE


def _longest_row(days: Iterable[date]) -> int:
    longest, row, before = 0, 0, None
    for day in sorted(days):
        row = row + 1 if before and day - before == _DAY else 1
        longest, before = max(longest, row), day
    return longest
