"""A loopback proxy that listens in and cuts lines, and a server that speaks from a script."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Forwards connections to a port. `sent` is all that clients said; `cut_after` ends each connection, without a
    word, once the server has said so many bytes on it. `inject` are bytes and what an attacker adds right after them.
    A `black_hole` swallows all that both sides say, and neither is told. `drip` hands each byte on alone. A command
    that holds a word of `refused` never reaches the server: the answer after the word is given instead.
    """

    def __init__(self, target: int) -> None:
        self.sent = b""
        self.connections = 0
        self.cut_after: int | None = None
        self.inject: tuple[bytes, bytes] | None = None
        self.black_hole = False
        self.drip = False
        self.refused: dict[bytes, bytes] = {}
        self.tripped = threading.Event()
        self._trap: Callable[[], None] | None = None
        self._word, self._heard_from, self._bytes = b"", 0, 0
        self._clients: list[socket.socket] = []
        self._broken: set[socket.socket] = set()
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
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._clients.append(client)
            threading.Thread(target=self._forward, args=(client, server, self._ear(client)), daemon=True).start()
            threading.Thread(target=self._forward, args=(server, client, self._budget(client)), daemon=True).start()

    def await_sent(self, raw: bytes) -> None:
        """Until a client has said this."""
        with self._more:
            assert self._more.wait_for(lambda: raw in self.sent, 10), f"nobody said {raw!r}"

    def trip(self, act: Callable[[], None], *, after: int, word: bytes = b"") -> None:
        """Do this once, after a client said the word and then the server so many bytes; what follows them is handed on
        afterwards. `tripped` tells that it was done.
        """
        self.tripped.clear()
        self._word, self._heard_from, self._bytes, self._trap = word, len(self.sent), after, act

    def reset(self) -> None:
        """Break every connection as a router does that forgot it (RST)."""
        for client in tuple(self._clients):
            with suppress(OSError):
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self._broken.add(client)
                client.shutdown(socket.SHUT_RD)  # says nothing, but ends the thread that reads, which closes it

    def say(self, raw: bytes) -> None:
        """Say something that the server did not, to the client that came last."""
        self._clients[-1].sendall(raw)

    def hang_up(self) -> None:
        """End every connection in the midst of a word: under TLS without its goodbye."""
        for client in tuple(self._clients):
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def _ear(self, client: socket.socket) -> Callable[[bytes], bytes]:
        def heard(chunk: bytes) -> bytes:
            with self._more:
                self.sent += chunk
                self._more.notify_all()
            for word, answer in self.refused.items():
                if word in chunk:
                    client.sendall(chunk.split(b" ")[0] + b" " + answer + b"\r\n")
                    return b""
            return b"" if self.black_hole else chunk

        return heard

    def _sprung(self, chunk: bytes, client: socket.socket) -> bytes:
        """What is left to hand on of this chunk after the trap went off in it, if it does."""
        act = self._trap
        if act is None or self._word not in self.sent[self._heard_from :]:
            return chunk
        if self._bytes > len(chunk):
            self._bytes -= len(chunk)
            return chunk
        self._trap = None
        client.sendall(chunk[: self._bytes])
        act()
        self.tripped.set()
        return chunk[self._bytes :]

    def _budget(self, client: socket.socket) -> Callable[[bytes], bytes | None]:
        said = 0

        def within(chunk: bytes) -> bytes | None:
            nonlocal said
            said += len(chunk)
            chunk = self._sprung(chunk, client)
            if self.cut_after is not None and said > self.cut_after:
                return None
            if self.black_hole:
                return b""
            return chunk.replace(self.inject[0], b"".join(self.inject)) if self.inject else chunk

        return within

    def _forward(self, source: socket.socket, target: socket.socket, passed: Callable[[bytes], bytes | None]) -> None:
        with suppress(OSError):
            while (chunk := source.recv(4096)) and (out := passed(chunk)) is not None:
                for part in [out[place : place + 1] for place in range(len(out))] if self.drip else [out]:
                    target.sendall(part)
        for line in (source, target):
            with suppress(OSError):
                if line not in self._broken:
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
