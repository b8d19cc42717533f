"""The benchmarks run, and their table says what was kept; how fast it is, no test says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.figures import Figure, compared, table

RUN = Path(__file__).with_name("run.py")


@pytest.mark.parametrize(
    "figure, ratio, kept",
    [
        (Figure("a", 3.0, "ms", 2.0, 1.6), 1.5, True),
        (Figure("a", 3.4, "ms", 2.0, 1.6), 1.7, False),
        (Figure("a", 3.4, "ms", 2.0), 1.7, True),
        (Figure("a", 0.01, "%", None, 0.02), 0.01, True),
        (Figure("a", 0.03, "%", None, 0.02), 0.03, False),
    ],
)
def test_a_bound_is_on_the_ratio_or_on_what_has_no_floor(
    figure: Figure, ratio: float, kept: bool
) -> None:
    assert figure.ratio == pytest.approx(ratio)
    assert figure.kept is kept


def test_the_table_says_what_was_not_kept() -> None:
    slow = compared("slow", [9.0, 8.0, 30.0], [2.0, 1.0, 3.0], "ms", 4.0)
    lines = table([slow, Figure("told", 1.0, "%")]).splitlines()
    assert lines[1].split()[:7] == ["slow", "9", "2", "ms", "4.50", "4", "NO"]
    assert lines[2].split() == ["told", "1", "%"]


@pytest.mark.timeout(180)
def test_each_benchmark_runs() -> None:
    done = subprocess.run(
        [sys.executable, str(RUN), "--quick"], capture_output=True, text=True, check=False
    )
    # 1 says that some bound was not kept, which figures of a single turn may well not be.
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr == ""
    for line in (
        "start to picture in the tray",
        "200 entries by none",
        "proportional memory after 1 s",
        "running track, local account: wake-ups",
        "timekept start, app running",
        "toggle to durable",
        "key press to row on disk",
        "start, offline, 200 wait by none",
        "replay of 100, each",
        "replay of 100: longest stall, tray and panel",
    ):
        assert f"\n{line} " in done.stdout


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    done = subprocess.run(
        [sys.executable, str(RUN), "startup"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no benchmark is called startup" in done.stderr
    assert "start, memory, idle, command, commit, waiting, replay, key" in done.stderr
