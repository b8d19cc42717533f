"""Wake-ups on a real thread, with a wall clock that is set and a wait that suspend lengthens."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import app.adapters.apscheduler_wakes as wakes
from app.adapters.apscheduler_wakes import ApschedulerWakes
from app.ports.scheduler import Scheduler
from tests.adapters.conftest import Until
from tests.adapters.scheduler_contract import SchedulerContract


def _bounded_wait(condition: Callable[[], object], seconds: float = 10.0) -> bool:
    """Look again and again, with a pause that nothing cuts short."""
    ends_at = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > ends_at:
            return False
        pause.wait(0.01)
    return True


class TestApschedulerWakes(SchedulerContract):
    @pytest.fixture
    def scheduler(self) -> Iterator[Scheduler]:
        made = ApschedulerWakes()
        yield made
        made.stop()

    def now(self, scheduler: Scheduler) -> datetime:
        return datetime.now(UTC)

    def wait_until(self, scheduler: Scheduler, condition: Callable[[], object]) -> None:
        assert _bounded_wait(condition), "the condition never came"

    def let_pass(self, scheduler: Scheduler, seconds: float) -> None:
        _bounded_wait(lambda: False, seconds)


class WallClock(datetime):
    """The wall clock of APScheduler, which a test can set."""

    moved_by = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # a plain one will do
        return datetime.now(tz) + cls.moved_by


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[timedelta], None]]:
    """Moves the wall clock as the scheduler's thread sees it; looks come often."""
    import apscheduler.schedulers.base
    import apscheduler.triggers.interval

    class Time:
        @staticmethod
        def time() -> float:
            return time.time() + WallClock.moved_by.total_seconds()

    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", WallClock)
    monkeypatch.setattr(apscheduler.triggers.interval, "datetime", WallClock)
    monkeypatch.setattr(wakes, "time", Time)
    monkeypatch.setattr(wakes, "datetime", WallClock)
    monkeypatch.setattr(wakes, "LOOK_SECONDS", 0.1)

    def move(by: timedelta) -> None:
        WallClock.moved_by = by

    move(timedelta())
    yield move
    move(timedelta())


def test_a_clock_set_forward_or_a_sleep_brings_the_wake_by_the_next_look(
    set_clock: Callable[[timedelta], None],
) -> None:
    scheduler = ApschedulerWakes()
    called: list[datetime] = []
    at = WallClock.now(UTC) + timedelta(hours=1)
    scheduler.wake_at("a", at, lambda: called.append(WallClock.now(UTC)))
    assert not _bounded_wait(lambda: called, 0.3)
    set_clock(timedelta(hours=8))
    assert _bounded_wait(lambda: called, 5)
    scheduler.stop()


def test_a_clock_set_back_makes_a_wake_wait_for_its_time(
    set_clock: Callable[[timedelta], None],
) -> None:
    scheduler = ApschedulerWakes()
    called: list[int] = []
    at = WallClock.now(UTC) + timedelta(seconds=0.5)
    scheduler.wake_at("a", at, lambda: called.append(1))
    set_clock(timedelta(hours=-2))
    assert not _bounded_wait(lambda: called, 1.0)
    set_clock(timedelta())
    assert _bounded_wait(lambda: called, 5)
    scheduler.stop()


@pytest.mark.parametrize("hours", [-2, 5], ids=["back", "forward"])
def test_intervals_go_on_when_the_clock_is_set(
    set_clock: Callable[[timedelta], None], hours: int
) -> None:
    scheduler = ApschedulerWakes()
    called: list[float] = []
    scheduler.every("a", 0.3, lambda: called.append(time.monotonic()))
    assert _bounded_wait(lambda: len(called) >= 1, 5)
    set_clock(timedelta(hours=hours))
    before = len(called)
    assert _bounded_wait(lambda: len(called) >= before + 4, 5)
    # What lay in the hours that never were is one call at most, and the pace stays.
    since = called[before:]
    assert len(since) <= (since[-1] - since[0]) / 0.3 + 3
    scheduler.stop()


def test_a_call_that_fails_harms_nothing(until: Until, caplog: pytest.LogCaptureFixture) -> None:
    scheduler = ApschedulerWakes()
    called: list[int] = []

    def fail() -> None:
        called.append(1)
        raise RuntimeError("no")

    with caplog.at_level(logging.CRITICAL, logger="apscheduler"):
        scheduler.every("a", 0.05, fail)
        until(lambda: len(called) > 2)
    scheduler.stop()


def test_calls_come_on_one_thread_and_looks_are_few() -> None:
    before = threading.active_count()
    scheduler = ApschedulerWakes()
    called: list[int] = []
    scheduler.every("a", 0.05, lambda: called.append(threading.get_ident()))
    assert _bounded_wait(lambda: len(called) > 2)
    assert threading.active_count() == before + 2
    assert len(set(called)) == 1
    assert wakes.LOOK_SECONDS >= 10
    scheduler.stop()
    assert threading.active_count() == before
