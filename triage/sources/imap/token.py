"""Signing in to IMAP with a token: OAUTHBEARER (RFC 7628), or XOAUTH2, which Google made before there was an RFC."""

import imaplib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from triage.errors import SourceRejected, SourceUnreachable, TokenRefused
from triage.model.access import Access
from triage.settings import SourceSettings
from triage.sources.imap.words import said

if TYPE_CHECKING:
    from imapclient import IMAPClient

# Google: "[ALERT] Your account is not enabled for IMAP use", "[ALERT] IMAP access is disabled for your domain";
# Microsoft: "User is authenticated but not connected".
_OFF = re.compile(
    r"not enabled for IMAP|IMAP access is (?:disabled|not enabled)|authenticated but not connected", re.IGNORECASE
)

_CODE = re.compile(r"\[([A-Za-z-]+)")
_PASSING = {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN"}


def sign_in(client: "IMAPClient", settings: SourceSettings, tokens: Callable[[str], Access]) -> datetime:
    """Sign in, and from when on the token is to be replaced. One refused is replaced at once, and the next is it.

    Raises TokenRefused, SourceRejected, SourceUnreachable, and what `tokens` raises.
    """
    if not settings.user.isprintable():
        raise SourceRejected(f"{settings.name}: the user name holds a control character", hint="correct user")
    mechanism = _mechanism(client, settings)
    access = tokens("")
    refusal = _tried(client, settings.user, access.token, mechanism)
    if refusal and not refusal.passing() and (other := tokens(access.token)).token != access.token:
        access = other
        refusal = _tried(client, settings.user, access.token, mechanism)
    if refusal:
        raise _in_words(refusal, settings)
    return access.renew


def switched_off(text: str, settings: SourceSettings) -> TokenRefused | None:
    """The account itself lets nobody in by IMAP. Microsoft says so only to the first command after the sign-in."""
    if not _OFF.search(text):
        return None
    return TokenRefused(
        f"{settings.name}: IMAP is switched off for {settings.user}: {said(text)}",
        hint="switch it on in the account's settings, or ask your administrator to; it is tried again by itself",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    text: str
    status: str

    def passing(self) -> bool:
        """Trouble of the server's own, not with the token (RFC 5530)."""
        code = _CODE.search(self.text)
        return code is not None and code[1].upper() in _PASSING


def _mechanism(client: "IMAPClient", settings: SourceSettings) -> str:
    offered = client.capabilities()
    client._imap.untagged_responses.pop("CAPABILITY", None)
    for mechanism in ("OAUTHBEARER", "XOAUTH2"):
        if f"AUTH={mechanism}".encode() in offered:
            return mechanism
    raise SourceUnreachable(
        f"{settings.name}: {settings.host} takes no tokens here",
        hint="it offers neither OAUTHBEARER nor XOAUTH2; check host and security, or ask its administrator",
    )


def _tried(client: "IMAPClient", user: str, token: str, mechanism: str) -> _Refusal | None:
    """None when the server took it. The library would answer its objection with the token once more."""
    from imapclient.exceptions import LoginError  # slow to import

    bearer = mechanism == "OAUTHBEARER"
    heard: list[bytes] = []

    def respond(challenge: bytes) -> bytes:
        heard.append(challenge)
        if len(heard) == 1:
            return _bearer(user, token) if bearer else _xoauth2(user, token)
        return b"\1" if bearer else b""  # RFC 7628 section 3.2.3

    try:
        client.sasl_login(mechanism, respond)
    except LoginError as error:
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise error.__context__ from None
        return _Refusal(text=str(error), status=_status(heard[1:]))
    return None


def _bearer(user: str, token: str) -> bytes:
    name = user.replace("=", "=3D").replace(",", "=2C")  # RFC 5801 section 4
    return f"n,a={name},\1auth=Bearer {token}\1\1".encode()


def _xoauth2(user: str, token: str) -> bytes:
    return f"user={user}\1auth=Bearer {token}\1\1".encode()


def _status(objections: list[bytes]) -> str:
    try:
        return str(json.loads(objections[0])["status"])[:40]
    except (ValueError, TypeError, LookupError):
        return ""


def _in_words(refusal: _Refusal, settings: SourceSettings) -> SourceUnreachable:
    if refusal.passing():
        return SourceUnreachable(
            f"{settings.name}: {settings.host} could not sign {settings.user} in: {said(refusal.text)}",
            hint="it is tried again by itself; the sign-in was not called wrong",
        )
    if off := switched_off(refusal.text, settings):
        return off
    status = f" (status {said(refusal.status)})" if refusal.status else ""
    return TokenRefused(
        f"{settings.name}: {settings.host} does not let {settings.user} in, though the sign-in is good{status}: "
        f"{said(refusal.text)}",
        hint=f"somebody else signed in, or IMAP is switched off for this account; as {settings.user}:  "
        f"triage login {settings.name}",
    )
