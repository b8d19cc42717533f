"""The true answers to what the outbox asks late: second copies, and echoes of older words."""

from __future__ import annotations

from app.core.messages import RetryAsked, TwinAnswered
from app.core.model import HoldReason
from tests.chaos.player import Player

# What an answer leaves on the stack of undo: taking it back asks again, and nobody here does that.
ANSWERED = frozenset(HoldReason) - {HoldReason.REFUSED}


def answer(player: Player) -> None:
    """Answer what is asked now. A copy is taken back, unless the other device made it."""
    world = player.world
    for subject in list(world.state.subjects.values()):
        hold = subject.hold
        if hold is None or subject.id not in world.state.subjects:
            continue
        if hold.reason is HoldReason.TWIN:
            theirs = subject.remote_id in player.beside.values()
            world.met["asked: twin"] += 1
            world.post(TwinAnswered(subject.id, take_back=not theirs))
        elif hold.reason is HoldReason.ECHO:
            # The newer words are the ones that were meant.
            world.met["asked: echo"] += 1
            world.post(RetryAsked(subject.id))
        elif hold.reason is HoldReason.CONFLICT and subject.from_elsewhere:
            # The other device began and ended it, and its start was moved here: as it was said.
            world.met["asked: conflict"] += 1
            world.post(RetryAsked(subject.id))


def undo_is_of_an_answer(player: Player) -> bool:
    """Whether the last step that can be taken back is an answer, or a copy's being taken back."""
    steps = player.world.state.undo
    return bool(steps) and steps[-1].hold is not None and steps[-1].hold.reason in ANSWERED
