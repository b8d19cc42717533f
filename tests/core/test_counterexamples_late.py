"""The counterexamples about what lands after it was given up, by number: ghosts and twins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from app.core.messages import (
    Change,
    EntryDeleteAsked,
    EntryEditAsked,
    PollFell,
    TwinAnswered,
    UndoAsked,
)
from app.core.model import Hold, HoldReason, Subject
from app.core.remote import Capabilities, Facts
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


def told_twice(kind: Capabilities) -> tuple[World, Subject]:
    """An entry whose create was concluded lost and told again; the first is still under way."""
    world = World(kind)
    world.late_seconds = 3600 * 24
    world.push_faults.append("late")
    entry = world.add("words")
    world.until_told("concluded-lost")
    world.settle()
    assert len(world.server.rows) == 1
    return world, entry


def copies(world: World, of: Subject) -> list[Subject]:
    return [s for s in world.store.values() if s.id != of.id]


def held(world: World) -> list[tuple[Subject, Hold]]:
    return [(s, s.hold) for s in world.state.subjects.values() if s.hold is not None]


# --- a create ------------------------------------------------------------------------------------


@KINDS
def test_26_a_twin_that_is_surely_ours_is_taken_back(kind: Capabilities) -> None:
    world, entry = told_twice(kind)
    kept = dict(world.server.rows)
    world.land()
    assert len(world.server.rows) == 2
    poll(world)
    assert world.server.rows == kept
    assert world.now_is(entry).remote_id in kept
    line = next(line for line in world.ledger if line.what == "twin-taken-back")
    assert line.detail["twin_of"] == entry.id
    assert not world.state.subjects
    poll(world)
    assert world.told().count("twin-taken-back") == 1


@KINDS
def test_26_which_can_be_undone(kind: Capabilities) -> None:
    world, _entry = told_twice(kind)
    world.land()
    poll(world)
    world.post(UndoAsked())
    world.settle()
    assert comments(world) == ["words", "words"]


def edited(world: World, remote_id: str) -> None:
    world.server.edit_elsewhere(remote_id, activity="Meeting")


def two_at_once(world: World, remote_id: str) -> None:
    world.server.add_elsewhere(world.server.rows[remote_id])


def in_the_baseline(world: World, remote_id: str) -> None:
    """As if the first attempt had seen the row before it left."""
    for ghost in world.lost_attempts.values():
        if not ghost.landed_as:
            continue
        attempt = replace(ghost.attempt, baseline=ghost.attempt.baseline | {remote_id})
        world.lost_attempts[ghost.id] = replace(ghost, attempt=attempt)


@KINDS
@pytest.mark.parametrize("unless", [edited, two_at_once, in_the_baseline])
def test_26_a_twin_that_may_be_anothers_is_asked_about(
    kind: Capabilities, unless: Callable[[World, str], None]
) -> None:
    world, entry = told_twice(kind)
    world.land()
    remote_id = next(r for r in world.server.rows if r != world.now_is(entry).remote_id)
    unless(world, remote_id)
    there = len(world.server.rows)
    poll(world)
    assert len(world.server.rows) == there, "nothing of another device is deleted"
    asked = held(world)
    assert len(asked) == there - 1
    for subject, hold in asked:
        assert (hold.reason, hold.twin_of) == (HoldReason.TWIN, entry.id)
        assert hold.theirs == subject.meant
    for subject, _hold in asked:
        world.post(TwinAnswered(subject.id, True))
    world.settle()
    assert list(world.server.rows) == [world.now_is(entry).remote_id]


@KINDS
def test_26_the_twin_of_an_entry_that_was_deleted_is_taken_back_too(kind: Capabilities) -> None:
    world = World(kind)
    world.late_seconds = 3600 * 24
    world.push_faults.append("late")
    entry = world.add("words")
    world.run()
    world.post(EntryDeleteAsked(entry.id))
    world.settle()
    assert world.now_is(entry).deleted
    world.land()
    poll(world)
    assert not world.server.rows
    assert "twin-taken-back" in world.told()


@KINDS
def test_26_a_row_that_nobody_told_is_still_another_devices(kind: Capabilities) -> None:
    world, entry = told_twice(kind)
    other = replace(entry.meant, comment="other")
    world.server.add_elsewhere(other)
    poll(world)
    assert [s.meant.comment for s in copies(world, entry)] == ["other"]
    assert comments(world) == ["other", "words"]


@KINDS
def test_26_once_it_came_up_an_equal_row_is_another_devices(kind: Capabilities) -> None:
    world, entry = told_twice(kind)
    world.land()
    poll(world)
    world.server.add_elsewhere(entry.meant)
    poll(world)
    assert comments(world) == ["words", "words"]
    assert not held(world)


@KINDS
def test_a_refused_create_that_was_applied_is_adopted_when_a_pull_shows_it(
    kind: Capabilities,
) -> None:
    world = World(kind)
    entry = world.add("words")
    push = world.run_to_push()
    world.push_faults.append("refused")
    world.run()
    assert hold_of(world, entry) is HoldReason.REFUSED
    world.server.apply(push.write)
    poll(world)
    assert hold_of(world, entry) is None
    assert world.now_is(entry).remote_id == "r1"
    assert list(world.store) == [entry.id]
    world.settle()
    assert comments(world) == ["words"]


@KINDS
def test_a_row_waits_while_its_create_is_told_again_and_doubtful(kind: Capabilities) -> None:
    """The row is the first one's, and the second was told with another start."""
    world = World(kind)
    world.late_seconds = 3600 * 24
    world.push_faults.extend(["late", "lost-before"])
    entry = world.add("words")
    world.until_told("concluded-lost")
    earlier = Change(started_at=entry.meant.started_at - MINUTE)
    world.post(EntryEditAsked(world.now_is(entry), earlier))
    world.until_told("doubtful", times=2)
    world.land()
    poll(world)
    assert list(world.store) == [entry.id]
    world.settle()
    assert len(world.server.rows) == 1
    assert list(world.store) == [entry.id]
    assert spans(world)[0][0] == entry.meant.started_at - MINUTE
    assert "came-up-late" in world.told()


