"""What the organiser of a meeting wrote himself: what calendars and meeting services add to an invitation is cut away.

By structure first: what stands under a rule of signs with links or numbers in it, links with their label, numbers to
dial, fields such as "Meeting ID: 123", short questions beside all these. Then by the openings known in each language.
What is cut too much keeps an invitation where it is anyway, on a quiet line; so in doubt a line stays.
"""

import re
from collections.abc import Iterator, Sequence

from triage.core.words.language import PHRASES
from triage.core.words.language.phrases import words
from triage.core.words.quotes.lines import split
from triage.core.words.sentences import Sentence

_FENCE = re.compile(r"[-_~=*:.\u2010-\u2015 ]{8,}$")
_LINK = re.compile(r"<?\b(?:https?://|www\.|mailto:|tel:|sip:)[^\s>]{1,2000}>?", re.I)
_FIELD = re.compile(r"[^:.?!]{1,40}[:\uff1a]")
_ITEM = re.compile(r"(?:[-*\u2022\u2013]|\d{1,2}[.)])\s")
_LONGEST_LABEL = 7
_LONGEST_FIELD = 4
_LONGEST_ADDED = 60
_DIALLED = 7
_ASIDE = 3
_LONGEST_RSVP = 14


def organisers_words(text: str) -> str:
    """The lines of an invitation that its organiser typed, in order; what stands on an agenda asks nobody."""
    lines = list(_unfenced(split(text)))
    added = _added(lines)
    added = [one or _is_aside(lines, added, place) or _is_agenda(lines[place]) for place, one in enumerate(added)]
    return "\n".join(line for line, by_program in zip(lines, added, strict=True) if not by_program).strip()


def beside_rsvp(parts: Sequence[Sentence]) -> tuple[str, ...]:
    """What accepting or declining does not answer: no "does the time suit you?"."""
    return tuple(part.text for part in parts if part.asks and not _is_rsvp(part))


def is_added(line: str) -> bool:
    """Is the line one that a program wrote: a link and its label, a number, a field, a known opening?"""
    text = line.strip(" \t\xa0|*\u2022")
    if not text or _FENCE.match(text):
        return bool(text)
    label = _LINK.sub(" ", text)
    said = words(label)
    if known := PHRASES.meeting.starts(said):
        return len(said) <= _LONGEST_ADDED and not _wants(said[known:])
    if _wants(said) or ("?" in label and len(said) > _ASIDE):
        return False
    digits = sum(map(str.isdigit, label))
    is_label = len(said) <= _LONGEST_LABEL and label != text
    is_number = digits >= _DIALLED and sum(map(str.isalpha, said)) <= _LONGEST_LABEL
    return is_label or is_number or _is_field(label, said, filled=digits > 0)


def _is_field(label: str, said: Sequence[str], *, filled: bool) -> bool:
    """ "Meeting ID: 123", "Where: Room 4"."""
    field = _FIELD.match(label)
    if field is None or len(words(field[0])) > _LONGEST_FIELD:
        return False
    return filled or PHRASES.meeting_field.starts(said) > 0


def _added(lines: Sequence[str]) -> list[bool]:
    """Which lines a program wrote; one it broke goes on in small letters."""
    found: list[bool] = []
    for line in lines:
        goes_on = bool(found) and found[-1] and len(words(line)) > _ASIDE and line[:1].islower() and not _asks(line)
        found.append(goes_on or is_added(line))
    return found


def _asks(line: str) -> bool:
    return "?" in line or _wants(words(line))


def _unfenced(lines: Sequence[str]) -> Iterator[str]:
    """The lines without those segments under a rule of signs that a program filled."""
    segment: list[str] = []
    fenced = False
    for line in lines:
        if _FENCE.match(line.strip()):
            yield from () if fenced and _is_filled(segment) else segment
            segment, fenced = [], True
        else:
            segment.append(line)
    yield from () if fenced and _is_filled(segment) else segment


def _is_filled(segment: Sequence[str]) -> bool:
    """Does it hold a link or a number to dial, and more lines of a program than of a person?"""
    filled = [line for line in segment if line.strip()]
    if not any(_LINK.search(line) or sum(map(str.isdigit, line)) >= _DIALLED for line in filled):
        return False
    return 2 * sum(map(is_added, filled)) >= len(filled)


def _is_aside(lines: Sequence[str], added: Sequence[bool], place: int) -> bool:
    """ "Need help?", in any language, right above or below what a program wrote."""
    text = lines[place].strip()
    if not text.endswith("?") or len(words(text)) > _ASIDE:
        return False
    return any(added[near] for near in (place - 1, place + 1) if 0 <= near < len(lines))


def _wants(said: Sequence[str]) -> bool:
    return bool(PHRASES.request.find(said)) and not PHRASES.rsvp.find(said)


def _is_rsvp(part: Sentence) -> bool:
    return len(part.said) <= _LONGEST_RSVP and bool(PHRASES.rsvp.find(part.said))


def _is_agenda(line: str) -> bool:
    """ "1. What went well?" is asked of the meeting, not of me."""
    return bool(_ITEM.match(line.strip())) and not PHRASES.addressed.find(words(line))
