"""What the sender wrote himself is kept whole; quotes, signatures, footers and disclaimers go."""

import time

import pytest

from triage.core.words.quotes import holds_forward, own_words

RULE = "_" * 40
ADDRESS = "Ada King <ada@x.example>"
LEGAL = (
    "This e-mail is confidential and may be privileged. If you are not the intended recipient, notify the sender\n"
    "and delete it. Any unauthorized disclosure is strictly prohibited."
)


@pytest.mark.parametrize(
    "introduction",
    [
        f"On Mon, 16 Nov 2026 at 09:00, {ADDRESS} wrote:",
        "On 16/11/2026 09:00, Ada Blythe wrote:",
        "On Mon, 16 Nov 2026 at 09:00,\nAda King <ada@x.example>\nwrote:",
        "On Mon, 16 Nov 2026 at 09:00, Ada King <\nada.king.with.a.long.name@x.example> wrote:",
        "On Mon, Nov 16, 2026 at 9:00 AM Ada\nKing of the Far\nNorth <ada@x.example>\nwrote:",
        "On Nov 16, 2026 you wrote:",
        f"{ADDRESS} wrote:",
        "In a message dated 11/16/2026 9:00:00 AM, ada@x.example writes:",
        "Am 16.11.2026 um 09:00 schrieb Ada King:",
        f"Am Mo., 16. Nov. 2026 um 09:00 Uhr schrieb {ADDRESS}:",
        f"Le lun. 16 nov. 2026 à 09:00, {ADDRESS} a écrit :",
        "Le 16 nov. 2026 à 09:00, Ada King <ada@x.example> a\nécrit :",
        "- Le 2026-11-16 09:00, Ada King a écrit :",
        "El lun, 16 nov 2026 a las 9:00, Ada (<ada@x.example>) escribió:",
        f"Il giorno lun 16 nov 2026 alle ore 09:00 {ADDRESS}\nha scritto:",
        f"Op ma 16 nov. 2026 om 09:00 schreef {ADDRESS}:",
        f"Op 16-nov.-2026, om 09:00 heeft {ADDRESS} het volgende geschreven:",
        f"Em seg., 16 de nov. de 2026 às 09:00, {ADDRESS} escreveu:",
        f"W dniu 2026-11-16 o 09:00, {ADDRESS} pisze:",
        f"pon., 16 lis 2026 o 09:00 {ADDRESS} napisał(a):",
        f"Den mån 16 nov. 2026 kl 09:00 skrev {ADDRESS}:",
        f"man. 16. nov. 2026 kl. 09:00 skrev {ADDRESS}:",
        f"ma 16. marrask. 2026 klo 9.00 {ADDRESS} kirjoitti:",
        f"po 16. 11. 2026 v 9:00 odesílatel {ADDRESS} napsal:",
        f"пн, 16 нояб. 2026 г. в 09:00, {ADDRESS}:",
        f"2026年11月16日(月) 9:00 {ADDRESS}のメール:",
        f"2026年11月16日(月) 9:00 {ADDRESS}:",
        f"在 2026年11月16日，上午9:00，{ADDRESS} 写道：",
        f"Vào 09:00 16 tháng 11, 2026, {ADDRESS} đã viết:",
        f"2026-11-16 9:00 GMT+01:00 {ADDRESS}:",
        f"2026년 11월 16일 (월) 오전 9:00, {ADDRESS}님이 작성:",
        f"Στις Δευ 16 Νοε 2026 στις 9:00, {ADDRESS} έγραψε:",
        f"Quoting {ADDRESS}:",
        f"Zitat von {ADDRESS}:",
        "Den mån 16 nov. 2026 kl 09:00 skrev Ada King <ada@x.example\n>:",
        "-- Reply above this line --",
        "##- Please type your reply above this line -##",
        "---- Ada King wrote ----",
        "--- Ada King <ada@x.example>\nwrote:",
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "________________ Reply Separator ________________",
        "---------- Forwarded message ----------",
        "Begin forwarded message:",
        "Anfang der weitergeleiteten Nachricht:",
        "----- Forwarded by Ada King/LON/X on 11/16/2026 09:00 AM -----",
    ],
)
@pytest.mark.parametrize("quote", ["> Is it final?", "Is it final?"], ids=["marked", "unmarked"])
def test_an_introduction_and_its_quote_go(introduction, quote):
    assert own_words(f"Yes.\n\n{introduction}\n\n{quote}") == "Yes."


