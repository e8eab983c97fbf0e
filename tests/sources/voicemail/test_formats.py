"""What each family of files tells. Every sample is invented."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.sources.voicemail.folders import NOW, Reader, write
from triage.model.calls import Call, Way, Wording

WORDS = "Hi, it is Dora from Blue Heron. Could you ring me before four?"
VTT = (
    f"WEBVTT\n\nNOTE made by a machine\n\n1\n00:00.000 --> 00:02.000\n<v Dora>{WORDS[:31]}\n\n"
    f"00:02.000 --> 00:06.500\n{WORDS[32:]}\n"
)
SRT = f"1\n00:00:00,000 --> 00:00:02,000\n{WORDS[:31]}\n\n2\n00:00:02,000 --> 00:00:06,500\n{WORDS[32:]}\n"
OPENAI = {"text": f" {WORDS}", "segments": [{"end": 6.5, "avg_logprob": -0.25}], "language": "en"}
CPP = {
    "result": {"language": "en"},
    "transcription": [{"offsets": {"from": 0, "to": 6500}, "text": f" {WORDS}", "tokens": [{"p": 0.9}, {"p": 0.7}]}],
}
PAGE = """<html><head><title>Voicemail from
</title></head><body><div class="haudio"><div class="contributor vcard">Voicemail from
<a class="tel" href="tel:+12025550177"><span class="fn">Dora &amp; Sons</span></a></div>
<abbr class="published" title="2026-11-20T10:15:30.500-05:00">Nov 20</abbr>
<span class="description"><span class="full-text">Ring me &#39;today&#39;</span>
<span class="word high">Ring<span class="confidence">0.90</span></span><span class="confidence">0.70</span></span>
<abbr class="duration" title="PT1M5S">(00:01:05)</abbr>
<a rel="tag" href="http://www.google.com/voice#unread">Unread</a></div></body></html>"""


def one_of(tmp_path: Path, name: str, content: str | bytes) -> Call:
    write(tmp_path / name, content)
    return Reader(tmp_path).one()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", WORDS),
        ("a.md", f"# Voicemail\n\n{WORDS}\n"),
        ("a.vtt", VTT),
        ("a.srt", SRT),
        ("a.tsv", f"start\tend\ttext\n0\t6500\t{WORDS}\n"),
        ("a.json", json.dumps(OPENAI)),
        ("a.json", json.dumps(CPP)),
        ("a.json", json.dumps({"from": "+12025550177", "transcript": WORDS})),
        ("a.wav.txt", WORDS),
        ("a.wav.json", json.dumps(CPP)),
        ("a.txt", f"From: Dora (202) 555-0177\nDate: 2026-11-20T15:15:30Z\nDuration: 0:07\n\n{WORDS}"),
        ("a.txt", "\ufeff" + WORDS),
        ("a.txt", WORDS.encode("utf-16")),
        ("a.html", f"<html><body><p>{WORDS}</p></body></html>"),
        ("a.eml", f"From: pbx@example.org\nSubject: Call\nDate: Fri, 20 Nov 2026 10:15:30 -0500\n\n{WORDS}\n"),
    ],
    ids=lambda value: value if len(value) < 12 else "",
)
def test_the_words_are_read(tmp_path: Path, name: str, content: str | bytes) -> None:
    call = one_of(tmp_path, name, content)
    assert " ".join(call.transcript.removeprefix("# Voicemail").split()) == WORDS
    assert call.wording is Wording.OK
    assert call.trouble is None


@pytest.mark.parametrize(
    ("content", "confidence"), [(OPENAI, 0.78), (CPP, 0.8), ({"text": "mumble", "segments": []}, None)]
)
def test_how_sure_the_engine_was_is_kept(tmp_path: Path, content: object, confidence: float | None) -> None:
    assert one_of(tmp_path, "a.json", json.dumps(content)).confidence == confidence


def test_an_engine_that_guessed_is_low(tmp_path: Path) -> None:
    content = {"text": "maybe", "segments": [{"avg_logprob": -1.5}]}
    assert one_of(tmp_path, "a.json", json.dumps(content)).wording is Wording.LOW


@pytest.mark.parametrize(
    ("head", "number", "name", "seconds"),
    [
        ("From: Dora Heron (202) 555-0177\nDuration: 0:42\n", "(202) 555-0177", "Dora Heron", 42),
        ('Caller: "Dora" <+12025550177>\nLength: 1 min 5 s\n', "+12025550177", "Dora", 65),
        ("**From:** +1 202 555 0177\n- **Duration:** PT42S\n", "+1 202 555 0177", "", 42),
        ("---\nfrom: +12025550177\nname: Dora\nduration: 42\n---\n", "+12025550177", "Dora", 42),
        ("# Voicemail from Dora +12025550177\n", "+12025550177", "Dora", None),
        ("Von: 030 5550177\nDauer: 0:42\n", "030 5550177", "", 42),
        ("De : Dora 01 55 55 01 77\nDurée : 0:42\n", "01 55 55 01 77", "Dora", 42),
        ("From: Unknown\n", "", "", None),
        ("Transcript:\n", "", "", None),
        ("Message: \n", "", "", None),
    ],
)
def test_lines_above_the_words_say_who_rang(
    tmp_path: Path, head: str, number: str, name: str, seconds: int | None
) -> None:
    call = one_of(tmp_path, "a.md", f"{head}\n{WORDS}\n")
    assert (call.number, call.name, call.seconds, call.transcript) == (number, name, seconds, WORDS)


@pytest.mark.parametrize(
    ("name", "number", "at"),
    [
        ("vm-20261120-101530-2025550177", "2025550177", "2026-11-20T10:15:30"),
        ("2026-11-20 10.15 +1 202 555 0177", "+1 202 555 0177", "2026-11-20T10:15:00"),
        ("(202) 555-0177 2026-11-20T10_15_30Z", "(202) 555-0177", "2026-11-20T10:15:30"),
        ("20.11.26_10.15_Telefon_0305550177", "0305550177", "2026-11-20T10:15:00"),
        ("1795256100-2025550177", "2025550177", "2026-11-21T10:15:00"),
        ("20261120101530", "", "2026-11-20T10:15:30"),
        ("recording 7", "", None),
        ("99999999999999999999999999", "", None),
    ],
)
def test_a_name_says_who_rang_and_when(tmp_path: Path, name: str, number: str, at: str | None) -> None:
    written = datetime(2026, 11, 21, 10, 16, tzinfo=UTC)
    write(tmp_path / f"{name}.wav", b"RIFF", at=written)
    call = Reader(tmp_path).one()
    assert call.number == number
    assert call.at == (datetime.fromisoformat(f"{at}+00:00") if at else written)


def test_a_time_without_a_zone_is_meant_in_the_configured_one(tmp_path: Path) -> None:
    write(tmp_path / "2026-11-20 10.15.30 2025550177.txt", WORDS)
    assert Reader(tmp_path, timezone="America/New_York").one().at == datetime(2026, 11, 20, 15, 15, 30, tzinfo=UTC)


def test_a_recording_alone_is_a_call_without_words(tmp_path: Path) -> None:
    wav49 = b"RIFF" + bytes(4) + b"WAVEfmt " + (20).to_bytes(4, "little") + (49).to_bytes(2, "little")
    wav49 += b"\x01\x00" + (8000).to_bytes(4, "little") + (1625).to_bytes(4, "little") + b"\x41\x00" + bytes(6)
    wav49 += b"data" + (16250).to_bytes(4, "little") + bytes(16250)
    call = one_of(tmp_path, "+12025550177.WAV", wav49)
    assert (call.seconds, call.wording, call.transcript, call.number) == (10, Wording.NONE, "", "+12025550177")


def test_a_recording_whose_writer_was_cut_off_is_as_long_as_its_file(tmp_path: Path) -> None:
    mu_law = b"RIFF" + bytes(4) + b"WAVEfmt " + (18).to_bytes(4, "little") + (7).to_bytes(2, "little")
    mu_law += b"\x01\x00" + (8000).to_bytes(4, "little") * 2 + b"\x01\x00\x08\x00\x00\x00"
    assert one_of(tmp_path, "a.wav", mu_law + b"data" + b"\xff" * 4 + bytes(24000)).seconds == 3


def test_freeswitch_names_its_recordings_for_good(tmp_path: Path) -> None:
    uuid = "7d1b0c5e-1111-4222-8333-944455550177"
    write(tmp_path / f"pbx.example.org/1001/msg_{uuid}.wav", b"RIFF")
    call = Reader(tmp_path).one()
    assert (call.ids, call.mailbox) == ((uuid,), "1001@pbx.example.org")


def test_two_deliveries_about_one_recording_are_one_call(tmp_path: Path) -> None:
    recording = {"RecordingSid": "RE177", "CallSid": "CA1", "From": "+12025550177", "RecordingDuration": "21"}
    words = {"RecordingSid": "RE177", "TranscriptionStatus": "completed", "TranscriptionText": WORDS}
    write(tmp_path / "one.json", json.dumps(recording), at=NOW - timedelta(hours=2))
    reader = Reader(tmp_path)
    first = reader.one()
    assert (first.wording, first.seconds, first.number) == (Wording.NONE, 21, "+12025550177")
    write(tmp_path / "two.json", json.dumps(words))
    second = reader.one()
    assert (second.key, second.transcript, second.number) == (first.key, WORDS, "+12025550177")
    assert second.at == first.at


@pytest.mark.parametrize(
    ("content", "wording"),
    [
        ('{"From": "+12025550177", "RecordingSid": "RE1", "TranscriptionStatus": "failed"}', Wording.FAILED),
        ('{"From": "+12025550177", "RecordingSid": "RE1", "TranscriptionStatus": "in-progress"}', Wording.PENDING),
        ("Unable to transcribe this message.", Wording.FAILED),
    ],
)
def test_a_transcript_that_failed_is_no_transcript(tmp_path: Path, content: str, wording: Wording) -> None:
    call = one_of(tmp_path, "a.json" if content.startswith("{") else "a.txt", content)
    assert (call.wording, call.transcript) == (wording, "")


def test_a_form_that_was_posted_is_read_like_json(tmp_path: Path) -> None:
    call = one_of(
        tmp_path,
        "a.txt",
        "From=%2B12025550177&RecordingSid=RE1&TranscriptionText=Ring+me&TranscriptionStatus=completed",
    )
    assert (call.number, call.transcript, call.ids) == ("+12025550177", "Ring me", ("RE1",))


def test_takeout_pages_are_read(tmp_path: Path) -> None:
    call = one_of(tmp_path, "Dora - Voicemail - 2026-11-20T15_15_30Z.html", PAGE)
    assert (call.number, call.name, call.seconds) == ("+12025550177", "Dora & Sons", 65)
    assert call.at == datetime(2026, 11, 20, 15, 15, 30, 500000, tzinfo=UTC)
    assert (call.transcript, call.confidence, call.heard) == ("Ring me 'today'", 0.8, False)


@pytest.mark.parametrize(
    ("title", "way", "answered"),
    [("Placed call to", Way.OUT, True), ("Received call from", Way.IN, True), ("Missed call from", Way.IN, False)],
)
def test_takeout_tells_of_other_calls_too(tmp_path: Path, title: str, way: Way, answered: bool) -> None:
    call = one_of(tmp_path, "a.html", PAGE.replace("<title>Voicemail from", f"<title>{title}"))
    assert (call.way, call.answered) == (way, answered)


def test_takeout_text_messages_are_no_calls(tmp_path: Path) -> None:
    write(tmp_path / "a.html", '<html><title>Me to Dora</title><div class="hChatLog hfeed">Hello</div></html>')
    assert Reader(tmp_path).read() == []


def test_many_messages_in_one_file_are_many_calls(tmp_path: Path) -> None:
    row = "<Message><Tam>0</Tam><Date>20.11.26 10:1{}</Date><Duration>0:17</Duration>"
    row += "<New>1</New><Number>0305550177</Number></Message>"
    write(tmp_path / "tam.xml", f"<Root>{row.format(1)}{row.format(2)}</Root>")
    assert len(Reader(tmp_path).read()) == 2


def test_a_ringcentral_message_waits_for_its_transcript(tmp_path: Path) -> None:
    content = {"id": 7, "type": "VoiceMail", "readStatus": "Unread", "from": {"phoneNumber": "+12025550177"}}
    content |= {"creationTime": "2026-11-20T15:15:30.000Z", "vmTranscriptionStatus": "InProgress"}
    call = one_of(tmp_path, "a.json", json.dumps(content))
    assert (call.number, call.wording, call.heard) == ("+12025550177", Wording.PENDING, False)


def test_an_unknown_kind_of_file_is_told_and_taken_as_plain_text(tmp_path: Path) -> None:
    call = one_of(tmp_path, "note.wrd", WORDS)
    assert call.transcript == WORDS
    assert call.trouble == "note.wrd is of no known kind, taken as plain text"
    assert call.files == (str(tmp_path / "note.wrd"),)


def test_an_unknown_binary_file_is_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path / "thing.blob", bytes(range(256)) * 9)
    assert Reader(tmp_path).read() == []
    assert "event=unknown-format" in caplog.text
    assert "thing" not in caplog.text


def test_of_a_huge_text_the_beginning_is_read(tmp_path: Path) -> None:
    call = one_of(tmp_path, "a.txt", "ring me back " * 100_000)
    assert len(call.transcript) <= 16_384
    assert call.trouble
    assert "very long" in call.trouble


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"{" * 5000,
        b"[" * 200_000,
        b'{"text": 5, "segments": [5, null, {"avg_logprob": "x"}]}',
        b'{"transcription": [null, {"text": {}}]}',
        b'{"RecordingSid": {"a": 1}, "From": []}',
        b'{"type": "VoiceMail", "readStatus": [], "from": 7, "to": [3], "attachments": 4}',
        b"WEBVTT\n\n-->",
        b"From: \x80\x81\x82\n\n",
        b"<Tam>" * 9000,
        b'<div class="haudio"><title>Voicemail from</title>',
    ],
)
@pytest.mark.parametrize("extension", ["txt", "json", "vtt", "srt", "tsv", "md", "html", "xml", "eml", "wav"])
def test_what_is_broken_stops_nothing(tmp_path: Path, content: bytes, extension: str) -> None:
    write(tmp_path / f"bad.{extension}", content)
    write(tmp_path / "good.txt", WORDS)
    reader = Reader(tmp_path)
    for _ in range(4):
        reader.read()
        reader.clocks.go_on(5)
    assert WORDS in {call.transcript for call in reader.calls.values()}
