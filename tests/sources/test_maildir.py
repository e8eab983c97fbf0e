"""Maildir as a source: the contract, and what is its own."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.sources.contract import SourceContract
from tests.sources.mailboxes import ids, letter, message_id, passes, read
from triage.errors import SourceRejected, SourceUnreachable
from triage.model.mail import Role
from triage.settings import SourceSettings
from triage.sources.maildir.files import uid_of
from triage.sources.maildir.source import Maildir


class MaildirPlace:
    """A Maildir++ tree into which a delivery agent of its own writes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.count = 0
        for mailbox in ("INBOX", "Sent"):
            self.make(mailbox)

    def path(self, mailbox: str) -> Path:
        return self.root if mailbox == "INBOX" else self.root / f".{mailbox}"

    def make(self, mailbox: str) -> None:
        for place in ("cur", "new", "tmp"):
            (self.path(mailbox) / place).mkdir(parents=True, exist_ok=True)

    def deliver(self, raw: bytes, mailbox: str = "INBOX", received: datetime | None = None) -> Path:
        self.make(mailbox)
        self.count += 1
        received = received or datetime.now(UTC) - timedelta(hours=1)
        name = f"{int(received.timestamp())}.M{self.count}P1.example"
        draft = self.path(mailbox) / "tmp" / name
        draft.write_bytes(raw)
        return draft.rename(self.path(mailbox) / "new" / name)

    def remove(self, *messages: object) -> None:
        for message in messages:
            assert isinstance(message, Path)
            message.unlink()

    def fingerprint(self) -> object:
        files = [path for path in self.root.rglob("*") if path.is_file()]
        return {(str(path), path.stat().st_mtime_ns, path.stat().st_mode, path.read_bytes()) for path in files}

    def settings(self, **changes: object) -> SourceSettings:
        return SourceSettings(name="mail", kind="maildir", path=self.root, **changes)  # type: ignore[arg-type]

    def source(self, **changes: object) -> Maildir:
        return Maildir(self.settings(**changes))


@pytest.fixture
def place(tmp_path: Path) -> MaildirPlace:
    return MaildirPlace(tmp_path / "Maildir")


class TestMaildir(SourceContract):
    """The contract of every source."""


def flag(path: Path, flags: str) -> Path:
    """What a mail program does when a message was read."""
    return path.rename(path.parent.parent / "cur" / f"{path.name.partition(':')[0]}:2,{flags}")


def test_flags_neither_remove_nor_repeat_a_message(place: MaildirPlace) -> None:
    path = place.deliver(letter(1))
    source = place.source()
    _, cursor = read(source)
    flag(flag(path, "S"), "RS")
    batches = list(passes(source, cursor))
    assert [(batch.arrivals, batch.gone) for batch in batches] == [((), ())]


@pytest.mark.parametrize(
    "layout",
    [
        pytest.param(("INBOX", "Sent"), id="folder of Maildirs"),
        pytest.param(("inbox", "Gesendete Objekte"), id="German, small letters"),
        pytest.param(("work/INBOX", "work/Envoy&AOk-s"), id="a folder of accounts, modified UTF-7"),
        pytest.param((".", ".INBOX.Sent Items"), id="Maildir++ below INBOX"),
        pytest.param((".", "Sent/2026"), id="nested below Sent"),
    ],
)
def test_layouts(tmp_path: Path, layout: tuple[str, str]) -> None:
    root = tmp_path / "Mail"
    for n, folder in enumerate([*layout, "Archive"]):
        for part in ("cur", "new", "tmp"):
            (root / folder / part).mkdir(parents=True)
        (root / folder / "cur" / f"{int(datetime.now(UTC).timestamp())}.{n}.example:2,S").write_bytes(letter(n))
    arrivals, _ = read(Maildir(SourceSettings(name="mail", kind="maildir", path=root)))
    found = [(arrival.message.message_id, arrival.delivery.role) for arrival in arrivals]
    assert found == [(message_id(1), Role.SENT), (message_id(0), Role.INBOX)]


def test_sent_mail_comes_before_the_inbox(place: MaildirPlace) -> None:
    place.deliver(letter(1))
    place.deliver(letter(2), "Sent")
    arrivals, _ = read(place.source())
    assert [arrival.delivery.role for arrival in arrivals] == [Role.SENT, Role.INBOX]


def test_a_mailbox_is_sent_when_the_user_says_so(place: MaildirPlace) -> None:
    place.deliver(letter(1), "Outbound")
    arrivals, _ = read(place.source(sent=("outb*",)))
    assert [arrival.delivery.role for arrival in arrivals] == [Role.SENT]


def test_trash_is_known_by_its_headers_alone(place: MaildirPlace) -> None:
    place.deliver(letter(1), "Papierkorb")
    arrivals, _ = read(place.source())
    assert [(found.delivery.role, found.message.text) for found in arrivals] == [(Role.TRASH, None)]


