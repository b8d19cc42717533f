"""Accounts come and go, sign in anew; what is untold keeps one from going."""

from __future__ import annotations

import pytest

from app.core import effects
from app.core.decision import RefusalCode
from app.core.messages import (
    AccountAdded,
    AccountRemoveAsked,
    Change,
    DiscardAsked,
    EntryDeleteAsked,
    EntryEditAsked,
    Message,
    PollFell,
    SignedIn,
)
from app.core.model import Account, CheckState
from app.core.remote import RemoteCheck
from app.core.state import Connection
from tests.core.server import BLIND_TIMER, KEPT_HERE, NAMED_TIMER, NO_TIMER
from tests.core.world import World


def code(world: World, message: Message) -> RefusalCode:
    before = world.state
    decision = world.post(message)
    assert decision.refusal is not None
    assert (decision.state, decision.writes, decision.effects) == (before, (), ())
    return decision.refusal.code


def connection(world: World) -> Connection:
    return world.state.lanes["Work"].connection


def test_a_new_account_opens_its_lane_and_pulls() -> None:
    world = World(KEPT_HERE)
    remote = Account("Remote", "kind", capabilities=NO_TIMER)
    decision = world.post(AccountAdded(remote))
    assert [type(effect) for effect in decision.effects] == [effects.OpenLane, effects.Pull]
    assert world.accounts["Remote"] == remote
    assert code(world, AccountAdded(remote)) is RefusalCode.ACCOUNT_EXISTS


def test_an_account_that_is_kept_here_has_no_lane() -> None:
    world = World(NO_TIMER)
    decision = world.post(AccountAdded(Account("Mine", "local")))
    assert not decision.effects
    assert "Mine" not in world.state.lanes


@pytest.mark.parametrize("message", [AccountRemoveAsked("X"), SignedIn("X")])
def test_an_unknown_account_is_refused_with_the_names_that_there_are(message: Message) -> None:
    world = World(NO_TIMER)
    refusal = world.post(message).refusal
    assert refusal is not None
    assert (refusal.code, refusal.names) == (RefusalCode.UNKNOWN_ACCOUNT, ("Work",))


def test_an_account_goes_with_its_lane_its_checks_and_what_runs_there_alone() -> None:
    world = World(BLIND_TIMER)
    world.server.start_elsewhere("theirs")
    world.server.check = RemoteCheck("r1", 60)
    world.post(PollFell())
    world.run()
    world.stop()
    world.run()
    world.settle()
    world.server.check = RemoteCheck("r1", 60)
    world.post(PollFell())
    world.run()
    (check,) = world.state.checks.values()
    world.post(AccountAdded(Account("Mine", "local")))
    decision = world.post(AccountRemoveAsked("Work"))
    assert decision.effects == (effects.CloseLane("Work"),)
    assert not world.state.checks
    assert not world.state.lanes
    assert world.checks[check.id].state is CheckState.GONE
    assert list(world.accounts) == ["Mine"]
    assert len(world.store) == 1, "its entries stay as history"


def test_the_checks_of_other_accounts_stay() -> None:
    world = World(BLIND_TIMER)
    world.server.check = RemoteCheck("r1", 60)
    world.post(PollFell())
    world.run()
    world.post(AccountAdded(Account("Mine", "local")))
    world.post(AccountRemoveAsked("Mine"))
    assert len(world.state.checks) == 1


def test_an_account_stays_while_its_track_runs_or_something_is_untold() -> None:
    world = World(NAMED_TIMER)
    track = world.start()
    assert code(world, AccountRemoveAsked("Work")) is RefusalCode.ENTRY_RUNS
    world.settle()
    world.online = False
    world.stop()
    world.add("one")
    refusal = world.post(AccountRemoveAsked("Work")).refusal
    assert refusal is not None
    assert (refusal.code, refusal.count) == (RefusalCode.ACCOUNT_HAS_UNSENT, 2)
    world.settle()
    world.server.refusing = "No."
    held = world.add("two", minutes_ago=30)
    world.run()
    assert code(world, AccountRemoveAsked("Work")) is RefusalCode.ACCOUNT_HAS_UNSENT
    world.post(DiscardAsked(held.id))
    world.push_faults.append("lost-before")
    world.post(EntryDeleteAsked(track.id))
    world.run()
    assert code(world, AccountRemoveAsked("Work")) is RefusalCode.ACCOUNT_HAS_UNSENT
    world.settle()
    assert world.post(AccountRemoveAsked("Work")).refusal is None


def test_entries_of_an_account_that_is_gone_are_history_that_can_still_be_edited() -> None:
    world = World(NO_TIMER)
    entry = world.add("words")
    world.settle()
    world.post(AccountRemoveAsked("Work"))
    world.post(EntryDeleteAsked(entry.id))
    assert world.now_is(entry).deleted
    assert not world.state.subjects


def test_signing_in_opens_the_lane_anew_and_a_report_of_the_old_worker_is_stale() -> None:
    world = World(NAMED_TIMER)
    entry = world.add("words")
    push = world.run_to_push()
    world.waiting.clear()
    decision = world.post(SignedIn("Work"))
    assert isinstance(decision.effects[0], effects.OpenLane)
    attempt = world.now_is(entry).attempt
    assert attempt is not None
    assert attempt.noticed is not None, "nobody will hear the answer to what was in flight"
    world.server.apply(push.write)
    before = world.state
    world.waiting.clear()
    world.perform(push)
    assert world.state.subjects == before.subjects


def test_a_doubt_that_was_noticed_keeps_its_moment_over_a_sign_in() -> None:
    world = World(NAMED_TIMER)
    world.push_faults.append("lost-before")
    entry = world.add("words")
    world.run()
    before = world.now_is(entry).attempt
    world.wait(1)
    world.post(SignedIn("Work"))
    assert world.now_is(entry).attempt == before


def test_an_account_that_was_signed_out_is_unknown_until_the_first_answer() -> None:
    world = World(NAMED_TIMER)
    world.faults.append("signed-out")
    world.post(PollFell())
    world.run()
    assert connection(world) is Connection.SIGN_IN_REQUIRED
    world.post(SignedIn("Work"))
    assert connection(world) is Connection.UNKNOWN
    world.run()
    assert connection(world) is Connection.ONLINE


def test_a_rest_of_another_boot_begins_anew_and_ends() -> None:
    """Also with a correction in flight at the crash: the slot must not rest for ever."""
    world = World(BLIND_TIMER)
    track = world.start("words")
    world.run()
    world.wait(60)
    world.push_faults.append("lost-after")
    world.stop()
    world.run()
    world.wait(3)
    world.run()
    assert world.now_is(track).rests is not None
    world.post(PollFell())
    world.post(EntryEditAsked(world.now_is(track), Change(comment="better")))
    world.run_to_push()
    assert world.now_is(track).attempt is not None
    world.crash(reboot=True)
    again = world.now_is(track)
    assert again.rests is not None
    assert again.attempt is not None
    assert again.rests.boot_id == world.boot_id
    assert again.attempt.noticed is not None
    world.settle()
    second = world.start("next")
    world.settle()
    assert world.now_is(second).remote_id is not None
