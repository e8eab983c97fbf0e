"""The IMAP source when something is wrong: lines cut, servers lying, passwords that must not be sent."""

from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.servers.dovecot import PASSWORD, running_dovecot
from tests.servers.proxy import proxy_to, scripted
from tests.sources.mailboxes import ids, letter, message_id, passes, read
from triage.errors import SecretMissing, SourceRejected, SourceUnreachable
from triage.settings import SourceSettings
from triage.sources.imap.source import Imap

SECRETS = (PASSWORD.encode(), b64encode(f"\0robin\0{PASSWORD}".encode()))


@pytest.fixture
def source():
    opened: list[Imap] = []

    def build(port, password=PASSWORD, **changes):
        given = {"name": "office", "kind": "imap", "host": "localhost", "port": port, "security": "none"}
        settings = SourceSettings(**{**given, "user": "robin", **changes})
        opened.append(Imap(settings, password if callable(password) else lambda: password))
        return opened[-1]

    yield build
    for one in opened:
        one.close()


@pytest.fixture
def account(dovecot):
    account = dovecot.account()
    account.make("Sent")
    return account


def sent_a_password(said: bytes) -> bool:
    return any(secret in said for secret in SECRETS) or b"LOGIN" in said or b"AUTHENTICATE" in said


# --- the line breaks ----------------------------------------------------------------------------------------------


def patiently(source, cursor=None, tries=200):
    """What a pump does: goes on from the last stored cursor after every outage."""
    found = []
    for _ in range(tries):
        try:
            batch = source.fetch(cursor)
        except SourceUnreachable as error:
            assert error.hint
            continue
        found += batch.arrivals
        cursor = batch.cursor
        if batch.complete:
            return found, cursor
    raise AssertionError("never came to an end")


@pytest.mark.parametrize("cut_after", [7_000, 15_000, 25_000])
def test_lines_cut_in_mid_answer_lose_and_double_nothing(dovecot, account, source, cut_after):
    for n in range(40):
        account.deliver(letter(n, text="Could you have a look at this?\n" * 20), "INBOX" if n % 3 else "Sent")
    with proxy_to(dovecot.port) as proxy:
        proxy.cut_after = cut_after
        reading = source(proxy.port, user=account.user)
        found, cursor = patiently(reading)
        assert proxy.connections > 2
        proxy.cut_after = None
        assert ids(found) == sorted(message_id(n) for n in range(40))
        assert all(arrival.message.trouble is None for arrival in found)
        assert read(reading, cursor)[0] == []


def test_a_server_killed_in_mid_read_and_back_loses_and_doubles_nothing(source):
    with running_dovecot() as server:
        account = server.account()
        for n in range(450):
            account.deliver(letter(n))
        reading = source(server.port, user=account.user)
        first = reading.fetch(None)
        server.kill()
        for _ in range(2):
            with pytest.raises(SourceUnreachable) as caught:
                reading.fetch(first.cursor)
            assert caught.value.hint
        server.start()
        account.deliver(letter(450))
        rest, cursor = read(reading, first.cursor)
        assert ids([*first.arrivals, *rest]) == sorted(message_id(n) for n in range(451))
        assert read(reading, cursor)[0] == []


def test_a_kept_connection_that_died_between_passes_is_no_outage(dovecot, account, source):
    account.deliver(letter(1))
    reading = source(dovecot.port, user=account.user)
    _, cursor = read(reading)
    dovecot.doveadm("kick", account.user)
    account.deliver(letter(2))
    assert ids(read(reading, cursor)[0]) == [message_id(2)]


def test_no_server_is_told_with_its_reason(source):
    with scripted(b"", lambda tag, command: b"") as server:
        port = server.port
    with pytest.raises(SourceUnreachable, match="office: localhost cannot be reached"):
        source(port).fetch(None)


# --- the password -------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_tried_once_and_final(dovecot, account, source):
    with proxy_to(dovecot.port) as proxy:
        with pytest.raises(SourceRejected, match="refused the password") as caught:
            source(proxy.port, "wrong", user=account.user).fetch(None)
        assert "triage login office" in caught.value.hint
        assert proxy.connections == 1
        assert proxy.sent.count(b"AUTHENTICATE") + proxy.sent.count(b"LOGIN") == 1
    assert dovecot.log().count(f"({account.user},127.0.0.1") == 1


