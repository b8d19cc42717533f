"""Each of the eight invariants can be broken: a decision that does is named and never committed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from app.core.decision import Decision, SaveSubject
from app.core.draft import Draft
from app.core.effects import Look
from app.core.invariants import InvariantBroken, check, check_touched
from app.core.messages import EntryDeleteAsked, Looked, ProcessStarted
from app.core.model import Attempt, BootMoment, Subject
from app.core.remote import Write, WriteKind
from app.core.state import AppState
from app.core.update import update
from tests.core.server import BLIND_TIMER, NAMED_TIMER, NINE
from tests.core.world import World

Tampered = tuple[AppState, Decision]
Tamper = Callable[[], Tampered]


def decided(decision: Decision, *subjects: Subject) -> Decision:
    """The decision with these subjects in the place of its own."""
    live = {**decision.state.subjects, **{s.id: s for s in subjects}}
    named = {s.id for s in subjects}
    rows = [
        row
        for row in decision.writes
        if not (isinstance(row, SaveSubject) and row.subject.id in named)
    ]
    saved = [SaveSubject(s, True) for s in subjects]
    return replace(decision, state=replace(decision.state, subjects=live), writes=(*saved, *rows))


def world_with(*, online: bool = True, blind: bool = False) -> tuple[World, Subject]:
    """An entry that is told, and a decision to come."""
    world = World(BLIND_TIMER if blind else NAMED_TIMER)
    entry = world.add("words")
    world.settle()
    world.online = online
    return world, world.now_is(entry)


def attempt(kind: WriteKind, entry: Subject, name: str = "a") -> Attempt:
    write = Write(kind, entry.meant, remote_id=entry.remote_id)
    return Attempt(name, write, frozenset(), NINE, BootMoment("boot-1", 1))


def next_view(world: World) -> Looked:
    """What the look that waits will say."""
    (look,) = list(world.waiting)
    assert isinstance(look, Look)
    message = world._seen(look)
    assert isinstance(message, Looked)
    return message


def at_the_push() -> tuple[World, AppState, Decision]:
    """A look that lets a create go: the decision that commits its attempt."""
    world = World(NAMED_TIMER)
    world.add("words")
    message = next_view(world)
    before = world.state
    return world, before, update(before, message, world.stamp())


def a_write_without_its_attempt() -> Tampered:
    _world, before, decision = at_the_push()
    (subject,) = decision.state.subjects.values()
    return before, decided(decision, replace(subject, attempt=None))


def a_write_outside_its_turn() -> Tampered:
    _world, before, decision = at_the_push()
    lane = replace(decision.state.lanes["Work"], turn=None)
    return before, replace(decision, state=replace(decision.state, lanes={"Work": lane}))


def two_open_creates() -> Tampered:
    _world, before, decision = at_the_push()
    (subject,) = decision.state.subjects.values()
    other = replace(subject, id="x", attempt=attempt(WriteKind.CREATE, subject, "other"))
    return before, decided(decision, other)


def a_second_attempt_beside_the_first() -> Tampered:
    world, entry = world_with()
    first = replace(entry, attempt=attempt(WriteKind.EDIT, entry, "first"))
    before = replace(world.state, subjects={entry.id: first})
    second = replace(entry, attempt=attempt(WriteKind.EDIT, entry, "second"))
    return before, decided(Decision(before), second)


def an_attempt_that_changed() -> Tampered:
    world, entry = world_with()
    first = attempt(WriteKind.EDIT, entry)
    before = replace(world.state, subjects={entry.id: replace(entry, attempt=first)})
    grown = replace(first, baseline=frozenset({"r9"}))
    return before, decided(Decision(before), replace(entry, attempt=grown))


def another_remote_id() -> Tampered:
    world, entry = world_with()
    before = replace(world.state, subjects={entry.id: entry})
    return before, decided(Decision(before), replace(entry, remote_id="r9"))


def one_remote_id_twice() -> Tampered:
    world, entry = world_with()
    before = replace(world.state, subjects={})
    return before, decided(Decision(before), entry, replace(entry, id="x"))


@pytest.mark.parametrize(
    "number,tamper",
    [
        (1, a_write_without_its_attempt),
        (1, a_write_outside_its_turn),
        (1, two_open_creates),
        (1, a_second_attempt_beside_the_first),
        (2, an_attempt_that_changed),
        (3, another_remote_id),
        (3, one_remote_id_twice),
    ],
)
def test_the_cheap_ones_name_what_breaks_them(number: int, tamper: Tamper) -> None:
    before, decision = tamper()
    with pytest.raises(InvariantBroken) as broken:
        check_touched(before, decision.state, decision)
    assert broken.value.number == number


def given_up_unsettled() -> Tampered:
    """A create whose attempt is gone although nothing says that it did not land."""
    world = World(NAMED_TIMER)
    entry = world.add("words")
    world.run_to_push()
    before = world.state
    freed = replace(before.subjects[entry.id], attempt=None)
    return before, decided(Decision(before), freed)


def an_unnamed_verb_while_the_slot_rests() -> Tampered:
    world = World(BLIND_TIMER)
    world.start("words")
    before = world.state
    decision = update(before, next_view(world), world.stamp())
    (subject,) = decision.state.subjects.values()
    return before, decided(decision, replace(subject, rests=BootMoment("boot-1", 1)))


def meant_by_nobody() -> Tampered:
    world, entry = world_with()
    before = replace(world.state, subjects={entry.id: entry})
    other = replace(entry, meant=replace(entry.meant, comment="other"))
    return before, decided(Decision(before), other)


def untold_and_merged_away() -> Tampered:
    world, entry = world_with(online=False)
    ours = replace(entry, meant=replace(entry.meant, comment="ours"))
    before = replace(world.state, subjects={entry.id: ours})
    draft = Draft(before, world.stamp())
    draft.note("Work", entry.id, "changed-elsewhere")
    theirs = replace(entry, meant=replace(entry.meant, comment="theirs"))
    return before, decided(draft.decision(), theirs)


def acknowledged_by_nobody() -> Tampered:
    world, entry = world_with()
    before = replace(world.state, subjects={entry.id: entry})
    wish = replace(entry, acknowledged=replace(entry.meant, comment="wish"))
    return before, decided(Decision(before), wish)


def deleted_by_nobody() -> Tampered:
    world, entry = world_with()
    before = replace(world.state, subjects={entry.id: entry})
    return before, decided(Decision(before), replace(entry, deleted=True))


def deletes_what_is_meant_to_stay() -> Tampered:
    world, entry = world_with()
    world.post(EntryDeleteAsked(entry.id))
    before = world.state
    message = next_view(world)
    decision = update(before, replace(message, known=(entry,)), world.stamp())
    subject = decision.state.subjects[entry.id]
    kept = replace(before.subjects[entry.id], deleted=False)
    before = replace(before, subjects={entry.id: kept})
    return before, decided(decision, replace(subject, deleted=False))


@pytest.mark.parametrize(
    "number,tamper",
    [
        (4, given_up_unsettled),
        (5, an_unnamed_verb_while_the_slot_rests),
        (6, meant_by_nobody),
        (6, untold_and_merged_away),
        (7, acknowledged_by_nobody),
        (8, deleted_by_nobody),
        (8, deletes_what_is_meant_to_stay),
    ],
)
def test_the_others_name_what_breaks_them(number: int, tamper: Tamper) -> None:
    before, decision = tamper()
    with pytest.raises(InvariantBroken) as broken:
        check(before, decision.state, decision)
    assert broken.value.number == number
    assert f"invariant {number}" in str(broken.value)


def test_a_decision_that_breaks_one_is_not_handed_out() -> None:
    """Raised inside `update`, so that the loop commits nothing and says so."""
    world, entry = world_with()
    two = [replace(entry, id=name, remote_id=None, acknowledged=None) for name in ("x", "y")]
    doubled = [replace(s, attempt=attempt(WriteKind.CREATE, s, s.id)) for s in two]
    world.state = replace(world.state, subjects={s.id: s for s in doubled})
    before, ledger = world.state, list(world.ledger)
    with pytest.raises(InvariantBroken):
        world.post(ProcessStarted())
    assert (world.state, world.ledger) == (before, ledger)
