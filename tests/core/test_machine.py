"""Notices of programs that no header tells of, and people whose mail looks like a program's."""

import time

import pytest

from tests.core.mail import HOURS, entry, mine, people
from triage.core.judging.judge import judge
from triage.core.judging.relays import relays
from triage.model.judgements import Kind
from triage.settings import Rule

OUTLOOK = (("thread-index", "AQHa"), ("x-ms-has-attach", ""))
SERVICE = (("feedback-id", "::1.eu-west-1.abc:AmazonSES"),)
CRM = (("list-unsubscribe", "<https://crm.example/u/1>"),)
TICKET = (("auto-submitted", "auto-generated"), ("x-zendesk-from-account-id", "9a1"))
GENERATED = (("auto-submitted", "auto-generated"),)


def verdict(*thread, **known):
    return judge(thread[-1], thread, people(**known), hours=HOURS)


def spoke(*thread, **known):
    return {reason.rule for reason in verdict(*thread, **known).reasons}


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        pytest.param(
            "Northgate Bank <service@northgate.example>",
            "Your May statement is ready",
            "Dear Robin Vale,\n\nYour statement is now available in online banking.\n\nIs something wrong? Call us.",
            id="a bank",
        ),
        pytest.param(
            "Riverside Practice <appointments@riverside.example>",
            "Appointment reminder",
            "This is a reminder of your appointment on Thursday at 08:40.\n\nIf you cannot attend please let us know.",
            id="a practice's system",
        ),
        pytest.param(
            "Coastal Energy <meter@coastal.example>",
            "Please send us your meter reading",
            "Dear Robin Vale,\n\nCould you submit your meter reading by Friday?\n\nCustomer number: 30881",
            id="a utility that asks",
        ),
        pytest.param("MFP-2F <scanner@example.com>", "Message from RNP58", "Scan Date: 06.09. 11:14", id="a scanner"),
        pytest.param("copier@example.com", "Attached Image", "", id="a copier without a word"),
        pytest.param(
            "nagios@mon.example.com", "** PROBLEM: web03 is CRITICAL **", "Please acknowledge.", id="a watchman"
        ),
        pytest.param(
            "Helpdesk <helpdesk@grid.example>",
            "Ticket INC0088121 has been opened",
            "Your ticket INC0088121 has been created. Please keep the ticket number in the subject if you reply.",
            id="a ticket",
        ),
        pytest.param(
            "Teekontor <info@teekontor.example>",
            "Ihre Bestellung Nr. 14",
            "Hallo Robin Vale,\n\nvielen Dank für Ihre Bestellung.\n\nGesamtkosten: 20,70 EUR\n\nBitte überweisen Sie.",
            id="a German shop",
        ),
        pytest.param(
            "Stadtwerke <zaehlerstand@stadtwerke.example>",
            "Bitte teilen Sie uns Ihren Zählerstand mit",
            "Guten Tag Herr Vale,\n\nbitte lesen Sie Ihren Zähler ab und teilen Sie uns den Zählerstand mit.",
            id="a German utility",
        ),
        pytest.param(
            "Einkauf Loos <bestellwesen@loos.example>",
            "Bestellung 4500118822",
            "Anbei unsere Bestellung. Diese Bestellung wurde maschinell erstellt und ist ohne Unterschrift gültig.",
            id="a German order",
        ),
        pytest.param(
            "Cabinet Morel <rdv@cabinet-morel.example>",
            "Rappel de rendez-vous",
            "Nous vous rappelons votre rendez-vous le 11 juin.\n\nCeci est un message automatique.",
            id="a French practice",
        ),
        pytest.param(
            "Clínica Norte <citas@clinicanorte.example>",
            "Recordatorio de cita",
            "Le recordamos su cita el 11/06. Si no puede acudir, le rogamos que nos avise.",
            id="a Spanish clinic",
        ),
        pytest.param(
            "Banca del Molo <servizioclienti@molo.example>",
            "Nuovo documento disponibile",
            "Gentile Cliente,\n\nè disponibile un nuovo documento nella sua area riservata.",
            id="an Italian bank",
        ),
        pytest.param(
            "Havenbank <klantenservice@havenbank.example>",
            "Er staat een nieuw bericht voor je klaar",
            "Beste Robin Vale,\n\nEr staat een nieuw bericht klaar. Log in om het te lezen.",
            id="a Dutch bank",
        ),
    ],
)
def test_a_notice_without_a_sign_in_its_header(sender, subject, text) -> None:
    found = verdict(entry("a", sender=sender, subject=subject, text=text))
    assert (found.owes, found.kind) == (False, Kind.AUTOMATIC)
    assert "notice" in {reason.rule for reason in found.reasons}


