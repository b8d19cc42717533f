"""Another device: what it starts, stops and records, and whose a row is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.core.messages import (
    AccountAdded,
    AdjustAsked,
    Change,
    EntryEditAsked,
    Looked,
    PollFell,
    StartAsked,
)
from app.core.model import Account, HoldReason, Subject
from app.core.remote import Capabilities, Facts
from tests.core.server import BLIND_TIMER, KEPT_HERE, NAMED_TIMER, NINE, NO_TIMER, item
from tests.core.world import World

MINUTE = timedelta(minutes=1)


def poll(world: World) -> None:
    world.post(PollFell())
    world.run()


def hold_of(world: World, subject: Subject) -> HoldReason | None:
    hold = world.now_is(subject).hold
    return None if hold is None else hold.reason


# --- the running track -------------------------------------------------------------------------


@pytest.mark.parametrize("capabilities", [BLIND_TIMER, NAMED_TIMER])
def test_ours_stopped_elsewhere_ends_at_their_end(capabilities: Capabilities) -> None:
    world = World(capabilities)
    track = world.start("words")
    world.run()
    world.wait(600)
    world.server.stop_elsewhere()
    world.wait(60)
    poll(world)
    assert world.state.running is None
    assert world.now_is(track).meant.stopped_at == NINE + 10 * MINUTE
    assert world.state.last is not None
    world.settle()
    (row,) = world.server.rows.values()
    assert (row.started_at, row.stopped_at) == (NINE, NINE + 10 * MINUTE)


def test_a_start_that_the_server_made_is_no_conflict() -> None:
    """Told late, adjusted meanwhile: the server's times are its own making until corrected."""
    world = World(BLIND_TIMER)
    world.online = False
    track = world.start("words")
    world.run()
    world.wait(90)
    world.online = True
    poll(world)
    world.wait(200)
    world.post(AdjustAsked(Change(started_at=NINE - MINUTE)))
    poll(world)
    assert hold_of(world, track) is None
    assert world.now_is(track).meant.started_at == NINE - MINUTE
    assert "changed-elsewhere" not in world.told()


@pytest.mark.parametrize("capabilities", [BLIND_TIMER, NAMED_TIMER])
def test_started_elsewhere_with_nothing_here_is_adopted(capabilities: Capabilities) -> None:
    world = World(capabilities)
    world.server.start_elsewhere("theirs", item(2))
    world.wait(60)
    poll(world)
    track = world.state.track
    assert track is not None
    assert (track.meant.comment, track.from_elsewhere) == ("theirs", True)
    world.wait(600)
    world.stop()
    world.settle()
    (row,) = world.server.rows.values()
    assert (row.started_at, row.stopped_at) == (NINE, NINE + 11 * MINUTE)


@pytest.mark.parametrize("capabilities", [BLIND_TIMER, NAMED_TIMER])
def test_started_elsewhere_while_ours_runs_ends_ours_there(capabilities: Capabilities) -> None:
    world = World(capabilities)
    track = world.start("ours")
    world.run()
    world.wait(600)
    world.server.start_elsewhere("theirs")
    world.wait(60)
    poll(world)
    current = world.state.track
    assert current is not None
    assert current.meant.comment == "theirs"
    assert world.now_is(track).meant.stopped_at == NINE + 10 * MINUTE
    world.settle()
    assert world.server.running == "r2"


def test_a_track_of_another_account_ends_where_theirs_began() -> None:
    world = World(NAMED_TIMER)
    world.post(AccountAdded(Account("Mine", "local", capabilities=KEPT_HERE)))
    mine = world.post(StartAsked("Mine")).made[0]
    world.wait(600)
    world.server.start_elsewhere("theirs")
    world.wait(60)
    poll(world)
    assert world.store[mine].meant.stopped_at == NINE + 10 * MINUTE
    assert "started-elsewhere" in world.told()
    assert world.state.track is not None
    assert world.state.track.meant.comment == "theirs"


def test_a_track_that_theirs_overtook_by_a_fast_clock_keeps_its_second() -> None:
    world = World(NAMED_TIMER)
    world.post(AccountAdded(Account("Mine", "local", capabilities=KEPT_HERE)))
    mine = world.post(StartAsked("Mine")).made[0]
    world.server.add_elsewhere(Facts(NINE + timedelta(seconds=3), comment="theirs"))
    poll(world)
    assert world.store[mine].meant.stopped_at == NINE + timedelta(seconds=1)


def test_theirs_that_began_before_ours_is_kept_beside_it() -> None:
    world = World(NAMED_TIMER)
    world.server.start_elsewhere("theirs")
    world.wait(60)
    world.post(AccountAdded(Account("Mine", "local", capabilities=KEPT_HERE)))
    mine = world.post(StartAsked("Mine")).made[0]
    poll(world)
    assert world.state.running == mine
    assert sum(s.runs for s in world.state.subjects.values()) == 2
    world.wait(60)
    world.stop()
    poll(world)
    assert world.state.track is not None, "what runs there is taken up when nothing runs here"
    assert world.state.track.meant.comment == "theirs"


