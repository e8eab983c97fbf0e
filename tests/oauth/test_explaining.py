"""The answers people get from Google and Microsoft, as they come, and what is made of them."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from triage.errors import SourceRejected, SourceUnreachable, TokenRefused
from triage.oauth.asking import Refusal
from triage.oauth.explaining import explained, signed_out, turned_away
from triage.oauth.grants import Grant
from triage.settings import SourceSettings

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TRACE = "Trace ID: 3f0e Correlation ID: 77aa Timestamp: 2026-11-20 09:00:00Z"


def source(auth="oauth-microsoft"):
    return SourceSettings(name="office", kind="imap", user="robin@example.org", auth=auth, client_id="my-app")


def grant(*, lived=timedelta(days=40), refused="", scopes=()):
    return Grant(
        access="",
        refresh="",
        scopes=scopes,
        granted=NOW - lived,
        issued=NOW,
        ends=NOW,
        refused=refused,
    )


def both(error):
    return f"{error.message} | {error.hint}"


ANSWERS = [
    pytest.param(
        "oauth-microsoft",
        "invalid_grant",
        "AADSTS65001: The user or administrator has not consented to use the application with ID 'x' named 'y'.",
        "administrator's consent",
        id="admin consent",
    ),
    pytest.param(
        "oauth-microsoft",
        "access_denied",
        "AADSTS90094: The grant requires admin permission.",
        "ask your administrator to grant consent to the app my-app",
        id="admin consent, at the page",
    ),
    pytest.param(
        "oauth-google", "admin_policy_enforced", "", "administrator's consent", id="Workspace admin blocks the app"
    ),
    pytest.param(
        "oauth-microsoft",
        "access_denied",
        "AADSTS65004: User declined to consent to access the app.",
        "answered with no",
        id="declined",
    ),
    pytest.param("oauth-google", "access_denied", "", "answered with no", id="cancelled at Google"),
    pytest.param(
        "oauth-microsoft",
        "invalid_request",
        "AADSTS50020: User account 'ada@example.net' from identity provider 'live.com' does not exist in tenant 'X'.",
        "is not there for robin@example.org",
        id="wrong account for the tenant",
    ),
    pytest.param(
        "oauth-microsoft",
        "unauthorized_client",
        "AADSTS700016: Application with identifier 'x' was not found in the directory 'Y'.",
        "the app my-app is not there",
        id="wrong client id or tenant",
    ),
    pytest.param(
        "oauth-microsoft",
        "invalid_client",
        "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        "public client flows are allowed",
        id="not a public client",
    ),
    pytest.param("oauth-google", "invalid_client", "Unauthorized", "client_id, its secret", id="unknown client"),
    pytest.param("oauth-google", "invalid_request", "client_secret is missing.", "its secret", id="no secret given"),
    pytest.param(
        "oauth-microsoft",
        "invalid_request",
        "AADSTS50011: The redirect URI 'http://localhost:4711' specified in the request does not match.",
        "called back at http://localhost",
        id="redirect address not registered",
    ),
    pytest.param(
        "oauth-microsoft",
        "invalid_grant",
        "AADSTS53003: Access has been blocked by Conditional Access policies.",
        "Conditional Access",
        id="conditional access",
    ),
    pytest.param(
        "oauth-microsoft",
        "interaction_required",
        "AADSTS50076: Due to a configuration change you must use multi-factor authentication.",
        "in person again",
        id="second factor",
    ),
    pytest.param(
        "oauth-microsoft",
        "invalid_request",
        "AADSTS9001023: The grant type is not supported over the /common or /consumers endpoints.",
        "set tenant",
        id="device code under common",
    ),
    pytest.param(
        "oauth-microsoft", "expired_token", "AADSTS70020: code expired", "not typed in time", id="slow typist"
    ),
    pytest.param("oauth", "temporarily_unavailable", "", "signs nobody in at the moment", id="in trouble"),
    pytest.param("oauth", "mismatching_state", "", "does not belong to this sign-in", id="state"),
]


@pytest.mark.parametrize(("auth", "code", "words", "said"), ANSWERS)
def test_a_known_answer_says_what_to_do(auth, code, words, said):
    error = explained(source(auth), Refusal(code, f"{words} {TRACE}"))
    assert type(error) is SourceUnreachable
    assert said in both(error)
    assert "Trace ID" not in both(error)
    assert "{" not in both(error)


def test_an_unknown_answer_is_quoted_short_and_harmless():
    error = explained(source(), Refusal("strange", f"\x1b[2JAADSTS99999: never seen.\r\n{TRACE}" + "x" * 5000))
    assert error.message == "office: Microsoft refused: strange AADSTS99999: never seen."
    assert error.hint == "sign in again:  triage login office"


@pytest.mark.parametrize(
    ("auth", "words", "lived", "said"),
    [
        pytest.param(
            "oauth-google",
            "Token has been expired or revoked.",
            timedelta(days=7, minutes=20),
            "after seven days, as for every app whose status is Testing",
            id="testing app",
        ),
        pytest.param(
            "oauth-google",
            "Token has been expired or revoked.",
            timedelta(days=100),
            "Google ended the sign-in of robin@example.org (Token has been expired or revoked.)",
            id="revoked",
        ),
        pytest.param(
            "oauth-google", "reauth related error (invalid_rapt)", timedelta(days=3), "in person again", id="reauth"
        ),
        pytest.param(
            "oauth-microsoft",
            "AADSTS700082: The refresh token has expired due to inactivity.",
            timedelta(days=95),
            "not used for long",
            id="inactive",
        ),
        pytest.param(
            "oauth-microsoft",
            "AADSTS50173: The provided grant has expired due to it being revoked.",
            timedelta(days=7),
            "password of robin@example.org was changed",
            id="password changed",
        ),
        pytest.param(
            "oauth-microsoft",
            "AADSTS65001: consent",
            timedelta(days=9),
            "administrator's consent",
            id="consent withdrawn",
        ),
        pytest.param("oauth", "invalid_grant", timedelta(days=7), "the provider ended the sign-in", id="any other"),
    ],
)
def test_an_ended_sign_in_says_why_and_always_which_command(auth, words, lived, said):
    error = signed_out(source(auth), grant(lived=lived, refused=words))
    assert isinstance(error, SourceRejected)
    assert said in both(error)
    assert error.hint.endswith("triage login office")


# --- who signed in ---------------------------------------------------------------------------------------------------


def jwt(**claims):
    parts = (json.dumps(one).encode() for one in ({"alg": "none"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + ".x"


REFUSED = TokenRefused("office: no", hint="look")
MAIL = "https://outlook.office.com/IMAP.AccessAsUser.All"


@pytest.mark.parametrize(
    "answer",
    [
        {"id_token": jwt(email="ada@example.net")},
        {"id_token": jwt(preferred_username="ada@example.net", sub="x")},
        {"access_token": jwt(upn="ada@example.net")},
        {"id_token": "nothing", "access_token": jwt(unique_name="ada@example.net")},
    ],
    ids=["email", "preferred_username", "upn", "second token"],
)
def test_the_wrong_account_is_named(answer):
    error = turned_away(source(), grant(scopes=(MAIL,)), answer, REFUSED)
    assert error.message == "office: you signed in as ada@example.net, but this source reads robin@example.org"
    assert error.hint == "as robin@example.org, sign in again:  triage login office"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": "opaque"},
        {"access_token": "a.b.c"},
        {"access_token": "a.é.c"},
        {"id_token": jwt(email="ROBIN@example.org")},
        {"id_token": jwt(email=5)},
        {"id_token": "." + base64.urlsafe_b64encode(b"[1]").decode() + "."},
    ],
)
def test_where_no_token_tells_the_servers_own_words_stand(answer):
    error = turned_away(source(), grant(scopes=(MAIL,)), answer, REFUSED)
    assert (error.message, error.hint, error.exit_code) == ("office: no", "look", 4)


def test_a_page_left_without_leave_for_mail_is_told():
    error = turned_away(source(), grant(scopes=("openid",)), {}, REFUSED)
    assert "leave to read mail was not given" in error.message
