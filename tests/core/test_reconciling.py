"""The server's view against ours: field by field, another device's acts, and rows that are gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.core import effects
from app.core.messages import (
    Change,
    DiscardAsked,
    EntryDeleteAsked,
    EntryEditAsked,
    PollFell,
    Pulled,
    RetryAsked,
    UndoAsked,
)
from app.core.model import HoldReason, Subject
from app.core.remote import Capabilities, Facts, Field, RemoteView, WorkItem
from tests.core.server import BLIND_TIMER, NAMED_TIMER, NINE, NO_TIMER, item
from tests.core.world import World

MINUTE = timedelta(minutes=1)


def poll(world: World) -> None:
    world.post(PollFell())
    world.run()


def synced(capabilities: Capabilities = NO_TIMER) -> tuple[World, Subject]:
    world = World(capabilities)
    entry = world.add("words")
    world.settle()
    return world, world.now_is(entry)


def hold_of(world: World, subject: Subject) -> HoldReason | None:
    hold = world.now_is(subject).hold
    return None if hold is None else hold.reason


def suspects(world: World) -> tuple[str, ...]:
    return world.state.lanes["Work"].suspects


# --- merging -----------------------------------------------------------------------------------


def test_what_only_they_changed_is_taken() -> None:
    world, entry = synced()
    world.server.edit_elsewhere("r1", comment="theirs", item=item(2))
    poll(world)
    assert world.now_is(entry).meant == replace(entry.meant, comment="theirs", item=item(2))
    assert not world.state.subjects


def test_what_only_we_changed_stays_pending() -> None:
    world, entry = synced()
    world.online = False
    world.post(EntryEditAsked(entry, Change(comment="ours")))
    world.server.edit_elsewhere("r1", item=item(2))
    world.settle()
    (row,) = world.server.rows.values()
    assert (row.comment, row.item) == ("ours", item(2))
    assert world.now_is(entry).meant.item == item(2)


def test_both_to_the_same_value_is_done() -> None:
    world, entry = synced()
    world.online = False
    world.post(EntryEditAsked(entry, Change(comment="same")))
    world.server.edit_elsewhere("r1", comment="same")
    world.settle()
    assert world.told().count("told") == 1, "the create alone"
    assert not world.state.subjects


@pytest.mark.parametrize("answer,left", [(RetryAsked, "ours"), (DiscardAsked, "theirs")])
def test_a_conflict_keeps_both_sides_and_asks(
    answer: type[RetryAsked] | type[DiscardAsked], left: str
) -> None:
    world, entry = synced()
    world.online = False
    world.post(EntryEditAsked(entry, Change(comment="ours")))
    world.server.edit_elsewhere("r1", comment="theirs")
    world.settle()
    hold = world.now_is(entry).hold
    assert hold is not None
    assert hold.reason is HoldReason.CONFLICT
    assert hold.theirs is not None
    assert (hold.theirs.comment, world.now_is(entry).meant.comment) == ("theirs", "ours")
    poll(world)
    assert world.now_is(entry).hold == hold
    world.post(answer(entry.id))
    world.settle()
    assert world.server.rows["r1"].comment == world.now_is(entry).meant.comment == left


def test_start_and_length_are_one_field() -> None:
    world, entry = synced()
    world.online = False
    world.post(EntryEditAsked(entry, Change(started_at=entry.meant.started_at - MINUTE)))
    assert entry.meant.stopped_at is not None
    world.server.edit_elsewhere("r1", stopped_at=entry.meant.stopped_at + MINUTE)
    world.settle()
    assert hold_of(world, entry) is HoldReason.CONFLICT


def test_a_deletion_asks_nothing_of_a_row_that_was_edited_there() -> None:
    world, entry = synced()
    world.online = False
    world.post(EntryEditAsked(entry, Change(comment="ours")))
    world.post(EntryDeleteAsked(entry.id))
    world.server.edit_elsewhere("r1", comment="theirs")
    world.settle()
    assert not world.server.rows


def test_a_title_is_learned_and_never_forgotten() -> None:
    world, entry = synced()
    world.server.edit_elsewhere("r1", item=WorkItem("1", "A better title"))
    poll(world)
    assert world.now_is(entry).meant.item == WorkItem("1", "A better title")
    world.server.edit_elsewhere("r1", item=WorkItem("1"))
    poll(world)
    assert world.now_is(entry).meant.item == WorkItem("1", "A better title")


def test_a_servers_default_for_billable_is_taken_even_against_an_edit() -> None:
    world, entry = synced()
    world.server.edit_elsewhere("r1", billable=False)
    world.store[entry.id] = replace(entry, acknowledged=replace(entry.meant, billable=True))
    poll(world)
    assert world.now_is(entry).meant.billable is False
    assert hold_of(world, entry) is None


def test_what_the_server_does_not_keep_stays_with_us() -> None:
    world = World(replace(NO_TIMER, tellable=frozenset({Field.TIME, Field.COMMENT})))
    entry = world.add("words")
    world.settle()
    world.server.edit_elsewhere("r1", item=None, comment="theirs")
    poll(world)
    assert (world.now_is(entry).meant.comment, world.now_is(entry).meant.item) == (
        "theirs",
        item(1),
    )


# --- gone --------------------------------------------------------------------------------------


def test_an_entry_that_is_gone_there_is_gone_here_and_can_come_back() -> None:
    world, entry = synced()
    world.server.delete_elsewhere("r1")
    poll(world)
    assert world.now_is(entry).deleted
    assert "gone-elsewhere" in world.told()
    world.post(UndoAsked())
    world.settle()
    (row,) = world.server.rows.values()
    assert row.comment == "words"


def test_what_another_device_made_and_deleted_is_none_of_our_undo() -> None:
    world = World(NO_TIMER)
    world.server.add_elsewhere(Facts(NINE - 60 * MINUTE, NINE - 50 * MINUTE))
    poll(world)
    world.server.delete_elsewhere("r1")
    poll(world)
    assert [s.deleted for s in world.store.values()] == [True]
    assert not world.state.undo


@pytest.mark.parametrize("answer,left", [(RetryAsked, ["ours"]), (DiscardAsked, [])])
def test_an_entry_that_is_gone_with_edits_is_asked_about(
    answer: type[RetryAsked] | type[DiscardAsked], left: list[str]
) -> None:
    world, entry = synced()
    world.online = False
    world.post(EntryEditAsked(entry, Change(comment="ours")))
    world.server.delete_elsewhere("r1")
    world.settle()
    assert hold_of(world, entry) is HoldReason.GONE
    world.post(answer(entry.id))
    world.settle()
    assert [row.comment for row in world.server.rows.values()] == left


def test_a_deletion_of_what_is_gone_there_is_done() -> None:
    world, entry = synced()
    world.online = False
    world.post(EntryDeleteAsked(entry.id))
    world.server.delete_elsewhere("r1")
    world.settle()
    assert world.now_is(entry).remote_id is None
    assert "deleted" in world.told()
    assert len(world.state.undo) == 2, "the addition and the deletion"


@pytest.mark.parametrize("capabilities", [BLIND_TIMER, NAMED_TIMER])
def test_a_running_track_that_is_gone_there_ends_here_and_can_come_back(
    capabilities: Capabilities,
) -> None:
    world = World(capabilities)
    track = world.start("words")
    world.run()
    world.wait(600)
    world.server.delete_elsewhere("r1")
    poll(world)
    assert world.state.running is None
    assert world.now_is(track).deleted
    world.post(UndoAsked())
    world.settle()
    (row,) = world.server.rows.values()
    assert (row.started_at, row.stopped_at) == (NINE, NINE + 10 * MINUTE)


@pytest.mark.parametrize("capabilities", [BLIND_TIMER, NAMED_TIMER])
def test_an_untold_stop_of_a_track_that_is_gone_is_asked_about(
    capabilities: Capabilities,
) -> None:
    world = World(capabilities)
    track = world.start("words")
    world.run()
    world.wait(600)
    world.online = False
    world.stop()
    world.server.delete_elsewhere("r1")
    world.settle()
    assert hold_of(world, track) is HoldReason.GONE
    world.post(RetryAsked(track.id))
    world.settle()
    (row,) = world.server.rows.values()
    assert (row.started_at, row.stopped_at) == (NINE, NINE + 10 * MINUTE)


def test_only_the_servers_own_times_are_no_edit() -> None:
    """Stopped, acknowledged, not yet corrected: deleted elsewhere, it is simply gone."""
    world = World(BLIND_TIMER)
    world.online = False
    track = world.start("words")
    world.run()
    world.wait(90)
    world.online = True
    poll(world)
    world.wait(300)
    world.stop()
    world.run_to_push()
    world.perform(world.waiting.popleft())
    world.server.delete_elsewhere("r1")
    world.run()
    assert hold_of(world, track) is None
    assert world.now_is(track).deleted


def test_a_held_create_is_not_touched_by_a_row_that_is_not_there() -> None:
    world, entry = synced()
    world.server.delete_elsewhere("r1")
    poll(world)
    world.post(UndoAsked())
    world.server.refusing = "No."
    world.run()
    poll(world)
    assert hold_of(world, entry) is HoldReason.REFUSED


def test_a_list_that_lacks_a_row_is_not_believed_before_it_was_asked_for_by_id() -> None:
    world, entry = synced()
    pull = world.server.pull
    facts = world.server.rows.pop("r1")
    world.post(PollFell())
    effect = world.waiting.popleft()
    assert isinstance(effect, effects.Pull)
    view = pull(effect.from_at, effect.to_at)
    world.server.rows["r1"] = facts
    world.post(Pulled("Work", effect.turn_id, view, (entry,)))
    look = world.waiting.popleft()
    assert isinstance(look, effects.Look)
    assert look.ask.remote_id == "r1"
    world.perform(look)
    assert not world.now_is(entry).deleted
    assert suspects(world) == ()
    assert not world.waiting


def test_a_suspect_is_asked_for_once() -> None:
    world, entry = synced()
    world.server.delete_elsewhere("r1")
    world.faults.extend(["ok", "lost-before"])
    poll(world)
    assert suspects(world) == ("r1",)
    world.faults.append("ok")
    world.wait(3)
    assert suspects(world) == ()
    assert world.now_is(entry).deleted


def test_rows_at_the_edge_of_a_list_of_wall_times_are_not_missed() -> None:
    """A list that may be off by a zone proves nothing near its ends."""
    world, entry = synced()
    world.wait(3600 * 24 + 3600 * 20)
    world.server.rows.pop("r1")
    poll(world)
    assert not world.now_is(entry).deleted


def test_the_repeated_hour_is_not_moved_by_reading_it_back() -> None:
    """The server keeps 02:30 and reads it as the first of the two; ours was the second."""
    world = World(NO_TIMER)
    world.zone, world.offset_minutes = "Europe/Berlin", 60
    entry = world.add("words")
    world.run()
    hour = timedelta(hours=1)
    row = world.server.rows["r1"]
    assert row.stopped_at is not None
    world.server.rows["r1"] = replace(
        row,
        started_at=row.started_at - hour,
        stopped_at=row.stopped_at - hour,
        offset_minutes=120,
    )
    for _ in range(3):
        poll(world)
    assert world.now_is(entry).meant == entry.meant
    assert "changed-elsewhere" not in world.told()
    assert world.told().count("told") == 1


def test_the_absence_of_what_nobody_knows_or_of_an_open_write_means_nothing() -> None:
    world, entry = synced()
    world.push_faults.append("lost-before")
    world.post(EntryEditAsked(entry, Change(comment="better")))
    world.run()
    world.wait(5)
    before = world.now_is(entry)
    assert before.attempt is not None
    world.post(PollFell())
    while not isinstance(world.waiting[0], effects.Pull):
        world.perform(world.waiting.popleft())
    pull = world.waiting.popleft()
    assert isinstance(pull, effects.Pull)
    view = RemoteView(absent=frozenset({"r1", "r99"}))
    world.post(Pulled("Work", pull.turn_id, view, (before,)))
    assert world.now_is(entry).deleted is False
    assert world.now_is(entry).remote_id == "r1"
