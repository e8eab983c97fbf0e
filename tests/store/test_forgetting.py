"""What of a person goes from the store, what stays, and what is let in afterwards."""

from pathlib import Path

import pytest

from tests.store.made import ADA, ME, at, bare, batch, message, mine, place, sent
from triage.model.mail import Address, Message, Report, ReportKind
from triage.store import examining, lookups, marks
from triage.store.forgetting import Trace, Ways
from triage.store.writer import Store

BEN = Address(address="ben@example.org", name="Ben")
WAYS = Ways(is_me=lambda address: address == ME.address, own_words=lambda text: text.partition("\n>")[0])
NAMED = Address(address=ADA.address, name="Ada King")


@pytest.fixture
def store(tmp_path: Path):
    opened = Store.open(tmp_path / "triage.db")
    yield opened
    opened.close()


def forget(store: Store, path: Path, minutes: float = 60) -> frozenset[str]:
    marks.forget(path, ADA.address, at(minutes))
    return store.forget(WAYS)


def left(path: Path) -> dict[str, Message]:
    return {entry.message.key: entry.message for entry in lookups.entries_until(path, at(days=365))}


@pytest.mark.parametrize(
    ("arrival", "stays"),
    [
        pytest.param((message("a"), place(1)), False, id="what she wrote"),
        pytest.param((message("a", sender=BEN, reply_to=(ADA,)), place(1)), False, id="a form that replies to her"),
        pytest.param((mine("a"), sent(1)), False, id="what I wrote to her alone"),
        pytest.param((mine("a", cc=(ME,)), sent(1)), False, id="with a copy to myself"),
        pytest.param((mine("a", to=(ADA, BEN)), sent(1)), True, id="what I wrote to her and Ben"),
        pytest.param((message("a", sender=BEN, to=(ME, ADA)), place(1)), True, id="what Ben wrote to both of us"),
        pytest.param((message("a", sender=BEN, text="Ask ada@example.org"), place(1)), True, id="what names her"),
    ],
)
def test_hers_goes_and_others_stays_without_her(
    store: Store, tmp_path: Path, arrival: tuple[Message, object], stays: bool
) -> None:
    path = tmp_path / "triage.db"
    store.add(batch(arrival), at(1), bare=bare)  # type: ignore[arg-type]
    assert examining.trace(path, ADA.address, WAYS)
    judged = forget(store, path)
    assert set(left(path)) == judged == ({"id:<a@example.org>"} if stays else set())
    assert examining.trace(path, ADA.address, WAYS) == Trace()
    assert ADA.address not in lookups.correspondence(path).heard_from
    assert ADA.address not in lookups.correspondence(path).written_to


def test_everywhere_in_a_message_of_somebody_else(store: Store, tmp_path: Path) -> None:
    report = Report(kind=ReportKind.FAILED, recipients=(ADA.address, BEN.address))
    full = message(
        "a",
        sender=BEN,
        to=(ME, NAMED),
        cc=(NAMED,),
        delivered_to=("Ada@Example.org", ME.address),
        subject="Re: Lunch with ADA KING",
        headers=(("x-original-to", "ada@example.org"), ("list-id", "<tea.example.org>")),
        attachments=("cv ada king.pdf",),
        report=report,
        text="I saw Ada King <ada@example.org> and Adaking.\n> She wrote this",
    )
    store.add(batch((full, place(1))), at(1), bare=bare)
    forget(store, tmp_path / "triage.db")
    (kept,) = left(tmp_path / "triage.db").values()
    assert (kept.to, kept.cc, kept.delivered_to) == ((ME,), (), (ME.address,))
    assert (kept.subject, kept.attachments) == ("Re: Lunch with …", ("cv ….pdf",))
    assert kept.headers == (("list-id", "<tea.example.org>"),)
    assert kept.report and kept.report.recipients == (BEN.address,)
    assert kept.text == "I saw … <…> and Adaking.\n> She wrote this"


def test_in_her_conversation_only_others_own_words_stay(store: Store, tmp_path: Path) -> None:
    hers = message("a")
    ben = message("b", 5, sender=BEN, in_reply_to=("<a@example.org>",), text="I bring plates.\n> My secret")
    store.add(batch((hers, place(1)), (ben, place(2))), at(6), bare=bare)
    assert forget(store, tmp_path / "triage.db") == {"id:<b@example.org>"}
    (kept,) = left(tmp_path / "triage.db").values()
    assert kept.text == "I bring plates."


@pytest.mark.parametrize(
    ("minutes", "read_again"),
    [
        pytest.param(59, False, id="before"),
        pytest.param(60, True, id="in the very second"),
        pytest.param(61, True, id="after"),
    ],
)
def test_only_what_came_before_is_kept_out(store: Store, tmp_path: Path, minutes: float, read_again: bool) -> None:
    path = tmp_path / "triage.db"
    store.add(batch((message("a"), place(1))), at(1), bare=bare)
    forget(store, path)
    store.add(batch((message("b", minutes), place(2))), at(70), bare=bare)
    assert set(left(path)) == ({"id:<b@example.org>"} if read_again else set())


def test_old_mail_of_others_that_is_read_again_is_let_in_without_her(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "triage.db"
    store.add(batch((message("a"), place(1))), at(1), bare=bare)
    forget(store, path)
    ben = message("b", 5, sender=BEN, to=(ME, NAMED), text="Ada King said yes.\n> Yes, she said")
    store.add(batch((ben, place(2)), (mine("c", 6), sent(1))), at(70), bare=bare, own_words=WAYS.own_words)
    (kept,) = left(path).values()
    assert (kept.to, kept.text) == ((ME,), "… said yes.")


def test_an_address_that_only_ends_alike_is_another_persons(store: Store, tmp_path: Path) -> None:
    other = Address(address="n.ada@example.org", name="Nada")
    store.add(batch((message("a", sender=other, text="Write to n.ada@example.org"), place(1))), at(1), bare=bare)
    assert not examining.trace(tmp_path / "triage.db", ADA.address, WAYS)
    forget(store, tmp_path / "triage.db")
    (kept,) = left(tmp_path / "triage.db").values()
    assert kept.text == "Write to n.ada@example.org"


def test_two_people_who_were_forgotten_do_not_look_alike(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "triage.db"
    store.add(batch((message("a"), place(1))), at(1), bare=bare)
    for minutes in (60, 61):
        forget(store, path, minutes)
    first, second = (mark["key"] for mark in examining.export(path)["marks"])
    assert first != second
    assert not {ADA.address, ""} & {first.split(":")[2], second.split(":")[1]}
