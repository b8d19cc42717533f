"""What the machine and the network do: ends, clocks, zones, sleep, a full disk, faults."""

from __future__ import annotations

from collections.abc import Callable

from tests.chaos.ends import ANY_STEP, POINTS, End
from tests.chaos.history import ZONES, Step
from tests.chaos.network import READ_FAULTS, WRITE_FAULTS
from tests.chaos.player import Player


def _end(player: Player, step: Step) -> None:
    """At one of the moments that matter most, or at any step of what comes next."""
    world = player.world
    points = POINTS if player.history.kind == "7pace" else POINTS[:2]
    if step.number % 3:
        point, passes = points[step.number % len(points)], step.other % 3
    else:
        point, passes = ANY_STEP, step.other % 150
    world.end = End(point, passes, step.other % 50, step.other % 4 == 0)


def _full_disk(player: Player, step: Step) -> None:
    player.world.store.full_for += 1 + step.number % 3


def _set_clock(player: Player, step: Step) -> None:
    minutes = (step.number % 15 + 1) * (1 if step.other % 2 else -1)
    player.world.set_clock(minutes * 60)


def _sleep(player: Player, step: Step) -> None:
    player.world.sleep(60 + step.number % (8 * 3600))


def _write_fault(player: Player, step: Step) -> None:
    world = player.world
    world.late_seconds = 1 + step.other % 28
    world.tarry_seconds = 1 + step.other % 9
    world.sleep_seconds = (5, 40, 3600, 8 * 3600)[step.other % 4]
    # Some writes pass before.
    world.network.write_faults.extend([""] * (step.other % 3 // 2))
    world.network.write_faults.append(WRITE_FAULTS[step.number % len(WRITE_FAULTS)])


def _read_fault(player: Player, step: Step) -> None:
    network = player.world.network
    network.read_faults.extend([""] * (step.other % 4))
    network.read_faults.append(READ_FAULTS[step.number % len(READ_FAULTS)])


def _confirm_401(player: Player, step: Step) -> None:
    """The token expires between a write and the look for it."""
    network = player.world.network
    network.write_faults.append("reset after applying" if step.number % 2 else "late landing")
    # The look before the write passes: of a start the slot and the list, else one of them.
    network.read_faults.extend(["", ""] if step.other % 2 else [""])
    network.read_faults.append("401")


def _online(player: Player, online: bool) -> None:
    player.world.network.online = online


def _away_long(player: Player, step: Step) -> None:
    """The server is away for hours, longer than any back-off."""
    player.world.network.online = False
    player.world.pass_time(600 + step.number % 7200)


MACHINE_STEPS: dict[str, Callable[[Player, Step], object]] = {
    "end": _end,
    "full-disk": _full_disk,
    "set-clock": _set_clock,
    "sleep": _sleep,
    "travel": lambda p, s: p.world.travel(ZONES[s.number % len(ZONES)]),
    "write-fault": _write_fault,
    "read-fault": _read_fault,
    "confirm-401": _confirm_401,
    "offline": lambda p, s: _online(p, False),
    "online": lambda p, s: _online(p, True),
    "away-long": _away_long,
}
