"""The Exchange source when something is wrong: servers that are busy, forgetful or cut off, items nobody can read."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.exchange import (
    PASSWORD,
    busy,
    cut,
    cut_whole,
    fault,
    html,
    response,
    running_exchange,
    status,
)
from tests.servers.exchange.faults import Instead
from tests.servers.exchange.soap import answer, success
from tests.sources.mailboxes import ids, letter, message_id, passes, read
from tests.sources.test_exchange import ExchangePlace, closing, tls  # noqa: F401 - fixtures
from triage.errors import SecretMissing, SourceRejected, SourceUnreachable
from triage.model.mail import ReportKind, Role
from triage.pump import Pump
from triage.sources.exchange.source import Exchange
from triage.sources.kinds import open_source

SYNC = "SyncFolderItems"


@pytest.fixture
def place(closing):  # noqa: F811
    with running_exchange() as server:
        yield ExchangePlace(server, Exchange, closing)


def patiently(source, cursor=None, tries=50):
    """What a pump does: goes on from the last stored cursor after every outage."""
    arrivals, gone, outages = [], [], 0
    for _ in range(tries):
        try:
            batch = source.fetch(cursor)
        except SourceUnreachable as error:
            assert error.hint
            outages += 1
            continue
        arrivals += batch.arrivals
        gone += batch.gone
        cursor = batch.cursor
        if batch.complete:
            return arrivals, gone, cursor, outages
    raise AssertionError("it never came to its end")


# --- the line, and what stands in it ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(cut(), id="the line breaks in an answer"),
        pytest.param(cut_whole(), id="half an answer that HTTP calls whole"),
        pytest.param(html(), id="a proxy's page"),
        pytest.param(html(502), id="a gateway's page"),
        pytest.param(status(200), id="an empty answer"),
        pytest.param(status(503), id="503"),
        pytest.param(status(500), id="500 without a word"),
        pytest.param(status(302, Location="https://login.example.com/"), id="sent elsewhere"),
        pytest.param(fault("ErrorInternalServerError"), id="a fault over 500"),
        pytest.param(fault("ErrorInternalServerTransientError", 200), id="a fault over 200"),
        pytest.param(fault("ErrorNobodyHeardOf", 200), id="a fault of a later version"),
        pytest.param(response(SYNC, "ErrorMailboxStoreUnavailable"), id="the store is away"),
        pytest.param(response(SYNC, "ErrorFromTheFuture"), id="a code of a later version"),
        pytest.param(Instead(change=lambda raw: raw.replace(b"<m:Changes>", b"<m:Changes><")), id="no XML"),
        pytest.param(Instead(change=lambda raw: raw.replace(b"SyncState>", b"Sync>")), id="no state"),
    ],
)
def test_trouble_between_pages_loses_and_doubles_nothing(place, trouble, monkeypatch):
    monkeypatch.setattr("triage.sources.exchange.source.BATCH", 20)
    for n in range(25):
        place.deliver(letter(n))
    place.deliver(letter(900), "Sent")
    source = place.source()
    place.server.next(SYNC, Instead(), Instead(), trouble)
    arrivals, gone, cursor, outages = patiently(source)
    assert (ids(arrivals), gone, outages) == (sorted([message_id(900), *(message_id(n) for n in range(25))]), [], 1)
    assert read(source, cursor)[0] == []


@pytest.mark.parametrize("trouble", [cut(), cut_whole(), html(), status(503), fault("ErrorInternalServerError")])
@pytest.mark.parametrize("operation", ["GetFolder", "FindFolder", "GetItem"])
def test_trouble_with_any_question_is_only_a_delay(place, operation, trouble):
    place.deliver(letter(1))
    place.server.next(operation, trouble)
    arrivals, _, _, outages = patiently(place.source())
    assert (ids(arrivals), outages) == ([message_id(1)], 1)


def test_a_server_that_is_not_there_is_a_delay_and_no_password_is_blamed(closing):  # noqa: F811
    with running_exchange() as server:
        place = ExchangePlace(server, Exchange, closing)
    with pytest.raises(SourceUnreachable, match="localhost cannot be reached"):
        place.source().fetch(None)


def test_a_certificate_nobody_vouches_for_ends_it_before_the_password(tls, closing):  # noqa: F811
    with running_exchange(tls=tls) as server:
        place = ExchangePlace(server, Exchange, closing)
        with pytest.raises(SourceUnreachable, match="certificate of localhost is not to be trusted") as caught:
            place.source(ca_file=None).fetch(None)
        assert "ca_file" in caught.value.hint
        assert server.asked == []


def test_an_answer_without_an_end_is_not_swallowed(place, monkeypatch):
    monkeypatch.setattr("triage.sources.exchange.wire.MOST_BYTES", 100_000)
    for n in range(30):
        place.deliver(letter(n, text="Could you look at this? " + "long " * 3000))
    place.deliver(letter(99, text="Could you look at this? " + "endless " * 30_000))
    arrivals, *_ = patiently(place.source())
    assert len(arrivals) == 31
    texts = {arrival.message.message_id: arrival.message.text for arrival in arrivals}
    assert texts[message_id(99)] is None
    assert all(texts[message_id(n)] for n in range(30))


# --- who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("auth", ["basic", "ntlm"])
def test_a_wrong_password_is_tried_once(closing, auth):  # noqa: F811
    with running_exchange(auth=auth) as server:
        source = Exchange(ExchangePlace(server, Exchange, closing).settings(), lambda: "wrong")
        closing.append(source)
        with pytest.raises(SourceRejected, match=r"refused the password of EXAMPLE\\robin") as caught:
            source.fetch(None)
        assert "triage login office" in caught.value.hint
        assert server.refused == 1


def test_a_refusal_that_ends_the_connection_is_a_refusal(place):
    place.server.next("*", status(401, Connection="close"))
    with pytest.raises(SourceRejected, match="refused the password"):
        place.source().fetch(None)


def test_the_next_password_is_asked_for_after_a_refusal(place):
    tried = iter(["wrong", PASSWORD])
    source = Exchange(place.settings(), lambda: next(tried))
    place.deliver(letter(1))
    with pytest.raises(SourceRejected):
        source.fetch(None)
    assert ids(read(source)[0]) == [message_id(1)]


@pytest.mark.parametrize("secret", ["pässwort", "пароль-€"])
def test_a_password_of_any_alphabet_is_sent_as_utf_8_where_it_must(place, secret):
    place.server.password = secret
    place.deliver(letter(1))
    source = Exchange(place.settings(), lambda: secret)
    assert ids(read(source)[0]) == [message_id(1)]


def test_the_pump_does_not_ask_again_after_a_refusal(place):
    import queue

    told = queue.SimpleQueue()
    source = Exchange(place.settings(), lambda: "wrong")
    pump = Pump(source, None, poll=0.01, deliver=told.put, jitter=lambda: 0.0)
    pump.start()
    assert told.get(timeout=20).final
    pump.refresh()
    with pytest.raises(queue.Empty):
        told.get(timeout=0.5)
    pump.stop()
    pump.join(5)
    assert place.server.refused == 1


@pytest.mark.parametrize("headers", [{}, {"Connection": "close"}])
def test_403_says_what_became_of_exchange_online(place, headers):
    place.server.next("*", status(403, **headers))
    with pytest.raises(SourceRejected) as caught:
        place.source().fetch(None)
    assert all(word in caught.value.hint for word in ("1 October 2026", "1 April 2027", "imap", "oauth-microsoft"))


def test_a_locked_keyring_is_told_as_it_is(closing):  # noqa: F811
    def locked():
        raise SecretMissing("office: the keyring is locked", hint="unlock it")

    with running_exchange() as server:
        for build in (Exchange, open_source):
            source = build(ExchangePlace(server, build, closing).settings(), locked)
            closing.append(source)
            with pytest.raises(SecretMissing, match="keyring is locked"):
                source.fetch(None)
        assert server.asked == []


# --- busy -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("http", [200, 500])
def test_a_busy_server_is_left_alone_as_long_as_it_asks(place, http):
    place.server.next(SYNC, busy(40_000, http))
    source = place.source()
    with pytest.raises(SourceUnreachable, match="is busy") as caught:
        source.fetch(None)
    assert caught.value.wait == 40.0
    asked = len(place.server.asked)
    with pytest.raises(SourceUnreachable, match="peace") as caught:
        source.fetch(None)
    assert 30 < caught.value.wait <= 40
    assert len(place.server.asked) == asked


def test_a_hint_in_a_response_message_counts_as_well(place):
    hint = '<m:MessageXml><t:Value Name="BackOffMilliseconds">7000</t:Value></m:MessageXml>'
    place.server.next(SYNC, response(SYNC, "ErrorServerBusy", hint))
    with pytest.raises(SourceUnreachable) as caught:
        place.source().fetch(None)
    assert caught.value.wait == 7.0


def test_a_hint_of_days_is_not_followed(place):
    place.server.next(SYNC, busy(90_000_000))
    with pytest.raises(SourceUnreachable) as caught:
        place.source().fetch(None)
    assert caught.value.wait == 900.0


def test_one_busy_item_is_no_reason_to_do_without_it(place):
    item = place.deliver(letter(1))
    place.deliver(letter(2))
    item.refused = "ErrorServerBusy"
    source = place.source()
    with pytest.raises(SourceUnreachable):
        source.fetch(None)
    item.refused = None
    assert ids(patiently(source)[0]) == [message_id(1), message_id(2)]


def test_what_http_asks_for_counts_as_well(place):
    place.server.next(SYNC, status(503, Retry_After="30"))
    with pytest.raises(SourceUnreachable) as caught:
        place.source().fetch(None)
    assert caught.value.wait == 30.0


# --- states ---------------------------------------------------------------------------------------------------------


def test_an_invalid_state_is_read_anew_and_nothing_is_gone(place):
    kept = [place.deliver(letter(n)) for n in range(20)]
    place.deliver(letter(90), "Sent")
    source = place.source()
    before, cursor = read(source)
    place.server.own.forget_states()
    place.remove(*kept[:15])
    place.deliver(letter(21))
    arrivals, gone, cursor, outages = patiently(source, cursor)
    assert ids(arrivals) == sorted([message_id(90), message_id(21), *(message_id(n) for n in range(15, 20))])
    assert (gone, outages) == ([], 0)
    assert {arrival.delivery.validity for arrival in arrivals} == {2}
    assert {arrival.delivery.validity for arrival in before} == {1}
    assert read(source, cursor)[0] == []


def test_a_server_that_forgets_every_state_is_not_read_for_ever(place):
    place.deliver(letter(1))
    source = place.source()
    _, cursor = read(source)
    place.server.next(SYNC, *[response(SYNC, "ErrorInvalidSyncStateData")] * 40)
    for _ in range(12):
        with pytest.raises(SourceUnreachable):
            source.fetch(cursor)


def test_a_folder_made_anew_under_its_old_name_is_read_anew(place):
    place.deliver(letter(1), "Clients")
    source = place.source(mailboxes=("INBOX", "Clients"))
    _, cursor = read(source)
    own = place.server.own
    own.others = [folder for folder in own.others if folder.name != "Clients"]
    own.make("Clients")
    place.deliver(letter(2), "Clients")
    again = place.source(mailboxes=("INBOX", "Clients"))
    arrivals, gone, *_ = patiently(again, cursor)
    assert (ids(arrivals), gone) == ([message_id(2)], [])
    assert {arrival.delivery.validity for arrival in arrivals} == {2}


def test_a_folder_that_vanished_is_doubted_once(place):
    place.deliver(letter(1), "Clients")
    source = place.source(mailboxes=("INBOX", "Clients"))
    _, cursor = read(source)
    own = place.server.own
    own.others = [folder for folder in own.others if folder.name != "Clients"]
    again = place.source(mailboxes=("INBOX", "Clients"))
    arrivals, gone, _, outages = patiently(again, cursor)
    assert (arrivals, gone, outages) == ([], [], 1)


def test_a_folder_that_goes_while_it_is_read_is_a_delay(place):
    place.deliver(letter(1))
    place.server.next(SYNC, response(SYNC, "ErrorSyncFolderNotFound"))
    arrivals, _, _, outages = patiently(place.source())
    assert (ids(arrivals), outages) == ([message_id(1)], 1)


def test_new_mail_in_an_emptied_folder_shows_that_the_old_is_gone_indeed(place):
    messages = [place.deliver(letter(n)) for n in range(12)]
    source = place.source()
    _, cursor = read(source)
    place.remove(*messages)
    _, gone, cursor, outages = patiently(source, cursor)
    assert (gone, outages) == ([], 1)
    place.deliver(letter(12))
    arrivals, gone, cursor, outages = patiently(source, cursor)
    assert (ids(arrivals), len(gone), outages) == ([message_id(12)], 12, 0)
    assert patiently(source, cursor)[1] == []


def test_most_of_a_folder_gone_over_many_pages_is_doubted_as_one(place, monkeypatch):
    monkeypatch.setattr("triage.sources.exchange.source.BATCH", 20)
    messages = [place.deliver(letter(n)) for n in range(90)]
    source = place.source()
    _, cursor = read(source)
    place.remove(*messages[:70])
    _, gone, cursor, outages = patiently(source, cursor)
    assert (len(gone), outages) == (70, 1)


def test_what_changes_between_two_pages_is_told_once(place, monkeypatch):
    monkeypatch.setattr("triage.sources.exchange.source.BATCH", 20)
    messages = [place.deliver(letter(n)) for n in range(45)]
    source = place.source()
    stream = passes(source)
    first = next(batch for batch in stream if batch.arrivals)
    taken = {arrival.delivery.uid for arrival in first.arrivals}
    seen = next(item for item in messages if item.id in taken)
    unseen = next(item for item in messages if item.id not in taken)
    place.server.own.touch(unseen)
    place.server.own.touch(seen)
    place.remove(next(item for item in messages if item.id in taken and item is not seen))
    place.deliver(letter(45))
    rest = list(stream)
    found = [*first.arrivals, *(arrival for batch in rest for arrival in batch.arrivals)]
    assert ids(found) == sorted(message_id(n) for n in range(46))
    assert sum(len(batch.gone) for batch in rest) == 1


def test_a_moved_message_goes_here_and_comes_there(place):
    item = place.deliver(letter(1))
    source = place.source()
    (before,), cursor = read(source)
    place.server.own.move(item, "deleteditems")
    batches = list(passes(source, cursor))
    (arrived,) = [arrival for batch in batches for arrival in batch.arrivals]
    (gone,) = [delivery for batch in batches for delivery in batch.gone]
    assert (arrived.message.key, arrived.delivery.role) == (before.message.key, Role.TRASH)
    assert gone == before.delivery
    assert arrived.message.text is None


def test_what_was_only_read_or_flagged_brings_nothing(place):
    item = place.deliver(letter(1))
    source = place.source()
    _, cursor = read(source)
    item.read = True
    arrivals, cursor = read(source, cursor)
    place.server.own.touch(item)
    assert (arrivals, read(source, cursor)[0]) == ([], [])


def test_a_page_without_an_end_ends(place):
    inner = "<m:SyncState>S</m:SyncState><m:IncludesLastItemInRange>false</m:IncludesLastItemInRange><m:Changes/>"
    endless = answer(SYNC, [success(SYNC, inner)])
    place.server.next(SYNC, *[Instead(change=lambda _: endless)] * 5)
    source, cursor = place.source(), None
    with pytest.raises(SourceUnreachable, match="empty pages"):
        for _ in range(5):
            cursor = source.fetch(cursor).cursor


def test_an_item_told_twice_comes_once(place):
    item = place.deliver(letter(1))
    again = f'<t:Create><t:Message><t:ItemId Id="{item.id}"/></t:Message></t:Create></m:Changes>'.encode()
    place.server.next(SYNC, Instead(), Instead(change=lambda raw: raw.replace(b"</m:Changes>", again)))
    arrivals, *_ = patiently(place.source())
    assert ids(arrivals) == [message_id(1)]


def test_a_kind_of_change_nobody_knows_is_passed_over(place):
    place.deliver(letter(1))
    strange = b"<m:Changes><t:Rename><t:ItemId Id='X'/></t:Rename><t:Create/><t:Delete/>"
    place.server.next(SYNC, *[Instead(change=lambda raw: raw.replace(b"<m:Changes>", strange))] * 4)
    assert ids(patiently(place.source())[0]) == [message_id(1)]


# --- items ----------------------------------------------------------------------------------------------------------


def test_an_item_that_is_gone_before_it_is_read_is_left_out(place):
    place.deliver(letter(1))
    item = place.deliver(letter(2))
    item.refused = "!ErrorItemNotFound"
    assert ids(patiently(place.source())[0]) == [message_id(1)]


@pytest.mark.parametrize("code", ["ErrorCorruptData", "ErrorContentConversionFailed", "ErrorInternalServerError"])
def test_an_item_the_server_fails_at_is_known_by_its_envelope(place, code):
    for n in range(5):
        place.deliver(letter(n))
    place.deliver(letter(7)).refused = code
    arrivals, _, _, outages = patiently(place.source())
    found = {arrival.message.message_id: arrival.message for arrival in arrivals}
    assert (len(arrivals), outages) == (6, 0)
    assert (found[message_id(7)].subject, found[message_id(7)].text) == ("Quote 7", None)


def test_an_item_the_server_fails_at_altogether_has_trouble_and_stops_nothing(place):
    place.deliver(letter(1))
    place.deliver(letter(7)).refused = "!ErrorCorruptData"
    arrivals, _, cursor, _ = patiently(place.source())
    assert sorted(arrival.message.trouble or "" for arrival in arrivals) == ["", "the server does not hand it out"]
    assert read(place.source(), cursor)[0] == []


def test_a_server_that_hands_out_nothing_is_not_taken_for_unreadable_mail(place):
    for n in range(3):
        place.deliver(letter(n)).refused = "!ErrorInternalServerError"
    source = place.source()
    for _ in range(5):
        with pytest.raises(SourceUnreachable, match="ErrorInternalServerError"):
            source.fetch(None)
    for item in place.server.own.items.values():
        item.refused = None
    arrivals, *_ = patiently(source)
    assert ids(arrivals) == [message_id(n) for n in range(3)]
    assert not any(arrival.message.trouble for arrival in arrivals)


def test_one_message_the_server_always_fails_at_does_not_stop_the_rest_for_ever(place):
    place.deliver(letter(1)).refused = "!ErrorInternalServerError"
    arrivals, _, _, outages = patiently(place.source())
    assert (len(arrivals), outages) == (1, 15)
    assert arrivals[0].message.trouble


def test_an_item_left_out_of_an_answer_is_not_lost(place):
    place.deliver(letter(1))
    item = place.deliver(letter(2))

    def without(raw):
        return re.sub(
            rb"<t:Message><t:ItemId Id=.%s.*?</t:Message>" % re.escape(item.id.encode()), b"", raw, flags=re.S
        )

    place.server.next("GetItem", *[Instead(change=without)] * 3)
    arrivals, *_ = patiently(place.source())
    assert len(arrivals) == 2
    assert sorted(arrival.message.trouble or "" for arrival in arrivals) == ["", "the server does not hand it out"]


def test_nul_and_characters_xml_forbids_are_left_out(place):
    place.deliver(letter(1))
    place.server.own.deliver(
        letter(2),
        fields={
            "item:Subject": "<t:Subject>A&#x0;n&#0;ge&#xFFFE;bot&#xD800; &#x1F600; \x0b</t:Subject>",
            "item:TextBody": '<t:TextBody BodyType="Text">K&#x1;önnen Sie\x02 liefern?</t:TextBody>',
            "item:InternetMessageHeaders": "",
        },
    )
    arrivals, *_ = patiently(place.source())
    found = {arrival.message.message_id: arrival.message for arrival in arrivals}
    assert found[message_id(2)].subject == "Angebot \U0001f600"
    assert found[message_id(2)].text == "Können Sie liefern?"


def test_what_is_not_quite_xml_in_an_item_is_read_as_far_as_it_goes(place):
    place.deliver(letter(1))
    place.deliver(letter(2))
    place.server.next("GetItem", Instead(change=lambda raw: raw.replace(b"revised quote", b"revised & <quote")))
    arrivals, _, _, outages = patiently(place.source())
    assert (ids(arrivals), outages) == ([message_id(1), message_id(2)], 0)


def test_an_item_without_a_sender_or_anything_is_a_message(place):
    nothing = dict.fromkeys(
        [
            "message:From",
            "message:Sender",
            "message:ToRecipients",
            "message:InternetMessageId",
            "item:Subject",
            "item:DateTimeReceived",
            "item:DateTimeSent",
            "item:InternetMessageHeaders",
        ]
    )
    item = place.server.own.deliver(letter(1), fields=nothing)
    place.server.own.deliver(letter(2), fields=nothing)
    arrivals, *_ = patiently(place.source())
    messages = {arrival.delivery.uid: arrival.message for arrival in arrivals}
    assert messages[item.id].sender is None
    assert messages[item.id].text
    assert len({message.key for message in messages.values()}) == 2


def test_a_person_exchange_names_by_its_own_kind_of_address_has_the_smtp_one(place):
    person = "<t:Mailbox><t:Name>Ada</t:Name><t:EmailAddress>/O=EXAMPLE/CN=ADA</t:EmailAddress></t:Mailbox>"
    place.server.own.deliver(
        letter(1),
        by_smtp=False,
        fields={"message:From": f"<t:From>{person}</t:From>", "message:Sender": f"<t:Sender>{person}</t:Sender>"},
        extended={"0x5d02": "ada@example.com"},
    )
    (arrival,), *_ = patiently(place.source())
    assert (arrival.message.sender.address, arrival.message.sender.name) == ("ada@example.com", "Ada")


@pytest.mark.parametrize(
    ("tag", "class_", "method"),
    [
        ("MeetingRequest", "IPM.Schedule.Meeting.Request", "REQUEST"),
        ("MeetingCancellation", "IPM.Schedule.Meeting.Canceled", "CANCEL"),
        ("MeetingResponse", "IPM.Schedule.Meeting.Resp.Tent", "REPLY"),
        ("Message", "IPM.Schedule.Meeting.Request", "REQUEST"),
        ("CalendarItem", "IPM.Appointment", None),
        ("PostItem", "IPM.Post", None),
        ("SomethingNew", "IPM.Note.Odd", None),
    ],
)
def test_meetings_are_told_by_element_and_class(place, tag, class_, method):
    place.server.own.deliver(letter(1), tag=tag, class_=class_)
    (arrival,), *_ = patiently(place.source())
    assert (arrival.message.calendar, arrival.message.subject) == (method, "Quote 1")


def test_an_invitation_and_the_answer_to_it_are_about_one_event(place):
    own = place.server.own
    own.deliver(letter(1), tag="MeetingRequest", class_="IPM.Schedule.Meeting.Request", extended={"35": "BAAAAA=="})
    own.deliver(
        letter(2), "Sent", tag="MeetingResponse", class_="IPM.Schedule.Meeting.Resp.Pos", extended={"35": "BAAAAA=="}
    )
    own.deliver(letter(3), extended={"35": "BAAAAA=="})
    found, *_ = patiently(place.source())
    told = {arrival.message.message_id: (arrival.message.calendar, arrival.message.event) for arrival in found}
    assert told == {
        message_id(1): ("REQUEST", "BAAAAA=="),
        message_id(2): ("REPLY", "BAAAAA=="),
        message_id(3): (None, None),
    }


@pytest.mark.parametrize(
    ("class_", "kind"),
    [
        ("REPORT.IPM.Note.NDR", ReportKind.FAILED),
        ("REPORT.IPM.Note.DR", ReportKind.DELIVERED),
        ("REPORT.IPM.Note.Delayed", ReportKind.DELAYED),
        ("REPORT.IPM.Note.IPNRN", ReportKind.READ),
        ("REPORT.IPM.Schedule.Meeting.Request.NDR", ReportKind.FAILED),
    ],
)
def test_reports_are_told_by_class_and_say_what_they_are_about(place, class_, kind):
    place.server.own.deliver(letter(1, reply_to=message_id(5)), class_=class_, by_smtp=False)
    (arrival,), *_ = patiently(place.source())
    assert (arrival.message.report.kind, arrival.message.report.about) == (kind, message_id(5))


def test_an_absence_within_the_house_is_automatic(place):
    place.server.own.deliver(letter(1), class_="IPM.Note.Rules.OofTemplate.Microsoft", by_smtp=False)
    (arrival,), *_ = patiently(place.source())
    assert ("auto-submitted", "auto-replied") in arrival.message.headers


def test_header_fields_are_read_where_the_server_kept_them(place):
    raw = b"List-Id: <talk.example.org>\r\nAuto-Submitted: auto-generated\r\n" + letter(1)
    place.deliver(raw)
    (arrival,), *_ = patiently(place.source())
    headers = dict(arrival.message.headers)
    assert (headers["list-id"], headers["auto-submitted"]) == ("<talk.example.org>", "auto-generated")


def test_without_a_text_body_the_html_is_read(place):
    place.server.no_text_bodies = True
    place.deliver(letter(1, text="Could you <send> it?\nSoon?"))
    (arrival,), *_ = patiently(place.source())
    assert arrival.message.text == "Could you <send> it?\nSoon?"


def test_names_of_attachments_are_known(place):
    from email import message_from_bytes, policy

    mail = message_from_bytes(letter(1), policy=policy.default)
    mail.add_attachment(b"x", "application", "pdf", filename="plan.pdf")
    place.deliver(mail.as_bytes())
    (arrival,), *_ = patiently(place.source())
    assert arrival.message.attachments == ("plan.pdf",)


# --- servers that know less ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refusal",
    [
        response("GetItem", "ErrorInvalidPropertyRequest"),
        fault("ErrorInvalidPropertyRequest", 200),
        fault("ErrorSchemaValidation"),
    ],
    ids=["in a message", "as a fault", "as no schema of it"],
)
@pytest.mark.parametrize("times", [1, 2])
def test_a_server_that_does_not_know_a_property_is_asked_for_less(place, refusal, times):
    place.deliver(letter(1))
    place.deliver(letter(2), "Sent")
    place.server.next("GetItem", *[refusal] * times)
    arrivals, _, _, outages = patiently(place.source())
    assert (ids(arrivals), outages) == ([message_id(1), message_id(2)], 0)
    assert all("revised quote" in arrival.message.text for arrival in arrivals)


def test_a_server_that_cannot_list_folders_is_read_all_the_same(place):
    place.deliver(letter(1))
    unknown = [fault("ErrorInvalidRequest")] * 50
    place.server.next("FindFolder", *unknown)
    arrivals, _, _, outages = patiently(place.source())
    assert (ids(arrivals), outages) == ([message_id(1)], 0)
    with pytest.raises(SourceUnreachable):
        place.source(mailboxes=("INBOX", "Clients/*")).fetch(None)


# --- what is read, and how -----------------------------------------------------------------------------------------


def test_only_reading_operations_pass_the_wire(place):
    from exchangelib.services.common import EWSService
    from exchangelib.util import create_element

    from triage.sources.exchange.line import Line
    from triage.sources.exchange.wire import Seen

    class Delete(EWSService):
        SERVICE_NAME = "DeleteItem"

    line = Line(place.settings(), PASSWORD, Seen())
    with pytest.raises(PermissionError, match="DeleteItem"):
        list(Delete(line._protocol)._get_response_xml(create_element("m:DeleteItem")))
    assert place.server.asked == []


def test_a_page_costs_one_question_for_its_changes_and_one_for_its_messages(place):
    for n in range(200):
        place.deliver(letter(n))
    read(place.source())
    assert place.server.counted()["GetItem"] == 1


def test_a_quiet_pass_asks_each_folder_once_and_nothing_else(place):
    place.deliver(letter(1))
    source = place.source()
    _, cursor = read(source)
    place.server.asked.clear()
    read(source, cursor)
    assert place.server.counted() == {SYNC: 4}


def test_folders_are_chosen_by_path_and_kind(place):
    own = place.server.own
    clients = own.make("Clients")
    own.make("Ada", clients)
    own.make("Old", own.folders["deleteditems"])
    own.make("Gesendete Elemente")
    own.make("Contacts", class_="IPF.Contact")
    for n, name in enumerate(["INBOX", "Ada", "Old", "Gesendete Elemente", "Contacts", "drafts", "junkemail"]):
        place.deliver(letter(n), name)
    arrivals, *_ = patiently(place.source(mailboxes=("INBOX", "Clients/*", "Drafts")))
    assert {arrival.delivery.mailbox: arrival.delivery.role for arrival in arrivals} == {
        "INBOX": Role.INBOX,
        "Clients/Ada": Role.INBOX,
        "Deleted Items/Old": Role.TRASH,
        "Gesendete Elemente": Role.SENT,
        "Junk Email": Role.JUNK,
    }


def test_a_name_that_fits_no_folder_is_told(place):
    with pytest.raises(SourceUnreachable, match="no folder matches Nowhere"):
        place.source(mailboxes=("Nowhere",)).fetch(None)


def test_mail_older_than_the_history_costs_no_question(place):
    for n in range(20):
        place.deliver(letter(n), received=datetime.now(UTC) - timedelta(days=400 + n))
    assert patiently(place.source())[0] == []
    assert "GetItem" not in place.server.asked


def test_the_cursor_is_small_and_text(place):
    for n in range(60):
        place.deliver(letter(n))
    _, cursor = read(place.source())
    assert len(cursor) < 2000
    assert json.loads(cursor)["read"] is None


# --- shared ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def shared(place):
    from tests.servers.exchange import Mailbox

    place.server.mailboxes["info@example.com"] = Mailbox("info@example.com")
    return place.server.mailboxes["info@example.com"]


def test_a_shared_mailbox_is_read_and_ones_own_sent_items_with_it(place, shared):
    shared.deliver(letter(1))
    shared.deliver(letter(2, sender="info@example.com"), "Sent")
    place.deliver(letter(3, sender="info@example.com", to="ada@example.org"), "Sent")
    place.deliver(letter(4))
    arrivals, *_ = patiently(place.source(mailbox="info@example.com"))
    assert {arrival.message.message_id: arrival.delivery.mailbox for arrival in arrivals} == {
        message_id(1): "INBOX",
        message_id(2): "Sent Items",
        message_id(3): "EXAMPLE\\robin/Sent Items",
    }
    assert place.server.only_read()


def test_a_shared_mailbox_one_may_not_read_is_told_by_name(place, shared):
    place.server.closed_to_us.add("info@example.com")
    with pytest.raises(SourceUnreachable, match=r"may not read info@example.com") as caught:
        place.source(mailbox="info@example.com").fetch(None)
    assert "Full Access" in caught.value.hint


# --- apart ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def apart(closing):  # noqa: F811
    with running_exchange() as server:
        yield ExchangePlace(server, open_source, closing)


def test_a_killed_process_is_a_delay_and_is_started_again(apart):
    for n in range(450):
        apart.deliver(letter(n))
    source = apart.source()
    batches = [source.fetch(None)]
    while not batches[-1].arrivals:
        batches.append(source.fetch(batches[-1].cursor))
    source.cut()
    arrivals, _, _, outages = patiently(source, batches[-1].cursor)
    assert outages <= 1
    assert ids([*batches[-1].arrivals, *arrivals]) == sorted(message_id(n) for n in range(450))


def test_cut_ends_a_fetch_that_hangs(apart):
    import threading
    import time

    source = apart.source()
    apart.server.next("*", Instead(change=lambda raw: [time.sleep(20), raw][1]))
    threading.Timer(3, source.cut).start()
    started = time.monotonic()
    with pytest.raises(SourceUnreachable, match="ended in the middle"):
        source.fetch(None)
    assert time.monotonic() - started < 15


def test_errors_come_over_as_they_are(apart):
    apart.server.next(SYNC, busy(40_000))
    source = apart.source()
    with pytest.raises(SourceUnreachable, match="is busy") as caught:
        source.fetch(None)
    assert caught.value.wait == 40.0


def test_the_process_ends_with_the_source(apart):
    source = apart.source()
    read(source)
    process = source._child[0]
    source.close()
    assert process.poll() is not None


def test_nothing_of_the_current_folder_is_imported(apart, tmp_path, monkeypatch):
    (tmp_path / "exchangelib.py").write_text("raise SystemExit('not mine')")
    monkeypatch.chdir(tmp_path)
    apart.deliver(letter(1))
    assert ids(read(apart.source())[0]) == [message_id(1)]


def test_no_secret_is_in_the_command_line_or_the_environment(apart):
    from pathlib import Path

    source = apart.source()
    read(source)
    proc = Path(f"/proc/{source._child[0].pid}")
    assert PASSWORD.encode() not in proc.joinpath("cmdline").read_bytes() + proc.joinpath("environ").read_bytes()


def test_the_library_is_loaded_only_where_such_a_source_is_read(apart):
    import subprocess
    import sys

    code = (
        "import sys; from triage.sources.kinds import open_source; from triage.settings import SourceSettings;"
        f"s = open_source(SourceSettings(name='x', kind='exchange', endpoint='{apart.server.endpoint}', user='u',"
        "auth='basic'), lambda: 'wrong')\n"
        "try: s.fetch(None)\nexcept Exception as e: print(type(e).__name__)\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('exchangelib', 'lxml', 'requests')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[:2] == ["SourceRejected", "[]"]
