"""Idle time on X11 by XScreenSaver, for servers without idle alarms: asked when it matters."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.adapters.idle_readings import IdleReadings, IdleWatch
from app.adapters.x11_connection import X11Connection
from app.ports.sensors import SourceUnavailable
from app.words import _

# The server counts milliseconds in 32 bits.
_WRAPS_AT_SECONDS = 2**32 / 1000


class XScreenSaverIdle:
    """`app.ports.sensors.IdleSource` that looks at the earliest moment at which the threshold can
    be reached.
    """

    name = "xscreensaver"

    def __init__(self, display_name: str | None = None) -> None:
        """Connect. Raises SourceUnavailable."""
        self._connection = X11Connection(display_name)
        self._watch: IdleWatch | None = None
        self._readings = IdleReadings(_WRAPS_AT_SECONDS)
        self._idle = 0.0
        with self._connection.guarded():
            found = self._connection.display.has_extension("MIT-SCREEN-SAVER")
        if not found:
            self._connection.close()
            raise SourceUnavailable(_("The X server has no XScreenSaver extension."))

    def start(
        self,
        idle_after_seconds: int,
        on_idle: Callable[[int], None],
        on_return: Callable[[int], None],
    ) -> None:
        """Look for the first time."""
        self._watch = IdleWatch(idle_after_seconds, on_idle, on_return)
        self.dispatch()

    def seconds_idle(self) -> float:
        """Ask the server: 0.1 ms."""
        with self._connection.guarded():
            before = time.monotonic()
            idle = self._connection.display.screen().root.screensaver_query_info().idle / 1000
            at = time.monotonic()
        return self._readings.take(idle, at, at - before)

    def fileno(self) -> int | None:
        """None: the server sends nothing unasked."""
        return None

    def dispatch(self) -> None:
        """Look."""
        if self._watch is not None:
            self._idle = self.seconds_idle()
            self._watch.see(self._idle)
        # What the server tells every client unasked, such as a changed keyboard, would pile up
        # otherwise.
        self._connection.drain(lambda _event: None)

    def next_look_seconds(self) -> float | None:
        """When to look again, as of the last look."""
        return None if self._watch is None else self._watch.next_look_seconds(self._idle)

    def stop(self) -> None:
        """Close the connection."""
        self._watch = None
        self._connection.close()
