"""Bytes to Message: what good mail says, and that no bytes at all do harm."""

import base64
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.model.mail import Address, Message, ReportKind
from triage.sources.message.mime import FIELDS, TEXT_BYTES, has_words, message, whole, with_text

RECEIVED = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


def read(raw: bytes | str, received: datetime | None = RECEIVED) -> Message:
    return whole(raw.encode() if isinstance(raw, str) else raw, received=received, where="INBOX/1")


def with_header(line: str | bytes) -> Message:
    line = line.encode() if isinstance(line, str) else line
    return read(line + b"\r\nMIME-Version: 1.0\r\n\r\nHello\r\n")


def every_text(found: Message) -> str:
    """All strings of a message in one: repr would hide surrogates and NULs."""
    people = [found.sender, *found.reply_to, *found.to, *found.cc]
    named = [part for person in people if person for part in (person.address, person.name)]
    fields = [part for pair in found.headers for part in pair]
    about = [found.report.about or "", *found.report.recipients] if found.report else []
    rest = (found.delivered_to, found.in_reply_to, found.references, found.parts, found.attachments, about)
    single = [found.key, found.message_id, found.subject, found.text, found.calendar, found.trouble]
    return "".join([*named, *fields, *(text for texts in rest for text in texts), *(text or "" for text in single)])


# --- header fields ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("ada@example.org", [("", "ada@example.org")], id="bare"),
        pytest.param("Ada Archer <Ada@Example.ORG>", [("Ada Archer", "ada@example.org")], id="name"),
        pytest.param('"Archer, Ada" <a@example.org>', [("Archer, Ada", "a@example.org")], id="quoted comma"),
        pytest.param('"Ada \\"A\\" Archer" <a@example.org>', [('Ada "A" Archer', "a@example.org")], id="quoted quotes"),
        pytest.param("a@example.org (Ada)", [("Ada", "a@example.org")], id="comment"),
        pytest.param("a@example.org, B <b@example.org>", [("", "a@example.org"), ("B", "b@example.org")], id="two"),
        pytest.param("Team: a@example.org, b@example.org;", [("", "a@example.org"), ("", "b@example.org")], id="group"),
        pytest.param("undisclosed-recipients:;", [], id="empty group"),
        pytest.param("", [], id="nothing"),
        pytest.param("<>", [], id="null path"),
        pytest.param("=?utf-8?q?Zo=C3=AB_Archer?= <z@example.org>", [("Zoë Archer", "z@example.org")], id="encoded"),
        pytest.param(
            "=?utf-8?q?Vale=2C_Zo=C3=AB?= <z@example.org>", [("Vale, Zoë", "z@example.org")], id="coded comma"
        ),
        pytest.param('"=?utf-8?b?Wm/Dqw==?=" <z@example.org>', [("Zoë", "z@example.org")], id="encoded and quoted"),
        pytest.param('"odd@name" <o@example.org>', [("odd@name", "o@example.org")], id="quoted @"),
        pytest.param('"Ada <a@example.org>', [("Ada", "a@example.org")], id="open quote"),
        pytest.param("Ada a@example.org", [("", "a@example.org")], id="no brackets"),
        pytest.param("<@relay.example,@b.example:a@example.org>", [("", "a@example.org")], id="source route"),
        pytest.param("mailto:a@example.org", [("", "a@example.org")], id="as a link"),
    ],
)
def test_addresses(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(person.name, person.address) for person in with_header(f"To: {value}").to] == expected


def test_ten_thousand_recipients_are_bounded() -> None:
    found = with_header("To: " + ", ".join(f"p{n}@example.org" for n in range(10_000)))
    assert len(found.to) == 500


