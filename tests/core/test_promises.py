"""Promises in a person's own words: which sentences are any, by when they are, and how often we are wrong."""

import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.core.mail import HOURS, at
from triage.core.words.language import PROMISES
from triage.core.words.language.phrases import variants
from triage.core.words.promises import promised
from triage.core.words.sentences import sentences

LABELLED = [line.split("\t") for line in Path(__file__).with_name("promises.tsv").read_text("utf-8").splitlines()]
TUESDAY = at(25)


def said(text: str, sent: datetime = TUESDAY):
    return promised(sentences(text), sent, HOURS)


def test_the_labelled_sentences_are_many_and_half_of_them_near_misses() -> None:
    labels = [label for label, _ in LABELLED]
    assert len(LABELLED) >= 300
    assert 0.45 < labels.count("no") / len(labels) < 0.6


def test_precision_and_recall_on_the_labelled_sentences() -> None:
    found = [(label == "yes", said(text) is not None) for label, text in LABELLED]
    right = sum(meant and heard for meant, heard in found)
    assert right / sum(heard for _, heard in found) >= 0.97
    assert right / sum(meant for meant, _ in found) >= 0.95


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("I'll get back to you by Friday.", "2026-11-20 17:00"),
        ("I'll get back to you tomorrow morning.", "2026-11-18 12:00"),
        ("I'll get back to you within two days.", "2026-11-19 17:00"),
        ("I'll get back to you in two hours.", "2026-11-17 12:00"),
        ("I'll get back to you in half an hour.", "2026-11-17 10:30"),
        ("I'll get back to you within 24 hours.", "2026-11-18 10:00"),
        ("I'll call you tomorrow at 3.", "2026-11-18 15:00"),
        ("I'll call you Thursday at 10:30.", "2026-11-19 10:30"),
        ("You'll have the plans by 16:00.", "2026-11-17 16:00"),
        ("I'll be in touch next week.", "2026-11-27 17:00"),
        ("I'll reply next Monday.", "2026-11-23 17:00"),
        ("I'll send it by 30 November.", "2026-11-30 17:00"),
        ("I'll send it on December 2nd.", "2026-12-02 17:00"),
        ("Tomorrow I'll send you the file.", "2026-11-18 17:00"),
        ("I'll send it on Wednesday, December 2.", "2026-12-02 17:00"),
        ("I'll have it for you by Wednesday next week.", "2026-11-25 17:00"),
        ("You'll have a number from me by Friday.", "2026-11-20 17:00"),
        ("Hold that thought, I'll call you tomorrow at 3.", "2026-11-18 15:00"),
        ("Yep, will take care of it Thursday.", "2026-11-19 17:00"),
        ("I'll call you tomorrow at 3, ok?", "2026-11-18 15:00"),
        ("Die Zahl hast du bis Freitag.", "2026-11-20 17:00"),
        ("Full response by tomorrow noon.", "2026-11-18 12:00"),
        ("I'll come back to you on Tuesday.", "2026-11-24 17:00"),
        ("I'll come back to you by Tuesday.", "2026-11-17 17:00"),
        ("Rest kommt Donnerstag.", "2026-11-19 17:00"),
        ("Sorry, I was away all of last week, reply coming on Friday.", "2026-11-20 17:00"),
        ("You can expect my comments before the weekend.", "2026-11-20 17:00"),
        ("Je mesure jeudi et je vous donne un chiffre.", "2026-11-19 17:00"),
        ("Should be able to tell you more after tomorrow's meeting.", "2026-11-18 17:00"),
        ("It should land in your inbox tomorrow.", "2026-11-18 17:00"),
        ("I've asked a friend and should have an answer for you Thursday.", "2026-11-19 17:00"),
        ("Ich denke, dass ich Ihnen bis Freitag etwas sagen kann.", "2026-11-20 17:00"),
        ("Kriegst morgen.", "2026-11-18 17:00"),
        ("Mañana sin falta le mando la cotización.", "2026-11-18 17:00"),
        ("On vous fait parvenir le contrat lundi.", "2026-11-23 17:00"),
        ("Réponse demain.", "2026-11-18 17:00"),
        ("Angebot kommt morgen.", "2026-11-18 17:00"),
        ("Ich rufe Sie am Donnerstag, den 26.11., zurück.", "2026-11-26 17:00"),
        ("Te llamo el jueves 26 de noviembre.", "2026-11-26 17:00"),
        ("Je vous rappelle lundi 30 novembre.", "2026-11-30 17:00"),
        ("Ich melde mich bis Freitag.", "2026-11-20 17:00"),
        ("Bis Freitag melde ich mich.", "2026-11-20 17:00"),
        ("Ich schicke es Ihnen bis zum 30.11. zu.", "2026-11-30 17:00"),
        ("Ich melde mich innerhalb von zwei Tagen.", "2026-11-19 17:00"),
        ("Ich rufe Sie morgen um 10 zurück.", "2026-11-18 10:00"),
    ],
)
def test_a_named_moment_is_when_it_is_due(text: str, by: str) -> None:
    found = said(text)
    assert found is not None
    assert (f"{found.by:%Y-%m-%d %H:%M}", found.assumed) == (by, False)


