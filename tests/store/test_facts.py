"""What comes in is stored once, whatever it looks like, and asks for the right judgements."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.made import ADA, ME, T0, at, bare, batch, message, mine, place, sent
from triage.model.entries import Entry, Exchange
from triage.model.health import Progress
from triage.model.mail import Address, Batch, Outage, Report, ReportKind, Role
from triage.settings import SourceSettings
from triage.store.writer import Store

A, B, C = (f"id:<{name}@example.org>" for name in "abc")
TRASH = place(9, "Trash", Role.TRASH)
JUNK = place(8, "Junk", Role.JUNK)


def add(store: Store, new: Batch, minutes: float = 0) -> frozenset[str]:
    return store.add(new, at(minutes), bare=bare)


def one(store: Store, key: str) -> Entry:
    return next(entry for entry in store.conversation([key]) if entry.message.key == key)


def keys(store: Store, key: str) -> list[str]:
    return [entry.message.key for entry in store.conversation([key])]


def test_a_message_comes_back_as_it_was_read(store: Store) -> None:
    letter = message("a", headers=(("list-id", "x"), ("list-id", "y")), attachments=("a.pdf",), reply_to=(ME,))
    assert add(store, batch((letter, place(1))), 3) == {A}
    entry = one(store, A)
    assert entry == Entry(message=letter, source="office", seen=at(3), mailboxes=("INBOX",))


def test_the_same_batch_again_changes_nothing(store: Store) -> None:
    first = batch((message("a"), place(1)), gone=(place(7),))
    add(store, first)
    before = one(store, A)
    assert add(store, first, 60) == frozenset()
    assert one(store, A) == before


def test_one_message_in_two_places_is_one_entry(store: Store) -> None:
    add(store, batch((message("a"), place(1)), (message("a"), sent(1))))
    add(store, batch((message("a"), place(5)), source="home"))
    (entry,) = store.conversation([A])
    assert entry.outgoing
    assert entry.source == "office"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"sender": Address(address="bob@example.org")}, id="another sender"),
        pytest.param({"sent": T0 + timedelta(seconds=1)}, id="another date"),
    ],
)
def test_a_reused_message_id_hides_nobody(store: Store, other: dict[str, object]) -> None:
    add(store, batch((message("a"), place(1))))
    (key,) = add(store, batch((message("a", **other), place(2))))
    assert key.startswith(f"{A}#")
    assert one(store, key).message == replace(message("a", **other), key=key)
    assert add(store, batch((message("a", **other), place(2)))) == frozenset()
    assert len(store.conversation([A])) == 2


def test_a_text_read_later_is_filled_in(store: Store) -> None:
    add(store, batch((message("a", text=None), place(1))))
    assert one(store, A).message.text is None
    assert add(store, batch((message("a"), place(1)))) == {A}
    assert one(store, A).message == message("a")
    assert add(store, batch((message("a", text=None), place(1)))) == frozenset()


def test_an_unreadable_message_is_counted_and_replaced_once_read(store: Store) -> None:
    store.register([SourceSettings(name="office", kind="imap")], at())
    add(store, batch((message("a", trouble="no header", sender=None, sent=None), place(1))))
    assert [health.unreadable for health in store.board(at()).sources] == [1]
    assert add(store, batch((message("a"), place(1)))) == {A}
    assert [health.unreadable for health in store.board(at()).sources] == [0]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_conversations_join_in_any_order(store: Store, order: tuple[int, ...]) -> None:
    letters = [
        (message("a"), place(1)),
        (mine("b", 1, in_reply_to=("<a@example.org>",)), sent(1)),
        (message("c", 2, references=("<a@example.org>", "<b@example.org>")), place(2)),
    ]
    for position in order:
        add(store, batch(letters[position]))
    assert [keys(store, key) for key in (A, B, C)] == [[A, B, C]] * 3


def test_a_bounce_joins_what_it_is_about(store: Store) -> None:
    add(store, batch((mine("a"), sent(1))))
    bounce = message("b", 1, report=Report(kind=ReportKind.FAILED, about="<a@example.org>"))
    add(store, batch((bounce, place(1))))
    assert keys(store, A) == [A, B]


def test_endless_references_are_cut_in_the_middle(store: Store) -> None:
    names = ("<a@example.org>", *(f"<{number}@x>" for number in range(100_000)), "<c@example.org>")
    add(store, batch((message("a"), place(1)), (message("c"), place(2)), (message("b", references=names), place(3))))
    assert set(keys(store, A)) == {A, B, C}


def test_junk_is_no_entry_until_it_is_rescued(store: Store) -> None:
    assert add(store, batch((message("a"), JUNK)), 1) == frozenset()
    assert store.conversation([A]) == ()
    assert store.correspondence().heard_from == {}
    assert add(store, batch((message("a"), place(1)), gone=(JUNK,)), 9) == {A}
    assert one(store, A).seen == at(9)


def test_mail_of_people_i_wrote_to_is_told_of_while_it_lies_in_junk(store: Store) -> None:
    stranger = message("s", 6, sender=Address(address="lee@seller.example"))
    add(store, batch((mine("b"), sent(1)), (message("a", 5), JUNK), (stranger, place(9, "Junk", Role.JUNK))))
    assert store.board(at(60)).junked == (ADA,)
    assert store.board(at(60, days=8)).junked == ()
    add(store, batch((message("a", 5), place(1)), gone=(JUNK,)), 9)
    assert store.board(at(60)).junked == ()


@pytest.mark.parametrize(
    ("now_in", "discarded"),
    [
        pytest.param((TRASH,), True, id="only in trash"),
        pytest.param((JUNK,), True, id="only in junk"),
        pytest.param((), False, id="nowhere we look"),
        pytest.param((TRASH, place(2)), False, id="trash and inbox"),
    ],
)
def test_discarded_means_put_away_from_the_inbox(store: Store, now_in: tuple[object, ...], discarded: bool) -> None:
    add(store, batch((message("a"), place(1))))
    changed = add(store, batch(*((message("a"), where) for where in now_in), gone=(place(1),)))  # type: ignore[misc]
    assert changed == {A}
    assert one(store, A).discarded is discarded


@pytest.mark.parametrize("is_done", [True, False])
def test_archived_counts_only_where_the_user_works_so(store: Store, is_done: bool) -> None:
    store.register([SourceSettings(name="office", kind="imap", archived_is_done=is_done)], at())
    add(store, batch((message("a"), place(1))))
    assert not one(store, A).archived
    add(store, batch(gone=(place(1),)))
    assert one(store, A).archived is is_done


def test_a_renumbered_mailbox_proves_nothing(store: Store) -> None:
    store.register([SourceSettings(name="office", kind="imap", archived_is_done=True)], at())
    add(store, batch((message("a"), place(1)), (message("b"), place(2))))
    add(store, batch((message("a"), place(1, validity=2**70))))
    assert not one(store, A).archived
    assert not one(store, B).archived
    add(store, batch(gone=(place(1, validity=2**70),)))
    assert one(store, A).archived


def test_a_fresh_mail_of_mine_calls_for_those_it_may_answer(store: Store) -> None:
    add(store, batch((message("a"), place(1))))
    assert add(store, batch((mine("b", 60, subject="Re: quote"), sent(1)))) == {A, B}
    guests = store.guests(store.conversation([A]))
    assert [guest.message.key for guest in guests] == [B]
    assert store.threads_awaiting(guests) == {A}


@pytest.mark.parametrize(("event", "guests"), [("4711", [B]), ("4712", []), (None, [])])
def test_my_answer_to_an_event_is_a_guest_of_the_invitation_to_it(
    store: Store, event: str | None, guests: list[str]
) -> None:
    invited = message("a", calendar="REQUEST", event="4711")
    accepted = mine("b", 20 * 24 * 60, subject="Accepted", calendar="REPLY", event=event)
    add(store, batch((invited, place(1))))
    judged = add(store, batch((accepted, sent(1))))
    found = store.guests(store.conversation([A]))
    assert [guest.message.key for guest in found] == guests
    assert (A in judged) is bool(guests)


@pytest.mark.parametrize(
    ("minutes", "fields"),
    [
        pytest.param(-2 * 24 * 60, {}, id="days before it"),
        pytest.param(16 * 24 * 60, {}, id="weeks later"),
        pytest.param(60, {"subject": "Other"}, id="another subject"),
        pytest.param(60, {"to": (ME,)}, id="to somebody else"),
        pytest.param(60, {"in_reply_to": ("<z@example.org>",)}, id="a reply to another mail"),
    ],
)
def test_other_mails_of_mine_are_no_guests(store: Store, minutes: float, fields: dict[str, object]) -> None:
    add(store, batch((message("a"), place(1))))
    assert add(store, batch((mine("b", minutes, **fields), sent(1)))) == {B}
    assert store.guests(store.conversation([A])) == ()


def test_correspondence_keeps_the_first_times(store: Store) -> None:
    alias = Address(address="alias@example.org")
    add(store, batch((message("b", 5), place(2)), (message("a", 2), place(1)), (mine("c", 9, sender=alias), sent(1))))
    known = store.correspondence()
    assert known.heard_from == {ADA.address: at(2)}
    assert known.written_to == {ADA.address: at(9)}
    assert known.identities == {"alias@example.org"}


def test_exchanges_tell_what_i_replied_to_and_when(store: Store) -> None:
    bob = Address(address="bob@example.org")
    reply = mine("c", 9, in_reply_to=("<a@example.org>",), references=("<a@example.org>",))
    asked = (message("a", 2), place(1)), (message("b", 5), place(2)), (message("d", 7, sender=bob), place(3))
    add(store, batch(*asked, (reply, sent(1)), (message("e", 30), place(4))))
    found = store.exchanges([ADA.address, "@example.org", ""])
    ada = [Exchange(received=at(2), answered=at(9)), Exchange(received=at(5)), Exchange(received=at(30))]
    assert list(found[ADA.address]) == ada
    assert [one.received for one in found["@example.org"]] == [at(2), at(5), at(7), at(30)]
    assert list(found[""]) == [Exchange(received=at(30))]


def test_health_follows_batches_and_outages(store: Store) -> None:
    store.register([SourceSettings(name="office", kind="imap", stale_after=timedelta(minutes=7))], at())
    add(store, replace(batch(complete=False, cursor="half"), reading=Progress(done=5, of=9)), 1)
    (health,) = store.board(at(1)).sources
    assert (health.reading, health.completed, store.cursor("office")) == (Progress(done=5, of=9), None, "half")
    add(store, batch(cursor="whole"), 2)
    store.outage(Outage(source="office", message="refused", hint="log in", final=True), at(3))
    (health,) = store.board(at(3)).sources
    assert (health.reading, health.completed, health.first_complete) == (None, at(2), at(2))
    assert (health.error, health.hint, health.final, health.known_since) == ("refused", "log in", True, at())
    assert health.stale_after == timedelta(minutes=7)
    add(store, batch(cursor="again"), 4)
    (health,) = store.board(at(4)).sources
    assert (health.error, health.final, health.completed, store.first_complete("office")) == (None, False, at(4), at(2))


def test_a_removed_source_leaves_health_but_not_its_mail(store: Store) -> None:
    sources = [SourceSettings(name=name, kind="imap") for name in ("office", "home")]
    store.register(sources, at())
    add(store, batch((message("a"), place(1))))
    store.register(sources[1:], at(1))
    assert [health.name for health in store.board(at(1)).sources] == ["home"]
    assert keys(store, A) == [A]
    store.register(sources, at(2))
    assert [health.known_since for health in store.board(at(2)).sources] == [at(), at()]


def test_a_forgotten_cursor_reads_from_the_start(store: Store) -> None:
    add(store, batch(cursor="7"))
    store.forget_cursor("office")
    assert store.cursor("office") is None
    assert store.cursor("unknown") is None


def test_lone_surrogates_and_odd_names_are_stored(store: Store) -> None:
    odd = message("a", subject="\udc80x", text="\udcffy", sender=Address(address="\udce4@x", name="\ud800"))
    odd = replace(odd, key="id:<\udc80>", message_id="<\udc80>")
    (key,) = add(store, batch((odd, place("\udce9", "B\udcfcro"))))
    assert store.conversation([key])[0].message.subject == "?x"
    assert add(store, batch((odd, place("\udce9", "B\udcfcro")))) == frozenset()
    assert add(store, batch((odd, place("\udcea", "B\udcfcro")))) == {key}
    assert add(store, batch(gone=(place("\udce9", "B\udcfcro"),))) == {key}
