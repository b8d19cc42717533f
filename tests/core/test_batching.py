"""Batches: several creates in one request, and still each of them exactly once."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from msgspec.structs import replace

from app.core import effects
from app.core.batching import FAR, LONGEST_SPAN
from app.core.messages import (
    BatchAccepted,
    Change,
    EntryAddAsked,
    EntryDeleteAsked,
    EntryEditAsked,
    ProcessStarted,
    StartAsked,
    Woke,
)
from app.core.model import HoldReason, Subject
from app.core.remote import Capabilities, Receipt
from app.core.state import Connection
from tests.core.server import BATCHES, BLIND_BATCHES, NINE
from tests.core.world import World

SECOND = timedelta(seconds=1)


def batches(world: World) -> list[effects.PushMany]:
    """Go on to the end, and tell which batches left."""
    sent: list[effects.PushMany] = []
    for _ in range(400):
        if not world.waiting:
            return sent
        if isinstance(world.waiting[0], effects.PushMany):
            sent.append(world.waiting[0])
        world.perform(world.waiting.popleft())
    raise AssertionError("the lane never rests")


def ready(count: int = 4, capabilities: Capabilities = BATCHES) -> tuple[World, list[Subject]]:
    """A world in which so many entries wait and the lane is about to look for them."""
    world = World(capabilities)
    world.online = False
    made = [world.add(f"words {n}", 20 * (count - n), 300) for n in range(count)]
    look_again(world)
    return world, made


def look_again(world: World, seconds: int = 300) -> None:
    """The network is back, and the back-off over: the lane's next look is about to leave."""
    world.run()
    world.online = True
    world.now += seconds * SECOND
    world.boot += seconds
    world.post(Woke())
    assert isinstance(world.waiting[0], effects.Look)


def told_once_each(world: World, made: list[Subject]) -> None:
    comments = sorted(row[3] for row in world.on_server())
    assert comments == sorted(subject.meant.comment for subject in made)
    assert not world.state.subjects


def test_what_waits_goes_together_after_one_look() -> None:
    world, made = ready(6)
    look = world.waiting[0]
    assert isinstance(look, effects.Look)
    assert look.ask.around_at == made[0].meant.started_at
    assert look.ask.until_at == made[3].meant.started_at
    assert look.ask.offsets == frozenset({0})
    sent = batches(world)
    assert [len(push.writes) for push in sent] == [4, 2]
    told_once_each(world, made)


def test_each_member_has_an_attempt_of_its_own_with_the_same_baseline() -> None:
    world = World(BATCHES)
    world.server.add_elsewhere(replace(world.add("older", 50).meant, comment="theirs"))
    world.settle()
    world, made = ready(4)
    world.server.add_elsewhere(
        replace(made[1].meant, started_at=made[1].meant.started_at + 60 * SECOND)
    )
    push = world.run_to_batch()
    attempts = [world.now_is(subject).attempt for subject in made]
    assert [attempt.write if attempt else None for attempt in attempts] == [*push.writes]
    assert {attempt.baseline if attempt else None for attempt in attempts} == {frozenset({"r1"})}
    assert len({attempt.id if attempt else None for attempt in attempts}) == 4
    assert len({attempt.batch if attempt else None for attempt in attempts}) == 1


def test_a_row_of_the_reply_is_known_by_its_start() -> None:
    """The server answers in an order of its own."""
    world, made = ready(4)
    world.run_to_batch()
    world.run()
    for subject in made:
        remote_id = world.now_is(subject).remote_id
        assert remote_id is not None
        assert world.server.rows[remote_id].comment == subject.meant.comment


@pytest.mark.parametrize(
    "fault", ["lost-after", "lost-before", "late", "partly", "half-answered", "stuck"]
)
def test_an_answer_that_is_lost_or_not_whole_doubles_nothing(fault: str) -> None:
    world, made = ready(4)
    world.run_to_batch()
    world.push_faults.append(fault)
    world.run()
    world.settle()
    told_once_each(world, made)


def test_one_look_serves_all_that_left_together() -> None:
    world, made = ready(4)
    world.run_to_batch()
    world.push_faults.append("partly")
    world.perform(world.waiting.popleft())
    look_again(world, 5)
    look = world.waiting.popleft()
    assert isinstance(look, effects.Look)
    assert (look.ask.around_at, look.ask.until_at) == (
        made[0].meant.started_at,
        made[3].meant.started_at,
    )
    world.perform(look)
    found = [world.now_is(subject).remote_id is not None for subject in made]
    assert found == [True, False, True, False]
    world.settle()
    told_once_each(world, made)


