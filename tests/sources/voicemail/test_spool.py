"""A message's text file in an Asterisk spool."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.sources.voicemail.folders import Reader, message, write


def test_a_message_is_read_rightly(tmp_path: Path) -> None:
    write(tmp_path / "default/1001/INBOX/msg0000.txt", message())
    write(tmp_path / "default/1001/INBOX/msg0000.wav", b"RIFF")
    call = Reader(tmp_path).one()
    assert (call.number, call.name, call.seconds) == ("2025550123", "ACME LLC", 17)
    assert call.at == datetime(2026, 11, 21, 14, 31, 9, tzinfo=UTC)
    assert (call.mailbox, call.folder, call.heard, call.urgent) == ("1001@default", "INBOX", False, False)
    assert [Path(file).name for file in call.files] == ["msg0000.wav", "msg0000.txt"]
    assert call.ids == ("1795271469-00000000",)


@pytest.mark.parametrize(
    ("callerid", "name", "number", "withheld"),
    [
        ("Unknown", "", "", True),
        ("", "", "", True),
        ("2025550123", "", "2025550123", False),
        ("Front Door", "Front Door", "", True),
        ('"50% OFF = now" <2025550123>', "50% OFF = now", "2025550123", False),
        (r'"Bob \"Buddy\" Lee" <201>', 'Bob "Buddy" Lee', "201", False),
        (r'"back\\slash" <+12025550123>', r"back\slash", "+12025550123", False),
        ("Ada <2025550123>", "Ada", "2025550123", False),
        ('"Anonymous" <anonymous>', "", "", True),
        ('"" <2025550123>', "", "2025550123", False),
        ('"Müller" <030123456>', "Müller", "030123456", False),
    ],
)
def test_a_caller_is_read_as_it_was_sent(tmp_path: Path, callerid: str, name: str, number: str, withheld: bool) -> None:
    write(tmp_path / "INBOX/msg0000.txt", message(callerid))
    call = Reader(tmp_path).one()
    assert (call.name, call.number, call.withheld) == (name, number, withheld)


def test_names_in_latin_1_are_read(tmp_path: Path) -> None:
    write(tmp_path / "INBOX/msg0000.txt", message('"Müller" <030123456>').encode("latin-1"))
    assert Reader(tmp_path).one().name == "Müller"


def test_a_stray_line_and_a_key_told_twice_do_no_harm(tmp_path: Path) -> None:
    write(tmp_path / "INBOX/msg0000.txt", message(more="no equals sign\nduration=16\n").replace("\n", "\r\n"))
    assert Reader(tmp_path).one().seconds == 16


def test_greetings_locks_and_a_recording_in_progress_are_no_calls(tmp_path: Path) -> None:
    box = tmp_path / "default/1001"
    write(box / "INBOX/msg0000.txt", message())
    for noise in ("unavail.wav", "busy.WAV", "unavail/x.wav", "tmp/Xk3dQ9", "tmp/Xk3dQ9.wav", "INBOX/.lock"):
        write(box / noise, message("2025550199", origtime=1))
    assert len(Reader(tmp_path).read()) == 1
