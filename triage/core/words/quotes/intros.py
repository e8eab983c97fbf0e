"""Introductions of quotes: "On … wrote:" on up to four lines, and bars such as "-----Original Message-----"."""

import re
from collections.abc import Sequence

from triage.core.words.language import QUOTES
from triage.core.words.quotes.lines import COLON, any_of, is_quoted, quoted_follows, starts_paragraph

_MOST_LINES = 4
_WROTE = any_of(QUOTES.wrote)
# A date or a word such as "On" begins an introduction; on one line a name alone may.
_START = re.compile(
    rf"\s{{0,8}}(?:-{{1,3}}\s)?(?:{any_of(QUOTES.intro)}(?!\w)|\d{{1,4}}[-/.年]|(?<=--\s)[^<]{{1,80}}<\S{{1,80}}@)",
    re.IGNORECASE,
)
_WROTE_SOMEWHERE = re.compile(rf"{_WROTE}(?!\w)", re.IGNORECASE)
_NAMED = re.compile(rf"[^:]{{1,120}}?{_WROTE}(?!\w)", re.IGNORECASE)
_STARRED = re.compile(r"\* [^\W\d_][^:?!]{1,80}:$")
_NAMED_BY_ADDRESS = re.compile(rf"\S@\S{{1,80}}\s{{1,3}}{_WROTE}{COLON}\s{{0,3}}$", re.IGNORECASE)
_DATED = re.compile(r"\d|@|年")
_IN_BRACKETS = re.compile(r"<\s?[^<>\s@]{1,80}@[^<>\s@]{1,80}\s?>")
_TIME_LAST = re.compile(
    r"\d[:.]\d\d(?:[:.]\d\d)?(?:\s?[ap]\.?m\.?)?(?:\s\(?(?:[a-z]{2,5}|[+-]\d{4}))?\s?\)?\s?[:\uff1a]$", re.IGNORECASE
)
_ON_ITS_LINE = re.compile(rf"@\S{{1,80}}\s{{0,3}}{_WROTE}{COLON}\s", re.IGNORECASE)
_FULL_DATE = re.compile(r"@|\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d\d|年")
_TIME = re.compile(r"\d[:.]\d\d")
_ADDRESS_LAST = re.compile(r"@\S{1,80}\s?[>)]{0,2}(?:\s[^\s\d]{1,14}){0,3}\s{0,2}[:\uff1a]$")
_DATE_AND_ADDRESS = re.compile(r"\s{0,3}\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s.{0,120}<\S{1,80}@\S{1,80}>:?\s{0,3}$")
_BARS = ("--", "__", "==", "\u2010\u2010", "\u2013\u2013", "\u2014\u2014")
_BAR_SIGNS = " \t-_=\u2010\u2013\u2014"
_SIGNS = frozenset(">-_=#*\u2010\u2013\u2014")
_BAR_TITLES = (*QUOTES.original, *QUOTES.forwarded)
_WROTE_THEN = tuple(f" {word} " for word in QUOTES.wrote_then)
_TOLD = tuple(f" {words}" for words in QUOTES.told)
_LONGEST_NAME = 120
_LONGEST_INTRO = 600
_LONGEST_TIME = 40
_LONGEST_SHARED = 200
_BEHIND = re.compile(rf"(?:\s|--)\s?({any_of(word.capitalize() for word in QUOTES.intro)}\s)")
_COLONS = (":", "\uff1a")
_COLON_OR_BLANK = frozenset(": \t\xa0\uff1a")


def introductions(lines: Sequence[str]) -> dict[int, int]:
    """Where an introduction starts, and the line after it."""
    found: dict[int, int] = {}
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    for place, line in enumerate(lines):
        if (
            line[-1:] in _COLON_OR_BLANK
            and line[-6:].rstrip().endswith(_COLONS)
            and (start := _start_of(lines, place)) is not None
        ):
            found[start] = place + 1
        elif (sign := line[:4].lstrip()[:1]) in _SIGNS:
            if _is_marked(lines, place, top=place <= first) if sign == ">" else _is_titled(line, top=place <= first):
                found[place] = place + 1
        elif "@" in line and _DATE_AND_ADDRESS.match(line) and quoted_follows(lines, place + 1):
            found[place] = place + 1
    return found