@pytest.mark.parametrize(
    ("sender", "subject", "text", "headers"),
    [
        pytest.param(
            "Harbour Hotel <bookings@harbour.example>",
            "Your stay 22 June",
            "Dear Mr Vale,\n\nI'm afraid the double is not available. Would a suite be all right?\n\nTom, reservations",
            (),
            id="a hotel's clerk",
        ),
        pytest.param(
            "Accounts <accounts@loos.example>",
            "Your invoice 1187",
            "Hello,\n\nyour invoice 1187 shows the old PO. Could you reissue it, please?\n\nMoira",
            OUTLOOK,
            id="an accountant",
        ),
        pytest.param(
            "Meridian Claims <claims@meridian.example>",
            "CL-88012 - your claim",
            "Dear Mr Vale,\n\nI have looked at your photos. Was the window closed?\n\nBridget Moran",
            (),
            id="a claims clerk",
        ),
        pytest.param(
            "Praxis Sommer <praxis@praxis-sommer.example>",
            "Befund",
            "Guten Tag Herr Vale,\n\nIhr Befund ist da. Wann können Sie vorbeikommen?\n\nAnja Wolf, MFA",
            (),
            id="a practice's clerk",
        ),
        pytest.param(
            "Kanzlei Mohr <kanzlei@mohr.example>",
            "Jahresabschluss",
            "Lieber Herr Vale,\n\nuns fehlen die Auszüge. Könnten Sie sie im Portal hochladen oder mailen?\n\nK. Mohr",
            (("x-auto-response-suppress", "All"),),
            id="a tax adviser",
        ),
        pytest.param(
            "Stadt Hafen Bauamt <bauamt@hafen.example>",
            "Werbeanlage, Vorgangsnummer 63-118",
            "Sehr geehrter Herr Vale,\n\nich benötige noch den Lageplan. Bitte reichen Sie ihn nach.\n\nMeyerdierks",
            (),
            id="an office",
        ),
        pytest.param(
            "anna@gmail.com",
            "Order 4471",
            "Customer number 55, order number 4471: has been shipped, you say, and nothing came. Where is it?",
            (),
            id="a client with all the numbers",
        ),
        pytest.param(
            "Bill Moss <bill.moss@moss.example>",
            "Reminder: samples",
            "If you have any questions, call me. The list has been updated. Can you send yours?",
            (),
            id="a name that is a word of programs",
        ),
        pytest.param(
            "Derek Moss <derek.moss@moss.example>",
            "Re-cut of panels",
            "Robin,\n\ntwo panels were cut too short. Shall we re-cut?\n\nDerek",
            (("precedence", "bulk"),),
            id="a firm whose mail system says bulk",
        ),
        pytest.param(
            "Otto Brandl <otto@brandl.example>",
            "Label for autumn",
            "Robin,\n\nare you up for the label again? Let me know this week, please.\n\nOtto",
            CRM,
            id="a letter by mailing software",
        ),
        pytest.param(
            "Ruby via Craftmart <conversation-8812@convo.craftmart.example>",
            "Ruby sent you a message",
            "Ruby wrote:\nCould you make this in blue?\n\nReply directly to this email",
            SERVICE,
            id="a buyer by a market",
        ),
        pytest.param(
            "Gail <k2j3h4k5@marketplace.amazon.com>",
            "Inquiry from customer Gail",
            "Is the poster on matte paper?",
            SERVICE,
            id="a buyer by Amazon",
        ),
    ],
)
def test_a_person_who_looks_like_a_program(sender, subject, text, headers) -> None:
    found = verdict(entry("a", sender=sender, subject=subject, text=text, headers=headers))
    assert (found.owes, found.kind) == (True, Kind.PERSON)


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        pytest.param(
            "Harbor Pension Fund <info@harborpension.example>",
            "Your annual benefit summary",
            "Dear member,\n\nYour summary can now be downloaded. Please check it.\n\nHarbor Pension Fund",
            id="the house signs",
        ),
        pytest.param(
            "CityPark <sessions@citypark.example>",
            "Parking ends in 10 minutes",
            "Your session ends at 14:20. Do you need more time? Extend it in the CityPark app or online.",
            id="a question, and much of its services",
        ),
        pytest.param("gw01@example.com", "WAN failover", "Link wan1 down at 03:10, moved to lte0.", id="a box of mine"),
        pytest.param(
            "Mediathek Hafen <ausleihdienst@hafen.example>",
            "Ihre Medien",
            "Die Leihfrist läuft ab. Bitte geben Sie die Medien zurück.\n\nIhr Mediathek-Team",
            id="a role by its ending, a German team",
        ),
        pytest.param(
            "Meridian Quotes <quotes@meridian.example>",
            "Your quote Q-8812 is saved",
            "Your quote is valid for 30 days. Ready to buy? Pick up where you left off.",
            id="a department by its name",
        ),
    ],
)
def test_nobodys_hand_is_seen_in_it(sender, subject, text) -> None:
    found = verdict(entry("a", sender=sender, subject=subject, text=text))
    assert (found.owes, found.kind) == (False, Kind.AUTOMATIC)


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        pytest.param(
            "Hotel Adler <info@adler.example>",
            "Quote",
            "Good morning,\n\nwe need 12 new doors. Could you send us a quote?\n\nHotel Adler",
            id="a firm that wants a quote signs as a firm",
        ),
        pytest.param(
            "Hotel Adler <info@adler.example>",
            "Anfrage",
            "Guten Tag,\n\nwir brauchen zwölf Zimmertüren. Können Sie uns ein Angebot machen?\n\nIhr Hotel Adler",
            id="a German firm",
        ),
        pytest.param(
            "Mairie <contact@mairie.example>",
            "Devis",
            "Madame, Monsieur,\n\nnous voudrions un devis pour vingt bancs. Quand pouvez-vous passer ?\n\nLa mairie",
            id="a French town hall",
        ),
        pytest.param("stock@barnes.example", "4471", "4471 in red or blue?", id="a mere question"),
        pytest.param("lager@krueger.example", "Palette", "Palette kommt schon um 7. Jemand da?", id="a German one"),
        pytest.param(
            "Paws Clinic <info@paws.example>",
            "Milo's test",
            "Dr. Finch has the results. Would Thursday work?\n\nWarm regards,\nTess at Paws",
            id="a name beside the house's",
        ),
        pytest.param(
            "Harbour Echo <corrections@echo.example>",
            "Please verify two names",
            "Is it Lia or Lea in the caption? We print at six. Nadia Quist",
            id="a name right behind the text",
        ),
        pytest.param(
            "Hausverwaltung Peters <verwaltung@hv-peters.example>",
            "Ablesung, Vorgangsnummer 118",
            "Guten Tag Herr Vale,\n\nist am Donnerstag jemand da?\n\nPeters",
            id="the owner's name is the house's",
        ),
        pytest.param(
            "Meridian Claims <claims@meridian.example>",
            "Claim CL-88012",
            "Claim number: 88012\nPolicy number: 229\nDate: 2 June\n\nDear Mr Vale,\n\nwas it open?\n\nB. Moran",
            id="fields above a letter",
        ),
        pytest.param(
            "Oakfield School <office@oakfield.example>",
            "Missing form",
            "Dear Mr Vale,\n\nwe still need the form. Can she bring it?\n\nThanks, Wendy (school office)",
            id="a name in the line of thanks",
        ),
        pytest.param(
            "Kay Chapman <kay.chapman@client.example>",
            "Committee",
            "This is a reminder. The meeting has been cancelled; if you have any questions, call.",
            id="a named person speaks like a notice",
        ),
        pytest.param(
            "Exams Office <exams@harboruni.example>",
            "Typography exam",
            "Dear Mr Vale,\n\nthe examiner has withdrawn. Are you available on 3 July?\n\nExams Office",
            id="the house signs and asks",
        ),
        pytest.param(
            "Loos Shop <shop@loosltd.example>",
            "Labels",
            "Thank you for your delivery! 12 are torn though. We would like replacements.\n\nLoos Shop",
            id="the house signs and wants something, in no words of asking",
        ),
        pytest.param(
            "Foxmedia <booking@foxmedia.example>",
            "Booth 14",
            "Can you upload the final files to our portal by Friday?",
            id="a client's portal",
        ),
        pytest.param(
            "Barnes Orders <orders@barnes.example>",
            "PO 4471 / invoice 1187",
            "300 labels ordered, 400 invoiced. Please correct and resend.",
            id="an order desk about my invoice",
        ),
        pytest.param(
            "Dock Watch <alerts@dockwatch.example>",
            "Your van",
            "Robin, somebody is trying the doors of your van. Sue, number 6",
            id="an address for alerts",
        ),
        pytest.param(
            "Taller Vega <info@tallervega.example>",
            "Rótulo 118",
            "El rótulo 118 ha llegado roto. Necesitamos otro antes del viernes.\n\nTaller Vega",
            id="a Spanish house",
        ),
        pytest.param(
            "Basisschool Haven <administratie@school.example>",
            "Lia",
            "Beste ouder, Lia is ziek. Kunt u haar ophalen?\n\nBasisschool Haven",
            id="a Dutch house",
        ),
        pytest.param(
            "Cabinet Morel <rdv@cabinet-morel.example>",
            "Votre rendez-vous",
            "Nous devons déplacer votre rendez-vous. Vendredi vous conviendrait-il ?\n\nCabinet Morel",
            id="a French practice moves the appointment",
        ),
        pytest.param(
            "Biuro <info@nowakmeble.example>",
            "Zamówienie 4471",
            "Prosimy o przesłanie oferty na 300 etykiet do 20.06, nr 4471 i 4472, www.nowakmeble.example/wzory",
            id="a language that is not read",
        ),
    ],
)
def test_a_role_behind_which_somebody_sits(sender, subject, text) -> None:
    assert verdict(entry("a", sender=sender, subject=subject, text=text)).owes