@pytest.mark.parametrize("lost", ["everything", "cur and new", "the root"])
def test_an_unmounted_folder_is_unreachable_not_empty(place: MaildirPlace, lost: str) -> None:
    place.deliver(letter(1))
    source = place.source()
    _, cursor = read(source)
    place.root.rename(place.root.with_name("elsewhere"))
    if lost != "the root":
        place.root.mkdir()
    if lost == "everything":
        place.make("INBOX")
    for _ in range(3):
        with pytest.raises(SourceUnreachable) as error:
            source.fetch(cursor)
        assert error.value.hint
    if lost != "the root":
        for path in sorted(place.root.rglob("*"), reverse=True):
            path.rmdir()
        place.root.rmdir()
    place.root.with_name("elsewhere").rename(place.root)
    assert read(source, cursor)[0] == []


def test_a_big_clearing_is_believed_at_the_second_look(place: MaildirPlace) -> None:
    messages = [place.deliver(letter(n)) for n in range(20)]
    source = place.source()
    _, cursor = read(source)
    place.remove(*messages[:15])
    with pytest.raises(SourceUnreachable):
        source.fetch(cursor)
    assert len(source.fetch(cursor).gone) == 15


def test_an_inbox_cleared_by_its_owner_stays_readable(place: MaildirPlace) -> None:
    message = place.deliver(letter(1))
    place.deliver(letter(2), "Sent")
    source = place.source()
    _, cursor = read(source)
    place.remove(message)
    with pytest.raises(SourceUnreachable):
        source.fetch(cursor)
    batch = source.fetch(cursor)
    assert (batch.complete, batch.gone) == (True, ())
    place.deliver(letter(3))
    assert ids(read(source, batch.cursor)[0]) == [message_id(3)]


def test_a_missing_mailbox_of_sent_mail_is_told(place: MaildirPlace) -> None:
    place.deliver(letter(1), "Sent")
    source = place.source()
    _, cursor = read(source)
    place.path("Sent").rename(place.root / "moved away")
    with pytest.raises(SourceUnreachable, match="sent mail is missing"):
        source.fetch(cursor)


def test_an_archive_synchronised_today_is_as_old_as_its_received_field(place: MaildirPlace) -> None:
    trace = b"Received: from a.example.org by b.example.org; Mon, 05 Jan 2015 10:00:00 +0000\n"
    place.deliver(trace + letter(1))
    assert read(place.source())[0] == []


def test_a_name_without_a_time_counts_from_when_it_was_written(place: MaildirPlace) -> None:
    path = place.deliver(letter(1))
    written = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
    path = path.rename(path.with_name("message-one"))
    os.utime(path, (written.timestamp(), written.timestamp()))
    arrivals, _ = read(place.source())
    assert [found.message.received for found in arrivals] == [written]


def test_what_is_no_regular_file_is_passed_over(place: MaildirPlace) -> None:
    (place.root / "new" / "folder").mkdir()
    os.mkfifo(place.root / "new" / "1.pipe")
    (place.root / "cur" / "dangling").symlink_to(place.root / "nowhere")
    place.deliver(letter(1))
    assert ids(read(place.source())[0]) == [message_id(1)]


def test_a_huge_message_is_read_at_its_start(place: MaildirPlace) -> None:
    place.deliver(letter(1) + b"x" * 5_000_000)
    ((arrival,), _) = read(place.source())
    assert arrival.message.text is not None
    assert arrival.message.text.startswith("Could you")
    assert len(arrival.message.text) <= 16_384


def test_names_that_are_no_text_are_read(place: MaildirPlace) -> None:
    name = os.fsdecode(f"{int(datetime.now(UTC).timestamp())}.".encode() + b"\xff\xfe")
    (place.root / "new" / name).write_bytes(letter(1))
    arrivals, cursor = read(place.source())
    assert ids(arrivals) == [message_id(1)]
    assert arrivals[0].delivery.uid.encode()
    assert read(place.source(), cursor)[0] == []


def test_a_longer_history_brings_older_mail(place: MaildirPlace) -> None:
    path = place.deliver(letter(1), received=datetime.now(UTC) - timedelta(days=50))
    for folder in (path.parent, path.parent.parent / "cur"):
        os.utime(folder, (1_700_000_000, 1_700_000_000))
    arrivals, cursor = read(place.source())
    assert arrivals == []
    arrivals, _ = read(place.source(history=timedelta(days=60)), cursor)
    assert ids(arrivals) == [message_id(1)]


MINUTE = 60.0
SOON = 5.0
MOMENT = 0.3


@pytest.fixture
def source(place: MaildirPlace) -> Iterator[Maildir]:
    source = place.source()
    yield source
    source.close()


def waited(source: Maildir, seconds: float, meanwhile: Callable[[], object] = lambda: None) -> float:
    """How long a wait lasted during which another thread did something."""
    thread = threading.Thread(target=meanwhile)
    started = time.monotonic()
    thread.start()
    source.wait(seconds)
    lasted = time.monotonic() - started
    thread.join(MINUTE)
    return lasted


