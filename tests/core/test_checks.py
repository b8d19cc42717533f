"""A server's activity check: seen once, answered once, gone when the server says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core import effects
from app.core.decision import RefusalCode
from app.core.messages import (
    CheckAnswered,
    OperationAccepted,
    PollFell,
    Pulled,
    SignedIn,
    SyncAsked,
    TroubleMet,
)
from app.core.model import Check, CheckState
from app.core.remote import Receipt, RemoteCheck, RemoteView, Trouble, TroubleKind
from app.core.state import Connection
from tests.core.server import BLIND_TIMER
from tests.core.world import World


@pytest.fixture
def world() -> World:
    world = World(BLIND_TIMER)
    world.start("words")
    world.run()
    world.wait(60)
    return world


def ask(world: World, seconds_left: int = 120) -> Check:
    world.server.check = RemoteCheck("r1", seconds_left)
    poll(world)
    (check,) = world.state.checks.values()
    return check


def poll(world: World) -> None:
    world.post(PollFell())
    world.run()


def test_a_check_names_its_track_and_its_end(world: World) -> None:
    check = ask(world)
    assert check.subject_id == world.state.running
    assert check.until_at == world.now + timedelta(seconds=120)
    assert (check.account, check.state) == ("Work", CheckState.OPEN)


def test_the_countdown_of_an_open_check_does_not_jump(world: World) -> None:
    check = ask(world)
    world.wait(10)
    assert ask(world, 100) == check


def test_a_check_on_a_track_that_is_not_known_is_asked_too(world: World) -> None:
    world.server.check = RemoteCheck("r99", -5)
    poll(world)
    (check,) = world.state.checks.values()
    assert (check.subject_id, check.until_at) == ("", world.now)


def test_a_check_that_the_server_ended_is_gone(world: World) -> None:
    check = ask(world)
    world.server.check = None
    poll(world)
    assert not world.state.checks
    assert world.checks[check.id].state is CheckState.GONE


def test_another_check_replaces_the_first(world: World) -> None:
    first = ask(world)
    world.server.check = RemoteCheck("r2", 60)
    poll(world)
    assert [c.remote_id for c in world.state.checks.values()] == ["r2"]
    assert world.checks[first.id].state is CheckState.GONE


def test_a_look_that_did_not_ask_for_the_slot_says_nothing_of_checks(world: World) -> None:
    check = ask(world)
    world.post(SyncAsked())
    pull = world.waiting.popleft()
    assert isinstance(pull, effects.Pull)
    world.post(Pulled("Work", pull.turn_id, RemoteView()))
    assert world.state.checks == {check.id: check}


def test_the_answer_reaches_the_server_and_tracking_goes_on(world: World) -> None:
    check = ask(world)
    assert world.post(CheckAnswered(check.id)).refusal is None
    world.run()
    assert world.server.check is None
    assert not world.state.checks
    assert "check-answered" in world.told()
    assert world.state.running is not None


def test_a_check_is_answered_once(world: World) -> None:
    check = ask(world)
    world.post(CheckAnswered(check.id))
    world.run()
    refusal = world.post(CheckAnswered(check.id)).refusal
    assert refusal is not None
    assert refusal.code is RefusalCode.UNKNOWN_CHECK


@pytest.mark.parametrize("fault", ["lost-before", "refused-connection", "throttled"])
def test_an_answer_that_met_trouble_is_told_again(world: World, fault: str) -> None:
    check = ask(world)
    world.faults.append(fault)
    world.post(CheckAnswered(check.id))
    world.run()
    assert world.state.checks[check.id].state is CheckState.ANSWERED
    world.wait(120)
    assert world.server.check is None


def test_an_answer_waits_for_the_sign_in(world: World) -> None:
    check = ask(world)
    world.faults.append("signed-out")
    world.post(CheckAnswered(check.id))
    world.run()
    world.wait(3600)
    assert world.state.lanes["Work"].connection is Connection.SIGN_IN_REQUIRED
    assert world.server.check is not None
    world.post(SignedIn("Work"))
    world.run()
    assert world.server.check is None


def test_an_answer_survives_a_restart(world: World) -> None:
    check = ask(world)
    world.post(CheckAnswered(check.id))
    world.crash()
    assert world.state.checks[check.id].state is CheckState.ANSWERED
    world.run()
    assert world.server.check is None


def answer_turn(world: World) -> tuple[Check, effects.AnswerCheck]:
    check = ask(world)
    world.post(CheckAnswered(check.id))
    effect = world.waiting.popleft()
    assert isinstance(effect, effects.AnswerCheck)
    return check, effect


def test_a_refused_answer_ends_the_check_with_the_servers_words(world: World) -> None:
    check, effect = answer_turn(world)
    trouble = Trouble(TroubleKind.REFUSED, "No.")
    world.post(TroubleMet("Work", effect.turn_id, trouble))
    assert world.checks[check.id].state is CheckState.GONE
    line = next(line for line in world.ledger if line.what == "check-refused")
    assert line.detail == {"words": "No."}
    assert world.state.lanes["Work"].connection is Connection.ONLINE


def test_a_report_of_the_wrong_kind_harms_nothing(world: World) -> None:
    """Every report is one of the turn's; what it can't mean, it does not do."""
    check, effect = answer_turn(world)
    world.post(OperationAccepted("Work", effect.turn_id, Receipt("r1")))
    assert world.state.checks[check.id].state is CheckState.ANSWERED
    world.run()
    assert world.server.check is None
