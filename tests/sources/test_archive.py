"""Mail in files: which messages are found, in which mailbox, and what cannot be read."""

from datetime import UTC, datetime
from email.message import EmailMessage
from io import BufferedReader, BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import TriageError
from triage.model.mail import Role
from triage.sources.archive import Stored, exists, read
from triage.sources.mbox import MOST_KEPT, pieces


def letter(subject: str, text: str = "Shall we meet?", date: str | None = "Mon, 16 Nov 2026 09:00:00 +0000") -> bytes:
    mail = EmailMessage()
    mail["From"] = "Ada King <ada@client.example>"
    mail["To"] = "robin@example.com"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{subject.replace(' ', '.')}@client.example>"
    if date:
        mail["Date"] = date
    mail.set_content(text)
    return mail.as_bytes()


def mbox(*letters: bytes, line: bytes = b"From ada@client.example Mon Nov 16 10:00:00 2026") -> bytes:
    return b"".join(line + b"\n" + one + b"\n" for one in letters)


def cut(raw: bytes) -> list[bytes]:
    return [piece.raw for piece in pieces(BufferedReader(BytesIO(raw)))]


def subjects(found: list[Stored]) -> list[str]:
    return [one.message.subject for one in found]


def put(place: Path, raw: bytes) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(raw)
    return place


# --- mbox ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"From ada@client.example Mon Nov 16 10:00:00 2026", id="asctime"),
        pytest.param(b"From ada@client.example Mon Nov  6 10:00:00 2026", id="a day of one digit"),
        pytest.param(b"From ada@client.example  Mon Nov 16 10:00 2026", id="no seconds"),
        pytest.param(b"From ada@client.example Mon Nov 16 10:00:00 +0100 2026", id="a zone before the year"),
        pytest.param(b"From ada@client.example Mon Nov 16 10:00:00 2026 +0100", id="a zone after the year"),
        pytest.param(b"From - Mon Nov 16 10:00:00 2026", id="nobody"),
        pytest.param(b"From ada at client.example  Mon Nov 16 10:00:00 2026", id="an address hidden from robots"),
        pytest.param(b"From ada@client.example", id="no date"),
        pytest.param(b"From ada@client.example Mon Nov 16 10:00:00 2026\r", id="lines end as in DOS"),
    ],
)
def test_every_dialect_of_the_line_parts_two_messages(line: bytes) -> None:
    assert cut(mbox(letter("one"), letter("two"), line=line)) == [letter("one") + b"\n", letter("two") + b"\n"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Hello.\n\nFrom now on we meet at nine.", id="a sentence"),
        pytest.param("Hello.\n\nFrom me", id="a word"),
        pytest.param("From Monday to Friday\nSubject: to change", id="not after an empty line"),
        pytest.param("It came\n\nFrom Ben on Mon Nov 16 10:00:00 2026\n\nand went.", id="a date without a header"),
    ],
)
def test_a_from_in_a_text_parts_nothing(text: str) -> None:
    found = cut(mbox(letter("one", text), letter("two")))
    assert len(found) == 2
    assert text.encode() in found[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param(b">From Ada", b"From Ada", id="mboxo and mboxrd"),
        pytest.param(b">>From Ada", b">From Ada", id="mboxrd: a quoted one"),
        pytest.param(b"> From Ada", b"> From Ada", id="a quotation"),
    ],
)
def test_what_was_quoted_for_the_mbox_reads_as_written(written: bytes, meant: bytes) -> None:
    raw = b"Subject: one\n\n" + written + b"\n"
    assert cut(mbox(raw)) == [b"Subject: one\n\n" + meant + b"\n\n"]


def test_a_single_message_keeps_its_quoted_lines() -> None:
    raw = b"Subject: one\n\n>From Ada\n\nFrom b@c.example Mon Nov 16 10:00:00 2026\nSubject: two\n"
    assert cut(raw) == [raw]


def test_empty_lines_before_the_first_message_do_not_matter() -> None:
    assert len(cut(b"\n\n" + mbox(letter("one"), letter("two")))) == 2


def test_of_a_huge_message_only_the_start_is_kept() -> None:
    huge = b"Subject: huge\n\n" + b"x" * 76 + b"\n" + (b"y" * 76 + b"\n") * 20_000
    first, second = cut(mbox(huge, letter("two")))
    assert MOST_KEPT <= len(first) < MOST_KEPT + 100
    assert second == letter("two") + b"\n"
    assert len(cut(huge)[0]) == MOST_KEPT


@given(st.lists(st.sampled_from([b"From ", b"From a@b.c\n", b">From x\n", b"\n", b"X: y\n", b"text", b"\r\n", b"\0"])))
def test_no_bytes_are_too_odd(found: list[bytes]) -> None:
    raw = b"".join(found)
    assert bool(cut(raw)) == bool(raw)


# --- where it lies --------------------------------------------------------------------------------------------------


def test_a_folder_of_maildirs_knows_sent_by_its_name(tmp_path: Path) -> None:
    put(tmp_path / "INBOX/cur/1763283600.1.host:2,S", letter("in"))
    put(tmp_path / "INBOX/new/1763283601.2.host", letter("new"))
    put(tmp_path / "Gesendete Objekte/cur/1763283602.3.host:2,S", letter("out"))
    put(tmp_path / ".Archive.2025/cur/1763283603.4.host:2,S", letter("old"))
    found = {one.message.subject: (one.mailbox, one.role, one.together) for one in read(str(tmp_path))}
    assert found == {
        "in": ("INBOX", Role.INBOX, True),
        "new": ("INBOX", Role.INBOX, True),
        "out": ("Gesendete Objekte", Role.SENT, True),
        "old": ("Archive/2025", Role.INBOX, True),
    }