@pytest.mark.parametrize(
    "text",
    [
        "Let me find out.",
        "I'll call you back.",
        "I'll get back to you about the Monday meeting.",
        "I'll see what I can do.",
        "I'll get back to you by 9:00.",
        "Ich melde mich.",
        "Wir kommen diesbezüglich unaufgefordert auf Sie zu.",
        "Das halte ich fest und gebe Ihnen dann Bescheid.",
        "Lassen Sie mich das kurz prüfen.",
        "Have to check with the shop first.",
        "gonna ask and get back to you",
        "I'll have a rummage and get back to you.",
        "Muss kurz mit der Chefin reden, dann weißt du mehr.",
        "Da bin ich überfragt, ich hör mich mal um.",
        "Je m'en occupe et je vous tiens au courant.",
        "Deme unos días para revisarlo.",
    ],
)
def test_without_a_day_or_with_one_that_has_passed_the_next_working_day_is_assumed(text: str) -> None:
    found = said(text)
    assert found is not None
    assert (f"{found.by:%Y-%m-%d %H:%M}", found.assumed) == ("2026-11-18 17:00", True)


def test_over_the_weekend_the_next_working_day_is_monday() -> None:
    found = said("I'll get back to you.", at(4 * 24 + 2))
    assert found is not None
    assert f"{found.by:%a %H:%M}" == "Mon 17:00"


@pytest.mark.parametrize(
    "text",
    [
        "Let me know if I can help.",
        "I will be out until Friday.",
        "As I said I would, here it is.",
        "We will not send it by Friday.",
        "He said he'd get back to you by Friday.",
        "Should you have questions I'll be happy to answer them.",
        "If you send me the file I'll look at it tomorrow.",
        "Send me the file and I'll take a look.",
        "Ich melde mich, falls sich etwas ändert.",
        "Wie versprochen schicke ich anbei die Pläne.",
        "Ich schicke Ihnen anbei das Angebot.",
        "Ich schicke dir hier mal den Link.",
        "Ich schau morgen bei dir vorbei.",
        "Gib mir Bescheid, dann schicke ich es los.",
        "Der Elektriker gibt dir morgen Bescheid.",
        "We need your answer by Friday.",
        "They should have it by Friday.",
        "Once the deposit is in we'll send the drawings.",
        "Sobald die Anzahlung da ist, schicken wir die Pläne.",
        "Bis Freitag haben Sie geöffnet, oder?",
        "Hope to speak to you soon.",
        "We used to reply within a day.",
        "I will arrive in Lisbon on Monday evening.",
        "The school is open on Thursday, and the parents will follow the lessons.",
        "The kids are out of school on Wednesday and we are going to Lisbon for the week.",
        "She had the numbers from Monday.",
        "I need to look at myself in the mirror.",
        "Ich bin am Freitag im Homeoffice.",
        "Dass er dir bis Freitag etwas sagen kann, bezweifle ich.",
        "Je passe demain à 8h.",
        "",
    ],
)
def test_conditional_polite_reported_negated_and_past_forms_are_none(text: str) -> None:
    assert said(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Hast du die Liste bis Freitag?",
        "Bekommst du das bis morgen hin?",
        "Wann bekommst du die Liste, bis morgen?",
        "Schicke ich dir die Liste morgen?",
        "Do you think you'll have it by Friday?",
        "You'll have it by Friday?",
        "You'll have to sign by Friday.",
        "¿Te llamo mañana?",
        "Je vous rappelle demain ?",
    ],
)
def test_what_only_asks_promises_nothing(text: str) -> None:
    assert said(text) is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("I'll send you the plans by Friday.", "the plans"),
        ("I will send the revised quote tomorrow.", "the revised quote"),
        ("You'll have the drawings by 16:00.", "the drawings"),
        ("I'll send you my comments by Friday.", ""),
        ("I'll get back to you by Friday.", ""),
        ("Ich schicke Ihnen das Angebot bis Mittwoch.", "das Angebot"),
    ],
)
def test_what_is_to_come_is_told_in_the_words_written(text: str, what: str) -> None:
    found = said(text)
    assert found is not None
    assert found.what == what


def test_of_several_the_earliest_named_counts() -> None:
    found = said("I'll look into it. I'll send you the file by Friday. I'll call you on Thursday.")
    assert found is not None
    assert f"{found.by:%a}" == "Thu"


@pytest.mark.parametrize(
    "piece", ["I'll ", "if ", "by Friday ", "will and ", "in two ", "x", "1.1.", "send you the ", "?"]
)
def test_a_hundred_thousand_characters_of_the_worst_take_no_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    parts = sentences(text)
    started = time.process_time()
    promised(parts, TUESDAY, HOURS)
    assert time.process_time() - started < 1


def test_a_phrase_with_choices_is_as_many() -> None:
    assert list(variants("{te|le} {lo |}mando")) == ["te lo mando", "te mando", "le lo mando", "le mando"]
    assert list(variants("plain")) == ["plain"]


def test_numbers_and_months_are_read_in_every_language_that_has_them() -> None:
    assert (PROMISES.numbers["two"], PROMISES.numbers["zwei"]) == (2, 2)
    assert (PROMISES.months["december"], PROMISES.months["dezember"]) == (12, 12)
