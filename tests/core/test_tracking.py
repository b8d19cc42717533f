"""The running track: start, stop, switch, toggle, adjust, continue, and a clock that was set."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.core.decision import RefusalCode
from app.core.messages import (
    AccountRemoveAsked,
    AdjustAsked,
    Change,
    EntryDeleteAsked,
    EntryEditAsked,
    InputReturned,
    InputStopped,
    Message,
    StartAsked,
    StopAsked,
    ToggleAsked,
    Woke,
)
from app.core.remote import WorkItem
from app.core.update import update
from tests.core.server import KEPT_HERE, NAMED_TIMER, NINE, item
from tests.core.world import World


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def refused(world: World, message: Message) -> tuple[RefusalCode, datetime | None, str | None]:
    """The refusal with its facts, after making sure that nothing else came of it."""
    before = world.state
    decision = world.post(message)
    assert decision.refusal is not None
    assert (decision.state, decision.writes, decision.effects) == (before, (), ())
    subject = decision.refusal.subject
    return decision.refusal.code, decision.refusal.at, subject.id if subject else None


@pytest.fixture
def world() -> World:
    return World(KEPT_HERE)


def test_a_switch_leaves_no_gap_and_no_overlap(world: World) -> None:
    first = world.start("first")
    world.wait(90)
    second = world.start("second", 2)
    assert world.now_is(first).meant.stopped_at == second.meant.started_at == world.now
    assert world.state.running == second.id


def test_a_track_begins_with_what_was_said_in_the_users_zone(world: World) -> None:
    world.zone, world.offset_minutes = "Europe/Berlin", 60
    asked = StartAsked("Work", item(3), "words", "dev", ("a",), True)
    meant = world.store[world.post(asked).made[0]].meant
    assert (meant.item, meant.comment, meant.activity, meant.tags, meant.billable) == (
        item(3),
        "words",
        "dev",
        ("a",),
        True,
    )
    assert (meant.zone, meant.offset_minutes) == ("Europe/Berlin", 60)


def test_a_start_and_stop_in_one_second_last_one_second(world: World) -> None:
    first = world.start()
    world.stop()
    second = world.start()
    third = world.start()
    assert world.now_is(first).meant.stopped_at == NINE + timedelta(seconds=1)
    assert second.meant.started_at == NINE + timedelta(seconds=1)
    assert third.meant.started_at == NINE + timedelta(seconds=2)


@pytest.mark.parametrize("lasted,back", [(7200, 3600), (7200, 30), (1, 3600)])
def test_an_end_from_before_the_clock_was_set_back_does_not_push_the_next_start(
    world: World, lasted: int, back: int
) -> None:
    world.start()
    world.wait(lasted)
    world.stop()
    world.set_clock(-back)
    assert world.start().meant.started_at == world.now


def test_starting_in_the_past(world: World) -> None:
    done = world.start()
    world.wait(600)
    world.stop()
    world.wait(600)
    started = world.post(StartAsked("Work", at=NINE + minutes(15)))
    assert world.store[started.made[0]].meant.started_at == NINE + minutes(15)
    world.wait(600)
    switched = world.post(StartAsked("Work", at=NINE + minutes(20)))
    assert world.now_is(world.store[started.made[0]]).meant.stopped_at == NINE + minutes(20)
    assert switched.made == (started.made[0], world.state.running)
    assert world.now_is(done).meant.stopped_at == NINE + minutes(10)


def test_a_start_that_cannot_be_is_refused_with_what_is_in_the_way(world: World) -> None:
    done = world.start()
    world.wait(600)
    world.stop()
    world.wait(600)
    ahead = world.now + minutes(1)
    five_past = NINE + minutes(5)
    ten_past = NINE + minutes(10)
    assert refused(world, StartAsked("Nobody")) == (RefusalCode.UNKNOWN_ACCOUNT, None, None)
    assert refused(world, StartAsked("Work", at=ahead)) == (RefusalCode.IN_FUTURE, ahead, None)
    assert refused(world, StartAsked("Work", at=five_past)) == (
        RefusalCode.OVERLAPS,
        ten_past,
        done.id,
    )
    assert refused(world, StartAsked("Work", at=NINE - minutes(5))) == (
        RefusalCode.BEFORE_PREVIOUS,
        NINE,
        done.id,
    )
    track = world.start()
    assert refused(world, StartAsked("Work", at=world.now)) == (
        RefusalCode.BEFORE_PREVIOUS,
        world.now,
        track.id,
    )


def test_an_unknown_account_is_refused_with_the_names_that_there_are(world: World) -> None:
    refusal = world.post(StartAsked("Wrok")).refusal
    assert refusal is not None
    assert refusal.names == ("Work",)


def test_an_entry_that_ended_before_is_in_nobodys_way(world: World) -> None:
    done = world.start()
    world.wait(600)
    world.stop()
    world.wait(600)
    asked = StartAsked("Work", at=NINE + minutes(10), known=(world.now_is(done),))
    assert update(world.state, asked, world.stamp()).refusal is None


def test_stopping_earlier(world: World) -> None:
    track = world.start()
    world.wait(600)
    world.post(StopAsked(NINE + minutes(4)))
    assert world.now_is(track).meant.stopped_at == NINE + minutes(4)
    assert world.state.running is None


def test_a_stop_that_cannot_be_is_refused(world: World) -> None:
    assert refused(world, StopAsked()) == (RefusalCode.NOTHING_RUNS, None, None)
    track = world.start()
    ahead = world.now + minutes(1)
    assert refused(world, StopAsked(ahead)) == (RefusalCode.IN_FUTURE, ahead, None)
    assert refused(world, StopAsked(NINE)) == (RefusalCode.STOP_BEFORE_START, NINE, track.id)


def test_toggle_stops_and_then_continues_the_last_track(world: World) -> None:
    assert refused(world, ToggleAsked()) == (RefusalCode.NOTHING_TO_CONTINUE, None, None)
    first = world.start("words", 2)
    world.wait(60)
    world.post(ToggleAsked())
    assert world.state.running is None
    world.wait(60)
    world.post(ToggleAsked())
    track = world.state.track
    assert track is not None
    assert track.id != first.id
    assert (track.meant.item, track.meant.comment) == (item(2), "words")
    assert track.meant.started_at == NINE + minutes(2)


def test_the_last_track_of_an_account_that_is_gone_is_not_continued(world: World) -> None:

    world.start()
    world.wait(60)
    world.stop()
    world.post(AccountRemoveAsked("Work"))
    assert refused(world, ToggleAsked()) == (RefusalCode.NOTHING_TO_CONTINUE, None, None)


def test_an_adjustment_changes_what_it_names_alone(world: World) -> None:
    track = world.start("words", 2)
    world.post(AdjustAsked(Change(item=WorkItem("9"), tags=("a",))))
    meant = world.now_is(track).meant
    assert (meant.item, meant.comment, meant.tags) == (WorkItem("9"), "words", ("a",))
    world.post(AdjustAsked(Change(item=None, billable=True)))
    assert (world.now_is(track).meant.item, world.now_is(track).meant.billable) == (None, True)


def test_the_start_moves_back_to_the_end_of_the_entry_before(world: World) -> None:
    done = world.start()
    world.wait(600)
    world.stop()
    world.wait(600)
    track = world.start()
    ten_past = NINE + minutes(10)
    too_early = ten_past - timedelta(seconds=1)
    for message in (
        AdjustAsked(Change(started_at=too_early)),
        EntryEditAsked(track, Change(started_at=too_early)),
    ):
        assert refused(world, message) == (RefusalCode.OVERLAPS, ten_past, done.id)
    world.post(AdjustAsked(Change(started_at=ten_past)))
    assert world.now_is(track).meant.started_at == ten_past
    world.wait(60)
    world.stop()
    assert world.now_is(track).meant.stopped_at == NINE + minutes(21)


def test_an_adjustment_that_cannot_be_is_refused(world: World) -> None:
    assert refused(world, AdjustAsked(Change(comment="x"))) == (
        RefusalCode.NOTHING_RUNS,
        None,
        None,
    )
    track = world.start()
    ahead = world.now + minutes(1)
    assert refused(world, AdjustAsked(Change(started_at=ahead))) == (
        RefusalCode.IN_FUTURE,
        ahead,
        None,
    )
    assert refused(world, AdjustAsked(Change(stopped_at=world.now))) == (
        RefusalCode.ENTRY_RUNS,
        None,
        track.id,
    )


def test_a_deleted_entry_is_in_nobodys_way(world: World) -> None:

    done = world.start()
    world.wait(600)
    world.stop()
    world.post(EntryDeleteAsked(done.id))
    assert world.post(StartAsked("Work", at=NINE + minutes(1))).refusal is None


@pytest.mark.parametrize("hour", [1, -1])
def test_a_clock_that_was_set_moves_the_start_and_keeps_the_length(world: World, hour: int) -> None:
    track = world.start()
    world.wait(600)
    world.set_clock(hour * 3600)
    world.post(Woke())
    world.wait(600)
    world.stop()
    meant = world.now_is(track).meant
    assert meant.started_at == NINE + timedelta(hours=hour)
    assert meant.stopped_at == world.now == meant.started_at + minutes(20)
    line = next(line for line in world.ledger if line.what == "clock-set")
    assert (line.subject_id, line.detail) == (track.id, {"seconds": str(hour * 3600)})


def test_a_clock_that_was_set_moves_the_absence_along(world: World) -> None:
    track = world.start()
    world.wait(3600)
    world.post(InputStopped(world.now - minutes(5)))
    world.wait(600)
    world.post(InputReturned(world.now - minutes(15)))
    away_at = world.now - minutes(1)
    world.post(InputStopped(away_at))
    world.set_clock(3600)
    world.post(Woke())
    (absence,) = world.state.absences.values()
    assert absence.subject_id == track.id
    assert absence.from_at == NINE + minutes(55 + 60)
    assert absence.to_at == NINE + minutes(70 + 60)
    assert world.state.presence.away_since == away_at + minutes(60)


def test_the_absence_of_another_track_stays_where_it_is(world: World) -> None:
    world.start()
    world.wait(3600)
    world.post(InputReturned(world.now - minutes(15)))
    world.start("second")
    world.set_clock(3600)
    world.post(Woke())
    (absence,) = world.state.absences.values()
    assert absence.to_at == NINE + minutes(60)


def test_in_another_boot_the_wall_clock_stands(world: World) -> None:
    track = world.start()
    world.wait(600)
    world.set_clock(3600)
    world.crash(reboot=True)
    assert world.now_is(track).meant.started_at == NINE
    world.wait(60)
    world.set_clock(3600)
    world.post(Woke())
    assert world.now_is(track).meant.started_at == NINE + timedelta(hours=1)


def test_the_length_over_a_clock_change_is_what_passed(world: World) -> None:
    """A zone or its offset changes nothing that is recorded."""
    world.zone, world.offset_minutes = "Europe/Berlin", 120
    track = world.start()
    world.wait(3600)
    world.offset_minutes = 60
    world.wait(3600)
    world.stop()
    meant = world.now_is(track).meant
    assert meant.stopped_at is not None
    assert meant.stopped_at - meant.started_at == timedelta(hours=2)
    assert meant.offset_minutes == 120


def test_a_named_timer_is_told_the_moved_start() -> None:
    world = World(NAMED_TIMER)
    world.start()
    world.run()
    world.wait(600)
    world.set_clock(3600)
    world.post(Woke())
    world.run()
    (facts,) = world.server.rows.values()
    assert facts.started_at == NINE + timedelta(hours=1)
