"""A home for every test, a mail server for all, and a keyring that needs no desktop."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from tests.blackbox.homes import Home
from tests.blackbox.keyring_file import Keyring
from tests.servers.dovecot import Account, Dovecot, running_dovecot
from tests.servers.notifications import Recorder, SessionBus


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Empty but for a configuration that reads the Maildir `mail`."""
    made = Home(tmp_path / "home")
    made.configure()
    return made


@pytest.fixture(autouse=True)
def _keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = keyring.get_keyring()
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring.json"))
    keyring.set_keyring(Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    with SessionBus() as started:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", started.address)
        yield started


@pytest.fixture
def recorder(bus: SessionBus) -> Iterator[Recorder]:
    with Recorder(bus.address) as service:
        yield service


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    """With a Sent mailbox and one letter that was read and answered."""
    made = dovecot.account()
    made.make("Sent")
    return made
