"""The chaos bench as a program: `python -m tests.chaos --histories 10000`."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from pathlib import Path

from tests.chaos.bench import Bench, run, told
from tests.chaos.breaks import BREAKS
from tests.chaos.ends import Break
from tests.chaos.history import make
from tests.chaos.outcome import Kept, Outcome

SHOWN = 3
# No power fails here, so nothing has to reach a real disk; it is faster so, where there is one.
_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


def main() -> int:
    """Play histories, print the figures; 1 if one of them ended wrong."""
    words = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    words.add_argument("--histories", type=int, default=300, metavar="N")
    words.add_argument("--seed", type=int, default=0, help="the first history's seed")
    words.add_argument("--kind", choices=("7pace", "local"), default="7pace")
    words.add_argument(
        "--keep", type=Path, metavar="FILE", help="remember each history there, and go on from it"
    )
    words.add_argument("--profile", help="only histories of this profile")
    words.add_argument("--fail-fast", action="store_true")
    words.add_argument("--shown", type=int, default=SHOWN, help="how many failures to tell whole")
    words.add_argument("--break", dest="broken", choices=sorted(BREAKS), help="break the code")
    said = words.parse_args()
    # Trouble is what the bench makes; the app's lines about it are not what is looked for here.
    logging.disable(logging.CRITICAL)
    broken = BREAKS[said.broken] if said.broken else Break()
    with (
        tempfile.TemporaryDirectory(prefix="timekept-chaos-", dir=_MEMORY) as folder,
        Bench(Path(folder), broken) as bench,
    ):
        kept = Kept(said.keep)
        known = kept.outcomes(said.kind)
        done = {outcome.history.seed for outcome in known}
        wanted = range(said.seed, said.seed + said.histories)
        seeds = [
            n
            for n in wanted
            if n not in done and said.profile in (None, make(n, said.kind).profile)
        ]

        def seen(outcome: Outcome) -> None:
            kept.add(outcome)
            if outcome.failed:
                kinds = ", ".join(sorted(outcome.verdict.wrong))
                print(f"seed {outcome.history.seed}: {kinds}", flush=True)

        figures = run(bench, said.kind, seeds, known=known, fail_fast=said.fail_fast, seen=seen)
        for outcome in figures.failed[: said.shown]:
            print()
            print(told(bench.shrink(bench.play(make(outcome.history.seed, said.kind)))))
    print()
    print(figures.table())
    return 1 if figures.failed else 0


if __name__ == "__main__":
    sys.exit(main())
