"""Finished entries by hand: add, edit, delete, undo, redo."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.core.decision import RefusalCode
from app.core.messages import (
    Change,
    EntryAddAsked,
    EntryDeleteAsked,
    EntryEditAsked,
    Message,
    RedoAsked,
    UndoAsked,
)
from app.core.model import HoldReason, Subject
from app.core.remote import Facts
from tests.core.server import KEPT_HERE, NAMED_TIMER, NO_TIMER
from tests.core.world import World

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def code(world: World, message: Message) -> RefusalCode:
    before = world.state
    decision = world.post(message)
    assert decision.refusal is not None
    assert (decision.state, decision.writes, decision.effects) == (before, (), ())
    return decision.refusal.code


def hold_of(world: World, subject: Subject) -> HoldReason | None:
    hold = world.now_is(subject).hold
    return None if hold is None else hold.reason


@pytest.fixture
def world() -> World:
    return World(NO_TIMER)


def test_an_entry_needs_both_ends_in_order_and_in_the_past(world: World) -> None:
    now = world.now
    ends = {
        RefusalCode.STOP_BEFORE_START: Change(started_at=now, stopped_at=now),
        RefusalCode.IN_FUTURE: Change(started_at=now - HOUR, stopped_at=now + SECOND),
        RefusalCode.TOO_LONG: Change(started_at=now - HOUR * 24 * 32, stopped_at=now),
    }
    for refused, change in ends.items():
        assert code(world, EntryAddAsked("Work", change)) is refused
    for change in (Change(started_at=now), Change(stopped_at=now)):
        assert code(world, EntryAddAsked("Work", change)) is RefusalCode.NO_TIMES
    assert code(world, EntryAddAsked("Nobody", Change())) is RefusalCode.UNKNOWN_ACCOUNT


def test_an_entry_is_told_once_whatever_is_done_to_it_before(world: World) -> None:
    world.online = False
    entry = world.add("first")
    world.post(EntryEditAsked(entry, Change(comment="second")))
    world.settle()
    assert [row.comment for row in world.server.rows.values()] == ["second"]
    assert world.told().count("told") == 1


def test_what_was_made_and_deleted_untold_is_told_to_nobody(world: World) -> None:
    world.online = False
    entry = world.add()
    world.post(EntryDeleteAsked(entry.id))
    world.settle()
    assert "told" not in world.told()
    assert not world.server.rows


def test_an_edit_that_changes_nothing_still_names_its_entry(world: World) -> None:
    entry = world.add("words")
    decision = world.post(EntryEditAsked(entry, Change(comment="words")))
    assert (decision.made, decision.refusal) == ((entry.id,), None)
    assert not decision.writes


def test_an_edit_keeps_to_the_same_rules(world: World) -> None:
    entry = world.add()
    edit = EntryEditAsked(entry, Change(stopped_at=entry.meant.started_at))
    assert code(world, edit) is RefusalCode.STOP_BEFORE_START
    world.post(EntryDeleteAsked(entry.id))
    assert code(world, EntryEditAsked(entry, Change(comment="x"))) is RefusalCode.UNKNOWN_ENTRY
    assert code(world, EntryDeleteAsked(entry.id)) is RefusalCode.UNKNOWN_ENTRY
    assert code(world, EntryDeleteAsked("nobody")) is RefusalCode.UNKNOWN_ENTRY


def test_what_runs_is_adjusted_not_edited_and_not_deleted(world: World) -> None:
    track = world.start("words")
    world.post(EntryEditAsked(track, Change(comment="better")))
    assert world.now_is(track).meant.comment == "better"
    ended = EntryEditAsked(track, Change(stopped_at=world.now))
    assert code(world, ended) is RefusalCode.ENTRY_RUNS
    assert code(world, EntryDeleteAsked(track.id)) is RefusalCode.ENTRY_RUNS


def test_a_track_that_runs_elsewhere_alone_is_not_edited() -> None:
    """Ours waits for the user's word; the other one is not the current track."""
    world = World(NAMED_TIMER)
    world.online = False
    world.start("ours")
    world.wait(10)
    world.server.start_elsewhere("theirs")
    world.settle()
    theirs = next(s for s in world.state.subjects.values() if s.from_elsewhere)
    assert code(world, EntryEditAsked(theirs, Change(comment="x"))) is RefusalCode.ENTRY_RUNS


