"""What we have on screen, as a service of the Desktop Notifications Specification 1.2 knows it."""

import html
import logging
import threading
import time
from dataclasses import dataclass, replace
from functools import partial

from jeepney import DBusAddress, DBusErrorResponse, MatchRule, message_bus, new_method_call
from jeepney.low_level import Message

from triage.errors import SinkUnavailable
from triage.model.notices import Action, Closed, Pressed
from triage.sinks.base import Deliver
from triage.sinks.bus import Bus, address, member, sender

log = logging.getLogger(__name__)

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
APP = "triage"
PATIENCE = 5.0
NORMAL = 1
NO_ONE = "org.freedesktop.DBus.Error.ServiceUnknown"

_SIGNALS = tuple(
    MatchRule(type="signal", sender=NAME, interface=NAME, path=PATH, member=name)
    for name in ("ActionInvoked", "NotificationClosed")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A bubble on screen. `owner` is the unique bus name of the very service that gave the `number`."""

    bubble: str
    owner: str
    number: int = 0
    actions: tuple[str, ...] = ()


class Notifications:
    """Shows, replaces and closes; hands over what the user does with it.

    It is used from one thread; `deliver` is called from the listening one. The connection is made at the first
    `notify` and again after it was lost.
    """

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._bus: Bus | None = None
        self._standing: dict[str, Standing] = {}
        self._lock = threading.Lock()

    def notify(self, bubble: str, title: str, body: str, actions: tuple[Action, ...]) -> None:
        """Return when the service took it, within `PATIENCE` seconds; raises SinkUnavailable otherwise.

        The texts are plain; whether they need escaping or a place is asked of the service each time. That question
        also finds a service that hangs before anything is queued there which it would show twice on waking up.
        """
        deadline = time.monotonic() + PATIENCE
        try:
            bus = self._connected(deadline)
            abilities = bus.call(_call(NAME, "GetCapabilities"), deadline=deadline)
            able, owner = frozenset(abilities.body[0] if abilities.body else ()), sender(abilities)
            offered = actions if "actions" in able else ()
            known = Standing(bubble=bubble, owner=owner, actions=tuple(action.id for action in offered))
            message = _notify(owner, self._replaces(known), *_worded(title, body, able), offered)
            bus.call(message, deadline=deadline, answered=partial(self._accepted, bus, known))
        except TimeoutError as error:
            raise SinkUnavailable(
                f"the notification service did not answer within {PATIENCE:.0f} seconds",
                hint="notices are tried again; if it stays so, restart the desktop's notification service",
            ) from error
        except OSError as error:
            raise SinkUnavailable("the session bus cannot be reached", hint=_LOGIN) from error
        except DBusErrorResponse as error:
            raise _refusal(error) from error

    def close(self, bubble: str) -> None:
        """Take it off the screen; `Closed` follows when the service says so."""
        with self._lock:
            standing = self._standing.get(bubble)
        if standing and self._bus:
            self._bus.tell(_closing(standing))

    def shutdown(self) -> None:
        """Leave the bus; what is on screen stays there."""
        if self._bus:
            self._bus.close()
        self._bus = None

    def _connected(self, deadline: float) -> Bus:
        if self._bus and self._bus.alive:
            return self._bus
        self.shutdown()
        with self._lock:
            self._standing.clear()
        where = address()
        if where is None:
            raise SinkUnavailable("there is no session bus", hint=_LOGIN)
        bus = Bus(where, heard=self._heard, deadline=deadline)
        try:
            for rule in _SIGNALS:
                bus.call(message_bus.AddMatch(rule), deadline=deadline)
        except (OSError, DBusErrorResponse):
            bus.close()
            raise
        self._bus = bus
        return bus

    def _replaces(self, known: Standing) -> int:
        """The number to replace, 0 for a new one. Numbers of a service that has gone mean nothing to the next."""
        with self._lock:
            for standing in tuple(self._standing.values()):
                if standing.owner != known.owner:
                    del self._standing[standing.bubble]
            before = self._standing.get(known.bubble)
        return before.number if before else 0

    def _accepted(self, bus: Bus, known: Standing, reply: Message) -> None:
        number = reply.body[0]
        with self._lock:
            before = self._standing.get(known.bubble)
            for standing in tuple(self._standing.values()):
                if standing.number == number:
                    del self._standing[standing.bubble]
            self._standing[known.bubble] = replace(known, number=number)
        if before and before.number != number:
            bus.tell(_closing(before))

    def _heard(self, signal: Message) -> None:
        """Anybody may send us a signal of this name: only the service that gave the number is believed."""
        if member(signal) not in ("ActionInvoked", "NotificationClosed"):
            return
        number, what = signal.body
        with self._lock:
            standing = self._find(sender(signal), number)
            if standing is None:
                return
            action = _pressed(standing, what) if member(signal) == "ActionInvoked" else None
            if member(signal) == "ActionInvoked" and action is None:
                return
            del self._standing[standing.bubble]
        if action is None:
            self._deliver(Closed(bubble=standing.bubble))
            return
        self._deliver(Pressed(bubble=standing.bubble, action=action))
        if self._bus:
            # dunst leaves a notice on screen after its button was pressed.
            self._bus.tell(_closing(standing))

    def _find(self, owner: str, number: int) -> Standing | None:
        held = self._standing.values()
        return next((one for one in held if (one.owner, one.number) == (owner, number)), None)


_LOGIN = "notices come back by themselves once a desktop session runs; until then:  triage status"


def _pressed(standing: Standing, key: str) -> str | None:
    """A click on the text is the first button; a button we did not offer is none."""
    if key in standing.actions:
        return key
    return standing.actions[0] if key == "default" and standing.actions else None


def _worded(title: str, body: str, able: frozenset[str]) -> tuple[str, str]:
    if "body" not in able:
        return " · ".join((title, *body.splitlines())), ""
    return title, html.escape(body, quote=False) if "body-markup" in able else body


def _call(service: str, method: str, signature: str | None = None, body: tuple[object, ...] = ()) -> Message:
    return new_method_call(DBusAddress(PATH, bus_name=service, interface=NAME), method, signature, body)


def _closing(standing: Standing) -> Message:
    return _call(standing.owner, "CloseNotification", "u", (standing.number,))


def _notify(owner: str, replaces: int, title: str, body: str, actions: tuple[Action, ...]) -> Message:
    buttons = [text for action in actions for text in (action.id, action.label)]
    if actions:
        buttons = ["default", actions[0].label, *buttons]
    hints = {"urgency": ("y", NORMAL), "category": ("s", "email"), "desktop-entry": ("s", APP)}
    return _call(owner, "Notify", "susssasa{sv}i", (APP, replaces, "mail-unread", title, body, buttons, hints, -1))


def _refusal(error: DBusErrorResponse) -> SinkUnavailable:
    if error.name == NO_ONE:
        return SinkUnavailable(
            "no notification service is running", hint="start one, or install one:  sudo apt-get install dunst"
        )
    return SinkUnavailable(f"the notification service refused: {error.name}", hint="notices are tried again")