def test_a_copy_that_lost_its_empty_folders_is_still_a_maildir(tmp_path: Path) -> None:
    put(tmp_path / "Sent/cur/1763283602.3.host:2,S", letter("out"))
    (found,) = read(str(tmp_path / "Sent"))
    assert (found.role, found.together) == (Role.SENT, True)


def test_drafts_trash_and_junk_are_told_apart(tmp_path: Path) -> None:
    put(tmp_path / "INBOX/cur/1763283600.1.host:2,DS", letter("flagged"))
    put(tmp_path / "Entwürfe/cur/1763283600.2.host:2,S", letter("draft"))
    put(tmp_path / "Papierkorb/cur/1763283600.3.host:2,S", letter("trash"))
    put(tmp_path / "Spam/cur/1763283600.4.host:2,S", letter("spam"))
    found = {one.message.subject: (one.role, one.draft) for one in read(str(tmp_path))}
    assert found["flagged"][1]
    assert found["draft"][1]
    assert found["trash"] == (Role.TRASH, False)
    assert found["spam"] == (Role.JUNK, False)


def test_a_folder_of_mbox_files_and_messages(tmp_path: Path) -> None:
    put(tmp_path / "Inbox", mbox(letter("one"), letter("two")))
    put(tmp_path / "Inbox.msf", b"// an index")
    put(tmp_path / "sent_items.mbox", mbox(letter("three")))
    put(tmp_path / "Sent/4.eml", letter("four"))
    put(tmp_path / "notes.md", b"# Notes\n\nSome: words\n")
    put(tmp_path / ".hidden.eml", letter("five"))
    found = {one.message.subject: (one.role, one.together) for one in read(str(tmp_path))}
    assert found == {
        "one": (Role.INBOX, True),
        "two": (Role.INBOX, True),
        "three": (Role.SENT, True),
        "four": (Role.SENT, False),
    }


def test_a_message_named_sent_is_still_somebody_elses(tmp_path: Path) -> None:
    (found,) = read(str(put(tmp_path / "sent.eml", letter("one"))))
    assert found.role is Role.INBOX


def test_all_can_be_said_to_be_mine(tmp_path: Path) -> None:
    (found,) = read(str(put(tmp_path / "2025.mbox", mbox(letter("one")))), sent=True)
    assert found.role is Role.SENT


@pytest.mark.parametrize("raw", [letter("one"), mbox(letter("one"), letter("two"))], ids=["a message", "an mbox"])
def test_standard_input_is_read_like_a_file(raw: bytes) -> None:
    found = list(read("-", stdin=BufferedReader(BytesIO(raw))))
    assert subjects(found) == ["one", "two"][: len(found)]
    assert {one.file for one in found} == {"-"}


# --- when it came ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "raw", "received"),
    [
        pytest.param("a.eml", letter("one"), "2026-11-16 09:00", id="a file: its Date"),
        pytest.param("a.mbox", mbox(letter("one")), "2026-11-16 09:00", id="an mbox: the Date"),
        pytest.param("b.mbox", mbox(letter("one", date=None)), "2026-11-16 10:00", id="an mbox: else the line"),
        pytest.param("a/cur/1763283600.1.host", letter("one"), "2025-11-16 09:00", id="a Maildir: its name"),
        pytest.param("a/cur/one.host", letter("one"), "2026-11-16 09:00", id="a Maildir: else the Date"),
        pytest.param("a.eml", letter("one", date=None), "2001-09-09 01:46", id="nothing else: the file"),
    ],
)
def test_when_it_came(tmp_path: Path, name: str, raw: bytes, received: str) -> None:
    import os

    os.utime(put(tmp_path / "mail" / name, raw), (1e9, 1e9))
    (found,) = read(str(tmp_path / "mail"))
    assert found.message.received.replace(second=0) == datetime.fromisoformat(received).replace(tzinfo=UTC)


# --- what cannot be read --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0", "no header", id="a picture"),
        pytest.param(b"\xfd7zXZ\0\0\x04: \xe6\n\nx: y\n" * 9, "no header", id="a compressed archive"),
    ],
)
def test_a_file_that_is_no_message_says_so(tmp_path: Path, raw: bytes, says: str) -> None:
    (found,) = read(str(put(tmp_path / "odd.eml", raw)))
    assert says in (found.error or "")
    assert not found.readable


def test_what_is_not_there_is_an_error_of_its_line(tmp_path: Path) -> None:
    (found,) = read(str(tmp_path / "gone.eml"))
    assert found.error == "cannot be read (No such file or directory)"
    assert not found.readable


def test_one_unreadable_file_stops_no_other(tmp_path: Path) -> None:
    put(tmp_path / "a.eml", letter("one"))
    (tmp_path / "b.eml").symlink_to(tmp_path / "nowhere")
    put(tmp_path / "c.eml", b"")
    put(tmp_path / "d.eml", letter("two"))
    found = list(read(str(tmp_path)))
    assert [one.message.subject for one in found if one.error is None] == ["one", "two"]


def test_nothing_is_changed_by_reading(tmp_path: Path) -> None:
    put(tmp_path / "INBOX/new/1763283601.2.host", letter("new"))
    before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
    list(read(str(tmp_path)))
    assert sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*")) == before


def test_a_path_that_is_not_there_is_told_before_all(tmp_path: Path) -> None:
    exists(str(tmp_path))
    with pytest.raises(TriageError, match="nothing at"):
        exists(str(tmp_path / "gone"))
