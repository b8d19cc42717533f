"""A command while the app runs, beside the same interpreter doing nothing at all."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from tests.benchmarks.app_process import TIMEKEPT, end, home, with_home
from tests.benchmarks.figures import Figure, compared
from tests.benchmarks.footprint import say, shown_app

COMMAND_BOUND = 6.0

_NOTHING = (sys.executable, "-c", "pass")


def measure(environment: Mapping[str, str], rounds: int) -> list[Figure]:
    """Run `timekept start`, `timekept status` and the bare interpreter in turns."""
    start: list[float] = []
    status: list[float] = []
    nothing: list[float] = []
    with home() as folder:
        at_home = with_home(environment, folder)
        app = shown_app(at_home)
        try:
            say(at_home, "start", "--comment", "the first")
            for number in range(rounds):
                words = ("start", "--comment", f"number {number}")
                start.append(_milliseconds((*TIMEKEPT, *words), at_home))
                nothing.append(_milliseconds(_NOTHING, at_home))
                status.append(_milliseconds((*TIMEKEPT, "status", "--json"), at_home))
        finally:
            end(app)
    return [
        compared("timekept start, app running", start, nothing, "ms", COMMAND_BOUND),
        compared("timekept status, app running", status, nothing, "ms", None),
    ]


def _milliseconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(
        command, env=environment, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    return 1000 * (time.perf_counter() - began)
