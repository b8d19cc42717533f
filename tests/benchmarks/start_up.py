"""From starting the program to its icon in the tray: empty store, full store, and the bare icon."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from tests.benchmarks.app_process import APP, BARE_TRAY, end, home, started, taken, with_home
from tests.benchmarks.figures import Figure, compared
from tests.benchmarks.filled_store import fill
from tests.benchmarks.tray_sight import TraySight

START_BOUND = 1.6
FULL_STORE_BOUND = 1.05


class Start(Struct, frozen=True):
    """One start, in seconds from before the fork."""

    docked: float
    painted: float
    cpu: float
    """What the program itself had used when the icon was seen."""


def measure(
    environment: Mapping[str, str], rounds: int, entries: int, app: Sequence[str] = APP
) -> list[Figure]:
    """Start each program `rounds` times in turns on that desktop; the lines of the table."""
    sight = TraySight(environment["DISPLAY"])
    bare: list[Start] = []
    empty: list[Start] = []
    full: list[Start] = []
    try:
        with home() as empty_home, home() as full_home:
            fill(full_home, entries)
            turns = (
                (BARE_TRAY, environment, bare),
                (app, with_home(environment, empty_home), empty),
                (app, with_home(environment, full_home), full),
            )
            # The first of each fills caches, and makes the empty store.
            for command, its_environment, _series in turns:
                _start(sight, command, its_environment)
            for number in range(rounds):
                # Turned round each time, so that no one always comes after the same one.
                for command, its_environment, series in turns[:: -1 if number % 2 else 1]:
                    series.append(_start(sight, command, its_environment))
    finally:
        sight.close()
    return [
        _line("start to icon in the tray", empty, bare, "docked", START_BOUND),
        _line("start to picture in the tray", empty, bare, "painted", START_BOUND),
        _line("processor until the icon", empty, bare, "cpu", None),
        _line(f"start with {entries:,} entries", full, bare, "docked", START_BOUND),
        _pairs(f"{entries:,} entries by none", full, empty, FULL_STORE_BOUND),
    ]


def _start(sight: TraySight, command: Sequence[str], environment: Mapping[str, str]) -> Start:
    sight.forget()
    log = Path(environment["TIMEKEPT_HOME"], "said") if "TIMEKEPT_HOME" in environment else None
    began = time.perf_counter()
    process = started(command, environment, log)
    try:
        icon, docked = sight.docked()
        cpu_seconds = taken(process.pid).cpu_seconds
        painted = sight.painted(icon)
    finally:
        end(process)
    return Start(docked - began, painted - began, cpu_seconds)


def _line(
    name: str, ours: Sequence[Start], floor: Sequence[Start], field: str, bound: float | None
) -> Figure:
    def milliseconds(starts: Sequence[Start]) -> list[float]:
        return [1000 * float(getattr(start, field)) for start in starts]

    return compared(name, milliseconds(ours), milliseconds(floor), "ms", bound)


def _pairs(name: str, ours: Sequence[Start], floor: Sequence[Start], bound: float) -> Figure:
    """The median of the ratios of neighbours, which a slow minute of the machine leaves alone: the
    bound is nearer to 1 than two medians come on a machine that has other things to do.
    """
    ratios = [one.docked / other.docked for one, other in zip(ours, floor, strict=True)]
    return compared(name, ratios, [1.0] * len(ratios), "×", bound)
