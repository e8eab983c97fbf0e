"""By when a caller wants to hear, and when they can be reached."""

import re
from datetime import datetime

from triage.core.calls.spoken.tables import SPOKEN, heard
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.core.words.latest import named
from triage.core.words.sentences import Sentence

_HOUR = re.compile(r"[^\W\d_]+(?:'[^\W_]+)*|\d{1,2}(?:[:.]\d{2})?|[^\w\s]|\S", re.UNICODE)
_TIME = r"(?:about |around )?(?:\d{1,2}(?:[:.]\d{2})?|noon|midnight|mittag)(?: ?(?:a\.?m\.?|p\.?m\.?|o'clock|uhr))?"
_WINDOW = re.compile(
    rf"\b(?:(?:from|von|between|zwischen) {_TIME} (?:to|till|until|and|bis|und|-) {_TIME}"
    rf"|(?:until|till|til|after|bis|ab|nach|before|any ?time before) {_TIME}"
    r"|(?:most )?(?:mornings|afternoons|evenings)\b|all day\b)",
    re.IGNORECASE,
)
_AFTERNOON = 7
_LONGEST = 400


def wanted_by(parts: tuple[Sentence, ...], at: datetime, hours: Hours) -> datetime | None:
    """The earliest moment named as the latest; the hours at which the caller is there are none."""
    moments = (named(_asked(part.text), at, hours) for part in parts)
    return min((moment for moment in moments if moment), default=None)


def reachable(parts: tuple[Sentence, ...]) -> str:
    """The caller's words for when they are there, or nothing."""
    for part in parts:
        if SPOKEN.present.find(heard(part.text)) and (found := _window(part.text)):
            return plain(found, 60)
    return ""


def _window(text: str) -> str:
    clear = _in_digits(text[:_LONGEST])
    found = _WINDOW.search(clear)
    return found[0] if found else ""


def _asked(text: str) -> str:
    """The sentence with its hours as clocks show them and without the hours at which somebody is there."""
    clear = _in_digits(text[:_LONGEST])
    if SPOKEN.present.find(heard(text)):
        clear = _WINDOW.sub(" ", clear)
    return re.sub(
        r"\b(by|before|until|till|bis|vor) (\d{1,2})(?![\d:.]| ?(?:[ap]\.?m|uhr|o'clock))", _on_the_clock, clear
    )


def _on_the_clock(found: re.Match[str]) -> str:
    """ "By five" is in the afternoon, "by ten" in the morning."""
    hour = int(found[2])
    return (
        f"{found[1]} {hour if hour > 12 else hour + 12 if hour <= _AFTERNOON else hour}:00" if hour < 24 else found[0]
    )


def _in_digits(text: str) -> str:
    """ "Before five" as "before 5"; only hours, each word by itself."""
    return re.sub(r"[^\W\d_]+", lambda word: str(SPOKEN.hours.get(word[0].casefold(), word[0])), text)