def test_a_repeated_to_field_counts_whole() -> None:
    found = with_header("To: a@example.org\r\nTo: b@example.org")
    assert [person.address for person in found.to] == ["a@example.org", "b@example.org"]


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        pytest.param("Subject: Hello", "Hello", id="plain"),
        pytest.param("Subject: Hello\r\n there", "Hello there", id="folded"),
        pytest.param("SUBJECT : Hello", "Hello", id="odd name"),
        pytest.param("Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße", id="quoted-printable"),
        pytest.param("Subject: =?utf-8?b?R3LDvA==?= =?utf-8?b?w59l?=", "Grüße", id="two words, no gap"),
        pytest.param("Subject: =?utf-8?b?R3LD?= =?utf-8?b?vMOfZQ==?=", "Grüße", id="character over two words"),
        pytest.param("Subject: Re: =?iso-8859-1?q?Gr=FC=DFe?= =?utf-8?q?_an?= Ada", "Re: Grüße an Ada", id="mixed"),
        pytest.param("Subject: Grüße".encode(), "Grüße", id="raw UTF-8"),
        pytest.param("Subject: Grüße".encode("latin-1"), "Grüße", id="raw Latin-1"),
        pytest.param("Subject: =?nonsense?q?Hello?=", "Hello", id="unknown charset"),
        pytest.param("Subject: =?utf-8?b?R3L?=", "Gr", id="cut base64"),
        pytest.param("Subject: =?utf-7?q?+2AA-x?=", "?x", id="surrogate by UTF-7"),
        pytest.param(b"Subject: a\x00b", "ab", id="NUL"),
    ],
)
def test_subjects(line: str | bytes, subject: str) -> None:
    assert with_header(line).subject == subject


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("<a@example.org>", "<a@example.org>", id="plain"),
        pytest.param("<a@\r\n example.org>", "<a@example.org>", id="folded inside"),
        pytest.param("a@example.org", "<a@example.org>", id="no brackets"),
        pytest.param("junk <a@example.org> (x)", "<a@example.org>", id="junk around"),
        pytest.param("<>", None, id="empty"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_message_ids(value: str, expected: str | None) -> None:
    assert with_header(f"Message-ID: {value}").message_id == expected


def test_many_references_keep_the_first_and_the_last() -> None:
    found = with_header("References: " + " ".join(f"<{n}@example.org>" for n in range(300))).references
    assert (len(found), found[0], found[-1]) == (50, "<0@example.org>", "<299@example.org>")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("Tue, 03 Nov 2026 10:00:00 +0100", datetime(2026, 11, 3, 9, tzinfo=UTC), id="usual"),
        pytest.param("3 Nov 2026 10:00 -0500 (EST)", datetime(2026, 11, 3, 15, tzinfo=UTC), id="short"),
        pytest.param("Tue, 03 Nov 2026 10:00:00 GMT", datetime(2026, 11, 3, 10, tzinfo=UTC), id="named zone"),
        pytest.param("Tue, 03 Nov 26 10:00:00 +0000", datetime(2026, 11, 3, 10, tzinfo=UTC), id="two-digit year"),
        pytest.param("Tue, 03 Nov 2026 10:00:60 +0000", datetime(2026, 11, 3, 10, 0, 59, tzinfo=UTC), id="leap second"),
        pytest.param("Tue, 03 Nov 2026 10:00:00 +9900", datetime(2026, 11, 3, 10, tzinfo=UTC), id="no such zone"),
        pytest.param("31 Dec 9999 23:59:59 -1200", None, id="year 9999"),
        pytest.param("Tue, 35 Nov 2026 10:00:00 +0000", None, id="no such day"),
        pytest.param("3 Foo 2026 10:00:00 +0000", None, id="no such month"),
        pytest.param("yesterday", None, id="words"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_dates(value: str, expected: datetime | None) -> None:
    assert with_header(f"Date: {value}").sent == expected


@pytest.mark.parametrize(
    ("mailbox", "trace", "expected"),
    [
        pytest.param(RECEIVED, RECEIVED - timedelta(hours=20), RECEIVED, id="a slow relay: the mailbox's word"),
        pytest.param(RECEIVED, RECEIVED - timedelta(days=9), RECEIVED - timedelta(days=9), id="a moved archive"),
        pytest.param(RECEIVED, RECEIVED + timedelta(days=9), RECEIVED, id="a clock ahead"),
        pytest.param(None, RECEIVED, RECEIVED, id="only the trace"),
    ],
)
def test_when_it_was_received(mailbox: datetime | None, trace: datetime, expected: datetime) -> None:
    raw = (
        f"Received: from a by b; {trace:%a, %d %b %Y %H:%M:%S} +0000\r\nReceived: from x; 1 Jan 2001 1:00 +0000\r\n\r\n"
    )
    assert read(raw, mailbox).received == expected


def test_the_key_without_a_message_id_follows_sender_date_and_subject() -> None:
    raw = "From: a@example.org\r\nDate: 3 Nov 2026 10:00 +0000\r\nSubject: Hi\r\n"
    first, again, other = read(raw + "\r\nx"), read(raw + "X-Loop: 1\r\n\r\ny"), read(raw.replace("Hi", "Ho") + "\r\n")
    assert first.key == again.key != other.key
    assert first.key.startswith("hash:")


def test_messages_that_say_nothing_are_known_by_their_place() -> None:
    assert whole(b"", received=None, where="INBOX/1").key != whole(b"", received=None, where="INBOX/2").key


def test_headers_are_those_judging_reads_in_order() -> None:
    found = read("List-Id: <l.example.org>\r\nX-Unknown: 1\r\nPrecedence: bulk\r\nSubject: s\r\n\r\n")
    assert found.headers == (("list-id", "<l.example.org>"), ("precedence", "bulk"))


def test_envelope_recipients() -> None:
    found = read("Delivered-To: Robin@example.com\r\nX-Original-To: sales@example.com\r\n\r\n")
    assert found.delivered_to == ("robin@example.com", "sales@example.com")


def test_headers_alone_leave_the_text_unknown() -> None:
    found = message(b"Subject: s\r\nFrom: a@example.org\r\n", None, received=RECEIVED, where="")
    assert (found.text, found.subject, found.sender) == (None, "s", Address(address="a@example.org"))
    assert not has_words(found)


# --- text ---------------------------------------------------------------------------------------------------------


def body(type_: str, content: bytes, encoding: str = "8bit") -> Message:
    return read(f"Content-Type: {type_}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + content)


@pytest.mark.parametrize(
    ("type_", "encoding", "content", "expected"),
    [
        pytest.param("text/plain", "7bit", b"a\r\nb", "a\nb", id="plain"),
        pytest.param("text/plain; charset=iso-8859-1", "8bit", b"Gr\xfc\xdfe", "Grüße", id="Latin-1"),
        pytest.param("text/plain; charset=utf-8", "8bit", b"Gr\xfc\xdfe", "Grüße", id="says UTF-8, is Latin-1"),
        pytest.param("text/plain; charset=us-ascii", "8bit", "Grüße".encode(), "Grüße", id="says ASCII, is UTF-8"),
        pytest.param("text/plain; charset=utf-8", "8bit", "Grüße ü".encode()[:-1], "Grüße ", id="cut character"),
        pytest.param("text/plain; charset=no-such", "8bit", "Grüße".encode(), "Grüße", id="unknown charset"),
        pytest.param("text/plain; charset=zip", "8bit", b"hello", "hello", id="no charset at all"),
        pytest.param("text/plain; charset=iso-2022-jp", "7bit", "送信".encode("iso-2022-jp"), "送信", id="Japanese"),
        pytest.param(
            "text/plain; charset=utf-8", "quoted-printable", b"Gr=C3=BC=C3=9Fe=", "Grüße", id="quoted-printable"
        ),
        pytest.param(
            "text/plain; charset=utf-8", "quoted-printable", b"a=ZZ b=C", "a=ZZ b", id="broken quoted-printable"
        ),
        pytest.param("text/plain", "base64", base64.b64encode(b"Hello you")[:-2], "Hello y", id="cut base64"),
        pytest.param("text/plain", "base64", b"SGVs\r\n!!bG8=\r\n-- \r\nfooter", "Hello", id="base64 with a footer"),
        pytest.param("text/plain", "x-unknown", b"Hello", "Hello", id="unknown encoding"),
        pytest.param("nonsense", "7bit", b"Hello", "Hello", id="no type"),
        pytest.param("text/html", "7bit", b"<p>Hello<br>you</p><script>x</script>", "Hello\nyou", id="HTML"),
        pytest.param("multipart/mixed", "7bit", b"Hello", "Hello", id="multipart without a boundary"),
        pytest.param("image/png", "7bit", b"\x89PNG", "", id="no text"),
    ],
)
def test_the_text_of_a_body(type_: str, encoding: str, content: bytes, expected: str) -> None:
    assert body(type_, content, encoding).text == expected


def test_plain_text_is_preferred_to_html() -> None:
    mail = EmailMessage()
    mail.set_content("plain words")
    mail.add_alternative("<p>html words</p>", subtype="html")
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="Größe.pdf")
    found = read(mail.as_bytes())
    assert found.text is not None
    assert found.text.strip() == "plain words"
    assert found.attachments == ("Größe.pdf",)
    assert found.parts == ("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf")


def test_html_is_read_when_the_plain_alternative_is_empty() -> None:
    mail = EmailMessage()
    mail.set_content("\n")
    mail.add_alternative("<p>html words</p>", subtype="html")
    assert read(mail.as_bytes()).text == "html words"


def test_a_multipart_body_cut_anywhere_still_reads() -> None:
    mail = EmailMessage()
    mail.set_content("plain words")
    mail.add_alternative("<p>html words</p>", subtype="html")
    raw = mail.as_bytes()
    for cut in range(len(raw)):
        assert read(raw[:cut]).trouble is None
    assert (read(raw[: raw.index(b"html words")]).text or "").strip() == "plain words"


def test_text_is_bounded() -> None:
    assert len(body("text/plain", b"word " * 100_000).text or "") == TEXT_BYTES


def test_quotes_of_html_become_quoted_lines() -> None:
    html = (
        b"<div style='display:none'>preheader</div><div>My answer</div><div class=gmail_quote>On Monday Ada wrote:"
        b"<blockquote>Her question?<blockquote>older</blockquote></blockquote></div>"
    )
    assert body("text/html", html).text == "My answer\nOn Monday Ada wrote:\n> Her question?\n>> older"


def test_all_after_outlooks_reply_header_is_quoted() -> None:
    html = b"<div>Mine</div><div id=divRplyFwdMsg><b>From:</b> Ada</div><div>Hers?</div>"
    assert body("text/html", html).text == "Mine\n> From: Ada\n> Hers?"


def test_all_in_yahoos_quote_is_quoted_and_what_follows_is_not() -> None:
    html = b"<div>Mine</div><div id=yahoo_quoted_1 class=yahoo_quoted><div>Ada:</div><p>Hers?</p></div><div>P.S.</div>"
    assert body("text/html", html).text == "Mine\n> Ada:\n> Hers?\nP.S."


def test_all_after_outlook_mobiles_container_is_quoted() -> None:
    html = b"<div>Mine</div><div id=mail-editor-reference-message-container><div>From: Ada</div>Hers?</div>"
    assert body("text/html", html).text == "Mine\n> From: Ada\n> Hers?"


def test_the_blank_of_a_signatures_delimiter_stays() -> None:
    html = b"<div>Mine</div><span>-- </span><br><div>Ada</div><div>x --</div>--<br>"
    assert body("text/html", html).text == "Mine\n-- \nAda\nx --\n--"


def test_indented_own_words_are_no_quote() -> None:
    html = b"<blockquote style='margin:0 0 0 40px;border:none;padding:0'>Own</blockquote>"
    assert body("text/html", html).text == "Own"


def test_the_text_part_can_be_given_later() -> None:
    found = message(b"Subject: s\r\nContent-Type: text/html\r\n", b"<style>", received=RECEIVED, where="")
    assert not has_words(found)
    header = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    complete = with_text(found, header, base64.b64encode("Grüße".encode()))
    assert (complete.text, complete.subject) == ("Grüße", "s")


# --- calendars, reports, attachments ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "content", "method"),
    [
        pytest.param("text/calendar; method=REQUEST", b"BEGIN:VCALENDAR", "REQUEST", id="in the type"),
        pytest.param("text/calendar", b"BEGIN:VCALENDAR\r\nMETHOD:reply\r\n", "REPLY", id="in the text"),
        pytest.param("text/calendar", b"BEGIN:VCALENDAR\r\n", None, id="none"),
        pytest.param("text/plain", b"METHOD:REQUEST", None, id="no calendar"),
    ],
)
def test_calendar_methods(type_: str, content: bytes, method: str | None) -> None:
    assert body(type_, content).calendar == method


ZONED = (
    b"BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nDTSTART:16010101T020000\r\nEND:VTIMEZONE\r\n"
    b"BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20261124T100000\r\n"
)


@pytest.mark.parametrize(
    ("content", "starts"),
    [
        pytest.param(b"BEGIN:VEVENT\r\nDTSTART:20261124T100000Z\r\n", datetime(2026, 11, 24, 10, tzinfo=UTC), id="UTC"),
        pytest.param(b"BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261124\n", datetime(2026, 11, 24, tzinfo=UTC), id="a day"),
        pytest.param(ZONED, datetime(2026, 11, 24, 10, tzinfo=UTC), id="of the event, not of the zone"),
        pytest.param(b"BEGIN:VEVENT\nDTSTART:20261341T100000\n", None, id="no such day"),
        pytest.param(b"BEGIN:VEVENT\n", None, id="none"),
    ],
)
def test_when_the_event_of_an_invitation_begins(content: bytes, starts: datetime | None) -> None:
    assert body("text/calendar", content).starts == starts


LONG = "040000008200E00074C5B7101A82E00800000000B0C5F9A1B26BDC01000000000000000010000000"


@pytest.mark.parametrize(
    ("content", "event"),
    [
        pytest.param("BEGIN:VEVENT\r\nUID:4711@cal.example\r\nSUMMARY:x\r\n", "4711@cal.example", id="plain"),
        pytest.param(f"BEGIN:VEVENT\r\nUID:{LONG[:60]}\r\n {LONG[60:]}\r\nDTSTART:1\r\n", LONG, id="folded"),
        pytest.param("BEGIN:VCALENDAR\nUID:of-all\nBEGIN:VEVENT\nUID;X=y:1\n", "1", id="of the event"),
        pytest.param("BEGIN:VEVENT\nSUMMARY:UID:2\n", None, id="none"),
        pytest.param("BEGIN:VEVENT\nUID:\n", None, id="empty"),
    ],
)
def test_which_event_an_invitation_is_about(content: str, event: str | None) -> None:
    assert body("text/calendar", content.encode()).event == event


def report(kind: str, status: str, original: str = "message/rfc822") -> Message:
    return read(
        f"From: MAILER-DAEMON@mx.example.org\nReferences: <other@example.com>\n"
        f"Content-Type: multipart/report; report-type={kind}; boundary=b\n\n--b\n\nSorry.\n--b\n"
        f"Content-Type: message/{kind}\n\n{status}\n--b\nContent-Type: {original}\n\nMessage-ID:\n"
        " <mine@example.com>\nTo: a"
    )


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        pytest.param("failed", ReportKind.FAILED, id="failed"),
        pytest.param("Delayed", ReportKind.DELAYED, id="delayed"),
        pytest.param("relayed", ReportKind.DELIVERED, id="relayed"),
    ],
)
def test_delivery_reports(action: str, kind: ReportKind) -> None:
    status = f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; Ada@example.org\nAction: {action}\n"
    found = report("delivery-status", status).report
    assert found is not None
    assert (found.kind, found.about, found.recipients) == (kind, "<mine@example.com>", ("ada@example.org",))


