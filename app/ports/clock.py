"""What tells the time: wall clock, boot clock and the user's zone."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The moment, read three ways. Nothing here raises and nothing here waits."""

    def now(self) -> datetime:
        """The wall clock as an aware UTC datetime in whole seconds, cut and never rounded up."""
        ...

    def boot_seconds(self) -> float:
        """Seconds on a clock that nobody sets and that counts suspend; only differences mean
        something.
        """
        ...

    def boot_id(self) -> str:
        """The name of the boot that `boot_seconds` counts from: readings of two boots never
        compare.
        """
        ...

    def zone(self) -> tuple[str, int]:
        """The user's zone now: its IANA name and the offset at `now` in minutes east of UTC.

        The offset is the truth. Where the system keeps no name, a fixed-offset one stands in.
        """
        ...
