"""What a single line shows of a quote, and how phrases become patterns. Lines are bounded, so every pattern is."""

import re
from collections.abc import Iterable, Sequence

from triage.core.words.language import QUOTES

LONGEST_LINE = 2000
_DASHES = r"[-_=\u2010-\u2015]{3,40}"
COLON = r"\s{0,3}[:\uff1a]"
RULE = re.compile(r"\s{0,3}[-_=*\u2010-\u2015]{3,}\s{0,3}$")
TITLED_RULE = re.compile(rf"\s{{0,3}}{_DASHES}\s{{0,3}}[^-_=\s\u2010-\u2015].{{0,60}}?{_DASHES}\s{{0,3}}$")
_INITIALS = re.compile(r" ?(?!P?PS>|NB>|FYI>)[A-Z]{2,3}>{1,3}(?:\s|$)")
# Between an introduction and its quote a remark may stand: "[...]", "(my own, cut)".
_REMARK = re.compile(
    r"\s{0,3}(?:[\[(<{][^\])>}?]{0,40}[\])>}]|[.…]{1,9}(?: ?\w{1,12} ?[.…]{1,9})?|8<[- ]{0,60})\s{0,3}$"
)
_LEFT_OUT_ENDS = frozenset("])>}.…8<- \t\xa0")


def any_of(phrases: Iterable[str]) -> str:
    """A group that matches any of the phrases, the longest first."""
    return "(?:" + "|".join(re.escape(phrase) for phrase in sorted(set(phrases), key=len, reverse=True)) + ")"


# What a hand puts where it left something out of a quote: "[...]", "<snip>", "... cut ...".
_LEFT_OUT = re.compile(
    r"\s{0,3}(?:[\[(<{][-. …]{0,40}[\])>}]|…|[.…]{2,9}|8<[- ]{0,60}"
    rf"|[\[(<{{.…][^\])>}}?]{{0,40}}{any_of(QUOTES.left_out)}[^\])>}}?]{{0,40}}[\])>}}.…])\s{{0,3}}$",
    re.IGNORECASE,
)


def split(text: str) -> list[str]:
    """The lines of a text, each bounded."""
    return [line[:LONGEST_LINE] for line in text.splitlines()]


def is_quoted(line: str) -> bool:
    """Does a quote mark stand before the line, initials before it or not? No mark are ">>> new <<<", a table's row."""
    start = line[:4].lstrip()
    if ">" not in start:
        return start[:2] == "| " and not line[5:].rstrip().endswith("|")
    if start[0] != ">":
        return bool(_INITIALS.match(line))
    return start[:3] != ">>>" or "<<<" not in line[-4:]


def quoted_follows(lines: Sequence[str], place: int) -> bool:
    """Does a line with a quote mark come next, blank ones and remarks in brackets aside?"""
    following = next((line for line in lines[place : place + 6] if line.strip() and not _REMARK.match(line)), "")
    return is_quoted(following)


def leaves_out(lines: Sequence[str], place: int) -> bool:
    """Does the line only say that something of the quote below it was left out?"""
    line = lines[place]
    return line[-1:] in _LEFT_OUT_ENDS and bool(_LEFT_OUT.match(line)) and quoted_follows(lines, place + 1)


def starts_paragraph(lines: Sequence[str], place: int) -> bool:
    """Does nothing of a running text stand right above?"""
    return place == 0 or not lines[place - 1].strip() or is_quoted(lines[place - 1])


def is_torn(lines: Sequence[str], place: int) -> bool:
    """Below a quoted line: is this one, between quoted ones, the rest of its link, or marked at its end?"""
    if place + 1 >= len(lines) or not is_quoted(lines[place + 1]):
        return False
    line, above = lines[place].rstrip(), lines[place - 1]
    link = above[above.rfind("http") - 1 :] if "http" in above else ""
    opens = link[:1] in {"(", "<"} and not any(sign in link for sign in ")> ")
    return line.endswith(" >") or (opens and line.lstrip().partition(" ")[0].endswith((")", ">")))
