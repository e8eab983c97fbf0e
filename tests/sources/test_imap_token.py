"""IMAP with tokens against the real Dovecot, which asks the tests' own provider about each."""

import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import keyring
import pytest

from tests.oauth.accounts import Ring, settings, signed_in
from tests.servers.dovecot import Account, Dovecot, running_dovecot
from tests.servers.oauth import Provider, oauth_provider
from tests.servers.proxy import Scripted, proxy_to, scripted
from tests.sources.mailboxes import ids, letter, message_id, read
from triage.errors import SourceRejected, SourceUnreachable, TokenRefused
from triage.model.access import Access
from triage.oauth.tokens import Tokens
from triage.settings import SourceSettings
from triage.sources.imap.source import Imap


@dataclass
class Office:
    """A provider, and the mail server that trusts it."""

    provider: Provider
    dovecot: Dovecot

    def source(self, account: Account, **changes: object) -> SourceSettings:
        return settings(self.provider, account.user, **{"port": self.dovecot.port, **changes})


@pytest.fixture(scope="module", params=["oauthbearer", "xoauth2"])
def office(request) -> Iterator[Office]:
    with oauth_provider() as provider, running_dovecot(f"{provider.url}/introspect?token=", request.param) as dovecot:
        yield Office(provider, dovecot)


@pytest.fixture(scope="module")
def either() -> Iterator[Office]:
    with oauth_provider() as provider, running_dovecot(f"{provider.url}/introspect?token=") as dovecot:
        yield Office(provider, dovecot)


@pytest.fixture(autouse=True)
def provider_as_new(request) -> None:
    for name in ("office", "either"):
        if name in request.fixturenames:
            provider = request.getfixturevalue(name).provider
            provider.life, provider.told, provider.troubles = 3600.0, None, []
            provider.heard.clear()
            provider.introspected.clear()


@pytest.fixture(autouse=True)
def ring() -> Iterator[Ring]:
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def reading(tmp_path) -> Iterator[object]:
    opened: list[Imap] = []

    def build(source: SourceSettings) -> Imap:
        opened.append(Imap(source, str, Tokens(source, tmp_path)))
        return opened[-1]

    yield build
    for one in opened:
        one.close()


def mailbox(office: Office) -> Account:
    account = office.dovecot.account()
    account.make("Sent")
    account.deliver(letter(1))
    return account


def test_mail_is_read_with_a_token(office, reading, tmp_path):
    account = mailbox(office)
    source = office.source(account)
    grant = signed_in(office.provider, source, tmp_path)
    assert ids(read(reading(source))[0]) == [message_id(1)]
    assert office.provider.introspected == [grant.access]


def test_the_token_ends_in_idle_and_the_next_connection_has_a_new_one(office, reading, tmp_path):
    account = mailbox(office)
    source = office.source(account)
    office.provider.life = 6
    grant = signed_in(office.provider, source, tmp_path)
    imap = reading(source)
    _, cursor = read(imap)
    imap.wait(60)
    assert datetime.now(UTC) < grant.ends
    account.deliver(letter(2))
    office.provider.life = 3600
    assert ids(read(imap, cursor)[0]) == [message_id(2)]
    assert [form["grant_type"] for form in office.provider.heard] == ["refresh_token"]
    assert len(set(office.provider.introspected)) == 2


def test_a_server_that_ends_the_session_in_idle_is_signed_in_to_anew(office, reading, tmp_path):
    account = mailbox(office)
    source = office.source(account)
    signed_in(office.provider, source, tmp_path)
    imap = reading(source)
    _, cursor = read(imap)
    threading.Timer(0.3, office.dovecot.doveadm, ("kick", account.user)).start()
    begun = time.monotonic()
    imap.wait(60)
    assert time.monotonic() - begun < 30
    account.deliver(letter(2))
    assert ids(read(imap, cursor)[0]) == [message_id(2)]


def test_a_token_that_died_early_is_replaced_on_the_same_connection(office, reading, tmp_path):
    account = mailbox(office)
    source = office.source(account)
    office.provider.told = 7200
    grant = signed_in(office.provider, source, tmp_path, datetime.fromtimestamp(time.time() - 120, UTC))
    del office.provider.access[grant.access]
    with proxy_to(office.dovecot.port) as proxy:
        arrivals, _ = read(reading(office.source(account, port=proxy.port)))
        assert proxy.connections == 1
    assert ids(arrivals) == [message_id(1)]
    assert len(office.provider.heard) == 1