def test_theirs_waits_while_a_write_of_ours_is_open() -> None:
    world = World(BLIND_TIMER)
    track = world.start("ours")
    world.run()
    world.wait(60)
    world.push_faults.append("lost-before")
    world.post(AdjustAsked(Change(comment="better")))
    world.run()
    world.wait(1)
    world.server.start_elsewhere("theirs")
    poll(world)
    assert world.state.running == track.id
    world.settle()
    assert world.state.track is not None
    assert world.state.track.meant.comment == "theirs"
    assert not world.now_is(track).runs


# --- strangers ---------------------------------------------------------------------------------


def test_what_another_device_recorded_is_shown() -> None:
    world = World(NO_TIMER)
    facts = Facts(NINE - 60 * MINUTE, NINE - 50 * MINUTE, item(2), "theirs")
    world.server.add_elsewhere(facts)
    poll(world)
    (theirs,) = world.store.values()
    assert (theirs.meant, theirs.acknowledged, theirs.from_elsewhere) == (facts, facts, True)
    world.post(EntryEditAsked(theirs, Change(comment="edited here")))
    world.settle()
    assert world.server.rows["r1"].comment == "edited here"


def test_a_row_that_may_be_a_doubtful_write_of_ours_is_no_stranger() -> None:
    world = World(NO_TIMER)
    world.push_faults.append("lost-after")
    world.add("words")
    world.run()
    world.server.edit_elsewhere("r1", comment="edited")
    world.faults.extend(["lost-before"])
    poll(world)
    assert len(world.store) == 1


def test_a_stranger_that_proves_to_be_ours_is_taken_back() -> None:
    """Taken in by a pull that could not know better, then confirmed: one subject, one row."""
    world = World(BLIND_TIMER)
    world.push_faults.append("lost-after")
    track = world.start("words")
    world.run()
    stranger = Subject(
        "x1",
        "Work",
        world.server.rows["r1"],
        acknowledged=world.server.rows["r1"],
        remote_id="r1",
        from_elsewhere=True,
    )
    world.store["x1"] = stranger
    world.state = replace(
        world.state, subjects={**world.state.subjects, "x1": stranger}, running="x1"
    )
    world.wait(5)
    assert world.now_is(track).remote_id == "r1"
    assert (world.store["x1"].remote_id, world.store["x1"].deleted) == (None, True)
    assert world.state.running == track.id
    assert "taken-back" in world.told()


def test_a_stranger_taken_back_by_a_track_that_is_over_leaves_nothing_current() -> None:
    world = World(BLIND_TIMER)
    world.push_faults.append("lost-after")
    track = world.start("words")
    world.run()
    world.stop()
    known = world.server.rows["r1"]
    stranger = Subject("x1", "Work", known, acknowledged=known, remote_id="r1", from_elsewhere=True)
    world.store["x1"] = stranger
    world.state = replace(
        world.state, subjects={**world.state.subjects, "x1": stranger}, running="x1"
    )
    world.settle()
    assert world.now_is(track).remote_id == "r1"
    assert world.state.running is None
    assert len(world.server.rows) == 1


def test_a_row_of_another_subject_is_nobody_elses_attempt() -> None:
    """Two equal entries: the row of the one never confirms the other."""
    world = World(NO_TIMER)
    first = world.add("words")
    world.settle()
    world.push_faults.append("lost-before")
    second = world.add("words", minutes_ago=30)
    world.run()
    attempt = world.now_is(second).attempt
    assert attempt is not None
    look = Looked("Work", "none", world.server.pull(NINE - 120 * MINUTE, NINE))
    assert world.post(look).state.subjects[second.id].attempt == attempt
    world.server.edit_elsewhere("r1", started_at=second.meant.started_at)
    world.server.edit_elsewhere("r1", stopped_at=second.meant.stopped_at)
    world.settle()
    assert world.now_is(first).remote_id == "r1"
    assert world.now_is(second).remote_id == "r2"


def test_a_finished_stranger_that_proves_to_be_ours_is_taken_back() -> None:
    world = World(NO_TIMER)
    world.push_faults.append("lost-after")
    entry = world.add("words")
    world.run()
    known = world.server.rows["r1"]
    stranger = Subject("x1", "Work", known, acknowledged=known, remote_id="r1", from_elsewhere=True)
    world.store["x1"] = stranger
    world.settle()
    assert world.now_is(entry).remote_id == "r1"
    assert world.store["x1"].deleted
    assert len(world.server.rows) == 1