@pytest.mark.parametrize(
    "header",
    [
        "From: Ada <a@x.example>\nSent: Monday\nTo: Robin",
        "From: Ada\nSent: Monday, November 16, 2026 9:00 AM\nTo: Robin\nSubject: Roof",
        "*From:* Ada <a@x.example>\n*Date:* Monday\n*Subject:* Roof",
        f"{RULE}\nFrom: Ada <a@x.example>\nDate: Monday\nTo: Robin",
        "Date: Mon, 16 Nov 2026 09:00:00 +0000\nTo: robin@x.example",
        "From: Ada <a@x.example>\nTo: b@x.example, c@x.example,\n\td@x.example,\n\te@x.example\nSubject: Roof",
        "Von: Ada <a@x.example>\nGesendet: Montag, 16. November 2026 09:00\nAn: Robin\nBetreff: Dach",
        "De : Ada <a@x.example>\nEnvoyé : lundi 16 novembre 2026 09:00\nÀ : Robin\nObjet : Toit",
        "De: Ada <a@x.example>\nEnviado el: lunes, 16 de noviembre de 2026 9:00\nPara: Robin\nAsunto: Tejado",
        "Da: Ada <a@x.example>\nInviato: lunedì 16 novembre 2026 09:00\nA: Robin\nOggetto: Tetto",
        "Van: Ada <a@x.example>\nVerzonden: maandag 16 november 2026 09:00\nAan: Robin\nOnderwerp: Dak",
        "De: Ada <a@x.example>\nEnviada em: segunda-feira, 16 de novembro de 2026 09:00\nPara: Robin\nAssunto: Teto",
        "Od: Ada <a@x.example>\nWysłano: poniedziałek, 16 listopada 2026 09:00\nDo: Robin\nTemat: Dach",
        "Från: Ada <a@x.example>\nSkickat: den 16 november 2026 09:00\nTill: Robin\nÄmne: Tak",
        "Fra: Ada <a@x.example>\nSendt: 16. november 2026 09:00\nTil: Robin\nEmne: Tag",
        "Lähettäjä: Ada <a@x.example>\nLähetetty: maanantai 16. marraskuuta 2026\nVastaanottaja: Robin\nAihe: Katto",
        "Od: Ada <a@x.example>\nOdesláno: pondělí 16. listopadu 2026 9:00\nKomu: Robin\nPředmět: Střecha",
        "От: Ада <a@x.example>\nОтправлено: 16 ноября 2026 г. 9:00\nКому: Робин\nТема: Крыша",
        "Feladó: Ada <a@x.example>\nElküldve: 2026. november 16., hétfő 9:00\nCímzett: Robin\nTárgy: Tető",
        "Gönderen: Ada <a@x.example>\nGönderildi: 16 Kasım 2026 Pazartesi 09:00\nKime: Robin\nKonu: Çatı",
        "De la: Ada <a@x.example>\nTrimis: luni, 16 noiembrie 2026 09:00\nCătre: Robin\nSubiect: Acoperiș",
        "Από: Ada <a@x.example>\nΣτάλθηκε: Δευτέρα, 16 Νοεμβρίου 2026 9:00\nΠρος: Robin\nΘέμα: Στέγη",
        "보낸 사람: Ada <a@x.example>\n보낸 날짜: 2026년 11월 16일\n받는 사람: Robin\n제목: 지붕",
        "差出人: Ada <a@x.example>\n送信日時: 2026年11月16日 9:00\n宛先: Robin\n件名: 屋根",
        "发件人: Ada <a@x.example>\n发送时间: 2026年11月16日 9:00\n收件人: Robin\n主题: 屋顶",
        "Ada King@X\n11/16/2026 09:00 AM\nTo: Robin/LON/X@X\ncc: \nSubject: Roof",
        "\tAda King\n\tSent by: Bo\n\t11/16/2026 09:00 AM\n\t\t \n\t\t To: Robin/X@X\n\t\t cc: \n\t\t Subject: Roof",
        "Ada King   11/16/2026 09:00 AM\n\nTo: Robin/LON/X@X\ncc:\nSubject: Roof",
        '"Ada King" <a@x.example> on 11/16/2026 09:00:00 AM\nPlease respond to a@x\nTo: Robin\ncc:\nSubject: Roof',
        "\tFrom:  Ada King @ X                11/16/2026 09:00 AM\n\t\n\nTo: Robin/LON/X@X\ncc:\nSubject: Roof",
    ],
)
def test_a_copied_header_and_what_follows_go(header):
    assert own_words(f"Yes.\n\n{header}\n\nIs it final?") == "Yes."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("He wrote: come at noon.\nI said yes.", id="a sentence with wrote"),
        pytest.param("On Monday I wrote:\ncome at noon. Can you?", id="my own introduction"),
        pytest.param("On 16 Nov 2026 I wrote:\ncome at noon. Can you?", id="my own, with a date"),
        pytest.param("Am 16.11.2026 schrieb ich Ihnen:\nkommen Sie. Können Sie?", id="my own in German"),
        pytest.param("At 9:30 Bo wrote:\ncome at noon. Can you?", id="a tale with a time"),
        pytest.param("Please write to Ada <ada@x.example> about these points:\nprice, date", id="an address, a colon"),
        pytest.param("From: the garden\nwe see the sea.", id="a line with From"),
        pytest.param("From: London\nTo: Oslo\nDate: 12 May\n\nCan you book it?", id="a journey"),
        pytest.param("From: 9:00\nTo: 17:00\n\nDoes that suit you?", id="from and to"),
        pytest.param(
            "From: Ada <a@x.example>\nSubject: Roof\n\nMessage Body:\nIt leaks. Can you come?", id="a web form"
        ),
        pytest.param("Subject: the roof\n\nCan you come?", id="a subject typed into the text"),
        pytest.param("Yes.\n" + RULE + "\nx" * 20, id="a rule above a long text"),
        pytest.param("Yes.\n" + RULE + "\nSee https://x.example/. Is that it?", id="a question below a rule"),
        pytest.param("First part.\n\n--\n\n" + "Can you sign it?\n" * 9 + "Bo", id="dashes between parts"),
        pytest.param("First part.\n--\nCan you sign?", id="dashes above a question"),
        pytest.param("First part.\n--\nPlease send it to Bo.", id="dashes above a sentence"),
        pytest.param(
            "Your message\n  To: Bo\n  Subject: Roof\n  Sent: Monday\ndid not reach Bo. Is he away?", id="a report"
        ),
        pytest.param("commit 1a2b3c\nAuthor: Ada <a@x>\nDate: Mon Nov 16\n\nIs that the one?", id="a commit"),
        pytest.param("From: Ada <a@x>\nDate: Mon Nov 16\n\nIs that the one?", id="a commit's sender and date"),
        pytest.param(
            "Roof repairs\nOn 16 Nov at 9:00 she wrote to us. Is that so?", id="a wrapped sentence with wrote"
        ),
        pytest.param("-- Reply above this line --\n\nCan you come?", id="a ticket system's own words"),
        pytest.param("Sent via courier to your office.\nIt comes on Monday.", id="a sentence that begins with sent"),
        pytest.param(
            "Yes.\n" + RULE + "\nPlease sign it at https://x.example/ by Friday.", id="a request below a rule"
        ),
        pytest.param("Sent from my desk, is it easier than by phone?", id="a sentence like a footer"),
        pytest.param("Sent from my office yesterday. Did you get it?", id="a question like a footer"),
        pytest.param(
            "Is this confidential? Can the intended recipient see who is the addressee in error?",
            id="legal words, asking",
        ),
        pytest.param(LEGAL + "\n\nHow do you like our new text?", id="a disclaimer that is not the end"),
        pytest.param("It is confidential.\n\nThanks, Ada", id="one legal word"),
        pytest.param("The external email is odd.\nDo not click on it, send it to Bo.", id="a warning of my own"),
        pytest.param("Best regards\nAda King\n555-0100", id="a closing typed by hand"),
        pytest.param("", id="nothing"),
    ],
)
def test_own_words_stay_whole(text):
    assert own_words(text) == text