def test_one_failed_recipient_among_delivered_ones_is_a_failure() -> None:
    status = (
        "X: y\n\nFinal-Recipient: rfc822;a@e.org\nAction: delivered\n\nFinal-Recipient: rfc822;b@e.org\nAction: failed"
    )
    found = report("delivery-status", status).report
    assert found is not None
    assert found.kind is ReportKind.FAILED


def test_read_receipts() -> None:
    status = (
        "Final-Recipient: rfc822; ada@example.org\nOriginal-Message-ID: <asked@example.com>\nDisposition: x; displayed"
    )
    found = report("disposition-notification", status).report
    assert found is not None
    assert (found.kind, found.about) == (ReportKind.READ, "<asked@example.com>")


def test_a_report_without_the_original_is_about_what_it_refers_to() -> None:
    found = report("delivery-status", "A: b\n\nAction: failed", original="text/x-nothing").report
    assert found is not None
    assert found.about == "<other@example.com>"


def test_bounces_that_follow_no_standard() -> None:
    raw = (
        "From: Mailer-Daemon@mx.example.org\nX-Failed-Recipients: ada@example.org\nSubject: Mail delivery failed\n\n"
        "This is a copy of your message:\n\nMessage-ID: <mine@example.com>\nSubject: x\n"
    )
    found = read(raw).report
    assert found is not None
    assert (found.kind, found.about, found.recipients) == (
        ReportKind.FAILED,
        "<mine@example.com>",
        ("ada@example.org",),
    )


