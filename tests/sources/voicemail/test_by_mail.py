"""Voicemails and missed calls that come by mail: which mails are taken for them, and what is read. All invented."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from triage.model.calls import Call, Way, Wording
from triage.model.mail import Message
from triage.sources.message import mime

RECEIVED = datetime(2026, 11, 20, 15, 20, tzinfo=UTC)
WORDS = "Hi, it is Dora from Blue Heron. Could you ring me before four?"


def mail(
    sender: str,
    subject: str,
    text: str = "",
    *,
    audio: str = "",
    attached: str = "",
    html: bool = False,
    headers: dict[str, str] | None = None,
    patterns: tuple[str, ...] = (),
) -> Message:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "robin@example.com", subject
    made["Date"] = "Fri, 20 Nov 2026 10:15:30 -0500"
    made.set_content(text, subtype="html" if html else "plain")
    for name, value in ({"Message-ID": "<vm-177@example.org>"} | (headers or {})).items():
        made[name] = value
    if audio:
        made.add_attachment(b"RIFF", maintype="audio", subtype="x-wav", filename=audio)
    if attached:
        made.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=attached)
    return mime.whole(made.as_bytes(), received=RECEIVED, where="x")


def call(*arguments: str, **more: object) -> Call:
    found = mail(*arguments, **more).call  # type: ignore[arg-type]
    assert found is not None
    return found


ASTERISK = {"X-Asterisk-CallerID": "2025550177", "X-Asterisk-CallerIDName": "BLUE HERON"}
LABELS = "From: Dora Heron (202) 555-0177\nTo: 1001\nDuration: 0:42\n"


@pytest.mark.parametrize(
    ("sender", "subject", "text", "more", "number", "name", "seconds", "words"),
    [
        (
            "Asterisk PBX <asterisk@pbx.example.org>", "[PBX]: New message 3 in mailbox 1001",
            "Dear Robin:\n\n\tjust wanted to let you know you were just left a 0:42 long message (number 3)\n"
            "in mailbox 1001 from BLUE HERON, on Friday", {"headers": ASTERISK}, "2025550177", "BLUE HERON", 42, "",
        ),
        (
            '"BLUE HERON" <2025550177@pbx.example.org>', 'Voicemail from "BLUE HERON" <2025550177> 00:00:42', "",
            {"headers": {"X-Mailer": "FreeSWITCH", "X-Voicemail-Length": "42"}}, "2025550177", "BLUE HERON", 42, "",
        ),
        (
            "Voicemail <voicemail@pbx.example.org>", "Voicemail from BLUE HERON <2025550177> 00:00:42",
            f"<p>From BLUE HERON 2025550177<br>To 1001<br>Length 00:00:42<br>Message <a href='https://x'>Listen</a><br>"
            f"{WORDS}</p>", {"html": True, "headers": {"X-FusionPBX-Email-Type": "voicemail"}},
            "2025550177", "BLUE HERON", 42, WORDS,
        ),
        (
            "Dora Heron <dora@heron.example>", "Voice Mail from Dora Heron (42 seconds)", "You received a voice mail",
            {"headers": {"Content-Class": "voice-ca", "X-CallingTelephoneNumber": "+12025550177",
                         "X-VoiceMessageDuration": "42", "X-VoiceMessageTranscription": WORDS}},
            "+12025550177", "Dora Heron", 42, WORDS,
        ),
        (
            "Google Voice <voice-noreply@google.com>", "New voicemail from (202) 555-0177",
            f"<https://voice.google.com>\n{WORDS}\nplay message\n\nYOUR ACCOUNT HELP\nGoogle LLC", {},
            "(202) 555-0177", "", None, WORDS,
        ),
        (
            "RingCentral <service@ringcentral.com>",
            "New Voice Message from Dora Heron (202) 555-0177 on 11/20/2026 10:15 AM",
            f'Length: 00:42\nTo: (202) 555-0100\nVoicemail Preview:\n"{WORDS}"\n', {},
            "(202) 555-0177", "Dora Heron", 42, WORDS,
        ),
        (
            "Twimlet <voicemail@twimlets.com>", "New Voicemail Message from (202) 555-0177",
            f"You have a new voicemail from (202) 555-0177\nText of the transcribed voicemail:\n{WORDS}\n", {},
            "(202) 555-0177", "", None, WORDS,
        ),
        (
            "unityconnection@cuc.example.org", "Message from 2025550177", "", {"audio": "VoiceMessage.wav"},
            "2025550177", "", None, "",
        ),
        (
            "FRITZ!Box <robin@example.com>", "Nachricht von 0305550177 auf Anrufbeantworter",
            "Rufnummer: 0305550177\nDauer: 0:42\n", {"audio": "20.11.26_10.15_Telefon_0305550177.wav"},
            "0305550177", "", 42, "",
        ),
        (
            "pbx@example.fr", "Nouveau message vocal de 0155550177", "Durée : 0:42\nNuméro : 0155550177\n",
            {"audio": "message.wav"}, "0155550177", "", 42, "",
        ),
        (
            "centralita@example.es", "Nuevo mensaje de voz", "Llamante: Dora <934550177>\nDuración: 0:42\n",
            {"audio": "vm.mp3"}, "934550177", "Dora", 42, "",
        ),
        (
            "centralino@example.it", "Messaggio in segreteria telefonica", "Numero: 065550177\nDurata: 0:42\n",
            {"audio": "vm.mp3"}, "065550177", "", 42, "",
        ),
        (
            "telefoon@example.nl", "Nieuw voicemailbericht", "Beller: 0205550177\nDuur: 0:42\n",
            {"audio": "vm.mp3"}, "0205550177", "", 42, "",
        ),
    ],
    ids=["asterisk", "freeswitch", "fusionpbx", "exchange", "google", "ringcentral", "twimlet", "unity", "fritz",
         "french", "spanish", "italian", "dutch"],
)  # fmt: skip
def test_a_voicemail_by_mail_is_read(
    sender: str, subject: str, text: str, more: dict[str, object], number: str, name: str, seconds: int, words: str
) -> None:
    found = call(sender, subject, text, **more)
    assert (found.way, found.number, found.name, found.seconds) == (Way.VOICEMAIL, number, name, seconds)
    assert " ".join(found.transcript.split()) == words
    assert found.at == RECEIVED - timedelta(minutes=4, seconds=30)


@pytest.mark.parametrize(
    ("sender", "subject", "text", "headers"),
    [
        ("Google Voice <voice-noreply@google.com>", "Missed call from (202) 555-0177", "", {}),
        ("RingCentral <notify@ringcentral.com>", "New Call from Dora Heron (202) 555-0177", "Status: Missed", {}),
        ("YouMail <voicemail@youmail.com>", "Missed Call from (202) 555-0177", "No message left", {}),
        ("pbx@example.org", "Call", "From: (202) 555-0177", {"X-FusionPBX-Email-Type": "missed"}),
        ("um@example.org", "Missed call from Dora", "", {"Content-Class": "missedcall",
                                                         "X-CallingTelephoneNumber": "(202) 555-0177"}),
    ],
)  # fmt: skip
def test_a_missed_call_is_a_call_without_words(sender: str, subject: str, text: str, headers: dict[str, str]) -> None:
    found = call(sender, subject, text, headers=headers)
    assert (found.way, found.answered, found.number, found.transcript) == (Way.IN, False, "(202) 555-0177", "")


@pytest.mark.parametrize(
    ("sender", "subject", "text", "more"),
    [
        ('"(202) 555-0177" <1.2.x@txt.voice.google.com>', "New text message from (202) 555-0177", "late", {}),
        ("Google Voice <voice-noreply@google.com>", "New text message from (202) 555-0177", "late", {}),
        ("RingCentral <notify@ringcentral.com>", "New Fax Message from (202) 555-0177", "", {"attached": "fax.pdf"}),
        ("Ooma <no_reply@ooma.com>", "You have a new fax", "", {}),
        ("Ooma <no_reply@ooma.com>", "Your invoice", "voicemail plan", {}),
        ("um@example.org", "Fax from Dora", "", {"headers": {"Content-Class": "fax"}}),
        ("pbx@example.org", "Report", "", {"headers": {"X-FusionPBX-Email-Type": "report"}}),
        ("asterisk@pbx.example.org", "New greeting 'unavail' on 1001", "", {"headers": ASTERISK}),
        ("Voicemail <alert@lure.example>", "You have (1) new voicemail", "Listen: https://lure.example", {}),
        ("Voicemail <alert@lure.example>", "Voicemail from (202) 555-0177", "Caller: 202", {"attached": "vm.html"}),
        ("Teams <noreply@skype.voicemail.microsoft.com>", "Voicemail from Dora", "x", {"attached": "play_vm.shtml"}),
        ("Ada <ada@example.org>", "the voicemail from Mr. Kent", "I saved it, can you listen and ring him?",
         {"audio": "kent.m4a"}),
        ("Ada <ada@example.org>", "Fwd: New voicemail from (202) 555-0177", LABELS, {"audio": "vm.wav"}),
        ("Ada <ada@example.org>", "song", "my new song", {"audio": "song.mp3"}),
        ("Ada <ada@example.org>", "voicemail setup", "Could you fix my voicemail?", {}),
    ],
)  # fmt: skip
def test_other_mail_is_no_call(sender: str, subject: str, text: str, more: dict[str, object]) -> None:
    assert mail(sender, subject, text, **more).call is None  # type: ignore[arg-type]


def test_an_answer_to_a_voicemail_mail_is_a_persons_mail() -> None:
    text = "Please take this one.\n\nFrom: asterisk\n" + LABELS
    assert mail("Ada <ada@example.org>", "AW: New message", text, headers={"In-Reply-To": "<x@y>"}).call is None


def test_a_sender_the_user_names_is_believed() -> None:
    made = mail("box@obscure.example", "Nachricht 7", LABELS + f"Transcript:\n{WORDS}")
    assert made.call is None
    raw = (
        f"From: box@obscure.example\nMessage-ID: <7@x>\nSubject: Nachricht 7\n\n{LABELS}Transcript:\n{WORDS}\n".encode()
    )
    found = mime.message(
        *raw.split(b"\n\n", 1), received=RECEIVED, where="x", source="office", voicemail_from=("*@obscure.example",)
    ).call
    assert found is not None
    assert (found.source, found.number, found.name, found.seconds) == ("office", "(202) 555-0177", "Dora Heron", 42)
    assert found.transcript == WORDS


def test_the_time_it_began_goes_before_the_date_of_the_mail() -> None:
    began = {"X-Asterisk-VM-Orig-time": "1795271469", "X-Asterisk-VM-Caller-ID-Num": "2025550177"}
    began |= {"X-Asterisk-VM-Context": "default", "X-Asterisk-VM-Extension": "1001", "X-Asterisk-VM-Flag": "Urgent"}
    found = call("asterisk@pbx.example.org", "New message", headers=began)
    assert (found.at, found.mailbox, found.urgent) == (
        datetime(2026, 11, 21, 14, 31, 9, tzinfo=UTC), "1001@default", True,
    )  # fmt: skip


def test_a_date_that_is_not_to_be_believed_is_not() -> None:
    found = call(
        "asterisk@x.example", "New message", headers=ASTERISK | {"Received": "by x; Tue, 20 Nov 2036 10:00:00 +0000"}
    )
    assert found.at <= RECEIVED


def test_a_provider_that_could_not_transcribe_says_so() -> None:
    found = call("Google Voice <voice-noreply@google.com>", "New voicemail from (202) 555-0177",
                 "<https://voice.google.com>\nUnable to transcribe this message.\nplay message\n")  # fmt: skip
    assert (found.wording, found.transcript) == (Wording.FAILED, "")


def test_a_withheld_number_is_told_so() -> None:
    headers = {"X-Asterisk-CallerID": "Unknown", "X-Asterisk-CallerIDName": "Unknown"}
    found = call("asterisk@pbx.example.org", "New message 1 in mailbox 1001", headers=headers)
    assert (found.number, found.name, found.withheld) == ("", "", True)


@pytest.mark.parametrize("sign", ["a", "<", ":", "from ", "(", "1-", "\n", "Message: ", "https://", "PT1"])
def test_hostile_text_is_read_in_linear_time(sign: str) -> None:
    began = datetime.now(UTC)
    mail(
        "x@y.example",
        "voicemail from " + sign.strip("\n") * 400,
        sign * 8000,
        audio=sign.strip("\n") * 100 + ".wav",
        headers=ASTERISK,
    )
    mail("pbx@y.example", "voicemail from " + sign.strip() * 400, sign * 8000, audio="1.wav")
    assert datetime.now(UTC) - began < timedelta(seconds=4)
