"""The board as it stood at an earlier moment: what was there then, judged by the rules of today."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from triage.clerk import backlog_before, silenced
from triage.core.cases.folding import Policy
from triage.core.cases.gather import gather
from triage.core.people import People
from triage.core.times.hours import Hours
from triage.model.board import Board
from triage.settings import Config
from triage.store import reads


def board_at(board: Board, at: datetime, *, database: Path, config: Config, hours: Hours, now: datetime) -> Board:
    """`board` with the cases and all marks in force; what came after `at` is left out of the cases, numbers stay."""
    whole = reads.board(database, now, sources=config.sources, whole=True) or board
    marks = tuple(mark for mark in whole.marks if mark.at <= at)
    first = {health.name: health.first_complete or now for health in board.sources}
    policy = Policy(
        rules=config.rules,
        workday=config.workday,
        hours=hours,
        backlog_before={name: backlog_before(moment, hours) for name, moment in first.items()},
    )
    people = People(
        me=config.me,
        correspondence=reads.correspondence(database),
        silenced=silenced(marks),
        rules=config.rules,
    )
    number = {item.key: case.number for case in whole.cases for item in case.items}
    cases = gather(reads.entries_until(database, at), people=people, policy=policy)
    return replace(board, marks=marks, cases=tuple(replace(one, number=number.get(one.thread)) for one in cases))
