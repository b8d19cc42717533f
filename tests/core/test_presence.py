"""Away and back: one absence each, kept until it is answered, and what each answer does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.core.decision import RefusalCode
from app.core.messages import (
    AbsenceAnswered,
    EntryDeleteAsked,
    InputReturned,
    InputStopped,
    SettingsChanged,
)
from app.core.model import Absence, AbsenceAnswer, AwayReason, Subject
from app.core.state import CoreSettings
from tests.core.server import KEPT_HERE, NAMED_TIMER, NINE
from tests.core.world import World

KEEP, DISCARD, GO_ON = AbsenceAnswer.KEEP, AbsenceAnswer.DISCARD, AbsenceAnswer.DISCARD_CONTINUE


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def world() -> World:
    return World(KEPT_HERE)


def away(world: World, seconds: int, reason: AwayReason = AwayReason.IDLE) -> Absence:
    """Be away from now on for so long; returns the absence that came of it."""
    since_at = world.now
    world.wait(seconds)
    world.post(InputStopped(since_at, reason))
    before = set(world.state.absences)
    world.post(InputReturned(since_at))
    (new,) = set(world.state.absences) - before
    return world.state.absences[new]


def answer(world: World, absence: Absence, words: AbsenceAnswer) -> None:
    assert world.post(AbsenceAnswered(absence.id, words)).refusal is None
    assert absence.id not in world.state.absences
    stored = world.absences[absence.id]
    assert (stored.answer, stored.answered_at) == (words, world.now)


def spans(world: World) -> list[tuple[datetime, datetime | None]]:
    rows = [s.meant for s in world.store.values() if not s.deleted]
    return sorted((row.started_at, row.stopped_at) for row in rows)


def test_idle_lock_and_suspend_are_one_absence_from_the_first_of_them(world: World) -> None:
    track = world.start()
    world.wait(600)
    world.post(InputStopped(NINE + minutes(8), AwayReason.IDLE))
    world.post(InputStopped(NINE + minutes(9), AwayReason.LOCKED))
    assert world.state.presence.away_since == NINE + minutes(8)
    world.post(InputStopped(NINE + minutes(7), AwayReason.SUSPENDED))
    assert world.state.presence.away_since == NINE + minutes(7)
    world.wait(600)
    world.post(InputReturned(NINE + minutes(8)))
    (absence,) = world.state.absences.values()
    assert absence == Absence(
        absence.id, track.id, NINE + minutes(7), NINE + minutes(20), AwayReason.IDLE
    )
    assert world.state.presence.away_since is None


def test_a_report_from_ahead_begins_now(world: World) -> None:
    world.post(InputStopped(world.now + minutes(1)))
    assert world.state.presence.away_since == world.now


def test_an_absence_never_begins_before_its_track(world: World) -> None:
    world.wait(600)
    world.start()
    world.wait(600)
    world.post(InputReturned(NINE))
    (absence,) = world.state.absences.values()
    assert absence.from_at == NINE + minutes(10)


def test_without_a_track_or_shorter_than_the_threshold_nothing_is_asked(world: World) -> None:
    world.wait(1200)
    world.post(InputReturned(NINE))
    assert not world.state.absences
    world.start()
    world.wait(299)
    world.post(InputReturned(NINE))
    assert not world.state.absences
    world.post(SettingsChanged(CoreSettings(idle_after_seconds=60)))
    world.post(InputReturned(NINE))
    assert len(world.state.absences) == 1


def test_the_time_is_kept(world: World) -> None:
    world.start()
    world.wait(600)
    answer(world, away(world, 600), KEEP)
    assert spans(world) == [(NINE, None)]


def test_the_time_is_taken_off_and_the_track_stops_where_it_began(world: World) -> None:
    world.start()
    world.wait(600)
    answer(world, away(world, 600), DISCARD)
    assert spans(world) == [(NINE, NINE + minutes(10))]
    assert world.state.running is None
    assert world.state.last is not None


def test_the_time_is_taken_off_and_the_track_goes_on_from_the_return(world: World) -> None:
    first = world.start("words")
    world.wait(600)
    absence = away(world, 600)
    world.wait(60)
    answer(world, absence, GO_ON)
    assert spans(world) == [(NINE, NINE + minutes(10)), (NINE + minutes(20), None)]
    track = world.state.track
    assert track is not None
    assert (track.id != first.id, track.meant.comment, track.anchor is not None) == (
        True,
        "words",
        True,
    )


def test_a_track_that_stopped_meanwhile_loses_the_absence_alone(world: World) -> None:
    world.start()
    world.wait(600)
    absence = away(world, 600)
    world.wait(300)
    world.stop()
    answer(world, absence, GO_ON)
    assert spans(world) == [
        (NINE, NINE + minutes(10)),
        (NINE + minutes(20), NINE + minutes(25)),
    ]
    assert world.state.running is None


def test_a_track_that_stopped_inside_the_absence_does_not_go_on(world: World) -> None:
    track = world.start()
    world.wait(600)
    absence = away(world, 600)
    world.store[track.id] = _ended(world.now_is(track), NINE + minutes(15))
    world.state = world.state.__class__(
        accounts=world.state.accounts, absences=world.state.absences
    )
    answer(world, absence, GO_ON)
    assert spans(world) == [(NINE, NINE + minutes(10))]


def test_a_track_that_had_ended_before_the_absence_is_left_alone(world: World) -> None:
    track = world.start()
    world.wait(600)
    absence = away(world, 600)
    world.stop()
    world.store[track.id] = _ended(world.now_is(track), NINE + minutes(5))
    answer(world, absence, DISCARD)
    assert spans(world) == [(NINE, NINE + minutes(5))]


def _ended(track: Subject, stopped_at: datetime) -> Subject:
    from msgspec.structs import replace

    return replace(track, meant=replace(track.meant, stopped_at=stopped_at))


@pytest.mark.parametrize("words,left", [(DISCARD, 0), (GO_ON, 1)])
def test_a_track_that_was_all_absence_is_deleted(
    world: World, words: AbsenceAnswer, left: int
) -> None:
    track = world.start()
    answer(world, away(world, 600), words)
    assert world.now_is(track).deleted
    assert spans(world) == [(NINE + minutes(10), None)][:left]


def test_an_absence_of_a_deleted_or_lost_track_is_only_answered(world: World) -> None:
    track = world.start()
    world.wait(600)
    absence, second = away(world, 600), away(world, 600)
    world.stop()
    world.post(EntryDeleteAsked(track.id))
    answer(world, absence, GO_ON)
    del world.store[track.id]
    answer(world, second, DISCARD)
    assert spans(world) == []


def test_an_answer_to_no_absence_is_refused(world: World) -> None:
    world.start()
    absence = away(world, 600)
    answer(world, absence, KEEP)
    refusal = world.post(AbsenceAnswered(absence.id, DISCARD)).refusal
    assert refusal is not None
    assert refusal.code is RefusalCode.UNKNOWN_ABSENCE


@pytest.mark.parametrize("in_order", [True, False])
def test_several_open_absences_are_each_cut_out(world: World, in_order: bool) -> None:
    """9:00 work, 9:10 away, 9:20 work, 9:30 away, 9:40 work: thirty minutes stay."""
    world.start()
    world.wait(600)
    first = away(world, 600)
    world.wait(600)
    second = away(world, 600)
    world.wait(600)
    for absence in (first, second) if in_order else (second, first):
        answer(world, absence, GO_ON)
    assert spans(world) == [
        (NINE, NINE + minutes(10)),
        (NINE + minutes(20), NINE + minutes(30)),
        (NINE + minutes(40), None),
    ]


def test_absences_survive_a_restart() -> None:
    world = World(NAMED_TIMER)
    world.start()
    world.run()
    world.wait(600)
    absence = away(world, 600)
    world.crash()
    answer(world, absence, DISCARD)
    world.settle()
    (row,) = world.server.rows.values()
    assert (row.started_at, row.stopped_at) == (NINE, NINE + minutes(10))
