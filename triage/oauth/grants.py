"""What a provider granted: two tokens, how long each lasts, and what for; as a value and as the text that is kept."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from triage.model.access import Access

# RFC 6750 section 2.1; anything else could end a line or a field of the sign-in.
_TOKEN = re.compile(r"[\x21-\x7e]{1,32768}")
_EARLY = timedelta(minutes=5)
# RFC 6749 section 5.1 only recommends that the length is told.
_UNTOLD = timedelta(hours=1)
_LONGEST = 10 * 365 * 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`granted` is when the user signed in, `issued` when the access token was given, which ends at `ends`.

    `lapses` is when the sign-in itself ends, where the provider tells. `refused`: its last word; the user must sign
    in again. `secret` is the client's, where it has one that no command prints.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    scopes: tuple[str, ...]
    granted: datetime
    issued: datetime
    ends: datetime
    lapses: datetime | None = None
    refused: str = ""
    secret: str = field(default="", repr=False)

    @property
    def renew(self) -> datetime:
        """From when on the access token is not used any more: five minutes before its end, or half its life."""
        return self.ends - min(_EARLY, (self.ends - self.issued) / 2)

    def as_access(self) -> Access:
        """As a server is shown it."""
        return Access(token=self.access, renew=self.renew)


def granted(
    answer: Mapping[str, Any], now: datetime, *, asked: tuple[str, ...], secret: str = "", before: Grant | None = None
) -> Grant:
    """From the answer of a token endpoint (RFC 6749 section 5.1). `before` is what a refresh goes on from.

    Raises ValueError when the tokens are none.
    """
    life = _seconds(answer.get("expires_in")) or _UNTOLD
    rest = _seconds(answer.get("refresh_token_expires_in"))
    again = answer.get("refresh_token")
    return Grant(
        access=_token(answer["access_token"]),
        refresh=_token(again) if again else before.refresh if before else "",
        scopes=_scopes(answer) or (before.scopes if before else asked),
        granted=before.granted if before else now,
        issued=now,
        ends=now + life,
        lapses=now + rest if rest else before.lapses if before else None,
        secret=before.secret if before else secret,
    )


def _token(value: object) -> str:
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise ValueError("no token")
    return value


def _seconds(value: object) -> timedelta | None:
    try:
        found = int(str(value))
    except ValueError:
        return None
    return timedelta(seconds=found) if 0 < found <= _LONGEST else None


def _scopes(answer: Mapping[str, Any]) -> tuple[str, ...]:
    told = answer.get("scope") or ()
    return tuple(told.split() if isinstance(told, str) else map(str, told))


def written(grant: Grant) -> str:
    """As text, secrets included."""
    moments = {key: value.isoformat() for key, value in asdict(grant).items() if isinstance(value, datetime)}
    return json.dumps({**asdict(grant), **moments})


def read(text: str) -> Grant | None:
    """From that text; None when it is not ours."""
    try:
        kept = json.loads(text)
        moments = {key: _moment(kept[key]) for key in ("granted", "issued", "ends")}
        lapses = _moment(kept["lapses"]) if kept.get("lapses") else None
        return Grant(**{**kept, **moments, "lapses": lapses, "scopes": tuple(kept["scopes"])})
    except (ValueError, TypeError, LookupError):
        return None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
