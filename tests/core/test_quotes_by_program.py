"""What mail programs in many languages put round a reply goes; what only looks like that stays."""

import pytest

from triage.core.words.quotes import own_words

ADDRESS = "Bo Vale <bo@x.example>"
BAR = "\u2010" * 7


@pytest.mark.parametrize(
    "introduction",
    [
        pytest.param(f"{ADDRESS} 于2026年11月16日周一 09:12写道：", id="Gmail zh-CN"),
        pytest.param(f"{ADDRESS} 於 2026年11月16日週一 上午9:12寫道：", id="Gmail zh-TW"),
        pytest.param(f"{ADDRESS} escreveu (segunda, 16/11/2026 à(s) 09:12):", id="Gmail pt-PT"),
        pytest.param(f"Wiadomość napisana przez {ADDRESS} w dniu 16 lis 2026, o godz. 09:12:", id="Apple pl"),
        pytest.param(f"{ADDRESS} wrote on 11/16/2026 09:12:33 AM:", id="Notes"),
        pytest.param("On Mon, Nov 16, 2026 at 9:12 AM Bo Vale\n\n<\nmailto:Bo <bo@x.example>\n> wrote:", id="Polymail"),
        pytest.param(
            "    On Monday, November 16, 2026, 9:12 AM, Bo\n<bo@x.example> wrote:   ", id="Yahoo app, wrapped"
        ),
        pytest.param(
            f"{BAR} Original Message {BAR}\nOn Monday, November 16, 2026 9:12 AM, {ADDRESS} wrote:", id="Proton, old"
        ),
        pytest.param("以下是转发的邮件：", id="Apple zh, forward"),
        pytest.param("---- 回复的原邮件 ----", id="NetEase"),
        pytest.param(">>> Bo Vale <bo@x.example> 16.11.2026 09:12 >>>", id="GroupWise"),
        pytest.param(f"Forwarded message from {ADDRESS} on Nov 16, 2026:", id="HEY, forward"),
        pytest.param("Bo Vale\n<bo@x.example> hat am 16.11.2026 09:12 CET geschrieben:", id="OX, wrapped"),
    ],
)
@pytest.mark.parametrize("quote", ["> Is it final?", "Is it final?"], ids=["marked", "unmarked"])
def test_an_introduction_goes_wherever_its_verb_stands(introduction: str, quote: str) -> None:
    assert own_words(f"Yes. When?\n\n{introduction}\n\n{quote}") == "Yes. When?"


def test_the_line_right_above_an_introduction_stays() -> None:
    text = f"Please come\nAda\n{ADDRESS} hat am 16.11.2026 09:12 CET geschrieben:\nIst es fertig?"
    assert own_words(text) == "Please come\nAda"


def test_a_quote_on_the_line_of_its_introduction_goes() -> None:
    text = "Both.\n\n  Le lun., nov. 16, 2026 à 9:12, Bo<bo@x.example> a écrit :   Les deux ?\nOu un seul ?"
    assert own_words(text) == "Both."


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(
            '------------------ 原始邮件 ------------------\n发件人: "Bo" <bo@x.example>;\n'
            '发送时间:\xa02026年11月16日(星期一) 上午9:12\n收件人:\xa0"陈"<c@x.example>;\n\n主题:\xa0样品',
            id="QQ",
        ),
        pytest.param(
            "------------------ Original ------------------\nFrom: Bo <bo@x.example>\nDate: Mon,Nov 16,2026\nTo: c",
            id="QQ en",
        ),
        pytest.param(
            '----- Mail original -----\nDe: "Bo" <bo@x.example>\nÀ: Ada\nEnvoyé: Lundi 16 Novembre 2026\nObjet: x',
            id="Zimbra fr",
        ),
        pytest.param(
            "________________________________\nFrom: Bo Sent: Monday, November 16, 2026 9:12 AM To: Ada Subject: Roof",
            id="on one line",
        ),
        pytest.param("From: bo@x.example\nDate: Mon, 16 Nov 2026 09:12:33 +0100", id="sender and a program's date"),
        pytest.param(
            'Gesendet: Montag, 16. November 2026 um 09:12 Uhr\nVon: "Bo" <bo@x.example>\nAn: Ada\nBetreff: Re: x',
            id="GMX",
        ),
    ],
)
def test_a_header_goes_with_the_title_above_it(header: str) -> None:
    assert own_words(f"Can you come?\n\n{header}\n\nIs it final?") == "Can you come?"


