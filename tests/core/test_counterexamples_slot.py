"""The counterexamples about starts, stops and the slot, by number; the rest stands next door."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.core.messages import (
    AdjustAsked,
    Change,
    PollFell,
    RetryAsked,
    StartAsked,
)
from app.core.model import HoldReason
from app.core.remote import Capabilities
from tests.core.server import BLIND_TIMER, NAMED_TIMER, NINE, item
from tests.core.world import World

SECOND = timedelta(seconds=1)
TIMERS = pytest.mark.parametrize("kind", [BLIND_TIMER, NAMED_TIMER])


def spans(world: World) -> list[tuple[datetime, datetime | None, str]]:
    rows = world.server.rows.values()
    return sorted((row.started_at, row.stopped_at, row.comment) for row in rows)


def runs_there(world: World) -> str | None:
    """The words of what runs at the server."""
    return None if world.server.running is None else world.server.rows[world.server.running].comment


def poll(world: World) -> None:
    world.post(PollFell())
    world.run()


@TIMERS
def test_1_a_start_neither(kind: Capabilities) -> None:
    world = World(kind)
    world.push_faults.append("late")
    world.start("words")
    world.settle()
    assert [row[1:] for row in spans(world)] == [(None, "words")]


@TIMERS
@pytest.mark.parametrize("fault", ["late", "lost-after", "lost-before"])
def test_5_a_stop_does_not_fold_into_a_doubtful_start(kind: Capabilities, fault: str) -> None:
    world = World(kind)
    world.push_faults.append(fault)
    world.start("words")
    world.run()
    world.wait(9)
    world.stop()
    world.settle()
    assert spans(world) == [(NINE, NINE + 9 * SECOND, "words")]


@TIMERS
def test_6_a_start_is_looked_for_as_it_was_sent(kind: Capabilities) -> None:
    world = World(kind)
    world.push_faults.append("late")
    world.start("words", 1)
    world.run()
    world.post(AdjustAsked(Change(item=item(2), comment="better")))
    world.settle()
    world.stop()
    world.settle()
    (row,) = world.server.rows.values()
    assert (row.item, row.comment, row.started_at) == (item(2), "better", NINE)


@TIMERS
@pytest.mark.parametrize("fault", ["lost-after", "late", "lost-before"])
def test_10_a_start_is_not_confirmed_by_the_entry_before_it(kind: Capabilities, fault: str) -> None:
    world = World(kind)
    world.online = False
    world.start("same")
    world.run()
    world.wait(60)
    world.post(StartAsked("Work", item(1), "same"))
    world.run()
    world.online = True
    world.push_faults.extend([fault, fault])
    world.wait(300)
    world.stop()
    world.settle()
    switched_at = NINE + 60 * SECOND
    assert spans(world) == [
        (NINE, switched_at, "same"),
        (switched_at, switched_at + 300 * SECOND, "same"),
    ]


@pytest.mark.parametrize("brought_about_elsewhere", [True, False])
def test_14_a_late_adjustment_does_not_let_an_ended_entry_run_again(
    brought_about_elsewhere: bool,
) -> None:
    world = World(NAMED_TIMER)
    world.start("words")
    world.settle()
    world.push_faults.append("late")
    world.post(AdjustAsked(Change(comment="better")))
    world.run()
    if brought_about_elsewhere:
        world.server.edit_elsewhere("r1", comment="better")
    world.wait(4)
    world.stop()
    stopped_at = world.now
    world.settle()
    assert spans(world) == [(NINE, stopped_at, "better")]


def test_15_a_stop_by_id_leaves_another_devices_track_alone() -> None:
    world = World(NAMED_TIMER)
    world.start("ours")
    world.settle()
    world.push_faults.append("late")
    world.stop()
    world.run()
    world.server.start_elsewhere("theirs")
    world.settle()
    assert runs_there(world) == "theirs"


def test_16_the_slot_rests_after_a_doubtful_stop_that_another_device_brought_about() -> None:
    world = World(BLIND_TIMER)
    world.start("first")
    world.settle()
    world.push_faults.append("late")
    world.stop()
    world.run()
    world.server.stop_elsewhere()
    world.wait(4)
    second = world.start("second")
    world.settle()
    assert runs_there(world) == "second"
    world.stop()
    stopped_at = world.now
    world.settle()
    assert spans(world)[1] == (second.meant.started_at, stopped_at, "second")


def test_17_nor_does_the_late_stop_of_a_foreign_track_end_our_own() -> None:
    world = World(BLIND_TIMER)
    world.server.start_elsewhere("theirs")
    poll(world)
    world.wait(60)
    world.push_faults.append("late")
    world.start("ours")
    world.run()
    world.server.stop_elsewhere()
    world.wait(4)
    world.settle()
    assert runs_there(world) == "ours"


@TIMERS
@pytest.mark.parametrize("fault", ["refused", "late", "lost-before", "lost-after"])
def test_18_a_start_waits_for_the_stop_before_it(kind: Capabilities, fault: str) -> None:
    world = World(kind)
    first = world.start("first")
    world.settle()
    world.push_faults.append(fault)
    second = world.start("second")
    world.run()
    assert len(world.server.rows) == 1
    world.settle()
    if fault == "refused":
        assert len(world.server.rows) == 1
        world.post(RetryAsked(first.id))
        world.settle()
    assert runs_there(world) == "second"
    world.stop()
    stopped_at = world.now
    world.settle()
    switched_at = second.meant.started_at
    assert spans(world) == [
        (NINE, switched_at, "first"),
        (switched_at, stopped_at, "second"),
    ]


@pytest.mark.parametrize("fault", ["ok", "lost-after", "late"])
def test_19_a_late_start_is_corrected_after_its_stop(fault: str) -> None:
    world = World(BLIND_TIMER)
    world.online = False
    world.start("words")
    world.run()
    world.wait(90)
    world.online = True
    world.wait(120)
    assert runs_there(world) == "words"
    world.push_faults.append(fault)
    world.stop()
    stopped_at = world.now
    world.settle()
    assert spans(world) == [(NINE, stopped_at, "words")]


def test_21_a_start_that_carries_its_time_is_not_confirmed_by_another_devices() -> None:
    """Like TimeTrack told by POST with a start: the same task elsewhere is another track."""
    world = World(NAMED_TIMER)
    world.push_faults.append("lost-before")
    track = world.start("")
    world.run_to_push()
    world.perform(world.waiting.popleft())
    world.wait(1)
    remote_id = world.server.start_elsewhere("", item(1))
    before = world.server.rows[remote_id]
    world.settle()
    assert world.now_is(track).remote_id != remote_id
    assert world.server.rows[remote_id] == before, "theirs is neither taken nor moved"


def test_22_a_start_that_the_server_made_is_no_conflict() -> None:
    world = World(BLIND_TIMER)
    world.online = False
    track = world.start("words")
    world.run()
    world.wait(90)
    world.settle()
    for _ in range(3):
        poll(world)
    assert world.now_is(track).hold is None
    assert world.now_is(track).meant.started_at == NINE


@TIMERS
def test_25_a_start_too_even_when_its_track_is_over(kind: Capabilities) -> None:
    world = World(kind)
    world.late_seconds = 3600
    world.push_faults.append("late")
    world.online = True
    world.start("words")
    world.run()
    world.wait(9)
    world.stop()
    world.until_told("concluded-lost")
    world.land()
    world.settle()
    assert spans(world) == [(NINE, NINE + 9 * SECOND, "words")]


@TIMERS
def test_28_an_older_start_does_not_end_a_foreign_track(kind: Capabilities) -> None:
    world = World(kind)
    world.online = False
    track = world.start("ours")
    world.run()
    world.wait(300)
    world.server.start_elsewhere("theirs")
    world.wait(300)
    world.settle()
    assert runs_there(world) == "theirs"
    hold = world.now_is(track).hold
    assert hold is not None
    assert hold.reason is HoldReason.FOREIGN_TRACK


@TIMERS
def test_29_a_refused_start_that_is_stopped_is_an_entry_to_be_mended(kind: Capabilities) -> None:
    world = World(kind)
    world.push_faults.append("refused")
    track = world.start("words")
    world.run()
    world.wait(60)
    world.stop()
    world.settle()
    hold = world.now_is(track).hold
    assert hold is not None
    assert (hold.reason, hold.words) == (HoldReason.REFUSED, "refused")
    assert spans(world) == []
    world.post(RetryAsked(track.id))
    world.settle()
    assert spans(world) == [(NINE, NINE + 60 * SECOND, "words")]
