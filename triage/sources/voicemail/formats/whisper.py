"""JSON of openai-whisper and its kin (text, segments) and of whisper.cpp (transcription)."""

import math
from statistics import fmean
from typing import Any

from triage.sources.voicemail.formats.structured import Object, objects, text_at
from triage.sources.voicemail.told import File, Told
from triage.sources.voicemail.wording import wording


def read(file: File) -> tuple[Told, ...] | None:
    """The words of a recording, and how sure the engine was."""
    found = objects(file) if file.extension == "json" else ()
    if len(found) != 1:
        return None
    (one,) = found
    if isinstance(one.get("segments"), list) and "text" in one:
        ends = [row.get("end") for row in one["segments"] if isinstance(row, dict)]
        return (Told(span=_span(ends, 1), **wording(text_at(one, "text"), _openai_confidence(one))),)
    if isinstance(one.get("transcription"), list):
        rows = [row for row in one["transcription"] if isinstance(row, dict)]
        words = " ".join(text_at(row, "text") for row in rows)
        ends = [row["offsets"].get("to") for row in rows if isinstance(row.get("offsets"), dict)]
        return (Told(span=_span(ends, 1000), **wording(words, _cpp_confidence(rows))),)
    return None


def _span(ends: list[Any], per_second: int) -> int | None:
    known = [end for end in ends if _is_number(end)]
    return int(known[-1] / per_second) if known else None


def _openai_confidence(found: Object) -> float | None:
    """The engine's mean log probability a segment, as a probability."""
    logs = [
        row["avg_logprob"] for row in found["segments"] if isinstance(row, dict) and _is_number(row.get("avg_logprob"))
    ]
    return round(math.exp(min(0.0, fmean(logs))), 2) if logs else None


def _cpp_confidence(rows: list[Object]) -> float | None:
    """The mean probability of the tokens, which whisper.cpp writes when asked for full output."""
    tokens = [token for row in rows for token in row.get("tokens") or () if isinstance(token, dict)]
    sure = [token["p"] for token in tokens if _is_number(token.get("p"))]
    return round(min(1.0, max(0.0, fmean(sure))), 2) if sure else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
