"""What the app takes while nobody does anything: memory, processor and wake-ups."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.app_process import (
    APP,
    BARE_TRAY,
    HERE,
    TIMEKEPT,
    Memory,
    end,
    home,
    memory,
    started,
    taken,
    with_home,
)
from tests.benchmarks.figures import Figure, compared
from tests.benchmarks.tray_sight import TraySight

MEMORY_BOUND = 1.8
CPU_BOUND_PERCENT = 0.02
WAKE_UPS_BOUND = 1.5

_SETTLE_SECONDS = 5.0
_COMMAND_WITHIN_SECONDS = 30.0


def measure_memory(
    environment: Mapping[str, str], rounds: int, after_seconds: float, app: Sequence[str] = APP
) -> list[Figure]:
    """Compare proportional memory so long after the start, each program alone and in turns."""
    ours: list[Memory] = []
    bare: list[Memory] = []
    with home() as folder:
        for number in range(rounds):
            turns = [(BARE_TRAY, environment, bare), (app, with_home(environment, folder), ours)]
            for command, its_environment, series in turns[:: -1 if number % 2 else 1]:
                process = shown(command, its_environment)
                try:
                    time.sleep(after_seconds)
                    series.append(memory(process.pid))
                finally:
                    end(process)
    when = f"after {after_seconds:g} s"

    def line(name: str, field: str, bound: float | None) -> Figure:
        one, other = ([float(getattr(held, field)) for held in series] for series in (ours, bare))
        return compared(f"{name} {when}", one, other, "MiB", bound)

    return [
        line("proportional memory", "steady", MEMORY_BOUND),
        line("the same, as shared with others now", "proportional", None),
        line("memory without a file", "anonymous", None),
    ]


def measure_idle(
    environment: Mapping[str, str], seconds: float, settle_seconds: float = _SETTLE_SECONDS
) -> list[Figure]:
    """Count what a running track costs with no window open, all programs at the same time."""
    from app.sandbox.server import Sandbox

    with ExitStack() as stack:
        here = stack.enter_context(home())
        there = stack.enter_context(home())
        sandbox = stack.enter_context(Sandbox(["7pace"]))
        remote = [sys.executable, str(HERE / "sevenpace_app.py"), str(there), sandbox.url("7pace")]
        token = {"SANDBOX_TOKEN": sandbox.token("7pace")}
        programs: list[tuple[str, Sequence[str], Mapping[str, str]]] = [
            ("local account", APP, with_home(environment, here)),
            ("7pace account", remote, {**with_home(environment, there), **token}),
            ("bare icon", BARE_TRAY, environment),
        ]
        pids = []
        for _name, command, its_environment in programs:
            process = shown(command, its_environment)
            stack.callback(end, process)
            pids.append(process.pid)
        for folder, item in ((here, []), (there, ["1349"])):
            say(with_home(environment, folder), "start", *item, "--comment", "running")
        time.sleep(settle_seconds)
        before = [taken(pid) for pid in pids]
        began = time.perf_counter()
        time.sleep(seconds)
        after = [taken(pid) for pid in pids]
        took = time.perf_counter() - began
    figures = []
    for number, (name, _command, _environment) in enumerate(programs):
        cpu_percent = 100 * (after[number].cpu_seconds - before[number].cpu_seconds) / took
        wake_ups = (after[number].waits - before[number].waits) / took
        bounds = (CPU_BOUND_PERCENT, WAKE_UPS_BOUND) if number == 0 else (None, None)
        note = f"over {took:.0f} s" + ("" if number == 0 else "; information")
        figures += [
            Figure(f"running track, {name}: processor", cpu_percent, "%", None, bounds[0], note),
            Figure(f"running track, {name}: wake-ups", wake_ups, "/s", None, bounds[1], note),
        ]
    return figures


def shown_app(environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the app and wait until it takes commands; the caller ends it."""
    process = shown(APP, environment)
    try:
        say(environment, "status")
    except BaseException:
        end(process)
        raise
    return process


def shown(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program and wait for its icon; the caller ends it."""
    sight = TraySight(environment["DISPLAY"])
    process = started(command, environment, _log(environment))
    try:
        sight.docked()
    except BaseException:
        end(process)
        raise
    finally:
        sight.close()
    return process


def _log(environment: Mapping[str, str]) -> Path | None:
    folder = environment.get("TIMEKEPT_HOME")
    return None if folder is None else Path(folder, "said")


def say(environment: Mapping[str, str], *words: str) -> None:
    """Have the running app carry out a command."""
    give_up = time.monotonic() + _COMMAND_WITHIN_SECONDS
    socket = Path(environment["TIMEKEPT_HOME"], "control.sock")
    while not socket.exists() and time.monotonic() < give_up:
        time.sleep(0.02)
    subprocess.run(
        [*TIMEKEPT, *words],
        env=environment,
        check=True,
        capture_output=True,
        timeout=_COMMAND_WITHIN_SECONDS,
    )
