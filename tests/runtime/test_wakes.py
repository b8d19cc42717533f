"""The late scheduler: it keeps the contract, and makes the real one late and elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.adapters.apscheduler_wakes import ApschedulerWakes
from app.ports.scheduler import Scheduler
from app.runtime.wakes import LateScheduler
from tests.adapters.scheduler_contract import SchedulerContract
from tests.fakes.adapters.apscheduler_wakes import FakeScheduler
from tests.fakes.adapters.system_clock import FakeClock
from tests.runtime.waiting import wait_until

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class TestLateScheduler(SchedulerContract):
    @pytest.fixture
    def scheduler(self) -> Iterator[Scheduler]:
        made = LateScheduler(ApschedulerWakes)
        yield made
        made.stop()

    def now(self, scheduler: Scheduler) -> datetime:
        return datetime.now(UTC)

    def wait_until(self, scheduler: Scheduler, condition: Callable[[], object]) -> None:
        wait_until(condition)

    def let_pass(self, scheduler: Scheduler, seconds: float) -> None:
        threading.Event().wait(seconds)


def test_nothing_is_made_before_it_is_needed_and_then_on_another_thread() -> None:
    made_on: list[str] = []
    fake = FakeScheduler(FakeClock())

    def make() -> Scheduler:
        made_on.append(threading.current_thread().name)
        return fake

    late = LateScheduler(make)
    late.cancel("a")
    late.stop()
    assert made_on == []
    late = LateScheduler(make)
    late.every("a", 5, lambda: None)
    wait_until(lambda: "a" in fake.intervals)
    assert made_on == ["wakes"]
    assert threading.current_thread().name != "wakes"


def test_what_is_asked_while_it_is_made_is_handed_on_in_order() -> None:
    gate, entered = threading.Event(), threading.Event()
    fake = FakeScheduler(FakeClock())
    called: list[str] = []

    def make() -> Scheduler:
        entered.set()
        assert gate.wait(10)
        return fake

    late = LateScheduler(make)
    at = fake.clock.now() + timedelta(seconds=1)
    late.wake_at("a", at, lambda: called.append("old"))
    assert entered.wait(10)
    late.wake_at("a", at, lambda: called.append("new"))
    late.wake_at("b", at, lambda: called.append("b"))
    late.cancel("b")
    gate.set()
    wait_until(lambda: "a" in fake.wakes and "b" not in fake.wakes)
    fake.go_on(2)
    assert called == ["new"]


def test_one_that_is_stopped_while_it_is_made_never_calls() -> None:
    gate, entered = threading.Event(), threading.Event()
    fake = FakeScheduler(FakeClock())

    def make() -> Scheduler:
        entered.set()
        assert gate.wait(10)
        return fake

    late = LateScheduler(make)
    late.wake_at("a", LONG_AGO, lambda: pytest.fail("it was called"))
    assert entered.wait(10)
    late.stop()
    gate.set()
    wait_until(lambda: fake.stopped)
    assert fake.wakes == {}


def test_one_that_is_stopped_while_it_hands_on_never_calls_again() -> None:
    gate, entered, handed_on = threading.Event(), threading.Event(), threading.Event()
    called: list[str] = []

    class EagerScheduler(FakeScheduler):
        """Everything is due at once; its thread is the one that asks."""

        def wake_at(self, key: str, at: datetime, call: Callable[[], None]) -> None:
            call()

        def stop(self) -> None:
            super().stop()
            handed_on.set()

    def make() -> Scheduler:
        entered.set()
        assert gate.wait(10)
        return EagerScheduler(FakeClock())

    late = LateScheduler(make)
    late.wake_at("a", LONG_AGO, late.stop)
    late.wake_at("b", LONG_AGO, lambda: called.append("b"))
    assert entered.wait(10)
    gate.set()
    assert handed_on.wait(10)
    assert called == []


@pytest.mark.expected_log("there is no scheduler")
def test_one_that_could_not_be_made_is_tried_again() -> None:
    fake = FakeScheduler(FakeClock())
    tried: list[int] = []
    failed = threading.Event()

    def make() -> Scheduler:
        tried.append(1)
        if len(tried) == 1:
            failed.set()
            raise OSError("no threads left")
        return fake

    late = LateScheduler(make)
    late.wake_at("a", LONG_AGO, lambda: None)
    assert failed.wait(10)

    def ask_again() -> bool:
        late.every("b", 5, lambda: None)
        return len(tried) == 2

    wait_until(ask_again)
    wait_until(lambda: "a" in fake.wakes and "b" in fake.intervals)
