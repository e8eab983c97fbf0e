"""Invitations: what meeting services write into them asks nothing, what the organiser writes himself does."""

import pytest

from tests.core.mail import ADA, HOURS, entry, people
from triage.core.judging.judge import judge
from triage.core.words.invitations import organisers_words

TEAMS = """\
________________________________________________________________________________
Microsoft Teams Need help?<https://aka.example/JoinTeamsMeeting?omkt=en-US>
Join the meeting now<https://teams.example/l/meetup-join/19%3ameeting>
Meeting ID: 118 432 555 017
Passcode: aB3dEf
________________________________
Dial in by phone
+1 202-555-0143,,118432555#<tel:+12025550143,,118432555#> United States, Washington DC
Find a local number<https://dialin.teams.example/a1?id=118432555>
Phone conference ID: 118 432 555#
For organizers: Meeting options<https://teams.example/meetingOptions/?x=1> | Reset dial-in PIN<https://dialin.example/p>
________________________________________________________________________________
"""
TEAMS_WITHOUT_RULES = """\
Microsoft Teams meeting

Join on your computer, mobile app or room device
Click here to join the meeting

Meeting ID: 118 432 555 017
Passcode: aB3dEf
Download Teams | Join on the web

Or call in (audio only)
+1 202-555-0143,,118432555#   United States, Washington DC
Phone Conference ID: 118 432 555#
Find a local number | Reset PIN

Need help?
Learn More | Meeting options
"""
TEAMS_DE = """\
________________________________________________________________________________
Microsoft Teams Benötigen Sie Hilfe?<https://aka.example/JoinTeamsMeeting?omkt=de-DE>
Jetzt an der Besprechung teilnehmen<https://teams.example/l/meetup-join/19%3ameeting>
Besprechungs-ID: 118 432 555 017
Passcode: aB3dEf
________________________________
Per Telefon einwählen
+49 30 555-0143,,118432555#<tel:+49305550143,,118432555#> Deutschland, Berlin
Lokale Nummer suchen<https://dialin.teams.example/a1?id=118432555>
Telefonkonferenz-ID: 118 432 555#
Für Organisatoren: Besprechungsoptionen<https://teams.example/o> | Einwahl-PIN zurücksetzen<https://dialin.example/p>
________________________________________________________________________________
"""
GOOGLE = """\
Planning round
Tuesday Nov 24, 2026 \u22c5 2pm – 3pm
Central European Time - Berlin

Joining info
Join with Google Meet
https://meet.example/abc-defg-hij

Join by phone
(US) +1 202-555-0144
PIN: 555014499

More phone numbers
https://tel.meet.example/abc-defg-hij?pin=5550144&hs=0

Organizer
Ada King
ada@client.example

Guests
Ada King - organizer
robin@example.com
View all guest info
https://calendar.example/calendar/event?action=VIEW&eid=x

Reply for robin@example.com and view more details
https://calendar.example/calendar/event?action=RESPOND
Yes No Maybe More options

Invitation from Google Calendar: https://calendar.example/calendar/

You are receiving this email because you are subscribed to calendar notifications.
Forwarding this invitation could allow any recipient to send a response to the organizer, be added to the guest list,
invite others regardless of their own invitation status, or modify your RSVP.
"""
GOOGLE_BLOCK = """\
-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-
Join with Google Meet: https://meet.example/abc-defg-hij
Or dial: (US) +1 202-555-0144 PIN: 555014499#
More phone numbers: https://tel.meet.example/abc-defg-hij?pin=5550144
Learn more about Meet at: https://support.example/a/users/answer/9282720

Please do not edit this section.
-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-
"""
ZOOM = """\
Ada King is inviting you to a scheduled Zoom meeting.

Topic: Planning round
Time: Nov 24, 2026 02:00 PM Berlin

Join Zoom Meeting
https://us02web.zoom.example/j/85555014321?pwd=a1b2c3

Meeting ID: 855 5501 4321
Passcode: 483920

---

One tap mobile
+12025550145,,85555014321#,,,,*483920# US (Washington DC)

Dial by your location
\u2022 +1 202 555 0145 US (Washington DC)
\u2022 +1 202 555 0146 US (New York)

Meeting ID: 855 5501 4321
Find your local number: https://us02web.zoom.example/u/kd5550
"""
ZOOM_DE = """\
Ada King lädt Sie zu einem geplanten Zoom-Meeting ein.

Thema: Planungsrunde
Uhrzeit: 24. Nov. 2026 02:00 PM Berlin

Zoom-Meeting beitreten
https://us02web.zoom.example/j/85555014321?pwd=a1b2c3

Meeting-ID: 855 5501 4321
Kenncode: 483920
Schnelleinwahl mobil
+4930555014,,85555014321#,,,,*483920# Deutschland
Einwahl nach Standort
+49 30 5550 1455 Deutschland
Ortseinwahl suchen: https://us02web.zoom.example/u/kd5550
"""
WEBEX = """\
Ada King invites you to join this Webex meeting.

Meeting number (access code): 2555 014 3210
Meeting password: pQr7sTuV (77677888 when dialing from a phone)

Tuesday, November 24, 2026
2:00 PM | (UTC+01:00) Berlin | 1 hr

Join meeting
https://client.webex.example/client/j.php?MTID=m5550

Tap to join from a mobile device (attendees only)
+1-202-555-0147,,25550143210## United States Toll

Join by phone
+1-202-555-0147 United States Toll
Global call-in numbers
https://client.webex.example/client/globalcallin.php?MTID=t5550

Join from a video system or application
Dial 25550143210@client.webex.example
You can also dial 192.0.2.40 and enter your meeting number.

If you are a host, click here to view host information.

Need help? Go to https://help.webex.example
"""
OUTLOOK = """\
When: Tuesday, November 24, 2026 2:00 PM-3:00 PM (UTC+01:00) Amsterdam, Berlin, Bern.
Where: Room 4

*~*~*~*~*~*~*~*~*~*

"""
OUTLOOK_DE = """\
Zeit: Dienstag, 24. November 2026 14:00-15:00 (UTC+01:00) Berlin.
Ort: Raum 4

*~*~*~*~*~*~*~*~*~*

"""
FRENCH = """\
________________________________________________________________________________
Réunion Microsoft Teams
Rejoindre la réunion maintenant<https://teams.example/l/meetup-join/19>
ID de réunion : 118 432 555 017
Code secret : aB3dEf
Besoin d'aide ?<https://aka.example/JoinTeamsMeeting?omkt=fr-FR>
________________________________________________________________________________
"""
SPANISH = """\
________________________________________________________________________________
Reunión de Microsoft Teams
Unirse a la reunión ahora<https://teams.example/l/meetup-join/19>
Id. de reunión: 118 432 555 017
Código de acceso: aB3dEf
¿Necesita ayuda?<https://aka.example/JoinTeamsMeeting?omkt=es-ES>
________________________________________________________________________________
"""
SERVICES = [
    pytest.param(TEAMS, id="Teams"),
    pytest.param(TEAMS_WITHOUT_RULES, id="Teams, its rules lost"),
    pytest.param(TEAMS_DE, id="Teams in German"),
    pytest.param(GOOGLE, id="Google"),
    pytest.param(GOOGLE_BLOCK, id="Google's block"),
    pytest.param(ZOOM, id="Zoom"),
    pytest.param(ZOOM_DE, id="Zoom in German"),
    pytest.param(WEBEX, id="Webex"),
    pytest.param(OUTLOOK, id="Outlook"),
    pytest.param(OUTLOOK_DE, id="Outlook in German"),
    pytest.param(FRENCH, id="Teams in French"),
    pytest.param(SPANISH, id="Teams in Spanish"),
]
QUESTION = "Hi Robin,\n\nwhich of the two offers shall we take, and could you bring the drawings?\n\nAda"
FRAGE = "Hallo Robin,\n\nkönntest du bitte bis dahin die Zahlen für Oktober schicken?\n\nViele Grüße\nAda"


