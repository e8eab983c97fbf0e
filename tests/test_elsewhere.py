"""Mail from people in mailboxes that are not read: looked for once a day, told in one line."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.planning import at
from tests.rounds import MINUTE, House, mail, settled_house
from triage.model.mail import Elsewhere, Message, Outage
from triage.settings import SourceSettings

NINE = at("mon 09:00")
LOOK = "look around office"
LISTED = (("list-id", "<tea.lists.example>"), ("precedence", "list"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = settled_house(tmp_path)
    yield made
    made.close()


def unread(house: House, now: datetime | None = None) -> tuple[str, ...]:
    return house.clerk.board(now or house.now).unread


def headers(name: str, **more: object) -> Message:
    """As a look finds it: without its text."""
    return mail(name, NINE, text=None, **more)


def seen(**mailboxes: tuple[Message, ...]) -> Elsewhere:
    return Elsewhere(source="office", found=tuple(mailboxes.items()))


# --- when it is looked --------------------------------------------------------------------------------------------


def test_it_is_looked_once_a_day_after_a_pass_and_restarts_do_not_repeat_it(house: House) -> None:
    house.readers.asked.clear()
    house.walk(at("tue 12:00"), every=timedelta(minutes=10))
    assert house.readers.count(LOOK) in {1, 2}
    house.readers.asked.clear()
    house.restart()
    house.bring(house.now + MINUTE)
    assert house.readers.count(LOOK) == 0
    house.bring(house.now + timedelta(days=1))
    assert house.readers.count(LOOK) == 1


def test_a_look_that_failed_is_not_tried_all_day_and_what_was_known_stands(house: House) -> None:
    house.bring(NINE + timedelta(days=1))
    house.step(seen(Clients=(headers("a"),)), house.now)
    house.bring(house.now + timedelta(days=1))
    house.readers.asked.clear()
    house.step(Elsewhere(source="office"), house.now + MINUTE)
    house.bring(house.now + MINUTE)
    assert house.readers.count(LOOK) == 0
    assert unread(house) == ("Clients",)


def test_it_is_not_looked_before_everything_was_read_nor_while_a_source_is_out(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.bring(NINE, complete=False)
    house.step(Outage(source="office", message="gone"), NINE + MINUTE)
    assert house.readers.count(LOOK) == 0
    house.bring(NINE + 2 * MINUTE)
    assert house.readers.count(LOOK) == 1
    house.close()


def test_the_telephone_has_no_mailboxes(tmp_path: Path) -> None:
    house = settled_house(tmp_path)
    phone = SourceSettings(name="phone", kind="voicemail", path=tmp_path)
    house.with_config(sources=(*house.config.sources, phone), digest="with a telephone")
    house.restart()
    house.bring(house.now + MINUTE, source="phone")
    assert house.readers.count("look around phone") == 0
    house.close()


# --- what is told -------------------------------------------------------------------------------------------------


def test_mailboxes_into_which_people_wrote_are_named_those_with_most_first(house: House) -> None:
    house.step(
        seen(
            Clients=(headers("a"),),
            Projects=(headers("b"), headers("c")),
            Lists=(headers("d", headers=LISTED, to=()),),
            Shops=(headers("e", sender="noreply@shop.example"),),
            Empty=(),
        ),
        NINE,
    )
    assert unread(house) == ("Projects", "Clients")


def test_what_lies_in_a_mailbox_that_is_read_as_well_is_not_told(house: House) -> None:
    house.bring(NINE, mail("both", NINE))
    house.step(seen(Label=(headers("both"),)), NINE + MINUTE)
    assert unread(house) == ()


def test_the_next_look_replaces_it_and_an_old_one_counts_no_more(house: House) -> None:
    house.step(seen(Clients=(headers("a"),)), NINE)
    assert unread(house, NINE + timedelta(days=2)) == ("Clients",)
    assert unread(house, NINE + timedelta(days=4)) == ()
    house.step(seen(Clients=()), NINE + timedelta(days=1))
    assert unread(house) == ()


def test_after_a_change_of_the_configuration_it_is_looked_anew(house: House) -> None:
    house.bring(NINE)
    house.step(seen(Clients=(headers("a"),)), NINE + MINUTE)
    (office,) = house.config.sources
    house.with_config(sources=(replace(office, mailboxes=("INBOX", "Clients")),), digest="second")
    house.restart()
    house.readers.asked.clear()
    house.bring(house.now + MINUTE)
    assert house.readers.count(LOOK) == 1
    assert unread(house) == ()


def test_a_source_that_is_no_longer_configured_tells_nothing(house: House) -> None:
    house.step(seen(Clients=(headers("a"),)), NINE)
    house.with_config(sources=(SourceSettings(name="home", kind="maildir", path=Path("mail")),), digest="second")
    house.restart()
    assert unread(house) == ()
