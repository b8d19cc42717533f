"""Killed in the middle, again and again: what was reported done is there, and the store opens."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from app.adapters.sqlite_journal import open_journal

ROOT = Path(__file__).parents[2]
KILLS = 12

COMMIT_FOREVER = """
import itertools, sys
from pathlib import Path
from app.adapters.sqlite_journal import open_journal
from app.core.decision import AddLedgerLine
from app.core.model import LedgerLine
from tests.adapters.journal_rows import NINE, attempt, entry, saved

journal = open_journal(Path(sys.argv[1]), wait_seconds=30)
first = journal.load().sequence + 1
for number in itertools.count(first):
    # Both halves of a pair, or neither; the running one is edited each time.
    journal.commit([
        *saved(entry(f"{number}-a", number, None, order=number, attempt=attempt()), live=True),
        AddLedgerLine(LedgerLine(NINE, "local", f"{number}-a", "started")),
        *saved(entry(f"{number}-b", number, number + 1, order=number, comment="x" * 1500)),
    ])
    print(number, flush=True)
"""


def test_what_was_reported_done_outlives_a_kill(tmp_path: Path) -> None:
    chance = random.Random(7)
    done = 0
    for _kill in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", COMMIT_FOREVER, str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            assert child.stdout is not None
            for _line in range(chance.randint(1, 150)):
                done = int(child.stdout.readline())
            os.kill(child.pid, signal.SIGKILL)
            # What it reported before it died, but nobody had read yet, counts too.
            whole = [line for line in child.stdout.read().splitlines(keepends=True) if "\n" in line]
            done = int(whole[-1]) if whole else done
        with closing(open_journal(tmp_path, wait_seconds=30)) as journal:
            loaded = journal.load()
            kept = {int(subject.id.removesuffix("-a")) for subject in loaded.subjects}
            # One more may have been made than was reported, since the report comes after it.
            assert kept in (set(range(1, done + 1)), set(range(1, done + 2)))
            assert all(subject.attempt is not None for subject in loaded.subjects)
            assert len(journal.ledger(100_000)) == len(kept)
            assert all(journal.subject(f"{number}-b") is not None for number in kept)
    assert done > KILLS
