"""The two ways to sign in: what the provider is asked, what counts as its answer, and how long a code is waited for."""

import http.client
import socket
import time
from datetime import timedelta
from queue import SimpleQueue
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.oauth.accounts import settings
from tests.servers.oauth import CLIENT, SCOPES
from triage.errors import SourceUnreachable
from triage.oauth.asking import Asking, Refusal
from triage.oauth.browser import has_browser, listening
from triage.oauth.device import typed
from triage.oauth.providers import provider as provider_of
from triage.settings import SourceSettings

ROBIN = "robin@example.org"
BACK = "http://127.0.0.1:1234"


@pytest.fixture
def asking(provider):
    return Asking(settings(provider), provider_of(settings(provider)))


def query(url):
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


# --- by browser ------------------------------------------------------------------------------------------------------


def test_the_question_holds_a_challenge_a_state_and_no_secret(asking, provider):
    question = asking.question(BACK)
    asked = query(question.url)
    assert question.url.startswith(f"{provider.url}/authorize?")
    assert asked["response_type"] == "code"
    assert asked["client_id"] == CLIENT
    assert asked["redirect_uri"] == BACK
    assert asked["scope"] == " ".join(SCOPES)
    assert asked["code_challenge_method"] == "S256"
    assert asked["login_hint"] == ROBIN
    assert len(asked["state"]) >= 32
    assert len(asked["code_challenge"]) == 43
    assert question.verifier not in question.url
    assert {question.state, question.verifier}.isdisjoint({asking.question(BACK).state, asking.question(BACK).verifier})
    assert question.verifier not in repr(question)


def test_an_endpoint_with_a_query_of_its_own_keeps_it(provider):
    source = settings(provider, authorize_endpoint=f"{provider.url}/authorize?realm=a%20b")
    question = Asking(source, provider_of(source)).question(BACK)
    assert question.url.startswith(f"{provider.url}/authorize?")
    assert query(question.url)["realm"] == "a b"
    assert query(question.url)["state"] == question.state


def test_a_code_brings_tokens_with_the_verifier_of_its_question_only(asking, provider):
    question, other = asking.question(BACK), asking.question(BACK)
    answer = urlsplit(provider.consent(question.url, ROBIN)).query
    stolen = other.__class__(url=other.url, redirect=BACK, state=question.state, verifier=other.verifier)
    with pytest.raises(Refusal) as caught:
        asking.by_browser(stolen, answer)
    assert caught.value.code == "invalid_grant"
    assert asking.by_browser(question, answer)["access_token"] in provider.access


def test_a_code_is_bound_to_the_address_it_was_sent_to(asking, provider):
    question = asking.question(BACK)
    answer = urlsplit(provider.consent(question.url, ROBIN)).query
    elsewhere = question.__class__(
        url=question.url, redirect="http://127.0.0.1:9", state=question.state, verifier=question.verifier
    )
    with pytest.raises(Refusal, match="invalid_grant"):
        asking.by_browser(elsewhere, answer)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param("code=x&state=another", "mismatching_state", id="another state"),
        pytest.param("code=x", "mismatching_state", id="no state"),
        pytest.param("error=access_denied&state=another", "mismatching_state", id="an error with another state"),
        pytest.param("error=access_denied&state={state}", "access_denied", id="denied"),
        pytest.param(
            "error=consent_required&error_description=AADSTS65001&state={state}", "consent_required", id="own"
        ),
        pytest.param("error=%00%1b[2J&state={state}", "\x00\x1b[2J", id="control characters"),
        pytest.param("state={state}", "missing_code", id="nothing"),
    ],
)
def test_only_an_answer_to_this_question_is_used(asking, provider, answer, code):
    question = asking.question(BACK)
    with pytest.raises(Refusal) as caught:
        asking.by_browser(question, answer.format(state=question.state))
    assert caught.value.code == code
    assert provider.heard == []


