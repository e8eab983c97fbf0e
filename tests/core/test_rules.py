"""The rules one by one: what each says, about which mail, and that hostile text costs linear time."""

import time

import pytest

from tests.core.mail import ADA, HOURS, KIM, ME, entry, mine, people
from triage.core.judging.judge import judge
from triage.core.words.latest import named
from triage.core.words.sentences import asking, sentences
from triage.model.judgements import Kind
from triage.model.mail import Report, ReportKind
from triage.settings import Rule

PLAIN = "The plans are in the usual place."


def verdict(one, *before, **known):
    return judge(one, (*before, one), people(**known), hours=HOURS)


def rules(one, *before, **known):
    return {reason.rule for reason in verdict(one, *before, **known).reasons}


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ((("auto-submitted", "auto-generated"),), Kind.AUTOMATIC),
        ((("auto-submitted", "Auto-Replied (vacation)"),), Kind.AUTO_REPLY),
        ((("x-autoreply", "yes"),), Kind.AUTO_REPLY),
        ((("x-auto-response-suppress", "All"), ("x-ms-exchange-inbox-rules-loop", "a@b")), Kind.AUTO_REPLY),
        ((("x-failed-recipients", "x@y.example"),), Kind.BOUNCE),
    ],
)
def test_hard_signs_in_the_header_are_vetoes(headers, kind):
    found = verdict(entry("a", headers=headers))
    assert (found.owes, found.kind) == (False, kind)
    assert any(reason.veto for reason in found.reasons)


@pytest.mark.parametrize(
    "headers",
    [
        (("auto-submitted", "no"),),
        (("auto-submitted", "No; really"),),
        (("x-autoreply", "no"),),
        (("return-path", "<>"),),
        (("x-auto-response-suppress", "OOF"),),
        (("precedence", "first-class"),),
    ],
)
def test_weak_signs_alone_silence_no_first_contact(headers):
    assert verdict(entry("a", text=PLAIN, headers=headers)).owes


@pytest.mark.parametrize(
    ("report", "kind"),
    [(ReportKind.FAILED, Kind.BOUNCE), (ReportKind.DELAYED, Kind.BOUNCE), (ReportKind.READ, Kind.RECEIPT)],
)
def test_reports_are_no_debts(report, kind):
    found = verdict(entry("a", report=Report(kind=report)))
    assert (found.owes, found.kind) == (False, kind)


@pytest.mark.parametrize(
    ("subject", "sender", "kind"),
    [
        ("Automatic reply: Quote", ADA, Kind.AUTO_REPLY),
        ("Automatische Antwort: Quote", ADA, Kind.AUTO_REPLY),
        ("Out of Office AutoReply: Quote", ADA, Kind.AUTO_REPLY),
        ("Abwesenheitsnotiz: Quote", ADA, Kind.AUTO_REPLY),
        ("Undeliverable: Quote", "postmaster@client.example", Kind.BOUNCE),
        ("Unzustellbar: Quote", "mailer-daemon@client.example", Kind.BOUNCE),
        ("Your order 12 has shipped", "orders@shop.example", Kind.RECEIPT),
        ("Accepted: Review", ADA, Kind.CALENDAR),
    ],
)
def test_subjects_of_machines(subject, sender, kind):
    found = verdict(entry("a", subject=subject, sender=sender, text="I am away until Monday."), heard=(sender,))
    assert (found.owes, found.kind) == (False, kind)


@pytest.mark.parametrize(
    "subject",
    [
        "Question about the holiday cottage",
        "Who covers out of office hours",
        "Out of office: who covers Friday?",
        "Reading list",
        "Accepting the offer",
    ],
)
def test_subjects_of_people(subject):
    assert verdict(entry("a", subject=subject)).owes


@pytest.mark.parametrize(
    ("method", "kind"), [("REPLY", Kind.CALENDAR), ("CANCEL", Kind.CALENDAR), ("REQUEST", Kind.CALENDAR)]
)
def test_calendar_mail_is_answered_in_the_calendar(method, kind):
    found = verdict(entry("a", calendar=method, text="Agenda"))
    assert (found.owes, found.kind) == (False, kind)


NEWS = (("list-unsubscribe", "<mailto:u@news.example>"),)


