"""What every scheduler must do; each has a subclass of this. Times are short, some are real."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app.ports.scheduler import Scheduler


class SchedulerContract(ABC):
    """Subclass it as `Test…`; `now` is the scheduler's wall clock, exact."""

    @pytest.fixture
    @abstractmethod
    def scheduler(self) -> Scheduler: ...

    @abstractmethod
    def now(self, scheduler: Scheduler) -> datetime: ...

    @abstractmethod
    def wait_until(self, scheduler: Scheduler, condition: Callable[[], object]) -> None: ...

    @abstractmethod
    def let_pass(self, scheduler: Scheduler, seconds: float) -> None: ...

    def test_a_wake_comes_once_and_not_before_its_time(self, scheduler: Scheduler) -> None:
        at = self.now(scheduler) + timedelta(seconds=0.3)
        called_at: list[datetime] = []
        scheduler.wake_at("a", at, lambda: called_at.append(self.now(scheduler)))
        self.wait_until(scheduler, lambda: called_at)
        self.let_pass(scheduler, 0.4)
        assert len(called_at) == 1
        assert at <= called_at[0] < at + timedelta(seconds=5)

    def test_a_wake_whose_time_has_passed_comes_at_once(self, scheduler: Scheduler) -> None:
        called: list[str] = []
        long_ago = self.now(scheduler) - timedelta(days=3)
        scheduler.wake_at("a", long_ago, lambda: called.append("a"))
        self.wait_until(scheduler, lambda: called)

    def test_a_key_holds_the_newest_only(self, scheduler: Scheduler) -> None:
        called: list[str] = []
        soon = self.now(scheduler) + timedelta(seconds=0.2)
        later = self.now(scheduler) + timedelta(seconds=0.5)
        scheduler.wake_at("a", soon, lambda: called.append("old"))
        scheduler.wake_at("a", later, lambda: called.append("new"))
        scheduler.every("b", 0.2, lambda: called.append("old"))
        scheduler.wake_at("b", later, lambda: called.append("new"))
        self.wait_until(scheduler, lambda: len(called) == 2)
        assert called == ["new", "new"]

    def test_a_call_can_set_its_own_key_anew(self, scheduler: Scheduler) -> None:
        called: list[int] = []

        def call() -> None:
            called.append(1)
            if len(called) < 3:
                soon = self.now(scheduler) + timedelta(seconds=0.05)
                scheduler.wake_at("a", soon, call)

        scheduler.wake_at("a", self.now(scheduler), call)
        self.wait_until(scheduler, lambda: len(called) == 3)

    def test_a_call_can_cancel_its_own_key(self, scheduler: Scheduler) -> None:
        called: list[str] = []

        def once(key: str) -> None:
            called.append(key)
            scheduler.cancel(key)

        scheduler.every("a", 0.1, lambda: once("a"))
        scheduler.wake_at("b", self.now(scheduler), lambda: once("b"))
        self.wait_until(scheduler, lambda: len(called) == 2)
        self.let_pass(scheduler, 0.4)
        assert called == ["b", "a"]

    def test_intervals_come_again_and_again(self, scheduler: Scheduler) -> None:
        called: list[datetime] = []
        began = self.now(scheduler)
        scheduler.every("a", 0.2, lambda: called.append(self.now(scheduler)))
        self.wait_until(scheduler, lambda: len(called) >= 3)
        assert called[0] >= began + timedelta(seconds=0.19)
        assert called[2] >= began + timedelta(seconds=0.59)

    def test_what_is_cancelled_never_comes(self, scheduler: Scheduler) -> None:
        called: list[str] = []
        soon = self.now(scheduler) + timedelta(seconds=0.2)
        scheduler.wake_at("a", soon, lambda: called.append("a"))
        scheduler.every("b", 0.1, lambda: called.append("b"))
        scheduler.cancel("a")
        scheduler.cancel("b")
        scheduler.cancel("never there")
        self.let_pass(scheduler, 0.5)
        assert called == []

    def test_after_stop_nothing_comes(self, scheduler: Scheduler) -> None:
        called: list[str] = []
        soon = self.now(scheduler) + timedelta(seconds=0.2)
        scheduler.wake_at("a", soon, lambda: called.append("a"))
        scheduler.every("b", 0.1, lambda: called.append("b"))
        scheduler.stop()
        scheduler.stop()
        scheduler.wake_at("c", soon, lambda: called.append("c"))
        scheduler.every("d", 0.1, lambda: called.append("d"))
        scheduler.cancel("c")
        called.clear()
        self.let_pass(scheduler, 0.5)
        assert called == []

    def test_an_instant_without_a_zone_is_refused(self, scheduler: Scheduler) -> None:
        with pytest.raises(ValueError, match="zone"):
            scheduler.wake_at("a", datetime(2026, 1, 1), lambda: None)