@pytest.mark.parametrize(
    "footer",
    [
        "Sent with [Proton Mail](https://proton.example/home) secure email.",
        "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
        "Get BlueMail for Android",
        "Sent from my mobile device, please excuse typos",
        "Von meinem Huawei-Telefon gesendet",
        "Von meinem/meiner Galaxy gesendet",
        "Von Yahoo Mail auf Android gesendet",
        "--\nDiese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.",
        "Holen Sie sich Outlook für iOS<https://aka.example/o0ukef>",
        "Envoyé à partir de Yahoo Mail pour Android",
        "Inviato dal mio Galaxy",
        "Verzonden met Proton Mail",
        "Enviado a partir do Yahoo Mail",
        "Wysłano z urządzenia Galaxy",
        "Pobierz aplikację Outlook dla systemu iOS<https://aka.example/o0ukef>",
        "Skaffa Outlook för Android<https://aka.example/x>",
        "iOS 版 Outlook を入手",
        "從我的 iPhone 傳送",
    ],
)
def test_a_programs_footer_goes(footer: str) -> None:
    assert own_words(f"Can you come?\n\n{footer}") == "Can you come?"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        pytest.param("Yes.\n-- \nAda\n\nP.S. Could you ring?", "Yes.\nP.S. Could you ring?", id="P.S."),
        pytest.param("Yes.\n-- \nAda\nPS could you ring?", "Yes.\nPS could you ring?", id="PS and a question"),
        pytest.param(
            "承知しました。\n-- \n田中\n追伸 電話をください。", "承知しました。\n追伸 電話をください。", id="Japanese"
        ),
        pytest.param("Yes.\nAda\n\nPS> ring me.\n", "Yes.\nAda\n\nPS> ring me.", id="an arrow behind it"),
        pytest.param("Ja.\n-- \nPD Dr. Ada King\n555-0142", "Ja.", id="a title is none"),
        pytest.param("Yes.\n-- \nPS Partners\n555-0142", "Yes.", id="a name is none"),
    ],
)
def test_a_postscript_below_a_signature_stays(text: str, own: str) -> None:
    assert own_words(text) == own


@pytest.mark.parametrize(
    ("text", "own"),
    [
        pytest.param("Yes.\n\n> -- Reply above this line --\n\nHey!", "Yes.", id="the quote has lost its marks"),
        pytest.param("> -- Reply above this line --\n> Hey!\n\nYes.", "Yes.", id="an answer below a whole quote"),
        pytest.param("> -- Reply above this line --\n\nYes.", "Yes.", id="an answer with nothing above it"),
        pytest.param("Yes.\n> see (http://x.example/a\nb=3)\n>\n", "Yes.", id="a torn link"),
        pytest.param("you wrote:\n\nBV> Is it?\nBV>\n\nYes.", "Yes.", id="initials before the mark"),
        pytest.param('> cout << "a" <<\n> "b";\nYes.', "Yes.", id="code that ends in two signs"),
        pytest.param("|\n| Is it?\n| \nYes.", "|\nYes.", id="empty lines between bars"),
        pytest.param("(True.)\n> Is it?\nYes.\n[...]\n> So?\n", "(True.)\nYes.", id="an answer in brackets"),
        pytest.param("[gekürzt]\n> Is it?\nYes.\n(CC: Bo)\n> So?", "Yes.\n(CC: Bo)", id="a remark in brackets"),
        pytest.param("Yes.\n>\n (http://x.example/a) >\n> so", "Yes.", id="a mark at the wrong end"),
        pytest.param(
            "> Where (see http://x.example)?\nHere.\n> When?\nNow.", "Here.\nNow.", id="an answer below a link"
        ),
    ],
)
def test_a_quote_that_lost_marks_goes_and_answers_stay(text: str, own: str) -> None:
    assert own_words(text) == own


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Figures:\n| Desk | 120 |\n|------|-----|\n| Lamp | 30 |\nRight?", id="a table"),
        pytest.param("Two points:\n-> door\n=> window\n>>> please call before noon <<<", id="arrows"),
        pytest.param("Sent from my office. Please send the keys back.", id="a sentence like a footer, with a request"),
        pytest.param("On Monday Anna wrote:\n\nThe parcel never came. What now?", id="somebody's words retold"),
        pytest.param("am 4. März schrieb uns Frau Klee:\n\nDas Paket fehlt. Was nun?", id="retold in German"),
        pytest.param(f"We meet {ADDRESS} at 9:00 with these:\n- keys\n- plans\nFine?", id="an address and a time"),
        pytest.param(
            f"{ADDRESS} wrote to me on 16/11/2026 at 9:12:\nit leaks. What now?", id="retold, with an address"
        ),
        pytest.param(
            f"Meet {ADDRESS} on 16/11/2026 at 9:00:\n- keys\n- plans\nFine?", id="an appointment with an address"
        ),
        pytest.param("My settings:\nfrom: a@x.example\nto: b@x.example\nsubject: t\n\nWrong?", id="settings"),
        pytest.param("If A> 2 and\nB> 3, what then?", id="more than"),
        pytest.param("Sent from my desk, as you asked.", id="a sentence like a footer, going on"),
        pytest.param("Von meinem Haus sieht man das Dach. Kommen Sie?", id="a German sentence like a footer"),
        pytest.param(
            "This is the change:\n\n    On Mon, 16 Nov 2026, Bo wrote:\n    > it leaks\n\n    Fixed.\n\nFine?",
            id="a quote cited within",
        ),
        pytest.param("Date: Friday 16 November 2026\nTime: 14:00\nSubject to change.\nFine?", id="an appointment"),
        pytest.param("From: 9:00 To: 17:00 Break: 12:00\nFine?", id="hours on one line"),
        pytest.param("To: all\nFrom: Ada\nDate: 16 November 2026\nSubject: Keys\n\nWho has the key?", id="a memo"),
        pytest.param(
            "From: Ada <a@x.example>\nDate: Mon, 16 Nov 2026 09:12:33 +0100\n\nthe patch", id="a patch's sender"
        ),
        pytest.param("Yes.\n--- new ---\nOne more thing: can you call?", id="a title of one's own"),
    ],
)
def test_own_words_that_look_like_a_quote_stay(text: str) -> None:
    assert own_words(text) == text
