"""The books of the live subjects: always what the subjects say, and never made from all of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.core import effects
from app.core.books import EMPTY, Shelf, arranged, shelf_of
from app.core.messages import (
    AccountRemoveAsked,
    EntryDeleteAsked,
    Message,
    PollFell,
    SyncAsked,
    Woke,
)
from app.core.remote import Capabilities
from tests.core.server import BLIND_TIMER, KEPT_HERE, NAMED_TIMER, NO_TIMER
from tests.core.world import World


@pytest.mark.parametrize("capabilities", [BLIND_TIMER, NAMED_TIMER, NO_TIMER, KEPT_HERE])
def test_a_subject_stands_where_its_work_is(capabilities: Capabilities) -> None:
    world = World(capabilities)
    world.online = False
    track = world.start("runs")
    entry = world.add("waits", minutes_ago=60)
    book = world.state.book("Work")
    assert [*book.open.ids()] == [track.id]
    assert [*book.new.ids()] == ([] if capabilities.kept_here else [entry.id])
    assert shelf_of(replace(entry, deleted=True), capabilities) is None
    world.stop()
    assert track.id not in world.state.book("Work").open.ids()


def test_what_is_told_waits_as_known_when_it_is_edited_and_is_found_by_its_remote_id() -> None:
    world = World(NO_TIMER)
    entry = world.add("words")
    world.settle()
    assert world.state.book("Work") == EMPTY
    world.online = False
    world.post(EntryDeleteAsked(entry.id, (world.now_is(entry),)))
    book = world.state.book("Work")
    assert [*book.known.ids()] == [entry.id]
    assert book.owner("r1") == entry.id
    assert book.owner("r2") is None
    at = entry.meant.started_at
    assert [*book.told.between(at, at)] == [entry.id]
    assert not [*book.told.between(at + timedelta(seconds=1), at + timedelta(days=1))]


def test_what_was_refused_is_held_and_found_by_its_start() -> None:
    world = World(NO_TIMER)
    world.push_faults.append("refused")
    entry = world.add("words")
    world.run()
    book = world.state.book("Work")
    assert [*book.held.ids()] == [entry.id]
    assert [*book.lost.ids()] == [entry.id]


def test_a_refused_start_is_held_once_it_is_over() -> None:
    world = World(BLIND_TIMER)
    world.push_faults.append("refused")
    track = world.start("words")
    world.run()
    assert shelf_of(world.now_is(track), BLIND_TIMER) is Shelf.OPEN
    world.stop()
    assert not [*world.state.book("Work").lost.ids()]
    assert shelf_of(world.now_is(track), BLIND_TIMER) is Shelf.HELD


def test_books_are_kept_from_message_to_message() -> None:
    """A state that came out of a decision is never arranged from scratch."""
    world = World(NO_TIMER)
    world.online = False
    for number in range(3):
        world.add(f"words {number}", minutes_ago=60 * (number + 1))
        books = world.state.books
        assert books is not None
        assert books.of is world.state.subjects
        assert world.state.arranged is books
    by_hand = replace(world.state, subjects=dict(world.state.subjects))
    assert by_hand.arranged is not by_hand.books
    assert by_hand.arranged == world.state.books
    assert by_hand.book("gone") == EMPTY


def test_an_account_takes_its_book_along() -> None:
    world = World(KEPT_HERE)
    world.start("words")
    world.stop()
    world.post(AccountRemoveAsked("Work"))
    assert world.state.arranged == arranged({}, {})


def test_subjects_of_an_account_that_is_not_there_have_nothing_to_do() -> None:
    world = World(NO_TIMER)
    entry = world.add("words")
    assert arranged({entry.id: entry}, {}).by_account.get("Work", EMPTY) == EMPTY


def test_a_wake_up_is_asked_for_once() -> None:
    world = World(NO_TIMER)
    world.online = False
    world.add("words")
    world.run()
    asked = world.wake_at
    assert asked is not None

    def wakes(*messages: Message) -> list[effects.Effect]:
        found = [e for m in messages for e in world.post(m).effects]
        return [effect for effect in found if isinstance(effect, effects.WakeAt)]

    world.add("more", minutes_ago=90)
    assert not world.waiting
    # What fell early, and a poll after the clock was set, ask again.
    assert wakes(Woke()) == [effects.WakeAt("Work", asked)]
    assert wakes(PollFell()) == [effects.WakeAt("Work", asked)]
    assert not wakes(SyncAsked())
