"""The board as it stood at an earlier moment: what was there then, judged by the rules of today."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from triage.clerk import policy
from triage.core.calls.book import book
from triage.core.calls.gathering import gather_calls, groups, letters, talks
from triage.core.cases.gather import gather
from triage.core.cases.silences import silenced
from triage.core.people import People
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.model.calls import Sighting
from triage.settings import Config
from triage.store import lookups, reads


def board_at(board: Board, at: datetime, *, database: Path, config: Config, hours: Hours, now: datetime) -> Board:
    """`board` with the cases and all marks in force; what came after `at` is left out of the cases, numbers stay."""
    whole = reads.board(database, now, sources=config.sources, whole=True) or board
    marks = tuple(mark for mark in whole.marks if mark.at <= at)
    first = {health.name: health.first_complete or now for health in board.sources}
    correspondence = lookups.correspondence(database)
    today = replace(policy(config, hours, first), written_to=correspondence.written_to)
    cards = book(lookups.contacts(database))
    people = People(
        me=config.me,
        correspondence=correspondence,
        silenced=silenced(marks),
        contacts=cards.everybody,
        rules=config.rules,
    )
    number = {item.key: case.number for case in whole.cases for item in case.items}
    entries, calls = lookups.entries_until(database, at), _calls(database, at)
    mail = gather(entries, people=people, policy=today, talks=talks(calls, cards, today))
    sent = letters(entries, frozenset(key for one in mail for key in one.spent))
    rang = gather_calls(groups(calls), calls, letters=sent, book=cards, policy=today)
    cases = tuple(replace(one, number=number.get(one.thread)) for one in (*mail, *rang))
    return replace(board, marks=marks, cases=cases)


def _calls(database: Path, at: datetime) -> tuple[Sighting, ...]:
    """What had been heard of by then; what vanished later was there."""
    found = lookups.calls_until(database, at)
    return tuple(replace(one, gone=one.gone if one.gone and one.gone <= at else None) for one in found)