def test_a_client_secret_goes_to_the_token_endpoint_only(provider):
    provider.secret = "app-secret"
    asking = Asking(settings(provider), provider_of(settings(provider)), "app-secret")
    question = asking.question(BACK)
    assert "app-secret" not in question.url
    tokens = asking.by_browser(question, urlsplit(provider.consent(question.url, ROBIN)).query)
    assert asking.by_refresh(tokens["refresh_token"])["access_token"] in provider.access
    assert {form["client_secret"] for form in provider.heard} == {"app-secret"}


def test_google_and_microsoft_are_asked_for_mail_over_imap_alone():
    def asked(**given):
        source = SourceSettings(name="office", kind="imap", user=ROBIN, client_id="mine", **given)
        return Asking(source, provider_of(source)).question(BACK).url

    google, microsoft = asked(auth="oauth-google"), asked(auth="oauth-microsoft", tenant="example.org")
    assert google.startswith("https://accounts.google.com/o/oauth2/v2/auth?")
    assert query(google)["scope"] == "https://mail.google.com/"
    assert (query(google)["access_type"], query(google)["prompt"]) == ("offline", "consent")
    assert microsoft.startswith("https://login.microsoftonline.com/example.org/oauth2/v2.0/authorize?")
    assert query(microsoft)["scope"] == "https://outlook.office.com/IMAP.AccessAsUser.All offline_access"


# --- the port --------------------------------------------------------------------------------------------------------


@pytest.fixture
def answers():
    return SimpleQueue()


def asked_for(redirect, path, host=None, family=socket.AF_INET):
    parts = urlsplit(redirect)
    name = "::1" if family == socket.AF_INET6 else "127.0.0.1"
    line = http.client.HTTPConnection(name, parts.port, timeout=5)
    line.request("GET", path, headers={"Host": host or parts.netloc})
    answer = line.getresponse()
    return answer.status, answer.read().decode(), answer


@pytest.mark.parametrize(
    ("path", "host"),
    [
        pytest.param("/favicon.ico", None, id="icon"),
        pytest.param("/", None, id="nothing asked"),
        pytest.param("/?state=x", None, id="neither code nor error"),
        pytest.param("/other?code=x", None, id="another page"),
        pytest.param("/?code=x&state=y", "evil.example", id="another host name"),
    ],
)
def test_what_is_no_answer_is_not_heard(answers, path, host):
    with listening("127.0.0.1", answers.put) as redirect:
        assert asked_for(redirect, path, host)[0] == 404
        assert answers.empty()


def test_an_answer_is_heard_and_the_page_holds_nothing_of_it(answers):
    with listening("127.0.0.1", answers.put) as redirect:
        status, page, answer = asked_for(redirect, "/?code=c0de&state=%3Cb%3E")
        assert answers.get(timeout=5) == "code=c0de&state=%3Cb%3E"
    assert status == 200
    assert "c0de" not in page
    assert "<b>" not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_lines_a_browser_opens_ahead_and_leaves_silent_hold_nothing_up(answers):
    with listening("127.0.0.1", answers.put) as redirect:
        silent = [socket.create_connection(("127.0.0.1", urlsplit(redirect).port)) for _ in range(3)]
        assert asked_for(redirect, "/?code=x")[0] == 200
        assert answers.get(timeout=5) == "code=x"
        for line in silent:
            line.close()


def test_the_port_is_of_this_computer_alone_and_closed_afterwards(answers):
    with listening("127.0.0.1", answers.put) as redirect:
        port = urlsplit(redirect).port
        assert _listens(("127.0.0.1", port))
        assert not _listens(("127.0.0.2", port))
    assert not _listens(("127.0.0.1", port))


def test_a_name_is_answered_for_on_both_loopback_addresses(answers):
    with listening("localhost", answers.put) as redirect:
        assert redirect.startswith("http://localhost:")
        families = [socket.AF_INET, *([socket.AF_INET6] if _has_ipv6() else [])]
        for family in families:
            assert asked_for(redirect, "/?code=x", family=family)[0] == 200


