"""Notices on the desktop, through notify-py's front door: over the session bus with buttons, else as it does it."""

import html
import sys
import threading
from importlib.util import find_spec
from typing import Any

from triage.core.plain import plain, plain_lines
from triage.errors import SinkUnavailable
from triage.model.notices import Bubble
from triage.sinks.base import Deliver, Sink
from triage.sinks.notifications import APP, PATIENCE, Notifications

# PowerShell takes the curly double quotes for straight ones.
_POWERSHELL = str.maketrans({"`": "'", "$": "\uff04", **dict.fromkeys('"\u201c\u201d\u201e', "'")})
_ZERO_WIDTH_SPACE = "\u200b"


def desktop(deliver: Deliver) -> Sink:
    """The sink that fits this system; nothing is connected before the first bubble."""
    if sys.platform in ("darwin", "win32") or find_spec("jeepney") is None:
        return SimpleDesktop()
    return DesktopSink(deliver)


class DesktopSink:
    """Bubbles with buttons on a desktop of the freedesktop.org kind."""

    def __init__(self, deliver: Deliver) -> None:
        self._notifications = Notifications(deliver)

    def show(self, bubble: Bubble) -> None:
        """Return when the service accepted it, within five seconds; raises SinkUnavailable if it did not."""
        notice = _notice(
            plain(bubble.title),
            "\n".join(plain_lines(bubble.body)),
            use_custom_notifier=_over_the_bus(),
            notifications=self._notifications,
            bubble=bubble,
        )
        _send(notice)

    def close(self, bubble_id: str) -> None:
        """Take it off the screen."""
        self._notifications.close(bubble_id)

    def shutdown(self) -> None:
        """Leave the bus."""
        self._notifications.shutdown()


class SimpleDesktop:
    """Bubbles without buttons, shown by notify-py's own means; they can be neither replaced nor closed."""

    def __init__(self) -> None:
        self._running: _Running | None = None

    def show(self, bubble: Bubble) -> None:
        """As `Sink.show`. PowerShell may need longer than we wait: what it shows late is not shown again."""
        running = self._running
        if running is None or running[0] != bubble:
            running = self._start(bubble)
        _, thread, shown = running
        thread.join(PATIENCE)
        if thread.is_alive():
            raise SinkUnavailable("the desktop has not shown the notice yet", hint="it is looked at again")
        self._running = None
        if not shown:
            raise SinkUnavailable("the desktop did not show the notice", hint="notices are tried again")

    def close(self, bubble_id: str) -> None:
        """Nothing to do: such a notice cannot be called back."""

    def shutdown(self) -> None:
        """Nothing to let go of."""

    def _start(self, bubble: Bubble) -> "_Running":
        if self._running and self._running[1].is_alive():
            raise SinkUnavailable("the desktop is busy with an earlier notice", hint="notices are tried again")
        shown: list[bool] = []
        thread = threading.Thread(target=_show_simply, args=(bubble, shown), name="notify-py", daemon=True)
        thread.start()
        self._running = (bubble, thread, shown)
        return self._running


_Running = tuple[Bubble, threading.Thread, list[bool]]


def spoken(text: str, *, platform: str) -> str:
    """Plain text that the program notify-py runs on this platform takes for text, and for nothing else.

    notify-send and macOS read a leading "-" as an option, notify-send also reads markup; Windows puts the text into
    an expanding here-string of PowerShell, where `$(…)` would run and a quote could end it.
    """
    if platform == "win32":
        text = text.translate(_POWERSHELL)
    elif platform != "darwin":
        text = html.escape(text, quote=False)
    return _ZERO_WIDTH_SPACE + text if text.startswith("-") else text


def _show_simply(bubble: Bubble, shown: list[bool]) -> None:
    title = spoken(plain(bubble.title), platform=sys.platform)
    body = spoken(" · ".join(plain_lines(bubble.body)), platform=sys.platform)
    try:
        shown.extend([True] * bool(_send(_notice(title, body))))
    except Exception:  # noqa: BLE001 - thread wall: notify-py raises of every kind; not shown is all that counts
        shown.clear()


def _notice(title: str, body: str, **ways: object) -> Any:
    """A notify-py object of its own for each notice: its attributes are shared state."""
    _quiet()
    from notifypy import Notify

    return Notify(
        default_notification_title=title,
        default_notification_message=body,
        default_notification_application_name=APP,
        default_notification_urgency="normal",
        **ways,
    )


def _send(notice: Any) -> bool:
    """Without notify-py's own thread, which cannot be ended and keeps the process from leaving."""
    from notifypy.exceptions import NotificationFailure

    try:
        return bool(
            notice.send_notification(
                supplied_title=notice.title,
                supplied_message=notice.message,
                supplied_application_name=notice.application_name,
                supplied_urgency=notice.urgency,
                supplied_icon_path=notice.icon,
                supplied_audio_path=None,
            )
        )
    except NotificationFailure as failure:
        # notify-py covers whatever its notifier raised.
        if isinstance(failure.__context__, SinkUnavailable):
            raise failure.__context__ from None
        what = type(failure.__context__).__name__
        raise SinkUnavailable(f"the notice could not be shown: {what}", hint="notices are tried again") from failure


def _over_the_bus() -> type:
    """Our notifier; a class made on demand, because notify-py asks for a subclass and is slow to import."""
    _quiet()
    from notifypy.os_notifiers._base import BaseNotifier

    class OverTheBus(BaseNotifier):  # type: ignore[misc]
        def __init__(self, *, notifications: Notifications, bubble: Bubble, **_: object) -> None:
            self._notifications, self._bubble = notifications, bubble

        def send_notification(self, *, notification_title: str, notification_subtitle: str, **_: object) -> bool:
            self._notifications.notify(self._bubble.id, notification_title, notification_subtitle, self._bubble.actions)
            return True

    return OverTheBus


def _quiet() -> None:
    """notify-py logs to stderr while it is imported, mail text and all if somebody lets it."""
    from loguru import logger

    logger.disable("notifypy")