def test_a_question_mark_in_mass_mail_asks_nothing():
    found = verdict(entry("a", text="Ready to save 20%? Can you afford to wait?", headers=NEWS))
    assert (found.owes, found.kind) == (False, Kind.LIST)
    assert "asks" not in rules(entry("a", text="Ready to save?", headers=NEWS))


def test_mass_mail_without_headers_is_known_by_two_signs():
    text = "Big news?\nTo unsubscribe click https://x.example\n" + "https://x.example " * 6
    assert not verdict(entry("a", text=text, subject="Newsletter 12", sender="news@shop.example")).owes


def test_one_sign_of_mass_mail_silences_nobody():
    assert verdict(entry("a", text="Please unsubscribe me from the paper list.")).owes


def test_a_reply_to_my_own_mail_overrides_list_headers():
    reply = entry("a", replies="m", headers=(("precedence", "list"), ("list-id", "<x.y.example>")))
    assert verdict(reply, mine("m")).owes


def test_our_own_group_address_is_no_list():
    found = verdict(entry("a", to=("info@example.com",), headers=(("list-id", "<info.example.com>"),)))
    assert found.owes


def test_somebody_i_wrote_to_may_use_mass_mail_tools():
    assert verdict(entry("a", headers=NEWS), wrote=(ADA,)).owes


def test_a_web_form_is_owed_to_the_person():
    assert verdict(entry("a", sender="no-reply@example.com", reply_to=(ADA,))).owes


@pytest.mark.parametrize("local", ["noreply", "do-not-reply", "notifications"])
def test_nobody_reads_answers_at_a_no_reply(local):
    assert not verdict(entry("a", sender=f"{local}@shop.example")).owes


@pytest.mark.parametrize("local", ["info", "support", "office", "sales"])
def test_role_addresses_can_be_clients(local):
    assert verdict(entry("a", sender=f"{local}@client.example")).owes


@pytest.mark.parametrize(
    ("fields", "owes"),
    [
        pytest.param({"to": (ME,)}, True, id="to me"),
        pytest.param(
            {"to": (KIM,), "cc": (ME,), "text": "Kim, could you send it?"}, False, id="copied, another is asked"
        ),
        pytest.param(
            {"to": (KIM,), "cc": (ME,), "text": "Robin, could you send it?"}, True, id="copied, asked by name"
        ),
        pytest.param(
            {"to": (KIM,), "cc": (ME,), "text": "Hi all, could you send it?"}, True, id="copied, all are asked"
        ),
        pytest.param({"to": (KIM,), "cc": (ME,), "text": PLAIN}, False, id="copied, nothing asked"),
        pytest.param({"to": ()}, True, id="nobody named: it reached me under some address"),
        pytest.param({"to": ("info@example.com",)}, True, id="a shared address of ours"),
        pytest.param({"to": (ME, *(f"p{n}@x.example" for n in range(20))), "text": PLAIN}, False, id="a crowd"),
        pytest.param(
            {"to": (ME, *(f"p{n}@x.example" for n in range(20))), "text": "Robin, can you?"},
            True,
            id="in a crowd by name",
        ),
        pytest.param(
            {"to": (ME, *(f"p{n}@x.example" for n in range(5))), "text": PLAIN}, False, id="several, nothing asked"
        ),
        pytest.param({"to": (ME, *(f"p{n}@x.example" for n in range(5)))}, True, id="several, asked"),
    ],
)
def test_place_among_the_recipients(fields, owes):
    assert verdict(entry("a", **fields), heard=(ADA, KIM)).owes is owes


def test_a_first_contact_counts_without_a_question():
    assert "first-contact" in rules(entry("a", text=PLAIN))
    assert verdict(entry("a", text="FYI I moved the fence. No need to reply.")).owes


