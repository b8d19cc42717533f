"""7pace's limits, 10 a second and 100 a minute, against a stand-in that keeps count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest

from app.core.remote import CallLimit, Facts, LookFor, Trouble, TroubleKind, Write, WriteKind
from app.ports.provider import Provider, ProviderError
from app.providers.throttle import LONGEST_WAIT_SECONDS, Gates
from app.sandbox.server import Sandbox
from tests.fakes.providers.hand_clock import HandClock
from tests.providers.sevenpace_stage import KIND, SevenpaceStage
from tests.providers.stage import BEGIN, MINUTE, create, facts, trouble_of


@pytest.fixture
def hand() -> HandClock:
    return HandClock()


@pytest.fixture
def stage(hand: HandClock) -> Iterator[SevenpaceStage]:
    """A server that keeps to its quota, by the same clock as we."""
    with Sandbox([KIND], clock=hand.at) as sandbox:
        stage = SevenpaceStage(sandbox)
        yield stage
        stage.close()


def statuses(stage: SevenpaceStage) -> Counter[int]:
    return Counter(one["status"] for one in stage.sandbox.ledger(KIND)["requests"])


class Teller:
    """Tells entries as a lane does: a look, then the write, and after THROTTLED all of it anew."""

    def __init__(self, stage: SevenpaceStage, provider: Provider, hand: HandClock) -> None:
        self.stage = stage
        self.provider = provider
        self.hand = hand
        self.throttled: list[Trouble] = []

    def tell(self, number: int) -> None:
        meant = facts(self.stage, start=BEGIN + number * MINUTE, minutes=1)
        write = Write(WriteKind.CREATE, meant, self.provider.capabilities.tellable)
        while (trouble := self._looked(meant)) is not None:
            assert trouble.kind is TroubleKind.THROTTLED
            assert trouble.retry_after_seconds is not None
            self.throttled.append(trouble)
            self.hand.now += trouble.retry_after_seconds
        # A look is only begun when the write behind it fits: this is never throttled.
        self.provider.push(write)

    def _looked(self, meant: Facts) -> Trouble | None:
        try:
            self.provider.look(LookFor(around_at=meant.started_at, slot=True))
        except ProviderError as error:
            return error.trouble
        return None


@pytest.mark.parametrize("after", ["seconds", "date"])
def test_a_hundred_and_fifty_entries_are_told_and_no_429_is_met(
    stage: SevenpaceStage, hand: HandClock, after: str
) -> None:
    stage.break_all("quota", after=after)
    gates = Gates(hand.seconds, hand.pause)
    teller = Teller(stage, stage.connect(options={"limits": "on"}, gates=gates), hand)
    for number in range(150):
        teller.tell(number)
    assert len(stage.entries()) == 150
    assert statuses(stage) == {200: 450}
    assert max(hand.pauses) <= LONGEST_WAIT_SECONDS
    assert {one.limit for one in teller.throttled} == {CallLimit(100, 60)}
    assert teller.throttled[0].words == "127.0.0.1 takes 100 requests a minute."
    # 450 requests at 100 a minute; not much longer than that takes.
    assert 240 <= hand.now <= 300


def test_a_batch_goes_behind_its_look(stage: SevenpaceStage, hand: HandClock) -> None:
    """It is rehearsed, looked after, made: three requests, for which the look keeps a place."""
    stage.break_all("quota")
    gates = Gates(hand.seconds, hand.pause)
    provider = stage.connect(options={"limits": "on"}, gates=gates)
    tellable = provider.capabilities.tellable
    times = 0
    while True:
        begin = BEGIN + times * 5 * MINUTE
        meant = [facts(stage, start=begin + number * MINUTE, minutes=1) for number in range(5)]
        try:
            provider.look(LookFor(around_at=begin, until_at=begin + 5 * MINUTE))
        except ProviderError as error:
            trouble = error.trouble
            break
        provider.push_many([Write(WriteKind.CREATE, one, tellable) for one in meant])
        times += 1
    assert trouble.limit == CallLimit(100, 60)
    # 25 times four requests.
    assert (times, len(stage.entries())) == (25, 125)
    assert sum(statuses(stage).values()) == 100


def test_two_accounts_at_one_server_keep_to_its_limits_together(
    stage: SevenpaceStage, hand: HandClock
) -> None:
    stage.break_all("quota")
    gates = Gates(hand.seconds, hand.pause)
    tellers = [
        Teller(stage, stage.connect(options={"limits": "on"}, gates=gates), hand) for _ in range(2)
    ]
    for number in range(80):
        tellers[number % 2].tell(number)
    assert len(stage.entries()) == 80
    assert statuses(stage) == {200: 240}


def test_a_search_as_one_types_leaves_room_for_a_stop(
    stage: SevenpaceStage, hand: HandClock
) -> None:
    stage.break_all("quota")
    gates = Gates(hand.seconds, hand.pause)
    options = {"limits": "on"}
    panel, lane = (stage.connect(options=options, gates=gates) for _ in range(2))
    for number in range(60):
        panel.search(f"words {number}", 5)
    trouble = trouble_of(lambda: panel.search("one more", 5))
    assert (trouble.kind, trouble.limit) == (TroubleKind.THROTTLED, CallLimit(100, 60))
    teller = Teller(stage, lane, hand)
    for number in range(12):
        teller.tell(number)
    assert teller.throttled == []
    assert 429 not in statuses(stage)


@pytest.mark.parametrize(
    "after, told", [("seconds", {1}), ("date", {1, 2}), ("none", {None})], ids=str
)
def test_without_limits_the_quota_is_met_and_holds_every_account(
    stage: SevenpaceStage, hand: HandClock, after: str, told: set[int | None]
) -> None:
    stage.break_all("quota", after=after)
    gates = Gates(hand.seconds, hand.pause)
    first, second = (stage.connect(gates=gates) for _ in range(2))
    for number in range(10):
        create(first, facts(stage, start=BEGIN + number * MINUTE, minutes=1))
    trouble = trouble_of(lambda: create(first, facts(stage)))
    assert trouble.kind is TroubleKind.THROTTLED
    assert trouble.retry_after_seconds in told
    assert trouble.limit is None
    wait = trouble.retry_after_seconds or 60
    if wait > LONGEST_WAIT_SECONDS:
        trouble = trouble_of(lambda: second.look(LookFor(slot=True)))
        assert trouble.kind is TroubleKind.THROTTLED
    assert statuses(stage) == {200: 10, 429: 1}
    hand.now += wait
    second.look(LookFor(slot=True))
    assert statuses(stage)[429] == 1


def test_a_server_that_is_down_for_a_while_is_asked_by_nobody(
    stage: SevenpaceStage, hand: HandClock
) -> None:
    gates = Gates(hand.seconds, hand.pause)
    first, second = (stage.connect(gates=gates) for _ in range(2))
    stage.break_write(WriteKind.CREATE, "429", after="seconds", seconds=600)
    assert trouble_of(lambda: create(first, facts(stage))).retry_after_seconds == 600
    before = stage.requests()
    hand.now += 300
    for provider in (first, second):
        trouble = trouble_of(partial(create, provider, facts(stage)))
        assert (trouble.kind, trouble.retry_after_seconds) == (TroubleKind.THROTTLED, 300)
    assert stage.requests() == before
    hand.now += 300
    create(second, facts(stage, start=BEGIN + timedelta(hours=2)))


def test_on_this_computer_there_are_no_limits_unless_asked_for(
    stage: SevenpaceStage, hand: HandClock
) -> None:
    provider = stage.connect(gates=Gates(hand.seconds, hand.pause))
    for _ in range(120):
        provider.look(LookFor(slot=True))
    assert hand.pauses == []
