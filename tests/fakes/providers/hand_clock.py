"""A clock that is moved by hand, and by who waits on it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC)


class HandClock:
    """`now` is in seconds; `pauses` are the waits that were taken, each of which moved it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def seconds(self) -> float:
        """Read it."""
        return self.now

    def at(self) -> datetime:
        """Read it as a wall clock."""
        return BEGIN + timedelta(seconds=self.now)

    def pause(self, changed: threading.Condition, seconds: float) -> None:
        """Wait, which takes no time."""
        del changed
        self.pauses.append(seconds)
        self.now += seconds