@pytest.mark.parametrize(
    "footer",
    [
        "Sent from my iPhone",
        "Sent from my phone!",
        "Sent from my Example Wireless BlackBerry",
        "Sent from Mail for Windows 10",
        "Get Outlook for iOS<https://aka.example/o0ukef>",
        "Von meinem iPhone gesendet",
        "Gesendet von Mail für Windows",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Enviado do meu iPhone",
        "Wysłane z mojego iPhone'a",
        "Skickat från min iPhone",
        "Sendt fra min iPhone",
        "Lähetetty iPhonesta",
        "Odesláno z iPhonu",
        "Отправлено с iPhone",
        "iPhoneから送信",
        "发自我的iPhone",
        "-- \nAda King\nQuestions? Call me: 555-0100",
        "--\nAda King",
        RULE + "\nroofs mailing list\nroofs@lists.x.example\nhttp://lists.x.example/roofs",
        LEGAL,
        "Disclaimer\n\n" + LEGAL,
        RULE + "\n" + LEGAL,
        "*" * 70 + "\n" + LEGAL + "\n" + "*" * 70,
        "Diese E-Mail ist vertraulich. Wenn Sie nicht der richtige Adressat sind oder sie irrtümlich erhalten\n"
        "haben, informieren Sie bitte den Absender und vernichten Sie diese Mail.",
        "Ce message est confidentiel. Si vous n'êtes pas le destinataire ou le recevez par erreur, merci d'avertir\n"
        "l'expéditeur. Toute diffusion est interdite.",
    ],
)
def test_what_programs_add_goes(footer):
    assert own_words(f"Can you come?\n\n{footer}") == "Can you come?"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        pytest.param("> Is it?\nYes.\n> And?\nNo.", "Yes.\nNo.", id="between the lines"),
        pytest.param("On 16 Nov 2026, Ada wrote:\n> Is it?\n\nYes. Is that all?", "Yes. Is that all?", id="below"),
        pytest.param("See below.\n-- \nBo\n\n> Is it?\nYes.", "See below.\nYes.", id="below a signature on top"),
        pytest.param("Sent from my phone\n\n> Is it?\n\nYes.", "Yes.", id="below a footer"),
        pytest.param("From: Ada\nSent: Monday\nTo: Bo\n\n> Is it?\n\nYes.", "Yes.", id="below a header and marks"),
        pytest.param(
            "Is it 9:30?\nOn 16 Nov 2026 at 9:00, Bo <b@x> wrote:\n> q", "Is it 9:30?", id="a line right above"
        ),
        pytest.param("cc: Bo\n\nFrom: Ada\nSent: Monday\nTo: Robin\n\nq", "cc: Bo", id="a field of one's own above"),
        pytest.param("Yes,\nthough late.\nAda King wrote:\n> q", "Yes,\nthough late.", id="a sentence above a name"),
        pytest.param("> > Is it?\n| And?\nYes.", "Yes.", id="deeper and by bars"),
        pytest.param("* Ada King:\n\n> Is it?\n\nYes.", "Yes.", id="below a name behind a star"),
        pytest.param(
            "Ada wrote on Mon, Nov 16, 2026 at 9:00:\n> Is it?\nYes.", "Yes.", id="below a moment in other words"
        ),
        pytest.param(
            "On 16.11.2026 at 9:00:\nIs it?\n\nNo\n> q",
            "On 16.11.2026 at 9:00:\nIs it?\n\nNo",
            id="a moment of one's own",
        ),
        pytest.param("* Two things:\nIs it?\n> q", "* Two things:\nIs it?", id="a list of one's own"),
        *(
            pytest.param(f"On 16 Nov 2026, Ada wrote:\n{gap}\n\n> Is it?\n\nYes. And you?", "Yes. And you?", id=gap)
            for gap in ("[...]", "[…]", "...", "... snip ...", "<cut>", "[ two pages left out ]")
        ),
    ],
)
def test_answers_between_quotes_stay(text, own):
    assert own_words(text) == own


