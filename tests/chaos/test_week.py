"""A week offline with a clock change inside: then the server shows what we show, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.bench import Bench, told
from tests.chaos.history import week


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Bench(tmp_path) as bench:
        yield bench


def test_after_a_week_offline_the_server_shows_what_we_show(bench: Bench) -> None:
    outcome = bench.play(week(0))
    assert not outcome.failed, told(outcome)
    assert outcome.operations > 150, "most of what was asked was refused"
    assert outcome.met["night of a clock change"]
    assert outcome.met["server away"]
    assert outcome.verdict.rows > 60
