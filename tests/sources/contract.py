"""What every source of messages promises; a test class for each source inherits it and provides `place`."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.sources.mailboxes import Place, ids, letter, message_id, passes, read
from triage.errors import SourceUnreachable
from triage.model.mail import Role

BROKEN = (
    b"\r\n\r\n",
    b"\x00\xff\xfe\x00",
    b"From: =?utf-8?b?////?= <a\r\nDate: Fri, 31 Dec 9999 23:59:59 -1200\r\nSubject: \xff\xfe\r\n\r\n\x80",
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xff",
)


class SourceContract:
    """Inherit as `class TestX(SourceContract)` with a fixture `place` that is a `Place`."""

    def test_the_first_read_brings_everything_once(self, place: Place) -> None:
        for n in range(7):
            place.deliver(letter(n))
        arrivals, _ = read(place.source())
        assert ids(arrivals) == [message_id(n) for n in range(7)]

    def test_a_second_pass_brings_nothing(self, place: Place) -> None:
        place.deliver(letter(1))
        source = place.source()
        _, cursor = read(source)
        arrivals, cursor = read(source, cursor)
        assert arrivals == []
        assert read(source, cursor)[0] == []

    def test_new_mail_comes_once(self, place: Place) -> None:
        place.deliver(letter(1))
        source = place.source()
        _, cursor = read(source)
        place.deliver(letter(2))
        arrivals, cursor = read(source, cursor)
        assert ids(arrivals) == [message_id(2)]
        assert read(source, cursor)[0] == []

    def test_fetching_twice_from_one_cursor_brings_the_same(self, place: Place) -> None:
        place.deliver(letter(1))
        source = place.source()
        _, cursor = read(source)
        place.deliver(letter(2))
        place.deliver(letter(3), "Sent")
        assert read(source, cursor)[0] == read(source, cursor)[0]
        assert read(source)[0] == read(source)[0]

    def test_a_restart_from_a_stored_cursor_loses_and_repeats_nothing(self, place: Place) -> None:
        for n in range(450):
            place.deliver(letter(n))
        first = place.source()
        batch = first.fetch(None)
        first.close()
        assert not batch.complete
        place.deliver(letter(450))
        arrivals, _ = read(place.source(), batch.cursor)
        assert ids([*batch.arrivals, *arrivals]) == sorted(message_id(n) for n in range(451))

    def test_a_first_read_comes_in_batches_and_shows_how_far_it_is(self, place: Place) -> None:
        for n in range(450):
            place.deliver(letter(n))
        batches = list(passes(place.source()))
        reading = [batch.reading for batch in batches[:-1]]
        assert len(batches) > 1
        assert all(len(batch.arrivals) <= 200 for batch in batches)
        assert all(progress and 0 < progress.done <= progress.of <= 450 for progress in reading)
        assert [batch.complete for batch in batches] == [False] * (len(batches) - 1) + [True]

    def test_sent_mail_is_read_and_known_as_sent(self, place: Place) -> None:
        place.deliver(letter(1))
        place.deliver(letter(2, sender="robin@example.com", to="ada@example.org"), "Sent")
        arrivals, _ = read(place.source())
        roles = {arrival.message.message_id: arrival.delivery.role for arrival in arrivals}
        assert roles == {message_id(1): Role.INBOX, message_id(2): Role.SENT}

    def test_sent_mail_is_known_for_a_year_and_the_inbox_for_its_history(self, place: Place) -> None:
        now = datetime.now(UTC)
        place.deliver(letter(1), received=now - timedelta(days=40))
        place.deliver(letter(2), received=now - timedelta(days=20))
        place.deliver(letter(3), "Sent", received=now - timedelta(days=300))
        place.deliver(letter(4), "Sent", received=now - timedelta(days=20))
        arrivals, _ = read(place.source())
        text_known = {arrival.message.message_id: arrival.message.text is not None for arrival in arrivals}
        assert text_known == {message_id(2): True, message_id(3): False, message_id(4): True}

    def test_broken_mail_stops_nothing(self, place: Place) -> None:
        place.deliver(letter(1))
        for raw in BROKEN:
            place.deliver(raw)
        place.deliver(letter(2))
        arrivals, cursor = read(place.source())
        assert len(arrivals) == len(BROKEN) + 2
        assert {message_id(1), message_id(2)} <= set(ids(arrivals))
        assert read(place.source(), cursor)[0] == []

    def test_a_removed_message_is_reported_gone_once(self, place: Place) -> None:
        kept = [place.deliver(letter(n)) for n in range(4)]
        source = place.source()
        arrivals, cursor = read(source)
        place.remove(kept[2])
        batches = list(passes(source, cursor))
        gone = [delivery for batch in batches for delivery in batch.gone]
        expected = [found.delivery for found in arrivals if found.message.message_id == message_id(2)]
        assert gone == expected
        assert [batch.gone for batch in passes(source, batches[-1].cursor)] == [()]

    def test_an_emptied_mailbox_is_not_believed(self, place: Place) -> None:
        messages = [place.deliver(letter(n)) for n in range(12)]
        source = place.source()
        _, cursor = read(source)
        place.remove(*messages)
        try:
            batch = source.fetch(cursor)
        except SourceUnreachable as error:
            assert error.hint
            return
        assert batch.gone == ()

    def test_mail_is_read_without_a_trace(self, place: Place) -> None:
        for n in range(3):
            place.deliver(letter(n))
        place.deliver(letter(3), "Sent")
        before = place.fingerprint()
        source = place.source()
        _, cursor = read(source)
        read(source, cursor)
        source.close()
        assert place.fingerprint() == before

    def test_a_plain_message_is_read_rightly(self, place: Place) -> None:
        received = (datetime.now(UTC) - timedelta(hours=5)).replace(microsecond=0)
        place.deliver(letter(1, subject="Angebot für Sie", text="Können Sie bis Freitag liefern?"), received=received)
        (arrival,), _ = read(place.source())
        message = arrival.message
        assert (message.key, message.message_id) == (f"id:{message_id(1)}", message_id(1))
        assert message.received == received
        assert message.sender is not None
        assert (message.sender.name, message.sender.address) == ("Ada Archer", "ada@example.org")
        assert [address.address for address in message.to] == ["robin@example.com"]
        assert message.subject == "Angebot für Sie"
        assert message.text is not None
        assert message.text.strip() == "Können Sie bis Freitag liefern?"
        assert message.trouble is None

    def test_waiting_ends_when_woken(self, place: Place) -> None:
        source = place.source()
        read(source)
        source.wake()
        started = datetime.now(UTC)
        source.wait(30)
        assert datetime.now(UTC) - started < timedelta(seconds=5)

    def test_closing_twice_is_harmless(self, place: Place) -> None:
        source = place.source()
        read(source)
        source.close()
        source.close()

    @pytest.mark.parametrize("cursor", ["", "{}", "nonsense", '{"v": 99}'])
    def test_a_cursor_that_cannot_be_read_starts_anew(self, place: Place, cursor: str) -> None:
        place.deliver(letter(1))
        arrivals, _ = read(place.source(), cursor)
        assert ids(arrivals) == [message_id(1)]
