"""What people type that looks like a quote, a header, a signature or a footer: every word of it stays."""

import pytest

from triage.core.words.quotes import own_words


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("What we need:\n-- two doors\n-- one window\n\nCan you price that?", id="dash list end"),
        pytest.param(
            "From: Ada Quill\nTo: 12 Mill Lane, Oslo\nRooms: 3\nDate of move: 4 May\n\nWhat would that cost?",
            id="form from to",
        ),
        pytest.param("De : Lyon\nÀ : Paris\nDate : 4 mai\n\nPouvez-vous réserver ?", id="fr travel"),
        pytest.param("De: Madrid\nPara: Sevilla\nFecha: 4 de mayo\n\n¿Puede reservarlo?", id="es travel"),
        pytest.param(
            "On 4 March 2024 we ordered ten lamps.\nOn 5 March 2024 Bea wrote to you about them.\n"
            "Nobody answered: what now?",
            id="on date prose",
        ),
        pytest.param(
            "As Anna wrote on 4 March 2024 at 9:12:\nthe lamps are broken.\nWhat shall we do?", id="wrote colon list"
        ),
        pytest.param(
            "Please add these people:\n\nCarla Moss <carla@example.com>:\n read only\n"
            "Bea <bea@example.net>:\n full\n\nCan you do it today?",
            id="address colon",
        ),
        pytest.param("Our opening hours from 4/3/2024, 9:00:\n- door A\n- door B\nIs that right?", id="time colon"),
        pytest.param(
            "The log says:\n2024-03-04 09:12:33 error: disk full\n2024-03-04 09:12:34 error: disk full\n"
            "What does it mean?",
            id="log",
        ),
        pytest.param(
            "The log says:\n2024-03-04 09:12:33 mail to <ada@example.net> failed: timeout\nWhat does it mean?",
            id="log address",
        ),
        pytest.param("| A | B |\n| 1 | 2 |\nIs this right?", id="pipe table plain"),
        pytest.param(
            "My settings are:\n\nfrom: ada@example.net\nto: robin@example.org\nsubject: test\nport: 25\n\n"
            "What is wrong with them?",
            id="yaml",
        ),
        pytest.param("I ran this:\n\n$ make\n=> error 2\n\nWhat is missing?", id="code prompt"),
        pytest.param("## Plan\n\n--- draft ---\n\n* one\n* two\n\nOK?", id="markdown"),
        pytest.param("Am 04.03.2024 um 09:12 haben wir bestellt:\n- zehn Lampen\nWann kommen sie?", id="de prose am"),
        pytest.param("Sent with the courier today: two boxes. Did you get them?", id="sent with love"),
        pytest.param(
            "Envoyé de mon bureau hier, le colis devrait être chez vous. L'avez-vous reçu ?", id="envoye prose"
        ),
        pytest.param("Gesendet von Outlook habe ich es schon zweimal. Haben Sie es bekommen?", id="gesendet prose"),
        pytest.param('The original message was:\n"come at nine".\nIs that still so?', id="original message prose 2"),
        pytest.param(
            "Please treat as confidential. If you received this in error tell me. Who is the intended "
            "recipient at your firm?",
            id="confidential ask",
        ),
        pytest.param("Name: ______\nDate: ______\nPlease fill in and return. Can you?", id="underscores blank"),
        pytest.param("Von: mir\nAn: dich\n\nAlles Gute! Kommst du am Samstag?", id="von prose"),
        pytest.param("Please bring:\n- glue\n- paint\n- Robin", id="list item sign"),
        pytest.param(
            "From: Oslo, 9:00\nTo: Bergen, 16:00\nDate: Friday\n\nFrom: Bergen\nTo: Oslo\nDate: Sunday\n\n"
            "Can you book both?",
            id="two journeys",
        ),
        pytest.param(
            "Ship it like this:\n\nTo: Ada Quill, 12 Mill Lane\nFrom: Quill & Co\nDate: as soon as you can\n"
            "\nIs Monday possible?",
            id="shipping label",
        ),
        pytest.param(
            "Card text:\n\nTo: Bea\nFrom: Ada and Robin\n\nHappy birthday! Can you print that?", id="gift card"
        ),
        pytest.param(
            "Minutes\nDate: 4 March 2024\nSubject: Roof\nPresent: Ada, Bea\n\nOpen: who orders the tiles?", id="minutes"
        ),
        pytest.param(
            "Name: Ada Quill\nDatum: 04.03.2024\nBetreff: Dach undicht\n"
            "Nachricht: Es regnet rein. Wann können Sie kommen?",
            id="de formular",
        ),
        pytest.param(
            "Nom : Ada Quill\nDe : ada@example.net\nObjet : Toit\nMessage : Il pleut dedans. Quand pouvez-vous venir ?",
            id="fr formulaire",
        ),
        pytest.param(
            "Nombre: Ada\nDe: ada@example.net\nAsunto: Tejado\nMensaje: ¿Cuándo puede venir?", id="es formulario"
        ),
        pytest.param(
            "I called at these times:\n04.03.2024 09:12\n05.03.2024 10:15\nNobody answered. Is the line broken?",
            id="time of calls",
        ),
        pytest.param('You wrote:\n"we come on Monday"\nIs that still so?', id="you wrote"),
        pytest.param("Du schriebst am 4.3.:\nwir kommen Montag.\nStimmt das noch?", id="du schriebst"),
        pytest.param(
            "In your mail of 4 March 2024 you wrote:\nthe tiles are grey.\nOurs are red. What now?",
            id="in your mail you wrote",
        ),
        pytest.param(
            'Am 04.03.2024 schrieben Sie:\n"Die Ziegel sind grau."\nUnsere sind rot. Was nun?',
            id="am datum schrieben sie",
        ),
        pytest.param(
            "Le 04/03/2024 vous écriviez :\nles tuiles sont grises.\nLes nôtres sont rouges. Que faire ?",
            id="le date vous ecriviez",
        ),
        pytest.param(
            "Kind regards\nAda Quill\nQuill & Co\n12 Mill Lane\n\nWhat about the second roof, by the way?",
            id="signature with question below",
        ),
        pytest.param("See you on Friday.\n\n---\nP.S. could you bring the key?", id="separator then p.s."),
        pytest.param(
            "We have two problems\n-- the roof and the door -- and no time.\nWhich one first?", id="dash sentence"
        ),
        pytest.param("If the price is > 300 we cannot.\nIf it is < 300, yes. What is it?", id="greater than in prose"),
        pytest.param("# Roof\nleaks\n# Door\nstuck\nWhen can you come?", id="hash headings"),
        pytest.param("* Roof: leaks\n* Door: stuck\n\nWhen can you come?", id="list with stars"),
        pytest.param("Sent on Monday by courier.\nDid it arrive?", id="sent on"),
        pytest.param("To whom it may concern:\n\nCan you come on Friday?", id="to whom"),
        pytest.param("Date: Friday.\nTo: your office.\nOK?", id="date line"),
        pytest.param(
            "All prices are confidential.\n\n"
            "Can you confirm that you received this in error-free form, and delete it afterwards?",
            id="confidential p",
        ),
        pytest.param(
            "To unsubscribe from this list I clicked the link, but it fails. Can you help?", id="unsubscribe ask"
        ),
        pytest.param("Virus-free is what you promised. Yet my computer is broken, what now?", id="virus"),
        pytest.param("Think before you print the plans: are they final?", id="think print"),
        pytest.param("Get Outlook for Ada's new laptop please, by Friday?", id="get outlook"),
        pytest.param("Sent from Berlin on Monday, the parcel is not here yet.\nWhere is it?", id="sent from berlin"),
        pytest.param("I got an external email with your name. Did you send it?", id="external email prose"),
        pytest.param("Zitat von Goethe: man sieht nur, was man weiss. Passt das für die Karte?", id="zitat"),
        pytest.param("Quoting for the roof takes how long?\nThanks", id="quoting"),
        pytest.param("--- reply by Friday please ---\nCan you?", id="reply message"),
        pytest.param("Original appointment was 9:00. Can we move it to 10:00?", id="original appointment"),
        pytest.param("(yes) to the first.\n[no] to the second.\nAnd the third?", id="bracket answers"),
        pytest.param("[please cut here]\n\nCan you print that?", id="cut word"),
        pytest.param("Em 4 de março de 2024 encomendei dez lâmpadas:\nquando chegam?", id="pt"),
        pytest.param("Il 4 marzo 2024 ho ordinato dieci lampade:\nquando arrivano?", id="it"),
        pytest.param("W dniu 04.03.2024 zamówiłem lampy:\nkiedy przyjdą?", id="pl"),
        pytest.param("Op 4 maart 2024 heb ik lampen besteld:\nwanneer komen ze?", id="nl"),
        pytest.param("Den 4 mars 2024 beställde jag lampor:\nnär kommer de?", id="sv"),
        pytest.param("El 4 de marzo de 2024 pedí lámparas:\n¿cuándo llegan?", id="es"),
    ],
)
def test_every_word_stays(text: str) -> None:
    assert own_words(text) == text
