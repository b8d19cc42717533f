"""What calls back later: at an instant of the wall clock, or again and again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol


class Scheduler(Protocol):
    """Calls by key. All methods may be used from any thread; calls come from the scheduler's own.

    A call only posts: it neither waits nor works. A wake that fell due while the machine slept, or
    that fell due because the clock was set, still happens, once.
    """

    def wake_at(self, key: str, at: datetime, call: Callable[[], None]) -> None:
        """Call once when the wall clock reaches `at` (aware); at once if it has.

        Replaces what `key` held.
        """
        ...

    def every(self, key: str, seconds: float, call: Callable[[], None]) -> None:
        """Call every so many seconds, first after that many. Replaces what `key` held.

        Calls missed during suspend become one call; setting the clock neither hurries nor stalls
        the rest.
        """
        ...

    def cancel(self, key: str) -> None:
        """Drop what `key` holds, if anything."""
        ...

    def stop(self) -> None:
        """Drop everything; after this returns nothing is called any more.

        Stopping twice is fine.
        """
        ...
