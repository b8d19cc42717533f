"""The fakes keep the contracts of what they stand for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.ports.clock import Clock
from app.ports.scheduler import Scheduler
from app.ports.secrets import Secrets, SecretsUnavailable
from tests.adapters.clock_contract import ClockContract
from tests.adapters.scheduler_contract import SchedulerContract
from tests.adapters.secrets_contract import SecretsContract
from tests.fakes.adapters.apscheduler_wakes import FakeScheduler
from tests.fakes.adapters.keyring_secrets import FakeSecrets
from tests.fakes.adapters.system_clock import FakeClock


class TestFakeSecrets(SecretsContract):
    @pytest.fixture
    def secrets(self) -> Secrets:
        return FakeSecrets()

    def test_what_is_unavailable_is_so_for_every_call(self) -> None:
        secrets = FakeSecrets(SecretsUnavailable("Locked."))
        with pytest.raises(SecretsUnavailable, match="Locked"):
            secrets.get("a")
        with pytest.raises(SecretsUnavailable, match="Locked"):
            secrets.set("a", "b")


class TestFakeClock(ClockContract):
    @pytest.fixture
    def clock(self) -> Clock:
        return FakeClock(datetime(2026, 7, 1, 12, 0, 0, 999_999, tzinfo=UTC))

    def test_only_setting_it_moves_the_clocks_apart(self) -> None:
        clock = FakeClock()
        began, boot = clock.now(), clock.boot_seconds()
        clock.go_on(1.5)
        assert (clock.now() - began, clock.boot_seconds() - boot) == (timedelta(seconds=1), 1.5)
        clock.set_by(-3600)
        assert clock.now() < began
        assert clock.boot_seconds() - boot == 1.5
        name = clock.boot_id()
        clock.boot_anew()
        assert clock.boot_id() != name


class TestFakeScheduler(SchedulerContract):
    @pytest.fixture
    def scheduler(self) -> Scheduler:
        return FakeScheduler(FakeClock())

    def now(self, scheduler: Scheduler) -> datetime:
        assert isinstance(scheduler, FakeScheduler)
        return scheduler.clock.exact_at

    def wait_until(self, scheduler: Scheduler, condition: Callable[[], object]) -> None:
        assert isinstance(scheduler, FakeScheduler)
        for _step in range(500):
            if condition():
                return
            scheduler.go_on(0.01)
        raise AssertionError("the condition never came")

    def let_pass(self, scheduler: Scheduler, seconds: float) -> None:
        assert isinstance(scheduler, FakeScheduler)
        scheduler.go_on(seconds)
