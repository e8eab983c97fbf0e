"""The answers people really get, in words: what happened and what to do about it."""

import base64
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from triage.core.plain import plain
from triage.errors import SourceRejected, SourceUnreachable, TokenRefused
from triage.oauth.asking import Refusal
from triage.oauth.grants import Grant
from triage.oauth.providers import provider
from triage.settings import SourceSettings

_LONGEST = 200
_NOISE = re.compile(r"(?:Trace ID|Correlation ID|Timestamp): ?\S*")
_ADDRESSES = ("email", "preferred_username", "upn", "unique_name")
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An answer with a name: `sign` finds it in the code and words of a refusal."""

    sign: re.Pattern[str]
    what: str
    hint: str


def _known(sign: str, what: str, hint: str) -> Known:
    return Known(sign=re.compile(sign, re.IGNORECASE), what=what, hint=hint)


_AGAIN = "sign in again:  triage login {name}"
# The first that fits counts. AADSTS numbers are Microsoft's (learn.microsoft.com, "Microsoft Entra authentication and
# authorization error codes"), the words with underscores Google's and those of the RFCs.
_KNOWN = (
    _known(
        r"AADSTS(90094|90093|90095|65001|650052|650053|650056)\b|admin_policy_enforced|consent_required|admin consent",
        "{user} may not let this app read mail without an administrator's consent",
        "ask your administrator to grant consent to the app {client_id} ({guide})",
    ),
    _known(
        r"org_internal|AADSTS(50105|50020|50194|90072|700016|90002|500011)\b",
        "the app {client_id} is not there for {user}",
        "sign in with the account that this source reads, or look at the app's account types and the tenant ({guide})",
    ),
    _known(
        r"AADSTS50034\b|AADSTS50057\b",
        "{provider} does not know this account, or it is switched off",
        "sign in as {user}; if that is right, ask your administrator",
    ),
    _known(
        r"AADSTS(53000|53001|53003|53004|530002|530003|530034)\b|device_authentication_failed",
        "your organisation allows signing in from managed devices or places only (Conditional Access)",
        "ask your administrator to allow the app {client_id} for you",
    ),
    _known(
        r"AADSTS(50076|50079|50072|50074|50158)\b|interaction_required|login_required|invalid_rapt",
        "{provider} wants to see {user} in person again",
        _AGAIN,
    ),
    _known(
        r"AADSTS(70008|700082|700084)\b",
        "{provider} ended the sign-in of {user}, because it was not used for long",
        _AGAIN,
    ),
    _known(
        r"AADSTS(50173|50133|50055)\b",
        "the password of {user} was changed or has run out, which ends every sign-in",
        _AGAIN,
    ),
    _known(
        r"AADSTS(7000218|7000215|7000222|700025)\b|invalid_client|unauthorized_client|deleted_client"
        r"|client_secret is missing",
        "{provider} does not take the app {client_id} as it is set up",
        "check client_id, its secret, and that public client flows are allowed ({guide})",
    ),
    _known(
        r"AADSTS(50011|500113)\b|redirect_uri",
        "the app {client_id} does not allow the answer to come back to this computer",
        "register it as a desktop app that may be called back at http://{host} ({guide})",
    ),
    _known(
        r"AADSTS(65004|90014)\b|access_denied|authorization_declined|consent_declined",
        "{user} was not given leave: the question was answered with no",
        "try again:  triage login {name}; if the page never asked, it said why ({guide})",
    ),
    _known(
        r"expired_token|code_expired|AADSTS70020\b|AADSTS70019\b",
        "the code was not typed in time",
        "try again:  triage login {name}",
    ),
    _known(
        r"AADSTS70011\b|AADSTS28002\b|invalid_scope|restricted_client",
        "{provider} does not give this app leave to read mail over IMAP",
        "add the permission to the app ({guide})",
    ),
    _known(
        r"AADSTS9001023\b|AADSTS50059\b|unsupported_grant_type",
        "{provider} does not sign in this way under this tenant",
        'set tenant to your organisation\'s, or to "organizations", for this source',
    ),
    _known(
        r"mismatching_state|missing_code",
        "an answer came that does not belong to this sign-in; nothing of it was used",
        "try again:  triage login {name}",
    ),
    _known(
        r"temporarily_unavailable|server_error|slow_down|AADSTS(90033|90024|50196)\b",
        "{provider} signs nobody in at the moment",
        "it is tried again by itself",
    ),
)


def explained(settings: SourceSettings, refusal: Refusal) -> SourceUnreachable:
    """A refusal that may pass, or that somebody else can change meanwhile."""
    known = _found(refusal)
    if known:
        return SourceUnreachable(
            f"{settings.name}: {_filled(known.what, settings)}", hint=_filled(known.hint, settings)
        )
    return SourceUnreachable(
        f"{settings.name}: {provider(settings).name} refused: {_said(refusal)}", hint=_filled(_AGAIN, settings)
    )


def signed_out(settings: SourceSettings, grant: Grant) -> SourceRejected:
    """The provider takes the refresh token no more: only the user can help, and need be told once."""
    refusal = Refusal("", grant.refused)
    known = _found(refusal)
    if _died_of_testing(settings, grant):
        what = "Google ended the sign-in of {user} after seven days, as for every app whose status is Testing"
        hint = 'set the app\'s publishing status to "In production" ({guide}), then:  triage login {name}'
    elif known and "sign in again" not in known.hint:
        what, hint = known.what, f"{known.hint}; then:  triage login {{name}}"
    else:
        what = known.what if known else f"{{provider}} ended the sign-in of {{user}} ({_said(refusal)})"
        hint = _AGAIN
    return SourceRejected(f"{settings.name}: {_filled(what, settings)}", hint=_filled(hint, settings))


def turned_away(
    settings: SourceSettings, grant: Grant, answer: Mapping[str, Any], error: TokenRefused
) -> SourceRejected:
    """Just signed in, and the mail server does not take it: whose is it, and is it for mail?"""
    whose = _whose(answer)
    mail = provider(settings).scopes[0] if provider(settings).scopes else ""
    if whose and whose.casefold() != settings.user.casefold():
        what, hint = f"you signed in as {plain(whose)}, but this source reads {{user}}", f"as {{user}}, {_AGAIN}"
    elif mail.casefold() not in {scope.casefold() for scope in grant.scopes}:
        what, hint = "leave to read mail was not given", f"tick it on the page, and {_AGAIN}"
    else:
        return SourceRejected(error.message, hint=error.hint)
    return SourceRejected(f"{settings.name}: {_filled(what, settings)}", hint=_filled(hint, settings))


def _whose(answer: Mapping[str, Any]) -> str:
    """Who signed in, if a token says so (OpenID Connect Core 5.1). For an explanation only: no signature is checked."""
    for token in (answer.get("id_token"), answer.get("access_token")):
        with suppress(ValueError, TypeError, AttributeError, IndexError):
            part = str(token).split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
            found = [claims[name] for name in _ADDRESSES if "@" in str(claims.get(name, ""))]
            if found:
                return str(found[0])
    return ""


def _died_of_testing(settings: SourceSettings, grant: Grant) -> bool:
    """Google's error only says that the token is expired or revoked: the age tells."""
    lived = grant.ends - grant.granted
    return settings.auth == "oauth-google" and _WEEK - timedelta(hours=2) <= lived <= _WEEK + timedelta(days=1)


def _found(refusal: Refusal) -> Known | None:
    text = f"{refusal.code} {refusal.words}"
    return next((known for known in _KNOWN if known.sign.search(text)), None)


def _said(refusal: Refusal) -> str:
    words = _NOISE.sub("", refusal.words.partition("\n")[0].partition("\r")[0])
    return plain(f"{refusal.code} {words}".strip(), _LONGEST)


def _filled(text: str, settings: SourceSettings) -> str:
    asked = provider(settings)
    return text.format(
        name=settings.name,
        user=settings.user,
        client_id=settings.client_id,
        provider=asked.name,
        guide=asked.guide,
        host=asked.host,
    )
