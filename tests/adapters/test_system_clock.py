"""The machine's clocks, and the zone as the environment and the system's files name it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.adapters.system_clock import SystemClock
from app.ports.clock import Clock
from tests.adapters.clock_contract import ClockContract


class TestSystemClock(ClockContract):
    @pytest.fixture
    def clock(self) -> Clock:
        return SystemClock()


def test_now_is_cut_and_not_rounded() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    after = datetime.now(UTC)
    assert before.replace(microsecond=0) <= now <= after


def test_the_boot_is_the_kernels() -> None:
    clock = SystemClock()
    assert clock.boot_id() == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    assert clock.boot_seconds() == pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=1.0)
    assert clock.boot_seconds() >= uptime - 1.0


@pytest.mark.parametrize(
    "wanted,name",
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (":America/New_York", "America/New_York"),
        ("Asia/Kathmandu", "Asia/Kathmandu"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_named_by_the_environment_is_taken(
    wanted: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", wanted)
    assert SystemClock().zone()[0] == name


@pytest.mark.parametrize(
    "wanted,zone",
    [
        ("XYZ-2", ("Etc/GMT-2", 120)),
        ("XYZ3", ("Etc/GMT+3", -180)),
        ("XYZ0", ("Etc/UTC", 0)),
        ("XYZ-5:30", ("UTC", 330)),
    ],
)
def test_a_zone_without_a_name_keeps_its_offset(
    wanted: str, zone: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", wanted)
    try:
        assert SystemClock().zone() == zone
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_changed_zone_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    assert clock.zone() == ("Asia/Kathmandu", 345)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert clock.zone() == ("Asia/Tokyo", 540)


def test_a_reading_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    clock = SystemClock()
    clock.zone()
    began = time.process_time()
    for _time in range(1000):
        clock.zone()
    assert (time.process_time() - began) / 1000 < 0.000_2
