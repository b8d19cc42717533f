"""Each question that may be asked, its answers, and what an undo of an answer gives back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.core.decision import RefusalCode
from app.core.messages import (
    AdjustAsked,
    Change,
    ConflictAnswered,
    DiscardAsked,
    EntryEditAsked,
    MatchAnswered,
    PollFell,
    RedoAsked,
    RetryAsked,
    UndoAsked,
)
from app.core.model import Hold, HoldReason, Subject
from app.core.remote import Field
from tests.core.asking import code, comments, conflict, hold_of, near_match, put
from tests.core.server import BLIND_TIMER, NAMED_TIMER, NINE, NO_TIMER, item
from tests.core.world import World

MINUTE = timedelta(minutes=1)
TIMERS = pytest.mark.parametrize("kind", [BLIND_TIMER, NAMED_TIMER])


@pytest.fixture
def world() -> World:
    return World(NO_TIMER)


def poll(world: World) -> None:
    world.post(PollFell())
    world.run()


def asked(world: World, subject: Subject) -> Hold:
    hold = world.now_is(subject).hold
    assert hold is not None
    return hold


# --- both changed it -----------------------------------------------------------------------------

BOTH = Change(comment="ours", item=item(2))


def both(world: World) -> Subject:
    return conflict(world, BOTH, comment="theirs", item=item(3))


def on_server(world: World) -> tuple[str, str]:
    (row,) = world.server.rows.values()
    return row.comment, row.item.id if row.item else ""


def test_a_conflict_keeps_both_sides_of_each_field(world: World) -> None:
    entry = both(world)
    hold = asked(world, entry)
    assert hold.fields == {Field.COMMENT, Field.ITEM}
    assert hold.theirs is not None
    assert (hold.theirs.comment, world.now_is(entry).meant.comment) == ("theirs", "ours")
    assert on_server(world) == ("theirs", "3"), "nobody wins before the answer"


@pytest.mark.parametrize(
    "theirs,end",
    [
        (set(), ("ours", "2")),
        ({Field.COMMENT}, ("theirs", "2")),
        ({Field.ITEM}, ("ours", "3")),
        ({Field.COMMENT, Field.ITEM}, ("theirs", "3")),
    ],
)
def test_each_field_ends_as_it_was_chosen(
    world: World, theirs: set[Field], end: tuple[str, str]
) -> None:
    entry = both(world)
    assert world.post(ConflictAnswered(entry.id, frozenset(theirs))).made == (entry.id,)
    world.settle()
    assert on_server(world) == end
    assert not world.state.subjects


def test_ours_is_what_a_retry_means_and_theirs_what_a_discard(world: World) -> None:
    entry = both(world)
    world.post(DiscardAsked(entry.id))
    world.settle()
    assert on_server(world) == ("theirs", "3")
    world.post(UndoAsked())
    assert asked(world, entry).fields == {Field.COMMENT, Field.ITEM}
    world.post(RetryAsked(entry.id))
    world.settle()
    assert on_server(world) == ("ours", "2")


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("theirs", [frozenset(), frozenset({Field.COMMENT})])
def test_an_answered_conflict_is_asked_again_when_undone(
    world: World, told: bool, theirs: frozenset[Field]
) -> None:
    entry = both(world)
    before = world.now_is(entry)
    world.online = told
    world.post(ConflictAnswered(entry.id, theirs))
    if told:
        world.settle()
    world.post(UndoAsked())
    now = world.now_is(entry)
    assert (now.meant, now.hold) == (before.meant, before.hold)
    world.settle()
    assert asked(world, entry).fields == before.hold.fields if before.hold else False
    assert code(world, RedoAsked()) is RefusalCode.NOTHING_TO_UNDO
    world.post(ConflictAnswered(entry.id, frozenset({Field.ITEM})))
    world.settle()
    assert on_server(world) == ("ours", "3")


def test_an_answer_that_is_under_way_is_undone_into_what_was_meant(world: World) -> None:
    entry = both(world)
    world.push_faults.append("lost-after")
    world.post(ConflictAnswered(entry.id, frozenset({Field.COMMENT})))
    world.run()
    assert world.now_is(entry).attempt is not None
    world.post(UndoAsked())
    world.settle()
    assert on_server(world) == ("ours", "2")


def test_what_they_change_meanwhile_stands_in_the_question(world: World) -> None:
    entry = both(world)
    world.server.edit_elsewhere("r1", comment="theirs, better")
    poll(world)
    hold = asked(world, entry)
    assert hold.theirs is not None
    assert hold.theirs.comment == "theirs, better"
    assert hold.fields == {Field.COMMENT, Field.ITEM}
    world.server.edit_elsewhere("r1", comment="ours")
    poll(world)
    assert asked(world, entry).fields == {Field.ITEM}
    world.server.edit_elsewhere("r1", item=item(2))
    poll(world)
    assert hold_of(world, entry) is None, "both say the same by now"
    world.settle()
    assert on_server(world) == ("ours", "2")


def test_a_track_that_theirs_ended_ends_by_the_answer() -> None:
    world = World(NAMED_TIMER)
    track = world.start("words")
    world.settle()
    known = world.now_is(track)
    ended = replace(known.meant, stopped_at=NINE + MINUTE)
    hold = Hold(HoldReason.CONFLICT, NINE, theirs=ended, fields=frozenset({Field.TIME}))
    put(world, replace(known, acknowledged=ended, hold=hold))
    world.post(ConflictAnswered(track.id, frozenset({Field.TIME})))
    assert world.state.running is None
    assert world.store[track.id].meant.stopped_at == NINE + MINUTE


def test_the_words_of_a_track_are_chosen_while_it_runs() -> None:
    world = World(NAMED_TIMER)
    track = world.start("words")
    world.settle()
    world.online = False
    world.post(AdjustAsked(Change(comment="ours")))
    world.server.edit_elsewhere("r1", comment="theirs")
    world.settle()
    assert hold_of(world, track) is HoldReason.CONFLICT
    world.post(ConflictAnswered(track.id, frozenset({Field.COMMENT})))
    world.settle()
    assert comments(world) == ["theirs"]
    assert world.state.running == track.id
    world.post(UndoAsked())
    assert world.now_is(track).meant.comment == "ours"


def test_a_question_without_their_side_leaves_ours(world: World) -> None:
    entry = both(world)
    put(world, replace(world.now_is(entry), hold=Hold(HoldReason.ECHO, NINE)))
    world.post(ConflictAnswered(entry.id, frozenset({Field.COMMENT})))
    assert world.now_is(entry).meant.comment == "ours"


# --- whose a row is ------------------------------------------------------------------------------


def test_the_candidates_are_there_to_be_shown(world: World) -> None:
    hold = asked(world, near_match(world))
    assert [(row.remote_id, row.facts.comment) for row in hold.rows] == [("r1", "edited elsewhere")]


def test_a_near_match_that_is_ours_is_adopted_as_it_was_read(world: World) -> None:
    entry = near_match(world)
    assert world.post(MatchAnswered(entry.id, "r1")).made == (entry.id,)
    now = world.now_is(entry)
    assert now.remote_id == "r1"
    assert now.acknowledged is not None
    assert (now.acknowledged.comment, now.meant.comment) == ("edited elsewhere",) * 2
    world.settle()
    assert comments(world) == ["edited elsewhere"]
    assert list(world.store) == [entry.id]


def test_what_was_said_since_is_told_to_the_adopted_row(world: World) -> None:
    entry = near_match(world)
    world.post(EntryEditAsked(world.now_is(entry), Change(item=item(2))))
    world.post(MatchAnswered(entry.id, "r1"))
    world.settle()
    assert on_server(world) == ("edited elsewhere", "2")


def test_none_of_them_lets_the_create_go_again(world: World) -> None:
    entry = near_match(world)
    world.post(MatchAnswered(entry.id, None))
    world.settle()
    assert comments(world) == ["edited elsewhere", "words"]
    assert world.now_is(entry).remote_id == "r2"


def test_a_row_that_was_not_asked_about_is_no_answer(world: World) -> None:
    entry = near_match(world)
    assert code(world, MatchAnswered(entry.id, "r9")) is RefusalCode.UNKNOWN_ENTRY


def test_a_row_that_stood_here_as_anothers_is_taken_back(world: World) -> None:
    entry = near_match(world)
    row = asked(world, entry).rows[0]
    stranger = Subject(
        "x1", "Work", row.facts, acknowledged=row.facts, remote_id="r1", from_elsewhere=True
    )
    world.store["x1"] = stranger
    world.post(MatchAnswered(entry.id, "r1"))
    assert (world.store["x1"].deleted, world.store["x1"].remote_id) == (True, None)
    assert world.now_is(entry).remote_id == "r1"


@pytest.mark.parametrize("answer", ["r1", None])
def test_an_answer_to_whose_it_is_is_asked_again_when_undone(
    world: World, answer: str | None
) -> None:
    entry = near_match(world)
    before = world.now_is(entry)
    world.online = False
    world.post(MatchAnswered(entry.id, answer))
    world.post(UndoAsked())
    assert world.now_is(entry) == before
    world.settle()
    assert hold_of(world, entry) is HoldReason.NEAR_MATCH
    world.post(MatchAnswered(entry.id, "r1"))
    world.settle()
    assert comments(world) == ["edited elsewhere"]


def test_what_was_told_upon_an_answer_can_not_be_undone(world: World) -> None:
    entry = near_match(world)
    world.post(MatchAnswered(entry.id, None))
    world.run_to_push()
    assert code(world, UndoAsked()) is RefusalCode.IN_FLIGHT
    world.settle()
    world.post(UndoAsked())
    world.settle()
    assert comments(world) == ["edited elsewhere"], "the addition itself was undone"


def test_a_question_whose_write_is_settled_already_just_ends(world: World) -> None:
    entry = near_match(world)
    put(world, replace(world.now_is(entry), attempt=None))
    world.post(MatchAnswered(entry.id, None))
    assert hold_of(world, entry) is None