@pytest.mark.parametrize(
    ("subject", "owes"),
    [
        ("De vacaciones Re: Verja", False),
        ("Betriebsferien! Re: Tresen", False),
        ("En congés jusqu'au 22 juin Re: Tissus", False),
        ("Out until Monday Re: Labels", False),
    ],
)
def test_a_reply_whose_subject_says_that_they_are_away(subject, owes) -> None:
    assert (
        verdict(mine("m"), entry("a", subject=subject, text="Vuelvo el lunes, hasta pronto.", replies="x")).owes is owes
    )


def test_a_client_by_a_rule_of_mine_needs_more_against_him() -> None:
    one = entry("a", sender="Echo <service@echo.example>", subject="Reminder", text="Could you submit the form online?")
    assert not verdict(one).owes
    assert verdict(one, rules=(Rule(match=(("from", "*@echo.example"),), class_="client"),)).owes


def test_an_absence_in_the_subject_of_a_first_mail_is_a_persons() -> None:
    assert verdict(entry("a", subject="De vacaciones en julio", text="Hay que fijar la sesión.")).owes


def test_what_a_rule_forwarded_is_its_writers() -> None:
    forwarded = (("auto-submitted", "auto-forwarded"),)
    assert verdict(entry("a", text='"Aurora" or "Aurora II"?', headers=forwarded)).owes


