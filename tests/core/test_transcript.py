"""What a voicemail is heard to say. The two tables were written before the rules; nobody in them is real."""

import csv
import re
from datetime import UTC, datetime, time
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.calls.transcript import Heard, Verdict, read
from triage.core.plain import plain
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


PEOPLE = [row for row in VOICEMAILS if row["verdict"] == "waits"]
LABELLED = [row for row in VOICEMAILS if row["name"] != "?"]
NOT_PEOPLE = {Verdict.SPAM, Verdict.AUTOMATED}
# Said in passing, or to be rid of oneself: none of these silences who asks to be called.
MAGIC = [
    "Press 1.",
    "This is an automated message.",
    "No need to call back.",
    "Wrong number.",
    "FYI.",
    "Never mind.",
    "Thank you for watching!",
    "Final notice.",
    "Warranty.",
    "Just letting you know.",
    "Kein Rückruf nötig.",
]
ASKING = [
    row for row in PEOPLE if re.search(r"\b(?:call|ring|text|phone|reach|telephone) me\b|rufen Sie mich", row["text"])
]


@pytest.mark.parametrize("row", rows(VOICEMAILS))
def test_a_person_is_never_a_machine(row: dict[str, str]) -> None:
    assert hear(row["text"]).verdict.value == row["verdict"]


@pytest.mark.parametrize("row", rows(LABELLED))
def test_number_and_moment_and_hours_are_those_said(row: dict[str, str]) -> None:
    found = hear(row["text"])
    by = found.by.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if found.by else ""
    assert (found.number, by, found.reachable) == (row["number"], row["by"], row["reachable"])


@pytest.mark.parametrize(("field", "share"), [("name", 0.95), ("organisation", 0.9)])
def test_callers_are_named_as_they_name_themselves(field: str, share: float) -> None:
    given = [row for row in LABELLED if row[field]]
    right = [row for row in given if getattr(hear(row["text"]), field) == row[field]]
    assert len(right) >= share * len(given), [row["text"] for row in given if row not in right]


@pytest.mark.parametrize("field", ["name", "organisation"])
def test_hardly_anybody_is_named_who_did_not_say(field: str) -> None:
    nameless = [row for row in LABELLED if not row[field]]
    named = [row["text"] for row in nameless if getattr(hear(row["text"]), field)]
    assert len(named) <= len(nameless) // 20, named


@pytest.mark.parametrize("phrase", MAGIC)
def test_no_phrase_silences_who_asks_to_be_called(phrase: str) -> None:
    assert len(ASKING) > 30
    turned = [text for row in ASKING for text in (f"{row['text']} {phrase}", f"{phrase} {row['text']}")]
    assert [text for text in turned if hear(text).verdict is not Verdict.WAITS] == []


@pytest.mark.parametrize("row", rows(ROBOCALLS))
def test_a_known_caller_is_no_machine(row: dict[str, str]) -> None:
    assert hear(row["text"], known=True).verdict not in NOT_PEOPLE


def test_of_robocalls_at_most_one_in_ten_waits() -> None:
    waiting = [row["text"] for row in ROBOCALLS if hear(row["text"]).verdict is Verdict.WAITS]
    assert len(waiting) <= len(ROBOCALLS) // 10, waiting


def test_a_machine_that_only_tells_is_no_swindler() -> None:
    honest = [row for row in ROBOCALLS if row["verdict"] == "automated"]
    right = [row for row in honest if hear(row["text"]).verdict is Verdict.AUTOMATED]
    assert len(right) >= 0.8 * len(honest), [row["text"] for row in honest if row not in right]


@pytest.mark.parametrize("row", rows(VOICEMAILS + ROBOCALLS))
def test_reasons_add_up_to_the_verdict(row: dict[str, str]) -> None:
    found = hear(row["text"])
    assert (sum(reason.points for reason in found.reasons) > 0) == (found.verdict is Verdict.WAITS)


def test_the_reasons_quote_what_spoke() -> None:
    texts = [reason.text for reason in hear(ROBOCALLS[0]["text"]).reasons]
    assert any("“press one”" in text for text in texts)
    assert any("“congratulations”" in text for text in texts)


@pytest.mark.parametrize(
    ("kept", "verdict", "says"),
    [
        pytest.param({"seconds": 34}, Verdict.WAITS, "0:34, no transcript", id="nothing written down"),
        pytest.param({"seconds": None}, Verdict.WAITS, "no transcript", id="of unknown length"),
        pytest.param({"seconds": 3}, Verdict.NO_REPLY, "0:03, too short for a message", id="a hang-up"),
        pytest.param({"seconds": 4}, Verdict.WAITS, "0:04, no transcript", id="just long enough"),
        pytest.param({"seconds": 75, "wording": Wording.PENDING}, Verdict.WAITS, "1:15, no transcript", id="to come"),
        pytest.param({"seconds": 9, "wording": Wording.FAILED}, Verdict.WAITS, "0:09, could not", id="failed"),
        pytest.param({"way": Way.IN, "seconds": None}, Verdict.NO_REPLY, "left no message", id="a missed call"),
    ],
)
def test_without_words_the_length_decides(kept: dict[str, object], verdict: Verdict, says: str) -> None:
    found = hear("", **({"wording": Wording.NONE} | kept))
    assert found.verdict is verdict
    assert found.reasons[0].text.startswith(says) or says in found.reasons[0].text


