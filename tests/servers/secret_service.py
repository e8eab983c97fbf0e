"""A keyring of the desktop on a private bus that only says whether it is locked."""

import contextlib
import threading
from queue import Queue
from types import TracebackType
from typing import Self

from jeepney import HeaderFields, MatchRule, message_bus, new_error, new_method_return
from jeepney.io.threading import DBusRouter, open_dbus_connection
from jeepney.low_level import Message

NAME = "org.freedesktop.secrets"


class SecretService:
    """Owns org.freedesktop.secrets on the bus at this address; its default collection is `locked` or not."""

    def __init__(self, address: str, *, locked: bool) -> None:
        self.locked = locked
        self._connection = open_dbus_connection(address)
        self._router = DBusRouter(self._connection)
        self._calls: Queue[Message | None] = Queue()
        self._filter = self._router.filter(MatchRule(type="method_call"), queue=self._calls)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._router.send_and_get_reply(message_bus.RequestName(NAME), timeout=5)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._calls.put(None)
        self._thread.join(5)
        self._router.close()
        self._connection.close()

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
