"""A clock that stands still until it is told to go on, to sleep, or that it was set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


class FakeClock:
    """`app.ports.clock.Clock`, deterministic."""

    def __init__(
        self, now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC), zone: str = "Europe/Berlin"
    ) -> None:
        self.exact_at = now
        self.boot = 1000.0
        self.boot_name = "boot-1"
        self.zone_name = zone

    def now(self) -> datetime:
        return self.exact_at.replace(microsecond=0)

    def boot_seconds(self) -> float:
        return self.boot

    def boot_id(self) -> str:
        return self.boot_name

    def zone(self) -> tuple[str, int]:
        offset = self.exact_at.astimezone(ZoneInfo(self.zone_name)).utcoffset() or timedelta()
        return self.zone_name, round(offset.total_seconds() / 60)

    def go_on(self, seconds: float) -> None:
        """Let time pass, awake or asleep: both clocks count it."""
        self.exact_at += timedelta(seconds=seconds)
        self.boot += seconds

    def set_by(self, seconds: float) -> None:
        """Set the wall clock; the boot clock does not notice."""
        self.exact_at += timedelta(seconds=seconds)

    def boot_anew(self) -> None:
        """Start the machine again."""
        self.boot, self.boot_name = 0.0, self.boot_name + "'"
