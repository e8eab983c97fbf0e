"""Accounts whose provider is one of the tests' own, and a keyring that forgets at the end of the test."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keyring.backend

from tests.servers.oauth import CLIENT, SCOPES, Provider
from triage.oauth.grants import Grant, granted
from triage.oauth.keeping import Safe
from triage.settings import SourceSettings


class Ring(keyring.backend.KeyringBackend):
    """A keyring of the library's own kind; while it is `locked` it raises that."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, str] = {}
        self.locked: type[Exception] | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self._refuse()
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._refuse()
        self.kept[username] = password

    def _refuse(self) -> None:
        if self.locked:
            raise self.locked("no")


def settings(provider: Provider, user: str = "robin@example.org", **changes: Any) -> SourceSettings:
    """A source whose user signs in at this provider."""
    given: dict[str, Any] = {
        "name": "office",
        "kind": "imap",
        "host": "localhost",
        "security": "none",
        "user": user,
        "auth": "oauth",
        "client_id": CLIENT,
        "authorize_endpoint": f"{provider.url}/authorize",
        "token_endpoint": f"{provider.url}/token",
        "device_endpoint": f"{provider.url}/device",
        "scopes": SCOPES,
    }
    return SourceSettings(**{**given, **changes})


def signed_in(provider: Provider, source: SourceSettings, state: Path, now: datetime | None = None) -> Grant:
    """As after `triage login`: the provider has granted, and it is kept."""
    grant = granted(provider.grant(source.user), now or datetime.now(UTC), asked=SCOPES)
    safe = Safe(source, state)
    with safe.turn():
        safe.keep(grant, anew=True)
    return grant