def test_a_person_who_quotes_a_header_makes_no_report() -> None:
    assert read("From: ada@example.org\n\nMessage-ID: <mine@example.com>\n").report is None


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        pytest.param("attachment; filename=a.pdf", "a.pdf", id="plain"),
        pytest.param("attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf", "Größe.pdf", id="RFC 2231"),
        pytest.param("attachment; filename*0*=utf-8''Gr%C3%B6; filename*1=\"ss.pdf\"", "Gröss.pdf", id="continued"),
        pytest.param('attachment; filename="=?utf-8?q?Gr=C3=B6=C3=9Fe.pdf?="', "Größe.pdf", id="encoded word"),
    ],
)
def test_attachment_names(disposition: str, name: str) -> None:
    raw = f"Content-Type: application/pdf\r\nContent-Disposition: {disposition}\r\n\r\nx"
    assert read(raw).attachments == (name,)


# --- hostile mail -------------------------------------------------------------------------------------------------

SEEDS = (
    b'From: =?utf-8?q?Zo=C3=AB?= <z@example.org>\r\nTo: "a, b" <a@example.org>, Team: b@example.org;\r\n'
    b"Message-ID: <1@example.org>\r\nDate: Tue, 03 Nov 2026 10:00:00 +0100\r\nSubject: =?utf-8?b?R3LDvA==?=\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-7\r\n\r\n<p>+2AA-'
    b"\r\n--b\r\nContent-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\nAAD/2AAA\n--b--",
    b"From: MAILER-DAEMON@example.org\nContent-Type: multipart/report; boundary=x\n\n--x\nContent-Type:"
    b" message/delivery-status\n\nFinal-Recipient: rfc822; a@example.org\nAction: failed\n--x\nContent-Type: message"
    b"/rfc822\n\nMessage-ID: <2@example.org>\n--x--",
)


