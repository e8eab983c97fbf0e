"""A login manager on a private bus: it only says when the machine goes to sleep and when it woke."""

from types import TracebackType
from typing import Self

from jeepney import DBusAddress, message_bus, new_signal
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.login1"
MANAGER = DBusAddress("/org/freedesktop/login1", interface="org.freedesktop.login1.Manager")


class Login1:
    """Owns org.freedesktop.login1 on the bus at this address; with another `name` it is an impostor."""

    def __init__(self, address: str, *, name: str = NAME) -> None:
        self._connection = open_dbus_connection(address)
        self._ask(message_bus.RequestName(name))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._connection.close()

    def prepare_for_sleep(self, *, sleeping: bool) -> None:
        """True on the way to sleep, False after waking; returns when the bus has passed it on."""
        self._connection.send(new_signal(MANAGER, "PrepareForSleep", "b", (sleeping,)))
        self._ask(message_bus.GetId())

    def _ask(self, message: object) -> None:
        self._connection.send_and_get_reply(message, timeout=5)
