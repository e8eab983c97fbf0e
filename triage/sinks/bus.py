"""One connection to a message bus: calls with a deadline, and a thread that hears what comes back."""

import logging
import os
import socket
import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from itertools import count
from pathlib import Path
from typing import Any

from jeepney import DBusErrorResponse, HeaderFields, MatchRule, MessageFlag, MessageType, message_bus
from jeepney.bus import get_bus
from jeepney.io.blocking import prep_socket
from jeepney.low_level import Message, Parser

log = logging.getLogger(__name__)

BUS = "org.freedesktop.DBus"
_REPLIES = (MessageType.method_return, MessageType.error)


def address() -> str | None:
    """Where the session bus listens as of now, or None on a machine nobody has logged in to."""
    named = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    if named:
        return named
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and Path(runtime, "bus").is_socket():
        return f"unix:path={runtime}/bus"
    return None


class Bus:
    """A connection that has said Hello. Every failure of it is an OSError, a late answer a TimeoutError.

    `heard` is called with each signal, from the listening thread; it must not wait for a reply. A connection that
    was lost stays lost: make a new one. Deadlines are moments of `time.monotonic()`.
    """

    def __init__(self, where: str, *, heard: Callable[[Message], None], deadline: float) -> None:
        self._heard = heard
        self._serials = count(1)
        self._lock = threading.Lock()
        self._waiting: dict[int, Future[Message]] = {}
        self.alive = True
        self._socket = _connect(where, deadline)
        self._thread = threading.Thread(target=self._listen, name="session-bus", daemon=True)
        self._thread.start()
        try:
            self.call(message_bus.Hello(), deadline=deadline)
        except (OSError, DBusErrorResponse) as error:
            self.close()
            raise ConnectionError("the session bus did not greet back") from error

    def call(self, message: Message, *, deadline: float, answered: Callable[[Message], None] | None = None) -> Message:
        """The reply; an error reply is raised as DBusErrorResponse.

        `answered` gets a good reply in the listening thread, ahead of any signal sent after it, and even when it
        comes after the deadline.
        """
        reply: Future[Message] = Future()
        serial = next(self._serials)
        with self._lock:
            if not self.alive:
                raise ConnectionError("the session bus is gone")
            if answered:
                reply.add_done_callback(lambda done: _pass_on(done, answered))
            self._waiting[serial] = reply
            self._send(message, serial)
        try:
            return _checked(reply.result(max(0.0, deadline - time.monotonic())))
        except TimeoutError:
            if not answered:
                self._waiting.pop(serial, None)
            raise

    def tell(self, message: Message) -> None:
        """Send and want no reply; on a lost bus this does nothing."""
        message.header.flags |= MessageFlag.no_reply_expected
        try:
            with self._lock:
                if self.alive:
                    self._send(message, next(self._serials))
        except OSError:
            log.info("event=bus-send-failed")

    def close(self) -> None:
        """End the connection and its thread; may be called again."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            self.alive = False
        if threading.current_thread() is not self._thread:
            self._thread.join(1)

    def _send(self, message: Message, serial: int) -> None:
        try:
            self._socket.sendall(message.serialise(serial))
        except OSError:
            # Half a message may be out: nothing sent after it would be understood.
            self.alive = False
            raise

    def _listen(self) -> None:
        parser = Parser()
        try:
            while chunk := self._socket.recv(65536):
                for message in parser.feed(chunk):
                    self._dispatch(message)
        except OSError as error:
            log.info("event=bus-lost error=%s", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - thread wall: bytes no parser foresaw end this connection only
            log.warning("event=bus-unreadable error=%s", type(error).__name__)
        finally:
            self._end()

    def _dispatch(self, message: Message) -> None:
        if message.header.message_type in _REPLIES:
            reply = self._waiting.pop(message.header.fields.get(HeaderFields.reply_serial, 0), None)
            if reply:
                reply.set_result(message)
            return
        if message.header.message_type is MessageType.signal:
            try:
                self._heard(message)
            except Exception as error:  # noqa: BLE001 - thread wall: one odd signal must not end all later ones
                log.warning("event=signal-failed error=%s", type(error).__name__)

    def _end(self) -> None:
        with self._lock:
            self.alive = False
            left, self._waiting = self._waiting, {}
        self._socket.close()
        for reply in left.values():
            reply.set_exception(ConnectionError("the session bus is gone"))


def hear(where: str, rule: MatchRule, heard: Callable[[Message], None], *, deadline: float) -> Bus:
    """A connection on which `heard` gets the signals of this rule, until it is closed or the bus goes away.

    The bus itself sees to the rule: where it names a sender, nobody else can be heard. Raises OSError.
    """
    bus = Bus(where, heard=heard, deadline=deadline)
    try:
        bus.call(message_bus.AddMatch(rule), deadline=deadline)
    except DBusErrorResponse as error:
        bus.close()
        raise ConnectionError("the bus does not let signals be heard") from error
    return bus


def sender(message: Message) -> str:
    """The unique name the bus itself stamped on it: it cannot be forged."""
    return str(message.header.fields.get(HeaderFields.sender, ""))


def member(message: Message) -> str:
    """The name of the signal or method."""
    return str(message.header.fields.get(HeaderFields.member, ""))


def _connect(where: str, deadline: float) -> socket.socket:
    try:
        path: Any = get_bus(where)
    except (RuntimeError, ValueError) as error:
        raise ConnectionError("the address of the session bus cannot be used") from error
    left = max(0.1, deadline - time.monotonic())
    connection: socket.socket = prep_socket(path, timeout=left)
    # Only sending is bounded: the listening thread may wait for ever.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", max(1, int(left)), 0))
    return connection


def _checked(reply: Message) -> Message:
    if reply.header.message_type is MessageType.error:
        raise DBusErrorResponse(reply)
    return reply


def _pass_on(done: Future[Message], answered: Callable[[Message], None]) -> None:
    if done.exception() is None and done.result().header.message_type is MessageType.method_return:
        answered(done.result())
