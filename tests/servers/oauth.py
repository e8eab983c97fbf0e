"""An OAuth provider on loopback that behaves like one: codes bound to PKCE and redirect, tokens that end, rotate and
are revoked, device codes, introspection for a mail server (RFC 6749, 7636, 7662, 8628).
"""

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT = "triage-test"
SCOPES = ("mail.read", "offline_access")
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_PAGE = """<!doctype html><title>Sign in</title><h1>Sign in</h1>
<form method=post action="{action}">{hidden}<input name=login value="{login}"><button id=allow name=answer value=allow>
Allow</button><button id=deny name=answer value=deny>Deny</button></form>"""


@dataclass
class Code:
    """An authorization code or device code, and what the user said to it."""

    client: str
    scope: str
    redirect: str = ""
    challenge: str = ""
    user: str = ""
    denied: bool = False
    ends: float = 0
    asked: float = 0
    every: float = 5
    used: bool = False
    family: str = field(default_factory=lambda: secrets.token_hex(4))


@dataclass
class Token:
    """An access or refresh token. All of one sign-in are a family."""

    user: str
    scope: str
    family: str
    ends: float
    spent: bool = False


class Provider:
    """The provider. Its habits are attributes, to be changed by a test; `heard` is every form it was sent at /token.

    `life` is how long access tokens last (seconds), `told` what it says about that if it lies. `troubles` are HTTP
    codes, or bodies, with which it answers the next requests to /token or /device instead of thinking. While
    `holding` is set, /token waits until it is cleared.
    """

    def __init__(self) -> None:
        self.life = 3600.0
        self.told: float | None = None
        self.rotates = True
        self.secret = ""
        self.device_life = 900
        self.device_every = 5
        self.more: dict[str, Any] = {}
        self.tamper: dict[str, str] = {}
        self.troubles: list[int | str] = []
        self.heard: list[dict[str, str]] = []
        self.introspected: list[str] = []
        self.replayed = False
        self.holding = threading.Event()
        self.asked = threading.Event()
        self.codes: dict[str, Code] = {}
        self.devices: dict[str, Code] = {}
        self.access: dict[str, Token] = {}
        self.refresh: dict[str, Token] = {}
        self._turn = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _speaking(self))
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients hang up on purpose
        self.port: int = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Take no more connections."""
        self._server.shutdown()
        self._server.server_close()

    # --- what its users and administrators do ---------------------------------------------------------------------

    def consent(self, url: str, user: str, *, allow: bool = True) -> str:
        """A user answers the question at this address; where their browser is sent then."""
        parts = urlsplit(url)
        assert parts.path == "/authorize", url
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        return self.answered(asked, user, allow=allow)

    def answered(self, asked: dict[str, str], user: str, *, allow: bool) -> str:
        """The address the browser is sent to, with a code or an error."""
        back = {"state": asked["state"], **self.tamper}
        if not allow:
            return f"{asked['redirect_uri']}?{urlencode({**back, 'error': 'access_denied'})}"
        code = secrets.token_urlsafe(24)
        self.codes[code] = Code(
            client=asked["client_id"],
            scope=asked["scope"],
            redirect=asked["redirect_uri"],
            challenge=asked["code_challenge"],
            user=user,
            ends=time.time() + 60,
        )
        return f"{asked['redirect_uri']}?{urlencode({'code': code, **back})}"

    def type_code(self, user_code: str, user: str, *, allow: bool = True) -> None:
        """A user types the code that their device shows."""
        found = self.devices[user_code]
        found.user, found.denied = user, not allow

    def grant(self, user: str, scope: str = " ".join(SCOPES)) -> dict[str, Any]:
        """Tokens of a sign-in that happened before, as the answer of /token."""
        return self._tokens(user, scope, secrets.token_hex(4))

    def revoke(self, user: str) -> None:
        """Every token of this user is worth nothing from now on."""
        with self._turn:
            for tokens in (self.access, self.refresh):
                for key in [key for key, token in tokens.items() if token.user == user]:
                    del tokens[key]

    # --- what programs ask ----------------------------------------------------------------------------------------

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """RFC 6749 sections 4.1.3 and 6, RFC 8628 section 3.4."""
        if form.get("client_id") != CLIENT or form.get("client_secret", "") != self.secret:
            return 401, {"error": "invalid_client"}
        with self._turn:
            match form.get("grant_type"):
                case "authorization_code":
                    return self._by_code(form)
                case "refresh_token":
                    return self._by_refresh(form)
                case grant_type if grant_type == DEVICE:
                    return self._by_device(form)
        return 400, {"error": "unsupported_grant_type"}

    def _by_code(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        code = self.codes.get(form.get("code", ""))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not code or code.used or code.ends < time.time() or len(form.get("code_verifier", "")) < 43:
            return 400, {"error": "invalid_grant", "error_description": "no such code"}
        if code.challenge != proof or code.redirect != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant", "error_description": "wrong verifier or redirect_uri"}
        code.used = True
        return 200, self._tokens(code.user, code.scope, code.family)

    def _by_refresh(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        token = self.refresh.get(form.get("refresh_token", ""))
        if not token:
            return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
        if token.spent:  # a spent one comes back: somebody stole it, or did not keep the new one
            self.replayed = True
            for tokens in (self.access, self.refresh):
                for key in [key for key, other in tokens.items() if other.family == token.family]:
                    del tokens[key]
            return 400, {"error": "invalid_grant", "error_description": "Token was used before."}
        answer = self._tokens(token.user, token.scope, token.family, refresh=self.rotates)
        token.spent = self.rotates
        return 200, answer

    def _by_device(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        code = self.codes.get(form.get("device_code", ""))
        now = time.time()
        if not code or code.ends < now:
            return 400, {"error": "expired_token"}
        if code.denied:
            return 400, {"error": "access_denied"}
        if now - code.asked < code.every:
            code.every += 5
            return 400, {"error": "slow_down"}
        code.asked = now
        if not code.user:
            return 400, {"error": "authorization_pending"}
        del self.codes[form["device_code"]]
        return 200, self._tokens(code.user, code.scope, code.family)

    def _tokens(self, user: str, scope: str, family: str, *, refresh: bool = True) -> dict[str, Any]:
        access, again = f"access-{secrets.token_urlsafe(24)}", f"refresh-{secrets.token_urlsafe(24)}"
        self.access[access] = Token(user, scope, family, time.time() + self.life)
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": int(self.told or self.life)}
        if refresh:
            self.refresh[again] = Token(user, scope, family, float("inf"))
            answer["refresh_token"] = again
        return {**answer, "scope": scope, **self.more}

    def device(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """RFC 8628 section 3.2."""
        if form.get("client_id") != CLIENT:
            return 401, {"error": "invalid_client"}
        user_code = "".join(secrets.choice(_LETTERS) for _ in range(8))
        code = Code(
            client=CLIENT, scope=form.get("scope", ""), ends=time.time() + self.device_life, every=self.device_every
        )
        key = secrets.token_urlsafe(24)
        self.codes[key] = self.devices[user_code] = code
        return 200, {
            "device_code": key,
            "user_code": user_code,
            "verification_uri": f"{self.url}/activate",
            "expires_in": self.device_life,
            "interval": self.device_every,
        }

    def introspect(self, key: str) -> dict[str, Any]:
        """RFC 7662 section 2.2."""
        self.introspected.append(key)
        token = self.access.get(key)
        if not token or token.ends < time.time() or "mail.read" not in token.scope.split():
            return {"active": False}
        return {"active": True, "username": token.user, "scope": token.scope, "exp": int(token.ends)}


def _speaking(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Speaking(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
            match parts.path:
                case "/authorize":
                    self._page(_wrong(asked) or _question(asked))
                case "/introspect":
                    self._json(200, provider.introspect(asked.get("token", "")))
                case _:
                    self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {key: values[0] for key, values in parse_qs(body).items()}
            match urlsplit(self.path).path:
                case "/token":
                    provider.heard.append(form)
                    provider.asked.set()
                    while provider.holding.is_set():
                        time.sleep(0.01)
                    self._answer(provider.token, form)
                case "/device":
                    self._answer(provider.device, form)
                case "/authorize":
                    user, allow = form.pop("login"), form.pop("answer") == "allow"
                    self.send_response(302)
                    self.send_header("Location", provider.answered(form, user, allow=allow))
                    self.end_headers()
                case _:
                    self.send_error(404)

        def _answer(self, think: Any, form: dict[str, str]) -> None:
            trouble = provider.troubles.pop(0) if provider.troubles else None
            if isinstance(trouble, int):
                self.send_response(trouble)
                self.send_header("Location", f"{provider.url}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif trouble is not None:
                self._said(400 if '"error"' in trouble else 200, trouble.encode())
            else:
                self._json(*think(form))

        def _page(self, page: str) -> None:
            self._said(200, page.encode(), "text/html")

        def _json(self, code: int, found: dict[str, Any]) -> None:
            self._said(code, json.dumps(found).encode())

        def _said(self, code: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """It is silent."""

    return Speaking


def _wrong(asked: dict[str, str]) -> str:
    """What is told to the person and never to the program: the address to go back to cannot be trusted."""
    back = urlsplit(asked.get("redirect_uri", ""))
    if asked.get("client_id") != CLIENT:
        return "<!doctype html><title>invalid_client</title>no such app"
    if back.scheme != "http" or back.hostname not in ("127.0.0.1", "localhost"):
        return "<!doctype html><title>redirect_uri_mismatch</title>not an address of this app"
    if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
        return "<!doctype html><title>invalid_request</title>PKCE is required"
    return ""


def _question(asked: dict[str, str]) -> str:
    hidden = "".join(
        f'<input type=hidden name="{html.escape(key)}" value="{html.escape(value)}">' for key, value in asked.items()
    )
    return _PAGE.format(action="/authorize", hidden=hidden, login=html.escape(asked.get("login_hint", "")))


@contextmanager
def oauth_provider() -> Iterator[Provider]:
    """A provider that runs."""
    provider = Provider()
    try:
        yield provider
    finally:
        provider.holding.clear()
        provider.close()
