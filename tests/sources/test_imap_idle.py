"""IDLE: the IMAP source is told at once, misses nothing, believes no dead line, and never runs hot."""

import gc
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace

import pytest

from tests.servers.dovecot import PASSWORD
from tests.servers.proxy import proxy_to, scripted
from tests.sources.mailboxes import ids, letter, message_id, read
from triage.errors import SourceUnreachable
from triage.model.mail import Batch, Outage
from triage.pump import Pump
from triage.settings import SourceSettings
from triage.sources.imap.idle import Ending, Lines, Patience, idle, read_ahead
from triage.sources.imap.source import Imap
from triage.sources.imap.wire import Connection

LONG = 60.0
AT_ONCE = 5.0  # far below LONG, far above what a busy machine needs
SHORT = 0.2


@pytest.fixture
def source():
    opened: list[Imap] = []

    def build(port, patience=None, **changes):
        given = {"name": "office", "kind": "imap", "host": "localhost", "port": port, "security": "none"}
        settings = SourceSettings(**{**given, "user": "robin", **changes})
        opened.append(Imap(settings, lambda: PASSWORD, patience=patience or Patience()))
        return opened[-1]

    yield build
    for one in opened:
        one.close()


@pytest.fixture(params=["none", "tls"])
def account(request, dovecot):
    """A user of the real server, and how to reach it."""
    account = dovecot.account()
    account.make("Sent")
    port = dovecot.tls_port if request.param == "tls" else dovecot.port
    account.settings = {
        "port": port,
        "security": request.param,
        "ca_file": dovecot.ca_file if request.param == "tls" else None,
        "user": account.user,
    }
    return account


def waited(source, seconds=LONG):
    """How long a wait took."""
    started = time.monotonic()
    source.wait(seconds)
    return time.monotonic() - started


def in_a_while(act):
    """By then a wait is in IDLE; what TLS hides, a test cannot see."""
    return meanwhile(lambda: threading.Event().wait(0.15) or act())


@contextmanager
def meanwhile(act):
    """Something another thread does."""
    thread = threading.Thread(target=act)
    thread.start()
    yield
    thread.join(10)
    assert not thread.is_alive()


# --- a real server --------------------------------------------------------------------------------------------------


def test_new_mail_ends_the_wait_and_the_next_pass_brings_it(account, source):
    reading = source(**account.settings)
    _, cursor = read(reading)
    for n in range(3):
        with in_a_while(lambda n=n: account.deliver(letter(n))):
            assert waited(reading) < AT_ONCE
        found, cursor = read(reading, cursor)
        assert ids(found) == [message_id(n)]


def test_mail_that_came_after_the_pass_is_not_waited_for(account, source):
    reading = source(**account.settings)
    _, cursor = read(reading)
    for n in range(15):
        account.deliver(letter(n))
        assert waited(reading) < 0.4  # a notification would take this server half a second
        found, cursor = read(reading, cursor)
        assert ids(found) == [message_id(n)]


def test_mail_just_before_idle_is_seen_fifteen_of_fifteen_times(account):
    connection = Connection.open(
        SourceSettings(name="office", kind="imap", host="localhost", **account.settings), lambda: PASSWORD
    )
    woken, waker = socket.socketpair()
    with woken, waker:
        for n in range(15):
            exists = connection.examine(b"INBOX").exists
            account.deliver(letter(n))
            assert connection.idle(AT_ONCE, woken, exists=exists, patience=Patience()) is Ending.NEWS
    connection.close()


def test_a_deleted_message_ends_the_wait(account, source):
    path = account.deliver(letter(1))
    account.deliver(letter(2))
    reading = source(**account.settings)
    _, cursor = read(reading)
    with in_a_while(path.unlink):
        assert waited(reading) < AT_ONCE
    assert [gone.uid for gone in reading.fetch(cursor).gone] == ["1"]