@pytest.mark.parametrize("password", ['with "quotes" and \\', "smörgås", " spaces "])
@pytest.mark.parametrize("capabilities", [b"AUTH=PLAIN", b"SASL-IR"], ids=["plain", "login"])
def test_any_password_goes_out_as_it_is_or_not_at_all(source, password, capabilities):
    with scripted(b"* OK hi\r\n", signing_in(capabilities)) as server:
        with pytest.raises((SourceRejected, SourceUnreachable)):
            source(server.port, password).fetch(None)
        quoted = password.replace("\\", "\\\\").replace('"', '\\"')
        as_plain, as_login = b64encode(f"\0robin\0{password}".encode()), f'LOGIN "robin" "{quoted}"'.encode()
        assert (as_plain in server.heard) == (capabilities == b"AUTH=PLAIN")
        assert (as_login in server.heard) == (capabilities != b"AUTH=PLAIN" and password.isascii())


def signing_in(capabilities=b"AUTH=PLAIN", answer=b"NO [AUTHENTICATIONFAILED] no"):
    """A server up to the sign-in, which it answers so."""

    def answers(tag, command):
        if command == b"CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 " + capabilities + b"\r\n" + tag + b" OK done\r\n"
        if command.startswith(b"AUTHENTICATE"):
            return b"+ \r\n"
        sign_in = tag if command.startswith(b"LOGIN") else answers.tag
        return answer if answer.startswith(b"*") else sign_in + b" " + answer + b"\r\n"

    def remembering(tag, command):
        if command.startswith(b"AUTHENTICATE"):
            answers.tag = tag
        return answers(tag, command)

    return remembering


@pytest.mark.parametrize(
    ("answer", "final"),
    [
        (b"NO [AUTHENTICATIONFAILED] Invalid credentials", True),
        (b"NO [AUTHORIZATIONFAILED] no such mailbox", True),
        (b"NO [EXPIRED] password expired", True),
        (b"NO invalid login or password", True),
        (b"NO [UNAVAILABLE] Temporary authentication failure.", False),
        (b"NO [LIMIT] Too many connections", False),
        (b"NO [INUSE] busy", False),
        (b"NO [SERVERBUG] oops", False),
        (b"BAD what?", False),
        (b"* BYE Too many connections\r\n", False),
    ],
    ids=lambda value: value.decode("ascii").split("]")[0] if isinstance(value, bytes) else "",
)
@pytest.mark.parametrize("capabilities", [b"AUTH=PLAIN", b"SASL-IR"], ids=["plain", "login"])
def test_only_a_clear_no_to_the_password_is_final(source, capabilities, answer, final):
    expected = pytest.raises(SourceRejected if final else SourceUnreachable)
    with scripted(b"* OK hi\r\n", signing_in(capabilities, answer)) as server, expected:
        source(server.port).fetch(None)


def test_a_line_that_breaks_at_the_password_is_no_refusal(dovecot, account, source):
    with proxy_to(dovecot.port) as proxy:
        proxy.cut_after = 400
        with pytest.raises(SourceUnreachable, match="ended the connection"):
            source(proxy.port, user=account.user).fetch(None)


def test_a_missing_secret_passes_through_and_asking_again_helps(dovecot, account, source):
    answers = iter([SecretMissing("office: locked", hint="unlock it"), PASSWORD])

    def password():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    reading = source(dovecot.port, password, user=account.user)
    with pytest.raises(SecretMissing):
        reading.fetch(None)
    assert reading.fetch(None).complete


# --- encryption ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("changes", "what"),
    [
        pytest.param({"ca_file": None}, "certificate of localhost is not to be trusted", id="unknown authority"),
        pytest.param({"host": "127.0.0.1"}, "certificate of 127.0.0.1 is not to be trusted", id="another host"),
    ],
)
def test_a_wrong_certificate_gets_no_password(dovecot, account, source, security, changes, what):
    target = dovecot.tls_port if security == "tls" else dovecot.port
    with proxy_to(target) as proxy:
        given = {"user": account.user, "security": security, "ca_file": dovecot.ca_file}
        with pytest.raises(SourceUnreachable, match=what) as caught:
            source(proxy.port, never, **{**given, **changes}).fetch(None)
        assert "ca_file" in caught.value.hint
        assert not sent_a_password(proxy.sent)
    assert f"user=<{account.user}>" not in dovecot.log()


def never():
    raise AssertionError("the password was asked for")


def test_a_ca_file_that_cannot_be_read_is_named(dovecot, source):
    with pytest.raises(SourceUnreachable, match=r"/nonexistent/ca\.pem"):
        source(dovecot.tls_port, never, security="tls", ca_file=Path("/nonexistent/ca.pem")).fetch(None)


