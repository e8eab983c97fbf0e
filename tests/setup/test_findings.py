"""A first look at a folder of Maildirs: Sent, own addresses, and where people's mail arrives."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.blackbox.homes import ROBIN, ago, letter, put
from triage.errors import SourceUnreachable
from triage.settings import Me, SourceSettings
from triage.setup.findings import Findings, findings
from triage.setup.folders import mail_folder
from triage.sources.survey import survey

ME = Me(name="Robin Vale", addresses=(ROBIN,))


def found(path: Path, **more: tuple[str, ...]) -> Findings:
    settings = SourceSettings(name="mail", kind="maildir", path=path, **more)
    return findings(tuple(survey(settings, str, datetime.now(UTC))), ME)


def sent(sender: str, times: int, folder: Path) -> None:
    for number in range(times):
        put(folder, letter(f"Note {number}", sender=sender, to="lea@example.org", text="Hello."))


def test_mailboxes_with_mail_from_people_are_named_inbox_first_then_the_fullest(tmp_path: Path) -> None:
    put(tmp_path / "INBOX", letter())
    for number in range(3):
        put(tmp_path / "Clients", letter(f"Order {number}", sender="Ben <ben@ott.example>"))
    put(tmp_path / "Friends", letter("Lunch", sender="Lea <lea@brandt.example>"))
    news = letter("Offers", sender="Shop <news@shop.example>", text="Buy!", list_unsubscribe="<mailto:x@shop.example>")
    put(tmp_path / "Shops", news)
    assert found(tmp_path).people == (("INBOX", 1), ("Clients", 3), ("Friends", 1))


@pytest.mark.parametrize("name", ["Drafts", "Archive", "Trash", "Junk", "Entwürfe", "Gesendet"])
def test_what_is_for_something_else_is_not_proposed(tmp_path: Path, name: str) -> None:
    put(tmp_path / "INBOX", letter(), ago(days=60))
    put(tmp_path / name, letter("Lunch", sender="Lea <lea@brandt.example>"))
    assert found(tmp_path).people == (("INBOX", 0),)


def test_own_addresses_are_those_that_sent_often_and_never_wrote_to_me(tmp_path: Path) -> None:
    put(tmp_path / "INBOX", letter(sender="Lea <lea@brandt.example>"))
    sent(f"Robin <{ROBIN}>", 3, tmp_path / "Sent")
    sent("Robin <robin.vale@example.net>", 2, tmp_path / "Sent")
    sent("Once <once@example.net>", 1, tmp_path / "Sent")
    sent("Lea <lea@brandt.example>", 4, tmp_path / "Sent")
    seen = found(tmp_path)
    assert seen.sent == ("Sent",)
    assert seen.own == ("robin.vale@example.net",)


def test_a_mailbox_named_as_sent_is_sent(tmp_path: Path) -> None:
    put(tmp_path / "INBOX", letter())
    sent("Robin <robin.vale@example.net>", 2, tmp_path / "Out")
    seen = found(tmp_path, sent=("Out",))
    assert (seen.sent, seen.own) == (("Out",), ("robin.vale@example.net",))


def test_a_folder_that_is_gone_is_an_outage(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreachable):
        found(tmp_path / "nowhere")


def test_nothing_of_the_mail_is_touched(tmp_path: Path) -> None:
    path = put(tmp_path / "INBOX", letter())
    before = (path.stat().st_mtime_ns, path.read_bytes(), sorted(tmp_path.rglob("*")))
    found(tmp_path)
    assert (path.stat().st_mtime_ns, path.read_bytes(), sorted(tmp_path.rglob("*"))) == before


def test_the_usual_places_are_looked_at_in_turn(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}
    assert mail_folder(environ) is None
    put(tmp_path / "Mail" / "home" / "INBOX", letter())
    assert mail_folder(environ) == "~/Mail"
    put(tmp_path / "Maildir", letter())
    assert mail_folder(environ) == "~/Maildir"
    put(tmp_path / "elsewhere", letter())
    assert mail_folder({**environ, "MAILDIR": str(tmp_path / "elsewhere")}) == str(tmp_path / "elsewhere")
