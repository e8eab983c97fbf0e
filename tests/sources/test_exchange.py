"""The Exchange source against a server of our own (`tests.servers.exchange`): what every source promises."""

import pytest

from tests.servers.certificates import certificate
from tests.servers.exchange import PASSWORD, Stored, running_exchange
from tests.sources.contract import SourceContract
from triage.settings import SourceSettings
from triage.sources.exchange.source import Exchange
from triage.sources.kinds import open_source


class ExchangePlace:
    """A user of the server, as the contract wants it (`tests.sources.mailboxes.Place`)."""

    def __init__(self, server, build, closing):
        self.server = server
        self._build = build
        self._closing = closing

    def deliver(self, raw, mailbox="INBOX", received=None):
        return self.server.own.deliver(raw, mailbox, received)

    def remove(self, *messages):
        for message in messages:
            assert isinstance(message, Stored)
        self.server.own.delete(*messages)

    def fingerprint(self):
        assert self.server.only_read()
        return self.server.own.fingerprint()

    def settings(self, **changes):
        given = {
            "name": "office",
            "kind": "exchange",
            "endpoint": self.server.endpoint,
            "user": "EXAMPLE\\robin",
            "auth": self.server.auth,
            "ca_file": self.server.ca_file,
        }
        return SourceSettings(**given | changes)

    def source(self, **changes):
        source = self._build(self.settings(**changes), lambda: PASSWORD)
        self._closing.append(source)
        return source


@pytest.fixture
def closing():
    sources = []
    yield sources
    for source in sources:
        source.close()


@pytest.fixture(scope="session")
def tls(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def place(closing):
    with running_exchange() as server:
        yield ExchangePlace(server, Exchange, closing)


class TestExchangeInHouse(SourceContract):
    @pytest.fixture
    def place(self, closing):
        with running_exchange() as server:
            yield ExchangePlace(server, Exchange, closing)


class TestExchangeOverTlsByNtlm(SourceContract):
    @pytest.fixture
    def place(self, closing, tls):
        with running_exchange(tls=tls, auth="ntlm") as server:
            yield ExchangePlace(server, Exchange, closing)


class TestExchangeApart(SourceContract):
    """As the daemon has it: in a process of its own."""

    @pytest.fixture
    def place(self, closing, tls):
        with running_exchange(tls=tls) as server:
            yield ExchangePlace(server, open_source, closing)