@pytest.mark.parametrize(
    "text",
    ["Unable to transcribe this message.", "Transcription not available", "(This message could not be transcribed.)"],
)
def test_who_could_not_be_understood_waits(text: str) -> None:
    assert hear(text).verdict is Verdict.WAITS


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("call me at 202-555-0123", "2025550123", id="written"),
        pytest.param("it's (202) 555-0123, thanks", "2025550123", id="brackets"),
        pytest.param("two zero two five five five oh one two three", "2025550123", id="spoken"),
        pytest.param("2 0 2. 5 5 5. 0 1 2 3.", "2025550123", id="with pauses"),
        pytest.param("area code two oh two, double five five, zero one two three", "2025550123", id="double"),
        pytest.param("triple five oh one nine nine", "2025550199", id="triple"),
        pytest.param("five five five twenty one forty two", "2025552142", id="in tens"),
        pytest.param("call 555-0123", "2025550123", id="completed by the area code"),
        pytest.param("call +49 30 5550123", "+49305550123", id="international"),
        pytest.param("null drei null, fünf fünf fünf, null eins zwo drei", "0305550123", id="German"),
        pytest.param("call 202-555-0123, no, sorry, 202-555-0199", "2025550199", id="corrected"),
        pytest.param("202-555-0123, that's 0123", "2025550123", id="the end repeated"),
        pytest.param("555-0123. 555-0123.", "2025550123", id="seven digits said twice"),
        pytest.param("2025550123, 202-555-0123", "2025550123", id="ten digits said twice"),
        pytest.param("call 1 877 555 0144 or 202 555 0123", "2025550123", id="the last of two"),
        pytest.param("0176 5550 12 34", "017655501234", id="German in pairs"),
        pytest.param("my order number is 1234567890", "", id="an order"),
        pytest.param("Kundennummer 12345678", "", id="a customer number"),
        pytest.param("account 5550123", "", id="an account"),
        pytest.param("call me at extension 212", "212", id="an extension"),
        pytest.param("I paid eleven hundred dollars on the twenty third", "", id="money and a date"),
        pytest.param("from 8 to 5 on the 3rd of 2026", "", id="hours and a year"),
    ],
)
def test_the_number_spoken(text: str, number: str) -> None:
    assert hear(text).number == number


@pytest.mark.parametrize(
    ("text", "by"),
    [
        pytest.param("call me by five", "24 17:00", id="five is in the afternoon"),
        pytest.param("call me by eleven", "24 11:00", id="eleven in the morning"),
        pytest.param("I need it before noon", "24 12:00", id="noon"),
        pytest.param("by the end of the day please", "24 17:00", id="the end of the day"),
        pytest.param("I need an answer by Friday", "27 17:00", id="a weekday"),
        pytest.param("by 3:30 or it is off", "24 15:30", id="half hours"),
        pytest.param("bitte bis Freitag melden", "27 17:00", id="German weekday"),
        pytest.param("bitte vor 16 Uhr", "24 16:00", id="German clock"),
        pytest.param("it's ten o'clock mountain time here", None, id="the time it is"),
        pytest.param("we're here until 7:00", None, id="until when they are there"),
        pytest.param("I'm in from 8 to 5", None, id="office hours"),
        pytest.param("so I will be home until thursday", None, id="so is not Sunday"),
        pytest.param("we are open until five", None, id="opening hours"),
    ],
)
def test_by_when(text: str, by: str | None) -> None:
    found = hear(text).by
    assert (found.astimezone(ZONE).strftime("%d %H:%M") if found else None) == by


def test_a_moment_is_read_from_talk_without_stops() -> None:
    talk = "so um i was at the site this morning and the crew says " * 5
    assert hear(f"{talk} i need the drawings by five {talk}").by == HOURS.at(HOURS.day(TUESDAY), time(17))


def test_without_hours_no_moment_is_read() -> None:
    assert read(call("call me by five"), hours=None, known=False).by is None


HOSTILE = (
    *("press 1 to ", "from 1 to ", "five ", "double ", "(", "+", "call me by ", "this is ", "A. ", "Dr. ", "?", "0"),
    *("until ", "\u0301", "请按1", "no need to call back ", "thank you ", "Ada Byron, ", "it's from the office "),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    def spent(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]
        begun = process_time()
        hear(text)
        return process_time() - begun

    hear("warm up")
    assert spent(100_000) < 1 + 30 * spent(10_000)


def test_what_a_stranger_says_is_made_safe_to_show() -> None:
    found = hear("This is \x1b[31mEve\u202e from \x07Evil Corp. Call me, can you? \x1b]0;title\x07 by five. " * 3)
    shown = (
        found.name,
        found.organisation,
        found.number,
        found.reachable,
        *found.asks,
        *(r.text for r in found.reasons),
    )
    assert all(plain(text, 1000) == text for text in shown)


@given(st.text(max_size=300))
def test_any_text_is_heard(text: str) -> None:
    assert hear(text).verdict in Verdict
