"""Trying the rules on mail that lies somewhere: one verdict a message, and a past archive lived through again.

Neither needs a configuration or touches the database.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial
from io import BufferedReader
from itertools import chain
from typing import Any, cast

import click

from triage.cli.progress import apart, counted
from triage.cli.session import Session
from triage.config import config_path
from triage.core.cases.folding import Policy
from triage.core.judging.judge import judge
from triage.core.past.arriving import Reader
from triage.core.past.replaying import Replay, replay
from triage.core.past.summing import summed
from triage.core.people import People
from triage.core.times.hours import Hours
from triage.errors import TriageError, UsageError
from triage.freedays import days_off, zone
from triage.model.entries import Entry
from triage.model.judgements import Judgement
from triage.model.mail import Role
from triage.report import json_lines
from triage.report.replay import text as summary_text
from triage.report.replay_figures import figures
from triage.settings import Config, Me, Reminders, Rule, Workday
from triage.sources.archive import Stored, exists, read

_INVISIBLE = re.compile(r"[^\n -~]")
_ASIDE = {Role.TRASH, Role.JUNK}
_EARLIEST = date(1971, 1, 1)
_ME = click.option("--me", "me", multiple=True, metavar="ADDR", help="An address of yours; also a glob.")


@click.command("judge")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@_ME
@click.option("--json", is_flag=True, expose_value=False, help="JSON Lines, as always.")
def judge_command(files: tuple[str, ...], me: tuple[str, ...]) -> None:
    """Judge messages, without configuration or database: a line of JSON each.

    FILE is a message, an mbox, a Maildir, a folder of any of them, or - for standard input. A message in a file of
    its own is judged alone; in a mailbox, with what came before it there.
    """
    mine, hours = _addresses(me), _usual_hours()
    unread, total = 0, 0
    for path in files:
        verdicts = judged(read(path, stdin=_stdin()), mine, hours)
        for one, verdict in counted("Judging", verdicts, shown=apart()):
            _print(_line(one, verdict, hours))
            total += 1
            unread += one.error is not None
    if unread:
        raise TriageError(f"{unread} of {total} could not be read", hint='their lines have an "error"')


def _line(one: Stored, verdict: Judgement, hours: Hours) -> dict[str, Any]:
    if one.error and not one.readable:
        return json_lines.unread(one.file, one.error)
    return json_lines.verdict(one.message, verdict, file=one.file, hours=hours, error=one.error)


def judged(found: Iterable[Stored], mine: Me, hours: Hours) -> Iterator[tuple[Stored, Judgement]]:
    """A verdict for each message of one path: those in files of their own as they are read, then those of its
    mailboxes together, in the order they came.
    """
    together: dict[str, list[Stored]] = {}
    people = People(me=mine)
    for one in found:
        if one.together and one.readable:
            together.setdefault(one.message.key, []).append(one)
        else:
            yield one, _alone(one, people, hours)
    if not together:
        return
    entries = (entry_of(one) for copies in together.values() for one in copies)
    for arrived in Reader(me=mine, hours=hours).read(entries):
        yield from ((one, arrived.judgement) for one in together[arrived.entry.message.key])


def _alone(one: Stored, people: People, hours: Hours) -> Judgement:
    """Nothing is known but the message: my name is the one it was addressed to."""
    name = next((box.name for box in (*one.message.to, *one.message.cc) if people.is_me(box.address)), "")
    if name:
        people = People(me=replace(people.me, name=name))
    entry = entry_of(one)
    return judge(entry, (entry,), people, hours=hours)


@click.command("replay")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@_ME
@click.option("--since", metavar="DAY", help="Begin on this day; what is older is only known.")
@click.option("--until", metavar="DAY", help="End after this day.")
@click.option("--sent", multiple=True, metavar="PATH", help="More of your own mail, where its name does not say so.")
@click.option("--messages", is_flag=True, help="Each message from others, as judged when it came.")
@click.option("--json/--text", "as_json", default=None, help="JSON Lines, or a summary to read (on a terminal).")
@click.pass_obj
def replay_command(
    session: Session,
    *,
    paths: tuple[str, ...],
    me: tuple[str, ...],
    since: str | None,
    until: str | None,
    sent: tuple[str, ...],
    messages: bool,
    as_json: bool | None,
) -> None:
    """Live through a past archive: who waited, when it would have rung, what was answered in time.

    PATH is an mbox, a Maildir, or a folder of them, with mailboxes of sent mail known by their names. Working hours,
    reminders and rules are those of your configuration if there is one, else Monday to Friday from nine to five.
    """
    for path in (*paths, *sent):
        exists(path)
    if since and until and _day(until) < _day(since):
        raise UsageError(f"{until} is before {since}", hint="name the earlier day with --since")
    config = _config(session)
    mine = _me(me, config)
    stored, unread = _kept(paths, sent, session.now)
    hours = _hours(config, stored, session.now)
    whole = replay(
        [entry_of(one) for one in stored],
        me=mine,
        policy=_policy(config, hours),
        reminders=config.reminders if config else Reminders(),
        since=_midnight(since, hours) if since else None,
        until=hours.midnight_after(_day(until)) if until else None,
        along=partial(counted, "Judging", of=len(stored)),
    )
    if unread:
        click.echo(f"triage: {unread} could not be read and are left out", err=True)
    if whole is None:
        raise TriageError("there is no mail in it", hint="name an mbox, a Maildir, or a folder of them")
    if as_json or messages or (as_json is None and not sys.stdout.isatty()):
        _print_replay(whole, hours, {one.message.key: one.file for one in reversed(stored)}, messages=messages)
    else:
        week = _week(config, hours)
        found, days = figures(whole, hours), summed(whole, hours)
        click.echo(summary_text(found, days, hours=hours, week=week, width=session.width, colour=session.colour))


def _print_replay(whole: Replay, hours: Hours, file_of: dict[str, str], *, messages: bool) -> None:
    if messages:
        for one in whole.heard:
            _print(json_lines.heard(one, file=file_of[one.arrived.entry.message.key], hours=hours))
        return
    for case in whole.cases:
        _print(json_lines.lived(case, whole, hours))
    _print(json_lines.summary(figures(whole, hours), summed(whole, hours), hours))


# --- what they work on ----------------------------------------------------------------------------------------------


def _kept(paths: Sequence[str], sent: Sequence[str], now: datetime) -> tuple[list[Stored], int]:
    """What counts, and how much could not be read. Trash, Junk and drafts are nobody's question any more; nothing has
    come later than now, whatever it claims.
    """
    every = (one for path in paths for one in read(path, stdin=_stdin()))
    mine = (one for path in sent for one in read(path, stdin=_stdin(), sent=True))
    found = list(counted("Reading", chain(every, mine)))
    kept = [one for one in found if one.readable and one.role not in _ASIDE and not one.draft]
    kept = [one if one.message.received <= now else _come_by(one, now) for one in kept]
    return kept, sum(not one.readable for one in found)


def _come_by(one: Stored, now: datetime) -> Stored:
    return replace(one, message=replace(one.message, received=now))


def _stdin() -> BufferedReader:
    return cast(BufferedReader, sys.stdin.buffer)


def entry_of(one: Stored) -> Entry:
    return Entry(
        message=one.message,
        source="archive",
        seen=one.message.received,
        mailboxes=(one.mailbox,),
        outgoing=one.role is Role.SENT,
    )


def _addresses(given: Sequence[str]) -> Me:
    if not given:
        raise UsageError("nobody is said to be you", hint="add --me with your address, once for each you have")
    wrong = next((one for one in given if "@" not in one), None)
    if wrong is not None:
        raise UsageError(f"{wrong!r} is no address", hint="write it like --me robin@example.com")
    return Me(addresses=tuple(one.strip().lower() for one in given))


def _me(given: Sequence[str], config: Config | None) -> Me:
    """The addresses given; name and team of the configuration too, if it is about the same person."""
    if not given and config:
        return config.me
    mine = _addresses(given)
    known = People(me=config.me) if config else None
    if config and known and any(known.is_me(one) for one in mine.addresses):
        return replace(config.me, addresses=mine.addresses)
    return mine


def _config(session: Session) -> Config | None:
    """The configuration, if there is one or one was asked for."""
    there = session.config_path is not None or config_path(None, os.environ).exists()
    return session.config if there else None


def _policy(config: Config | None, hours: Hours) -> Policy:
    rules: tuple[Rule, ...] = config.rules if config else ()
    return Policy(rules=rules, workday=config.workday if config else Workday(), hours=hours)


def _usual_hours() -> Hours:
    usual = Workday()
    return Hours(zone=zone(usual), week=usual.week)


def _hours(config: Config | None, stored: Sequence[Stored], now: datetime) -> Hours:
    """Working time over all the years of an archive, holidays included."""
    workday = config.workday if config else Workday()
    days = [one.message.received.date() for one in stored]
    first, last = min(days, default=now.date()), max(days, default=now.date())
    off = days_off(workday, max(first, _EARLIEST), last.replace(year=last.year + 1, day=1))
    return Hours(zone=zone(workday), week=workday.week, days_off=off)


def _week(config: Config | None, hours: Hours) -> str:
    where = f"({hours.zone.key})" if hours.zone.key else ""
    if config:
        return f"Working hours, reminders and rules are those of {config.path.name} {where}".rstrip() + "."
    return f"Working hours: Monday to Friday, 9:00 to 17:00 {where}".rstrip() + ". With a config.toml: your own."


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f"{text!r} is no day", hint="write it like 2026-11-20") from error


def _midnight(text: str, hours: Hours) -> datetime:
    return hours.at(_day(text), time()).astimezone(UTC)


def _print(document: dict[str, Any]) -> None:
    """One line. Everything invisible is escaped: strangers wrote it, and terminals obey C1 and bidi."""
    line = json.dumps(document, ensure_ascii=False)
    click.echo(_INVISIBLE.sub(lambda found: found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1], line))
