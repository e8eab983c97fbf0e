"""A loopback proxy that listens in and cuts lines, and a server that speaks from a script."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Forwards connections to a port. `sent` is all that clients said; `cut_after` ends each connection, without a
    word, once the server has said so many bytes on it. `inject` are bytes and what an attacker adds right after them.
    A `black_hole` swallows all that both sides say, and neither is told.
    """

    def __init__(self, target: int) -> None:
        self.sent = b""
        self.connections = 0
        self.cut_after: int | None = None
        self.inject: tuple[bytes, bytes] | None = None
        self.black_hole = False
        self._more = threading.Condition()
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

    def await_sent(self, raw: bytes) -> None:
        """Until a client has said this."""
        with self._more:
            assert self._more.wait_for(lambda: raw in self.sent, 10), f"nobody said {raw!r}"

    def _heard(self, chunk: bytes) -> bytes:
        with self._more:
            self.sent += chunk
            self._more.notify_all()
        return b"" if self.black_hole else chunk

    def _budget(self) -> Callable[[bytes], bytes | None]:
        said = 0

        def within(chunk: bytes) -> bytes | None:
            nonlocal said
            said += len(chunk)
            if self.cut_after is not None and said > self.cut_after:
                return None
            if self.black_hole:
                return b""
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

    It hangs up after a BYE, and after half a line; to `None` it says nothing.
    """

    def __init__(self, greeting: bytes, answer: Callable[[bytes, bytes], bytes | None]) -> None:
        self.heard = b""
        self.connections = 0
        self._lines: list[socket.socket] = []
        self._more = threading.Condition()
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
            self.connections += 1
            self._lines.append(line)
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def say(self, raw: bytes) -> None:
        """Say something unasked, to the client that came last."""
        self._lines[-1].sendall(raw)

    def await_heard(self, raw: bytes) -> None:
        """Until a client has said this."""
        with self._more:
            assert self._more.wait_for(lambda: raw in self.heard, 10), f"nobody said {raw!r}"

    def hang_up(self) -> None:
        """End every connection without a word."""
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Break the connection of the client that came last, as a router does that forgot it (RST)."""
        line = self._lines[-1]
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.shutdown(socket.SHUT_RD)  # says nothing, but ends the thread that reads, which closes the socket

    def _serve(self, line: socket.socket) -> None:
        with suppress(OSError), line, line.makefile("rb") as lines:
            line.sendall(self._greeting)
            for said in lines:
                with self._more:
                    self.heard += said
                    self._more.notify_all()
                tag, _, command = said.rstrip().partition(b" ")
                answer = self._answer(tag, command)
                if answer is None:
                    continue
                line.sendall(answer)
                if b"* BYE" in answer or not answer.endswith(b"\n"):
                    return

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for one
        self._server.close()


@contextmanager
def scripted(greeting: bytes, answer: Callable[[bytes, bytes], bytes | None]) -> Iterator[Scripted]:
    """A scripted server on a loopback port."""
    server = Scripted(greeting, answer)
    try:
        yield server
    finally:
        server.close()
