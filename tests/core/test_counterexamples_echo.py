"""The counterexamples about writes by id that land after they were given up: echoes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from app.core.messages import (
    AdjustAsked,
    Change,
    ConflictAnswered,
    EntryDeleteAsked,
    EntryEditAsked,
    PollFell,
    RetryAsked,
    StartAsked,
    UndoAsked,
)
from app.core.model import Hold, HoldReason, Subject
from app.core.remote import Capabilities, Field
from tests.core.asking import comments, hold_of
from tests.core.server import BLIND_TIMER, NAMED_TIMER, NINE, NO_TIMER, item
from tests.core.world import World

MINUTE = timedelta(minutes=1)
KINDS = pytest.mark.parametrize("kind", [BLIND_TIMER, NAMED_TIMER, NO_TIMER])
TIMERS = pytest.mark.parametrize("kind", [BLIND_TIMER, NAMED_TIMER])


def poll(world: World) -> None:
    world.post(PollFell())
    world.run()


def spans(world: World) -> list[tuple[datetime, datetime | None, str]]:
    rows = world.server.rows.values()
    return sorted((row.started_at, row.stopped_at, row.comment) for row in rows)


def held(world: World) -> list[tuple[Subject, Hold]]:
    return [(s, s.hold) for s in world.state.subjects.values() if s.hold is not None]


def lost_edit(kind: Capabilities) -> tuple[World, Subject]:
    """An edit to A that was given up, then one to B that was accepted; A is still under way."""
    world = World(kind)
    world.late_seconds = 3600 * 24
    entry = world.add("words")
    world.settle()
    world.push_faults.append("late")
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="A")))
    world.until_told("concluded-lost")
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="B")))
    world.settle()
    assert comments(world) == ["B"]
    return world, entry


@KINDS
def test_12_an_older_edit_that_lands_late_is_an_echo_and_is_asked_about(
    kind: Capabilities,
) -> None:
    world, entry = lost_edit(kind)
    world.land()
    poll(world)
    now = world.now_is(entry)
    assert hold_of(world, entry) is HoldReason.ECHO
    assert now.hold is not None
    assert now.hold.theirs is not None
    assert (now.meant.comment, now.hold.theirs.comment) == ("B", "A")
    assert now.hold.fields == {Field.COMMENT}
    world.post(RetryAsked(entry.id))
    world.settle()
    assert comments(world) == ["B"]


@KINDS
def test_12_an_echo_can_be_taken_like_a_conflict(kind: Capabilities) -> None:
    world, entry = lost_edit(kind)
    world.land()
    poll(world)
    world.post(ConflictAnswered(entry.id, frozenset({Field.COMMENT})))
    world.settle()
    assert comments(world) == ["A"]
    world.post(UndoAsked())
    assert hold_of(world, entry) is HoldReason.ECHO


@KINDS
def test_12_another_devices_edit_is_no_echo(kind: Capabilities) -> None:
    world, entry = lost_edit(kind)
    (remote_id,) = world.server.rows
    world.server.edit_elsewhere(remote_id, comment="theirs")
    poll(world)
    assert world.now_is(entry).meant.comment == "theirs"
    world.server.edit_elsewhere(remote_id, comment="A", item=item(3))
    poll(world)
    assert world.now_is(entry).meant.comment == "A"
    assert not held(world)


@KINDS
def test_12_a_new_row_and_a_row_that_is_gone_are_no_echoes(kind: Capabilities) -> None:
    world, entry = lost_edit(kind)
    (remote_id,) = world.server.rows
    world.server.add_elsewhere(replace(world.server.rows[remote_id], comment="A"))
    poll(world)
    world.server.delete_elsewhere(remote_id)
    world.settle()
    assert world.now_is(entry).deleted
    assert comments(world) == ["A"]
    assert not held(world)


@KINDS
def test_12_an_echo_of_what_is_meant_again_is_none(kind: Capabilities) -> None:
    world, entry = lost_edit(kind)
    world.online = False
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="A")))
    world.land()
    world.settle()
    assert comments(world) == ["A"]
    assert not held(world)


def test_14_an_adjustment_that_lands_after_it_has_settled_is_an_echo() -> None:
    world = World(NAMED_TIMER)
    world.late_seconds = 3600 * 24
    track = world.start("words")
    world.settle()
    world.push_faults.append("late")
    world.post(AdjustAsked(Change(comment="better")))
    world.until_told("concluded-lost")
    world.post(AdjustAsked(Change(comment="best")))
    world.wait(60)
    world.stop()
    stopped_at = world.now
    world.settle()
    world.land()
    assert world.server.running is not None
    poll(world)
    assert hold_of(world, track) is HoldReason.ECHO
    world.post(RetryAsked(track.id))
    world.settle()
    assert spans(world) == [(NINE, stopped_at, "best")]


@KINDS
def test_13_a_deletion_that_lands_after_it_was_undone_is_asked_about(kind: Capabilities) -> None:
    world = World(kind)
    world.late_seconds = 3600 * 24
    entry = world.add("words")
    world.settle()
    world.push_faults.append("late")
    world.post(EntryDeleteAsked(entry.id))
    world.run()
    world.post(UndoAsked())
    world.settle()
    world.land()
    world.settle()
    assert hold_of(world, entry) is HoldReason.GONE
    assert "gone-late" in world.told()
    world.post(RetryAsked(entry.id))
    world.settle()
    assert comments(world) == ["words"]


@TIMERS
def test_28_a_switch_is_no_leave_to_end_a_track_that_nobody_saw(kind: Capabilities) -> None:
    """Ours is switched offline; another device begins one in between."""
    world = World(kind)
    world.start("first")
    world.settle()
    world.online = False
    world.wait(60)
    second = world.post(StartAsked("Work", item(2), "second")).made[-1]
    world.wait(60)
    world.server.start_elsewhere("theirs")
    world.wait(60)
    world.settle()
    runs = world.server.running
    assert runs is not None
    assert world.server.rows[runs].comment == "theirs"
    assert hold_of(world, world.store[second]) is HoldReason.FOREIGN_TRACK
