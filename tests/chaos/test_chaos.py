"""Whatever breaks, the server ends with what the user was told is done: once, to the second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.bench import Bench, run, told
from tests.chaos.breaks import BREAKS
from tests.chaos.ends import Break
from tests.chaos.history import make

HISTORIES = 320
# Most breaks need a few histories; two equal entries of two devices, one lost on its way, many.
ENOUGH = 150


@pytest.fixture
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    broken = getattr(request, "param", "")
    with Bench(tmp_path, BREAKS[broken] if broken else Break()) as bench:
        yield bench


@pytest.mark.parametrize("kind,histories", [("7pace", HISTORIES), ("local", HISTORIES)])
def test_what_was_told_is_there_once_and_to_the_second(
    bench: Bench, kind: str, histories: int
) -> None:
    figures = run(bench, kind, range(histories))
    print(figures.table())
    assert not figures.failed, "\n\n".join(told(bench.shrink(one)) for one in figures.failed[:2])
    assert figures.histories == histories
    assert figures.operations > histories * 2


@pytest.mark.parametrize("bench", sorted(BREAKS), indirect=True)
def test_code_that_is_broken_on_purpose_is_caught(bench: Bench) -> None:
    figures = run(bench, "7pace", range(ENOUGH), fail_fast=True)
    assert figures.failed


def test_a_seed_says_the_same_again(bench: Bench) -> None:
    """The same steps, the same answers, to the last line of the ledger."""
    for seed in range(12):
        one, other = bench.play(make(seed, "7pace")), bench.play(make(seed, "7pace"))
        assert one.ledger == other.ledger
        assert one.faults == other.faults
