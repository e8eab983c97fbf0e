"""Telephone numbers in the one form that links."""

import pytest

from triage.core.calls.numbers import area, is_withheld, number, tail, whole


@pytest.mark.parametrize(
    ("raw", "region", "key", "shown"),
    [
        ("2025550123", "US", "+12025550123", "202 555 0123"),
        ("(202) 555-0123", "US", "+12025550123", "202 555 0123"),
        ("+1 202 555 0123", "DE", "+12025550123", "+1 202 555 0123"),
        ("sip:+12025550123@pbx.example.org", "US", "+12025550123", "202 555 0123"),
        ('"ACME" <2025550123>', "US", "+12025550123", "202 555 0123"),
        ("tel:+34-91-123-4567", "US", "+34911234567", "+34 911 23 45 67"),
        ("1-800-FLOWERS", "US", "+18003569377", "800 356 9377"),
        ("030 123456", "DE", "+4930123456", "030 123456"),
        ("0012025550123", "DE", "+12025550123", "+1 202 555 0123"),
        ("0012025550123", "US", "+12025550123", "202 555 0123"),
        ("２０２５５５０１２３", "US", "+12025550123", "202 555 0123"),
        ("201", "US", "int:201", "201"),
        ("**621", "DE", "int:**621", "**621"),
        ("Ext.1001", "US", "int:1001", "1001"),
        ("5550123", "US", "5550123", "5550123"),
        ("0412345678", "US", "0412345678", "0412345678"),
    ],
)
def test_a_number_has_one_form(raw: str, region: str, key: str, shown: str) -> None:
    found = number(raw, region)
    assert (found.key, found.shown) == (key, shown)


@pytest.mark.parametrize(
    ("raw", "region", "outside", "key"),
    [
        ("912025550123", "US", ("9",), "+12025550123"),
        ("0030123456", "DE", ("0",), "+4930123456"),
        ("0012025550123", "DE", ("0",), "+12025550123"),
        ("2025550123", "US", ("9",), "+12025550123"),
        ("201", "US", ("2",), "int:201"),
    ],
)
def test_the_prefix_for_an_outside_line_is_no_part_of_it(
    raw: str, region: str, outside: tuple[str, ...], key: str
) -> None:
    assert number(raw, region, outside).key == key


@pytest.mark.parametrize(
    ("raw", "extension"),
    [("202 555 0123 x45", "45"), ("(202) 555-0123 ext. 45", "45"), ("tel:+12025550123;ext=45", "45"), ("x45", "")],
)
def test_an_extension_is_kept_and_links_nothing(raw: str, extension: str) -> None:
    found = number(raw, "US")
    assert (found.extension, found.key) == (extension, "+12025550123" if extension else "int:45")


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "  ",
        "tel:",
        "Anonymous",
        "anonymous@anonymous.invalid",
        '"Anonymous" <anonymous>',
        "unknown",
        "Unknown Caller",
        "Private Number",
        "Restricted",
        "unavailable",
        "No Caller ID",
        "out of area",
        "Withheld",
        "blocked",
        "asterisk",
        "Unbekannt",
        "Unbekannter Anrufer",
        "Rufnummer unterdrückt",
        "numéro masqué",
        "Inconnu",
        "número desconocido",
        "numero sconosciuto",
        "anoniem",
        "0000000000",
        "000.000.0000",
        "266696687",
        "+266696687",
        "86282452253",
        "7378742833",
        "7748283",
        "8656696",
        "s-NOANSWER",
    ],
)
def test_withheld_in_all_its_spellings_is_no_number(raw: str) -> None:
    assert number(raw, "US").key == ""


@pytest.mark.parametrize(
    "name", ["Anne Private", "Unknown Pleasures Ltd", "Block & Co", "Restricted Access Systems", "7"]
)
def test_a_name_with_such_a_word_is_a_name(name: str) -> None:
    assert not is_withheld(name)


def test_a_local_number_is_the_only_whole_one_that_ends_so() -> None:
    assert whole(["5550123", "+12025550123"])["5550123"] == "+12025550123"
    assert whole(["5550123", "+12025550123", "+13015550123"])["5550123"] == "5550123"
    assert whole(["int:201", "+12025550201"])["int:201"] == "int:201"


def test_ends_and_areas() -> None:
    assert (tail("+12025550123"), tail("5550123"), tail("int:201"), tail("")) == ("5550123", "5550123", "", "")
    assert (area("+12025550123"), area("+4930123456"), area("int:201"), area("")) == ("202", "30", "", "")


@pytest.mark.parametrize("raw", ["9" * 5000, "+" * 100, "((((((", "\x00\u202e1", "<" * 200, "1-800-" + "A" * 500])
def test_nonsense_harms_nothing(raw: str) -> None:
    assert isinstance(number(raw, "US").key, str)
