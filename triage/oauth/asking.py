"""The questions to a provider and what its answers mean. oauthlib knows the protocol (RFC 6749, 7636, 8628).

Not requests-oauthlib: it logs tokens at DEBUG, wants a global switch before it takes a loopback address, and has no
device code. msal and google-auth know one provider each and keep tokens their own way.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from triage.errors import SourceUnreachable
from triage.oauth.endpoint import post
from triage.oauth.grants import Grant, granted
from triage.oauth.providers import Provider
from triage.settings import SourceSettings

if TYPE_CHECKING:
    from oauthlib.oauth2 import Client

_INTERVAL = 5  # RFC 8628 section 3.2
_LONGEST = timedelta(hours=1)


class Refusal(Exception):
    """The provider's own no: `code` as in RFC 6749 section 5.2, `words` as it explains it to developers."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One sign-in in a browser: the address to open, and what proves that its answer belongs to it."""

    url: str
    redirect: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """What the user types, and where; then the provider may be asked every so often whether they did."""

    code: str = field(repr=False)
    user_code: str
    address: str
    lasts: timedelta
    every: timedelta


class Asking:
    """Asks one provider in the name of the user's own client."""

    def __init__(self, settings: SourceSettings, provider: Provider, secret: str = "") -> None:
        self.provider = provider
        self._settings = settings
        self._credentials = {"client_secret": secret} if secret else {}

    def question(self, redirect: str) -> Question:
        """For the user's browser, with PKCE; the answer comes to `redirect`."""
        from oauthlib.oauth2 import WebApplicationClient  # slow to import

        client = WebApplicationClient(self._settings.client_id)
        state, verifier = secrets.token_urlsafe(32), client.create_code_verifier(64)
        endpoint = self.provider.authorize
        url = client.prepare_request_uri(
            _as_https(endpoint),
            redirect_uri=redirect,
            scope=self.provider.scopes,
            state=state,
            code_challenge=client.create_code_challenge(verifier, "S256"),
            code_challenge_method="S256",
            login_hint=self._settings.user,
            **dict(self.provider.asked),
        )
        shown = endpoint.partition(":")[0] + ":" + url.partition(":")[2]
        return Question(url=shown, redirect=redirect, state=state, verifier=verifier)

    def by_browser(self, question: Question, query: str) -> Mapping[str, Any]:
        """The tokens for what the browser brought back. Raises Refusal, also when it does not belong to `question`."""
        from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

        client = WebApplicationClient(self._settings.client_id)
        try:
            found = client.parse_request_uri_response(f"https://localhost/?{query}", question.state)
        except OAuth2Error as error:
            raise _refusal(error) from None
        body = client.prepare_request_body(
            code=found["code"], redirect_uri=question.redirect, code_verifier=question.verifier, **self._credentials
        )
        return self._tokens(client, body)

    def by_refresh(self, refresh: str) -> Mapping[str, Any]:
        """New tokens for a refresh token, which the provider may take back with them."""
        from oauthlib.oauth2 import WebApplicationClient

        client = WebApplicationClient(self._settings.client_id)
        body = client.prepare_refresh_body(
            refresh_token=refresh, client_id=self._settings.client_id, **self._credentials
        )
        return self._tokens(client, body)

    def device_code(self) -> DeviceCode:
        """A code to type on any device (RFC 8628 section 3.1)."""
        form = {"client_id": self._settings.client_id, "scope": " ".join(self.provider.scopes), **self._credentials}
        answer = post(self._settings.name, self.provider.device, urlencode(form))
        try:
            found = json.loads(answer)
            if "error" in found:
                raise Refusal(str(found["error"]), str(found.get("error_description", "")))
            return DeviceCode(
                code=str(found["device_code"]),
                user_code=str(found["user_code"]),
                # Google's name for it came before the RFC's.
                address=str(found.get("verification_uri") or found["verification_url"]),
                lasts=min(timedelta(seconds=int(found["expires_in"])), _LONGEST),
                every=max(timedelta(seconds=int(found.get("interval", _INTERVAL))), timedelta(seconds=1)),
            )
        except (ValueError, TypeError, LookupError, OverflowError):
            raise self._nonsense() from None

    def by_device(self, code: DeviceCode) -> Mapping[str, Any]:
        """The tokens, once the user has typed it; Refusal with `authorization_pending` until then."""
        from oauthlib.oauth2 import DeviceClient

        client = DeviceClient(self._settings.client_id)
        return self._tokens(client, client.prepare_request_body(code.code, include_client_id=True, **self._credentials))

    def _tokens(self, client: "Client", body: str) -> Mapping[str, Any]:
        return self._understood(client, post(self._settings.name, self.provider.token, body))

    def _understood(self, client: "Client", answer: str) -> Mapping[str, Any]:
        from oauthlib.oauth2 import MissingTokenError, OAuth2Error

        try:
            found: Mapping[str, Any] = client.parse_request_body_response(answer)
        except MissingTokenError:
            raise self._nonsense() from None
        except OAuth2Error as error:
            raise _refusal(error) from None
        except (ValueError, TypeError, LookupError, AttributeError):  # of the library, over JSON of another shape
            raise self._nonsense() from None
        if str(found.get("token_type", "bearer")).lower() != "bearer":
            raise self._nonsense()
        return found

    def granted(
        self, answer: Mapping[str, Any], now: datetime, *, secret: str = "", before: Grant | None = None
    ) -> Grant:
        """What an answer grants (`triage.oauth.grants.granted`)."""
        try:
            return granted(answer, now, asked=self.provider.scopes, secret=secret, before=before)
        except ValueError:
            raise self._nonsense() from None

    def _nonsense(self) -> SourceUnreachable:
        return SourceUnreachable(
            f"{self._settings.name}: {self.provider.name} sent an answer that makes no sense",
            hint="it is tried again by itself; on a strange network, sign in to that first",
        )


def _refusal(error: Any) -> Refusal:
    return Refusal(str(error.error or ""), str(error.description or ""))


def _as_https(url: str) -> str:
    """The library refuses plain HTTP even to this very computer."""
    return "https:" + url.partition(":")[2]
