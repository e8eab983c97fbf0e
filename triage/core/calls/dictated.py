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
    """Digits in a row, the place of their first token, and whether they stood after "call" or the like."""

    digits: str
    start: int
    end: int


def dictated(said: Said, area: str = "") -> str:
    """The number to call back, digits with a "+" if one was said, or nothing.

    Seven digits are taken only after a word like "call" or alone in their sentence, and completed by `area`, the
    caller's area code. Without one an internal extension of two to five digits, if one is named.
    """
    tokens = tuple(token.casefold() for token in _TOKEN.findall(said.text[:_MOST]))
    numbers = [run for run in _runs(tokens) if _is_callable(tokens, run)]
    if not numbers:
        return _internal(tokens)
    whole = [_whole(run.digits, area) for run in numbers]
    best = max(map(len, whole))
    # A repetition may give the end of the number alone: "that's 0196".
    return next(number for number in reversed(whole) if len(number) == best)


def _runs(tokens: tuple[str, ...]) -> Iterator[_Run]:
    """Digits that belong together; a comma parts only what is a number by itself on both sides."""
    digits, start, place, end = "", 0, 0, 0
    while place < len(tokens):
        found, used = _digits(tokens, place)
        if found:
            if digits and (len(digits) >= 10 or found.startswith("+")):
                yield _Run(digits=digits, start=start, end=end)
                digits = ""
            start = place if not digits else start
            digits, place = digits + found, place + used
            end = place
        elif digits and tokens[place] in _GLUE:
            place += 1
        else:
            if digits:
                yield _Run(digits=digits, start=start, end=end)
            digits, place = "", place + 1
    if digits:
        yield _Run(digits=digits, start=start, end=end)


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
    if count >= 10 or run.digits.startswith(("0", "+")):
        return True
    return count == _LOCAL or _is_dialled(tokens, run.start)


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