def parted(lines: Sequence[str]) -> list[str]:
    """The lines, with an introduction on a line of its own where words stand before or behind it."""
    found: list[str] = []
    for place, line in enumerate(lines):
        if line[-1:] in _COLON_OR_BLANK and (start := _shared(lines, place)):
            found += line[:start].rstrip(" -"), line[start:]
        elif "@" in line and (end := _end_on_its_line(line)):
            found += line[:end], line[end:]
        else:
            found.append(line)
    return found


def _end_on_its_line(line: str) -> int:
    """Where "On 4 April 2012 at 3:59, Ada<ada@example.org> wrote:" ends before the words quoted; 0 if nowhere."""
    found = _ON_ITS_LINE.search(line) if _START.match(line) else None
    return found.end() if found and _TIME.search(line, 0, found.start()) else 0


def _shared(lines: Sequence[str], place: int) -> int:
    """Where "On 4 April 2012 at 3:59, ada@example.org wrote:" begins behind other words; 0 if nowhere."""
    line = lines[place]
    if not line[-3:].rstrip().endswith(_COLONS) or not quoted_follows(lines, place + 1):
        return 0
    if is_quoted(line) or _START.match(line) or not _says_wrote(line.rstrip()):
        return 0
    found = _BEHIND.search(line, max(0, len(line) - _LONGEST_SHARED))
    start = found.start(1) if found else 0
    return start if start and _TIME.search(line, start) and _FULL_DATE.search(line, start) else 0


def is_forward(line: str) -> bool:
    """Does all below come from somebody else's message, passed on?"""
    if line[:5].lstrip().startswith("--"):
        return line.strip(_BAR_SIGNS).lower().startswith(QUOTES.forwarded)
    return _is_forward_title(line)


def _asks_to_reply_above(line: str) -> bool:
    return line[:_LONGEST_NAME].lstrip(" \t-=#*>").lower().startswith(QUOTES.reply_above)


def _is_titled(line: str, *, top: bool) -> bool:
    """A bar, or where a ticket system wants the reply; over its own words it writes that too."""
    return _is_bar(line) or (not top and _asks_to_reply_above(line))


def _is_marked(lines: Sequence[str], place: int, *, top: bool) -> bool:
    """Is it an introduction behind a quote mark, with the quote below it unmarked?"""
    line = lines[place]
    if line[:3] == ">>>":
        return _is_group_wise(line)
    # Where a ticket system wants the reply; only the first line of the quote has kept its mark.
    return "--" in line and not top and _asks_to_reply_above(line) and not quoted_follows(lines, place + 1)


def _is_group_wise(line: str) -> bool:
    """Is it ">>> Ada King 16.11.2026 09:00 >>>", above a quote without marks?"""
    return line.rstrip().endswith(">>>") and bool(_TIME.search(line) and _FULL_DATE.search(line))


def _is_bar(line: str) -> bool:
    if not line[:5].lstrip().startswith(_BARS):
        return False
    title = line.strip(_BAR_SIGNS).lower()
    return title.startswith(_BAR_TITLES) or (line.rstrip().endswith("--") and title.endswith(QUOTES.wrote))


def _start_of(lines: Sequence[str], last: int) -> int | None:
    """The first line of the introduction that ends with this one, if it is one."""
    if is_quoted(lines[last]) and not _closes_address(lines, last):
        return None
    if _is_forward_title(lines[last]):
        return last
    first = _reach(lines, last)
    dated = next((start for start in range(last, first - 1, -1) if _begins_dated(lines, start, last + 1)), None)
    return last if dated is None and _names(lines, last) else dated


def _reach(lines: Sequence[str], last: int) -> int:
    """How far up an introduction may begin: no blank line parts it but the one below its date."""
    first = last
    while last - first < _MOST_LINES - 1 and first > 0 and _leads_on(lines[first - 1]):
        first -= 1
    above = lines[first - 2] if first > 1 and not lines[first - 1].strip() else ""
    begins = _START.match(above) and _leads_on(above) and _TIME.search(above) and _FULL_DATE.search(above)
    return first - 2 if begins else first


