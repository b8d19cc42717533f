"""Idle time on X11 by SYNC alarms: we wake when the user leaves or returns, and never else."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.adapters.idle_readings import IdleReadings, IdleWatch
from app.adapters.x11_connection import X11Connection
from app.ports.sensors import SourceUnavailable
from app.words import _

if TYPE_CHECKING:
    from app.adapters.x11_sync import SyncExtension


class XSyncIdle:
    """`app.ports.sensors.IdleSource` over the server's IDLETIME counter, in milliseconds."""

    name = "xsync"

    def __init__(self, display_name: str | None = None) -> None:
        """Connect. Raises SourceUnavailable."""
        self._connection = X11Connection(display_name)
        self._alarms: list[int] = []
        self._watch: IdleWatch | None = None
        self._readings = IdleReadings()
        try:
            self._sync, self._counter, self._server_time = self._find_counters()
        except SourceUnavailable:
            self._connection.close()
            raise

    def start(
        self,
        idle_after_seconds: int,
        on_idle: Callable[[int], None],
        on_return: Callable[[int], None],
    ) -> None:
        """Arm one alarm for each direction; both stay armed, so no change falls between them."""
        from app.adapters.x11_sync import Transition

        self._watch = IdleWatch(idle_after_seconds, on_idle, on_return)
        threshold = idle_after_seconds * 1000
        with self._connection.guarded():
            for alarm in self._alarms:
                self._sync.destroy_alarm(alarm)
            self._alarms = [
                self._sync.create_alarm(self._counter, threshold, Transition.UPWARDS),
                # One less: the server tells of a fall from above a value to it or below.
                self._sync.create_alarm(self._counter, threshold - 1, Transition.DOWNWARDS),
            ]
        # An alarm tells of a change only, and the user may have left before it was armed.
        self._watch.see(self.seconds_idle())

    def seconds_idle(self) -> float:
        """Ask the counter."""
        with self._connection.guarded():
            before = time.monotonic()
            idle = self._sync.value(self._counter) / 1000
            at = time.monotonic()
        idle = self._readings.take(idle, at, at - before)
        self.dispatch()
        return idle

    def fileno(self) -> int | None:
        """The connection's socket."""
        return self._connection.fileno()

    def dispatch(self) -> None:
        """Take in the alarms that went off."""
        self._connection.drain(self._take)

    def next_look_seconds(self) -> float | None:
        """Never: the server reports."""
        return None

    def stop(self) -> None:
        """Close the connection, which disarms the alarms."""
        self._watch = None
        self._connection.close()

    def _find_counters(self) -> tuple[SyncExtension, int, int]:
        from app.adapters.x11_sync import IDLE_COUNTER, TIME_COUNTER, SyncExtension

        with self._connection.guarded():
            try:
                sync = SyncExtension(self._connection.display)
            except LookupError:
                raise SourceUnavailable(_("The X server has no SYNC extension.")) from None
            idle, server_time = sync.counter(IDLE_COUNTER), sync.counter(TIME_COUNTER)
        if idle is None or server_time is None:
            raise SourceUnavailable(_("The X server does not count idle time."))
        return sync, idle, server_time

    def _take(self, event: Any) -> None:
        from app.adapters.x11_sync import AlarmNotify, whole_value

        # python-xlib clones event classes when it registers them: their names are what remains.
        if type(event).__name__ != AlarmNotify.__name__ or event.alarm not in self._alarms:
            return
        if self._watch is not None:
            # The event may have waited while the program was busy: it is as old as it is.
            ago = self._seconds_since(event.timestamp)
            idle = self._readings.take(whole_value(event) / 1000, time.monotonic() - ago)
            self._watch.see(idle, ago)

    def _seconds_since(self, server_ms: int) -> float:
        """How long ago a moment of the server's clock was, which starts again after 32 bits."""
        passed = (self._sync.value(self._server_time) - server_ms) % 2**32
        return passed / 1000 if passed < 2**31 else 0.0
