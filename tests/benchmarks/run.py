"""Measures speed and memory against floors in the same run, and prints a table.

    python tests/benchmarks/run.py [NAME]… [--quick]

Names are start, memory, idle, command, commit, key, waiting and replay; without any, all are
measured, which takes about ten minutes. `--quick` only shows that all of it runs: its figures mean
little. The exit status is 1 when a bound is not kept. It makes a virtual desktop of its own; leave
the machine alone meanwhile.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.benchmarks.figures import Figure

ROOT = Path(__file__).resolve().parents[2]
# This is a program and not a part of a package: as pytest does it, see pyproject.toml.
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

Benchmark = Callable[[Mapping[str, str]], "list[Figure]"]


def main(argv: list[str]) -> int:
    """Measure what is named; the exit status."""
    words = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words.add_argument("names", nargs="*", metavar="NAME", help=", ".join(_benchmarks(False)))
    words.add_argument("--quick", action="store_true", help="only show that it runs")
    asked = words.parse_args(argv)
    known = _benchmarks(asked.quick)
    unknown = [name for name in asked.names if name not in known]
    if unknown:
        words.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(known)}")
    return run([known[name] for name in asked.names or known])


def run(benchmarks: list[Benchmark]) -> int:
    """Run them on a virtual desktop and print the table; 1 when a bound is not kept."""
    from virtual_desktop import VirtualDesktop

    from tests.benchmarks.figures import table

    figures: list[Figure] = []
    with VirtualDesktop() as desktop:
        for benchmark in benchmarks:
            figures += benchmark(desktop.environment)
    print(table(figures))
    print(f"load average: {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors")
    return 0 if all(figure.kept for figure in figures) else 1


def _benchmarks(quick: bool) -> dict[str, Benchmark]:
    """Each benchmark by its name, as long as it takes or only as long as it shows that it runs."""
    from tests.benchmarks import commands, commits, footprint, outbox, replay, start_up

    return {
        "start": lambda env: start_up.measure(env, 2 if quick else 21, 200 if quick else 100_000),
        "memory": lambda env: footprint.measure_memory(env, 1 if quick else 2, 1 if quick else 30),
        "idle": lambda env: footprint.measure_idle(env, 1 if quick else 60),
        "command": lambda env: commands.measure(env, 2 if quick else 31),
        "commit": lambda _env: commits.measure(5 if quick else 1000),
        "waiting": lambda _env: outbox.measure(2 if quick else 100, 200 if quick else 10_000),
        "replay": lambda env: replay.measure(env, 100 if quick else 10_000),
        "key": lambda env: commits.measure_key_press(env, 1 if quick else 15),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