def _closes_address(lines: Sequence[str], place: int) -> bool:
    """The mark before ">:" or "> wrote:" is the end of an address that was wrapped."""
    above = lines[place - 1] if place else ""
    return "@" in above and (
        above.rfind("<") > above.rfind(">") or lines[place].strip("> \t\xa0:\uff1a").lower() in QUOTES.wrote
    )


def _is_forward_title(line: str) -> bool:
    text = line.strip().lower()
    if not text.endswith(_COLONS) or not text.startswith(QUOTES.forwarded):
        return False
    return text[:-1].rstrip() in QUOTES.forwarded or bool(_IN_BRACKETS.search(text))


def _leads_on(line: str) -> bool:
    text = line.rstrip()
    return bool(text) and not text.endswith((*_COLONS, "?", "!")) and not is_quoted(line)


def _begins_dated(lines: Sequence[str], start: int, after: int) -> bool:
    """Without a full date or an address it is a sentence of the sender's, unless a quote follows."""
    whole = " ".join(lines[start:after]).rstrip()
    if "@" in whole and starts_paragraph(lines, start) and _is_addressed(lines[start], whole):
        return True
    if whole.lstrip().lower().startswith(QUOTES.quoting):
        return "@" in whole or quoted_follows(lines, after)
    if _starts_with_name(lines, start, after) and _is_stamped(whole):
        return True
    if not _says_wrote(whole) or not _START.match(whole) or _is_cited(lines, start, after):
        return False
    if quoted_follows(lines, after):
        return bool(_DATED.search(whole))
    return bool(_FULL_DATE.search(whole)) and not any(words in whole.lower() for words in _TOLD)


def _is_cited(lines: Sequence[str], start: int, after: int) -> bool:
    """Does it stand indented, without an address or with indented marks below? Then it is cited among own words."""
    if not lines[start][:4].isspace():
        return False
    below = next((line.lstrip() for line in lines[after : after + 2] if line.strip()), "")
    return below[:1] == ">" or "@" not in " ".join(lines[start:after])


def _is_stamped(whole: str) -> bool:
    """Does it say that somebody wrote, at what day and time, ending with the time or the verb, whatever comes first?"""
    if not _TIME.search(whole):
        return False
    timed = _TIME_LAST.search(whole, max(0, len(whole) - _LONGEST_TIME)) and _WROTE_SOMEWHERE.search(whole)
    dated = (timed or _says_wrote(whole)) and _FULL_DATE.search(_IN_BRACKETS.sub("", whole))
    return bool(dated and not any(words in whole.lower() for words in _TOLD))


def _starts_with_name(lines: Sequence[str], start: int, after: int) -> bool:
    """Is it a name and an address in brackets, on its line or the next, or a name alone above a quote?"""
    if "<" not in lines[start] and (start + 1 == after or not lines[start + 1].lstrip().startswith("<")):
        return start + 1 == after and quoted_follows(lines, after)
    starts = bool(lines[start].partition("<")[0].strip())
    return starts and bool(_IN_BRACKETS.search(" ".join(lines[start:after])))


def _names(lines: Sequence[str], place: int) -> bool:
    """Is it a name and "wrote:", "* Ada King:", or a day and a time in any words, with a quote below, or the address
    before it?
    """
    line = lines[place].rstrip()
    if _STARRED.match(line) or (_FULL_DATE.search(line) and _TIME.search(line)):
        return quoted_follows(lines, place + 1)
    if not _says_wrote(line):
        return False
    if quoted_follows(lines, place + 1):
        return bool(_NAMED.match(line))
    return bool(_NAMED_BY_ADDRESS.search(line[-_LONGEST_INTRO:]))


def _is_addressed(first: str, whole: str) -> bool:
    """Does a date begin it, a time follow and an address end it? So it looks in any language."""
    starts_dated = any(sign.isdigit() for sign in "".join(first.split(maxsplit=3)[:3]))
    return starts_dated and bool(_TIME.search(first)) and bool(_ADDRESS_LAST.match(whole, whole.rfind("@")))


def _says_wrote(whole: str) -> bool:
    """Does it end in "wrote:", or in "schrieb Ada:"?"""
    tail = whole[-_LONGEST_NAME:-1].rstrip().lower()
    return tail.endswith(QUOTES.wrote) or any(word in tail for word in _WROTE_THEN)
