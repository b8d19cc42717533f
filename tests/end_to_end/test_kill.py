"""The app killed at any moment: what a command was told is done is there, and the store opens."""

from __future__ import annotations

import json
import random
import subprocess
import time
from itertools import pairwise

import pytest

from tests.desktop import wait_until
from tests.end_to_end.driver import TIMEKEPT, Timekept

KILLS = 6


@pytest.mark.parametrize("seed", range(2))
def test_what_was_acknowledged_is_there_after_a_kill(timekept: Timekept, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged: dict[str, str] = {}
    for round_number in range(KILLS):
        timekept.start_app()
        app = timekept.app
        assert app is not None
        comments = [f"Round {round_number}, {number}" for number in range(6)]
        commands = [
            subprocess.Popen(
                [*TIMEKEPT, "start", "1349", "--comment", comment, "--json"],
                env=timekept.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for comment in comments
        ]
        wait_for_moment(chance.uniform(0.05, 0.5))
        timekept.kill_app()
        for comment, command in zip(comments, commands, strict=True):
            out, err = command.communicate(timeout=60)
            assert "Traceback" not in err
            if command.returncode == 0:
                acknowledged[json.loads(out)["id"]] = comment
            else:
                assert err.endswith(".\n"), err

    entries = {entry["id"]: entry["comment"] for entry in timekept.json("entries")}
    assert acknowledged
    assert acknowledged.items() <= entries.items()
    # One after the other without gap or overlap, and only the last runs.
    spans = [(entry["started_at"], entry["stopped_at"]) for entry in timekept.json("entries")]
    assert all(end == start for (_, end), (start, _) in pairwise(spans))
    assert spans[-1][1] is None
    rows = {row["name"]: row for row in timekept.json("doctor", "--offline")}
    assert rows["store"]["works"]


def wait_for_moment(seconds: float) -> None:
    """Let that much time pass: the moment of a crash is nobody's choice."""
    at = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() >= at, "the moment to die")
