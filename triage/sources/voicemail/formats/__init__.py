"""The registry of formats: one file a family, asked in this order; the first that knows a file has it.

A format is a function from a File to what it tells (one Told a voicemail, none for what is no voicemail), or to None
for a file it does not know. It may raise what reading raises, and Unfinished for a file that seems cut short.
"""

from collections.abc import Callable

from triage.sources.voicemail.formats import (
    asterisk,
    fritz,
    letter,
    loose,
    plain,
    ringcentral,
    subtitles,
    takeout,
    twilio,
    whisper,
)
from triage.sources.voicemail.told import File, Told

Format = Callable[[File], tuple[Told, ...] | None]

FORMATS: tuple[Format, ...] = (
    asterisk.read,
    letter.read,
    twilio.read,
    ringcentral.read,
    whisper.read,
    loose.read,
    subtitles.read,
    takeout.read,
    fritz.read,
    plain.read,
)


def read(file: File) -> tuple[Told, ...] | None:
    """What the file tells, by the first format that knows it."""
    return next((told for one in FORMATS if (told := one(file)) is not None), None)
