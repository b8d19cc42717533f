"""The protocol's counterexamples (`PROTOCOL.md` §11), each by its number.

Those about the slot and those about what lands after it has settled stand next door. 15 on servers
whose stop names no track is one that no client can close.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from app.core.messages import (
    AdjustAsked,
    Change,
    EntryDeleteAsked,
    EntryEditAsked,
    PollFell,
    SignedIn,
    UndoAsked,
)
from app.core.model import HoldReason
from app.core.remote import Capabilities, Facts
from tests.core.server import BLIND_TIMER, NAMED_TIMER, NINE, NO_TIMER, item
from tests.core.world import World

MINUTE = timedelta(minutes=1)
KINDS = pytest.mark.parametrize("kind", [BLIND_TIMER, NAMED_TIMER, NO_TIMER])


def spans(world: World) -> list[tuple[datetime, datetime | None, str]]:
    rows = world.server.rows.values()
    return sorted((row.started_at, row.stopped_at, row.comment) for row in rows)


def poll(world: World) -> None:
    world.post(PollFell())
    world.run()


@KINDS
def test_1_a_create_that_was_not_seen_at_once_is_not_told_at_once(kind: Capabilities) -> None:
    world = World(kind)
    world.push_faults.append("late")
    world.add("words")
    world.settle()
    assert len(spans(world)) == 1


@KINDS
@pytest.mark.parametrize("fault", ["signed-out", "lost-before", "throttled"])
def test_2_a_look_that_failed_is_no_look(kind: Capabilities, fault: str) -> None:
    world = World(kind)
    world.late_seconds = 28
    world.push_faults.append("late")
    world.add("words")
    world.faults.extend(["ok", *[fault] * 4])
    for _ in range(6):
        world.run()
        world.wait(9)
        world.post(SignedIn("Work"))
    world.settle()
    assert len(spans(world)) == 1
    assert "concluded-lost" not in world.told()


@KINDS
@pytest.mark.parametrize("reboot", [True, False])
def test_3_settling_begins_at_the_restart_not_at_the_commit(
    kind: Capabilities, reboot: bool
) -> None:
    world = World(kind)
    world.add("words")
    world.run_to_push()
    world.wait(25)
    world.crash(in_flight="late", reboot=reboot)
    world.settle()
    assert len(spans(world)) == 1
    assert "concluded-lost" not in world.told()


@KINDS
@pytest.mark.parametrize("fault", ["late", "lost-after", "lost-before"])
def test_4_a_delete_does_not_fold_into_a_doubtful_create(kind: Capabilities, fault: str) -> None:
    world = World(kind)
    world.push_faults.append(fault)
    entry = world.add("words")
    world.run()
    world.post(EntryDeleteAsked(entry.id))
    world.settle()
    assert spans(world) == []
    assert not world.state.subjects


@KINDS
def test_7_a_pull_does_not_take_our_landed_row_for_a_strangers(kind: Capabilities) -> None:
    world = World(kind)
    world.push_faults.append("late")
    entry = world.add("words")
    world.run()
    world.wait(24)
    poll(world)
    world.settle()
    assert len(spans(world)) == 1
    assert list(world.store) == [entry.id]


def edited_elsewhere(world: World) -> str:
    """A create that landed late and was edited there at once."""
    world.push_faults.append("late")
    entry = world.add("words")
    world.run()
    world.wait(5)
    world.land()
    (remote_id,) = (r for r, facts in world.server.rows.items() if facts.comment == "words")
    world.server.edit_elsewhere(remote_id, comment="theirs")
    world.settle()
    return entry.id


@KINDS
def test_8_a_landed_row_edited_elsewhere_is_asked_about(kind: Capabilities) -> None:
    world = World(kind)
    entry_id = edited_elsewhere(world)
    hold = world.store[entry_id].hold
    assert hold is not None
    assert hold.reason is HoldReason.NEAR_MATCH
    assert [row[2] for row in spans(world)] == ["theirs"]


@KINDS
def test_9_every_candidate_is_asked_about(kind: Capabilities) -> None:
    world = World(kind)
    world.add("words")
    world.run_to_push()
    started_at = NINE - 60 * MINUTE
    world.server.add_elsewhere(Facts(started_at, started_at + MINUTE, comment="unrelated"))
    world.waiting.clear()
    world.crash(in_flight="lost-before")
    world.server.add_elsewhere(
        Facts(started_at, started_at + 10 * MINUTE, item(1), "words, edited")
    )
    world.settle()
    (held,) = (s for s in world.state.subjects.values() if s.hold is not None)
    assert held.hold is not None
    assert held.hold.remote_ids == ("r1", "r2")
    assert len(spans(world)) == 2


@KINDS
def test_11_an_equal_entry_of_another_device_is_not_ours(kind: Capabilities) -> None:
    world = World(kind)
    started_at = NINE - 60 * MINUTE
    world.server.add_elsewhere(Facts(started_at, started_at + 10 * MINUTE, item(1), "words"))
    world.push_faults.append("lost-before")
    world.add("words")
    world.settle()
    assert len(spans(world)) == 2


@KINDS
def test_12_a_newer_edit_waits_until_the_older_can_no_longer_land(kind: Capabilities) -> None:
    world = World(kind)
    entry = world.add("words")
    world.settle()
    world.push_faults.append("late")
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="A")))
    world.run()
    world.wait(4)
    world.post(EntryEditAsked(world.now_is(entry), Change(comment="B")))
    world.settle()
    assert [row[2] for row in spans(world)] == ["B"]
    assert world.now_is(entry).meant.comment == "B"


@KINDS
@pytest.mark.parametrize("fault", ["late", "lost-after", "lost-before"])
def test_13_an_undo_does_not_fold_into_a_doubtful_delete(kind: Capabilities, fault: str) -> None:
    world = World(kind)
    entry = world.add("words")
    world.settle()
    world.push_faults.append(fault)
    world.post(EntryDeleteAsked(entry.id))
    world.run()
    world.wait(4)
    world.post(UndoAsked())
    world.settle()
    assert [row[2] for row in spans(world)] == ["words"]


def test_20_a_comment_that_is_edited_back_is_told_back() -> None:
    world = World(NAMED_TIMER)
    track = world.start("words")
    world.settle()
    world.online = False
    world.post(AdjustAsked(Change(comment="better")))
    world.stop()
    world.settle()
    assert [row[2] for row in spans(world)] == ["better"]
    world.post(EntryEditAsked(world.now_is(track), Change(comment="words")))
    world.settle()
    assert [row[2] for row in spans(world)] == ["words"]


def test_23_the_second_of_the_repeated_hours_is_not_moved() -> None:
    """The server writes the wall reading and reads it back as the first of the two."""
    world = World(NO_TIMER)
    world.zone, world.offset_minutes = "Europe/Berlin", 60
    entry = world.add("words")
    world.run()
    row, hour = world.server.rows["r1"], 60 * MINUTE
    assert row.stopped_at is not None
    first = replace(row, started_at=row.started_at - hour, stopped_at=row.stopped_at - hour)
    world.server.edit_elsewhere("r1", started_at=first.started_at, stopped_at=first.stopped_at)
    world.server.edit_elsewhere("r1", offset_minutes=120)
    world.settle()
    assert len(world.server.rows) == 1
    assert world.now_is(entry).meant == entry.meant


@KINDS
@pytest.mark.parametrize("fault", ["ok", "lost-after", "late", "lost-before"])
def test_24_two_equal_entries_on_purpose_are_two(kind: Capabilities, fault: str) -> None:
    world = World(kind)
    world.push_faults.append(fault)
    world.add("same")
    world.add("same")
    world.settle()
    assert len(spans(world)) == 2
    assert len({s.remote_id for s in world.store.values()}) == 2


@KINDS
def test_25_a_create_that_lands_before_it_is_told_again_is_adopted(kind: Capabilities) -> None:
    world = World(kind)
    world.late_seconds = 3600
    world.push_faults.append("late")
    entry = world.add("words")
    world.until_told("concluded-lost")
    world.land()
    world.settle()
    assert len(spans(world)) == 1
    assert list(world.store) == [entry.id]
