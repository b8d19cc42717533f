"""A scheduler that is made when the first wake-up is asked for, and not on the thread that asks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from app.ports.scheduler import Scheduler

log = logging.getLogger(__name__)


class LateScheduler:
    """`app.ports.scheduler.Scheduler` that makes the real one late: its import takes long.

    What is asked meanwhile is handed on in order. No lock is held while the real one is called: it
    calls back under locks of its own.
    """

    def __init__(self, make: Callable[[], Scheduler]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._real: Scheduler | None = None
        self._asked: list[Callable[[Scheduler], None]] = []
        self._making = False
        self._stopped = False

    def wake_at(self, key: str, at: datetime, call: Callable[[], None]) -> None:
        """Call once at an instant of the wall clock."""
        if at.tzinfo is None:
            raise ValueError("an instant needs its zone")
        self._hand_on(lambda real: real.wake_at(key, at, self._unless_stopped(call)))

    def every(self, key: str, seconds: float, call: Callable[[], None]) -> None:
        """Call again and again."""
        self._hand_on(lambda real: real.every(key, seconds, self._unless_stopped(call)))

    def cancel(self, key: str) -> None:
        """Drop what a key holds."""
        with self._lock:
            nothing_yet = self._real is None and not self._making
        if not nothing_yet:
            self._hand_on(lambda real: real.cancel(key))

    def stop(self) -> None:
        """Drop everything, without waiting for one that is still being made."""
        with self._lock:
            self._stopped = True
            self._asked.clear()
            real = self._real
        if real is not None:
            real.stop()

    def _hand_on(self, ask: Callable[[Scheduler], None]) -> None:
        with self._lock:
            if self._stopped:
                return
            real = self._real
            if real is None:
                self._asked.append(ask)
                if not self._making:
                    self._making = True
                    threading.Thread(target=self._make_real, name="wakes", daemon=True).start()
                return
        ask(real)

    def _make_real(self) -> None:
        try:
            real = self._make()
        except Exception:
            log.exception("there is no scheduler; the next wake-up asked for tries again")
            with self._lock:
                self._making = False
            return
        while True:
            with self._lock:
                asked, self._asked = self._asked, []
                stopped = self._stopped
                if not asked and not stopped:
                    self._real = real
                    return
            if stopped:
                real.stop()
                return
            for ask in asked:
                ask(real)

    def _unless_stopped(self, call: Callable[[], None]) -> Callable[[], None]:
        def call_if_wanted() -> None:
            if not self._stopped:
                call()

        return call_if_wanted
