"""Two processes record entries at once: `python -m tests.chaos.two_processes --entries 100`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

from keyring.backend import KeyringBackend
from msgspec import Struct

from app.sandbox.server import Sandbox

KIND = "7pace"
ACCOUNT = "Work"
NAMES = ("A", "B")
ITEMS = ("1349", "1350", "1362")
WITHIN_SECONDS = 1800
_TOKEN = "TIMEKEPT_TWO_PROCESSES_TOKEN"


class GivenToken(KeyringBackend):
    """A keyring that holds one token for everybody, so that this runs where no keyring serves."""

    priority = 0  # type of keyring: chosen by its name alone

    def get_password(self, service: str, username: str) -> str | None:
        """Give the token."""
        return os.environ.get(_TOKEN)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Know it already."""

    def delete_password(self, service: str, username: str) -> None:
        """Keep it: there is one home, and it goes with this program."""


class Figures(Struct, frozen=True):
    """What was said, and what came of it on disk and on the server, by comment.

    `turns` is how often the server heard of the one process after the other: 0 would mean that one
    of them had to wait for the other's end.
    """

    said: Counter[str]
    on_disk: Counter[str]
    on_server: Counter[str]
    unfinished: tuple[str, ...]
    turns: int
    seconds: float

    @property
    def wrong(self) -> list[str]:
        """What is not as said; nothing when all is there once."""
        found = []
        for place, held in (("on disk", self.on_disk), ("on the server", self.on_server)):
            for comment in sorted(self.said.keys() | held.keys()):
                if self.said[comment] != held[comment]:
                    count = held[comment]
                    found.append(f"“{comment}” is {count} times {place}, not {self.said[comment]}.")
        return [*found, *self.unfinished]


def add_entries(name: str, count: int, first_at: datetime) -> int:
    """Record so many entries of a minute each by the program's own way in; the worst status.

    Both processes take the same minutes: only the comment tells their entries apart.
    """
    from app.cli.client import run

    # Both begin at the same moment, however long either took to get here.
    print("ready", flush=True)
    sys.stdin.readline()
    worst = 0
    for number in range(count):
        starts_at = first_at + timedelta(minutes=number)
        words = ["entry", "add", ITEMS[number % len(ITEMS)], "--comment", f"{name} {number}"]
        words += ["--start", _text(starts_at), "--stop", _text(starts_at + timedelta(minutes=1))]
        worst = max(worst, run([*words, "--json"]))
    return worst


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def play(
    home: Path,
    sandbox: Sandbox,
    environment: Mapping[str, str],
    entries: int,
) -> Figures:
    """Let two processes record `entries` each in this home, whose account is at the sandbox.

    An app may run there or not. Raises RuntimeError when a command fails.
    """
    began = monotonic()
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    first_at = now - timedelta(days=1, minutes=entries)
    env = {**environment, "TIMEKEPT_HOME": str(home), "TZ": "UTC"}
    words = ("--entries", str(entries), "--first-at", _text(first_at))
    children = [
        subprocess.Popen(
            [sys.executable, "-m", __spec__.name, "--child", name, *words],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in NAMES
    ]
    for child in children:
        assert child.stdout is not None
        child.stdout.readline()
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        _out, err = child.communicate(timeout=WITHIN_SECONDS)
        if child.returncode != 0:
            raise RuntimeError(f"A command ended with {child.returncode}: {err[-2000:]}")
    _run(env, "sync", "--wait", "600")
    since = (first_at - timedelta(days=1)).date().isoformat()
    rows = json.loads(_run(env, "entries", "--from", since, "--json"))
    worklogs: list[dict[str, Any]] = sandbox.ledger(KIND)["worklogs"]
    return Figures(
        said=Counter(f"{name} {number}" for name in NAMES for number in range(entries)),
        on_disk=Counter(row["comment"] for row in rows),
        on_server=Counter(row["comment"] for row in worklogs),
        unfinished=tuple(
            f"“{row['comment']}” is {row['sync']}, {row['seconds']} s long, as {row['remote_id']}."
            for row in rows
            if row["sync"] != "synced" or not row["remote_id"] or row["seconds"] != 60
        ),
        turns=sum(one["comment"][:1] != other["comment"][:1] for one, other in pairwise(worklogs)),
        seconds=monotonic() - began,
    )


def _run(environment: Mapping[str, str], *words: str, stdin: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "app", *words],
        input=stdin,
        env=environment,
        capture_output=True,
        text=True,
        timeout=WITHIN_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def main() -> int:
    """Play it once in a home of its own; 1 if anything is not there once."""
    words = argparse.ArgumentParser(prog="python -m tests.chaos.two_processes", description=__doc__)
    words.add_argument("--entries", type=int, default=100, metavar="N", help="of each process")
    words.add_argument("--child", choices=NAMES, help=argparse.SUPPRESS)
    words.add_argument("--first-at", type=datetime.fromisoformat, help=argparse.SUPPRESS)
    said = words.parse_args()
    if said.child:
        return add_entries(said.child, said.entries, said.first_at)
    with tempfile.TemporaryDirectory(prefix="tk-") as folder, Sandbox([KIND]) as sandbox:
        env = os.environ | {
            "TIMEKEPT_HOME": folder,
            "TZ": "UTC",
            "PYTHON_KEYRING_BACKEND": f"{__spec__.name}.{GivenToken.__name__}",
            _TOKEN: sandbox.token(KIND),
        }
        add = ("account", "add", KIND, "--name", ACCOUNT, "--url", sandbox.url(KIND))
        _run(env, *add, "--token-stdin", stdin=sandbox.token(KIND))
        figures = play(Path(folder), sandbox, env, said.entries)
    print(
        f"{figures.said.total()} said, {figures.on_disk.total()} on disk, "
        f"{figures.on_server.total()} on the server, in {figures.turns} turns "
        f"and {figures.seconds:.0f} s."
    )
    for sentence in figures.wrong:
        print(sentence)
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
