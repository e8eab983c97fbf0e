"""By when a caller wants to hear, and when they can be reached."""

import re
from datetime import datetime

from triage.core.calls.said import Said
from triage.core.calls.spoken.tables import SPOKEN, heard
from triage.core.plain import plain
from triage.core.times.hours import Hours
from triage.core.words.latest import named

_LONGEST = 400
_AFTERNOON = 7
_HOURS = "|".join(sorted(map(re.escape, SPOKEN.hours), key=len, reverse=True))
_TIME = (
    rf"(?:about |around |at )?(?:\d{{1,2}}(?:[:.]\d{{2}})?|noon|midnight|mittag|(?:{_HOURS})\b)"
    r"(?: ?(?:a\.m\.|p\.m\.|am\b|pm\b|o'clock\b|uhr\b))?"
)
_DAYS = r"(?:tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
# Hours between two times, and those open at one end; "call me after three" names such hours, "before" a deadline.
_BETWEEN = (
    rf"\b(?:from|von|between|zwischen) {_TIME} (?:to|till|til|until|and|bis|und) {_TIME}|\b\d{{1,2}} (?:to|bis) {_TIME}"
)
_FROM = rf"\b(?:after|nach|ab) {_TIME}"
_UNTIL = rf"\b(?:until|till|til|bis|any ?time (?:before|until)) (?:{_TIME}|{_DAYS})"
_ALWAYS = r"\b(?:home |in )?all (?:day|morning|afternoon|evening)\b|\b(?:most )?(?:mornings|afternoons|evenings)\b"
_THERE = re.compile(f"{_BETWEEN}|{_FROM}|{_UNTIL}|{_ALWAYS}", re.IGNORECASE)
_CALLED = re.compile(f"{_BETWEEN}|{_FROM}|{_ALWAYS}", re.IGNORECASE)
# Nobody says "by so", meaning Sunday, aloud.
_SHORT_DAYS = re.compile(r"\b(?:so|do|mo|di|mi|fr|sa|sat|sun|mon|wed)\b", re.IGNORECASE)
_STAYS = re.compile(rf"\b(?:until|till|til) (?:about |around )?(?:{_TIME}|{_DAYS})", re.IGNORECASE)
_BARE = re.compile(r"\b(by|before|bis|vor) (\d{1,2})(:\d{2})?(?! ?(?:[ap]\.?m\b|uhr|o'clock)|[\d:])", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|isn'?t|won'?t|never|nicht)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


def wanted_by(said: Said, at: datetime, hours: Hours) -> datetime | None:
    """The earliest moment named as the latest. How long the caller is there, or was away, is none."""
    moments = (named(_demand(part), at, hours) for part in said.overlapping)
    return min((moment for moment in moments if moment), default=None)


def reachable(said: Said) -> str:
    """The caller's words for when they are there, or nothing."""
    for part in said.overlapping:
        words = heard(part[:_LONGEST])
        window = _THERE if SPOKEN.present.find(words) else _CALLED if SPOKEN.to_call.find(words) else None
        found = window.search(part[:_LONGEST]) if window else None
        if found and not _NOT.search(part[max(0, found.start() - 25) : found.start()]):
            return plain(found[0], 60)
    return ""


def _demand(text: str) -> str:
    """The sentence with its hours as clocks show them, and without those that are no deadline."""
    clear = _STAYS.sub(" ", _SHORT_DAYS.sub(" ", text[:_LONGEST]))
    if SPOKEN.present.find(heard(clear)):
        clear = _THERE.sub(" ", clear)
    return _BARE.sub(_on_the_clock, _WORD.sub(_in_digits, clear))


def _on_the_clock(found: re.Match[str]) -> str:
    """ "By five" is in the afternoon, "by ten" in the morning."""
    hour = int(found[2])
    return f"{found[1]} {hour + 12 if hour <= _AFTERNOON else hour}{found[3] or ':00'}"


def _in_digits(word: re.Match[str]) -> str:
    return str(SPOKEN.hours.get(word[0].casefold(), word[0]))