def test_a_revoked_sign_in_is_final_and_told_with_the_command(office, reading, tmp_path):
    account = mailbox(office)
    source = office.source(account)
    signed_in(office.provider, source, tmp_path, datetime.fromtimestamp(time.time() - 120, UTC))
    office.provider.revoke(account.user)
    with pytest.raises(SourceRejected, match="ended the sign-in") as caught:
        reading(source).fetch(None)
    assert caught.value.hint == "sign in again:  triage login office"
    signed_in(office.provider, source, tmp_path)
    assert ids(read(reading(source))[0]) == [message_id(1)]


def test_two_sources_on_one_account_read_at_the_same_time_after_one_renewal(office, reading, tmp_path):
    account = mailbox(office)
    first, second = office.source(account), office.source(account, name="projects")
    signed_in(office.provider, first, tmp_path, datetime.fromtimestamp(time.time() - 7200, UTC))
    found: list[list[str | None]] = []
    threads = [
        threading.Thread(target=lambda source=source: found.append(ids(read(reading(source))[0])))
        for source in (first, second)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == [[message_id(1)]] * 2
    assert len(office.provider.heard) == 1
    assert not office.provider.replayed


def test_somebody_elses_token_opens_no_mailbox(office, reading, tmp_path):
    account = mailbox(office)
    source = office.source(account)
    grant = signed_in(office.provider, source, tmp_path)
    office.provider.access[grant.access].user = "ada@example.org"
    with pytest.raises(TokenRefused, match="does not let") as caught:
        reading(source).fetch(None)
    assert f"as {account.user}:  triage login office" in caught.value.hint


def test_a_provider_that_the_mail_server_cannot_ask_may_come_back(reading, tmp_path):
    with oauth_provider() as provider, running_dovecot("http://127.0.0.1:1/introspect?token=") as dovecot:
        account = dovecot.account()
        source = settings(provider, account.user, port=dovecot.port)
        signed_in(provider, source, tmp_path, datetime.fromtimestamp(time.time() - 120, UTC))
        with pytest.raises(SourceUnreachable) as caught:
            reading(source).fetch(None)
        assert not isinstance(caught.value, TokenRefused)
        assert provider.heard == []


def test_a_first_read_goes_on_over_a_new_connection_when_the_token_ends_in_it(either):
    account = mailbox(either)
    for n in range(2, 250):
        account.deliver(letter(n))
    now = datetime.now(UTC)
    given: list[str] = []

    def tokens(_: str) -> Access:
        given.append(either.provider.grant(account.user)["access_token"])
        return Access(token=given[-1], renew=now + timedelta(minutes=len(given)))

    imap = Imap(either.source(account), str, tokens, clock=lambda: now)
    first = imap.fetch(None)
    assert not first.complete
    now += timedelta(minutes=2)
    rest, _ = read(imap, first.cursor)
    imap.close()
    assert ids([*first.arrivals, *rest]) == sorted(message_id(n) for n in range(1, 250))
    assert either.provider.introspected == given
    assert len(given) == 2


def test_no_secret_goes_to_a_provider_whose_certificate_nobody_vouches_for(either, tmp_path):
    source = either.source(mailbox(either), token_endpoint=f"https://localhost:{either.dovecot.tls_port}/token")
    signed_in(either.provider, source, tmp_path, datetime.fromtimestamp(time.time() - 7200, UTC))
    with pytest.raises(SourceUnreachable, match="certificate that is not to be trusted"):
        Tokens(source, tmp_path)()


def test_no_token_goes_out_unencrypted_or_in_the_open(either, reading, tmp_path):
    account = mailbox(either)
    grant = signed_in(either.provider, either.source(account), tmp_path)
    with proxy_to(either.dovecot.port) as proxy:
        source = either.source(account, port=proxy.port, security="starttls", ca_file=either.dovecot.ca_file)
        assert ids(read(reading(source))[0]) == [message_id(1)]
        bearer = f"n,a={account.user},\1auth=Bearer {grant.access}\1\1".encode()
        assert grant.access.encode() not in proxy.sent
        assert b64encode(bearer) not in proxy.sent
        assert b"STARTTLS" in proxy.sent
    outside = settings(either.provider, account.user, host="mail.example.org")
    with pytest.raises(SourceRejected, match="without encryption"):
        reading(outside).fetch(None)


# --- what large providers say, from a script -----------------------------------------------------------------------


class Talk:
    """Offers a mechanism, objects to the token if told so, then says its answer; `said` is what it was sent."""

    def __init__(self, answer: bytes, mechanism: bytes = b"XOAUTH2", objection: bytes = b"") -> None:
        self.said: list[bytes] = []
        self._answer, self._mechanism, self._objection = answer, mechanism, objection
        self._tag = b""

    def __call__(self, tag: bytes, command: bytes) -> bytes:
        if command == b"CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 AUTH=%b\r\n%b OK done\r\n" % (self._mechanism, tag)
        if command.startswith(b"AUTHENTICATE"):
            self._tag = tag
            return b"+ \r\n"
        self.said.append(tag)
        if self._objection and len(self.said) == 1:
            return b"+ " + b64encode(self._objection) + b"\r\n"
        return self._tag + b" " + self._answer

    def line(self) -> AbstractContextManager[Scripted]:
        return scripted(b"* OK hello\r\n", self)


def opened(line: Scripted) -> Imap:
    access = Access(token="access-token", renew=datetime.max.replace(tzinfo=UTC))
    source = SourceSettings(
        name="office", kind="imap", host="127.0.0.1", port=line.port, security="none", user="robin@example.org"
    )
    return Imap(source, str, lambda _: access)


@pytest.mark.parametrize(
    ("answer", "kind", "what"),
    [
        pytest.param(
            b"NO [ALERT] Your account is not enabled for IMAP use. Please visit your settings page (Failure)\r\n",
            TokenRefused,
            "IMAP is switched off for robin@example.org",
            id="Google, off by the user",
        ),
        pytest.param(
            b"NO [ALERT] IMAP access is disabled for your domain. Please contact your administrator (Failure)\r\n",
            TokenRefused,
            "IMAP is switched off for robin@example.org",
            id="Google, off by the admin",
        ),
        pytest.param(
            b"BAD User is authenticated but not connected.\r\n",
            TokenRefused,
            "IMAP is switched off for robin@example.org",
            id="Microsoft, off by the admin",
        ),
        pytest.param(b"NO AUTHENTICATE failed.\r\n", TokenRefused, "does not let robin@example.org in", id="Microsoft"),
        pytest.param(
            b"NO [UNAVAILABLE] Temporary authentication failure.\r\n",
            SourceUnreachable,
            "could not sign robin@example.org in",
            id="for the moment",
        ),
    ],
)
def test_what_servers_say_is_told_apart(answer, kind, what):
    with Talk(answer).line() as line:
        imap = opened(line)
        with pytest.raises(kind, match=what) as caught:
            imap.fetch(None)
        imap.close()
    assert type(caught.value) is kind
    assert caught.value.hint


def test_microsoft_says_only_later_that_imap_is_off():
    talk = Talk(b"OK AUTHENTICATE completed.\r\n")

    def then(tag: bytes, command: bytes) -> bytes:
        signing_in = not talk.said or not command or command == b"CAPABILITY"
        return talk(tag, command) if signing_in else tag + b" BAD User is authenticated but not connected.\r\n"

    with scripted(b"* OK hello\r\n", then) as line:
        imap = opened(line)
        with pytest.raises(TokenRefused, match="IMAP is switched off"):
            imap.fetch(None)
        imap.close()


def test_an_objection_is_answered_as_the_rfc_says_and_the_token_is_sent_once():
    objection = b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'
    for mechanism, dummy in ((b"OAUTHBEARER", b64encode(b"\1")), (b"XOAUTH2", b"")):
        talk = Talk(b"NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n", mechanism, objection)
        with talk.line() as line:
            imap = opened(line)
            with pytest.raises(TokenRefused, match="status 400"):
                imap.fetch(None)
            imap.close()
        token, answer = talk.said
        assert b"access-token" in b64decode(token)
        assert answer == dummy


def test_a_server_without_tokens_is_told():
    with Talk(b"OK\r\n", b"PLAIN").line() as line:
        imap = opened(line)
        with pytest.raises(SourceUnreachable, match="takes no tokens"):
            imap.fetch(None)
        imap.close()
        assert b"access" not in line.heard
