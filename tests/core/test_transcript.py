"""What a voicemail is heard to say. The two tables were written before the rules; nobody in them is real."""

import csv
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from triage.core.calls.transcript import Heard, Verdict, read
from triage.core.times.hours import Hours
from triage.model.calls import Call, Way, Wording
from triage.settings import Span

HERE = Path(__file__).parent
ZONE = ZoneInfo("America/New_York")
DAY = (Span(start=time(9), end=time(17)),)
HOURS = Hours(zone=ZONE, week=(DAY, DAY, DAY, DAY, DAY, (), ()))
TUESDAY = datetime(2026, 11, 24, 10, 15, tzinfo=ZONE).astimezone(UTC)


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


VOICEMAILS = table("voicemails.tsv")
ROBOCALLS = table("robocalls.tsv")


def call(text: str, **kept: object) -> Call:
    given: dict[str, object] = {"wording": Wording.OK, "seconds": 30, "way": Way.VOICEMAIL} | kept
    return Call(key="call:1", source="phone", at=TUESDAY, transcript=text, **given)  # type: ignore[arg-type]


def hear(text: str, *, known: bool = False, **kept: object) -> Heard:
    return read(call(text, **kept), hours=HOURS, known=known, area="202")


def rows(listed: list[dict[str, str]]) -> list[object]:
    return [pytest.param(row, id=f"{place}-{row['text'][:40]}") for place, row in enumerate(listed, 2)]


@pytest.mark.parametrize("row", rows(VOICEMAILS))
def test_a_person_is_never_a_machine(row: dict[str, str]) -> None:
    assert hear(row["text"]).verdict.value == row["verdict"]


@pytest.mark.parametrize("row", rows(ROBOCALLS))
def test_robocalls_of_a_known_caller_are_read_as_anybody_s(row: dict[str, str]) -> None:
    assert hear(row["text"], known=True).verdict in {Verdict.WAITS, Verdict.NO_REPLY}


def test_of_robocalls_never_seen_at_most_one_in_ten_waits() -> None:
    waiting = [row["text"] for row in ROBOCALLS if hear(row["text"]).verdict is Verdict.WAITS]
    assert len(waiting) <= len(ROBOCALLS) // 10, waiting
