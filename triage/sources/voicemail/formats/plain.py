"""Transcripts as plain text, Markdown or a web page, perhaps with lines like "From: …" above; any other text too."""

import re
from dataclasses import replace

from triage.sources.message.charsets import clean
from triage.sources.message.html import html_text
from triage.sources.voicemail import labels, recording
from triage.sources.voicemail.told import MOST_TEXT, File, Told
from triage.sources.voicemail.wording import wording

_KNOWN = {"txt", "text", "md", "markdown", "log", ""}
_PAGES = {"html", "htm"}
_TABLES = {"csv", "tsv", "db", "sqlite", "ini", "conf", "cfg", "lock"}
_FENCE = re.compile(r"\A---\n(.{0,4000}?)\n---\n", re.DOTALL)
_HEADING = re.compile(r"\A\s{0,20}#{1,6} {0,5}(?:voice ?mail|message|sprachnachricht|nachricht)[^\n]{0,20}?"
                      r"\b(?:from|von|de|da|van)\b:?([^\n]{1,120})\n", re.I)  # fmt: skip


def read(file: File) -> tuple[Told, ...] | None:
    """The words of any text; a recording under a name that does not say so; None for anything else."""
    if recording.is_recording(file.start):
        return (Told(),)
    if file.extension in _TABLES:
        return ()
    if file.is_binary:
        return None
    is_page = file.extension in _PAGES
    told = spoken(html_text(file.text, MOST_TEXT) if is_page else file.text, file)
    if file.extension not in _KNOWN and not is_page:
        told = replace(told, trouble=f"{clean(file.name)} is of no known kind, taken as plain text")
    elif not file.is_whole:
        told = replace(told, trouble=f"{clean(file.name)} is very long, only its beginning was read")
    return (told,)


def spoken(text: str, file: File) -> Told:
    """What a text tells: its labels, and its words."""
    fenced = _FENCE.match(text)
    if fenced:
        text = f"{fenced[1]}\n\n{text[fenced.end() :]}"
    heading = _HEADING.match(text)
    found = labels.head(text[heading.end() :] if heading else text, file.zone)
    name, number = labels.who(heading[1]) if heading else ("", "")
    return Told(
        at=found.at,
        number=found.number or number,
        name=found.name or name,
        called=found.called,
        seconds=found.seconds,
        **wording(found.words),
    )
