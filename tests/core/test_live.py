"""The live subjects as a value: a mapping like any other, and no message goes through all of it."""

from __future__ import annotations

from collections.abc import Iterator, ValuesView
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.core import effects
from app.core.books import Books
from app.core.live import Subjects
from app.core.messages import (
    Change,
    EntryDeleteAsked,
    EntryEditAsked,
    Message,
    PollFell,
    StartAsked,
    StopAsked,
    SyncAsked,
    UndoAsked,
    Woke,
)
from app.core.model import Subject
from app.core.remote import Capabilities, Facts
from tests.core.server import BATCHES, BLIND_BATCHES, BLIND_TIMER, NAMED_TIMER, NINE
from tests.core.world import World

ids = st.sampled_from([f"{number:02x}" for number in range(40)])
steps = st.lists(st.tuples(st.booleans(), ids), max_size=120)


def subject(id_: str, comment: str = "") -> Subject:
    return Subject(id_, "Work", Facts(NINE, comment=comment))


@given(st.lists(ids), steps)
def test_it_is_a_dict_that_is_never_changed(first: list[str], then: list[tuple[bool, str]]) -> None:
    kept = Subjects(subject(id_) for id_ in first)
    plain = {id_: subject(id_) for id_ in first}
    for place, (grows, id_) in enumerate(then):
        before, listed = kept, dict(kept)
        if grows:
            kept = kept.plus(subject(id_, str(place)))
            plain[id_] = subject(id_, str(place))
        else:
            kept = kept.minus(id_)
            plain.pop(id_, None)
        assert before == listed
    assert kept == plain
    assert len(kept) == len(plain)
    assert {it.id: it for it in kept.values()} == plain
    assert all((id_ in kept) == (id_ in plain) for id_ in ["00", "27", "none"])
    number: object = 7
    assert number not in kept
    assert all(kept.get(id_) == plain.get(id_) for id_ in ["00", "27", "none"])


class Unread(Subjects):
    """Whoever goes through it has to go through thousands."""

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("all that waits was gone through")

    def values(self) -> ValuesView[Subject]:
        raise AssertionError("all that waits was gone through")


def unread(world: World) -> None:
    """Let the next message meet subjects that must not be gone through."""
    state = world.state
    books = state.arranged
    watched = Unread.__new__(Unread)
    assert isinstance(state.subjects, Subjects)
    watched._buckets, watched._count = state.subjects._buckets, state.subjects._count
    world.state = replace(state, subjects=watched, books=Books(watched, books.by_account))


@pytest.mark.parametrize("capabilities", [BLIND_TIMER, NAMED_TIMER, BATCHES, BLIND_BATCHES])
def test_no_message_goes_through_all_that_waits(capabilities: Capabilities) -> None:
    world = World(capabilities)
    told = world.add("told", 300)
    world.settle()
    world.online = False
    for number in range(30):
        world.add(f"words {number}", 10 * number + 20)
    world.run()
    world.checking = False

    def post(message: Message) -> None:
        unread(world)
        assert world.post(message).refusal is None

    for online in (False, True):
        world.online = online
        world.now += timedelta(minutes=5)
        world.boot += 300
        for message in (Woke(), PollFell(), StartAsked("Work", comment="runs"), SyncAsked()):
            post(message)
        world.now += timedelta(minutes=1)
        world.boot += 60
        post(StopAsked())
        known = world.now_is(told)
        post(EntryEditAsked(known, Change(comment=f"edited {online}"), (known,)))
        post(EntryDeleteAsked(told.id, (world.now_is(told),)))
        post(UndoAsked((world.now_is(told),)))
        while world.waiting:
            effect = world.waiting.popleft()
            unread(world)
            if isinstance(effect, effects.WakeAt):
                continue
            world.perform(effect)
    assert not world.state.book("Work").new