@KINDS
def test_of_several_exact_rows_at_one_confirm_one_is_adopted_the_rest_are_asked_about(
    kind: Capabilities,
) -> None:
    world = World(kind)
    world.push_faults.append("lost-after")
    entry = world.add("words")
    world.run_to_push()
    world.server.add_elsewhere(entry.meant)
    world.run()
    world.settle()
    ((copy, hold),) = held(world)
    assert (hold.reason, hold.twin_of) == (HoldReason.TWIN, entry.id)
    assert {copy.remote_id, world.now_is(entry).remote_id} == {"r1", "r2"}
    world.post(TwinAnswered(copy.id, False))
    world.settle()
    assert comments(world) == ["words", "words"]


# --- a start -------------------------------------------------------------------------------------


def start_concluded_lost(kind: Capabilities) -> tuple[World, Subject]:
    """A start that was given up, whose track was then told as an entry."""
    world = World(kind)
    world.late_seconds = 3600 * 24
    world.push_faults.append("late")
    track = world.start("words")
    world.run()
    world.wait(9)
    world.stop()
    world.settle()
    assert spans(world) == [(NINE, NINE + timedelta(seconds=9), "words")]
    return world, track


def test_27_a_start_that_lands_late_runs_as_a_ghost_and_is_asked_about() -> None:
    world, track = start_concluded_lost(BLIND_TIMER)
    world.land()
    poll(world)
    ((copy, hold),) = held(world)
    assert (hold.reason, hold.twin_of, copy.runs) == (HoldReason.TWIN, track.id, True)
    assert world.state.running is None, "it is no track of the user's"
    for _ in range(2):
        poll(world)
        assert world.state.running is None
    world.crash()
    world.run()
    assert world.state.running is None
    world.post(TwinAnswered(copy.id, True))
    world.settle()
    assert spans(world) == [(NINE, NINE + timedelta(seconds=9), "words")]


def test_27_the_answer_that_it_is_an_entry_of_its_own_makes_it_the_track() -> None:
    world, _track = start_concluded_lost(BLIND_TIMER)
    world.land()
    poll(world)
    ((copy, _hold),) = held(world)
    world.post(TwinAnswered(copy.id, False))
    poll(world)
    assert world.state.running == copy.id


def test_27_a_start_waits_for_the_answer() -> None:
    world, _track = start_concluded_lost(BLIND_TIMER)
    world.land()
    poll(world)
    ((copy, _hold),) = held(world)
    world.start("next", 2)
    world.settle()
    assert [hold.reason for _subject, hold in held(world)] == [HoldReason.TWIN]
    world.post(TwinAnswered(copy.id, True))
    world.settle()
    assert [row[2] for row in spans(world) if row[1] is None] == ["next"]


@pytest.mark.parametrize("stopped_there", [False, True])
def test_27_a_start_with_its_true_time_is_taken_back_as_it_was_sent(stopped_there: bool) -> None:
    world, track = start_concluded_lost(NAMED_TIMER)
    world.land()
    if stopped_there:
        world.server.stop_elsewhere()
    poll(world)
    if stopped_there:
        ((copy, hold),) = held(world)
        assert hold.twin_of == track.id
        world.post(TwinAnswered(copy.id, True))
    world.settle()
    assert spans(world) == [(NINE, NINE + timedelta(seconds=9), "words")]


def test_27_the_same_words_on_another_day_are_another_devices() -> None:
    world, _track = start_concluded_lost(BLIND_TIMER)
    world.wait(3600 * 24)
    world.server.add_elsewhere(Facts(world.now - MINUTE, world.now, item(1), "words"))
    poll(world)
    assert not held(world)
