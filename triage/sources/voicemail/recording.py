"""How long a recording is, from its first bytes and its size. `wave` refuses GSM and µ-law, which telephones use."""

import struct
from pathlib import Path

_RAW_RATES = {"gsm": 1650, "ulaw": 8000, "alaw": 8000, "sln": 16000, "g722": 8000, "g729": 1000}
_HEADER = 4096
_LONGEST = 24 * 3600


def is_recording(start: bytes) -> bool:
    """Do the bytes begin as sound files do?"""
    return start.startswith((b"RIFF", b"ID3", b"OggS", b"fLaC", b"#!AMR", b".snd", b"caff", b"\x1aE\xdf\xa3")) or (
        start[4:8] == b"ftyp" or start[:2] in {b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1"}
    )


def seconds(path: Path, size: int) -> int | None:
    """Its length in whole seconds, None where that cannot be told without decoding it; OSError if unreadable."""
    rate = _RAW_RATES.get(path.suffix[1:].lower())
    if rate:
        return round(size / rate)
    with path.open("rb") as opened:
        length = _wave(opened.read(_HEADER), size)
    return None if length is None or length > _LONGEST else round(length)


def _wave(start: bytes, size: int) -> float | None:
    """Sound bytes by bytes a second. A writer that was cut off leaves a length of nothing, or of all ones."""
    if start[:4] != b"RIFF" or start[8:12] != b"WAVE":
        return None
    at, rate = 12, 0
    while at + 8 <= len(start):
        name, length = start[at : at + 4], int.from_bytes(start[at + 4 : at + 8], "little")
        if name == b"fmt " and at + 20 <= len(start):
            rate = struct.unpack_from("<I", start, at + 16)[0]
        if name == b"data":
            told = length if 0 < length <= size - at - 8 else max(0, size - at - 8)
            return told / rate if rate else None
        at += 8 + length + length % 2
    return None
