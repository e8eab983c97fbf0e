"""The number a caller dictates, in digits or words: "202-555-0123", "two zero two", "double five", "oh"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from triage.core.calls.said import Said
from triage.core.calls.spoken.tables import SPOKEN

# Digits with what stands inside a written number; "(202) 555-0123", "030/555 0123", "+49 (0)30 5550123".
_TOKEN = re.compile(r"\+?\d+|[^\W\d_]+(?:'[^\W_]+)*|[^\w\s]")
_MOST = 20_000
_GLUE = frozenset("-./()–,")
_SHORTEST, _LONGEST = 7, 15
_LOCAL = 7
_BEFORE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A number, and the place of the first token of its row."""

    digits: str
    start: int


def dictated(said: Said, area: str = "") -> str:
    """The number to call back, digits with a "+" if one was said, or nothing.

    Seven digits are taken only after a word like "call" or alone in their sentence, and completed by `area`, the
    caller's area code. Without one an internal extension of two to five digits, if one is named.
    """
    tokens = tuple(token.casefold() for token in _TOKEN.findall(said.text[:_MOST]))
    numbers = [run for run in _runs(tokens) if _is_callable(tokens, run)]
    if not numbers:
        return _internal(tokens)
    # A repetition may give the end of the number alone: "that's 0196".
    complete = [run for run in numbers if _is_complete(run.digits)]
    return _whole((complete or numbers)[-1].digits, area)


def _runs(tokens: tuple[str, ...]) -> Iterator[_Run]:
    """The numbers in each row of digits; words end a row, stops and hyphens do not."""
    pieces: list[str] = []
    start = place = 0
    while place < len(tokens):
        found, used = _digits(tokens, place)
        if found:
            start = start if pieces else place
            pieces.append(found)
        elif pieces and tokens[place] not in _GLUE:
            yield from (_Run(digits=number, start=start) for number in _numbers(pieces))
            pieces = []
        place += used or 1
    yield from (_Run(digits=number, start=start) for number in _numbers(pieces))


def _numbers(pieces: list[str]) -> Iterator[str]:
    """One number, or one said twice, or several in a row."""
    digits = "".join(pieces)
    half = digits[: len(digits) // 2]
    if len(half) >= _SHORTEST and half * 2 == digits:
        yield half
        return
    number = ""
    for piece in pieces:
        if number and (piece.startswith("+") or len(number) >= _full(number)):
            yield number
            number = ""
        number += piece
    if number:
        yield number


def _full(number: str) -> int:
    """How many digits such a number has at most: ten in North America, eleven after a 1; elsewhere they differ."""
    if number.startswith(("0", "+")):
        return _LONGEST
    return 11 if number.startswith("1") else 10


def _digits(tokens: tuple[str, ...], place: int) -> tuple[str, int]:
    """The digits that a token, or "double five", stands for, and how many tokens they take."""
    token = tokens[place]
    if token.lstrip("+").isdecimal():
        return (
            token if token.isascii() else "+" * (token[0] == "+") + "".join(str(int(c)) for c in token if c != "+")
        ), 1
    times = SPOKEN.repeating.get(token, 0)
    if times and place + 1 < len(tokens):
        worth = SPOKEN.digits.get(tokens[place + 1], tokens[place + 1])
        return (worth * times, 2) if len(worth) == 1 and worth.isdecimal() else ("", 0)
    return _spoken(tokens, place)


def _spoken(tokens: tuple[str, ...], place: int) -> tuple[str, int]:
    worth = SPOKEN.digits.get(tokens[place], "")
    if len(worth) == 2 and worth[1] == "0" and worth != "10" and place + 1 < len(tokens):
        ones = SPOKEN.digits.get(tokens[place + 1], "")
        if len(ones) == 1 and ones != "0":
            return worth[0] + ones, 2
    return worth, 1 if worth else 0


def _is_callable(tokens: tuple[str, ...], run: _Run) -> bool:
    count = len(run.digits.lstrip("+"))
    if not _SHORTEST <= count <= _LONGEST or _names_another(tokens, run.start):
        return False
    if _is_complete(run.digits):
        return True
    return count == _LOCAL or _is_dialled(tokens, run.start)


def _is_complete(digits: str) -> bool:
    """With its area code."""
    return len(digits) >= 10 or digits.startswith(("0", "+"))


def _names_another(tokens: tuple[str, ...], start: int) -> bool:
    return any(SPOKEN.not_number.at(tokens, place) + place == start for place in range(max(0, start - _BEFORE), start))


def _is_dialled(tokens: tuple[str, ...], start: int) -> bool:
    return any(SPOKEN.dialling.at(tokens, place) + place >= start for place in range(max(0, start - _BEFORE), start))


def _whole(digits: str, area: str) -> str:
    return area + digits if len(digits) == _LOCAL and area and not digits.startswith(("0", "+")) else digits


def _internal(tokens: tuple[str, ...]) -> str:
    for place in range(len(tokens)):
        if count := SPOKEN.extension.at(tokens, place):
            run = next(_runs(tokens[place + count : place + count + 10]), None)
            if run and run.start == 0 and 2 <= len(run.digits) <= 5:
                return run.digits
    return ""
