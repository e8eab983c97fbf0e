"""A look into the mailboxes that are not read, at every kind of server: what lately came, and nothing is touched."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.exchange import PASSWORD as EXCHANGE_PASSWORD
from tests.servers.exchange import running_exchange
from tests.servers.proxy import proxy_to
from tests.sources.mailboxes import letter, message_id
from tests.sources.test_exchange import ExchangePlace
from tests.sources.test_imap import ImapPlace
from tests.sources.test_maildir import MaildirPlace
from triage.errors import SourceRejected, SourceUnreachable
from triage.model.mail import Elsewhere
from triage.settings import SourceSettings
from triage.sources.around import MOST, NEWEST, look_around

NOW = datetime.now(UTC)


class Places:
    """Mailboxes of one kind, with the settings and the password by which they are reached."""

    def __init__(self, place, settings: SourceSettings, password: str = "") -> None:
        self.place, self.settings, self.password = place, settings, password

    def look(self, **changes: object) -> dict[str, list[str | None]]:
        from dataclasses import replace

        seen = look_around(replace(self.settings, **changes), lambda: self.password, NOW)  # type: ignore[arg-type]
        assert seen.source == "office"
        return named(seen)


def named(seen: Elsewhere) -> dict[str, list[str | None]]:
    assert seen.found is not None
    return {name: sorted(str(one.message_id) for one in messages) for name, messages in seen.found if messages}


def imap_settings(place: ImapPlace, **changes: object) -> SourceSettings:
    server = {"host": "localhost", "port": place.account.server.port, "security": "none", "user": place.account.user}
    return SourceSettings(name="office", kind="imap", **server | changes)  # type: ignore[arg-type]


@pytest.fixture(params=["imap", "maildir", "exchange"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    if request.param == "imap":
        place = ImapPlace(request.getfixturevalue("dovecot"), "none", [])
        yield Places(place, imap_settings(place), PASSWORD)
    elif request.param == "maildir":
        yield Places(MaildirPlace(tmp_path), SourceSettings(name="office", kind="maildir", path=tmp_path))
    else:
        with running_exchange() as server:
            place = ExchangePlace(server, None, [])
            yield Places(place, place.settings(), EXCHANGE_PASSWORD)


def test_what_lately_came_into_mailboxes_that_are_not_read_is_found_without_a_trace(places: Places) -> None:
    deliver = places.place.deliver
    deliver(letter(1))
    deliver(letter(2), "Clients")
    deliver(letter(3), "Clients", NOW - timedelta(days=3))
    deliver(letter(4), "Clients", NOW - timedelta(days=12))
    deliver(letter(5), "Projects")
    before = places.place.fingerprint()
    assert places.look() == {"Clients": [message_id(2), message_id(3)], "Projects": [message_id(5)]}
    assert places.place.fingerprint() == before


def test_mailboxes_with_a_part_of_their_own_are_left_alone(places: Places) -> None:
    for number, mailbox in enumerate(("Sent", "Trash", "Junk", "Drafts", "Archive")):
        places.place.deliver(letter(number), mailbox)
    assert places.look() == {}


def test_what_is_read_is_not_elsewhere(places: Places) -> None:
    places.place.deliver(letter(1), "Clients")
    places.place.deliver(letter(2), "Projects")
    assert places.look(mailboxes=("INBOX", "Cli*")) == {"Projects": [message_id(2)]}


def test_only_so_many_headers_of_a_mailbox_are_looked_at(places: Places) -> None:
    for number in range(NEWEST + 3):
        places.place.deliver(letter(number), "Clients", NOW - timedelta(hours=number + 1))
    newest = sorted(message_id(number) for number in range(NEWEST))
    assert places.look() == {"Clients": newest}


# --- at a server --------------------------------------------------------------------------------------------------


def test_mailboxes_are_examined_and_headers_alone_peeked_at(dovecot: Dovecot) -> None:
    place = ImapPlace(dovecot, "none", [])
    place.deliver(letter(1, text="The secret of the boiler."), "Clients")
    with proxy_to(dovecot.port) as line:
        seen = look_around(imap_settings(place, port=line.port), lambda: PASSWORD, NOW)
        said = b"".join(line.sent.splitlines(keepends=True)).upper()
    assert named(seen) == {"Clients": [message_id(1)]}
    assert b"EXAMINE" in said
    assert b"PEEK[HEADER" in said
    assert not any(word in said for word in (b" SELECT ", b" STORE ", b"BODY[", b"PEEK[TEXT", b"PEEK[]", b"EXPUNGE"))
    assert [one.text for _, messages in seen.found or () for one in messages] == [None]


def test_not_more_mailboxes_are_opened_than_a_look_may_cost(dovecot: Dovecot) -> None:
    place = ImapPlace(dovecot, "none", [])
    for number in range(MOST + 5):
        place.account.make(f"Box {number:03}")
    with proxy_to(dovecot.port) as line:
        look_around(imap_settings(place, port=line.port), lambda: PASSWORD, NOW)
        assert line.sent.count(b" EXAMINE ") == MOST


def test_a_look_that_fails_tells_so_like_a_source(dovecot: Dovecot, tmp_path: Path) -> None:
    with pytest.raises(SourceRejected):
        look_around(imap_settings(ImapPlace(dovecot, "none", [])), lambda: "wrong", NOW)
    with pytest.raises(SourceUnreachable):
        look_around(SourceSettings(name="office", kind="maildir", path=tmp_path / "gone"), str, NOW)
