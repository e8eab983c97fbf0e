"""A keyring of the desktop on a private bus that only says whether it is locked, and when that ends."""

import contextlib
import threading
from queue import Queue
from types import TracebackType
from typing import Self

from jeepney import DBusAddress, HeaderFields, MatchRule, message_bus, new_error, new_method_return, new_signal
from jeepney.io.threading import DBusRouter, open_dbus_connection
from jeepney.low_level import Message

NAME = "org.freedesktop.secrets"
COLLECTION = DBusAddress("/org/freedesktop/secrets/collection/login", interface="org.freedesktop.DBus.Properties")


class SecretService:
    """Owns org.freedesktop.secrets on the bus at this address (with another `name` it is an impostor); its default
    collection is `locked` or not.
    """

    def __init__(self, address: str, *, locked: bool, name: str = NAME) -> None:
        self.locked = locked
        self._name = name
        self._connection = open_dbus_connection(address)
        self._router = DBusRouter(self._connection)
        self._calls: Queue[Message | None] = Queue()
        self._filter = self._router.filter(MatchRule(type="method_call"), queue=self._calls)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._router.send_and_get_reply(message_bus.RequestName(self._name), timeout=5)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._calls.put(None)
        self._thread.join(5)
        self._router.close()
        self._connection.close()

    def unlock(self) -> None:
        """Open it, and say so as the Secret Service API does; returns when the bus has passed it on."""
        self.locked = False
        self.say({"Locked": ("b", False)})

    def say(self, changed: dict[str, tuple[str, object]]) -> None:
        """Properties of the default collection changed."""
        body = ("org.freedesktop.Secret.Collection", changed, [])
        self._router.send(new_signal(COLLECTION, "PropertiesChanged", "sa{sv}as", body))
        self._router.send_and_get_reply(message_bus.GetId(), timeout=5)

    def _serve(self) -> None:
        while call := self._calls.get():
            with contextlib.suppress(OSError):
                self._router.send(self._answer(call))

    def _answer(self, call: Message) -> Message:
        asked = (call.header.fields.get(HeaderFields.member), *call.body[1:])
        match asked:
            case ("Get", "Locked"):
                return new_method_return(call, "v", (("b", self.locked),))
            case ("Get", "Label"):
                return new_method_return(call, "v", (("s", "Login"),))
        return new_error(call, "org.freedesktop.DBus.Error.UnknownMethod", "s", ("not here",))
