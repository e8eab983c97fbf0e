"""What programs and companies add to one's words: signatures under a delimiter, footers, warnings, disclaimers."""

import re
from collections.abc import Container, Sequence

from triage.core.words.language import PHRASES, QUOTES
from triage.core.words.language.phrases import words
from triage.core.words.quotes.lines import RULE, any_of, is_quoted

_DELIMITER = re.compile(r"--[ \xa0]\s{0,2}$")
_LONGEST_SIGNATURE = 12
_LONGEST_BARE = 8  # RFC 3676 section 4.3 demands the blank; "--" without it parts paragraphs too
_SENTENCE = re.compile(r"(?:\S{1,100}\s{1,9}){3}.*[.!:]\s{0,9}$|.*\?")
_LIST_RULE = re.compile(r"\s{0,3}_{20,}\s{0,3}$")
_LONGEST_LIST_FOOTER = 5
_LINK = re.compile(r"https?://\S|www\.\S|\S@\S")
_URL = re.compile(r"[(<\[]?https?://\S{1,500}")
# A sentence may begin like a footer; it then goes on after a comma or asks something.
_FOOTER_START = re.compile(rf"\s{{0,3}}[*_\[(]?{any_of(QUOTES.footer).replace('…', '[^,?]{1,40}')}", re.IGNORECASE)
_FOOTER_REST = re.compile(
    r"[^,.?\uff0c\uff1f]{0,100}(?:\.\S[^,.?\uff0c\uff1f]{0,100}){0,3}(?:([.,])\s{1,3}([^?\uff1f]{1,100}))?\.?$"
)
_LINKED = str.maketrans("", "", "[]")  # "Sent with [Program](address)"
_POSTSCRIPT = re.compile(
    rf"\s{{0,3}}{any_of(QUOTES.postscript)}(?:[.:,;)\uff1a\u2013-]|(?<=[^\x00-\x7f])|\s[^?]{{1,300}}\?)", re.IGNORECASE
)
_OPENERS = frozenset(phrase[:4] for phrase in QUOTES.footer)
_DISCLAIMER_WORDS = 3
_SHORTEST_DISCLAIMER = 80
_LONGEST_TITLE = 40
_FEWEST_SIGNED = 2
_DASHES = ("-", "\u2013", "\u2014")
_NAME = re.compile(r"\s{0,3}[^\W\d_]{1,20}(?: [^\W\d_]{1,20})?\.?\s{0,3}$")
_SIGN_OFF = re.compile(r"\s{0,3}[-\u2013\u2014]{1,2} ?[^\W\d_]{1,20}\.?\s{0,3}$")
_SHORT_RULE = re.compile(r"\s{0,3}-{3}\s{0,3}$")


def signature_end(lines: Sequence[str], place: int, quotes: Container[int]) -> int:
    """The line after a signature or a list's footer that starts here, `place` itself if none does.

    It reaches to the next quote, a postscript or the end; what is longer than such things are is a text with a line
    in it.
    """
    line = lines[place]
    sign = line[:4].lstrip()[:1]
    if sign == "_":
        end = _short_end(lines, place, _LONGEST_LIST_FOOTER, quotes) if _LIST_RULE.match(line) else 0
        return end if end and _advertises(lines[place + 1 : end]) else place
    if sign != "-":
        return place
    if _DELIMITER.match(line):
        return _short_end(lines, place, _LONGEST_SIGNATURE, quotes) or place
    if line.rstrip() == "--":
        end = _short_end(lines, place, _LONGEST_BARE, quotes)
        return end if end and not any(_says(after) for after in lines[place:end]) else place
    return place


def is_postscript(line: str) -> bool:
    """Does the line begin with "P.S."? Then it was typed, wherever it stands."""
    return bool(_POSTSCRIPT.match(line))


def is_footer(line: str) -> bool:
    """Is the line one that a mail program adds, such as "Sent from my phone"?"""
    if line[:8].lstrip(" \t*_[(")[:4].lower() not in _OPENERS:
        return False
    line = line.translate(_LINKED)
    start = _FOOTER_START.match(line)
    rest = _FOOTER_REST.match(_URL.sub("", line[start.end() :]).rstrip()) if start else None
    return bool(rest and (not rest[2] or is_footer(rest[2]) or (rest[1] == "." and not _asks(rest[2]))))


