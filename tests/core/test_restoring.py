"""What a repair brought back out of an older copy is told once, never blindly, and never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.core.beginning import initial
from app.core.messages import (
    Change,
    EntryDeleteAsked,
    EntryEditAsked,
    ProcessStarted,
    RetryAsked,
    SyncAsked,
)
from app.core.model import Hold, HoldReason, Subject
from app.core.restoring import ended_by, unsure
from tests.core.server import BLIND_TIMER, KEPT_HERE, NINE, NO_TIMER
from tests.core.world import World

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    return World(NO_TIMER)


def unsent(world: World, comment: str = "restored") -> Subject:
    """An entry that could not be told yet."""
    world.online = False
    added = world.add(comment)
    world.run()
    return world.now_is(added)


def tell_all(world: World) -> None:
    world.online = True
    world.post(SyncAsked())
    world.run()


def restore(world: World, *copies: Subject) -> list[Subject]:
    """Begin anew with what an older copy had; everything after it is forgotten."""
    capabilities = world.account.capabilities
    restored = [unsure(copy, capabilities, world.now) for copy in copies]
    world.store = {subject.id: subject for subject in restored}
    world.waiting.clear()
    world.landing.clear()
    world.online = True
    world.state = initial(accounts=(world.account,), subjects=restored, sequence=99)
    world.post(ProcessStarted())
    world.run()
    return restored


def hold_of(world: World, subject: Subject) -> HoldReason | None:
    hold = world.now_is(subject).hold
    return None if hold is None else hold.reason


def test_an_unsent_entry_is_not_told_before_the_user_says_so(world: World) -> None:
    entry = unsent(world)
    restore(world, entry)
    world.wait(300)
    assert hold_of(world, entry) is HoldReason.RESTORED
    assert world.on_server() == []
    world.post(RetryAsked(entry.id))
    world.settle()
    assert len(world.on_server()) == 1
    assert world.now_is(entry).remote_id is not None


def test_one_that_was_told_since_is_found(world: World) -> None:
    entry = unsent(world)
    tell_all(world)
    assert len(world.on_server()) == 1
    restore(world, entry)
    world.post(RetryAsked(entry.id))
    world.settle()
    assert len(world.on_server()) == 1
    assert world.now_is(entry).remote_id is not None
    assert hold_of(world, entry) is None


def test_one_that_was_told_and_edited_since_is_asked_about(world: World) -> None:
    entry = unsent(world)
    tell_all(world)
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="other words")))
    world.settle()
    restore(world, entry)
    world.post(RetryAsked(entry.id))
    world.settle()
    assert hold_of(world, entry) is HoldReason.NEAR_MATCH
    assert len(world.on_server()) == 1


def test_an_edit_of_the_user_does_not_answer_it(world: World) -> None:
    entry = unsent(world)
    restore(world, entry)
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="other words")))
    world.settle()
    assert hold_of(world, entry) is HoldReason.RESTORED
    assert world.on_server() == []


def test_what_was_out_when_the_copy_was_made_is_looked_for(world: World) -> None:
    world.push_faults.append("late")
    entry = world.now_is(world.add("restored"))
    world.run_to_push()
    out = world.now_is(entry)
    assert out.attempt is not None
    world.run()
    world.wait(60)
    world.land()
    (restored,) = restore(world, out)
    assert (restored.attempt, restored.lost) == (None, (out.attempt,))
    world.post(RetryAsked(entry.id))
    world.settle()
    assert len(world.on_server()) == 1
    assert world.now_is(entry).remote_id is not None


def edited_offline(world: World) -> Subject:
    entry = world.add("restored")
    world.settle()
    world.online = False
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="edited")))
    world.run()
    return world.now_is(entry)


def test_an_untold_edit_waits_too_and_then_goes(world: World) -> None:
    entry = edited_offline(world)
    restore(world, entry)
    world.wait(300)
    assert hold_of(world, entry) is HoldReason.RESTORED
    assert [row[3] for row in world.on_server()] == ["restored"]
    world.post(RetryAsked(entry.id))
    world.settle()
    assert [row[3] for row in world.on_server()] == ["edited"]


def test_an_edit_that_was_out_leaves_nothing_to_look_for(world: World) -> None:
    edited_offline(world)
    world.online = True
    world.push_faults.append("lost-before")
    world.post(SyncAsked())
    world.run_to_push()
    (out,) = world.store.values()
    assert out.attempt is not None
    restored = unsure(out, NO_TIMER, world.now)
    assert (restored.attempt, restored.lost) == (None, ())
    assert restored.hold == Hold(HoldReason.RESTORED, world.now)


def test_an_edit_that_its_server_has_goes_without_another_word(world: World) -> None:
    entry = edited_offline(world)
    tell_all(world)
    world.settle()
    restore(world, entry)
    world.post(RetryAsked(entry.id))
    world.settle()
    assert hold_of(world, entry) is None
    assert world.now_is(entry).attempt is None
    assert [row[3] for row in world.on_server()] == ["edited"]


@pytest.mark.parametrize("landed", [True, False])
def test_a_deletion_of_what_was_out_is_carried_out_where_it_landed(
    world: World, landed: bool
) -> None:
    """The attempt is lost; that it was pushed once is all that is left of it."""
    world.push_faults.append("lost-after" if landed else "lost-before")
    entry = world.add("restored")
    world.run_to_push()
    world.post(EntryDeleteAsked(entry.id))
    world.run()
    deleted = replace(world.now_is(entry), attempt=None)
    assert (deleted.deleted, deleted.tries) == (True, 1)
    restore(world, deleted)
    assert hold_of(world, entry) is HoldReason.RESTORED
    world.post(RetryAsked(entry.id))
    world.settle()
    assert world.on_server() == []
    assert entry.id not in world.state.subjects


def test_what_has_nothing_to_tell_stays_as_it_is(world: World) -> None:
    entry = world.add("told")
    world.settle()
    told = world.now_is(entry)
    assert unsure(told, NO_TIMER, world.now) == told
    kept = replace(told, acknowledged=None, remote_id=None)
    assert unsure(kept, KEPT_HERE, world.now) == kept


def test_the_words_of_a_refusal_are_kept(world: World) -> None:
    entry = replace(unsent(world), hold=Hold(HoldReason.REFUSED, NINE, words="no such item"))
    restored = unsure(entry, NO_TIMER, world.now)
    assert restored.hold == Hold(HoldReason.RESTORED, world.now, words="no such item")


def test_a_track_that_ran_in_the_copy_ended_when_another_began() -> None:
    world = World(BLIND_TIMER)
    track = world.start("runs")
    started_at = track.meant.started_at
    ended = ended_by(track, started_at + MINUTE, BLIND_TIMER)
    assert ended.meant.stopped_at == started_at + MINUTE
    assert ended.acknowledged == track.acknowledged
    assert ended_by(track, None, BLIND_TIMER) == track
    assert ended_by(ended, started_at + 2 * MINUTE, BLIND_TIMER) == ended
    # Kept here means told.
    ended = ended_by(track, started_at, KEPT_HERE)
    assert ended.meant.stopped_at == started_at + timedelta(seconds=1)
    assert ended.acknowledged == ended.meant