def test_fifty_rounds_change_no_flag_and_leak_no_thread_and_no_descriptor(account, source):
    for n, flags in enumerate(["", "S", "RS", "F", ""]):
        account.deliver(letter(n), flags=flags)
    before = account.files(), account.flags()
    reading = source(**account.settings)
    _, cursor = read(reading)
    gc.collect()
    held = threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(50):
        reading.wait(0.01)
        _, cursor = read(reading, cursor)
    gc.collect()
    assert (threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))) == held
    assert (account.files(), account.flags()) == before


def test_a_server_that_throws_us_out_of_idle_costs_one_new_connection(dovecot, account, source):
    reading = source(**account.settings)
    _, cursor = read(reading)
    with in_a_while(lambda: (account.deliver(letter(1)), dovecot.doveadm("kick", account.user))):
        assert waited(reading) < AT_ONCE
    assert ids(read(reading, cursor)[0]) == [message_id(1)]


def test_a_wake_from_another_thread_ends_idle_and_keeps_the_connection(dovecot, source):
    account = dovecot.account()
    with proxy_to(dovecot.port) as proxy:
        reading = source(proxy.port, user=account.user)
        _, cursor = read(reading)

        def wake_when_idle():
            proxy.await_sent(b" IDLE\r\n")
            reading.wake()

        with meanwhile(wake_when_idle):
            assert waited(reading) < AT_ONCE
        assert proxy.sent.count(b"DONE\r\n") == 1
        read(reading, cursor)
        assert proxy.connections == 1


def test_the_first_mailbox_of_the_settings_is_the_one_listened_on(account, source):
    account.make("Projects")
    reading = source(mailboxes=("Projects", "INBOX"), **account.settings)
    read(reading)
    with in_a_while(lambda: account.deliver(letter(1), "Projects")):
        assert waited(reading) < AT_ONCE


def test_a_pump_brings_new_mail_within_a_second_of_the_servers_word(account, source):
    """This server takes half a second itself to notice a file."""
    events: SimpleQueue[Batch | Outage] = SimpleQueue()
    pump = Pump(source(**account.settings), None, poll=3600, deliver=events.put)
    pump.start()
    try:
        assert events.get(timeout=AT_ONCE).complete
        pump.stored()
        delivered: list[float] = []
        for n in range(3):
            with in_a_while(lambda n=n: (delivered.append(time.monotonic()), account.deliver(letter(n)))):
                batch = events.get(timeout=AT_ONCE)
            assert time.monotonic() - delivered[-1] < 1.5
            assert ids(batch.arrivals) == [message_id(n)]
            pump.stored()
    finally:
        pump.stop()
        pump.join(5)


def test_a_black_hole_is_found_when_idle_ends_and_the_next_pass_reconnects(dovecot, source):
    account = dovecot.account()
    with proxy_to(dovecot.port) as proxy:
        reading = source(proxy.port, Patience(renew=SHORT, answer=SHORT), user=account.user)
        _, cursor = read(reading)

        def swallow():
            proxy.await_sent(b" IDLE\r\n")
            proxy.black_hole = True

        with meanwhile(swallow):
            assert waited(reading) < AT_ONCE
        proxy.black_hole = False
        account.deliver(letter(1))
        assert ids(read(reading, cursor)[0]) == [message_id(1)]
        assert proxy.connections == 2


# --- servers from a script ------------------------------------------------------------------------------------------


class Inbox:
    """A server with an INBOX of `exists` messages that are older than the history. What it says to IDLE and to DONE is
    written by a test; `{tag}` there and `tag` are IDLE's.
    """

    def __init__(self, to_idle=b"+ idling\r\n", to_done=b"{tag} OK done\r\n", offers=b"IDLE", exists=3):
        self.to_idle, self.to_done, self.offers, self.exists = to_idle, to_done, offers, exists
        self.tag = b""

    def __call__(self, tag, command):
        if command == b"IDLE":
            self.tag = tag
            return self._filled(self.to_idle)
        if tag == b"DONE":
            return self._filled(self.to_done)
        word = command.removeprefix(b"UID ").split()[0].decode().lower()
        return getattr(self, word, lambda: b"")() + tag + b" OK done\r\n"

    def _filled(self, answer):
        return answer and answer.replace(b"{tag}", self.tag)

    def capability(self):
        return b"* CAPABILITY IMAP4rev1 " + self.offers + b"\r\n"

    def list(self):
        return b'* LIST () "/" INBOX\r\n'

    def examine(self):
        return b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT %d] x\r\n" % (self.exists, self.exists + 1)

    def search(self):
        return b"* SEARCH\r\n"