def stripped(tag, command):
    if command == b"CAPABILITY":
        return b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n"
    return tag + b" OK whatever you say\r\n"


def refusing(tag, command):
    if command == b"STARTTLS":
        return tag + b" NO not today\r\n"
    return stripped(tag, command).replace(b"AUTH=PLAIN", b"STARTTLS AUTH=PLAIN")


def pretending(tag, command):
    if command == b"STARTTLS":
        return tag + b" OK go on\r\n* 1 EXISTS, in the clear"
    return stripped(tag, command).replace(b"AUTH=PLAIN", b"STARTTLS AUTH=PLAIN")


@pytest.mark.parametrize(
    ("greeting", "answer"),
    [
        pytest.param(b"* OK hi\r\n", stripped, id="stripped from the capabilities"),
        pytest.param(b"* OK hi\r\n", refusing, id="refused"),
        pytest.param(b"* OK hi\r\n", pretending, id="granted without TLS after it"),
        pytest.param(b"* PREAUTH welcome back\r\n", pretending, id="signed in already"),
    ],
)
def test_without_starttls_no_password_is_sent(source, greeting, answer):
    with scripted(greeting, answer) as server:
        with pytest.raises(SourceUnreachable) as caught:
            source(server.port, never, security="starttls").fetch(None)
        assert caught.value.hint
        assert not sent_a_password(server.heard)


