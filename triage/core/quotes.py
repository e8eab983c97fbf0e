"""What the sender wrote himself: quotes, forwarded blocks, signatures and mobile footers are cut away.

One pass over the lines and patterns that look at one bounded line each, so that no text takes more than linear time.
"""

import re
from collections.abc import Iterable

from triage.core.language import QUOTES

_LONGEST_LINE = 2000


def _any(phrases: Iterable[str]) -> str:
    """A group that matches any of the phrases, the longest first."""
    return "(?:" + "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True)) + ")"


_COLON = r"\s{0,3}[:\uff1a]"
# A date or a word such as "On" begins an introduction; on one line a name alone may.
_INTRO_START = re.compile(rf"\s{{0,3}}(?:{_any(QUOTES.intro)}(?!\w)|\d{{1,4}}[-/.年])", re.IGNORECASE)
_NAMED = re.compile(rf"\s{{0,3}}[^:]{{1,120}}?{_any(QUOTES.wrote)}(?!\w)", re.IGNORECASE)
_INTRO_END = re.compile(
    rf"(?:{_any(QUOTES.wrote)}|(?<!\w){_any(QUOTES.wrote_then)}\s[^:]{{1,120}}){_COLON}\s{{0,3}}$", re.IGNORECASE
)
_DATED = re.compile(r"\d|@|年")
_BAR = re.compile(rf"\s{{0,3}}[-_=]{{2,80}}\s{{0,3}}{_any((*QUOTES.original, *QUOTES.forwarded))}", re.IGNORECASE)
_FORWARD_BAR = re.compile(
    rf"\s{{0,3}}(?:-{{2,80}}\s{{0,3}}{_any(QUOTES.forwarded)}|{_any(QUOTES.forwarded)}{_COLON}\s{{0,3}}$)",
    re.IGNORECASE,
)
_BLOCK_FROM = re.compile(rf"\s{{0,3}}\*{{0,2}}{_any(QUOTES.sender)}{_COLON}\*{{0,2}}\s{{0,20}}\S", re.IGNORECASE)
_BLOCK_NEXT = re.compile(rf"\s{{0,3}}\*{{0,2}}{_any(QUOTES.fields)}{_COLON}", re.IGNORECASE)
_SIGNATURE = re.compile(r"--\s{0,2}$")
_FOOTER = re.compile(rf"\s{{0,3}}{_any(QUOTES.footer)}", re.IGNORECASE)
_RULE = re.compile(r"\s{0,3}_{20,}\s{0,3}$")
_LONGEST_FOOTER = 12
# The first letters with which a footer or a forwarding line can begin, so that most lines are tried once.
_OPENERS = frozenset(phrase[0] for phrase in (*QUOTES.footer, *QUOTES.forwarded))


def own_words(text: str) -> str:
    """The lines the sender typed, in order; what stands between the lines of a quote counts as typed."""
    lines = [line[:_LONGEST_LINE] for line in text.splitlines()]
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        if _is_quoted(line):
            place += 1
        elif intro := _intro_lines(lines, place):
            place += intro
            if not _quoted_follows(lines, place):
                break
        elif _ends_own_words(lines, place):
            break
        else:
            kept.append(line)
            place += 1
    return "\n".join(kept).strip()


def holds_forward(text: str) -> bool:
    """Does an unquoted forwarded block stand in the text?"""
    return any(_FORWARD_BAR.match(line[:_LONGEST_LINE]) for line in text.splitlines())


def _is_quoted(line: str) -> bool:
    start = line[:4].lstrip()
    return start.startswith((">", "| "))


def _ends_own_words(lines: list[str], place: int) -> bool:
    line = lines[place]
    start = line[:4].lstrip()[:1]
    if not start:
        return False
    if start in "-_=" and (_SIGNATURE.match(line) or _BAR.match(line) or _FORWARD_BAR.match(line)):
        return True
    if start.lower() in _OPENERS and (_FOOTER.match(line) or _FORWARD_BAR.match(line)):
        return True
    if start == "_" and _RULE.match(line):
        return len(lines) - place <= _LONGEST_FOOTER
    head = line[:16]
    if ":" not in head and "\uff1a" not in head:
        return False
    return bool(_BLOCK_FROM.match(line)) and any(_BLOCK_NEXT.match(after) for after in lines[place + 1 : place + 3])


def _intro_lines(lines: list[str], place: int) -> int:
    """How many lines an "On … wrote:" takes from here, 0 if there is none; mail programs wrap it over up to three."""
    for count in (1, 2, 3):
        if place + count > len(lines) or not (last := lines[place + count - 1].rstrip()):
            return 0
        if last.endswith((":", "\uff1a")):
            return count if _introduces(lines, place, count) else 0
    return 0


def _introduces(lines: list[str], place: int, count: int) -> bool:
    """Without a date or an address it is a sentence of the sender's, unless a quote follows."""
    if not _INTRO_END.search(lines[place + count - 1].rstrip()[-200:]):
        return False
    whole = " ".join(lines[place : place + count])
    if not _INTRO_START.match(whole) and not (count == 1 and _NAMED.match(whole)):
        return False
    return bool(_DATED.search(whole)) or _quoted_follows(lines, place + count)


def _quoted_follows(lines: list[str], place: int) -> bool:
    """Does a line with a quote mark come next, blank ones aside?"""
    following = next((line for line in lines[place : place + 4] if line.strip()), "")
    return _is_quoted(following)