@contextmanager
def listening(source, inbox, patience=None):
    """A scripted server, and a source that has made its first pass over it."""
    with scripted(b"* PREAUTH hi\r\n", inbox) as server:
        reading = source(server.port, patience)
        server.cursor = reading.fetch(None).cursor
        yield server, reading


@pytest.mark.parametrize("said", [b"* 4 EXISTS", b"* 2 EXPUNGE", b"* VANISHED 1:3", b"* 0 EXISTS", b"* x-new thing"])
def test_what_comes_with_the_answer_to_idle_is_seen(source, said):
    with listening(source, Inbox(b"+ idling\r\n" + said + b"\r\n")) as (server, reading):
        assert waited(reading) < AT_ONCE
        assert server.heard.endswith(b"DONE\r\n")
        reading.fetch(server.cursor)
        assert server.connections == 1


def test_what_comes_with_the_answer_before_idle_is_seen(source):
    with listening(source, Inbox()) as (server, reading):
        server._answer = lambda tag, command, inbox=server._answer: (
            inbox(tag, command) + (b"* 4 EXISTS\r\n" if b"EXAMINE" in command else b"")
        )
        assert waited(reading) < AT_ONCE


def test_what_comes_before_idle_is_granted_is_seen(source):
    with listening(source, Inbox(b"* 4 EXISTS\r\n+ idling\r\n")) as (_, reading):
        assert waited(reading) < AT_ONCE


@pytest.mark.parametrize("to_done", [b"* 4 EXISTS\r\n{tag} OK done\r\n", b"{tag} OK done\r\n* 4 EXISTS\r\n"])
def test_what_comes_with_the_answer_to_done_is_seen(source, to_done):
    with listening(source, Inbox(to_done=to_done), Patience(renew=0.02)) as (server, reading):
        assert waited(reading) < AT_ONCE
        reading.fetch(server.cursor)
        assert server.connections == 1


def test_an_announcement_in_mid_idle_ends_the_wait(source):
    inbox = Inbox()
    with listening(source, inbox) as (server, reading):

        def announce():
            server.await_heard(b" IDLE\r\n")
            for piece in (b"* 4 EX", b"ISTS", b"\r", b"\n"):
                server.say(piece)

        with meanwhile(announce):
            assert waited(reading) < AT_ONCE
        reading.fetch(server.cursor)
        assert server.connections == 1


def test_a_line_torn_at_the_end_of_idle_is_not_left_to_the_next_command(source):
    inbox = Inbox(to_done=None)
    with listening(source, inbox) as (server, reading):

        def tear():
            server.await_heard(b" IDLE\r\n")
            server.say(b"* 4 EXISTS\r\n")
            server.await_heard(b"DONE\r\n")
            server.say(inbox.tag + b" OK done\r\n* 5 EX")
            server.say(b"ISTS\r\n")

        with meanwhile(tear):
            assert waited(reading) < AT_ONCE
        reading.fetch(server.cursor)
        assert server.connections == 1


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"* OK Still here", id="keepalive"),
        pytest.param(b"* 3 EXISTS", id="as many as before"),
        pytest.param(b"* 0 RECENT", id="recent"),
        pytest.param(b"* 2 FETCH (FLAGS (\\Seen))", id="flags"),
        pytest.param(b"* NO [ALERT] disk is nearly full", id="warning"),
        pytest.param(b"+ still idling", id="once more"),
    ],
)
def test_what_is_no_news_does_not_end_the_wait(source, said):
    with listening(source, Inbox(b"+ idling\r\n" + said + b"\r\n")) as (server, reading):
        assert waited(reading, SHORT) >= SHORT
        reading.fetch(server.cursor)
        assert server.connections == 1