def settled(source: Maildir, cursor: str | None = None) -> str:
    """The cursor after passes and waits, once there is nothing more to hear."""
    _, cursor = read(source, cursor)
    while waited(source, MOMENT) < MOMENT:
        _, cursor = read(source, cursor)
    return cursor


def test_mail_ends_the_wait_and_is_in_the_next_pass(place: MaildirPlace, source: Maildir) -> None:
    cursor = settled(source)
    assert waited(source, MINUTE, lambda: place.deliver(letter(1))) < SOON
    arrivals, cursor = read(source, cursor)
    assert ids(arrivals) == [message_id(1)]
    assert waited(source, MINUTE, lambda: place.deliver(letter(2), "Sent")) < SOON
    assert ids(read(source, cursor)[0]) == [message_id(2)]


def test_passes_of_our_own_do_not_end_the_wait(place: MaildirPlace, source: Maildir) -> None:
    for n in range(5):
        place.deliver(letter(n))
    cursor = settled(source)
    assert waited(source, MOMENT, lambda: read(place.source(), None)) >= MOMENT
    read(source, cursor)
    assert waited(source, MOMENT) >= MOMENT


def test_mail_between_the_first_pass_and_the_first_wait_is_not_overheard(place: MaildirPlace, source: Maildir) -> None:
    _, cursor = read(source)
    place.deliver(letter(1))
    assert waited(source, MINUTE) < SOON
    assert ids(read(source, cursor)[0]) == [message_id(1)]


def test_a_new_mailbox_is_watched_after_the_next_pass(place: MaildirPlace, source: Maildir) -> None:
    cursor = settled(source)
    place.make("Sent.2026")
    settled(source, cursor)
    assert waited(source, MINUTE, lambda: place.deliver(letter(1), "Sent.2026")) < SOON


@pytest.mark.parametrize("mailbox", ["Trash", "Junk", "Archive"])
def test_other_mailboxes_wait_for_the_poll(place: MaildirPlace, source: Maildir, mailbox: str) -> None:
    place.make(mailbox)
    settled(source)
    assert waited(source, MOMENT, lambda: place.deliver(letter(1), mailbox)) >= MOMENT


def test_a_second_look_after_a_doubtful_one_is_not_hastened(place: MaildirPlace, source: Maildir) -> None:
    messages = [place.deliver(letter(n)) for n in range(20)]
    cursor = settled(source)
    place.remove(*messages[:15])
    with pytest.raises(SourceUnreachable):
        source.fetch(cursor)
    assert waited(source, MOMENT * 2, lambda: place.deliver(letter(21))) >= MOMENT * 2
    assert len(source.fetch(cursor).gone) == 15


def test_a_root_that_went_and_came_back_is_watched_again(place: MaildirPlace, source: Maildir) -> None:
    cursor = settled(source)
    away = place.root.rename(place.root.with_name("away"))
    with pytest.raises(SourceUnreachable):
        source.fetch(cursor)
    assert waited(source, MOMENT) >= MOMENT
    away.rename(place.root)
    cursor = settled(source, cursor)
    assert waited(source, MINUTE, lambda: place.deliver(letter(1))) < SOON
    assert ids(read(source, cursor)[0]) == [message_id(1)]


def test_a_source_whose_root_is_missing_waits_in_peace(tmp_path: Path) -> None:
    source = Maildir(SourceSettings(name="mail", kind="maildir", path=tmp_path / "missing"))
    with pytest.raises(SourceUnreachable):
        source.fetch(None)
    assert waited(source, MOMENT) >= MOMENT
    assert waited(source, MINUTE, source.wake) < SOON


def test_closing_ends_every_thread(place: MaildirPlace) -> None:
    before = threading.enumerate()
    source = place.source()
    settled(source)
    assert threading.enumerate() != before
    source.close()
    assert threading.enumerate() == before


def test_a_source_without_a_path_says_so() -> None:
    with pytest.raises(SourceRejected) as error:
        Maildir(SourceSettings(name="mail", kind="maildir"))
    assert error.value.hint


@pytest.mark.parametrize(
    ("name", "uid"),
    [
        pytest.param("1700000000.M1P2.host", "1700000000.M1P2.host", id="new"),
        pytest.param("1700000000.M1P2.host:2,", "1700000000.M1P2.host", id="cur"),
        pytest.param("1700000000.M1P2.host:2,FRS", "1700000000.M1P2.host", id="flags"),
        pytest.param("1700000000.1_2.host,U=17:2,S", "1700000000.1_2.host", id="mbsync"),
        pytest.param("1700000000.M1P2.host,S=100:2,Sab", "1700000000.M1P2.host,S=100", id="Dovecot, keywords"),
        pytest.param("1700000000.M1P2.host;2,S", "1700000000.M1P2.host", id="no colons allowed"),
    ],
)
def test_the_part_of_a_name_that_stays(name: str, uid: str) -> None:
    assert uid_of(name) == uid
