"""Signing in by a code that is typed on another device (RFC 8628)."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from triage.errors import SourceUnreachable
from triage.oauth.asking import Asking, DeviceCode, Refusal

_SLOWER = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=1)


def typed(asking: Asking, code: DeviceCode, wait: Callable[[float], None]) -> Mapping[str, Any]:
    """The tokens, as soon as the user has typed the code; `wait` pauses for so many seconds.

    Raises Refusal when they said no or the code ran out (section 3.5).
    """
    pause, spent = code.every, timedelta()
    while spent < code.lasts:
        wait(pause.total_seconds())
        spent += pause
        try:
            return asking.by_device(code)
        except Refusal as refusal:
            if refusal.code == "slow_down":
                pause += _SLOWER
            elif refusal.code != "authorization_pending":
                raise
        except SourceUnreachable:  # the line, not the answer: the user may be typing meanwhile
            pause = min(pause * 2, max(_LONGEST_PAUSE, pause))
    raise Refusal("expired_token", "")
