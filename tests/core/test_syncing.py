"""The lane: one turn at a time, what each turn's end means, and when it wakes again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core import effects
from app.core.messages import (
    AdjustAsked,
    Change,
    EntryDeleteAsked,
    EntryEditAsked,
    PollFell,
    RetryAsked,
    StopAsked,
    SyncAsked,
    UndoAsked,
    Woke,
)
from app.core.model import HoldReason
from app.core.remote import Facts, LookFor, WriteKind
from app.core.state import TurnKind
from tests.core.server import BLIND_TIMER, NAMED_TIMER, NINE, NO_TIMER, item
from tests.core.world import World

MINUTE = timedelta(minutes=1)


def turn(world: World) -> TurnKind | None:
    now = world.state.lanes["Work"].turn
    return None if now is None else now.kind


def runs_there(world: World) -> str | None:
    return world.server.running


def test_one_turn_at_a_time_look_commit_write() -> None:
    world = World(NO_TIMER)
    first = world.add("first")
    world.add("second", minutes_ago=30)
    assert [type(effect) for effect in world.waiting] == [effects.Look]
    assert turn(world) is TurnKind.LOOK
    world.perform(world.waiting.popleft())
    (push,) = world.waiting
    assert isinstance(push, effects.Push)
    attempt = world.now_is(first).attempt
    assert attempt is not None, "in flight is on disk before the first byte"
    assert attempt.write == push.write
    assert turn(world) is TurnKind.PUSH
    world.run()
    assert turn(world) is None
    assert [row.comment for row in world.server.rows.values()] == ["first", "second"]


def test_the_oldest_intent_goes_first_also_after_an_edit() -> None:
    world = World(NO_TIMER)
    world.online = False
    first = world.add("first")
    world.add("second", minutes_ago=30)
    world.post(EntryEditAsked(first, Change(comment="first, better")))
    world.settle()
    assert [row.comment for row in world.server.rows.values()] == ["first, better", "second"]


def test_the_baseline_is_what_the_look_showed() -> None:
    world = World(BLIND_TIMER)
    old = world.server.add_elsewhere(Facts(NINE - 60 * MINUTE, NINE - 50 * MINUTE))
    running = world.server.start_elsewhere("theirs")
    world.server.stop_elsewhere()
    world.post(PollFell())
    world.run()
    track = world.start()
    world.run_to_push()
    attempt = world.now_is(track).attempt
    assert attempt is not None
    assert attempt.baseline == {old, running}


def test_what_runs_stands_in_the_baseline_too() -> None:
    world = World(NAMED_TIMER)
    track = world.start()
    world.run()
    world.wait(60)
    world.post(AdjustAsked(Change(comment="better")))
    world.run_to_push()
    attempt = world.now_is(track).attempt
    assert attempt is not None
    assert attempt.baseline == {"r1"}


def test_a_doubtful_write_is_looked_for_at_once_and_again_when_it_has_settled() -> None:
    world = World(NO_TIMER)
    world.push_faults.append("lost-before")
    entry = world.add()
    world.run()
    noticed_at = world.now
    world.wait(5)
    attempt = world.now_is(entry).attempt
    assert attempt is not None
    assert attempt.looked
    assert world.wake_at is not None
    world.wait(int((noticed_at - world.now).total_seconds()) + 29)
    assert world.now_is(entry).attempt == attempt
    world.wait(3)
    assert world.now_is(entry).remote_id == "r1"
    lost = [ghost for ghost in world.lost_attempts.values() if not ghost.landed_as]
    assert [ghost.attempt for ghost in lost] == [attempt]


@pytest.mark.parametrize("hour", [1, -1])
def test_settling_is_not_shortened_by_a_clock_that_was_set(hour: int) -> None:
    world = World(NO_TIMER)
    world.push_faults.append("late")
    world.add()
    world.run()
    world.set_clock(3600 * hour)
    for _ in range(4):
        world.post(Woke())
        world.post(SyncAsked())
        world.run()
    world.settle()
    assert len(world.server.rows) == 1


def test_the_changed_plan_gets_a_look_of_its_own() -> None:
    """Moved while the look was out: an older equal row at the new start is in no baseline yet."""
    world = World(NAMED_TIMER)
    equal = world.add("words", minutes_ago=120)
    world.settle()
    facts = world.now_is(equal).meant
    assert facts.stopped_at is not None
    world.post(EntryDeleteAsked(equal.id))
    world.settle()
    entry = world.add("words", minutes_ago=90)
    (look,) = world.waiting
    assert isinstance(look, effects.Look)
    twin = world.server.add_elsewhere(facts)
    moved = Change(started_at=facts.started_at, stopped_at=facts.stopped_at)
    world.post(EntryEditAsked(entry, moved))
    world.push_faults.append("lost-before")
    world.perform(world.waiting.popleft())
    (again,) = world.waiting
    assert isinstance(again, effects.Look)
    assert again.ask == LookFor(around_at=facts.started_at)
    world.settle()
    assert world.now_is(entry).remote_id not in (None, twin)
    assert len(world.server.rows) == 2


def test_what_was_taken_back_during_the_look_is_not_told() -> None:
    world = World(NO_TIMER)
    world.add()
    world.post(UndoAsked())
    world.settle()
    assert "told" not in world.told()


def test_a_track_stopped_during_the_look_is_told_as_an_entry() -> None:
    world = World(BLIND_TIMER)
    world.start("words")
    world.wait(60)
    world.post(StopAsked())
    world.run()
    (row,) = world.server.rows.values()
    assert (row.started_at, row.stopped_at) == (NINE, NINE + MINUTE)
    kinds = [line.detail["write"] for line in world.ledger if line.what == "told"]
    assert kinds == [WriteKind.CREATE]


def test_a_lost_start_that_shows_up_in_the_look_is_adopted() -> None:
    world = World(NAMED_TIMER)
    world.late_seconds = 3600
    world.push_faults.extend(["late", "late"])
    track = world.start("words")
    world.until_told("concluded-lost")
    world.post(AdjustAsked(Change(comment="better")))
    world.until_told("concluded-lost", 2)
    assert len(world.now_is(track).lost) == 2
    # The second of the two lands; the first never does.
    world.server.apply(world.landing.pop()[1])
    world.landing.clear()
    world.settle()
    (row,) = world.server.rows.values()
    assert row.comment == "better"
    assert world.now_is(track).lost == ()


def test_an_edit_goes_on_while_a_create_is_doubtful_and_another_create_waits() -> None:
    world = World(NO_TIMER)
    done = world.add("done", minutes_ago=90)
    world.settle()
    world.push_faults.append("lost-before")
    first = world.add("first", minutes_ago=60)
    world.run()
    second = world.add("second", minutes_ago=30)
    world.post(EntryEditAsked(world.now_is(done), Change(comment="edited")))
    world.wait(8)
    assert world.server.rows["r1"].comment == "edited"
    assert world.now_is(second).remote_id is None
    world.settle()
    assert world.now_is(first).remote_id == "r2"
    assert world.now_is(second).remote_id == "r3"


def test_a_held_entry_blocks_nothing_else() -> None:
    world = World(NO_TIMER)
    held = world.add("held")
    world.server.refusing = "No."
    world.run()
    world.server.refusing = None
    other = world.add("other", minutes_ago=30)
    world.settle()
    assert world.now_is(other).remote_id == "r1"
    assert world.now_is(held).hold is not None


def test_a_start_waits_until_the_slot_is_free_and_is_told_with_its_true_time() -> None:
    world = World(BLIND_TIMER)
    world.start("first")
    world.run()
    world.wait(60)
    world.push_faults.append("lost-after")
    world.start("second", 2)
    world.run()
    world.wait(10)
    assert runs_there(world) is None, "the slot rests"
    world.wait(120)
    assert runs_there(world) is not None
    world.wait(60)
    world.stop()
    world.settle()
    spans = sorted((row.started_at, row.stopped_at) for row in world.server.rows.values())
    end = world.store[next(iter(world.store))].meant.stopped_at
    assert spans[0] == (NINE, end)
    assert spans[1][0] == end


def test_a_foreign_track_that_could_not_be_seen_is_asked_about() -> None:
    world = World(NAMED_TIMER)
    world.online = False
    track = world.start("ours")
    world.run()
    world.wait(300)
    world.server.start_elsewhere("theirs", item(2))
    world.settle()
    hold = world.now_is(track).hold
    assert hold is not None
    assert (hold.reason, hold.remote_ids) == (HoldReason.FOREIGN_TRACK, ("r1",))
    assert hold.theirs is not None
    assert hold.theirs.comment == "theirs"
    assert world.state.running == track.id
    assert world.server.running == "r1"
    world.post(RetryAsked(track.id))
    world.settle()
    assert world.server.running == "r2"
    assert world.server.rows["r2"].started_at == NINE


def test_a_running_track_reaches_back_the_pull() -> None:
    world = World(NAMED_TIMER)
    world.start("long")
    world.run()
    world.wait(3600 * 30)
    world.post(PollFell())
    (pull,) = world.waiting
    assert isinstance(pull, effects.Pull)
    assert pull.from_at == NINE - timedelta(days=2)
    assert pull.to_at == world.now + timedelta(days=1)


def test_a_deleted_track_is_stopped_at_the_server_before_it_is_deleted() -> None:
    world = World(BLIND_TIMER)
    track = world.start("words")
    world.run()
    world.wait(60)
    world.stop()
    world.post(EntryDeleteAsked(track.id))
    world.run()
    assert not world.server.rows
    kinds = [line.detail["write"] for line in world.ledger if line.what == "told"]
    assert kinds == [WriteKind.START, WriteKind.STOP, WriteKind.DELETE]
