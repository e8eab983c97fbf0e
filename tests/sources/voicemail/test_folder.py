"""A folder watched over time: what comes late, what is half written, what vanishes, and a root that is not there."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.sources.voicemail.folders import NOW, Reader, message, write
from triage.errors import SourceUnreachable
from triage.model.calls import Wording
from triage.sources.voicemail.told import File, Moved
from triage.sources.voicemail.tree import listed

STEM = "vm-20261120-101530-2025550177"
WORDS = "Please ring me back."


def test_a_second_pass_brings_nothing(tmp_path: Path) -> None:
    write(tmp_path / f"{STEM}.txt", WORDS)
    reader = Reader(tmp_path)
    assert len(reader.read()) == 1
    assert reader.read() == []


def test_a_restart_repeats_nothing_and_sees_what_changed(tmp_path: Path) -> None:
    write(tmp_path / f"{STEM}.txt", WORDS)
    write(tmp_path / "box/INBOX/msg0000.txt", message())
    reader = Reader(tmp_path)
    reader.read()
    reader.restart()
    assert reader.read() == []
    write(tmp_path / f"{STEM}.txt", WORDS + " It is urgent.")
    reader.restart()
    assert [call.transcript for call in reader.read()] == [WORDS + " It is urgent."]


def test_fetching_twice_from_one_cursor_brings_the_same(tmp_path: Path) -> None:
    write(tmp_path / f"{STEM}.txt", WORDS)
    reader = Reader(tmp_path)
    assert reader.source.fetch(None).calls == reader.source.fetch(None).calls != ()


@pytest.mark.parametrize("cursor", ["", "{}", "nonsense", '{"v": 99}', '{"v": 1, "told": 5}', "[]"])
def test_a_cursor_that_cannot_be_read_starts_anew(tmp_path: Path, cursor: str) -> None:
    write(tmp_path / f"{STEM}.txt", WORDS)
    assert len(Reader(tmp_path, cursor=cursor).read()) == 1


def test_a_first_read_comes_in_batches_and_shows_how_far_it_is(tmp_path: Path) -> None:
    for number in range(1100):
        write(tmp_path / f"vm-20261120-101530-2025{number:06}.txt", WORDS)
    reader = Reader(tmp_path)
    batches = list(reader.passes())
    assert [len(batch.calls) for batch in batches] == [500, 500, 100]
    assert [batch.reading and (batch.reading.done, batch.reading.of) for batch in batches] == [
        (500, 1100),
        (1000, 1100),
        None,
    ]
    assert [batch.complete for batch in batches] == [False, False, True]


def test_a_first_read_cut_off_goes_on_after_a_restart(tmp_path: Path) -> None:
    for number in range(1100):
        write(tmp_path / f"vm-20261120-101530-2025{number:06}.txt", WORDS)
    reader = Reader(tmp_path)
    reader.look()
    reader.restart()
    reader.read()
    assert len(reader.calls) == len(reader.told) == 1100


@pytest.mark.parametrize("sidecar", ["{}.txt", "{}.vtt", "{}.wav.txt", "{}.wav.vtt", "{}.json"])
def test_a_transcript_that_comes_later_joins_its_recording(tmp_path: Path, sidecar: str) -> None:
    write(tmp_path / f"{STEM}.wav", b"RIFF")
    reader = Reader(tmp_path)
    first = reader.one()
    content = {
        "vtt": f"WEBVTT\n\n00:00.000 --> 00:02.000\n{WORDS}\n",
        "json": json.dumps({"text": WORDS, "segments": []}),
    }
    write(tmp_path / sidecar.format(STEM), content.get(sidecar.rpartition(".")[2], WORDS))
    second = reader.one()
    assert (first.key, first.wording) == (second.key, Wording.NONE)
    assert (second.transcript, second.number) == (WORDS, "2025550177")
    assert [Path(file).name for file in second.files] == [f"{STEM}.wav", sidecar.format(STEM)]


def test_a_recording_that_comes_after_its_transcript_joins_it(tmp_path: Path) -> None:
    write(tmp_path / "call.txt", WORDS)
    reader = Reader(tmp_path)
    first = reader.one()
    write(tmp_path / "call.wav", b"RIFF")
    assert reader.one().key == first.key


def test_a_file_still_growing_is_waited_for(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    write(tmp_path / f"{STEM}.txt", "Please", at=reader.clocks.now)
    assert not reader.look().complete
    reader.clocks.go_on(1.5)
    write(tmp_path / f"{STEM}.txt", WORDS, at=reader.clocks.now)
    reader.look()
    reader.clocks.go_on(1.5)
    assert reader.look().calls == ()
    reader.clocks.go_on(1)
    batch = reader.look()
    assert [call.transcript for call in batch.calls] == [WORDS]
    assert batch.complete


def test_a_file_growing_without_end_does_not_keep_the_source_from_being_complete(tmp_path: Path) -> None:
    write(tmp_path / "other.txt", WORDS)
    reader = Reader(tmp_path)
    for second in range(40):
        write(tmp_path / f"{STEM}.wav", bytes(second + 1), at=reader.clocks.now)
        batch = reader.look()
        reader.clocks.go_on(1)
    assert batch.complete
    assert len(reader.calls) == 1


def test_half_of_a_json_file_is_waited_for_and_then_told(tmp_path: Path) -> None:
    whole = json.dumps({"From": "+12025550177", "RecordingSid": "RE1", "TranscriptionText": WORDS})
    reader = Reader(tmp_path)
    write(tmp_path / "one.json", whole[:40])
    for _ in range(3):
        assert reader.look().calls == ()
    write(tmp_path / "one.json", whole)
    reader.read()
    assert [call.transcript for call in reader.calls.values()] == [WORDS]


def test_json_that_stays_broken_is_told_with_its_trouble(tmp_path: Path) -> None:
    write(tmp_path / "one.json", '{"From": "+12025550177", "Transcr')
    call = Reader(tmp_path).one()
    assert call.trouble == "one.json is broken, taken as plain text"


def test_a_file_that_vanished_is_gone_after_a_second_look(tmp_path: Path) -> None:
    write(tmp_path / "keep.txt", WORDS)
    gone = write(tmp_path / f"{STEM}.txt", WORDS)
    reader = Reader(tmp_path)
    reader.read()
    (key,) = (call.key for call in reader.calls.values() if call.files == (str(gone),))
    gone.unlink()
    first = reader.look()
    assert (first.calls_gone, first.complete) == ((), False)
    reader.read()
    assert reader.gone == [key]
    assert reader.read() == []


def test_a_file_that_comes_back_between_two_looks_was_never_gone(tmp_path: Path) -> None:
    write(tmp_path / "keep.txt", WORDS)
    path = write(tmp_path / f"{STEM}.txt", WORDS)
    reader = Reader(tmp_path)
    reader.read()
    path.unlink()
    reader.look()
    write(path, WORDS)
    reader.read()
    assert reader.gone == []


def test_what_vanished_while_triage_did_not_run_is_gone(tmp_path: Path) -> None:
    write(tmp_path / "keep.txt", WORDS)
    path = write(tmp_path / f"{STEM}.txt", WORDS)
    reader = Reader(tmp_path)
    reader.read()
    path.unlink()
    reader.restart()
    reader.read()
    assert len(reader.gone) == 1


def test_a_named_recording_moved_to_another_folder_is_the_same_call(tmp_path: Path) -> None:
    write(tmp_path / "new" / f"{STEM}.txt", WORDS)
    reader = Reader(tmp_path)
    first = reader.one()
    (tmp_path / "done").mkdir()
    (tmp_path / "new" / f"{STEM}.txt").rename(tmp_path / "done" / f"{STEM}.txt")
    second = reader.one()
    assert (second.key, reader.gone) == (first.key, [])
    assert "done" in second.files[0]


def test_two_callers_with_the_same_file_name_in_two_folders_stay_two(tmp_path: Path) -> None:
    write(tmp_path / "1001/voicemail.txt", WORDS)
    write(tmp_path / "1002/voicemail.txt", WORDS)
    assert len(Reader(tmp_path).read()) == 2


@pytest.fixture
def outage(tmp_path: Path) -> Iterator[Reader]:
    """A reader that knows three callers; no call may be told gone before the test ends."""
    root = tmp_path / "mount"
    for number in range(3):
        write(root / f"default/1001/INBOX/msg000{number}.txt", message(origtime=1795271469 + number))
    reader = Reader(root)
    reader.read()
    yield reader
    assert reader.gone == []


def test_a_missing_root_is_an_outage(outage: Reader) -> None:
    shutil.rmtree(outage.root)
    with pytest.raises(SourceUnreachable, match=r"cannot be read \(No such file or directory\)"):
        outage.look()
    write(outage.root / "default/1001/INBOX/msg0000.txt", message())
    assert outage.look().calls == ()


@pytest.mark.parametrize("restarted", [False, True])
def test_an_unmounted_root_is_an_outage(outage: Reader, restarted: bool) -> None:
    shutil.rmtree(outage.root)
    outage.root.mkdir()
    if restarted:
        outage.restart()
    for _ in range(3):
        with pytest.raises(SourceUnreachable, match="empty all at once"):
            outage.look()
        outage.clocks.go_on(60)


def test_a_root_that_is_no_folder_is_an_outage(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreachable):
        Reader(write(tmp_path / "file", WORDS)).look()


def test_an_empty_folder_nobody_rang_into_is_complete(tmp_path: Path) -> None:
    batch = Reader(tmp_path).look()
    assert (batch.complete, batch.calls) == (True, ())


def test_many_voicemails_that_vanish_at_once_are_not_believed(tmp_path: Path) -> None:
    for number in range(15):
        write(tmp_path / f"box/INBOX/msg{number:04}.txt", message(origtime=1795271469 + number))
    reader = Reader(tmp_path)
    reader.read()
    shutil.rmtree(tmp_path / "box/INBOX")
    (tmp_path / "box/INBOX").mkdir()
    with pytest.raises(SourceUnreachable, match="all 15 voicemails vanished at once"):
        reader.look()
    reader.clocks.go_on(90)
    reader.read()
    assert reader.gone == []


def test_the_last_voicemail_may_be_deleted(tmp_path: Path) -> None:
    only = write(tmp_path / "box/INBOX/msg0000.txt", message())
    reader = Reader(tmp_path)
    reader.read()
    only.unlink()
    reader.read()
    assert len(reader.gone) == 1


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that a user without rights can reach; that user reads, since root may read anything."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        as_root = os.geteuid() == 0
        if as_root:
            os.seteuid(65534)
        yield root
        if as_root:
            os.seteuid(0)


def _as_owner(path: Path, content: str, mode: int) -> None:
    nobody = os.geteuid() == 65534
    if nobody:
        os.seteuid(0)
    write(path, content).chmod(mode)
    os.utime(path, ((NOW - timedelta(hours=1)).timestamp(),) * 2)
    if nobody:
        os.seteuid(65534)


def test_a_file_that_may_not_be_read_is_told_and_read_once_it_may(shared: Path) -> None:
    _as_owner(shared / "good.txt", WORDS, 0o644)
    _as_owner(shared / f"{STEM}.txt", WORDS, 0)
    reader = Reader(shared)
    reader.read()
    (barred,) = (call for call in reader.calls.values() if call.trouble)
    assert barred.trouble == f"{STEM} cannot be opened (Permission denied)"
    assert barred.number == "2025550177"
    _as_owner(shared / f"{STEM}.txt", WORDS, 0o644)
    reader.read()
    assert [(call.trouble, call.transcript) for call in reader.calls.values()] == [(None, WORDS)] * 2


def test_a_spool_of_which_nothing_may_be_read_is_an_outage_that_says_what_to_do(shared: Path) -> None:
    for number in range(2):
        _as_owner(shared / f"INBOX/msg000{number}.txt", message(), 0)
    reader = Reader(shared)
    for _ in range(2):
        with pytest.raises(SourceUnreachable, match="none of the voicemails") as caught:
            reader.look()
        assert "usermod" in caught.value.hint


def test_reading_leaves_no_trace(tmp_path: Path) -> None:
    write(tmp_path / "default/1001/INBOX/msg0000.txt", message())
    write(tmp_path / f"{STEM}.wav", b"RIFF")
    before = {path: path.stat().st_ctime_ns for path in tmp_path.rglob("*")}
    reader = Reader(tmp_path)
    reader.read()
    reader.source.close()
    assert {path: path.stat().st_ctime_ns for path in tmp_path.rglob("*")} == before


def test_a_stale_lock_is_waited_for_no_longer_than_half_a_minute(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    write(tmp_path / "INBOX/msg0000.txt", message())
    write(tmp_path / "INBOX/msg0000.wav", b"RIFF")
    write(tmp_path / "INBOX/.lock", at=reader.clocks.now)
    batches = list(reader.passes())
    assert (batches[0].complete, len(batches[0].calls)) == (False, 1)
    assert 29 <= len(batches) <= 33
    assert len(next(iter(reader.calls.values())).files) == 2


def test_a_new_voicemail_ends_the_waiting(tmp_path: Path) -> None:
    (tmp_path / "1001/INBOX").mkdir(parents=True)
    reader = Reader(tmp_path)
    reader.read()
    reader.source.wait(0)
    write(tmp_path / "1001/INBOX/msg0000.txt", message(), at=reader.clocks.now)
    started = os.times().elapsed
    reader.source.wait(30)
    assert os.times().elapsed - started < 10
    assert len(reader.look().calls) == 1
    reader.source.close()


def test_a_folder_that_may_not_be_read_hides_nothing_else_and_is_told(shared: Path) -> None:
    _as_owner(shared / "1001/INBOX/msg0000.txt", message(), 0o644)
    _as_owner(shared / "1002/INBOX/msg0000.txt", message(origtime=1795271470), 0o644)
    barred = shared / "1002/INBOX"
    root = os.geteuid() == 65534
    if root:
        os.seteuid(0)
    barred.chmod(0)
    if root:
        os.seteuid(65534)
    reader = Reader(shared)
    batch = reader.look()
    assert (len(batch.calls), batch.complete) == (1, False)
    with pytest.raises(SourceUnreachable, match=r"1002/INBOX cannot be read"):
        reader.look()


def test_a_recording_in_a_folder_called_like_one_of_asterisks_is_a_call(tmp_path: Path) -> None:
    write(tmp_path / "Work" / "msg from ada.wav", b"RIFF")
    assert len(Reader(tmp_path).read()) == 1


def test_half_a_sidecar_does_not_keep_a_caller_from_being_told(tmp_path: Path) -> None:
    write(tmp_path / "INBOX/msg0000.txt", message())
    write(tmp_path / "INBOX/msg0000.json", '{"text": "Ring')
    assert [call.number for call in Reader(tmp_path).look().calls] == ["2025550123"]


def test_of_two_deliveries_the_earlier_says_when_it_was(tmp_path: Path) -> None:
    write(tmp_path / "b.json", json.dumps({"RecordingSid": "RE1", "From": "+12025550177"}), at=NOW - timedelta(hours=3))
    write(tmp_path / "a.json", json.dumps({"RecordingSid": "RE1", "TranscriptionText": WORDS}))
    assert Reader(tmp_path).one().at == NOW - timedelta(hours=3)


def test_a_burst_loses_none_while_it_falls_in(tmp_path: Path) -> None:
    (tmp_path / "1001/INBOX").mkdir(parents=True)
    reader = Reader(tmp_path)
    reader.look()
    for number in range(1200):
        write(tmp_path / f"1001/INBOX/msg{number:04}.txt", message(origtime=1795271469 + number), at=reader.clocks.now)
        if number % 150 == 0:
            reader.look()
            reader.clocks.go_on(0.1)
    reader.read()
    assert len(reader.calls) == 1200
    assert reader.gone == []


@pytest.mark.parametrize("then", ["replaced", "removed", "grown"])
def test_a_file_that_changes_between_listing_and_reading_is_not_read_as_the_listed_one(
    tmp_path: Path, then: str
) -> None:
    path = write(tmp_path / "one.txt", WORDS)
    (entry,) = listed(tmp_path).folders[""].entries
    if then == "grown":
        path.write_text(WORDS * 2)
    else:
        path.unlink()
    if then == "replaced":
        write(path, WORDS)
        write(tmp_path / "other", "holds the freed inode").replace(path)
    with pytest.raises(Moved):
        _ = File(path, entry).start
