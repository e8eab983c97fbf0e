"""What a single line shows of a quote, and how phrases become patterns. Lines are bounded, so every pattern is."""

import re
from collections.abc import Iterable, Sequence

LONGEST_LINE = 2000
COLON = r"\s{0,3}[:\uff1a]"
RULE = re.compile(r"\s{0,3}[-_=*]{3,}\s{0,3}$")


def any_of(phrases: Iterable[str]) -> str:
    """A group that matches any of the phrases, the longest first."""
    return "(?:" + "|".join(re.escape(phrase) for phrase in sorted(set(phrases), key=len, reverse=True)) + ")"


def split(text: str) -> list[str]:
    """The lines of a text, each bounded."""
    return [line[:LONGEST_LINE] for line in text.splitlines()]


def is_quoted(line: str) -> bool:
    """Does a quote mark stand before the line?"""
    return line[:4].lstrip().startswith((">", "| "))


def quoted_follows(lines: Sequence[str], place: int) -> bool:
    """Does a line with a quote mark come next, blank ones aside?"""
    following = next((line for line in lines[place : place + 4] if line.strip()), "")
    return is_quoted(following)


def starts_paragraph(lines: Sequence[str], place: int) -> bool:
    """Does nothing of a running text stand right above?"""
    return place == 0 or not lines[place - 1].strip() or is_quoted(lines[place - 1])
