"""What systemd offers a service to talk to: a datagram socket, on a path or in the abstract namespace."""

import socket
from types import TracebackType
from typing import Self

PATIENCE = 10.0


class Listening:
    """Bound to the address that goes into NOTIFY_SOCKET; remembers nothing but what was not yet `heard`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._where = "\0" + address[1:] if address.startswith("@") else address
        self._socket.bind(self._where)
        self._socket.settimeout(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._socket.close()

    def heard(self, number: int) -> list[str]:
        """The next messages, as many; TimeoutError if they do not come."""
        return [self._socket.recv(4096).decode() for _ in range(number)]

    def until(self, words: str) -> list[str]:
        """All messages up to the first that holds these words, with it; TimeoutError if it does not come."""
        messages = self.heard(1)
        while words not in messages[-1]:
            messages += self.heard(1)
        return messages

    def has_room(self) -> bool:
        """Send ourselves one more message, as long as any fits."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.setblocking(False)
            try:
                out.sendto(b"STATUS=", self._where)
            except BlockingIOError:
                return False
        return True
