"""What every clock must do; each has a subclass of this."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.ports.clock import Clock


class ClockContract(ABC):
    """Subclass it as `Test…` and give the fixture `clock`."""

    @pytest.fixture
    @abstractmethod
    def clock(self) -> Clock: ...

    def test_now_is_whole_seconds_in_utc(self, clock: Clock) -> None:
        now = clock.now()
        assert now.utcoffset() == timedelta(0)
        assert now.tzinfo is UTC
        assert now.microsecond == 0

    def test_the_boot_clock_never_goes_back(self, clock: Clock) -> None:
        first = clock.boot_seconds()
        assert isinstance(first, float)
        assert clock.boot_seconds() >= first

    def test_one_boot_has_one_name(self, clock: Clock) -> None:
        assert clock.boot_id()
        assert clock.boot_id() == clock.boot_id()

    def test_the_zone_has_a_name_of_the_database_and_that_zones_offset(self, clock: Clock) -> None:
        name, minutes = clock.zone()
        assert isinstance(minutes, int)
        there = clock.now().astimezone(ZoneInfo(name))
        assert there.utcoffset() == timedelta(minutes=minutes)