def _listens(place):
    try:
        socket.create_connection(place, 2).close()
    except OSError:
        return False
    return True


def _has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    ("environ", "there"),
    [({}, False), ({"DISPLAY": ""}, False), ({"LANG": "C"}, False), ({"TERM": "xterm"}, False)],
)
def test_without_a_screen_there_is_no_browser(environ, there):
    assert has_browser(environ) is there


# --- by device code --------------------------------------------------------------------------------------------------


class Waiting:
    """Time that passes only when somebody waits; at a moment something happens."""

    def __init__(self, monkeypatch, then=None, at=0.0):
        self.now = time.time()
        self.pauses = []
        self._begun, self._then, self._at = self.now, then, at
        monkeypatch.setattr("tests.servers.oauth.time.time", lambda: self.now)

    def __call__(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds
        if self._then and self.now - self._begun >= self._at:
            then, self._then = self._then, None
            then()


def test_a_code_is_waited_for_at_the_pace_the_provider_sets(asking, provider, monkeypatch):
    code = asking.device_code()
    assert code.address == f"{provider.url}/activate"
    wait = Waiting(monkeypatch, lambda: provider.type_code(code.user_code, ROBIN), at=12)
    assert typed(asking, code, wait)["access_token"] in provider.access
    assert wait.pauses == [5, 5, 5]


def test_slow_down_makes_every_later_pause_longer(asking, provider, monkeypatch):
    code = asking.device_code()
    provider.devices[code.user_code].every = 8
    wait = Waiting(monkeypatch, lambda: provider.type_code(code.user_code, ROBIN), at=14)
    typed(asking, code, wait)
    assert wait.pauses[:3] == [5, 5, 10]
    assert all(later >= 10 for later in wait.pauses[2:])


def test_a_broken_line_is_waited_out_more_and_more_slowly(asking, provider, monkeypatch):
    code = asking.device_code()
    provider.troubles = [503, 503, 503]
    wait = Waiting(monkeypatch, lambda: provider.type_code(code.user_code, ROBIN), at=30)
    typed(asking, code, wait)
    assert wait.pauses == [5, 10, 20, 40]


def test_a_code_that_nobody_types_runs_out(asking, provider, monkeypatch):
    provider.device_life = 60
    code = asking.device_code()
    wait = Waiting(monkeypatch)
    with pytest.raises(Refusal, match="expired_token"):
        typed(asking, code, wait)
    assert 60 <= sum(wait.pauses) <= 70


def test_a_no_ends_the_wait(asking, provider, monkeypatch):
    code = asking.device_code()
    wait = Waiting(monkeypatch, lambda: provider.type_code(code.user_code, ROBIN, allow=False), at=5)
    with pytest.raises(Refusal, match="access_denied"):
        typed(asking, code, wait)
    assert wait.pauses == [5]


@pytest.mark.parametrize(
    "answer",
    [
        "{}",
        "[]",
        "null",
        '{"device_code": "x", "user_code": "y", "verification_uri": "z", "expires_in": "soon"}',
        "<p>",
    ],
)
def test_a_device_endpoint_that_talks_nonsense_is_told(asking, provider, answer):
    provider.troubles = [answer]
    with pytest.raises(SourceUnreachable, match="makes no sense"):
        asking.device_code()


def test_a_device_endpoint_that_refuses_is_a_refusal(asking, provider):
    provider.troubles = ['{"error": "unauthorized_client", "error_description": "AADSTS700016"}']
    with pytest.raises(Refusal) as caught:
        asking.device_code()
    assert (caught.value.code, caught.value.words) == ("unauthorized_client", "AADSTS700016")


def test_the_code_of_the_device_is_not_shown(asking):
    code = asking.device_code()
    assert code.code not in repr(code)
    assert code.lasts == timedelta(minutes=15)
