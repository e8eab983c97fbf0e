"""What the questions about a person make of answers, and what they propose."""

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from triage.errors import UsageError
from triage.settings import Config, Me, Span, Workday
from triage.setup import person
from triage.setup.asking import Asking, numbered, one_of

DAY = date(2026, 11, 24)
BERLIN = {"TZ": "Europe/Berlin"}
NINE_TO_FIVE = Workday()
BREAKS = (Span(start=time(9), end=time(12)), Span(start=time(13), end=time(17)))


def workday(old: Workday | None = None, environ: dict[str, str] | None = None, **given: str) -> dict[str, object]:
    config = Config(path=Path("config.toml"), digest="", state_dir=Path(), workday=old) if old else None
    return person.workday(Asking(given, silent=True), config, DAY, BERLIN if environ is None else environ)


@pytest.mark.parametrize(
    ("environ", "country"),
    [
        pytest.param(BERLIN, "DE", id="where the clock is"),
        pytest.param({"TZ": "America/New_York"}, "US", id="over the sea"),
        pytest.param({"TZ": "UTC", "LANG": "nl_BE.UTF-8"}, "BE", id="where the language is spoken"),
        pytest.param({"TZ": "UTC", "LANG": "C.UTF-8"}, None, id="nowhere"),
        pytest.param({"TZ": "nonsense"}, None, id="no such zone"),
    ],
)
def test_holidays_of_the_country_one_lives_in_are_proposed(environ: dict[str, str], country: str | None) -> None:
    assert workday(environ=environ)["holidays"] == country


def test_one_span_is_written_plainly() -> None:
    plainly = {"days": "mon-fri", "start": "08:30", "end": "16:00", "hours": None, "holidays": "DE"}
    assert workday(hours="8:30-16") == plainly


def test_breaks_make_a_table() -> None:
    spans = ["09:00-12:00", "13:00-17:00"]
    table = {"days": None, "start": None, "end": None, "hours": {"tue": spans, "wed": spans}, "holidays": None}
    assert workday(days="tue-wed", hours="13-17, 9-12", holidays="none") == table


@pytest.mark.parametrize(
    "old",
    [
        pytest.param(NINE_TO_FIVE, id="nine to five"),
        pytest.param(replace(NINE_TO_FIVE, week=(BREAKS,) * 7), id="breaks"),
        pytest.param(replace(NINE_TO_FIVE, week=(BREAKS, (), BREAKS[:1], (), (), (), ())), id="no two days alike"),
        pytest.param(replace(NINE_TO_FIVE, holidays="DE-BY"), id="holidays"),
    ],
)
def test_who_changes_nothing_about_his_week_writes_nothing(old: Workday) -> None:
    assert workday(old) == {}


def test_one_answer_changes_one_key() -> None:
    assert workday(NINE_TO_FIVE, hours="9-16") == {"end": "16:00"}


def test_the_country_of_telephone_numbers_follows_the_holidays_of_a_new_file() -> None:
    robin = Me(name="Robin", addresses=("robin@example.org",))
    assert person.identity(robin, {"holidays": "CH-ZH"}, None)["phone_region"] == "CH"
    assert "phone_region" not in person.identity(robin, {"holidays": None}, None)
    config = Config(path=Path("config.toml"), digest="", state_dir=Path(), me=replace(robin, name="R"))
    assert person.identity(robin, {"holidays": "CH"}, config) == {"name": "Robin"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"hours": "17-9"}, "--hours: 09:00 is not after 17:00", id="backwards"),
        pytest.param({"hours": "9-12,11-17"}, "--hours: spans overlap at 11:00", id="overlap"),
        pytest.param({"days": "monday"}, "--days: expected days", id="days"),
        pytest.param({"holidays": "XX"}, '--holidays: "XX" is not known', id="holidays"),
    ],
)
def test_an_option_that_cannot_be_meant_is_named(given: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        workday(**given)
    assert caught.value.message.startswith(said)


def test_a_choice_is_told_by_its_begin_or_its_number() -> None:
    assert one_of("full", "names", "count")("n") == "names"
    assert one_of("oauth", "oauth-google")("oauth") == "oauth"
    assert numbered(("INBOX", "Clients"))("2, INBOX, 1, Other") == ("Clients", "INBOX", "Other")
    for wrong in ("", "f,n", "x"):
        with pytest.raises(ValueError, match="answer one of"):
            one_of("full", "names")(wrong)