def test_what_is_said_before_encryption_is_not_believed(dovecot, account, source):
    """RFC 3501 section 6.2.1: an attacker on the line adds an answer of his own after the one that grants TLS."""
    account.deliver(letter(1))
    with proxy_to(dovecot.port) as proxy:
        proxy.inject = (b"Begin TLS negotiation now.\r\n", b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n* BYE x\r\n")
        reading = source(proxy.port, user=account.user, security="starttls", ca_file=dovecot.ca_file)
        try:
            found, _ = read(reading)
        except SourceUnreachable:
            assert not sent_a_password(proxy.sent)
        else:
            assert ids(found) == [message_id(1)]


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1", "localhost.example.org", "2001:db8::1"])
def test_an_open_line_to_another_machine_is_refused_before_connecting(source, host):
    with pytest.raises(SourceRejected, match="without encryption") as caught:
        source(1, never, host=host).fetch(None)
    assert "insecure" in caught.value.hint


def test_an_open_line_to_another_machine_can_be_allowed(source):
    with pytest.raises(SourceUnreachable):
        source(1, host="host.invalid", insecure=True).fetch(None)


# --- servers that lie ---------------------------------------------------------------------------------------------

NOW = datetime.now(UTC).strftime("%d-%b-%Y %H:%M:%S +0000").encode()


class Liar:
    """An IMAP server with an INBOX of a few messages, whose FETCH answers a test writes. `uids` exist."""

    def __init__(self, uids=(1, 2, 3), records=None):
        self.uids = list(uids)
        self.records = records or {}
        self.validity, self.uidnext = 7, max(uids, default=0) + 1

    def __call__(self, tag, command):
        word = command.split()[0].upper() if command else b""
        if word == b"UID":
            word = command.split()[1].upper()
        answer = getattr(self, word.decode().lower(), lambda command: b"")(command)
        return answer if b"* BYE" in answer else answer + tag + b" OK done\r\n"

    def capability(self, command):
        return b"* CAPABILITY IMAP4rev1\r\n"

    def list(self, command):
        return b'* LIST () "/" INBOX\r\n'

    def examine(self, command):
        lines = (
            f"* {len(self.uids)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] x\r\n* OK [UIDNEXT {self.uidnext}] x\r\n"
        )
        return lines.encode()

    def search(self, command):
        if command.split()[3] == b"*":
            return b"* SEARCH %d\r\n" % max(self.uids)
        low, _, high = command.split()[3].partition(b":")
        found = [uid for uid in self.uids if int(low) <= uid <= int(high or low)]
        return b"* SEARCH" + b"".join(b" %d" % uid for uid in found or self.uids[-1:]) + b"\r\n"

    def fetch(self, command):
        uids = [uid for run in command.split()[2].split(b",") for uid in span(run)]
        return b"".join(self.records.get(uid, good)(uid) for uid in uids if uid in self.uids)


def span(run):
    low, _, high = run.partition(b":")
    return range(int(low), int(high or low) + 1)


def good(uid, extra=b""):
    header = f"Message-ID: {message_id(uid)}\r\nFrom: ada@example.org\r\n\r\n".encode()
    return (
        b'* %d FETCH (UID %d INTERNALDATE "%s" BODY[HEADER.FIELDS (X)]<0> {%d}\r\n%s BODY[TEXT]<0> {2}\r\nhi%s)\r\n'
        % (uid, uid, NOW, len(header), header, extra)
    )


def test_an_answer_without_uid_is_booked_on_nobody(source):
    stray = b'* 2 FETCH (FLAGS (\\Answered) BODY[HEADER.FIELDS (X)]<0> {4}\r\nX: y BODY[TEXT]<0> "")\r\n'
    liar = Liar(records={1: lambda uid: stray + good(uid) + stray})
    with scripted(b"* PREAUTH hi\r\n", liar) as server:
        found, _ = read(source(server.port))
    assert ids(found) == [message_id(n) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "poison",
    [
        pytest.param(lambda uid: b'* 2 FETCH (UID 2 INTERNALDATE "never" BODY[ {\r\n', id="half a record"),
        pytest.param(lambda uid: b"* 2 FETCH NIL\r\n", id="nothing"),
        pytest.param(lambda uid: b"", id="silence"),
        pytest.param(lambda uid: b"* BYE\r\n", id="hangs up"),
    ],
)
def test_a_poison_message_among_good_ones_is_counted_and_stops_nothing(source, poison):
    with scripted(b"* PREAUTH hi\r\n", Liar(range(1, 60), {2: poison})) as server:
        found, cursor = patiently(source(server.port))
        assert len(found) == 59
        (bad,) = [arrival for arrival in found if arrival.message.trouble]
        assert bad.delivery.uid == "2"
        assert read(source(server.port), cursor)[0] == []


@pytest.mark.parametrize(
    "when",
    [b"31-Dec-9999 23:59:59 -1200", b"00-Foo-0000 99:99:99 +9999", b"", b"01-Jan-2026"],
    ids=["end", "foo", "none", "day"],
)
def test_a_date_that_makes_no_sense_loses_no_message(source, when):
    liar = Liar(records={2: lambda uid: good(uid).replace(NOW, when)})
    with scripted(b"* PREAUTH hi\r\n", liar) as server:
        found, _ = read(source(server.port))
    assert ids(found) == [message_id(n) for n in (1, 2, 3)]


def test_a_uidnext_that_goes_backwards_reads_the_mailbox_anew(source):
    liar = Liar(range(1, 11))
    with scripted(b"* PREAUTH hi\r\n", liar) as server:
        reading = source(server.port)
        _, cursor = read(reading)
        liar.uids, liar.uidnext = [1, 2], 3
        batches = list(passes(reading, cursor))
    assert ids([arrival for batch in batches for arrival in batch.arrivals]) == [message_id(1), message_id(2)]
    assert all(batch.gone == () for batch in batches)


def test_the_last_message_that_a_star_always_finds_is_not_new(source):
    liar = Liar([1, 2, 3])
    with scripted(b"* PREAUTH hi\r\n", liar) as server:
        reading = source(server.port)
        _, cursor = read(reading)
        liar.uidnext = 50
        assert read(reading, cursor)[0] == []


def test_a_server_without_uidnext_is_read(source):
    liar = Liar([4, 9])
    with scripted(b"* PREAUTH hi\r\n", lambda tag, said: liar(tag, said).replace(b"[UIDNEXT", b"[X-NEXT")) as server:
        reading = source(server.port)
        found, cursor = read(reading)
        assert ids(found) == [message_id(4), message_id(9)]
        liar.uids.append(12)
        assert ids(read(reading, cursor)[0]) == [message_id(12)]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"\x00\xff\r\n", id="noise"),
        pytest.param(b"* 1 EXISTS", id="half a line"),
        pytest.param(b"* LIST (((\r\n", id="list of nothing"),
        pytest.param(b"* " + b"A" * 1_100_000 + b"\r\n", id="endless line"),
    ],
)
def test_an_answer_that_is_not_imap_is_an_outage_and_quotes_nothing(source, answer):
    def answers(tag, command):
        if command == b"CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n"
        return answer + tag + b" OK done\r\n" if answer.endswith(b"\n") else answer

    with scripted(b"* PREAUTH hi\r\n", answers) as server, pytest.raises(SourceUnreachable) as caught:
        source(server.port).fetch(None)
    assert len(caught.value.message) < 300
    assert caught.value.message.isprintable()
