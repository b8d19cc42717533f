"""A start found by item and words alone: named in the ledger, and "not mine" can be said of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core.decision import RefusalCode
from app.core.messages import AdjustAsked, Change, ForeignAnswered, MatchAnswered
from app.core.model import HoldReason, Side, Subject
from tests.core.asking import code, hold_of
from tests.core.server import BLIND_TIMER, NAMED_TIMER, NINE, item
from tests.core.world import World

MINUTE = timedelta(minutes=1)


def taken_for_ours() -> tuple[World, Subject]:
    """Our start never landed; another device began one with the same words before we looked."""
    world = World(BLIND_TIMER)
    world.push_faults.append("lost-before")
    track = world.start("same")
    world.run_to_push()
    world.perform(world.waiting.popleft())
    world.server.start_elsewhere("same", item(1))
    world.run()
    world.wait(60)
    assert world.now_is(track).remote_id == "r1"
    return world, track


def test_the_ledger_says_how_it_was_found() -> None:
    world, track = taken_for_ours()
    (line,) = [line for line in world.ledger if line.what == "found"]
    assert (line.subject_id, line.detail["by"]) == (track.id, "words")


def test_a_start_that_carries_its_time_is_found_by_more_than_words() -> None:
    world = World(NAMED_TIMER)
    world.push_faults.append("lost-after")
    track = world.start("same")
    world.run()
    world.wait(60)
    (line,) = [line for line in world.ledger if line.what == "found"]
    assert "by" not in line.detail
    assert code(world, MatchAnswered(track.id, None)) is RefusalCode.NOT_HELD


def test_not_mine_leaves_theirs_alone_and_asks_which_track_ended() -> None:
    world, track = taken_for_ours()
    assert world.post(MatchAnswered(track.id, None)).refusal is None
    world.run()
    theirs = [s for s in world.store.values() if s.remote_id == "r1"]
    assert [(s.from_elsewhere, s.meant.comment) for s in theirs] == [(True, "same")]
    assert world.now_is(track).remote_id is None
    world.settle()
    assert hold_of(world, track) is HoldReason.FOREIGN_TRACK
    world.post(ForeignAnswered(track.id, Side.THEIRS))
    world.settle()
    world.stop()
    stopped_at = world.now
    world.settle()
    ours = [row for row in world.server.rows.values() if row.started_at == NINE]
    assert stopped_at in {row.stopped_at for row in ours}
    assert len(world.server.rows) == 2


def test_not_mine_of_a_track_that_is_over_tells_it_as_an_entry() -> None:
    world, track = taken_for_ours()
    world.stop()
    stopped_at = world.now
    world.settle()
    assert track.id not in world.state.subjects
    world.post(MatchAnswered(track.id, None))
    world.settle()
    assert (NINE, stopped_at) in {(r.started_at, r.stopped_at) for r in world.server.rows.values()}
    assert len(world.server.rows) == 2
    assert len({s.remote_id for s in world.store.values()}) == 2


@pytest.mark.parametrize("known", [True, False])
def test_not_while_something_of_it_is_under_way_nor_of_what_is_unknown(known: bool) -> None:
    world, track = taken_for_ours()
    world.post(AdjustAsked(Change(comment="better")))
    world.run_to_push()
    if known:
        assert code(world, MatchAnswered(track.id, None)) is RefusalCode.IN_FLIGHT
    else:
        assert code(world, MatchAnswered("nobody", None)) is RefusalCode.UNKNOWN_OPERATION