def test_idle_is_renewed_on_the_same_connection(source):
    with listening(source, Inbox(), Patience(renew=0.05)) as (server, reading):
        assert waited(reading, 0.3) >= 0.3
        assert 3 <= server.heard.count(b" IDLE\r\n") == server.heard.count(b"DONE\r\n") <= 6
        assert server.heard.count(b"EXAMINE") == 2
        assert server.connections == 1


@pytest.mark.parametrize(
    "inbox",
    [
        pytest.param(Inbox(offers=b""), id="not offered"),
        pytest.param(Inbox(b"{tag} NO not now\r\n"), id="refused"),
        pytest.param(Inbox(b"{tag} BAD what?\r\n"), id="not understood"),
        pytest.param(Inbox(b"+ idling\r\n{tag} OK had enough\r\n"), id="ended by the server"),
    ],
)
def test_without_idle_time_passes_and_the_connection_is_kept(source, inbox):
    with listening(source, inbox) as (server, reading):
        for _ in range(3):
            assert waited(reading, SHORT) >= SHORT
            reading.fetch(server.cursor)
        assert server.heard.count(b" IDLE\r\n") == (1 if inbox.offers else 0)
        assert server.connections == 1
        with meanwhile(reading.wake):
            assert waited(reading) < AT_ONCE


def test_a_refusal_does_not_stand_for_ever(source):
    inbox = Inbox(b"{tag} NO not now\r\n")
    with listening(source, inbox, Patience(refusal=0.05)) as (_, reading):
        assert waited(reading, SHORT) >= SHORT
        inbox.to_idle = b"+ idling\r\n* 4 EXISTS\r\n"
        assert waited(reading) < AT_ONCE


def test_a_server_that_never_stops_talking_does_not_hold_the_wait(source):
    inbox = Inbox()
    with listening(source, inbox, Patience(answer=1)) as (server, reading):

        def talk():
            server.await_heard(b" IDLE\r\n")
            with suppress(OSError):
                while True:
                    server.say(b"* OK Still here\r\n" * 1000)

        with meanwhile(talk):
            assert waited(reading, SHORT) < AT_ONCE
            server.hang_up()


# --- dead lines -----------------------------------------------------------------------------------------------------

DEADLY = [
    pytest.param(lambda server: server.hang_up(), id="EOF"),
    pytest.param(lambda server: server.reset(), id="RST"),
    pytest.param(lambda server: server.say(b"* BYE shutting down\r\n"), id="BYE"),
    pytest.param(lambda server: (server.say(b"* 4 EXI"), server.hang_up()), id="half a line"),
    pytest.param(lambda server: server.say(b"A" * 70_000), id="endless line"),
]


@pytest.mark.parametrize("kill", DEADLY)
def test_a_line_that_dies_in_idle_ends_the_wait_and_the_next_pass_reconnects(source, kill):
    inbox = Inbox()
    with listening(source, inbox) as (server, reading):

        def die():
            server.await_heard(b" IDLE\r\n")
            kill(server)

        with meanwhile(die):
            assert waited(reading) < AT_ONCE
        assert reading.fetch(server.cursor).complete
        assert server.connections == 2


SILENCE = {
    "to idle": Inbox(to_idle=None),
    "to done": Inbox(to_done=None),
    "but for noise": Inbox(to_done=b"* OK Still here\r\n" * 3),
    "after half a line": Inbox(b"+ idling\r\n", b"{tag} OK done\r\n* 4 EXI\r\n* 5"),
}


