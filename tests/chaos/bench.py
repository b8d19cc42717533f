"""Runs histories, counts, and makes a failing one shorter."""

from __future__ import annotations

import logging
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from app.sandbox.server import Sandbox
from tests.chaos.ends import Break, End
from tests.chaos.history import CHANGES, MONDAY, History, Step, make
from tests.chaos.outcome import Figures, Outcome
from tests.chaos.player import Player
from tests.chaos.simulated import simulated
from tests.chaos.steps import play
from tests.chaos.store import FULL
from tests.chaos.verdict import Verdict, judge
from tests.chaos.world import World

SHRINK_SECONDS = 30.0
WHOLE = Break()
_LOOP_LOG = logging.getLogger("app.runtime.loop")


class Bench:
    """Plays histories against one sandbox, which is reset between them. A context manager."""

    def __init__(self, folder: Path, broken: Break = WHOLE) -> None:
        self._folder = folder
        self.broken = broken
        self._end: End | None = None
        self._steps_seen: Counter[str] | None = None
        self._world: World | None = None
        self._sandbox = Sandbox(["7pace"], clock=self._now)

    def __enter__(self) -> Bench:
        self._sandbox.start()
        _LOOP_LOG.addFilter(_unless_full)
        return self

    def __exit__(self, *_trouble: object) -> None:
        _LOOP_LOG.removeFilter(_unless_full)
        self._sandbox.stop()

    def play(self, history: History) -> Outcome:
        """Play one history in a home of its own and judge its end."""
        with tempfile.TemporaryDirectory(dir=self._folder) as home:
            self._world = None
            self._sandbox.reset("7pace")
            return self._play(history, Path(home))

    def steps_of(self, history: History) -> Counter[str]:
        """Each step of the process in a history, by name, and how often it comes."""
        self._steps_seen = Counter()
        try:
            self.play(history)
            return self._steps_seen
        finally:
            self._steps_seen = None

    def play_ending(self, history: History, end: End) -> Outcome:
        """Play a history in which the process ends at one step."""
        self._end = end
        try:
            return self.play(history)
        finally:
            self._end = None

    def shrink(self, outcome: Outcome, seconds: float = SHRINK_SECONDS) -> Outcome:
        """A shorter history that goes wrong in the same way, as far as a little time finds one."""
        until = time.monotonic() + seconds
        wanted = set(outcome.verdict.wrong)
        size = max(1, len(outcome.history.steps) // 2)
        while time.monotonic() < until:
            shorter = self._without_some(outcome, size, wanted, until)
            if shorter is not None:
                outcome = shorter
                size = min(size, max(1, len(outcome.history.steps) // 2))
            elif size > 1:
                size //= 2
            else:
                break
        return outcome

    def _without_some(
        self, outcome: Outcome, size: int, wanted: set[str], until: float
    ) -> Outcome | None:
        steps = outcome.history.steps
        for tried in _each_without(steps, size):
            if time.monotonic() > until:
                return None
            again = self.play(replace(outcome.history, steps=tried))
            if wanted & set(again.verdict.wrong):
                return again
        return None

    def _now(self) -> datetime:
        world = self._world
        return MONDAY if world is None else world.server_now()

    def _play(self, history: History, home: Path) -> Outcome:
        world = World(self._sandbox, home, history.kind, history.began_at, self.broken)
        try:
            with simulated(world), self.broken.in_force():
                self._world = world
                # The rows' zone and the track's last change go by the clock of this history.
                self._sandbox.reset("7pace")
                world.skew_seconds = history.skew_seconds
                try:
                    world.begin()
                    world.end, world.steps_seen = self._end, self._steps_seen
                    player = Player(world, history)
                    for step in history.steps:
                        play(player, step)
                    world.steps_seen = None
                    _cross_the_night(world, history)
                    verdict = judge(player, leave_running=history.seed % 4 == 0)
                except Exception as error:
                    # A broken invariant, or a core that could not decide.
                    trace = traceback.format_exc().splitlines()
                    verdict = Verdict({f"raised {type(error).__name__}": ["\n".join(trace[-12:])]})
            ledger = _ledger(world)
        finally:
            world.close()
        return Outcome(
            history,
            verdict,
            world.oracle.told,
            world.asked,
            dict(world.met),
            ledger,
        )


def run(
    bench: Bench,
    kind: str,
    seeds: Iterable[int],
    *,
    known: Iterable[Outcome] = (),
    fail_fast: bool = False,
    seen: Callable[[Outcome], None] = lambda _outcome: None,
) -> Figures:
    """Play the histories of the seeds; `known` are outcomes of an earlier run, counted along."""
    figures = Figures()
    for outcome in known:
        figures.count(outcome)
    began = time.monotonic()
    for seed in seeds:
        outcome = bench.play(make(seed, kind))
        figures.count(outcome)
        seen(outcome)
        if outcome.failed and fail_fast:
            break
    figures.seconds = time.monotonic() - began
    return figures


def told(outcome: Outcome) -> str:
    """A failing history for people to read: its steps, what is wrong, the ledger."""
    history = outcome.history
    lines = [
        f"seed {history.seed} ({history.kind}, {history.profile}, begins "
        f"{history.began_at.isoformat()}, server ahead by {history.skew_seconds} s)"
    ]
    lines += [f"  {s.name} {s.number} {s.other}, then {s.pace} effects" for s in history.steps]
    for kind, wrong in outcome.verdict.wrong.items():
        lines += [f"{kind}: {line}" for line in wrong]
    return "\n".join([*lines, "ledger:", *(f"  {line}" for line in outcome.ledger)])


def _unless_full(line: logging.LogRecord) -> bool:
    """A full disk is made here, and what the log says of it is right."""
    return not line.getMessage().endswith(f"was not kept: {FULL}")


def _cross_the_night(world: World, history: History) -> None:
    ended_at = history.began_at + timedelta(seconds=world.true_seconds)
    world.met["night of a clock change"] += any(history.began_at < at <= ended_at for at in CHANGES)


def _ledger(world: World) -> tuple[str, ...]:
    lines = [
        f"{line.at:%H:%M:%S} {line.subject_id[:8]:<8} {line.what} "
        + " ".join(f"{name}={fact}" for name, fact in line.detail.items())
        for line in world.journal.ledger(300)
    ]
    return tuple(reversed(lines))


def _each_without(steps: tuple[Step, ...], size: int) -> Iterator[tuple[Step, ...]]:
    for start in range(0, len(steps), size):
        yield steps[:start] + steps[start + size :]