@pytest.mark.parametrize(
    ("text", "owes"),
    [
        pytest.param("Thanks!", False, id="thanks"),
        pytest.param("Hi Robin,\n\nthank you so much!\n\nBest, Ada", False, id="thanks with a greeting"),
        pytest.param("Sounds good.", False, id="sounds good"),
        pytest.param("Got it, will do.", False, id="got it"),
        pytest.param("Vielen Dank!", False, id="German thanks"),
        pytest.param("Alles klar, bis dann", False, id="German agreement"),
        pytest.param("FYI, the office is closed on Friday.", False, id="fyi"),
        pytest.param("Zur Info: wir sind umgezogen.", False, id="German fyi"),
        pytest.param("The parcel is here. No need to reply.", False, id="no need to reply"),
        pytest.param("Keine Antwort nötig, das Paket ist da.", False, id="German no need"),
        pytest.param("Thanks, and could you also send the plan?", True, id="thanks, and a request"),
        pytest.param("Danke, und könnten Sie noch den Plan schicken", True, id="German thanks and a request"),
        pytest.param("FYI. What do you think?", True, id="fyi and a question"),
        pytest.param("No need to reply, but can you sign it?", True, id="no need, but"),
        pytest.param(
            "Thanks. " + "We talked about the garden for a long while. " * 10, True, id="thanks before a long text"
        ),
        pytest.param("Thanks, but it still does not work. The door is broken.", True, id="thanks, but"),
        pytest.param(PLAIN, True, id="a plain statement to me alone"),
        pytest.param("", True, id="no words of one's own"),
        pytest.param("Thanks!\n\nOn Mon, Ada wrote:\n> Could you send it?", False, id="the question is a quotation"),
        pytest.param("Thanks!\n-- \nAda\nQuestions? Call me.", False, id="the question is in the signature"),
    ],
)
def test_what_a_known_person_writes(text, owes):
    assert verdict(entry("a", text=text, replies="x"), heard=(ADA,)).owes is owes


def test_an_answer_to_my_question_that_asks_nothing_is_not_owed():
    question = mine("m", text="Which colour do you want?")
    assert not verdict(entry("a", text="The green one it is.", replies="m"), question, heard=(ADA,)).owes
    assert verdict(entry("a", text="The green one. How long will it take?", replies="m"), question, heard=(ADA,)).owes


def test_the_users_words_decide():
    assert not verdict(entry("a"), silenced=(ADA,)).owes
    vip = Rule(match=(("from", ADA),), class_="vip")
    assert "your-rule" in rules(entry("a"), rules=(vip,))


def test_a_message_that_cannot_be_read_whole_is_judged_by_the_rest():
    found = verdict(entry("a", text=None, trouble="cut"), heard=(ADA,))
    assert found.owes
    assert "could not be read whole" in [reason.text for reason in found.reasons]
    assert not verdict(entry("a", sender=None, trouble="cut")).owes


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "Hi Robin,\n\nCan you send it? I am out on Monday. Is clause 4 final?",
            ["Can you send it?", "Is clause 4 final?"],
        ),
        ("How are you?\n\nAll fine here.", []),
        ("Hi Robin, how are you?", []),
        ("See https://x.example/?q=1 for it.", []),
        ("Let me know if you have any questions.", []),
        ("Please find attached the plan.", []),
        ("Could you call me tomorrow", ["Could you call me tomorrow"]),
        ("Wann können wir anfangen?", ["Wann können wir anfangen?"]),
        ("Bitte rufen Sie mich an.", ["Bitte rufen Sie mich an."]),
        ("I would like to know the price.", ["I would like to know the price."]),
    ],
)
def test_questions_one_by_one(text, asked):
    found = [one.removeprefix("Hi Robin, ") for one in asking(sentences(text))]
    assert found == asked


def test_questions_are_bounded():
    found = verdict(entry("a", text="Why? " * 50 + "Is " + "x" * 900 + "?")).questions
    assert len(found) == 10
    assert all(len(one) <= 300 for one in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("send it by Friday", "2026-11-20 17:00"),
        ("send it by 5pm so we can ship", "2026-11-16 17:00"),
        ("bitte bis So 18 Uhr", "2026-11-22 18:00"),
        ("by this Friday at 3pm please", "2026-11-20 15:00"),
        ("I need it before noon", "2026-11-16 12:00"),
        ("by tomorrow", "2026-11-17 17:00"),
        ("by end of day", "2026-11-16 17:00"),
        ("before 4 pm today", "2026-11-16 16:00"),
        ("no later than Wednesday", "2026-11-18 17:00"),
        ("bis Freitag", "2026-11-20 17:00"),
        ("spätestens bis morgen 15 Uhr", "2026-11-17 15:00"),
        ("bis heute Abend", "2026-11-16 17:00"),
        ("by Sunday", "2026-11-23 00:00"),
        ("by 4 December", "2026-12-04 17:00"),
        ("before December 4th, please", "2026-12-04 17:00"),
        ("by Friday, November 27", "2026-11-27 17:00"),
        ("by Wednesday next week", "2026-11-25 17:00"),
        ("by close of business Thursday", "2026-11-19 17:00"),
        ("bis Freitag, den 27.11.", "2026-11-27 17:00"),
        ("bis zum 4. Dezember", "2026-12-04 17:00"),
        ("avant le 4 décembre", "2026-12-04 17:00"),
        ("antes del 4 de diciembre", "2026-12-04 17:00"),
        ("by 4 people", None),
        ("by 4 February 2014", None),
        ("by 31 February", None),
        ("we met on Friday", None),
        ("by 12 people", None),
        ("written by Mona Friday", None),
        ("by 25:99", None),
        ("before 8am", None),
        ("by", None),
    ],
)
def test_moments_a_sender_names(text, expected):
    found = named(text, entry("a").message.received, HOURS)
    assert (found and f"{found:%Y-%m-%d %H:%M}") == expected


