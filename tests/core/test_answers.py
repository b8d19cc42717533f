"""What the user does with what is held: let it go again, mend it, give it up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.core.decision import RefusalCode
from app.core.messages import (
    AccountAdded,
    AdjustAsked,
    Change,
    DiscardAsked,
    EntryDeleteAsked,
    EntryEditAsked,
    MendAsked,
    RetryAsked,
    StartAsked,
    StopAsked,
    SyncAsked,
    UndoAsked,
)
from app.core.model import Account, HoldReason
from tests.core.asking import code, comments, foreign_hold, hold_of, near_match
from tests.core.server import BLIND_TIMER, KEPT_HERE, NAMED_TIMER, NINE, NO_TIMER
from tests.core.world import World

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    return World(NO_TIMER)


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
    assert len(world.lost_attempts) == 1
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


def test_a_near_match_that_is_not_ours_lets_the_create_go_again(world: World) -> None:
    entry = near_match(world)
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="other words")))
    assert hold_of(world, entry) is HoldReason.NEAR_MATCH, "an edit does not say whose it is"
    world.post(RetryAsked(entry.id))
    world.settle()
    comments = sorted(row.comment for row in world.server.rows.values())
    assert comments == ["edited elsewhere", "other words"]
    assert [g.subject_id for g in world.lost_attempts.values() if not g.landed_as] == [entry.id]


def test_a_near_match_can_be_given_up_and_leaves_a_ghost(world: World) -> None:
    entry = near_match(world)
    world.post(DiscardAsked(entry.id))
    world.settle()
    assert [row.comment for row in world.server.rows.values()] == ["edited elsewhere"]
    assert len(world.lost_attempts) == 1
    assert world.now_is(entry).deleted


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


def test_gone_there_with_edits_here_is_made_again_or_let_go(world: World) -> None:
    entry = world.add("words")
    world.settle()
    world.online = False
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="better")))
    world.server.delete_elsewhere("r1")
    world.settle()
    assert hold_of(world, entry) is HoldReason.GONE
    world.post(DiscardAsked(entry.id))
    assert world.now_is(entry).deleted
    world.post(UndoAsked())
    assert hold_of(world, entry) is HoldReason.GONE, "undone, it is asked again"
    world.post(RetryAsked(entry.id))
    world.online = False
    world.post(UndoAsked())
    assert hold_of(world, entry) is HoldReason.GONE
    world.post(RetryAsked(entry.id))
    world.settle()
    assert comments(world) == ["better"]
    world.post(UndoAsked())
    world.settle()
    assert comments(world) == ["better"], "what was told stays"


# --- mending -----------------------------------------------------------------------------------


def test_a_refused_entry_is_mended_and_goes_again(world: World) -> None:
    entry = world.add("words")
    refuse_once(world)
    decision = world.post(MendAsked(entry.id, Change(comment="as they want it")))
    assert decision.made == (entry.id,)
    world.settle()
    assert comments(world) == ["as they want it"]
    assert hold_of(world, entry) is None
    assert "mended" in world.told()


def test_a_mend_keeps_to_the_rules_of_every_edit(world: World) -> None:
    entry = world.add("words")
    refuse_once(world)
    change = Change(stopped_at=entry.meant.started_at)
    assert code(world, MendAsked(entry.id, change)) is RefusalCode.STOP_BEFORE_START
    assert hold_of(world, entry) is HoldReason.REFUSED
    assert code(world, MendAsked("nobody", change)) is RefusalCode.UNKNOWN_OPERATION
    world.post(RetryAsked(entry.id))
    world.run()
    assert code(world, MendAsked(entry.id, change)) is RefusalCode.UNKNOWN_OPERATION


def test_a_mend_that_changes_nothing_lets_it_go_again_all_the_same(world: World) -> None:
    entry = world.add("words")
    refuse_once(world)
    world.post(MendAsked(entry.id, Change(comment="words")))
    world.settle()
    assert comments(world) == ["words"]


def test_a_held_track_is_mended_while_it_runs_by_the_rules_of_an_adjustment() -> None:
    world = World(NAMED_TIMER)
    before = world.add("before", minutes_ago=60)
    world.settle()
    track = world.start("words")
    refuse_once(world)
    early = Change(started_at=before.meant.started_at)
    assert code(world, MendAsked(track.id, early)) is RefusalCode.OVERLAPS
    free = before.meant.started_at + 20 * MINUTE
    world.post(MendAsked(track.id, Change(comment="better", started_at=free)))
    world.settle()
    assert comments(world) == ["before", "better"]
    assert world.now_is(track).meant.started_at == free
    assert world.now_is(track).runs


def test_a_mend_is_no_answer_to_whose_a_row_is(world: World) -> None:
    entry = near_match(world)
    world.post(MendAsked(entry.id, Change(comment="better")))
    assert hold_of(world, entry) is HoldReason.NEAR_MATCH
    assert world.now_is(entry).meant.comment == "better"


# --- giving up ---------------------------------------------------------------------------------


def test_a_stop_that_a_start_waits_for_is_not_given_up() -> None:
    """Without the stop of the first the second would end it at the wrong second."""
    world = World(BLIND_TIMER)
    first = world.start("first")
    world.settle()
    world.wait(60)
    switched_at = world.now
    world.push_faults.append("refused")
    world.start("second")
    world.run()
    assert hold_of(world, first) is HoldReason.REFUSED
    decision = world.post(DiscardAsked(first.id))
    refusal = decision.refusal
    assert refusal is not None
    assert (refusal.code, refusal.count) == (RefusalCode.OTHERS_DEPEND, 1)
    assert refusal.subject is not None
    assert refusal.subject.meant.comment == "second"
    world.post(RetryAsked(first.id))
    world.settle()
    assert [row.stopped_at for row in world.server.rows.values()] == [switched_at, None]


def test_a_stop_is_given_up_while_nothing_else_runs_and_the_track_goes_on() -> None:
    world = World(NAMED_TIMER)
    track = world.start("words")
    world.settle()
    world.wait(60)
    world.push_faults.append("refused")
    world.stop()
    world.run()
    world.post(DiscardAsked(track.id))
    assert world.state.running == track.id
    assert world.now_is(track).runs
    world.settle()
    assert [row.stopped_at for row in world.server.rows.values()] == [None]


def test_nor_while_a_track_of_another_account_runs_here() -> None:
    world = World(NAMED_TIMER)
    world.post(AccountAdded(Account("Mine", "local", capabilities=KEPT_HERE)))
    track = world.start("words")
    world.settle()
    world.push_faults.append("refused")
    other = world.post(StartAsked("Mine", comment="other")).made[-1]
    world.run()
    assert hold_of(world, track) is HoldReason.REFUSED
    refusal = world.post(DiscardAsked(track.id)).refusal
    assert refusal is not None
    assert refusal.subject is not None
    assert (refusal.code, refusal.count) == (RefusalCode.OTHERS_DEPEND, 1)
    assert refusal.subject.id == other