@pytest.mark.parametrize("inbox", SILENCE.values(), ids=SILENCE.keys())
def test_a_server_that_does_not_answer_is_left(source, inbox):
    with listening(source, inbox, Patience(renew=0.05, answer=SHORT)) as (server, reading):
        assert waited(reading) < AT_ONCE
        assert reading.fetch(server.cursor).complete
        assert server.connections == 2


@pytest.mark.parametrize("last", [b"* BYE no\r\n", b"+ idl", b"nonsense"], ids=["BYE", "half", "nonsense"])
def test_a_second_death_in_a_row_is_slept_off_and_a_wake_is_heard(source, last):
    with listening(source, Inbox(last)) as (server, reading):
        assert waited(reading) < AT_ONCE
        reading.fetch(server.cursor)
        for _ in range(2):
            assert waited(reading, SHORT) >= SHORT
            reading.fetch(server.cursor)
        assert server.connections == 4
        with meanwhile(reading.wake):
            assert waited(reading) < AT_ONCE


def test_a_connection_that_died_before_the_wait_is_found_at_once(source):
    with listening(source, Inbox()) as (server, reading):
        server.hang_up()
        assert waited(reading) < AT_ONCE
        assert reading.fetch(server.cursor).complete


def test_after_a_failed_pass_time_passes_without_a_connection(source):
    with listening(source, Inbox()) as (server, reading):
        server.hang_up()
        server.close()
        with pytest.raises(SourceUnreachable):
            reading.fetch(server.cursor)
        assert waited(reading, SHORT) >= SHORT


def test_a_server_that_always_has_news_and_never_mail_does_not_drive_us(source):
    with listening(source, Inbox(b"+ idling\r\n* 9 EXISTS\r\n")) as (server, reading):
        rounds, end = 0, time.monotonic() + 1.5
        while (rest := end - time.monotonic()) > 0:
            reading.wait(rest)
            reading.fetch(server.cursor)
            rounds += 1
        assert rounds <= 5


@pytest.mark.parametrize("offers", [b"IDLE", b""], ids=["in idle", "without idle"])
def test_after_the_machine_slept_a_wake_leaves_the_connection_unasked(source, offers):
    """What hears of it wakes the source; the line is dead by then, and silent: an answer would be waited for."""
    inbox, naps, waits = Inbox(to_done=None, offers=offers), [0.0], threading.Event()

    def slept():
        so_far = naps[0]
        waits.set()
        return so_far

    with listening(source, inbox, Patience(slept=slept)) as (server, reading):

        def sleep_and_resume():
            assert waits.wait(10)
            if offers:
                server.await_heard(b" IDLE\r\n")
            naps[0] = 3600.0
            reading.wake()

        with meanwhile(sleep_and_resume):
            assert waited(reading) < AT_ONCE
        assert b"DONE" not in server.heard
        assert reading.fetch(server.cursor).complete
        assert server.connections == 2


def test_a_short_nap_costs_no_connection(source):
    naps = iter(range(1000))
    with listening(source, Inbox(), Patience(slept=lambda: float(next(naps)))) as (server, reading):
        assert waited(reading, SHORT) >= SHORT
        reading.fetch(server.cursor)
        assert server.connections == 1


def test_a_wake_before_the_wait_needs_no_server(source):
    with listening(source, Inbox()) as (server, reading):
        reading.wake()
        assert waited(reading) < AT_ONCE
        assert b"IDLE" not in server.heard.replace(b"CAPABILITY", b"")
        assert waited(reading, SHORT) >= SHORT


# --- lines, and what imaplib keeps ----------------------------------------------------------------------------------


@contextmanager
def plain(_):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@contextmanager
def encrypted(server):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.root / "cert.pem", server.root / "key.pem")
    trusting = ssl.create_default_context(cafile=server.ca_file)
    ours, theirs = socket.socketpair()
    accepted: list[ssl.SSLSocket] = []
    with meanwhile(lambda: accepted.append(context.wrap_socket(theirs, server_side=True))):
        secured = trusting.wrap_socket(ours, server_hostname="localhost")
    with secured, accepted[0]:
        yield secured, accepted[0]


