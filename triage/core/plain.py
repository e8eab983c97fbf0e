"""Text of strangers made fit for a screen: one visible line that can neither move, hide nor command."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

LIMIT = 200
MARKS = 4

# ECMA-48: control strings with their terminator (OSC, DCS, SOS, PM, APC), control sequences, other escapes. The
# quantifiers are possessive, so a flood of unfinished sequences still costs one pass.
_ESCAPES = re.compile(
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*+(?:\x07|\x1b\\|\x9c)"
    r"|(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]?"
    r"|\x1b[ -/]*+[0-~]?"
)
# Invisible although Unicode calls them letters, marks or symbols: joiners, Hangul fillers, Khmer inherent vowels,
# Mongolian and other variation selectors, the blank Braille cell.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def plain(text: str, limit: int = LIMIT) -> str:
    """`text` as one line of at most `limit` characters, an ellipsis in place of what did not fit.

    Escape sequences vanish whole; so do control, formatting (bidi, zero-width, tags), unassigned and private
    characters, lone surrogates, invisible letters, and more than `MARKS` combining marks on one letter. White space
    of any kind becomes one space. The result is NFC. Takes linear time, whatever it is given.
    """
    if text.isascii() and text.isprintable():  # by far the most, and nothing of it needs a closer look
        return _cut(" ".join(text.split()), limit, more=False)
    kept: list[str] = []
    letters = 0
    for char in _seen(_INVISIBLE.sub("", _ESCAPES.sub("", text))):
        letters += not _is_mark(char)
        if letters > limit + 1:
            break
        kept.append(char)
    return _cut(unicodedata.normalize("NFC", "".join(kept)).rstrip(), limit, more=letters > limit + 1)


def plain_lines(text: str, limit: int = LIMIT, most: int = 8) -> tuple[str, ...]:
    """The first `most` lines of `text` that hold anything, each made `plain`."""
    lines = (plain(line, limit) for line in text.split("\n", 10 * most)[: 10 * most])
    return tuple(line for line in lines if line)[:most]


def _seen(text: Iterable[str]) -> Iterator[str]:
    """What may be shown, white space collapsed, marks bounded before normalising: sorting long runs is quadratic."""
    last, marks = " ", MARKS
    for char in text:
        if char.isspace():
            if last != " ":
                yield " "
            last, marks = " ", MARKS
        elif _is_mark(char):
            marks += 1
            if marks <= MARKS:
                yield char
        elif not unicodedata.category(char).startswith("C"):
            last, marks = char, 0
            yield char


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _cut(text: str, limit: int, *, more: bool) -> str:
    """Never between a letter and what sits on it."""
    if len(text) <= limit and not more:
        return text
    if limit < 1:
        return ""
    end = min(len(text), limit - 1)
    while 0 < end < len(text) and (_is_mark(text[end]) or ord(text[end]) in _SKIN_TONES):
        end -= 1
    return text[:end].rstrip() + "…"
