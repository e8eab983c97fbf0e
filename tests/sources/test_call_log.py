"""A call log: tailed through rotation and half lines, its rows brought together, whatever wrote it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from triage.errors import SourceRejected, SourceUnreachable
from triage.model.calls import Call, Way
from triage.settings import CallLog as Log
from triage.settings import Columns, SourceSettings
from triage.sources.call_log.log import CallLog

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
ASTERISK = Log(preset="asterisk", outside_prefix=("9",))
NEW_YORK = "America/New_York"


def row(
    src: str,
    dst: str,
    start: str,
    *,
    talk: int = 0,
    app: str = "Dial",
    disposition: str = "",
    context: str = "from-internal",
    reached: str = "PJSIP/trunk-0000001c",
    unique: str = "",
    data: str = "",
) -> str:
    """A row as cdr_csv writes it: quoted texts, bare numbers, nothing for a call that was never answered."""
    told = disposition or ("ANSWERED" if talk else "NO ANSWER")
    answer = f'"2026-11-21 {start}"' if told == "ANSWERED" else ""
    return (
        f'"","{src}","{dst}","{context}","""Joe ""J"""" <{src}>","PJSIP/{src}-0000001b","{reached}","{app}","{data}",'
        f'"2026-11-21 {start}",{answer},"2026-11-21 {start}",{talk + 9},{talk},"{told}","DOCUMENTATION",'
        f'"{unique or f"{src}{dst}{start}"}",""\n'
    )


@pytest.fixture
def source(tmp_path: Path) -> Callable[..., CallLog]:
    def made(log: Log = ASTERISK, name: str = "Master.csv", timezone: str = NEW_YORK) -> CallLog:
        settings = SourceSettings(name="calls", kind="call_log", path=tmp_path / name, call_log=log, timezone=timezone)
        return CallLog(settings, clock=lambda: NOW)

    return made


def told(call: Call) -> tuple[object, ...]:
    return call.way, call.number, call.answered, call.seconds


BACK = row("1001", "912025550123", "11:02:00", talk=251)
TRIED = row("1001", "912025550123", "10:05:00")
LEG = row(
    "2025550123",
    "1001",
    "09:30:40",
    talk=34,
    app="VoiceMail",
    context="from-trunk",
    reached="",
    data="1001@default,u",
)


def test_the_three_rows_of_a_returned_call(source: Callable[..., CallLog], tmp_path: Path) -> None:
    (tmp_path / "Master.csv").write_text(LEG + TRIED + BACK)
    batch = source().fetch(None)
    assert batch.complete
    assert [told(call) for call in batch.calls] == [
        (Way.IN, "2025550123", False, 0),
        (Way.OUT, "+12025550123", False, 0),
        (Way.OUT, "+12025550123", True, 251),
    ]
    assert batch.calls[0].mailbox == "1001@default"
    assert batch.calls[0].at == datetime(2026, 11, 21, 14, 30, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(row("2025550123", "s", "09:00:00", talk=20, app="Playback", context="from-trunk", reached=""),
                     (Way.IN, "2025550123", False, 0), id="an announcement is no talk"),
        pytest.param(row("1001", "912025550123", "09:00:00", disposition="ANSWERED"),
                     (Way.OUT, "+12025550123", False, 0), id="answered for no second"),
        pytest.param(row("1001", "912025550123", "09:00:00", disposition="BUSY"),
                     (Way.OUT, "+12025550123", False, 0), id="busy"),
        pytest.param(row("2025550123", "1001", "09:00:00", talk=60, context="from-trunk", reached="PJSIP/1001-1"),
                     (Way.IN, "2025550123", True, 60), id="they rang and I answered"),
        pytest.param(row("2025550123", "2025550100", "09:00:00", context="from-pstn", reached=""),
                     (Way.IN, "2025550123", False, 0), id="missed, at a number of ours"),
        pytest.param(row("", "1001", "09:00:00", context="from-trunk", reached=""),
                     (Way.IN, "", False, 0), id="withheld"),
        pytest.param(row("1001", "201", "09:00:00", talk=60, reached="PJSIP/201-1"),
                     (Way.OUT, "201", True, 60), id="in the house"),
    ],
)  # fmt: skip
def test_what_a_row_says(
    source: Callable[..., CallLog], tmp_path: Path, line: str, expected: tuple[object, ...]
) -> None:
    (tmp_path / "Master.csv").write_text(line)
    (call,) = source().fetch(None).calls
    assert told(call) == expected
    assert call.withheld is not bool(call.number)


def test_rows_of_one_call_are_one(source: Callable[..., CallLog], tmp_path: Path) -> None:
    """Three telephones ring, one is picked up."""
    rang = [
        row("2025550123", "1001", "09:00:00", context="from-trunk", reached="PJSIP/1001-1", unique="7.1"),
        row("2025550123", "1002", "09:00:00", context="from-trunk", reached="PJSIP/1002-1", unique="7.1"),
        row("2025550123", "1003", "09:00:00", talk=90, context="from-trunk", reached="PJSIP/1003-1", unique="7.1"),
    ]
    (tmp_path / "Master.csv").write_text("".join(rang))
    (call,) = source().fetch(None).calls
    assert told(call) == (Way.IN, "2025550123", True, 90)


def test_a_row_that_comes_later_joins_its_call(source: Callable[..., CallLog], tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    path.write_text(row("2025550123", "1001", "09:00:00", context="from-trunk", unique="7.1"))
    calls = source()
    first = calls.fetch(None)
    with path.open("a") as file:
        file.write(row("2025550123", "1002", "09:00:20", talk=90, context="from-trunk", unique="7.1"))
    second = calls.fetch(first.cursor)
    assert [call.key for call in second.calls] == [first.calls[0].key]
    assert second.calls[0].answered


def test_a_half_line_is_waited_for(source: Callable[..., CallLog], tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    path.write_text(BACK[:60])
    calls = source()
    first = calls.fetch(None)
    assert first.calls == ()
    with path.open("a") as file:
        file.write(BACK[60:])
    assert len(calls.fetch(first.cursor).calls) == 1


def test_a_rotated_log_loses_no_row(source: Callable[..., CallLog], tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    path.write_text(LEG)
    calls = source()
    first = calls.fetch(None)
    with path.open("a") as file:
        file.write(TRIED)
    path.rename(tmp_path / "Master.csv.1")
    path.write_text(BACK)
    second = calls.fetch(first.cursor)
    assert {told(call)[1:] for call in second.calls} >= {("+12025550123", False, 0), ("+12025550123", True, 251)}


def test_a_log_that_was_cut_short_is_read_from_its_start(source: Callable[..., CallLog], tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    path.write_text(LEG + TRIED)
    calls = source()
    first = calls.fetch(None)
    path.write_text(BACK)
    assert [told(call) for call in calls.fetch(first.cursor).calls] == [(Way.OUT, "+12025550123", True, 251)]


def test_an_unchanged_log_says_nothing_new(source: Callable[..., CallLog], tmp_path: Path) -> None:
    (tmp_path / "Master.csv").write_text(LEG + BACK)
    calls = source()
    first = calls.fetch(None)
    second = calls.fetch(first.cursor)
    assert (second.calls, second.cursor, second.complete) == ((), first.cursor, True)


def test_a_start_goes_on_where_the_last_ended(source: Callable[..., CallLog], tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    path.write_text(row("1001", "912025550199", "07:00:00", talk=60) + BACK)
    first = source().fetch(None)
    again = source().fetch(first.cursor)
    assert {call.number for call in again.calls} == {"+12025550123"}


def test_old_rows_are_left_alone(source: Callable[..., CallLog], tmp_path: Path) -> None:
    (tmp_path / "Master.csv").write_text(BACK.replace("2026-11-21", "2026-09-21") + BACK)
    assert len(source().fetch(None).calls) == 1


def test_own_numbers_leave_colleagues_out(source: Callable[..., CallLog], tmp_path: Path) -> None:
    (tmp_path / "Master.csv").write_text(row("1002", "912025550123", "09:00:00", talk=60) + BACK)
    log = Log(preset="asterisk", outside_prefix=("9",), own_numbers=("1001",))
    assert [call.seconds for call in source(log).fetch(None).calls] == [251]


def test_no_log_yet_is_nothing_and_no_folder_an_outage(source: Callable[..., CallLog]) -> None:
    assert source().fetch(None).complete
    with pytest.raises(SourceUnreachable):
        source(name="gone/Master.csv").fetch(None)


def test_a_log_that_vanishes_is_an_outage(source: Callable[..., CallLog], tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    path.write_text(BACK)
    calls = source()
    first = calls.fetch(None)
    path.unlink()
    with pytest.raises(SourceUnreachable):
        calls.fetch(first.cursor)


GENERIC = Log(
    columns=Columns(start="Date", time="Time", direction="Direction", from_="From", to="To", talk="Duration",
                    result="Result"),
    date_format="%m/%d/%Y %I:%M %p",
    duration="h:mm:ss",
    outgoing=("Outgoing",),
    answered=("Call connected",),
)  # fmt: skip
GERMAN = Log(
    columns=Columns(start="Datum", direction="Typ", from_="Rufnummer", to="Rufnummer", talk="Dauer"),
    date_format="%d.%m.%y %H:%M",
    duration="h:mm",
    outgoing=("3",),
    region="DE",
)
PLACES = Log(
    header=False,
    columns=Columns(start="1", direction="2", from_="3", to="4", talk="5"),
    date_format="%Y-%m-%dT%H:%M:%S%z",
)


@pytest.mark.parametrize(
    ("log", "content", "expected"),
    [
        pytest.param(
            GENERIC,
            b"Date,Time,Direction,From,To,Duration,Result\n"
            b"11/21/2026,11:02 AM,Outgoing,101,(202) 555-0123,0:04:11,Call connected\n"
            b"11/21/2026,11:09 AM,Outgoing,101,(202) 555-0124,0:00:31,Voicemail\n"
            b"11/21/2026,11:12 AM,Incoming,(202) 555-0125,101,0:00:00,Missed\n",
            [
                (Way.OUT, "+12025550123", True, 251),
                (Way.OUT, "+12025550124", False, 0),
                (Way.IN, "(202) 555-0125", False, 0),
            ],
            id="a header, a date and a time, words",
        ),
        pytest.param(
            GERMAN,
            "sep=;\nTyp;Datum;Name;Rufnummer;Nebenstelle;Eigene Rufnummer;Dauer\n"
            "3;21.11.26 11:02;Müller;030123456;Telefon;Internet: 555000;0:05\n".encode("latin-1"),
            [(Way.OUT, "+4930123456", True, 300)],
            id="semicolons, latin-1, hours and minutes",
        ),
        pytest.param(
            PLACES,
            b"\xef\xbb\xbf2026-11-21T11:02:00-0500\tout\t101\t2025550123\t61\n",
            [(Way.OUT, "+12025550123", True, 61)],
            id="no header, tabs, a byte order mark, an offset",
        ),
    ],
)
def test_any_csv_by_its_columns(
    source: Callable[..., CallLog], tmp_path: Path, log: Log, content: bytes, expected: list[object]
) -> None:
    (tmp_path / "calls.csv").write_bytes(content)
    batch = source(log, "calls.csv").fetch(None)
    assert [told(call) for call in batch.calls] == expected


def test_a_column_that_is_not_there_is_said(source: Callable[..., CallLog], tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("Date,Length\n1,2\n")
    with pytest.raises(SourceRejected, match=r"calls\.csv has no column Time, Direction"):
        source(GENERIC, "calls.csv").fetch(None)


def test_a_pattern_reads_every_file(source: Callable[..., CallLog], tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(BACK)
    (tmp_path / "two.csv").write_text(TRIED)
    assert len(source(name="*.csv").fetch(None).calls) == 2


@pytest.mark.parametrize("junk", [b"\x00\xff\xfe" * 100 + b"\n", b'"unclosed,' * 50 + b"\n", b"\n\n\n", b"x" * 300_000])
def test_junk_hides_no_call(source: Callable[..., CallLog], tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "Master.csv").write_bytes(BACK.encode() + junk + b"\n" + TRIED.encode())
    assert len(source().fetch(None).calls) == 2


def test_a_year_of_calls_comes_in_pieces(source: Callable[..., CallLog], tmp_path: Path) -> None:
    start = NOW - timedelta(days=2)
    lines = [
        row("1001", f"91202555{n % 10000:04}", "11:02:00", talk=60, unique=str(n)).replace(
            "2026-11-21", f"{start:%Y-%m-%d}"
        )
        for n in range(25_000)
    ]
    (tmp_path / "Master.csv").write_text("".join(lines))
    calls, cursor, seen, complete = source(), None, 0, False
    while not complete:
        batch = calls.fetch(cursor)
        cursor, complete = batch.cursor, batch.complete
        seen += len(batch.calls)
    assert seen == len(lines)
