"""A private session bus, and a notification service on it that remembers all it was told.

For tests in another process:  python -m tests.servers.notifications NOTES.jsonl [--press ACTION]
prints the address of the bus and appends each notice to the file, until SIGTERM.
"""

import argparse
import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from queue import Queue
from types import TracebackType
from typing import Any, Self, TypeVar

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.threading import DBusRouter, open_dbus_connection
from jeepney.low_level import Message

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
ABILITIES = ("actions", "body", "body-markup", "persistence")
EXCESS = "org.freedesktop.Notifications.Error.ExcessNotificationGeneration"
DISMISSED, CLOSED_BY_CALL = 2, 3
T = TypeVar("T")

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class SessionBus:
    """A dbus-daemon of our own that starts no services. It may be stopped and started again at the same address."""

    def __init__(self) -> None:
        self._room = Path(tempfile.mkdtemp(prefix="bus-"))
        self._daemon: subprocess.Popen[bytes] | None = None
        self.address = f"unix:path={self._room / 'socket'}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.stop()
        shutil.rmtree(self._room, ignore_errors=True)

    def start(self) -> None:
        """Returns when the bus listens; it dies with the thread that called this, should that be killed."""
        if shutil.which("dbus-daemon") is None or shutil.which("setpriv") is None:
            raise RuntimeError("these tests need a session bus:  sudo apt-get install dbus-daemon util-linux")
        config = self._room / "bus.conf"
        config.write_text(_CONFIG.format(socket=self._room / "socket"))
        (self._room / "socket").unlink(missing_ok=True)
        self._daemon = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._daemon.stdout
        assert self._daemon.stdout.readline(), "dbus-daemon did not start"

    def stop(self) -> None:
        """The bus is gone at once, as in a crash."""
        if self._daemon:
            self._daemon.kill()
            self._daemon.communicate()
        self._daemon = None

    def runtime_folder(self) -> Path:
        """A folder that holds the socket under the name a desktop session gives it."""
        (self._room / "bus").symlink_to("socket")
        return self._room

    def freeze(self, *, frozen: bool) -> None:
        """The bus neither answers nor closes, until it is let go on."""
        assert self._daemon
        self._daemon.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One Notify call and the number it got."""

    id: int
    app: str
    replaces: int
    icon: str
    summary: str
    body: str
    actions: tuple[tuple[str, str], ...]
    hints: dict[str, Any]
    expire: int


class Recorder:
    """Owns org.freedesktop.Notifications. `notes` are all accepted calls in order, `screen` what is on it now.

    `paused` is what dunst tells of not disturbing; None: it is not dunst.
    `closes_after_press` off behaves as dunst does: the notice stays after its button was pressed.
    """

    def __init__(
        self, address: str, *, abilities: tuple[str, ...] = ABILITIES, closes_after_press: bool = True
    ) -> None:
        self._address = address
        self._closes_after_press = closes_after_press
        self._changed = threading.Condition()
        self._hanging: frozenset[str] = frozenset()
        self._refusal: str | None = None
        self._numbers = 0
        self._babbles = False
        self.paused: bool | None = None
        self.abilities = abilities
        self.notes: list[Note] = []
        self.screen: dict[int, Note] = {}
        self.closed: list[int] = []
        self.asked: list[str] = []

    def __enter__(self) -> Self:
        self._join()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.resume()
        self._leave()

    # what the service does to its clients

    @property
    def name(self) -> str:
        """Our unique name on the bus."""
        return str(self._connection.unique_name)

    def refuse(self, name: str | None = EXCESS) -> None:
        """Answer each Notify with this error; None accepts again."""
        self._refusal = name

    def babble(self) -> None:
        """Answer every call with a number of the wrong type."""
        self._babbles = True

    def hang(self, *members: str) -> None:
        """Take these calls (all that matter if none is named) and answer none before `resume`."""
        with self._changed:
            self._hanging = frozenset(members or ("GetCapabilities", "Notify", "CloseNotification"))

    def resume(self) -> None:
        """Answer what was left unanswered, then all."""
        with self._changed:
            self._hanging = frozenset()
            self._changed.notify_all()

    def vanish(self) -> None:
        """Give the name up, as a service that was ended."""
        self._router.send_and_get_reply(message_bus.ReleaseName(NAME), timeout=5)

    def back(self) -> None:
        """Own the name again."""
        reply = self._router.send_and_get_reply(message_bus.RequestName(NAME, 4), timeout=5)
        assert reply.body == (1,), "somebody else owns the name"

    def restart(self) -> None:
        """Another process: a new name on the bus, an empty screen, numbers from one."""
        self._leave()
        with self._changed:
            self.screen.clear()
            self._numbers = 0
        self._join()

    # what the user does

    def press(self, number: int, action: str) -> None:
        """Click a button, or the text with "default"."""
        self._signal("ActionInvoked", "us", (number, action))
        if self._closes_after_press:
            self.dismiss(number)

    def dismiss(self, number: int) -> None:
        """Click the notice away."""
        self._take_off(number, DISMISSED)

    # what a test waits for

    def wait_for(self, claim: Callable[[Note], bool] = lambda _: True, timeout: float = 5) -> Note:
        """The first accepted note the claim holds for."""
        return self.wait_until(lambda: next((note for note in self.notes if claim(note)), None), timeout)

    def wait_until(self, found: Callable[[], T | None], timeout: float = 5) -> T:
        """Whatever `found` finds, asked again after each call the service got."""
        end = time.monotonic() + timeout
        with self._changed:
            while not (result := found()):
                if not self._changed.wait(end - time.monotonic()):
                    raise AssertionError(f"not seen within {timeout} s; asked: {self.asked}, notes: {self.notes}")
            return result

    # the service

    def _join(self) -> None:
        self._connection = open_dbus_connection(self._address)
        self._router = DBusRouter(self._connection)
        self._calls: Queue[Message | None] = Queue()
        self._filter = self._router.filter(MatchRule(type="method_call"), queue=self._calls)
        self._thread = threading.Thread(target=self._serve, args=(self._calls,), name="recorder", daemon=True)
        self._thread.start()
        self.back()

    def _leave(self) -> None:
        self._calls.put(None)
        self._thread.join(5)
        self._router.close()
        self._connection.close()

    def _serve(self, calls: "Queue[Message | None]") -> None:
        while call := calls.get():
            member = str(call.header.fields[HeaderFields.member])
            with self._changed:
                self.asked.append(member)
                self._changed.notify_all()
                while member in self._hanging:
                    self._changed.wait()
                answer = self._answer(member, call)
                self._changed.notify_all()
            with contextlib.suppress(OSError):
                self._router.send(answer)

    def _answer(self, member: str, call: Message) -> Message:
        if self._babbles:
            return new_method_return(call, "d", (0.5,))
        match member:
            case "GetCapabilities":
                return new_method_return(call, "as", (list(self.abilities),))
            case "GetServerInformation":
                return new_method_return(call, "ssss", ("recorder", "tests", "1", "1.2"))
            case "Get" if call.body == ("org.dunstproject.cmd0", "paused") and self.paused is not None:
                return new_method_return(call, "v", (("b", self.paused),))
            case "CloseNotification":
                self.closed.append(call.body[0])
                self._take_off(call.body[0], CLOSED_BY_CALL)
                return new_method_return(call)
            case "Notify" if self._refusal:
                return new_error(call, self._refusal, "s", ("refused",))
            case "Notify":
                return new_method_return(call, "u", (self._record(*call.body).id,))
        return new_error(call, "org.freedesktop.DBus.Error.UnknownMethod", "s", (member,))

    def _record(
        self,
        app: str,
        replaces: int,
        icon: str,
        summary: str,
        body: str,
        actions: list[str],
        hints: dict[str, tuple[str, Any]],
        expire: int,
    ) -> Note:
        if replaces not in self.screen:
            self._numbers += 1
        note = Note(
            id=replaces if replaces in self.screen else self._numbers,
            app=app,
            replaces=replaces,
            icon=icon,
            summary=summary,
            body=body,
            actions=tuple(zip(actions[::2], actions[1::2], strict=True)),
            hints={name: value for name, (_, value) in hints.items()},
            expire=expire,
        )
        self.notes.append(note)
        self.screen[note.id] = note
        return note

    def _take_off(self, number: int, why: int) -> None:
        if self.screen.pop(number, None):
            self._signal("NotificationClosed", "uu", (number, why))

    def _signal(self, name: str, signature: str, body: tuple[object, ...]) -> None:
        self._router.send(new_signal(DBusAddress(PATH, interface=NAME), name, signature, body))


@contextlib.contextmanager
def stranger(address: str) -> Iterator[Callable[[str, str, str, tuple[object, ...]], None]]:
    """Another program on the bus. It sends a signal of the notification interface straight to one connection, and
    returns when the bus has passed it on.
    """
    connection = open_dbus_connection(address)

    def forge(destination: str, name: str, signature: str, body: tuple[object, ...]) -> None:
        message = new_signal(DBusAddress(PATH, interface=NAME), name, signature, body)
        message.header.fields[HeaderFields.destination] = destination
        router.send(message)
        router.send_and_get_reply(message_bus.ListNames(), timeout=5)

    with contextlib.closing(connection), DBusRouter(connection) as router:
        yield forge


def names_on(address: str) -> set[str]:
    """The unique names of all connections on the bus but the one that asks."""
    connection = open_dbus_connection(address)
    with contextlib.closing(connection), DBusRouter(connection) as router:
        reply = router.send_and_get_reply(message_bus.ListNames(), timeout=5)
        return {name for name in reply.body[0] if name.startswith(":")} - {connection.unique_name}


def main() -> None:
    """Bus and recorder for a test in another process."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("notes", type=Path)
    arguments.add_argument("--press", metavar="ACTION")
    chosen = arguments.parse_args()
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    ctypes.CDLL(None).prctl(1, int(signal.SIGTERM))  # PR_SET_PDEATHSIG: end with whoever started us
    with SessionBus() as bus, Recorder(bus.address) as recorder:
        threading.Thread(target=_write_down, args=(recorder, chosen.notes, chosen.press), daemon=True).start()
        print(bus.address, flush=True)
        signal.sigwait(ends)


def _write_down(recorder: Recorder, path: Path, press: str | None) -> None:
    written = 0
    with path.open("a", encoding="utf-8") as notes:
        while True:
            note = recorder.wait_until(partial(_nth, recorder.notes, written), timeout=threading.TIMEOUT_MAX)
            written += 1
            notes.write(json.dumps(asdict(note), ensure_ascii=False) + os.linesep)
            notes.flush()
            if press:
                recorder.press(note.id, press)


def _nth(notes: list[Note], number: int) -> Note | None:
    return notes[number] if number < len(notes) else None


if __name__ == "__main__":
    main()