FEW = ("Robin Vale <robin@example.com>", "Luis Prado <luis@example.com>", "Dana Whitfield <dana@example.com>")


@pytest.mark.parametrize(
    ("text", "owes"),
    [
        ("Luis, did you pay the flights?", False),
        ("Hi Luis, could you send me the plan?", False),
        ("Luis: is it paid? Dana, is it booked?", False),
        ("Luis, is it paid? And who signs for the crates?", True),
        ("Luis has paid. Is it booked?", True),
        ("Luis, Robin, did you pay the flights?", True),
        ("Hi Luis, hi Robin, did you pay the flights?", True),
        ("Hi all, Luis, did you pay the flights?", True),
    ],
)
def test_of_several_i_owe_nothing_where_another_is_asked_by_name(text, owes):
    assert verdict(entry("a", sender=KIM, to=FEW, text=text), wrote=(KIM,)).owes is owes


def test_a_named_moment_is_in_the_judgement():
    found = verdict(entry("a", text="Could you send it by Friday?"))
    assert f"{found.asked_by:%a %H:%M}" == "Fri 17:00"


WORST = [
    "> " * 50_000,
    "On " * 33_000,
    "On x\n" * 20_000,
    "?" * 100_000,
    "please " * 14_000,
    "a" * 100_000,
    "From: x\n" * 12_000,
    "-" * 100_000,
    "no need to reply " * 6_000,
    "by 1" * 25_000,
    " \n" * 50_000,
    "http://" * 14_000,
    "wrote:\n" * 14_000,
    "@" * 100_000,
    '"<' * 50_000,
    "a.b " * 25_000,
    "\u3002" * 100_000,
]


@pytest.mark.parametrize("worst", WORST, ids=[text[:8].strip() or "blank" for text in WORST])
def test_hostile_text_takes_linear_time(worst):
    started = time.process_time()
    verdict(entry("a", text=worst, subject=worst[:2000]))
    assert time.process_time() - started < 1


def test_a_client_who_writes_that_a_delivery_failed_is_no_bounce() -> None:
    written = entry("a", subject="Delivery failed", text="Hello Robin,\n\nwhere is my parcel?\n\nAda")
    assert judge(written, [written], people()).owes


@pytest.mark.parametrize(
    ("fields", "owes"),
    [
        pytest.param({"subject": "", "text": ""}, False, id="nothing at all"),
        pytest.param({"subject": "", "text": None}, True, id="only its headers were read"),
        pytest.param({"subject": "", "text": "", "attachments": ("plan.pdf",)}, True, id="a file"),
        pytest.param({"subject": "Plan", "text": ""}, True, id="a subject"),
    ],
)
def test_an_empty_message_owes_nothing(fields, owes):
    assert verdict(entry("a", **fields)).owes is owes


@pytest.mark.parametrize(
    ("fields", "owes"),
    [
        pytest.param({"subject": "Undeliverable: RE: Any news?", "text": ""}, False, id="the question is quoted"),
        pytest.param({"subject": "Delivery failed?", "text": ""}, True, id="the question is his"),
        pytest.param(
            {"subject": "complaint about message from 192.0.2.1", "text": "", "parts": ("message/rfc822",)},
            False,
            id="a feedback loop",
        ),
        pytest.param(
            {"subject": "complaint about message from Kim", "text": "She was rude.", "parts": ("message/rfc822",)},
            True,
            id="a complaint",
        ),
    ],
)
def test_reports_without_a_sign_in_the_header_are_told_from_people(fields, owes):
    assert verdict(entry("a", **fields)).owes is owes