def test_marketing_that_speaks_like_a_person_stays_mass_mail() -> None:
    text = "Hi Robin,\n\nI noticed your cart. Can I help you?\n\nMaya\nUnsubscribe"
    assert not verdict(entry("a", sender="Maya <maya@lumen.example>", text=text, headers=CRM)).owes


ASKED = "Hi Robin,\n\nI could reproduce it. Which browser do you use, and could you send a picture?\n\nPriya"


@pytest.mark.parametrize(
    ("text", "owes"),
    [
        pytest.param(f"##- Please type your reply above this line -##\n\n{ASKED}", True, id="an agent asks"),
        pytest.param("Hi Robin,\n\nthat is fixed now.\n\nPriya", False, id="an agent tells"),
        pytest.param(
            "Your request has been received. Have you seen our help center?\n\nPriya", False, id="the system thanks"
        ),
    ],
)
def test_agents_of_a_ticket_system_are_people(text, owes) -> None:
    one = entry("a", sender="Priya (Tinyform) <support@tiny.zendesk.example>", subject="Re: Export", text=text)
    answered = entry("a", sender="Priya <support@tiny.example>", subject="Re: Export", text=text, headers=TICKET)
    assert verdict(answered).owes is owes
    assert verdict(one).owes or not owes


def test_an_answer_that_was_made_without_anybody_stays_one() -> None:
    headers = (("auto-submitted", "auto-replied"), ("x-zendesk-from-account-id", "9a1"))
    assert not verdict(entry("a", subject="Re: Export", text=ASKED, headers=headers)).owes