def harmless(raw: bytes) -> None:
    found = read(raw)
    text = every_text(found)
    text.encode()
    assert "\0" not in text
    assert found.trouble is None
    assert found.received.tzinfo is UTC


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_no_bytes_raise(raw: bytes) -> None:
    harmless(raw)


@settings(deadline=None)
@given(st.sampled_from(FIELDS), st.binary(max_size=300), st.binary(max_size=300))
def test_no_field_raises(name: str, value: bytes, text: bytes) -> None:
    harmless(name.encode() + b": " + value + b"\r\n\r\n" + text)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_mutation_of_mail_raises(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 20))] = data.draw(
            st.sampled_from(
                [b"", b"\0", b"\r", b"\n", b'"', b";", b"=?", b"?=", b"<", b"\xff", b"--b", b"charset=idna"]
            )
        )
    harmless(bytes(raw))


def nested(depth: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)) + b"\nHi"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"Subject: " + b"a" * 4_000_000, id="endless header"),
        pytest.param(b"Subject: a\n b" * 300_000, id="endless folding"),
        pytest.param(b"X: y\n" * 500_000, id="endless fields"),
        pytest.param(b"To: " + b'"' * 60_001 + b"\n\n", id="quotes"),
        pytest.param(b"To: " + b'\\"(' * 20_001 + b"\n\n", id="escaped quotes and comments"),
        pytest.param(b"To: " + b"(" * 60_001 + b"\n\n", id="comments"),
        pytest.param(b"To: " + b"(\\" * 30_001 + b"\n\n", id="escaped comments"),
        pytest.param(b"To: " + b"<" * 60_001 + b"\n\n", id="brackets"),
        pytest.param(b"To: " + b"a " * 30_000 + b"\n\n", id="words"),
        pytest.param(b"References: " + b"<" * 60_000 + b"\n\n", id="ids"),
        pytest.param(b"Subject: " + b"=?utf-8?q?" * 6_000 + b"\n\n", id="open encoded words"),
        pytest.param(b"Subject: " + b"=?utf-8?q??=" * 6_000 + b"\n\n", id="empty encoded words"),
        pytest.param(b"Content-Type: a/b" + b';x="\\"' * 10_000 + b"\n\n", id="parameters"),
        pytest.param(b"Content-Type: a/b" + b";x*1*=a" * 10_000 + b"\n\n", id="continuations"),
        pytest.param(nested(3_000), id="nested parts"),
        pytest.param(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 200_000, id="many parts"),
        pytest.param(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b x\n" * 400_000, id="almost boundaries"),
        pytest.param(b"Content-Type: text/html\n\n" + b"<div>" * 600_000, id="deep HTML"),
        pytest.param(b"Content-Type: text/html\n\n" + b"<blockquote>x" * 200_000, id="deep quotes"),
        pytest.param(b"Content-Type: text/html\n\n" + b"<p>x" * 800_000, id="long HTML"),
        pytest.param(b"Content-Type: text/html\n\n<p style='" + b"display " * 400_000, id="long style"),
        pytest.param(b"From: mailer-daemon@a\n\n" + b"message-id: " * 300_000, id="almost a copy"),
        pytest.param(b"From: mailer-daemon@a\n\n" + b"   \n>" * 700_000, id="almost a copy, blanks"),
        pytest.param(b"\n\n" + b"\xe0" * 3_000_000, id="no charset"),
        pytest.param(b"Content-Transfer-Encoding: base64\n\n" + b"A" * 4_000_000, id="long base64"),
        pytest.param(b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * 4_000_000, id="equal signs"),
        pytest.param(b"Content-Type: text/plain; charset=idna\n\n" + b"a" * 1_000_000, id="slow codec"),
    ],
)
def test_hostile_mail_takes_little_time(raw: bytes) -> None:
    started = time.process_time()
    found = read(raw)
    assert time.process_time() - started < 0.7
    assert found.trouble is None