def without_banner(kept: Sequence[str]) -> Sequence[str]:
    """The lines without a gateway's warning at their top."""
    place = 0
    for wanted in (2, 1, 1):
        while place < len(kept) and not kept[place].strip():
            place += 1
        if place == len(kept) or not _warns(kept[place], wanted):
            break
        place += 1
    return kept[place:]


def _warns(line: str, wanted: int) -> bool:
    """A title in brackets warns by one phrase, a sentence by as many as wanted."""
    text = line.lower().strip()
    title = text.startswith(("[", "*")) and text.endswith(("]", "*"))
    return "?" not in text and sum(phrase in text for phrase in QUOTES.banner) >= (1 if title else wanted)


def without_disclaimer(kept: Sequence[str]) -> Sequence[str]:
    """The lines without the legal paragraphs at their end, the titles above those and the rules around them."""
    end = len(kept)
    while (start := _paragraph_start(kept, last := _ruled(kept, end))) is not None and _disclaims(kept[start:last]):
        end = _ruled(kept, start)
        while end and _is_title(kept, end - 1):
            end = _ruled(kept, end - 1)
    return kept[:end]


def _ruled(kept: Sequence[str], end: int) -> int:
    """Where the empty lines and rules above a line begin."""
    while end and (not kept[end - 1].strip() or RULE.match(kept[end - 1])):
        end -= 1
    return end


def without_sign_off(kept: Sequence[str]) -> Sequence[str]:
    """The lines without "-Robin", or a name under a rule, at their end."""
    end = len(kept)
    while end and not kept[end - 1].strip():
        end -= 1
    if end < _FEWEST_SIGNED:
        return kept
    if _SIGN_OFF.match(kept[end - 1]):
        listed = any(line.lstrip().startswith(_DASHES) for line in kept[: end - 1])
        return kept if listed or kept[end - 2].rstrip().endswith(":") else kept[: end - 1]
    under_rule = _SHORT_RULE.match(kept[end - 2]) and _NAME.match(kept[end - 1])
    return kept[: end - 2] if under_rule else kept


def _short_end(lines: Sequence[str], place: int, most: int, quotes: Container[int]) -> int:
    filled = 0
    for after in range(place + 1, len(lines)):
        if is_quoted(lines[after]) or after in quotes or is_postscript(lines[after]):
            return after
        filled += bool(lines[after].strip())
        if filled > most:
            return 0
    return len(lines)


def _advertises(lines: Sequence[str]) -> bool:
    """A list's or a free mail service's footer names an address and asks nothing."""
    return any(_LINK.search(line) for line in lines) and not any(_asks(line) for line in lines)


def _asks(line: str) -> bool:
    text = _URL.sub("", line)
    return not is_footer(line) and ("?" in text or bool(PHRASES.request.find(words(text))))


def _says(line: str) -> bool:
    return bool(_SENTENCE.match(_URL.sub("", line).strip())) and not is_footer(line)


def _paragraph_start(kept: Sequence[str], end: int) -> int | None:
    place = end
    while place and not kept[place - 1].strip():
        place -= 1
    if not place:
        return None
    while place and kept[place - 1].strip() and not RULE.match(kept[place - 1]):
        place -= 1
    return place


def _disclaims(paragraph: Sequence[str]) -> bool:
    text = " ".join(paragraph).lower()
    return (
        len(text) >= _SHORTEST_DISCLAIMER
        and "?" not in text
        and sum(phrase in text for phrase in QUOTES.disclaimer) >= _DISCLAIMER_WORDS
    )


def _is_title(kept: Sequence[str], place: int) -> bool:
    """One short line by itself that speaks of what comes: "Disclaimer", "Confidentiality notice:"."""
    line = kept[place].strip().strip("*:-_ ").lower()
    alone = place == 0 or not kept[place - 1].strip()
    return (
        alone
        and len(line) <= _LONGEST_TITLE
        and "?" not in line
        and any(phrase in line for phrase in QUOTES.disclaimer)
    )
