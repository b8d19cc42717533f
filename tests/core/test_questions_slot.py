"""Which of two tracks ended, and what becomes of a second copy; the rest stands next door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.core.decision import RefusalCode
from app.core.messages import (
    Change,
    ConflictAnswered,
    DiscardAsked,
    EntryDeleteAsked,
    EntryEditAsked,
    ForeignAnswered,
    MatchAnswered,
    MendAsked,
    Message,
    PollFell,
    RetryAsked,
    StartAsked,
    SyncAsked,
    TwinAnswered,
    UndoAsked,
)
from app.core.model import Hold, HoldReason, Side, Subject
from app.core.remote import Capabilities
from tests.core.asking import code, foreign_hold, hold_of, put
from tests.core.server import BLIND_TIMER, NAMED_TIMER, NINE, NO_TIMER
from tests.core.world import World

MINUTE = timedelta(minutes=1)
TIMERS = pytest.mark.parametrize("kind", [BLIND_TIMER, NAMED_TIMER])


@pytest.fixture
def world() -> World:
    return World(NO_TIMER)


def poll(world: World) -> None:
    world.post(PollFell())
    world.run()


# --- two tracks ----------------------------------------------------------------------------------


@TIMERS
def test_ours_ended_when_theirs_began(kind: Capabilities) -> None:
    world = World(kind)
    track = foreign_hold(world)
    assert world.post(ForeignAnswered(track.id, Side.OURS)).made == (track.id,)
    world.settle()
    assert world.now_is(track).meant.stopped_at == NINE + 5 * MINUTE
    assert world.state.track is not None
    assert world.state.track.meant.comment == "theirs"
    assert sorted((r.comment, r.stopped_at is None) for r in world.server.rows.values()) == [
        ("ours", False),
        ("theirs", True),
    ]


@TIMERS
def test_theirs_ends_now_and_ours_goes_on(kind: Capabilities) -> None:
    world = World(kind)
    track = foreign_hold(world)
    now = world.now
    world.post(ForeignAnswered(track.id, Side.THEIRS))
    world.settle()
    assert world.state.running == track.id
    stopped = {row.comment: row.stopped_at for row in world.server.rows.values()}
    assert stopped == {"theirs": now, "ours": None}


def test_no_second_is_cut_off_by_a_track_that_began_before_ours() -> None:
    world = World(NAMED_TIMER)
    track = foreign_hold(world)
    theirs = next(s for s in world.state.subjects.values() if s.from_elsewhere)
    put(world, replace(theirs, meant=replace(theirs.meant, started_at=NINE - MINUTE)))
    world.post(ForeignAnswered(track.id, Side.OURS))
    assert world.now_is(track).meant.stopped_at == world.now


def test_a_track_that_ended_since_still_says_when_ours_ended() -> None:
    world = World(NAMED_TIMER)
    track = foreign_hold(world)
    world.server.stop_elsewhere()
    poll(world)
    world.post(ForeignAnswered(track.id, Side.OURS))
    assert world.now_is(track).meant.stopped_at == NINE + 5 * MINUTE
    assert world.state.running is None


@pytest.mark.parametrize("side", Side)
def test_both_tracks_run_again_when_the_answer_is_undone(side: Side) -> None:
    world = World(NAMED_TIMER)
    track = foreign_hold(world)
    before = dict(world.state.subjects)
    world.online = False
    world.post(ForeignAnswered(track.id, side))
    world.post(UndoAsked())
    assert {i: (s.meant, s.hold) for i, s in world.state.subjects.items()} == {
        i: (s.meant, s.hold) for i, s in before.items()
    }
    assert world.state.running == track.id
    world.settle()
    assert hold_of(world, track) is HoldReason.FOREIGN_TRACK


def test_an_answer_is_not_undone_while_it_is_told_nor_into_a_third_track() -> None:
    world = World(NAMED_TIMER)
    track = foreign_hold(world)
    world.post(ForeignAnswered(track.id, Side.OURS))
    world.run_to_push()
    assert code(world, UndoAsked()) is RefusalCode.IN_FLIGHT
    world = World(NAMED_TIMER)
    track = foreign_hold(world)
    world.online = False
    world.post(ForeignAnswered(track.id, Side.OURS))
    world.post(StartAsked("Work", comment="third"))
    assert code(world, UndoAsked()) is RefusalCode.ENTRY_RUNS


@pytest.mark.parametrize("side", Side)
def test_nor_once_it_was_told(side: Side) -> None:
    world = World(NAMED_TIMER)
    track = foreign_hold(world)
    world.post(ForeignAnswered(track.id, side))
    world.settle()
    assert code(world, UndoAsked()) is RefusalCode.NOTHING_TO_UNDO


# --- a second copy -------------------------------------------------------------------------------


def twin(world: World) -> Subject:
    entry = world.add("words")
    world.settle()
    remote_id = world.server.add_elsewhere(entry.meant)
    poll(world)
    copy = next(s for s in world.store.values() if s.remote_id == remote_id)
    hold = Hold(HoldReason.TWIN, world.now, theirs=copy.meant, twin_of=entry.id)
    return put(world, replace(copy, hold=hold))


def test_a_twin_is_taken_back_by_its_id(world: World) -> None:
    copy = twin(world)
    assert world.post(TwinAnswered(copy.id, True)).made == (copy.id,)
    world.settle()
    assert list(world.server.rows) == ["r1"]
    world.post(UndoAsked())
    world.settle()
    assert len(world.server.rows) == 2, "what was taken back is made again"


def test_the_question_comes_back_as_long_as_it_is_untold(world: World) -> None:
    copy = twin(world)
    world.online = False
    world.post(TwinAnswered(copy.id, True))
    world.post(UndoAsked())
    assert world.now_is(copy) == copy
    world.settle()
    assert len(world.server.rows) == 2


@pytest.mark.parametrize("message", [TwinAnswered, RetryAsked, DiscardAsked])
def test_a_twin_is_kept_as_an_entry_of_its_own(world: World, message: type) -> None:
    copy = twin(world)
    world.post(TwinAnswered(copy.id, False) if message is TwinAnswered else message(copy.id))
    world.settle()
    assert len(world.server.rows) == 2
    assert not world.state.subjects
    world.post(UndoAsked())
    assert hold_of(world, copy) is HoldReason.TWIN


def test_an_edit_does_not_say_what_becomes_of_a_twin_but_its_deletion_does(world: World) -> None:
    copy = twin(world)
    world.post(EntryEditAsked(world.now_is(copy), Change(comment="edited")))
    assert hold_of(world, copy) is HoldReason.TWIN
    world.post(EntryDeleteAsked(copy.id))
    world.settle()
    assert list(world.server.rows) == ["r1"]


# --- what can not be answered --------------------------------------------------------------------


def test_every_answer_names_what_it_can_not_answer(world: World) -> None:
    def answers(subject_id: str) -> list[Message]:
        return [
            ConflictAnswered(subject_id, frozenset()),
            MatchAnswered(subject_id, None),
            ForeignAnswered(subject_id, Side.OURS),
            TwinAnswered(subject_id, True),
        ]

    for message in [*answers("nobody"), MendAsked("nobody", Change())]:
        assert code(world, message) is RefusalCode.UNKNOWN_OPERATION
    world.online = False
    entry = world.add("words")
    for message in [*answers(entry.id), MendAsked(entry.id, Change())]:
        assert code(world, message) is RefusalCode.NOT_HELD
    world.online = True
    world.wait(600)
    world.post(SyncAsked())
    world.run_to_push()
    for message in [*answers(entry.id), MendAsked(entry.id, Change())]:
        assert code(world, message) is RefusalCode.IN_FLIGHT
    world.server.refusing = "No."
    world.run()
    for message in answers(entry.id):
        assert code(world, message) is RefusalCode.OTHER_QUESTION
