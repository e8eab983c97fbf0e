"""The desktop's keyring when a session begins: found late, waited for while it is locked, and asked for once."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from queue import SimpleQueue
from typing import Any

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=2)
ANSWER_WITHIN = 10.0


class Unlocking:
    """May the keyring be read, though that makes the desktop ask for its password if it is locked?

    Not in the first two minutes that it is found locked: a session that begins mostly unlocks it by itself. Then once,
    whatever the answer, and not again before it was unlocked. For all sources together, from any of their threads.
    `wait_for_it` is called each time it is found locked that was not: whoever reads can have itself told.
    """

    def __init__(
        self,
        locked: Callable[[], bool],
        *,
        wait_for_it: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._locked = locked
        self._wait_for_it = wait_for_it
        self._clock = clock
        self._since: float | None = None
        self._asked = False
        self._turn = threading.Lock()

    def allowed(self) -> bool:
        """Read it now? May take as long as the keyring needs to answer."""
        with self._turn:
            if not self._locked():
                self._since, self._asked = None, False
                return True
            now = self._clock()
            if self._since is None:
                self._since = now
                self._wait_for_it()
            if self._asked or now - self._since < PATIENCE.total_seconds():
                return False
            self._asked = True
            log.info("event=asked-to-unlock")
            return True

    def opened(self) -> None:
        """It was read: should it be locked again, that is another time."""
        with self._turn:
            self._since, self._asked = None, False


def hear_of_unlocking(unlocked: Callable[[], None]) -> None:
    """Have `unlocked` called once, on a thread of its own, when the desktop's keyring says that it is open.

    May take as long as the session bus needs to answer. Where that is silent nothing is heard: who waits looks again by
    itself.
    """
    from jeepney import MatchRule
    from jeepney.low_level import Message

    from triage.sinks.bus import Bus, address, hear

    def heard(signal: Message) -> None:
        if _is_open(signal.body):
            connection.get().close()
            unlocked()

    # Secret Service API: a collection's Locked is a property, told of by the standard signal of properties.
    rule = MatchRule(
        type="signal",
        sender="org.freedesktop.secrets",
        interface="org.freedesktop.DBus.Properties",
        member="PropertiesChanged",
        path_namespace="/org/freedesktop/secrets",
    )
    connection: SimpleQueue[Bus] = SimpleQueue()
    try:
        connection.put(hear(address() or "", rule, heard, deadline=time.monotonic() + ANSWER_WITHIN))
    except OSError as error:
        log.info("event=no-word-of-unlocking error=%s", type(error).__name__)


def _is_open(changed: tuple[Any, ...]) -> bool:
    match changed:
        case (str(), {"Locked": ("b", False)}, *_):
            return True
    return False


def find_late() -> None:
    """The library chooses its keyring once. Where it found none, let it look again: the daemon may have come first."""
    import keyring  # slow to import
    from keyring.backend import KeyringBackend
    from keyring.backends import fail

    if isinstance(keyring.get_keyring(), fail.Keyring):
        viable = [kind for kind in KeyringBackend.get_viable_backends() if kind.priority > 0]
        if viable:
            keyring.set_keyring(max(viable, key=lambda kind: kind.priority)())


def locked() -> bool:
    """Is the desktop's keyring (Secret Service API) locked? False where it is of another kind, or does not say."""
    import keyring  # slow to import
    from keyring.backends import SecretService, libsecret

    find_late()
    ring = keyring.get_keyring()
    kinds = (SecretService.Keyring, libsecret.Keyring)
    if not any(isinstance(one, kinds) for one in getattr(ring, "backends", [ring])):
        return False
    import secretstorage
    from jeepney import DBusErrorResponse
    from secretstorage.exceptions import SecretStorageException

    try:
        with closing(secretstorage.dbus_init()) as connection:
            return bool(secretstorage.Collection(connection).is_locked())
    except (SecretStorageException, DBusErrorResponse, OSError) as error:
        log.info("event=keyring-silent error=%s", type(error).__name__)
        return False
