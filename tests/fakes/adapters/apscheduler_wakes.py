"""A scheduler that calls when the fake clock is let go on, in order, on the thread of the test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.fakes.adapters.system_clock import FakeClock


class FakeScheduler:
    """`app.ports.scheduler.Scheduler` over a `FakeClock`; `go_on` makes the calls that fall due."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.wakes: dict[str, tuple[datetime, Callable[[], None]]] = {}
        self.intervals: dict[str, tuple[float, float, Callable[[], None]]] = {}
        self.stopped = False

    def wake_at(self, key: str, at: datetime, call: Callable[[], None]) -> None:
        if at.tzinfo is None:
            raise ValueError("an instant needs its zone")
        self.cancel(key)
        if not self.stopped:
            self.wakes[key] = (at, call)

    def every(self, key: str, seconds: float, call: Callable[[], None]) -> None:
        self.cancel(key)
        if not self.stopped:
            self.intervals[key] = (self.clock.boot + seconds, seconds, call)

    def cancel(self, key: str) -> None:
        self.wakes.pop(key, None)
        self.intervals.pop(key, None)

    def stop(self) -> None:
        self.stopped = True
        self.wakes.clear()
        self.intervals.clear()

    def go_on(self, seconds: float) -> None:
        """Let time pass and make every call that falls due meanwhile, the earliest first."""
        ends = self.clock.boot + seconds
        self._call_due()
        while (pause := self._next_pause()) is not None and self.clock.boot + pause <= ends:
            self.clock.go_on(pause)
            self._call_due()
        self.clock.go_on(ends - self.clock.boot)

    def _next_pause(self) -> float | None:
        pauses = [(at - self.clock.exact_at).total_seconds() for at, _call in self.wakes.values()]
        pauses += [due - self.clock.boot for due, _seconds, _call in self.intervals.values()]
        return max(0.0, min(pauses)) if pauses else None

    def _call_due(self) -> None:
        for key, (at, call) in list(self.wakes.items()):
            if at <= self.clock.exact_at and self.wakes.get(key) == (at, call):
                del self.wakes[key]
                call()
        for key, (due, seconds, call) in list(self.intervals.items()):
            if due <= self.clock.boot and key in self.intervals:
                # What was missed becomes one call.
                self.intervals[key] = (self.clock.boot + seconds, seconds, call)
                call()
