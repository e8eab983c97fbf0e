"""How far a voicemail source has been read: the calls that stand there, each with a digest of what was told of it.

Bounded by what stands in the folder: some 25 bytes a voicemail.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b, sha256

from triage.model.calls import Call

VERSION = 1
PREFIX = "call:"
_KEY, _DIGEST = 16, 8


@dataclass(frozen=True, slots=True)
class Cursor:
    """`passed`: a whole pass came to its end once. `told` gives the digest last told of each key."""

    told: Mapping[str, str] = field(default_factory=dict)
    passed: bool = False

    @classmethod
    def read(cls, text: str | None) -> "Cursor":
        """The cursor as written; one that cannot be read starts anew."""
        try:
            stored = json.loads(text or "{}")
            if stored["v"] != VERSION:
                return cls()
            width, told = _KEY + _DIGEST, str(stored["told"])
            pieces = [told[at : at + width] for at in range(0, len(told), width)]
            return cls({PREFIX + one[:_KEY]: one[_KEY:] for one in pieces}, bool(stored["passed"]))
        except (ValueError, KeyError, TypeError):
            return cls()

    def written(self) -> str:
        told = "".join(key.removeprefix(PREFIX) + digest for key, digest in self.told.items())
        return json.dumps({"v": VERSION, "passed": self.passed, "told": told}, separators=(",", ":"))


def key_of(identity: str) -> str:
    """The key of the call with this identity."""
    digest = sha256(identity.encode("utf-8", "surrogateescape")).digest()
    return PREFIX + urlsafe_b64encode(digest[: _KEY * 3 // 4]).decode()


def digest_of(call: Call) -> str:
    """Changes whenever anything of the call does."""
    return urlsafe_b64encode(blake2b(repr(call).encode("utf-8", "replace"), digest_size=6).digest()).decode()
