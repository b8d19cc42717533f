"""States that ask the user something, and what a test wants to know of them."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.decision import RefusalCode
from app.core.messages import Change, EntryEditAsked, Message
from app.core.model import HoldReason, Subject
from tests.core.world import World


def code(world: World, message: Message) -> RefusalCode:
    """Why it was refused; a refusal changes nothing."""
    before = world.state
    decision = world.post(message)
    assert decision.refusal is not None
    assert (decision.state, decision.writes, decision.effects) == (before, (), ())
    return decision.refusal.code


def hold_of(world: World, subject: Subject) -> HoldReason | None:
    """Why it is held."""
    hold = world.now_is(subject).hold
    return None if hold is None else hold.reason


def put(world: World, subject: Subject) -> Subject:
    """The subject as if it had been stored and live."""
    world.store[subject.id] = subject
    world.state = replace(world.state, subjects={**world.state.subjects, subject.id: subject})
    return subject


def comments(world: World) -> list[str]:
    """The words of all that the server holds."""
    return sorted(row.comment for row in world.server.rows.values())


def near_match(world: World) -> Subject:
    """An entry whose create landed, whose answer was lost, and whose row was edited elsewhere."""
    world.push_faults.append("lost-after")
    entry = world.add("words")
    world.run_to_push()
    world.perform(world.waiting.popleft())
    world.server.edit_elsewhere("r1", comment="edited elsewhere")
    world.run()
    world.wait(200)
    assert hold_of(world, entry) is HoldReason.NEAR_MATCH
    return entry


def foreign_hold(world: World) -> Subject:
    """A track begun offline at nine; another device began one five minutes later."""
    world.online = False
    track = world.start("ours")
    world.run()
    world.wait(300)
    world.server.start_elsewhere("theirs")
    world.online = True
    world.wait(300)
    assert hold_of(world, track) is HoldReason.FOREIGN_TRACK
    return track


def conflict(world: World, ours: Change, **theirs: object) -> Subject:
    """A told entry that was changed here and there before either knew."""
    entry = world.add("words")
    world.settle()
    world.online = False
    world.post(EntryEditAsked(world.now_is(entry), ours))
    assert entry.id in world.state.subjects
    (remote_id,) = world.server.rows
    world.server.edit_elsewhere(remote_id, **theirs)
    world.settle()
    assert hold_of(world, entry) is HoldReason.CONFLICT
    return entry
