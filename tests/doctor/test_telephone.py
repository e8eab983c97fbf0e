"""What can be wrong with voicemail folders and call logs is brought about and recognised."""

import shutil
from pathlib import Path

import pytest

from tests.blackbox.homes import ago
from tests.blackbox.test_telephone import JANET, OKAFOR, Office
from tests.doctor.rounds import findings, is_broken, is_odd, is_well
from triage.model.findings import Finding, Level


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Two voicemails, and a call of ours to one of those who left them."""
    made = Office(tmp_path / "home")
    made.wire()
    made.voicemail(0, ago(minutes=50), f'"Janet" <{JANET}>')
    made.voicemail(1, ago(minutes=40), f"<{OKAFOR}>")
    made.log(f"9{JANET}", ago(minutes=30), 60)
    return made


def of(seen: list[Finding], part: str) -> list[Finding]:
    return [one for one in seen if one.part == part and "last read" not in one.what and one.what != "never read"]


def test_a_telephone_that_is_well(office: Office) -> None:
    seen = findings(office)
    assert {one.level for one in [*of(seen, "phone"), *of(seen, "calls")]} == {Level.OK}
    is_well(seen, "2 voicemails, 0 with a transcript")
    is_well(seen, "1 call, 1 of them yours")


def test_looking_leaves_no_trace(office: Office) -> None:
    before = {path: path.read_bytes() for path in office.root.rglob("*") if path.is_file()}
    findings(office)
    assert {path: path.read_bytes() for path in office.root.rglob("*") if path.is_file()} == before


def test_a_folder_that_is_not_there(office: Office) -> None:
    shutil.rmtree(office.spool)
    assert "mounted" in is_broken(of(findings(office), "phone"), str(office.spool))


def test_a_folder_without_voicemail(office: Office) -> None:
    shutil.rmtree(office.spool / "INBOX")
    is_well(findings(office), "no voicemail is there")


def test_a_log_that_is_not_there(office: Office) -> None:
    (office.root / "cdr" / "Master.csv").unlink()
    is_broken(of(findings(office), "calls"), "Master.csv")


def test_a_log_nobody_writes(office: Office) -> None:
    (office.root / "cdr" / "Master.csv").write_text("")
    is_odd(findings(office), "no call of the last weeks is in it")


def test_a_log_that_knows_no_call_back(office: Office) -> None:
    (office.root / "cdr" / "Master.csv").write_text("")
    for number in range(3):
        office.log("1001", ago(minutes=30 + number), 60, src=f"202555010{number}")
    assert "own_numbers" in is_odd(findings(office), "none of the calls is yours")


def test_numbers_of_another_country(office: Office) -> None:
    for number in range(4):
        office.voicemail(2 + number, ago(minutes=30 - number), f"<0304567890{number}>")
    assert "phone_region" in is_odd(of(findings(office), "phone"), "4 of 6 numbers make no sense in US")