def test_a_mail_that_only_passes_on_has_no_own_words():
    assert own_words("Von: Ada <a@x.example>\nGesendet: Montag\nAn: Robin\n\nIst es fertig?") == ""


@pytest.mark.parametrize(
    "warning",
    [
        "CAUTION: This email originated from outside of the organization. Do not click links.",
        "[External]",
        "[EXTERNAL EMAIL]\nDo not click links or open attachments unless you recognize the sender.",
    ],
)
def test_a_gateways_warning_on_top_goes(warning):
    assert own_words(f"{warning}\nCan you come?") == "Can you come?"


def test_only_an_unquoted_block_forwards():
    assert holds_forward("x\nBegin forwarded message:\ny")
    assert holds_forward("x\n---------- Forwarded message ---------\ny")
    assert not holds_forward("x\n> ---------- Forwarded message ----------")
    assert not holds_forward("the forwarded message is here")


WORST = [
    "> ",
    "On ",
    "On x\n",
    "On 1 wrote ",
    "On 1\n1\n1\n1:\n",
    "1 1:11 a@",
    "1 1:11 a@a a:\n",
    "2026-11-16 <a@a",
    "On 1:11 1/1/2026 <a@a> wrote: ",
    "1:11 1/1/2026 <a@a>\n",
    "1:11 1/1/2026 <a@a>:\n",
    "<@",
    "< a@",
    "On <a@a:\n",
    "wrote:\n",
    "wrote ",
    "@",
    "a@a wrote ",
    "-",
    "--\n",
    "-- \n\n",
    "--\na\n",
    "_" * 20 + "\n",
    "_" * 20 + "\nwww.a\n\n",
    "-- wrote --",
    "-----Original Message",
    "From: x\n",
    "From: x Date: y To: z\n",
    "From: Date:",
    "--- x ---\n",
    "---x---\n\nFrom: x\nSent: x\n\n",
    "> (http\nx)\n",
    ">>> <<<\n",
    "> -- reply above this line\n\n",
    "-- \nps x ",
    "Sent from my x. ",
    "Sent from my x.y",
    "Sent from my x.\n",
    "Von meinem ",
    "Von meinem x\n",
    "AB> ",
    "[cut ",
    "[cut]\n",
    "....",
    "    On 1/1/2026 a wrote:\n",
    ">>> 1:11 1/1/2026 >>>\n",
    "<a@a> wrote 1:11 1/1/2026 1:11:\n",
    "forwarded message <a@a>:\n",
    "get x for ",
    "AB> x\n",
    "<a@a> wrote 1:11 1/1/2026 ",
    "To: x\n",
    "From: x\n\n\n",
    "To: a@b\n" + "a@b,\n" * 20,
    "1/1/2026 1:11\nTo: x\n",
    "Sent by: \n",
    "Sent from my ",
    "Sent from my x\n",
    "Sent from my http://",
    "confidential\n",
    "confidential privileged addressee, in error for a long line that goes on and on and on\n\n",
    "external email\n",
    "forwarded message",
    "\n",
    " ",
    " \n",
    "\u3000:\n",
    "\u5e74",
]


@pytest.mark.parametrize("worst", WORST, ids=repr)
@pytest.mark.parametrize("ending", ["", ":", " wrote:", "\n> x", "\nTo: x\nSubject: y"], ids=repr)
def test_the_worst_of_every_pattern_takes_linear_time(worst, ending):
    text = (worst * (100_000 // len(worst) + 1))[:100_000] + ending
    started = time.process_time()
    own_words(text)
    holds_forward(text)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "own"),
    [
        pytest.param(
            "Fine by me On Mon, 16 Nov 2026 at 09:00, Ada <ada@x.example> wrote:\n> When?", "Fine by me", id="one line"
        ),
        pytest.param("Yes.--- On 16 Nov 2026, at 9:00, ada@x.example wrote:\n> When?", "Yes.", id="dashes between"),
        pytest.param("See you there.\n\n-Robin", "See you there.", id="signed by a dash"),
        pytest.param("See you there.\n---\nRobin", "See you there.", id="a name under a rule"),
        pytest.param("Two things:\n- glue\n- paint", "Two things:\n- glue\n- paint", id="a list"),
    ],
)
def test_what_stands_on_the_line_of_an_introduction_stays_and_a_sign_off_goes(text: str, own: str) -> None:
    assert own_words(text) == own