def invitation(text: str, **fields: object):
    fields = {"subject": "Planning round", "calendar": "REQUEST", "parts": ("text/plain", "text/calendar"), **fields}
    one = entry("i", text=text, **fields)
    return judge(one, [one], people(wrote=(ADA,)), hours=HOURS)


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_writes_never_makes_an_invitation_owed(service: str) -> None:
    verdict = invitation(service)
    assert (verdict.owes, verdict.kind.value, verdict.questions) == (False, "calendar", ())


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("asked", [pytest.param(QUESTION, id="English"), pytest.param(FRAGE, id="German")])
def test_a_question_of_the_organiser_above_it_or_below_makes_it_owed(service: str, asked: str) -> None:
    for text in (f"{asked}\n\n{service}", f"{service}\n\n{asked}"):
        verdict = invitation(text)
        assert verdict.owes
        assert len(verdict.questions) == 1
        assert verdict.questions[0] in " ".join(asked.split())


@pytest.mark.parametrize("service", SERVICES)
def test_it_is_owed_to_a_first_contact_as_well(service: str) -> None:
    one = entry("i", text=f"{QUESTION}\n\n{service}", calendar="REQUEST", parts=("text/plain", "text/calendar"))
    assert judge(one, [one], people(), hours=HOURS).owes


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Let me know if the time suits you.", id="does the time suit"),
        pytest.param("Does Tuesday at two work for you?", id="does it work"),
        pytest.param("Please accept or decline by Friday.", id="accept or decline"),
        pytest.param("Can you make it?", id="can you make it"),
        pytest.param("Are you free then?", id="are you free"),
        pytest.param("Passt euch der Termin?", id="German"),
        pytest.param("Bitte gebt mir Bescheid, ob ihr teilnehmen könnt.", id="German, whether they come"),
        pytest.param("Cet horaire vous convient-il ?", id="French"),
        pytest.param("¿Le viene bien a esa hora?", id="Spanish"),
        pytest.param("Agenda:\n\n1. What went well?\n\n2. What shall change?\n\n3. Anything else?", id="an agenda"),
        pytest.param("Yearly review of the numbers.", id="says what it is about"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_accepting_or_declining_answers_is_not_owed(text: str) -> None:
    assert not invitation(f"{text}\n\n{TEAMS}").owes


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Can you make it, and if so could you please bring the drawings of hall three?", id="and more"),
        pytest.param("Could you present the figures?", id="a request"),
        pytest.param("Please send me the list of people beforehand.", id="without a question mark"),
        pytest.param("Wer übernimmt das Protokoll, du oder ich?", id="who"),
        pytest.param("Agenda:\n\n1. Budget\n\n2. Could you show us your plan?", id="a point that is mine"),
        pytest.param("Draft: https://files.example/d/1\n\nWhat do you think of it?", id="beside a link of his own"),
        pytest.param("Could you look at this first? https://files.example/d/1", id="with a link"),
        pytest.param("Kannst du vorher 0171 5550143 anrufen und den Raum bestellen?", id="with a number to dial"),
        pytest.param("Pouvez-vous apporter les plans ?", id="French"),
        pytest.param("¿Puede traer los planos?", id="Spanish"),
    ],
)
def test_what_only_words_can_answer_is_owed(text: str) -> None:
    assert invitation(f"{text}\n\n{TEAMS}").owes


def test_an_attached_calendar_is_an_invitation_too() -> None:
    assert not invitation(ZOOM, calendar=None).owes


def test_what_is_published_is_a_notice_whatever_it_asks() -> None:
    assert not invitation("Your delivery comes at ten. Could you leave the gate open?", calendar="PUBLISH").owes


def test_the_words_shown_are_the_organisers() -> None:
    for service in (TEAMS, GOOGLE_BLOCK, ZOOM, WEBEX):
        assert organisers_words(f"{QUESTION}\n\n{service}").startswith("Hi Robin")
        assert "0143" not in organisers_words(f"{QUESTION}\n\n{service}")


@pytest.mark.parametrize("worst", ["_" * 100_000, "<" * 100_000, "http://" * 15_000, "1 " * 50_000, "a:" * 50_000])
def test_no_text_takes_long(worst: str) -> None:
    organisers_words(worst)
