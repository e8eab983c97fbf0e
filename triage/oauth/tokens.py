"""A token that is good now, renewed one at a time however many sources and processes ask."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from triage import secrets
from triage.errors import SecretMissing, TriageError
from triage.model.access import Access
from triage.oauth.asking import Asking, Refusal
from triage.oauth.explaining import explained, signed_out
from triage.oauth.grants import Grant
from triage.oauth.keeping import Safe
from triage.oauth.providers import provider
from triage.settings import SourceSettings
from triage.unlocking import Unlocking

log = logging.getLogger(__name__)

# A token this young that a server refuses would not be taken if it were another.
_YOUNG = timedelta(minutes=1)


class Tokens:
    """Called at each sign-in, on any thread: a token that is good for a while, and not the one that was `refused`.

    Unless that is hardly a minute old: then it comes again, and the refusal stands. Raises SecretMissing when nobody
    signed in, SourceRejected when the provider ended the sign-in, SourceUnreachable when only this time none was had.
    """

    def __init__(
        self,
        settings: SourceSettings,
        state_dir: Path,
        unlocking: Unlocking | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._safe = Safe(settings, state_dir, unlocking)
        self._clock = clock
        self._unkept: Grant | None = None

    def __call__(self, refused: str = "") -> Access:
        with self._safe.turn():
            now = self._clock()
            grant = self._kept()
            if grant.refused:
                raise signed_out(self._settings, grant)
            good = grant.issued - _YOUNG < now < grant.renew
            if not good or (grant.access == refused and now - grant.issued > _YOUNG):
                grant = self._renewed(grant, now)
            return grant.as_access()

    def _kept(self) -> Grant:
        grant = self._safe.grant()
        if self._unkept and (grant is None or grant.granted <= self._unkept.granted):
            # The old refresh token may be worth nothing: never back to it, unless somebody signed in since.
            grant = self._unkept
            self._keep(grant)
        if grant is None:
            raise SecretMissing(
                f"{self._settings.name}: nobody has signed in yet",
                hint=f"sign in:  triage login {self._settings.name}",
            )
        return grant

    def _renewed(self, grant: Grant, now: datetime) -> Grant:
        """The old refresh token may be dead from here on: the new one is kept before anything is done with it."""
        asking = Asking(self._settings, provider(self._settings), client_secret(self._settings) or grant.secret)
        try:
            if not grant.refresh:
                raise Refusal("invalid_grant", "no refresh token was given")
            fresh = asking.granted(asking.by_refresh(grant.refresh), now, before=grant)
        except Refusal as refusal:
            raise self._refused(grant, refusal, now) from None
        self._keep(fresh)
        log.info("source=%s event=token-renewed until=%s", self._settings.name, fresh.ends.isoformat())
        return fresh

    def _refused(self, grant: Grant, refusal: Refusal, now: datetime) -> TriageError:
        if refusal.code != "invalid_grant":
            return explained(self._settings, refusal)
        last = replace(grant, access="", refresh="", refused=refusal.words[:500] or refusal.code, ends=now)
        self._keep(last)
        log.warning("source=%s event=signed-out", self._settings.name)
        return signed_out(self._settings, last)

    def _keep(self, grant: Grant) -> None:
        self._unkept = grant
        self._safe.keep(grant)
        self._unkept = None


def client_secret(settings: SourceSettings) -> str:
    """What `client_secret_command` prints; empty without one."""
    if not settings.client_secret_command:
        return ""
    return secrets.printed(settings, settings.client_secret_command, "client_secret_command", "the client's secret")
