"""What became of histories: one outcome each, and the figures of many, by what they met."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
from msgspec import Struct

from tests.chaos.history import History
from tests.chaos.verdict import Verdict


class Outcome(Struct, frozen=True):
    """What became of one history; `ledger` is the journal's, oldest line first."""

    history: History
    verdict: Verdict
    operations: int
    asked: int
    met: dict[str, int]
    ledger: tuple[str, ...]

    @property
    def failed(self) -> bool:
        return bool(self.verdict.wrong)


WRONG = ("lost", "doubled", "wrong seconds")


class Figures:
    """The sums of many histories, and for each thing that they met what became of those."""

    def __init__(self) -> None:
        self.histories = 0
        self.operations = 0
        self.asked = 0
        self.seconds = 0.0
        self.profiles: Counter[str] = Counter()
        self.met: Counter[str] = Counter()
        self.met_in: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.wrong_with: Counter[tuple[str, str]] = Counter()
        self.asked_with: Counter[str] = Counter()
        self.residual: dict[str, list[int]] = {}
        self.failed: list[Outcome] = []

    def count(self, outcome: Outcome) -> None:
        """Add one history."""
        self.histories += 1
        self.operations += outcome.operations
        self.asked += outcome.asked
        self.profiles[outcome.history.profile] += 1
        self.met.update(outcome.met)
        kinds = [kind for kind, times in outcome.met.items() if times]
        self.met_in.update(kinds)
        for wrong, lines in outcome.verdict.wrong.items():
            self.wrong[wrong] += len(lines)
            for kind in kinds:
                self.wrong_with[kind, wrong.removeprefix("shown ")] += len(lines)
        for kind in kinds:
            self.asked_with[kind] += outcome.asked
        for name in outcome.verdict.residual:
            self.residual.setdefault(name, []).append(outcome.history.seed)
        if outcome.failed:
            self.failed.append(outcome)

    def table(self) -> str:
        """The figures for people to read."""
        lines = [
            f"histories {self.histories}, operations told {self.operations}, "
            f"questions asked {self.asked}",
            f"in {self.seconds:.1f} s, {self.seconds / max(1, self.histories):.3f} s each",
            "profiles: " + ", ".join(f"{name} {n}" for name, n in sorted(self.profiles.items())),
            f"{'met':<42} {'times':>7} {'histories':>9} "
            + " ".join(f"{kind:>13}" for kind in (*WRONG, "asked")),
        ]
        for kind, times in sorted(self.met.items()):
            if not times:
                continue
            wrong = [self.wrong_with[kind, one] for one in WRONG]
            lines.append(
                f"{kind:<42} {times:>7} {self.met_in[kind]:>9} "
                + " ".join(f"{n:>13}" for n in (*wrong, self.asked_with[kind]))
            )
        lines.append("wrong at the end:")
        kinds = [*WRONG, "wrong words", "stuck"]
        kinds += sorted(set(self.wrong) - set(kinds))
        lines += [f"    {kind:<20} {self.wrong[kind]:>7}" for kind in kinds]
        lines += [
            f"residual, {name}: {len(seeds)} histories, seeds {', '.join(map(str, seeds))}"
            for name, seeds in sorted(self.residual.items())
        ]
        lines.append(f"failing histories: {len(self.failed)}")
        return "\n".join(lines)


class Kept:
    """A file with a line for each history, so that a long run can be broken off and go on."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def outcomes(self, kind: str) -> list[Outcome]:
        """What is known of histories of this kind, without their steps."""
        if self._path is None or not self._path.exists():
            return []
        lines = self._path.read_bytes().splitlines()
        outcomes = [msgspec.json.decode(line, type=Outcome) for line in lines]
        return [one for one in outcomes if one.history.kind == kind]

    def add(self, outcome: Outcome) -> None:
        """One more; its steps are made anew from its seed."""
        if self._path is None:
            return
        bare = msgspec.structs.replace(outcome.history, steps=())
        short = msgspec.structs.replace(outcome, history=bare, ledger=())
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(short) + b"\n")
