"""What each outcome of a write means for its subject and its lane."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.core import effects
from app.core.messages import (
    AdjustAsked,
    Change,
    EntryDeleteAsked,
    EntryEditAsked,
    OperationAccepted,
    PollFell,
    SignedIn,
    SyncAsked,
    TroubleMet,
)
from app.core.model import HoldReason, Subject
from app.core.remote import Receipt, Trouble, TroubleKind, WriteKind
from app.core.state import Connection, Lane
from tests.core.server import BLIND_TIMER, NAMED_TIMER, NINE, NO_TIMER
from tests.core.world import World


def lane(world: World) -> Lane:
    return world.state.lanes["Work"]


def pushed(world: World, kind: TroubleKind, words: str = "") -> effects.Push:
    """The next write meets this trouble."""
    push = world.run_to_push()
    world.waiting.popleft()
    world.post(TroubleMet("Work", push.turn_id, Trouble(kind, words)))
    return push


@pytest.fixture
def world() -> World:
    return World(NO_TIMER)


# --- the table of DESIGN §5 ----------------------------------------------------------------------


def test_accepted_is_acknowledged_and_gone_from_the_outbox(world: World) -> None:
    entry = world.add("words")
    world.run()
    told = world.now_is(entry)
    assert (told.acknowledged, told.remote_id, told.revision) == (told.meant, "r1", "1")
    assert not world.state.subjects


@pytest.mark.parametrize(
    "kind", [TroubleKind.NOT_SENT, TroubleKind.THROTTLED, TroubleKind.SIGN_IN_REQUIRED]
)
def test_what_was_surely_not_applied_is_pending_again(world: World, kind: TroubleKind) -> None:
    entry = world.add()
    pushed(world, kind)
    now = world.now_is(entry)
    assert (now.attempt, now.hold, now.tries) == (None, None, 1)
    assert not world.lost_attempts


def test_what_was_perhaps_delivered_is_doubtful(world: World) -> None:
    entry = world.add()
    world.wait(7)
    pushed(world, TroubleKind.PERHAPS_DELIVERED, "Timed out.")
    attempt = world.now_is(entry).attempt
    assert attempt is not None
    assert attempt.noticed is not None
    assert attempt.noticed.seconds == world.boot
    assert lane(world).connection is Connection.OFFLINE


@pytest.mark.parametrize("kind", [TroubleKind.REFUSED, TroubleKind.GONE])
def test_a_refused_create_is_held_and_leaves_the_account_online(
    world: World, kind: TroubleKind
) -> None:
    entry = world.add()
    pushed(world, kind, "No such project.")
    hold = world.now_is(entry).hold
    assert hold is not None
    assert (hold.reason, hold.words) == (HoldReason.REFUSED, "No such project.")
    assert lane(world).connection is Connection.ONLINE
    assert [ghost.subject_id for ghost in world.lost_attempts.values()] == [entry.id]


def test_a_refused_edit_is_held_without_a_ghost(world: World) -> None:
    entry = world.add()
    world.settle()
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="better")))
    pushed(world, TroubleKind.REFUSED, "Locked.")
    hold = world.now_is(entry).hold
    assert hold is not None
    assert not world.lost_attempts


def test_a_deletion_of_what_is_gone_is_done(world: World) -> None:
    entry = world.add()
    world.settle()
    world.post(EntryDeleteAsked(entry.id))
    push = world.run_to_push()
    assert push.write.kind is WriteKind.DELETE
    world.server.delete_elsewhere("r1")
    world.run()
    assert (world.now_is(entry).remote_id, world.now_is(entry).hold) == (None, None)
    assert not world.state.subjects


def test_an_edit_of_what_is_gone_is_asked_about(world: World) -> None:
    entry = world.add("words")
    world.settle()
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="better")))
    world.run_to_push()
    world.server.delete_elsewhere("r1")
    world.run()
    hold = world.now_is(entry).hold
    assert hold is not None
    assert hold.reason is HoldReason.GONE


def test_a_stop_by_id_of_what_is_gone_is_asked_about() -> None:
    world = World(NAMED_TIMER)
    track = world.start("words")
    world.run()
    world.wait(60)
    world.stop()
    assert world.run_to_push().write.kind is WriteKind.STOP
    world.server.delete_elsewhere("r1")
    world.run()
    hold = world.now_is(track).hold
    assert hold is not None
    assert hold.reason is HoldReason.GONE


def test_a_refused_stop_is_held_and_blocks_starts_but_not_entries() -> None:
    world = World(BLIND_TIMER)
    track = world.start("first")
    world.run()
    world.wait(60)
    world.stop()
    pushed(world, TroubleKind.GONE, "Nothing runs.")
    hold = world.now_is(track).hold
    assert hold is not None
    assert hold.reason is HoldReason.REFUSED
    second = world.start("second")
    entry = world.add("entry")
    world.settle()
    assert world.now_is(second).remote_id is None
    assert world.now_is(entry).remote_id is not None


# --- the lane --------------------------------------------------------------------------------


def test_back_off_grows_to_a_bound_and_is_spread(world: World) -> None:
    world.online = False
    world.add()
    waits = []
    for _ in range(12):
        world.run()
        closed_until = lane(world).next_at
        assert closed_until is not None
        waits.append((closed_until - world.now).total_seconds())
        world.wait(int(waits[-1]))
    assert waits[0] <= 3
    assert waits[3] > waits[0]
    assert min(waits[7:]) >= 90
    assert max(waits[7:]) <= 150
    assert len(set(waits[7:])) > 1
    assert world.told().count("offline") == 1
    assert lane(world).since_at == NINE


def test_the_account_is_online_since_its_first_answer(world: World) -> None:
    assert lane(world).since_at == NINE
    world.wait(60)
    world.post(PollFell())
    world.run()
    assert lane(world).since_at == NINE
    world.online = False
    world.post(PollFell())
    world.run()
    world.online = True
    world.wait(30)
    assert (lane(world).connection, lane(world).tries) == (Connection.ONLINE, 0)
    assert lane(world).since_at not in (NINE, NINE + timedelta(seconds=60))


@pytest.mark.parametrize("asked,kept", [(90, 90), (0, 1), (None, 60)])
def test_a_throttle_is_kept_to_even_by_sync(world: World, asked: int | None, kept: int) -> None:
    world.retry_after = asked
    world.faults.append("throttled")
    entry = world.add()
    world.run()
    assert lane(world).throttled_until == world.now + timedelta(seconds=kept)
    assert lane(world).connection is Connection.ONLINE
    for _ in range(3):
        world.post(SyncAsked())
        world.run()
    assert world.now_is(entry).remote_id is None
    assert world.wake_at == world.now + timedelta(seconds=kept)
    world.wait(kept)
    assert world.now_is(entry).remote_id == "r1"


def test_sync_shortens_back_off(world: World) -> None:
    world.online = False
    entry = world.add()
    for _ in range(6):
        world.run()
        world.wait(60)
    world.online = True
    world.post(SyncAsked())
    world.run()
    assert world.now_is(entry).remote_id == "r1"


def test_a_sign_in_that_is_wanted_holds_the_lane_and_the_timer_runs_on() -> None:
    world = World(NAMED_TIMER)
    world.faults.append("signed-out")
    track = world.start("words")
    world.run()
    assert lane(world).connection is Connection.SIGN_IN_REQUIRED
    world.wait(3600)
    world.post(SyncAsked())
    world.run()
    assert not world.server.rows
    assert world.state.running == track.id
    world.post(SignedIn("Work"))
    world.run()
    assert [row.started_at for row in world.server.rows.values()] == [NINE]


def test_an_attempt_being_confirmed_stays_doubtful_over_a_sign_in(world: World) -> None:
    world.push_faults.append("lost-after")
    entry = world.add("words")
    world.run()
    world.faults.append("signed-out")
    world.wait(600)
    attempt = world.now_is(entry).attempt
    assert attempt is not None
    assert not attempt.looked, "a look that failed is no look"
    world.post(SignedIn("Work"))
    world.settle()
    assert len(world.server.rows) == 1
    assert world.now_is(entry).remote_id == "r1"
    assert "concluded-lost" not in world.told()


def test_a_look_that_is_refused_is_no_look_and_backs_off(world: World) -> None:
    entry = world.add()
    look = world.waiting.popleft()
    assert isinstance(look, effects.Look)
    world.post(TroubleMet("Work", look.turn_id, Trouble(TroubleKind.REFUSED, "Not you.")))
    assert lane(world).connection is Connection.OFFLINE
    assert world.now_is(entry).attempt is None
    world.settle()
    assert world.now_is(entry).remote_id == "r1"


def test_a_pull_that_failed_is_wanted_again(world: World) -> None:
    world.wait(60)
    world.faults.append("lost-before")
    world.post(PollFell())
    world.run()
    assert lane(world).pull_wanted
    assert lane(world).pulled_at == NINE
    world.wait(5)
    assert not lane(world).pull_wanted
    assert lane(world).pulled_at == lane(world).since_at


# --- receipts ----------------------------------------------------------------------------------


def receipt(world: World, receipt: Receipt) -> None:
    push = world.run_to_push()
    world.waiting.popleft()
    world.server.apply(push.write)
    world.post(OperationAccepted("Work", push.turn_id, receipt))


def running(world: World) -> Subject:
    track = world.start("words")
    receipt(world, Receipt("r1"))
    world.wait(60)
    return track


def test_a_start_without_a_row_is_acknowledged_as_sent() -> None:
    world = World(BLIND_TIMER)
    track = world.now_is(running(world))
    assert (track.acknowledged, track.time_told) == (track.meant, False)


def test_a_stop_without_a_row_is_read_back_before_it_is_corrected() -> None:
    world = World(BLIND_TIMER)
    track = running(world)
    world.stop()
    receipt(world, Receipt("r1"))
    known = world.now_is(track).acknowledged
    assert known is not None
    assert known.stopped_at == world.now
    assert not world.now_is(track).time_told
    world.run()
    assert world.now_is(track).time_told


def test_a_stop_whose_row_still_runs_is_a_row_from_before_it() -> None:
    world = World(BLIND_TIMER)
    track = running(world)
    world.stop()
    still = world.server.row("r1")
    receipt(world, Receipt("r1", still))
    known = world.now_is(track).acknowledged
    assert known is not None
    assert known.stopped_at is not None


def test_a_stop_with_its_row_is_the_servers_end_and_then_ours() -> None:
    world = World(BLIND_TIMER)
    track = running(world)
    world.stop()
    row = world.server.row("r1")
    ended = replace(row, facts=replace(row.facts, stopped_at=world.now + timedelta(seconds=4)))
    receipt(world, Receipt("r1", ended))
    told = world.now_is(track)
    assert told.acknowledged is not None
    assert told.acknowledged.stopped_at == world.now + timedelta(seconds=4)
    assert told.meant.stopped_at == world.now
    world.settle()
    assert world.server.rows["r1"].stopped_at == told.meant.stopped_at


def test_a_row_of_something_else_is_not_merged() -> None:
    """An adjustment without a name may have hit another track: its row is not ours."""
    world = World(BLIND_TIMER)
    track = running(world)
    other = replace(world.server.row("r1"), remote_id="r9")
    world.post(AdjustAsked(Change(comment="better")))
    receipt(world, Receipt("r9", other))
    assert world.now_is(track).remote_id == "r1"
    assert world.now_is(track).meant.comment == "better"


def test_a_start_told_late_is_corrected_at_its_stop() -> None:
    world = World(BLIND_TIMER)
    world.online = False
    world.start("words")
    world.run()
    world.wait(90)
    world.online = True
    world.post(SyncAsked())
    world.run()
    world.wait(600)
    world.stop()
    world.run()
    (row,) = world.server.rows.values()
    assert (row.started_at, row.stopped_at) == (NINE, NINE + timedelta(seconds=690))
