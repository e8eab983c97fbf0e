"""A private look at my own answers, after they were sent."""

from collections import Counter
from datetime import date, datetime, timedelta

import click

from triage.cli.days import days
from triage.cli.printing import dumped
from triage.cli.session import Session
from triage.core.past.summary import begins
from triage.core.people import People
from triage.core.review.findings import Care
from triage.core.review.reviewing import LOOKED_BACK, Answered, Noted, Review, breaks, noted, preferring
from triage.model.cases import AnsweredBy, Channel, Outcome

_PREFERENCES = timedelta(days=28)
_DAY = timedelta(days=1)


@click.command("review")
@click.option("--day", "day", metavar="DAY", help="Another day: today, yesterday, mon, 2026-11-25.")
@click.option("--week", is_flag=True, help="The whole week, from Monday.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def review_command(session: Session, *, day: str | None, week: bool, as_json: bool) -> None:
    """A private look at your own answers: what may have been missed, and other words for it.

    Nothing of it is kept or sent anywhere. Kinds you do not want: off = ["warmth"] under [review] in config.toml.
    """
    from triage.report.review import document, text

    first, last = days(day, session.hours.day(session.now), week=week)
    found = reviewed(session, first, last)
    if as_json:
        click.echo(dumped(document(found, session.hours), indent=1))
    else:
        click.echo(text(found, session.hours, width=session.width, colour=session.colour))


def reviewed(session: Session, first: date, last: date) -> Review:
    """The review of these days, next to as many days before."""
    from triage.store import lookups

    hours, off = session.hours, session.config.review_off
    start, until = begins(first, hours), min(session.now, hours.midnight_after(last))
    earlier = begins(first - (last - first) - _DAY, hours)
    correspondence = lookups.correspondence(session.database)
    people = People(me=session.config.me, correspondence=correspondence, rules=session.config.rules)
    answers = _answers(session, start, until)
    found = [*noted(answers, people, off), *_about_me(session, until, off)]
    before = noted(_answers(session, earlier, start), people, off)
    order = list(Care)
    return Review(
        first=first,
        last=last,
        answers=len(answers),
        noted=tuple(sorted(found, key=lambda one: order.index(one.finding.care))),
        before=Counter(one.finding.care for one in before),
    )


def _answers(session: Session, start: datetime, until: datetime) -> list[Answered]:
    return _rounds(session, [one for one in _outcomes(session, start, until) if one.channel is Channel.EMAIL])


def _about_me(session: Session, until: datetime, off: frozenset[str]) -> list[Noted]:
    found = list(preferences(session, until))
    lately = [one.answered_at for one in _outcomes(session, until - LOOKED_BACK, until)]
    rest = breaks(lately, session.hours)
    found += [Noted(finding=rest)] if rest else []
    return [one for one in found if one.finding.care.value not in off]


def preferences(session: Session, until: datetime) -> tuple[Noted, ...]:
    """Who rang and was written to instead, in the last four weeks."""
    written = [one for one in _outcomes(session, until - _PREFERENCES, until) if one.channel is Channel.VOICEMAIL]
    return preferring(_rounds(session, written))


def _outcomes(session: Session, start: datetime, until: datetime) -> list[Outcome]:
    """Rounds I answered by mail in this stretch that nothing took back."""
    from triage.store import reads

    standing: dict[str, Outcome] = {}
    for one in reads.outcomes(session.database, start, until):
        if one.reversed_:
            standing.pop(one.cause, None)
        elif one.by is AnsweredBy.MAIL:
            standing[one.cause] = one
    return list(standing.values())


def _rounds(session: Session, outcomes: list[Outcome]) -> list[Answered]:
    from triage.store import lookups, reads

    found = []
    for outcome in outcomes:
        case = reads.case_of(session.database, outcome.cause)
        if case is not None:
            found.append(Answered(outcome=outcome, case=case, timeline=lookups.timeline(session.database, case)))
    return found