FORM = "Name: Vera Holt\nE-mail: vera@holt.example\nMessage: Can you design a shop window?"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(
            {"sender": "noreply@example.com", "reply_to": ("vera@holt.example",), "headers": GENERATED},
            id="marked as generated",
        ),
        pytest.param({"sender": "donotreply@example.com"}, id="no Reply-To, the address is a field of it"),
        pytest.param(
            {"sender": "form-submission@builder.example", "reply_to": ("vera@holt.example",), "headers": SERVICE},
            id="from the builder of the site",
        ),
    ],
)
def test_a_form_is_of_who_filled_it_in(fields) -> None:
    one = entry("a", subject="Contact form", text=FORM, **fields)
    assert verdict(one).owes
    assert people().debtor(one.message).address == "vera@holt.example"


def test_a_field_of_a_form_is_no_sign_where_others_write() -> None:
    one = entry("a", sender="Ada King <ada@client.example>", text="E-mail: vera@holt.example")
    assert people().debtor(one.message).address == "ada@client.example"


@pytest.mark.parametrize(
    ("subject", "owes"),
    [
        ("AUTO: Greta Holm is out of the office (returning 06/22)", False),
        ("Automatisch antwoord: Offerte", False),
        ("Afwezig: Planning", False),
        ("Risposta automatica: Contratto", False),
        ("Autosvar: Offert", False),
        ("Nieobecność: Wizytówki", False),
        ("Resposta automática: Orçamento", False),
        ("自動応答: 見積もり", False),
        ("Out of office next week - can you take over?", True),
        ("Absent la semaine prochaine", True),
        ("Auto parts for the van", True),
    ],
)
def test_absences_by_their_subject(subject, owes) -> None:
    found = verdict(entry("a", subject=subject, text="Jan takes over my mail.", headers=()))
    assert found.owes is owes
    assert found.kind is (Kind.PERSON if owes else Kind.AUTO_REPLY)


def test_an_invitation_that_asks_in_its_subject_is_written_by_hand() -> None:
    assert verdict(entry("a", subject="Invitation: lunch Thursday?", text="My treat, half past twelve.")).owes


def test_a_reply_to_me_is_no_notice() -> None:
    text = "Your statement is now available in online banking. Log in to see it."
    one = entry("a", sender="service@bank.example", subject="Your statement", text=text, replies="m")
    assert "notice" not in spoke(mine("m"), one)


def test_what_a_service_for_programs_sends_is_automatic() -> None:
    found = verdict(entry("a", sender="Zed <z1@zed.example>", text="Something happened.", headers=SERVICE))
    assert (found.owes, found.kind) == (False, Kind.AUTOMATIC)


@pytest.mark.parametrize(
    ("address", "relayed"),
    [
        ("sunny_1z9@members.ebay.com", True),
        ("jkowal.449120@guest.booking.com", True),
        ("k-8812abc@mail.kleinanzeigen.de", True),
        ("ruby@craftmart.example", False),
        ("info@reply.example", False),
        ("ruby@reply.craftmart.example", False),
    ],
)
def test_addresses_made_for_a_conversation(address, relayed) -> None:
    assert relays(address) is relayed


def test_a_long_text_of_signs_takes_linear_time() -> None:
    worst = "your order has been shipped " * 4000 + "mail:" * 4000
    one = entry("a", sender="service@" + "a" * 200 + ".example", subject="re:" * 9000, text=worst, headers=CRM)
    started = time.process_time()
    verdict(one)
    assert time.process_time() - started < 1
