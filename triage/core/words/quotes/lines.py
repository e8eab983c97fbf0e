"""What a single line shows of a quote, and how phrases become patterns. Lines are bounded, so every pattern is."""

import re
from collections.abc import Iterable, Sequence

LONGEST_LINE = 2000
COLON = r"\s{0,3}[:\uff1a]"
RULE = re.compile(r"\s{0,3}[-_=*]{3,}\s{0,3}$")
# What a hand puts where it left something out of a quote: "[...]", "<snip>", "... cut ...".
_LEFT_OUT = re.compile(
    r"\s{0,3}(?:[\[(<{][^\])>}?]{0,40}[\])>}]|[.…]{1,9}(?: ?\w{1,12} ?[.…]{1,9})?|8<[- ]{0,60})\s{0,3}$"
)


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
    """Does a line with a quote mark come next, blank ones and those that something was left out aside?"""
    following = next((line for line in lines[place : place + 6] if line.strip() and not _LEFT_OUT.match(line)), "")
    return is_quoted(following)


def leaves_out(lines: Sequence[str], place: int) -> bool:
    """Does the line only say that something of the quote below it was left out?"""
    return bool(_LEFT_OUT.match(lines[place])) and quoted_follows(lines, place + 1)


def starts_paragraph(lines: Sequence[str], place: int) -> bool:
    """Does nothing of a running text stand right above?"""
    return place == 0 or not lines[place - 1].strip() or is_quoted(lines[place - 1])
