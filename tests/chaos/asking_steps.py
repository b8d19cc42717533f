"""Two devices at odds: what leads to a question, and the user's true answer to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from app.core.messages import (
    Change,
    ConflictAnswered,
    DiscardAsked,
    EntryAddAsked,
    EntryEditAsked,
    ForeignAnswered,
    MatchAnswered,
    Message,
    RetryAsked,
    StartAsked,
    StopAsked,
)
from app.core.model import HoldReason, Side
from app.core.remote import Field, WorkItem
from tests.chaos.history import ITEMS, Step
from tests.chaos.oracle import Piece
from tests.chaos.player import Player, can_act, rows_of
from tests.chaos.their_steps import ran_for
from tests.chaos.world import HERE, REMOTE, World

# Longer than the settling and the second look take.
SETTLED_SECONDS = 45


def calm(world: World) -> bool:
    """Whether nothing is under way and nothing is to go wrong in the next moment."""
    network = world.network
    faults = network.write_faults or network.read_faults or world.end or world.store.full_for
    return can_act(world) and not faults


def there(player: Player, do: str, **words: object) -> Any:
    """An act of the second device."""
    return player.world.network.sandbox.elsewhere("7pace", do=do, **words)


def say(player: Player, name: str, reason: HoldReason, answer: Message) -> None:
    """Answer a question that has to be there."""
    world = player.world
    subject = world.state.subjects.get(name)
    hold = None if subject is None else subject.hold
    assert hold is not None, f"{reason} was not asked"
    assert hold.reason is reason, f"{reason} was not asked, but {hold.reason}"
    world.met[f"asked: {reason}"] += 1
    world.post(answer)


def _edited_here(player: Player, step: Step) -> tuple[str, str] | None:
    """One of our told entries, with other words here since the network went away; its remote id."""
    world = player.world
    found = player.ours_at_rest(step.number) if calm(world) else None
    base = None if found is None else world.journal.subject(found[0])
    if found is None or base is None:
        return None
    world.network.online = False
    decision = world.post(EntryEditAsked(base, Change(comment=player.new_words())))
    if decision is None or decision.refusal is not None:
        # Given its one second it ends ahead of now.
        world.network.online = True
        return None
    return found


def _edit_both(player: Player, step: Step) -> None:
    """Both devices give one entry other words before they know of each other."""
    world = player.world
    found = _edited_here(player, step)
    if found is None:
        return
    name, id_ = found
    theirs = f"said there {step.other}"
    there(player, "edit", id=id_, comment=theirs)
    world.oracle.differs(name, comment=theirs)
    world.sync_whole()
    both = frozenset({Field.COMMENT})
    answers: list[Message] = [
        ConflictAnswered(name, both),
        ConflictAnswered(name, frozenset()),
        RetryAsked(name),
        DiscardAsked(name),
    ]
    say(player, name, HoldReason.CONFLICT, answers[step.other % 4])


def _edit_beside(player: Player, step: Step) -> None:
    """Both devices edit one entry, in other fields: both stand, and nobody is asked."""
    world = player.world
    found = _edited_here(player, step)
    if found is None:
        return
    name, id_ = found
    item = next(one for one in ITEMS if one != world.oracle.pieces[name].item)
    there(player, "edit", id=id_, workItemId=int(item))
    world.oracle.edited_elsewhere(name, item=item)
    world.network.online = True


def _delete_edited(player: Player, step: Step) -> None:
    """The other device deletes what is edited here."""
    world = player.world
    found = _edited_here(player, step)
    if found is None:
        return
    name, id_ = found
    there(player, "delete", id=id_)
    world.oracle.gone_elsewhere(name)
    world.sync_whole()
    say(player, name, HoldReason.GONE, (RetryAsked(name), DiscardAsked(name))[step.other % 2])


def _near_match(player: Player, step: Step) -> None:
    """A create whose answer is lost, and a row of the same start that says something else: ours,
    edited there meanwhile, or another.
    """
    world = player.world
    if not calm(world):
        return
    ours = step.other % 2 == 0
    known = {row["id"] for row in rows_of(world)}
    stopped_at = world.clock.now() - timedelta(seconds=5000 + step.number % 900)
    started_at = stopped_at - timedelta(seconds=1 + step.other % 600)
    item, comment = ITEMS[step.number % 3], player.new_words()
    change = Change(
        started_at=started_at, stopped_at=stopped_at, comment=comment, item=WorkItem(item)
    )
    fault = "reset after applying" if ours else "reset before applying"
    world.network.write_faults.append(fault)
    decision = world.post(EntryAddAsked(REMOTE, change))
    assert decision is not None
    name = decision.made[0]
    while world.network.write_faults:
        world.carry_on(1)
    theirs = f"near {step.other}"
    if ours:
        (id_,) = {row["id"] for row in rows_of(world)} - known
        there(player, "edit", id=id_, comment=theirs)
        world.oracle.differs(name, comment=theirs)
        answer: Message = MatchAnswered(name, id_)
    else:
        stranger = Piece(REMOTE, started_at, stopped_at + timedelta(seconds=7), item, theirs)
        player.add_there(stranger)
        answer = MatchAnswered(name, None) if step.number % 2 else RetryAsked(name)
    world.pass_time(SETTLED_SECONDS)
    say(player, name, HoldReason.NEAR_MATCH, answer)


def _start_both(player: Player, step: Step) -> None:
    """Both devices start a track before they know of each other."""
    world = player.world
    if not calm(world):
        return
    if world.state.track is not None:
        if world.state.track.account == HERE or not ran_for(world, 2):
            return
        world.post(StopAsked())
        world.pass_time(3)
        if not calm(world):
            return
    world.network.online = False
    item = ITEMS[step.number % 3]
    ours_first = step.other % 2 == 0
    name = _start_here(player, item) if ours_first else ""
    world.pass_time(2 + step.number % 20)
    player.theirs += 1
    words = f"theirs {player.theirs}"
    there(player, "start", tfsId=int(item), remark=words, timeZone=60)
    world.oracle.runs_elsewhere(words, Piece(REMOTE, world.clock.now(), None, item, words))
    world.pass_time(2 + step.other % 20)
    if not ours_first:
        name = _start_here(player, ITEMS[step.other % 3])
        world.pass_time(3)
    world.sync_whole()
    answers: list[Message] = [
        ForeignAnswered(name, Side.OURS),
        ForeignAnswered(name, Side.THEIRS),
        RetryAsked(name),
    ]
    say(player, name, HoldReason.FOREIGN_TRACK, answers[step.number % 3])


def _start_here(player: Player, item: str) -> str:
    decision = player.world.post(StartAsked(REMOTE, WorkItem(item), player.new_words()))
    assert decision is not None
    return decision.made[-1]


ASKING_STEPS: dict[str, Callable[[Player, Step], object]] = {
    "edit-both": _edit_both,
    "edit-beside": _edit_beside,
    "delete-edited": _delete_edited,
    "near-match": _near_match,
    "start-both": _start_both,
}
