"""A lane: one call at a time, in order, on a thread of its own; what comes back has a meaning."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from app.core.decision import Decision
from app.core.effects import AnswerCheck, Look, Pull, Push, PushMany
from app.core.messages import (
    BatchAccepted,
    CheckTold,
    Looked,
    Message,
    OperationAccepted,
    Pulled,
    TroubleMet,
)
from app.core.remote import Facts, LookFor, Receipt, Trouble, TroubleKind, Write, WriteKind
from app.core.state import AppState
from app.ports.journal import JournalFull
from app.ports.provider import Provider, ProviderError
from app.ports.secrets import SecretsUnavailable
from app.runtime.lane import Lane
from app.runtime.posting import NotDecided, Outcome, Reply
from tests.fakes.runtime.gated_provider import GatedProvider
from tests.runtime.waiting import wait_until

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEN = datetime(2026, 3, 3, 9, tzinfo=UTC)
PULL = Pull("acme", "t1", NINE, TEN)
PUSH = Push("acme", "t2", Write(WriteKind.STOP, Facts(NINE)))
DONE = Decision(AppState())


class Desk:
    """Where the lane's reports go; `outcomes` are for the first ones, then all are decided."""

    def __init__(self) -> None:
        self.reports: list[Message] = []
        self.outcomes: list[Outcome] = []

    def post(self, message: Message, reply: Reply | None) -> None:
        self.reports.append(message)
        if reply is not None:
            reply(self.outcomes.pop(0) if self.outcomes else DONE)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def provider() -> GatedProvider:
    return GatedProvider()


@pytest.fixture
def lane(desk: Desk, provider: GatedProvider) -> Iterator[Lane]:
    lane = Lane("acme", lambda: provider, desk.post, retry_seconds=0.01)
    yield lane
    lane.close()
    provider.gate.set()


def test_every_call_is_reported_with_its_turn(
    lane: Lane, desk: Desk, provider: GatedProvider
) -> None:
    for call in (PULL, Look("acme", "t3", LookFor("9")), PUSH, AnswerCheck("acme", "t4")):
        lane.do(call)
    wait_until(lambda: len(desk.reports) == 4)
    assert desk.reports == [
        Pulled("acme", "t1", provider.view),
        Looked("acme", "t3", provider.view),
        OperationAccepted("acme", "t2", Receipt("17")),
        CheckTold("acme", "t4"),
    ]
    assert provider.calls == ["pull 02-03", "look 9", "push stop", "answer_check"]


def test_a_batch_is_one_call_with_a_receipt_for_each(
    lane: Lane, desk: Desk, provider: GatedProvider
) -> None:
    create = Write(WriteKind.CREATE, Facts(NINE, TEN))
    lane.do(PushMany("acme", "t5", (create, create)))
    wait_until(lambda: len(desk.reports) == 1)
    assert desk.reports == [BatchAccepted("acme", "t5", (Receipt("17"), Receipt("17")))]
    assert provider.calls == ["push_many 2"]


def test_the_provider_is_made_once_when_needed_and_only_on_the_lanes_thread(desk: Desk) -> None:
    provider, made_on = GatedProvider(), list[str]()

    def make() -> Provider:
        made_on.append(threading.current_thread().name)
        return provider

    lane = Lane("acme", make, desk.post)
    assert made_on == []
    lane.do(PULL)
    lane.do(PUSH)
    wait_until(lambda: len(desk.reports) == 2)
    assert made_on == ["lane:acme"]
    assert provider.threads == {"lane:acme"}
    lane.close()
    assert provider.closed.wait(10)


def test_questions_and_calls_share_the_order(
    lane: Lane, desk: Desk, provider: GatedProvider
) -> None:
    provider.gate.clear()
    lane.do(PULL)
    found = lane.ask(lambda it: it.search("timer", 5))
    lane.do(PUSH)
    assert provider.entered.wait(10)
    assert provider.calls == ["pull 02-03"]
    provider.gate.set()
    assert [item.id for item in found.result(10)] == ["1349"]
    wait_until(lambda: len(desk.reports) == 2)
    assert provider.calls == ["pull 02-03", "search timer", "push stop"]


def test_a_question_given_up_before_its_turn_is_never_asked(
    lane: Lane, desk: Desk, provider: GatedProvider
) -> None:
    provider.gate.clear()
    lane.do(PULL)
    found = lane.ask(lambda it: it.search("timer", 5))
    assert found.cancel()
    provider.gate.set()
    lane.do(PUSH)
    wait_until(lambda: len(desk.reports) == 2)
    assert provider.calls == ["pull 02-03", "push stop"]


def test_a_providers_trouble_is_reported_as_it_is(
    lane: Lane, desk: Desk, provider: GatedProvider
) -> None:
    trouble = Trouble(TroubleKind.THROTTLED, "Slow down.", 30)
    provider.error = ProviderError(trouble)
    lane.do(PUSH)
    wait_until(lambda: desk.reports)
    assert desk.reports == [TroubleMet("acme", "t2", trouble)]
    with pytest.raises(ProviderError) as raised:
        lane.ask(lambda it: it.verify()).result(10)
    assert raised.value.trouble is trouble


