"""A loopback proxy that listens in and cuts lines, and a server that speaks from a script."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Forwards connections to a port. `sent` is all that clients said; `cut_after` ends each connection, without a
    word, once the server has said so many bytes on it. `inject` are bytes and what an attacker adds right after them.
    """

    def __init__(self, target: int) -> None:
        self.sent = b""
        self.connections = 0
        self.cut_after: int | None = None
        self.inject: tuple[bytes, bytes] | None = None
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                client.close()
                continue
            threading.Thread(target=self._forward, args=(client, server, self._heard), daemon=True).start()
            threading.Thread(target=self._forward, args=(server, client, self._budget()), daemon=True).start()

    def _heard(self, chunk: bytes) -> bytes:
        self.sent += chunk
        return chunk

    def _budget(self) -> Callable[[bytes], bytes | None]:
        said = 0

        def within(chunk: bytes) -> bytes | None:
            nonlocal said
            said += len(chunk)
            if self.cut_after is not None and said > self.cut_after:
                return None
            return chunk.replace(self.inject[0], b"".join(self.inject)) if self.inject else chunk

        return within

    @staticmethod
    def _forward(source: socket.socket, target: socket.socket, passed: Callable[[bytes], bytes | None]) -> None:
        with suppress(OSError):
            while (chunk := source.recv(4096)) and (out := passed(chunk)) is not None:
                target.sendall(out)
        for line in (source, target):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for one
        self._server.close()


@contextmanager
def proxy_to(port: int) -> Iterator[Proxy]:
    """A proxy in front of a port."""
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.close()


class Scripted:
    """A line-based server: greets, then answers each line by `answer(tag, command)`, raw. `heard` is all it got.

    It hangs up after a BYE, and after half a line.
    """

    def __init__(self, greeting: bytes, answer: Callable[[bytes, bytes], bytes]) -> None:
        self.heard = b""
        self._greeting = greeting
        self._answer = answer
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with suppress(OSError), line, line.makefile("rb") as lines:
            line.sendall(self._greeting)
            for said in lines:
                self.heard += said
                tag, _, command = said.rstrip().partition(b" ")
                answer = self._answer(tag, command)
                line.sendall(answer)
                if b"* BYE" in answer or not answer.endswith(b"\n"):
                    return

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for one
        self._server.close()


@contextmanager
def scripted(greeting: bytes, answer: Callable[[bytes, bytes], bytes]) -> Iterator[Scripted]:
    """A scripted server on a loopback port."""
    server = Scripted(greeting, answer)
    try:
        yield server
    finally:
        server.close()
