"""Did time run evenly? What a sleeping machine or a clock that was set leave behind, and word of waking at once."""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

log = logging.getLogger(__name__)

# Clocks are slewed by half a second in a quarter of an hour at most; and no nap shorter than this cuts a connection.
UNEVEN = 5.0
SYSTEM_BUS = "unix:path=/run/dbus/system_bus_socket"
PATIENCE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """Time did not run evenly: the machine slept for `slept`, and the clock on the wall was set on by `set_` (back
    where that is negative). Connections may be dead, and what was planned by the old time no longer holds.
    """

    slept: timedelta
    set_: timedelta


@dataclass(frozen=True, slots=True)
class Resumed:
    """Word that the machine woke. For how long it slept the clocks tell better: look at them now."""


def since_boot() -> float:
    """Seconds that run on while the machine sleeps, where the system counts them (Linux); else seconds awake."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class Clocks:
    """Three clocks, compared at every `look`: CLOCK_MONOTONIC stands still while the machine sleeps, CLOCK_BOOTTIME
    does not, and only the clock on the wall can be set. Where none counts sleep, sleep shows as a clock set on.
    """

    def __init__(
        self,
        *,
        awake: Callable[[], float] = time.monotonic,
        boot: Callable[[], float] = since_boot,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._read = (awake, boot, wall)
        self._last = self._now()

    def look(self) -> Jump | None:
        """What happened to time since the last look, if anything did."""
        before, self._last = self._last, self._now()
        awake, boot, wall = (now - then for now, then in zip(self._last, before, strict=True))
        slept, set_ = boot - awake, wall - boot
        if slept < UNEVEN and abs(set_) < UNEVEN:
            return None
        return Jump(slept=timedelta(seconds=round(slept)), set_=timedelta(seconds=round(set_)))

    def _now(self) -> tuple[float, float, float]:
        awake, boot, wall = self._read
        return awake(), boot(), wall()


def hear_of_waking(woke: Callable[[], None], *, environ: Mapping[str, str] = os.environ) -> None:
    """Have `woke` called, on a thread of its own, each time login1 says that the machine woke; returns at once.

    Where there is no system bus, or it goes away, nothing is heard: the clocks tell the same within a minute.
    """
    address = environ.get("DBUS_SYSTEM_BUS_ADDRESS") or SYSTEM_BUS
    threading.Thread(target=_listen, args=(address, woke), name="login1", daemon=True).start()


def _listen(address: str, woke: Callable[[], None]) -> None:
    from jeepney import MatchRule

    from triage.sinks.bus import hear

    rule = MatchRule(
        type="signal",
        sender="org.freedesktop.login1",
        interface="org.freedesktop.login1.Manager",
        member="PrepareForSleep",
        path="/org/freedesktop/login1",
    )
    try:
        # Its argument says whether the machine is about to sleep.
        hear(
            address,
            rule,
            lambda signal: woke() if signal.body == (False,) else None,
            deadline=time.monotonic() + PATIENCE,
        )
    except OSError as error:
        log.info("event=no-word-of-waking error=%s", type(error).__name__)
