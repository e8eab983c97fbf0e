"""Words of a transcript to what a call says of them."""

import re
from typing import Any

from triage.model.calls import Wording
from triage.sources.voicemail.told import MOST_TEXT

_FAILED = re.compile(
    r"unable to transcribe|could not (?:be transcribed|transcribe)|transcription (?:is )?(?:not available|unavailable"
    r"|failed|timed out)|no transcript(?:ion)? (?:is )?available|nicht transkribiert|keine abschrift",
    re.I,
)


def wording(words: str, confidence: float | None = None) -> dict[str, Any]:
    """The fields of a Told that say what was spoken; a provider's word that it could not tell is no transcript."""
    words = words.strip()
    if len(words) < 200 and _FAILED.search(words):
        return {"wording": Wording.FAILED}
    if not words:
        return {}
    low = confidence is not None and confidence < 0.5
    return {
        "transcript": words[:MOST_TEXT],
        "wording": Wording.LOW if low else Wording.OK,
        "confidence": confidence,
    }
