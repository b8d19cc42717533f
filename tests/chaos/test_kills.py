"""kill -9 at a few moments of real commands and of the app: what was said is there, once."""

from __future__ import annotations

from tests.chaos.kills import Kills


def test_what_a_command_said_outlives_a_kill() -> None:
    kills = Kills(3)
    kills.run(10)
    assert not kills.wrong, kills.table()
    assert kills.counted["killed"] + kills.counted["the app killed"], kills.table()
    assert kills.counted["acknowledged"], kills.table()
