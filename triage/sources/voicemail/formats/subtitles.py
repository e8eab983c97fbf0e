"""WebVTT, SubRip and whisper's tab-separated lines: words with their times."""

import re

from triage.sources.voicemail.labels import seconds
from triage.sources.voicemail.told import File, Told
from triage.sources.voicemail.wording import wording

_TIMES = re.compile(r"\s*((?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3})\s*-->\s*((?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3})")
_TAG = re.compile(r"<[^<>]{0,200}>")
_APART = ("NOTE", "STYLE", "REGION")


def read(file: File) -> tuple[Told, ...] | None:
    """The words of a file of subtitles; their end is about how long the voicemail is."""
    if file.extension not in {"vtt", "srt", "tsv"} and not file.start.lstrip(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
        return None
    if file.extension == "tsv":
        return _tabbed(file.text)
    if "-->" not in file.text:
        return (Told(),) if file.text.startswith("WEBVTT") else None
    words: list[str] = []
    last = None
    for block in file.text.split("\n\n"):
        lines = block.strip().split("\n")
        timed = next((place for place, line in enumerate(lines) if _TIMES.match(line)), None)
        if timed is not None and not block.lstrip().startswith(_APART):
            last = _TIMES.match(lines[timed])
            words += [_TAG.sub("", line).strip() for line in lines[timed + 1 :] if line.strip()]
    return (Told(span=seconds(re.split("[.,]", last[2])[0]) if last else None, **wording(" ".join(words))),)


def _tabbed(text: str) -> tuple[Told, ...] | None:
    rows = [line.split("\t") for line in text.strip().split("\n")]
    if rows[0][:3] != ["start", "end", "text"]:
        return ()
    return (Told(**wording(" ".join(row[2].strip() for row in rows[1:] if len(row) > 2))),)
