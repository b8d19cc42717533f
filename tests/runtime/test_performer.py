"""The performer: effects find their lane or the scheduler; polls and wake-ups are posted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.core.effects import CloseLane, OpenLane, Pull, WakeAt
from app.core.messages import Message, PollFell, Pulled, TroubleMet, Woke
from app.core.model import Account
from app.core.remote import Capabilities, TroubleKind
from app.ports.provider import Provider
from app.runtime.performer import Performer
from app.runtime.posting import Reply
from tests.fakes.adapters.apscheduler_wakes import FakeScheduler
from tests.fakes.adapters.system_clock import FakeClock
from tests.fakes.runtime.gated_provider import GatedProvider
from tests.runtime.waiting import wait_until

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACME = Account("acme", "7pace", capabilities=Capabilities())
HERE = Account("local", "local", capabilities=Capabilities(kept_here=True))


class Rig:
    """A performer and all that it works with; `go_on` moves the clock and makes what falls due."""

    def __init__(self) -> None:
        self.clock = FakeClock(NINE)
        self.scheduler = FakeScheduler(self.clock)
        self.posted: list[Message] = []
        self.made: list[GatedProvider] = []
        self.forgotten: list[str] = []
        self.poll_seconds = 30.0
        self.performer = Performer(
            self._post,
            self._open,
            self.scheduler,
            self.clock,
            lambda: self.poll_seconds,
            self.forgotten.append,
        )

    def _post(self, message: Message, _reply: Reply | None) -> None:
        self.posted.append(message)

    def _open(self, _account: Account) -> Provider:
        self.made.append(GatedProvider())
        return self.made[-1]


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.performer.close()


def pull(turn: str) -> Pull:
    return Pull("acme", turn, NINE, NINE)


def test_a_call_goes_to_its_lane(rig: Rig) -> None:
    rig.performer.perform(OpenLane(ACME))
    rig.performer.perform(pull("t1"))
    wait_until(lambda: rig.posted)
    assert rig.posted == [Pulled("acme", "t1", rig.made[0].view)]


def test_a_call_without_a_lane_ends_its_turn(rig: Rig) -> None:
    rig.performer.perform(pull("t1"))
    (report,) = rig.posted
    assert isinstance(report, TroubleMet)
    assert (report.turn_id, report.trouble.kind) == ("t1", TroubleKind.NOT_SENT)


def test_a_lane_that_is_opened_again_takes_a_fresh_provider(rig: Rig) -> None:
    for turn in ("t1", "t2"):
        rig.performer.perform(OpenLane(ACME))
        rig.performer.perform(pull(turn))
    wait_until(lambda: len(rig.posted) == 2)
    assert len(rig.made) == 2
    assert rig.made[0].closed.is_set()


def test_a_closed_lane_is_gone_with_its_wakes_and_its_secret(rig: Rig) -> None:
    rig.performer.perform(OpenLane(ACME))
    rig.performer.perform(WakeAt("acme", NINE + timedelta(seconds=5)))
    rig.performer.perform(CloseLane("acme"))
    assert rig.performer.lane("acme") is None
    assert rig.forgotten == ["acme"]
    rig.scheduler.go_on(600)
    assert rig.posted == []


def test_a_wake_is_one_per_account_and_the_later_request_counts(rig: Rig) -> None:
    rig.performer.perform(WakeAt("acme", NINE + timedelta(seconds=5)))
    rig.performer.perform(WakeAt("other", NINE + timedelta(seconds=7)))
    rig.performer.perform(WakeAt("acme", NINE + timedelta(seconds=60)))
    rig.scheduler.go_on(59)
    assert rig.posted == [Woke()]
    rig.scheduler.go_on(2)
    assert rig.posted == [Woke(), Woke()]


def test_it_polls_only_while_there_is_a_server_to_ask(rig: Rig) -> None:
    rig.performer.perform(OpenLane(HERE))
    rig.scheduler.go_on(120)
    assert rig.posted == []
    rig.performer.perform(OpenLane(ACME))
    rig.scheduler.go_on(61)
    assert rig.posted == [PollFell(), PollFell()]
    rig.performer.perform(CloseLane("acme"))
    rig.scheduler.go_on(120)
    assert len(rig.posted) == 2


def test_opening_another_account_does_not_put_the_poll_off(rig: Rig) -> None:
    rig.performer.perform(OpenLane(ACME))
    rig.scheduler.go_on(20)
    rig.performer.perform(OpenLane(Account("other", "7pace", capabilities=Capabilities())))
    rig.scheduler.go_on(10)
    assert rig.posted == [PollFell()]


def test_a_changed_setting_counts_from_the_next_poll_or_at_once_when_told(rig: Rig) -> None:
    rig.performer.perform(OpenLane(ACME))
    rig.poll_seconds = 5
    rig.scheduler.go_on(30)
    assert len(rig.posted) == 1
    rig.scheduler.go_on(10)
    assert len(rig.posted) == 3
    rig.poll_seconds = 100
    rig.performer.retime()
    rig.scheduler.go_on(99)
    assert len(rig.posted) == 3


def test_after_a_suspend_it_wakes_before_it_polls(rig: Rig) -> None:
    rig.performer.perform(OpenLane(ACME))
    rig.scheduler.go_on(30)
    assert rig.posted == [PollFell()]
    rig.posted.clear()
    rig.clock.go_on(3600)  # asleep: nothing is called, and the boot clock goes on
    rig.scheduler.go_on(0)
    assert rig.posted == [Woke(), PollFell()]
    rig.posted.clear()
    rig.scheduler.go_on(30)
    assert rig.posted == [PollFell()]


def test_a_wake_that_fell_due_during_a_suspend_comes_after_it(rig: Rig) -> None:
    rig.performer.perform(WakeAt("acme", NINE + timedelta(seconds=60)))
    rig.clock.go_on(3600)
    rig.scheduler.go_on(0)
    assert rig.posted == [Woke()]


def test_after_closing_nothing_is_posted_and_nothing_opens(rig: Rig) -> None:
    rig.performer.perform(OpenLane(ACME))
    rig.performer.perform(pull("t1"))
    wait_until(lambda: rig.posted)
    provider = rig.made[0]
    provider.gate.clear()
    provider.entered.clear()
    rig.performer.perform(pull("t2"))
    assert provider.entered.wait(10)
    rig.performer.close()
    provider.gate.set()
    assert provider.closed.wait(10)
    rig.performer.perform(OpenLane(ACME))
    rig.scheduler.go_on(600)
    assert len(rig.posted) == 1
    assert rig.performer.lane("acme") is None
