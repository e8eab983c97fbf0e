"""A locked keyring is waited for, asked for once, and found even when it came after us."""

from collections.abc import Iterator
from queue import SimpleQueue

import keyring
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.backends.SecretService import Keyring as DesktopKeyring

from tests.servers.notifications import SessionBus
from tests.servers.secret_service import SecretService
from triage import secrets
from triage.errors import SecretMissing
from triage.settings import SourceSettings
from triage.unlocking import Unlocking, find_late, hear_of_unlocking, locked

OFFICE = SourceSettings(name="office", kind="imap", user="robin@example.org")


@pytest.fixture(autouse=True)
def _ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the library knows and chose is as before after each test."""
    monkeypatch.setattr(KeyringBackend, "_classes", set(KeyringBackend._classes))
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


class Desktop:
    """A keyring and a clock that do as told."""

    def __init__(self) -> None:
        self.locked, self.now = True, 0.0
        self.unlocking = Unlocking(lambda: self.locked, clock=lambda: self.now)

    def allowed(self, *moments: float) -> list[bool]:
        answers = []
        for self.now in moments:
            answers.append(self.unlocking.allowed())
        return answers


def test_an_open_keyring_is_read_at_once():
    desktop = Desktop()
    desktop.locked = False
    assert desktop.allowed(0, 1) == [True, True]


def test_for_two_minutes_nobody_is_asked_then_once():
    assert Desktop().allowed(5, 15, 60, 124, 125, 130, 4000) == [False, False, False, False, True, False, False]


def test_unlocked_meanwhile_it_is_read_without_asking():
    desktop = Desktop()
    assert desktop.allowed(5, 30) == [False, False]
    desktop.locked = False
    assert desktop.allowed(40) == [True]


@pytest.mark.parametrize("read", [True, False], ids=["by our asking", "by somebody else"])
def test_once_it_was_open_a_locked_one_is_waited_for_and_asked_for_anew(read: bool):
    desktop = Desktop()
    assert desktop.allowed(0, 120, 121) == [False, True, False]
    if read:
        desktop.unlocking.opened()
    else:
        desktop.locked = False
        desktop.allowed(130)
        desktop.locked = True
    assert desktop.allowed(9000, 9119, 9120, 9121) == [False, False, True, False]


def test_while_it_is_locked_the_source_says_so_and_the_keyring_is_left_alone():
    class Ring(KeyringBackend):
        priority = 1
        read = 0

        def get_password(self, service: str, username: str) -> str:
            self.read += 1
            return "hunter2"

        def set_password(self, service: str, username: str, password: str) -> None: ...

    ring, desktop = Ring(), Desktop()
    keyring.set_keyring(ring)
    with pytest.raises(SecretMissing, match="office: the keyring is locked") as caught:
        secrets.password(OFFICE, environ={}, unlocking=desktop.unlocking)
    assert "triage login office" in caught.value.hint
    assert ring.read == 0
    desktop.now = 121
    assert secrets.password(OFFICE, environ={}, unlocking=desktop.unlocking) == "hunter2"
    assert secrets.password(OFFICE, environ={"TRIAGE_PASSWORD_OFFICE": "x"}, unlocking=desktop.unlocking) == "x"
    assert ring.read == 1


def test_who_waits_is_told_of_once_each_time_it_is_found_locked():
    told: list[float] = []
    desktop = Desktop()
    desktop.unlocking = Unlocking(
        lambda: desktop.locked, wait_for_it=lambda: told.append(desktop.now), clock=lambda: desktop.now
    )
    desktop.allowed(0, 10, 130)
    desktop.locked = False
    desktop.allowed(140)
    desktop.locked = True
    desktop.allowed(500, 510)
    assert told == [0, 500]


# --- a real bus ---------------------------------------------------------------------------------------------------


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    with SessionBus() as started:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", started.address)
        yield started


def test_the_desktops_keyring_says_whether_it_is_locked(bus: SessionBus):
    keyring.set_keyring(DesktopKeyring())
    with SecretService(bus.address, locked=True) as service:
        assert locked()
        service.locked = False
        assert not locked()


def test_a_keyring_of_another_kind_is_never_taken_for_locked(bus: SessionBus):
    keyring.set_keyring(keyring.backends.null.Keyring())
    with SecretService(bus.address, locked=True):
        assert not locked()


def test_a_keyring_that_is_gone_is_not_waited_for(bus: SessionBus):
    keyring.set_keyring(DesktopKeyring())
    assert not locked()
    bus.stop()
    assert not locked()


def test_a_keyring_that_came_after_us_is_found(bus: SessionBus, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(KeyringBackend, "_classes", {DesktopKeyring, fail.Keyring})
    keyring.set_keyring(fail.Keyring())
    find_late()
    assert isinstance(keyring.get_keyring(), fail.Keyring)
    with SecretService(bus.address, locked=False):
        find_late()
        assert isinstance(keyring.get_keyring(), DesktopKeyring)


def test_the_desktops_keyring_says_when_it_is_unlocked(bus: SessionBus):
    heard: SimpleQueue[str] = SimpleQueue()
    with SecretService(bus.address, locked=True) as service:
        hear_of_unlocking(lambda: heard.put("open"))
        service.say({"Locked": ("b", True)})
        service.say({"Label": ("s", "Login")})
        service.unlock()
        assert heard.get(timeout=5) == "open"
        service.unlock()
        assert heard.empty()


def test_nobody_but_the_keyring_unlocks_it(bus: SessionBus):
    heard: SimpleQueue[str] = SimpleQueue()
    with (
        SecretService(bus.address, locked=True) as service,
        SecretService(bus.address, locked=True, name="org.example.x") as other,
    ):
        hear_of_unlocking(lambda: heard.put("open"))
        other.unlock()
        assert heard.empty()
        service.unlock()
        assert heard.get(timeout=5) == "open"


def test_without_a_bus_nothing_is_heard_and_nothing_fails(bus: SessionBus):
    bus.stop()
    hear_of_unlocking(lambda: pytest.fail("unlocked by nobody"))