def test_while_one_of_a_batch_is_doubtful_no_other_create_and_no_start_goes() -> None:
    world, made = ready(3, BLIND_BATCHES)
    world.run_to_batch()
    world.push_faults.append("partly")
    look_again(world, 5)
    world.add("another", 100)
    world.post(StartAsked("Work", comment="runs"))
    world.run()
    assert len(world.server.rows) == 2
    doubtful = [s for s in world.state.subjects.values() if s.attempt is not None]
    assert [s.id for s in doubtful] == [made[1].id]
    # What is told already may be edited meanwhile.
    world.post(EntryEditAsked(world.now_is(made[0]), Change(comment="better")))
    world.run()
    assert "better" in {facts.comment for facts in world.server.rows.values()}
    world.settle()
    assert {facts.comment for facts in world.server.rows.values()} >= {"words 1", "another", "runs"}
    assert len(world.server.rows) == 5


@pytest.mark.parametrize("in_flight", ["lost-before", "lost-after", "late"])
@pytest.mark.parametrize("reboot", [False, True])
def test_a_crash_between_the_commit_and_the_answer(in_flight: str, reboot: bool) -> None:
    world, made = ready(4)
    world.run_to_batch()
    world.crash(in_flight=in_flight, reboot=reboot)
    doubtful = [world.now_is(subject).attempt for subject in made]
    assert all(attempt is not None and attempt.noticed is not None for attempt in doubtful)
    world.settle()
    told_once_each(world, made)


def test_a_batch_that_lands_after_it_was_concluded_lost_is_taken_for_what_it_is() -> None:
    world, made = ready(4)
    world.run_to_batch()
    world.push_faults.append("stuck")
    world.run()
    world.until_told("concluded-lost", times=4)
    assert len(world.server.rows) == 4
    assert not [s for s in world.store.values() if s.from_elsewhere]
    world.settle()
    assert world.told().count("came-up-late") == 4
    told_once_each(world, made)


def test_of_a_refused_batch_the_one_that_is_refused_is_held_and_the_others_go() -> None:
    world, made = ready(4)
    world.server.refused_comment = "words 2"
    world.run_to_batch()
    world.push_faults.append("refused")
    world.run()
    world.settle()
    assert sum(not ghost.landed_as for ghost in world.lost_attempts.values()) == 5
    held = [s for s in world.state.subjects.values() if s.hold is not None]
    assert [s.id for s in held] == [made[2].id]
    assert held[0].hold is not None
    assert held[0].hold.reason is HoldReason.REFUSED
    assert len(world.server.rows) == 3
    assert not any(world.now_is(subject).alone for subject in made if subject.id != held[0].id)


def test_refused_at_the_rehearsal_nothing_can_have_landed() -> None:
    world, made = ready(4)
    world.server.refused_comment = "words 0"
    world.run_to_batch()
    world.run()
    assert world.told().count("refused-together") == 4
    world.settle()
    assert len(world.lost_attempts) == 1
    assert world.now_is(made[0]).hold is not None
    assert len(world.server.rows) == 3


@pytest.mark.parametrize("fault", ["refused-connection", "throttled", "signed-out"])
def test_a_batch_that_surely_was_not_sent_waits_again(fault: str) -> None:
    world, made = ready(4)
    world.run_to_batch()
    world.push_faults.append(fault)
    world.run()
    assert not any(world.now_is(subject).attempt for subject in made)
    assert not world.lost_attempts
    if world.state.lanes["Work"].connection is Connection.SIGN_IN_REQUIRED:
        return
    world.settle()
    told_once_each(world, made)


def test_what_could_be_confused_never_goes_together() -> None:
    world = World(BATCHES)
    world.online = False
    starts = [0, 1, 2, 3, 60, 62, 63]
    for second in starts:
        began = NINE - timedelta(hours=2) + second * SECOND
        change = Change(started_at=began, stopped_at=began + 600 * SECOND, comment=f"{second}")
        entry_at(world, change)
    # The same instant, told at another offset: on the wall two hours later.
    world.offset_minutes = 120
    entry_at(world, Change(started_at=NINE - timedelta(hours=2), stopped_at=NINE, comment="120"))
    world.offset_minutes = 0
    world.run()
    look_again(world)
    sent = batches(world)
    assert [w.facts.comment for w in sent[0].writes] == ["0", "3", "60", "63"]
    for push in sent:
        begun = sorted(write.facts.started_at for write in push.writes)
        assert all(b - a > FAR for a, b in pairwise(begun))
    world.settle()
    assert len(world.server.rows) == 8


def entry_at(world: World, change: Change) -> Subject:
    return world.store[world.post(EntryAddAsked("Work", change)).made[0]]


