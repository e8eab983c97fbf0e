"""What asks: the phrase tables sentence by sentence, the model beside them, and the number for a whole text."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.mail import ADA, ME, entry, people
from triage.core.judging.judge import judge
from triage.core.words.asking import asks, likest
from triage.core.words.likeness import SILENT, likenesses, moving, read_model, shipped
from triage.core.words.sentences import asking, sentences

LABELLED = Path(__file__).with_name("asks.tsv")
REQUESTS = [
    "Please send the signed copy back by Friday.",
    "Dana, please.",
    "Could someone from your team join us on Tuesday.",
    "Let me know what suits you.",
    "Let's meet on Thursday at ten.",
    "Why don't we talk it over at lunch.",
    "It would be great if you could bring the plans.",
    "I would like to discuss the offer with you.",
    "When you get a minute, give me a call.",
    "Any news on the permit?",
    "Yes, please go ahead.",
    "As you can see, page two is missing, please resend it.",
    "If you have any questions, please call, but first please sign page four.",
    "Please sign the form and feel free to call me.",
    "Thanks, and could you also copy Kim.",
    "Bitte schicken Sie uns die Unterlagen bis Freitag.",
    "Die Unterschrift bitte auf Seite zwei setzen.",
    "Wir sollten uns bald treffen.",
    "Es wäre nett, wenn Sie kurz anrufen.",
    "Gib mir bitte Bescheid.",
    "Bei Fragen melden Sie sich gern, ansonsten bitte bis Montag unterschreiben.",
    "Wenn Sie mir noch die Fläche vom Dachgeschoss sagen könnten, wäre ich froh.",
    "Falls du morgen kurz vorbeikommen könntest.",
    "Uns fehlt noch Ihre Unterschrift.",
    "Il nous manque votre signature.",
    "Quedamos pendientes de su firma.",
    "whats the lead time on this",
    "Which of the two do you prefer",
    "Steht der Termin am Donnerstag noch",
    "Was spricht gegen Freitag",
    "Vous pouvez passer quand",
    "Ich möchte einen Tisch für sechs Personen reservieren.",
    "Ich hab noch keine Zugangsdaten bekommen.",
    "Brauchst du noch was von mir",
    "Pensez à m'envoyer le plan.",
    "Favor de confirmar asistencia.",
    "I could do with the keys by tonight.",
]
STATEMENTS = [
    "Thanks for the quick answer.",
    "Please find attached the minutes.",
    "Please note that we are closed on Monday.",
    "If you have any questions, please call me.",
    "Should you have any further questions, let me know.",
    "Please don't hesitate to contact us.",
    "Feel free to give me a call.",
    "Please do not reply to this message.",
    "How are you?",
    "The meeting went well.",
    "I sent the parcel yesterday.",
    "Anbei die Rechnung, bitte beachten Sie die neue Adresse.",
    "Bei Fragen melden Sie sich gern.",
    "Bitte sehr.",
    "Bitte!",
    "Vielen Dank für die schnelle Antwort.",
    "Wenn Sie Fragen haben, würden wir uns freuen.",
    "Entschuldigen Sie bitte die Verzögerung.",
    "No hace falta que contestes.",
    "How are you doing today",
    "Wie gesagt, ich komme um elf.",
    "Noch nicht ganz, Sie bekommen es bis Donnerstag.",
    "Was für ein Wetter.",
    "Wo gehobelt wird, fallen Späne.",
    "Vous avez raison.",
    "Quelle bonne nouvelle !",
    "Was great to see you.",
    "Hast du toll gemacht.",
    "Did the trick, thanks.",
    "Brauche nichts mehr, danke.",
    "Ich möchte mich herzlich bedanken.",
    "What you did is the best we could hope for.",
    "Ring me if you'd like to talk it through.",
    "Haben Sie vielen Dank für die Fotos.",
]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_precision_and_recall_on_the_labelled_sentences(language):
    """Written by somebody who had not read the tables."""
    rows = (line.split("\t") for line in LABELLED.read_text("utf-8").splitlines())
    found = [(label == "yes", bool(asking(sentences(text)))) for label, spoken, text in rows if spoken == language]
    right = sum(meant and heard for meant, heard in found)
    assert right / sum(heard for _, heard in found) >= 0.92
    assert right / sum(meant for meant, _ in found) >= 0.90


@pytest.mark.parametrize("text", REQUESTS)
def test_a_request_is_seen_without_the_model(text):
    assert asking(sentences(text))
    assert asks(text, SILENT) >= 0.5


@pytest.mark.parametrize("text", STATEMENTS)
def test_courtesies_and_statements_ask_nothing_by_the_rules(text):
    assert not asking(sentences(text))
    assert asks(text, SILENT) < 0.5


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        pytest.param("Coffee on Thursday? I am in town.", True, id="a short question"),
        pytest.param("Send me your notes before the meeting and I will add mine.", True, id="an imperative"),
        pytest.param("I can meet you around ten on Tuesday to discuss the plan.", True, id="a time proposed"),
        pytest.param("The roof is done and the painters were here yesterday.", False, id="a report"),
        pytest.param("They told her that it had been sold last year.", False, id="about others"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_rules_and_model_decide_on_a_text_together(text, yes):
    assert (asks(text) >= 0.5) == yes


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Können Sie mir das Angebot in der Woche schicken, so wie es war?", id="German"),
        pytest.param("Pouvez-vous me confirmer le prix avant vendredi ? Merci à bientôt.", id="French"),
        pytest.param("¿Me puede enviar la factura a mi nombre? No me ha llegado nada.", id="Spanish"),
        pytest.param("Kunt u mij in deze week laten weten of het kan?", id="Dutch"),
        pytest.param("見積もりを送っていただけますか？", id="Japanese"),
        pytest.param("", id="empty"),
        pytest.param("12 34 56", id="figures"),
    ],
)
def test_the_model_is_silent_where_it_does_not_know_the_words(text):
    assert likenesses(sentences(text), shipped()) == ()


def test_a_missing_model_leaves_the_rules():
    assert read_model("absent.json") is SILENT
    assert asks("Could you send the plan?", SILENT) >= 0.5


def test_the_words_that_moved_it_are_words_of_the_sentence():
    (part,) = sentences("Please send the signed form back to the office.")
    found = moving(part, shipped())
    assert found
    assert all(word in part.said for group in found for word in group.split())


@given(st.lists(st.sampled_from(sorted(shipped().known)), max_size=120))
def test_no_words_before_a_question_silence_it(words):
    assert asks(" ".join([*words, "can you send me the plan?"])) >= 0.5


@given(st.lists(st.sampled_from([*REQUESTS, *STATEMENTS]), min_size=1, max_size=8))
def test_another_sentence_never_takes_a_request_away(parts):
    every = asks("\n\n".join(parts), SILENT)
    assert every == max(asks(part, SILENT) for part in parts)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("If you need anything, please call whenever you like.", id="a courtesy"),
        pytest.param("I will call you tomorrow to discuss the meeting.", id="what the writer will do"),
        pytest.param("The roof is done.", id="a report"),
    ],
)
def test_the_model_makes_no_reason_of(text):
    assert [reason.rule for reason in spoken(text).reasons if reason.rule == "reads-like-request"] == []


def spoken(text, *, wrote=(ADA,), **fields):
    one = entry("a", text=text, subject="Plans", **fields)
    return judge(one, (one,), people(wrote=wrote))


IMPERATIVE = "Join me for lunch tomorrow at the office to discuss the plan."


def test_a_request_the_model_alone_sees_is_a_reason_and_counts_for_the_sender():
    found = [reason for reason in spoken(IMPERATIVE).reasons if reason.rule == "reads-like-request"]
    assert [reason.points > 0 and "discuss" in reason.text for reason in found] == [True]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        pytest.param("Could you send it? " + IMPERATIVE, {}, id="where a rule found one"),
        pytest.param(IMPERATIVE, {"to": ("x@example.org",), "cc": (ME,)}, id="in a copy"),
        pytest.param(
            IMPERATIVE, {"wrote": (), "headers": (("list-unsubscribe", "<mailto:u@example.org>"),)}, id="in mass mail"
        ),
    ],
)
def test_the_model_adds_nothing(text, fields):
    assert "reads-like-request" not in {reason.rule for reason in spoken(text, **fields).reasons}


def test_the_model_is_small_and_holds_no_figures():
    table = shipped()
    assert sum(map(len, table.weights)) < 1_000_000
    assert not any(letter.isdigit() for word in table.known for letter in word)


@pytest.mark.parametrize(
    "piece",
    [
        "please ",
        "? ",
        "a",
        "x. ",
        "if you have any ",
        "if you have any questions ",
        "please call ",
        "\n\n",
        "bitte ",
        "let ",
        "(",
        "a-",
    ],
)
def test_a_hundred_thousand_characters_of_the_worst_take_no_time(piece):
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    asks(text)
    likest(sentences(text), likenesses(sentences(text), shipped()))
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "opening", ["Thanks for your website.", "Great!", "Ok.", "FYI", "Vielen Dank.", "No need to reply.", "Noted."]
)
def test_no_phrase_from_a_stranger_silences_what_follows(opening):
    assert spoken(f"{opening} We want to buy two hundred chairs for our office in June.", wrote=()).owes


@pytest.mark.parametrize("opening", ["Thanks.", "Perfect!", "Ok.", "Danke."])
def test_trouble_after_thanks_is_owed(opening):
    assert spoken(f"{opening} The boiler leaks again and the tenant of number nine is upset.").owes


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Thank you, received.",
        "Perfect, thank you so much for the quick help. Have a nice weekend.\n\nAda King",
        "Hi Robin,\n\nSounds good, see you on Tuesday.",
        "Got it. I'll pass it on to Kim.",
        "Vielen Dank für die schnelle Antwort. Schönes Wochenende!",
    ],
)
def test_a_closing_and_nothing_else_is_not_owed(text):
    assert not spoken(text, replies="b").owes
    assert not spoken(text).owes
