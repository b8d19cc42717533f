"""kill -9 at any moment: `python -m tests.chaos.kills --moments 1000`.

Real commands against a real sandbox process, without the app and through it. What a command has
said is done is on disk when the store is opened again, and after a last sync on the server, once.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from tests.chaos.kill_oracle import Known, Order, orders
from tests.chaos.killed_home import Home, SandboxServer

MOMENTS_OF_A_HOME = 60
WITH_THE_APP = 0.2
# With the app a command takes about so long, in seconds.
WITHIN_THE_APP = 1.0
WITHIN_SECONDS = 60.0


class Kills:
    """Kills at random moments, and what became of each; `wrong` is empty when all is right."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.counted: Counter[str] = Counter()
        self.wrong: list[str] = []
        # How long a command takes that nobody kills, in seconds: the moments spread over it.
        self._takes: dict[str, float] = {}

    def run(self, moments: int, seen: Callable[[Kills], None] = lambda _: None) -> None:
        """Homes one after the other, until so many moments were had; `seen` after each home."""
        done = 0
        while done < moments:
            wanted = min(MOMENTS_OF_A_HOME, moments - done)
            with _home() as home:
                known = Known()
                for _ in range(wanted):
                    self._moment(home, known)
                self._in_the_end(home, known)
            done += wanted
            seen(self)

    def _moment(self, home: Home, known: Known) -> None:
        self.counted["moments"] += 1
        if self.random.random() < WITH_THE_APP:
            self._kill_the_app(home, known)
        else:
            self._kill_a_command(home, known)

    def _kill_a_command(self, home: Home, known: Known) -> None:
        order = orders(known, self.random)
        began = time.monotonic()
        process = home.start(*order.words, "--json")
        out, killed = _killed_after(process, self._moment_of(order))
        self._learn(order, time.monotonic() - began, killed)
        self._hear(home, known, [(order, process.returncode, out, killed)])

    def _kill_the_app(self, home: Home, known: Known) -> None:
        """The app dies under a command, and the command then stands alone."""
        app = home.start_app()
        order = orders(known, self.random)
        process = home.start(*order.words, "--json")
        moment = min(self._moment_of(order), WITHIN_THE_APP)
        _, killed = _killed_after(app, moment)
        self.counted["the app killed"] += killed
        out, _ = process.communicate(timeout=WITHIN_SECONDS)
        self._hear(home, known, [(order, process.returncode, out, False)])

    def _moment_of(self, order: Order) -> float:
        """Somewhere in the life of such a command; the first one of its kind lives to its end."""
        takes = self._takes.get(order.name)
        return WITHIN_SECONDS if takes is None else self.random.uniform(0, 1.2) * takes

    def _learn(self, order: Order, lived: float, killed: bool) -> None:
        takes = self._takes.get(order.name, lived)
        if not killed:
            self._takes[order.name] = 0.7 * takes + 0.3 * lived
        elif lived > takes:
            self._takes[order.name] = lived

    def _hear(self, home: Home, known: Known, said: list[tuple[Order, int, str, bool]]) -> None:
        for order, status, out, killed in said:
            row = _document(out)
            # A document that stands there whole was read, whatever came after it.
            done = row is not None and (status == 0 or killed)
            self.counted["killed" if killed else "ended by itself"] += 1
            if not done and not killed:
                self.counted[f"said no ({status})"] += 1
            self.counted["acknowledged" if done else "not acknowledged"] += 1
            found = home.rows()
            self.wrong += known.compare(order, row if done else None, found)

    def _in_the_end(self, home: Home, known: Known) -> None:
        said = home.run("stop", "--json")
        known.take(home.rows())
        until = time.monotonic() + WITHIN_SECONDS
        while (said := home.run("sync", "--wait", "20", "--json")).returncode == 3:
            if time.monotonic() > until:
                break
        if said.returncode != 0:
            outbox = home.run("outbox", "--json").stdout
            self.wrong.append(f"the last sync ended with {said.returncode}: {outbox}")
        here, there = known.told(), home.worklogs()
        self.wrong += [f"not on the server: {row}" for row in (here - there).elements()]
        self.wrong += [f"on the server for nothing: {row}" for row in (there - here).elements()]
        self.counted["rows on the server"] += there.total()

    def table(self) -> str:
        """The figures for people to read."""
        lines = [f"{name:<20} {times:>6}" for name, times in sorted(self.counted.items())]
        return "\n".join([*lines, f"wrong: {len(self.wrong)}", *self.wrong[:20]])


def main() -> int:
    """Kill so often, print the figures; 1 if something was lost or doubled."""
    words = argparse.ArgumentParser(prog="python -m tests.chaos.kills", description=__doc__)
    words.add_argument("--moments", type=int, default=100, metavar="N")
    words.add_argument("--seed", type=int, default=0)
    said = words.parse_args()
    kills = Kills(said.seed)
    began = time.monotonic()
    kills.run(said.moments, lambda so_far: print(so_far.table(), flush=True))
    print(kills.table())
    print(f"in {time.monotonic() - began:.0f} s")
    return 1 if kills.wrong else 0


@contextlib.contextmanager
def _home() -> Iterator[Home]:
    # Short, as a socket's path may have a hundred bytes.
    folder = Path(tempfile.mkdtemp(prefix="timekept-k-"))
    try:
        with SandboxServer(folder) as server:
            home = Home(folder / "home", server)
            try:
                yield home
            finally:
                home.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _killed_after(process: subprocess.Popen[str], seconds: float) -> tuple[str, bool]:
    """What it said until the moment, and whether it had to be killed then."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    killed = process.poll() is None
    process.kill()
    out, _ = process.communicate(timeout=WITHIN_SECONDS)
    return out or "", killed


def _document(out: str) -> dict[str, object] | None:
    try:
        document = json.loads(out)
    except ValueError:
        return None
    return document if isinstance(document, dict) else {"answer": document}


if __name__ == "__main__":
    sys.exit(main())