def test_what_lies_near_a_lost_attempt_goes_alone() -> None:
    """A row that comes up there would have to be told apart from the lost one."""
    world = World(BATCHES)
    world.push_faults.append("refused")
    lost = world.add("lost", 60)
    world.run()
    assert world.now_is(lost).hold is not None
    world.online = False
    near = [
        entry_at(
            world,
            Change(started_at=lost.meant.started_at + SECOND, stopped_at=world.now, comment="near"),
        )
    ]
    far = [world.add(f"far {n}", 90 + 5 * n) for n in range(2)]
    world.run()
    look_again(world)
    sent = batches(world)
    assert [[w.facts.comment for w in push.writes] for push in sent] == [["far 0", "far 1"]]
    assert all(world.now_is(subject).remote_id for subject in [*near, *far])


def test_a_batch_spans_no_more_than_one_look_shows() -> None:
    world = World(BATCHES)
    world.online = False
    days = int(LONGEST_SPAN.total_seconds()) // 60
    made = [world.add(f"words {n}", minutes) for n, minutes in enumerate([2 * days, days, 60, 90])]
    world.run()
    look_again(world)
    sent = batches(world)
    assert [[w.facts.comment for w in push.writes] for push in sent] == [
        ["words 0", "words 1"],
        ["words 2", "words 3"],
    ]
    told_once_each(world, made)


def test_what_the_user_changes_during_the_look_is_left_out() -> None:
    world, made = ready(4)
    base = world.now_is(made[1])
    earlier = base.meant.started_at - 300 * SECOND
    world.post(EntryEditAsked(base, Change(started_at=earlier)))
    world.post(EntryEditAsked(world.now_is(made[2]), Change(comment="better")))
    world.post(EntryDeleteAsked(made[3].id))
    push = world.run_to_batch()
    assert [write.facts.comment for write in push.writes] == ["words 0", "better"]
    world.settle()
    assert sorted(row[3] for row in world.on_server()) == ["better", "words 0", "words 1"]


def test_when_all_were_taken_back_during_the_look_nothing_is_sent() -> None:
    world, made = ready(2)
    for subject in made:
        world.post(EntryDeleteAsked(subject.id))
    assert batches(world) == []
    assert not world.server.rows


def test_an_open_create_that_came_in_between_keeps_the_batch_back() -> None:
    """No turn does that; a state that says so is believed."""
    world, made = ready(3)
    other, _ = ready(3)
    push = other.run_to_batch()
    attempt = next(s.attempt for s in other.state.subjects.values() if s.attempt is not None)
    assert push.writes
    alone = replace(made[2], attempt=replace(attempt, batch=""))
    world.state = replace(world.state, subjects={**world.state.subjects, made[2].id: alone})
    world.perform(world.waiting.popleft())
    assert not [e for e in world.waiting if isinstance(e, effects.PushMany)]


def test_a_row_that_may_be_one_of_them_is_asked_about() -> None:
    world, made = ready(4)
    world.run_to_batch()
    world.push_faults.append("lost-after")
    world.perform(world.waiting.popleft())
    (remote_id,) = [r for r, facts in world.server.rows.items() if facts.comment == "words 2"]
    world.server.edit_elsewhere(remote_id, comment="edited there")
    world.run()
    world.wait(60)
    held = [s for s in world.state.subjects.values() if s.hold is not None]
    assert [s.id for s in held] == [made[2].id]
    assert held[0].hold is not None
    assert held[0].hold.remote_ids == (remote_id,)
    assert len(world.server.rows) == 4


def test_two_rows_of_one_start_and_rows_that_stood_there_before_are_nobodys_receipt() -> None:
    world, made = ready(2)
    before = world.server.add_elsewhere(
        replace(made[0].meant, started_at=made[0].meant.started_at + 60 * SECOND)
    )
    push = world.run_to_batch()
    world.waiting.clear()
    old = world.server.row(before)
    taken = Receipt(before, replace(old, facts=push.writes[0].facts))
    twice = [
        Receipt(name, replace(old, remote_id=name, facts=push.writes[1].facts)) for name in "ab"
    ]
    world.post(BatchAccepted("Work", push.turn_id, (taken, *twice, Receipt("c"))))
    attempts = [world.now_is(subject).attempt for subject in made]
    assert all(attempt is not None and attempt.noticed is not None for attempt in attempts)
    world.settle()
    assert sorted(f.comment for f in world.server.rows.values() if f.comment == "words 0")


def test_members_that_are_gone_from_the_state_are_passed_over() -> None:
    """A report is believed for those that still wait for it."""
    world, made = ready(3)
    push = world.run_to_batch()
    left = {k: s for k, s in world.state.subjects.items() if k != made[0].id}
    whole = world.state
    world.state = replace(whole, subjects=left)
    world.perform(push)
    assert world.now_is(made[1]).remote_id is not None
    world.state = replace(whole, subjects=left)
    world.post(ProcessStarted())
    assert made[0].id not in world.state.subjects


def test_a_short_queue_goes_one_by_one() -> None:
    world, made = ready(1)
    assert batches(world) == []
    told_once_each(world, made)