@pytest.mark.parametrize("kind", [plain, encrypted])
def test_a_line_torn_anywhere_comes_whole(dovecot, kind):
    with kind(dovecot) as (ours, theirs):
        lines = Lines(ours)
        for cut in range(1, 12):
            theirs.sendall(b"* 4 EXISTS\r\n"[:cut])
            assert lines.next(0.01) is None
            theirs.sendall(b"* 4 EXISTS\r\n"[cut:])
            assert lines.next(AT_ONCE) == b"* 4 EXISTS"


def test_a_line_comes_whole_from_a_tls_record_torn_anywhere(dovecot):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(dovecot.root / "cert.pem", dovecot.root / "key.pem")
    heard, said = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(heard, said, server_side=True)
    ours, theirs = socket.socketpair()

    def shake_hands():
        while True:
            try:
                server.do_handshake()
                return theirs.sendall(said.read())
            except ssl.SSLWantReadError:
                theirs.sendall(said.read())
                heard.write(theirs.recv(65_536))

    with meanwhile(shake_hands):
        secured = ssl.create_default_context(cafile=dovecot.ca_file).wrap_socket(ours, server_hostname="localhost")
    with secured, theirs:
        lines = Lines(secured)
        for cut in (1, 4, 5, 6, 20, -1):
            server.write(b"* 4 EXISTS\r\n")
            record = said.read()
            theirs.sendall(record[:cut])
            assert lines.next(0.01) is None
            theirs.sendall(record[cut:])
            assert lines.next(AT_ONCE) == b"* 4 EXISTS"


@pytest.mark.parametrize("kind", [plain, encrypted])
def test_many_lines_at_once_come_one_by_one_without_waiting(dovecot, kind):
    with kind(dovecot) as (ours, theirs):
        lines = Lines(ours, b"* 1 EXIS")
        theirs.sendall(b"TS\r\n* 2 EXISTS\r\n" + b"* OK " + b"x" * 40_000 + b"\r\n")
        theirs.sendall(b"* 3 EXISTS\r\n")
        assert [len(lines.next(0) or b"") for _ in range(4)] == [10, 10, 40_005, 10]
        assert lines.next(0) is None


@pytest.mark.parametrize("kind", [plain, encrypted])
def test_what_tls_has_decrypted_already_is_not_waited_for(dovecot, kind):
    with kind(dovecot) as (ours, theirs):
        theirs.sendall(b"tag OK\r\n* 4 EXISTS\r\n")
        assert ours.recv(8) == b"tag OK\r\n"
        assert Lines(ours).next(AT_ONCE) == b"* 4 EXISTS"


@pytest.mark.parametrize("kind", [plain, encrypted])
def test_an_end_in_mid_line_is_an_error(dovecot, kind):
    with kind(dovecot) as (ours, theirs):
        lines = Lines(ours)
        theirs.sendall(b"* 4 EXI")
        theirs.shutdown(socket.SHUT_RDWR)
        with pytest.raises((EOFError, OSError)):
            lines.next(AT_ONCE)


@pytest.mark.parametrize("kind", [plain, encrypted])
def test_reading_leaves_the_sockets_timeout_alone(dovecot, kind):
    with kind(dovecot) as (ours, _):
        ours.settimeout(7)
        assert Lines(ours).next(0) is None
        assert ours.gettimeout() == 7


def test_what_imaplib_of_python_314_read_ahead_is_taken_from_it():
    imap = SimpleNamespace(_readbuf=[b"* 4 EX", b"ISTS\r\n"])
    assert read_ahead(imap) == b"* 4 EXISTS\r\n"
    assert read_ahead(imap) == b""


def test_an_imaplib_that_hides_what_it_read_ahead_is_not_idled_on():
    woken, waker = socket.socketpair()
    with woken, waker:
        strange = SimpleNamespace(sock=woken, send=waker.send)
        assert idle(strange, LONG, woken, exists=0, patience=Patience()) is Ending.REFUSED