@pytest.mark.expected_log("a provider failed in a way that it has no name for")
def test_what_has_no_name_is_perhaps_delivered(
    lane: Lane, desk: Desk, provider: GatedProvider
) -> None:
    provider.error = ZeroDivisionError("token abc")
    lane.do(PUSH)
    wait_until(lambda: desk.reports)
    report = desk.reports[0]
    assert isinstance(report, TroubleMet)
    assert report.trouble.kind is TroubleKind.PERHAPS_DELIVERED
    assert "ZeroDivisionError" in report.trouble.words
    assert "abc" not in report.trouble.words
    provider.error = None
    lane.do(PUSH)
    wait_until(lambda: len(desk.reports) == 2)
    assert isinstance(desk.reports[1], OperationAccepted)


def test_without_a_keyring_a_sign_in_is_required_and_the_next_call_tries_again(desk: Desk) -> None:
    provider, keyring_serves = GatedProvider(), list[bool]()

    def make() -> Provider:
        if not keyring_serves:
            raise SecretsUnavailable("The keyring is locked.", "Unlock it.")
        return provider

    lane = Lane("acme", make, desk.post)
    lane.do(PUSH)
    wait_until(lambda: desk.reports)
    trouble = Trouble(TroubleKind.SIGN_IN_REQUIRED, "The keyring is locked. Unlock it.")
    assert desk.reports == [TroubleMet("acme", "t2", trouble)]
    keyring_serves.append(True)
    lane.do(PUSH)
    wait_until(lambda: len(desk.reports) == 2)
    assert isinstance(desk.reports[1], OperationAccepted)
    lane.close()


@pytest.mark.expected_log("the provider of acme could not be made")
def test_what_could_not_be_opened_sent_nothing(desk: Desk) -> None:
    def make() -> Provider:
        raise KeyError("no such kind")

    lane = Lane("acme", make, desk.post)
    lane.do(PUSH)
    wait_until(lambda: desk.reports)
    report = desk.reports[0]
    assert isinstance(report, TroubleMet)
    assert report.trouble.kind is TroubleKind.NOT_SENT
    lane.close()


def test_closing_waits_for_nothing_and_a_late_answer_finds_nobody(
    lane: Lane, desk: Desk, provider: GatedProvider
) -> None:
    provider.gate.clear()
    lane.do(PUSH)
    asked = lane.ask(lambda it: it.verify())
    assert provider.entered.wait(10)
    began = time.monotonic()
    lane.close()
    lane.close()
    assert time.monotonic() - began < 5
    lane.do(PULL)
    refused = lane.ask(lambda it: it.verify())
    provider.gate.set()
    assert provider.closed.wait(10)
    assert desk.reports == []
    assert provider.calls == ["push stop"]
    for future in (asked, refused):
        with pytest.raises(ProviderError, match="closed"):
            future.result(10)


def test_a_new_sign_in_takes_effect_after_the_call_under_way(
    lane: Lane, desk: Desk, provider: GatedProvider
) -> None:
    other = GatedProvider()
    provider.gate.clear()
    lane.do(PUSH)
    assert provider.entered.wait(10)
    lane.renew(lambda: other)
    lane.do(PULL)
    provider.gate.set()
    wait_until(lambda: len(desk.reports) == 2)
    assert isinstance(desk.reports[0], OperationAccepted)
    assert (provider.calls, other.calls) == (["push stop"], ["pull 02-03"])
    assert provider.closed.is_set()


def test_a_report_that_a_full_disk_refused_is_made_again(lane: Lane, desk: Desk) -> None:
    """Else the turn would stay open, and with it the lane, until the next start."""
    desk.outcomes = [JournalFull("The disk is full."), JournalFull("The disk is full.")]
    lane.do(PUSH)
    wait_until(lambda: len(desk.reports) == 3)
    assert desk.reports == [OperationAccepted("acme", "t2", Receipt("17"))] * 3


def test_a_report_that_cannot_be_decided_becomes_a_doubt_once(lane: Lane, desk: Desk) -> None:
    desk.outcomes = [NotDecided("Broken."), NotDecided("Broken.")]
    lane.do(PUSH)
    wait_until(lambda: len(desk.reports) == 2)
    lane.do(PULL)
    wait_until(lambda: len(desk.reports) == 3)
    doubt = Trouble(TroubleKind.PERHAPS_DELIVERED, "Broken.")
    assert desk.reports[1] == TroubleMet("acme", "t2", doubt)
    assert isinstance(desk.reports[2], Pulled)


@pytest.mark.expected_log("the provider of acme did not close")
def test_a_provider_that_fails_to_close_ends_all_the_same(desk: Desk) -> None:
    class Stubborn(GatedProvider):
        def close(self) -> None:
            super().close()
            raise OSError("still connected")

    first, second = Stubborn(), GatedProvider()
    lane = Lane("acme", lambda: first, desk.post)
    lane.do(PULL)
    lane.renew(_giving(second))
    lane.do(PULL)
    wait_until(lambda: len(desk.reports) == 2)
    assert first.closed.is_set()
    lane.close()


def _giving(provider: GatedProvider) -> Callable[[], Provider]:
    return lambda: provider
