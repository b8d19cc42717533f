"""The table of all steps that a history may name, and playing one of them."""

from __future__ import annotations

from tests.chaos.asking_steps import ASKING_STEPS
from tests.chaos.between_steps import BETWEEN_STEPS
from tests.chaos.history import Step
from tests.chaos.machine_steps import MACHINE_STEPS
from tests.chaos.player import Player
from tests.chaos.their_steps import THEIR_STEPS
from tests.chaos.user_steps import USER_STEPS

_THEIRS = {**THEIR_STEPS, **ASKING_STEPS, **BETWEEN_STEPS}
STEPS = {**USER_STEPS, **MACHINE_STEPS, **_THEIRS}


def play(player: Player, step: Step) -> None:
    """One step, then some of the effects that it caused."""
    if step.name in _THEIRS:
        player.world.met["second device"] += 1
    STEPS[step.name](player, step)
    player.world.carry_on(step.pace)
