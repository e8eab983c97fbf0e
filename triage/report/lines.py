"""Text in terminal cells: how wide it is, cutting, padding, wrapping, and the two colours there are."""

import unicodedata
from collections.abc import Iterator

NARROW = 60
WIDEST = 110

_LEAST = 8
_YELLOW = "\x1b[33m"
_DIM = "\x1b[2m"
_RESET = "\x1b[0m"


def cells(text: str) -> int:
    """How many columns a terminal gives the text (UAX #11: wide and fullwidth take two, combining marks none)."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def cut(text: str, room: int) -> str:
    """At most `room` cells of the text, an ellipsis in place of what did not fit."""
    if cells(text) <= room:
        return text
    kept, left = [], room - 1
    for char in text:
        left -= _cell(char)
        if left < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…" if room > 0 else ""


def fit(text: str, room: int, tail: str = "") -> str:
    """Exactly `room` cells, padded with spaces. Where the text must be cut, `tail` stays whole, unless too little of
    the text would be left.
    """
    left = room - cells(tail)
    if left < cells(text) and left < _LEAST:
        tail = ""
    short = cut(text, room - cells(tail)) + tail
    return short + " " * (room - cells(short))


def spread(left: str, right: str, width: int) -> list[str]:
    """One line with the right part at the right edge; two lines where that has no room."""
    gap = width - cells(left) - cells(right)
    if right and gap >= 2:
        return [left + " " * gap + right]
    return [left, *wrap(right, width)]


def wrap(text: str, width: int, indent: str = "", most: int = 4) -> list[str]:
    """The words of the text on at most `most` lines, each begun with `indent`; the last is cut if more would come."""
    lines = list(_filled(text.split(), max(1, width - cells(indent))))
    if len(lines) > most:
        lines = [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), width - cells(indent))]
    return [indent + line for line in lines]


def side_by_side(parts: list[str], width: int) -> list[str]:
    """The parts on one line, or one below the other."""
    line = "  ".join(parts)
    return parts if cells(line) > width else [line] if line else []


def with_command(said: str, command: str, width: int) -> list[str]:
    """A sentence and what to type, on one line or two: a command is never broken."""
    line = f"  {said} {command}"
    return [line] if cells(line) <= width else [*wrap(said, width, "  "), f"    {command}"]


def hanging(lead: str, said: str, width: int) -> list[str]:
    """The words behind `lead`, further lines below their begin."""
    lines = wrap(said, width, " " * cells(lead))
    return [lead + lines[0].lstrip(), *lines[1:]] if lines else [lead.rstrip()]


def late(text: str, *, colour: bool) -> str:
    """Yellow: the only thing that stands out."""
    return f"{_YELLOW}{text}{_RESET}" if colour else text


def dim(text: str, *, colour: bool) -> str:
    """Set back."""
    return f"{_DIM}{text}{_RESET}" if colour and text else text


def _cell(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _filled(words: list[str], room: int) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if cells(longer) <= room:
            line = longer
            continue
        if line:
            yield line
        line = cut(word, room)
    if line:
        yield line