def test_an_entry_that_the_server_locked_stays_as_it_is(world: World) -> None:
    entry = world.add()
    world.settle()
    locked = replace(world.now_is(entry), editable=False)
    world.store[entry.id] = locked
    assert code(world, EntryEditAsked(locked, Change(comment="x"))) is RefusalCode.LOCKED
    assert code(world, EntryDeleteAsked(entry.id)) is RefusalCode.LOCKED


# --- undo and redo -----------------------------------------------------------------------------


@pytest.mark.parametrize("synced", [False, True])
def test_undo_and_redo_of_an_addition_an_edit_and_a_deletion(world: World, synced: bool) -> None:
    def settle() -> None:
        if synced:
            world.settle()

    world.online = synced
    entry = world.add("first", minutes_ago=90)
    settle()
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="second")))
    settle()
    world.post(EntryDeleteAsked(entry.id))
    settle()
    seen = []
    for step in (UndoAsked(), UndoAsked(), UndoAsked(), RedoAsked(), RedoAsked(), RedoAsked()):
        assert world.post(step).made == (entry.id,)
        settle()
        now = world.now_is(entry)
        seen.append("-" if now.deleted else now.meant.comment)
        if synced:
            assert [r.comment for r in world.server.rows.values()] == (
                [] if now.deleted else [now.meant.comment]
            )
    assert seen == ["second", "first", "-", "first", "second", "-"]
    assert code(world, RedoAsked()) is RefusalCode.NOTHING_TO_UNDO
    world.settle()
    assert not world.server.rows


def test_nothing_to_undo_and_an_entry_that_is_nowhere(world: World) -> None:
    assert code(world, UndoAsked()) is RefusalCode.NOTHING_TO_UNDO
    entry = world.add()
    world.settle()
    del world.store[entry.id]
    assert code(world, UndoAsked()) is RefusalCode.UNKNOWN_ENTRY
    world.store[entry.id] = entry
    world.post(UndoAsked())
    world.settle()
    del world.store[entry.id]
    assert code(world, RedoAsked()) is RefusalCode.UNKNOWN_ENTRY


def test_a_new_step_ends_what_could_be_redone(world: World) -> None:
    entry = world.add("first")
    world.post(UndoAsked())
    world.add("second", minutes_ago=30)
    assert code(world, RedoAsked()) is RefusalCode.NOTHING_TO_UNDO
    assert world.now_is(entry).deleted


def test_undo_leaves_an_entry_alone_that_runs_again() -> None:
    world = World(NAMED_TIMER)
    entry = world.add("first")
    world.settle()
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="second")))
    world.settle()
    world.post(UndoAsked())
    world.settle()
    world.server.edit_elsewhere("r1", stopped_at=None)
    world.settle()
    assert world.state.running == entry.id
    assert code(world, UndoAsked()) is RefusalCode.ENTRY_RUNS
    assert code(world, RedoAsked()) is RefusalCode.ENTRY_RUNS


# --- an account that is kept here ----------------------------------------------------------------


def test_what_is_kept_here_is_never_held() -> None:
    world = World(KEPT_HERE)
    entry = world.add("words")
    world.post(EntryEditAsked(entry, Change(comment="better")))
    world.post(EntryDeleteAsked(entry.id))
    world.post(UndoAsked())
    assert world.now_is(entry).acknowledged == world.now_is(entry).meant
    assert isinstance(world.now_is(entry).acknowledged, Facts)
    assert not world.state.subjects
