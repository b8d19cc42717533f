"""Whatever breaks, the server ends with what the user was told is done: once, to the second."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest

from tests.chaos.bench import Bench, run, told
from tests.chaos.breaks import BREAKS
from tests.chaos.ends import Break, End
from tests.chaos.history import calm, make

HISTORIES = {"7pace": 150, "local": 80}
# Most breaks need a few histories; two equal entries of two devices, one lost on its way, many.
ENOUGH = 80


@pytest.fixture
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    broken = getattr(request, "param", "")
    with Bench(tmp_path, BREAKS[broken] if broken else Break()) as bench:
        yield bench


@pytest.mark.parametrize("kind,histories", HISTORIES.items())
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
    wanted = bench.broken.step
    seeds = (
        seed
        for seed in count()
        if wanted in ("", *(step.name for step in make(seed, "7pace").steps))
    )
    figures = run(bench, "7pace", islice(seeds, ENOUGH), fail_fast=True)
    assert figures.failed


def test_the_process_may_end_at_each_step(bench: Bench) -> None:
    """Between decide, commit, publish and perform, and inside each of them: whatever is called on
    the way is a step here, so that a new one is in this test from its first day on.
    """
    seen = bench.steps_of(calm())
    assert {"before-commit", "loop: handle begins", "journal: a statement has ended"} <= set(seen)
    wrong = []
    for number, (step, times) in enumerate(sorted(seen.items())):
        # The first time that it comes, the last, or one between.
        end = End(step, (0, times - 1, times // 2)[number % 3], 5 * (number % 8), number % 4 == 0)
        outcome = bench.play_ending(calm(), end)
        assert any(name.startswith("end ") for name in outcome.met), f"it did not end at {end}"
        if outcome.failed:
            wrong.append(f"{end}: {outcome.verdict.wrong}")
    assert not wrong


def test_a_seed_says_the_same_again(bench: Bench) -> None:
    """The same steps, the same answers, to the last line of the ledger."""
    for seed in range(8):
        one, other = bench.play(make(seed, "7pace")), bench.play(make(seed, "7pace"))
        assert one.ledger == other.ledger
        assert one.met == other.met
