"""The notification service itself: who it is, what it can do, and whether it is told not to disturb."""

import time
from contextlib import suppress
from dataclasses import dataclass

from jeepney import DBusAddress, DBusErrorResponse, Properties, new_method_call
from jeepney.low_level import Message

from triage.core.plain import plain
from triage.errors import SinkUnavailable
from triage.sinks.bus import Bus, address
from triage.sinks.notifications import NAME, NO_ONE, PATH

# Where services say that they hold notices back: dunst, and Plasma (Desktop Notifications 1.2 draft, Inhibited).
_SILENCE = (("org.dunstproject.cmd0", "paused"), (NAME, "Inhibited"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """`able` are its capabilities. `silenced` is False also where it does not tell."""

    name: str
    version: str
    able: frozenset[str]
    silenced: bool = False


def service(patience: float) -> Service:
    """Ask it. SinkUnavailable where there is none, or it does not answer within `patience` seconds."""
    where = address()
    if where is None:
        raise SinkUnavailable("there is no session bus, so nobody shows notices", hint=_SESSION)
    deadline = time.monotonic() + patience
    try:
        bus = Bus(where, heard=lambda _: None, deadline=deadline)
    except OSError as error:
        raise SinkUnavailable("the session bus does not answer, so nobody shows notices", hint=_SESSION) from error
    try:
        return _asked(bus, deadline)
    except TimeoutError as error:
        raise SinkUnavailable(
            f"the notification service did not answer within {patience:.0f} seconds", hint=_STUCK
        ) from error
    except (OSError, ValueError, IndexError) as error:
        raise SinkUnavailable("the notification service gave no proper answer", hint=_STUCK) from error
    except DBusErrorResponse as error:
        if error.name == NO_ONE:
            raise SinkUnavailable("no notification service is running", hint=_INSTALL) from error
        raise SinkUnavailable(f"the notification service refused: {error.name}", hint=_STUCK) from error
    finally:
        bus.close()


_SESSION = "run this inside your desktop session"
_STUCK = "restart the desktop's notification service"
_INSTALL = "start one, or install one:  sudo apt-get install dunst"


def _asked(bus: Bus, deadline: float) -> Service:
    able = bus.call(_call("GetCapabilities"), deadline=deadline).body[0]
    name, _, version, _ = bus.call(_call("GetServerInformation"), deadline=deadline).body
    return Service(
        name=plain(str(name), 40),
        version=plain(str(version), 20),
        able=frozenset(map(str, able)),
        silenced=any(_says(bus, deadline, *where) for where in _SILENCE),
    )


def _says(bus: Bus, deadline: float, interface: str, name: str) -> bool:
    """Is this property there and true? Most services have neither."""
    question = Properties(DBusAddress(PATH, bus_name=NAME, interface=interface)).get(name)
    with suppress(DBusErrorResponse):
        return bool(bus.call(question, deadline=deadline).body == (("b", True),))
    return False


def _call(method: str) -> Message:
    return new_method_call(DBusAddress(PATH, bus_name=NAME, interface=NAME), method)
