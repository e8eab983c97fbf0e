"""Text of strangers comes out as one visible, bounded line."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.plain import MARKS, plain, plain_lines

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cc", "Cf", "Cs", "Co", "Mn", "Me", "Zs", "Zl", "Zp"]),
        st.sampled_from("\x1b[]\x9b\x9d\x07m;0 \u202e\u2066\u200b\u0344\ufb2c"),
    ),
    max_size=400,
)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        pytest.param("Quote for March", "Quote for March", id="ordinary text is left alone"),
        pytest.param("  a\r\n\tb \u00a0\u2028 c\x85d ", "a b c d", id="white space of any kind becomes one space"),
        pytest.param("\x1b[31;1mred\x1b[0m alert", "red alert", id="colours vanish whole"),
        pytest.param("\x1b]0;owned\x07title", "title", id="a window title vanishes whole"),
        pytest.param(
            "\x1b]8;;http://x.example\x1b\\link\x1b]8;;\x1b\\", "link", id="a terminal link vanishes, its text stays"
        ),
        pytest.param("\x9b2J\x9d0;t\x9cseen", "seen", id="eight-bit controls too"),
        pytest.param("\x1b]0;never closed", "0;never closed", id="an unfinished control string hides no text"),
        pytest.param("\x1bcreset\x1b", "reset", id="short escapes and a last lonely one"),
        pytest.param("a\x00b\x07c\x7f", "abc", id="NUL, bell and delete"),
        pytest.param("\u202egnp.exe\u202c \u2066x\u2069", "gnp.exe x", id="bidi controls and isolates"),
        pytest.param("a\u200bd\u2060m\ufeffi\u00adn\u034f", "admin", id="zero-width, soft hyphen, joiners"),
        pytest.param("hi\U000e0041\U000e0042\U000e0100", "hi", id="tags and supplementary selectors"),
        pytest.param("a\u3164\u115fb\u2800", "ab", id="letters that cannot be seen"),
        pytest.param("ok\ud800\udfff", "ok", id="lone surrogates"),
        pytest.param("e\u0301te\u0301", "\u00e9t\u00e9", id="composed to NFC"),
        pytest.param("Z" + "\u0335" * 500 + "!", "Z" + "\u0335" * MARKS + "!", id="a pile of marks is cut"),
        pytest.param("\u0301\u0301top", "top", id="no mark without a letter, it would sit on our own"),
        pytest.param("日本語 Ångström 🙂 مرحبا", "日本語 Ångström 🙂 مرحبا", id="other scripts stay"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_strangers_text_is_made_plain(given_text: str, expected: str) -> None:
    assert plain(given_text) == expected


@pytest.mark.parametrize(
    ("given_text", "limit", "expected"),
    [
        pytest.param("abcde", 5, "abcde", id="what fits is whole"),
        pytest.param("abcdef", 5, "abcd…", id="the ellipsis is within the limit"),
        pytest.param("abc def", 5, "abc…", id="no space before the ellipsis"),
        pytest.param("abcq\u0323\u0307ef", 6, "abc…", id="a letter keeps its marks or goes with them"),
        pytest.param("ab👍🏽cd", 4, "ab…", id="a skin tone is not torn off"),
        pytest.param("a" + "\u200b" * 50, 1, "a", id="invisible text does not count"),
        pytest.param("abc", 0, "", id="no room"),
    ],
)
def test_cutting(given_text: str, limit: int, expected: str) -> None:
    assert plain(given_text, limit) == expected


@given(HOSTILE, st.integers(1, 80))
def test_whatever_comes_in_only_visible_bounded_text_comes_out(text: str, limit: int) -> None:
    result = plain(text, limit)

    assert len(result) <= limit
    assert not [char for char in result if unicodedata.category(char)[0] == "C" or (char.isspace() and char != " ")]
    assert "  " not in result
    assert result == result.strip()
    assert unicodedata.is_normalized("NFC", result)
    assert result.encode() is not None


@given(st.text(st.characters(categories=["L", "N"], max_codepoint=0x24F), max_size=50))
def test_plain_text_survives(text: str) -> None:
    assert plain(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "unit",
    ["\u0301\u0323", "a\u0301\u0323", "\x1b]", "\x1b[1;", "\x9b", "\x1b[ ", "\u200b", " ", "\ufe0f", "x", "\x1bP\x1b"],
    ids=ascii,
)
def test_a_megabyte_costs_one_pass(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    plain(text)
    assert time.process_time() - start < 2


def test_lines_stay_lines_and_are_bounded() -> None:
    assert plain_lines("a\x00\n\n \u202e\nb\r\nc", most=2) == ("a", "b")
    assert plain_lines("x\n" * 100_000, most=3) == ("x", "x", "x")
