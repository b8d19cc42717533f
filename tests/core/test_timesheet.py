"""Finished entries by hand: add, edit, delete, undo, redo; and what is done with what is held."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.core.decision import RefusalCode
from app.core.messages import (
    AdjustAsked,
    Change,
    DiscardAsked,
    EntryAddAsked,
    EntryDeleteAsked,
    EntryEditAsked,
    Message,
    RedoAsked,
    RetryAsked,
    StopAsked,
    SyncAsked,
    UndoAsked,
)
from app.core.model import HoldReason, Subject
from app.core.remote import Facts
from tests.core.server import BLIND_TIMER, KEPT_HERE, NAMED_TIMER, NINE, NO_TIMER
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


# --- held operations ---------------------------------------------------------------------------


def refuse_once(world: World, words: str = "Not here.") -> None:
    world.server.refusing = words
    world.run()
    world.server.refusing = None


def test_a_refused_operation_is_held_with_the_servers_words_until_it_is_retried(
    world: World,
) -> None:
    entry = world.add("words")
    refuse_once(world)
    hold = world.now_is(entry).hold
    assert hold is not None
    assert (hold.reason, hold.words) == (HoldReason.REFUSED, "Not here.")
    assert len(world.ghosts) == 1
    world.settle()
    assert not world.server.rows
    assert world.post(RetryAsked(entry.id)).made == (entry.id,)
    world.settle()
    assert [row.comment for row in world.server.rows.values()] == ["words"]


def test_a_refusal_that_was_applied_all_the_same_is_not_told_twice(world: World) -> None:
    entry = world.add("words")
    push = world.run_to_push()
    world.server.apply(push.write)
    world.push_faults.append("refused")
    world.run()
    assert hold_of(world, entry) is HoldReason.REFUSED
    world.post(RetryAsked(entry.id))
    world.settle()
    assert len(world.server.rows) == 1
    assert "came-up-late" in world.told()


def test_an_edit_mends_a_refused_entry_and_an_adjustment_a_refused_start() -> None:
    world = World(NAMED_TIMER)
    entry = world.add("words")
    refuse_once(world)
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="better")))
    world.settle()
    assert hold_of(world, entry) is None
    track = world.start("words")
    refuse_once(world)
    assert hold_of(world, track) is HoldReason.REFUSED
    world.post(AdjustAsked(Change(comment="best")))
    world.settle()
    assert [row.comment for row in world.server.rows.values()] == ["better", "best"]


def test_retry_names_what_it_cannot_retry(world: World) -> None:
    assert code(world, RetryAsked("nobody")) is RefusalCode.UNKNOWN_OPERATION
    world.online = False
    entry = world.add()
    assert code(world, RetryAsked(entry.id)) is RefusalCode.NOT_HELD
    world.online = True
    world.wait(600)
    world.post(SyncAsked())
    world.run_to_push()
    assert code(world, RetryAsked(entry.id)) is RefusalCode.IN_FLIGHT


def test_discard_gives_up_what_is_untold_and_can_be_undone(world: World) -> None:
    entry = world.add("words")
    refuse_once(world)
    assert world.post(DiscardAsked(entry.id)).made == (entry.id,)
    assert world.now_is(entry).deleted
    assert not world.state.subjects
    world.post(UndoAsked())
    world.settle()
    assert [row.comment for row in world.server.rows.values()] == ["words"]


def test_discard_of_an_edit_goes_back_to_what_the_server_holds(world: World) -> None:
    entry = world.add("words")
    world.settle()
    world.online = False
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="better")))
    world.post(DiscardAsked(entry.id))
    assert world.now_is(entry).meant.comment == "words"
    world.post(EntryDeleteAsked(entry.id))
    world.post(DiscardAsked(entry.id))
    assert not world.now_is(entry).deleted
    world.settle()
    assert [row.comment for row in world.server.rows.values()] == ["words"]


def test_discard_names_what_it_cannot_discard(world: World) -> None:
    assert code(world, DiscardAsked("nobody")) is RefusalCode.UNKNOWN_OPERATION
    track = world.start()
    assert code(world, DiscardAsked(track.id)) is RefusalCode.ENTRY_RUNS
    world.wait(60)
    world.stop()
    world.run_to_push()
    assert code(world, DiscardAsked(track.id)) is RefusalCode.IN_FLIGHT


def near_match(world: World) -> Subject:
    """An entry whose create landed, whose answer was lost, and whose row was edited elsewhere."""
    world.push_faults.append("lost-after")
    entry = world.add("words")
    world.run_to_push()
    world.perform(world.waiting.popleft())
    world.server.edit_elsewhere("r1", comment="edited elsewhere")
    world.run()
    world.wait(200)
    assert hold_of(world, entry) is HoldReason.NEAR_MATCH
    return entry


def test_a_near_match_that_is_not_ours_lets_the_create_go_again(world: World) -> None:
    entry = near_match(world)
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="other words")))
    assert hold_of(world, entry) is HoldReason.NEAR_MATCH, "an edit does not say whose it is"
    world.post(RetryAsked(entry.id))
    world.settle()
    comments = sorted(row.comment for row in world.server.rows.values())
    assert comments == ["edited elsewhere", "other words"]
    assert [ghost.subject_id for ghost in world.ghosts.values()] == [entry.id]


def test_a_near_match_can_be_given_up_and_leaves_a_ghost(world: World) -> None:
    entry = near_match(world)
    world.post(DiscardAsked(entry.id))
    world.settle()
    assert [row.comment for row in world.server.rows.values()] == ["edited elsewhere"]
    assert len(world.ghosts) == 1
    assert world.now_is(entry).deleted


def foreign_hold(world: World) -> Subject:
    world.online = False
    track = world.start("ours")
    world.run()
    world.wait(300)
    world.server.start_elsewhere("theirs")
    world.online = True
    world.wait(300)
    assert hold_of(world, track) is HoldReason.FOREIGN_TRACK
    return track


def test_retry_ends_the_foreign_track_at_the_users_word() -> None:
    world = World(BLIND_TIMER)
    track = foreign_hold(world)
    world.post(AdjustAsked(Change(comment="ours, better")))
    assert hold_of(world, track) is HoldReason.FOREIGN_TRACK, "an edit does not say which ends"
    world.post(RetryAsked(track.id))
    world.settle()
    running = world.server.running
    assert running is not None
    assert world.server.rows[running].comment == "ours, better"
    theirs = next(r for r in world.server.rows.values() if r.comment == "theirs")
    assert theirs.stopped_at == NINE + timedelta(seconds=600)


def test_retry_ends_a_foreign_track_also_when_it_is_the_current_one() -> None:
    world = World(NAMED_TIMER)
    track = foreign_hold(world)
    theirs = next(s for s in world.state.subjects.values() if s.from_elsewhere)
    world.state = replace(world.state, running=theirs.id)
    world.post(RetryAsked(track.id))
    assert world.state.running is None
    assert world.now_is(theirs).meant.stopped_at == world.now


def test_a_held_start_that_is_stopped_is_an_entry_and_needs_no_slot() -> None:
    world = World(BLIND_TIMER)
    track = foreign_hold(world)
    world.post(StopAsked())
    world.settle()
    assert hold_of(world, track) is None
    running = world.server.running
    assert running is not None
    assert world.server.rows[running].comment == "theirs"
    ours = next(r for r in world.server.rows.values() if r.comment == "ours")
    assert ours == replace(
        ours, started_at=NINE, stopped_at=NINE + timedelta(seconds=600), comment="ours"
    )


def test_what_is_kept_here_is_never_held() -> None:
    world = World(KEPT_HERE)
    entry = world.add("words")
    world.post(EntryEditAsked(entry, Change(comment="better")))
    world.post(EntryDeleteAsked(entry.id))
    world.post(UndoAsked())
    assert world.now_is(entry).acknowledged == world.now_is(entry).meant
    assert isinstance(world.now_is(entry).acknowledged, Facts)
    assert not world.state.subjects
