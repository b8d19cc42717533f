"""One process holds the store, the next one waits, and a dead one holds nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.adapters.sqlite_journal import open_journal
from app.adapters.store_lock import StoreLock
from app.ports.journal import JournalError, JournalLocked
from tests.adapters.journal_rows import entry, saved

ROOT = Path(__file__).parents[2]

HOLD = """
import sys
from pathlib import Path
from app.adapters.store_lock import StoreLock
lock = StoreLock(Path(sys.argv[1]) / "store.lock")
lock.acquire(0)
print("held", flush=True)
sys.stdin.readline()
"""

OPEN_AND_READ = """
import sys
from pathlib import Path
from app.adapters.sqlite_journal import open_journal
print("opening", flush=True)
journal = open_journal(Path(sys.argv[1]), wait_seconds=60)
print(*(subject.id for subject in journal.load().subjects), flush=True)
journal.close()
"""


@contextmanager
def python(code: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of its own, which is ended with the block."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_second_one_is_told_that_the_store_is_in_use(tmp_path: Path) -> None:
    with python(HOLD, tmp_path) as other:
        assert line_of(other) == "held"
        lock = StoreLock(tmp_path / "store.lock")
        assert not lock.try_acquire()
        assert not lock.held
        with pytest.raises(JournalLocked, match="Another Timekept process"):
            open_journal(tmp_path, wait_seconds=0.1)
        assert not list(tmp_path.glob("*.sqlite3*"))


def test_a_second_one_waits_and_goes_on_with_what_the_first_wrote(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    with python(OPEN_AND_READ, tmp_path) as other:
        assert line_of(other) == "opening"
        # It may be anywhere before or in its wait now; it must not see less than all of this.
        for number in range(100):
            journal.commit(saved(entry(f"s{number}", order=number), live=True))
        journal.close()
        assert line_of(other).split() == [f"s{number}" for number in range(100)]
        assert other.wait(30) == 0


def test_the_system_lets_go_for_a_process_that_was_killed(tmp_path: Path) -> None:
    with python(HOLD, tmp_path) as other:
        assert line_of(other) == "held"
        os.kill(other.pid, signal.SIGKILL)
        lock = StoreLock(tmp_path / "store.lock")
        lock.acquire(30)
        assert lock.held
        lock.release()


def test_the_same_lock_may_be_asked_twice(tmp_path: Path) -> None:
    lock, other = StoreLock(tmp_path / "store.lock"), StoreLock(tmp_path / "store.lock")
    lock.acquire(0)
    lock.acquire(0)
    assert not other.try_acquire()
    lock.release()
    lock.release()
    assert other.try_acquire()
    assert (tmp_path / "store.lock").exists()
    other.release()


def test_who_holds_the_lock_opens_the_journal_without_it(tmp_path: Path) -> None:
    lock = StoreLock(tmp_path / "store.lock")
    lock.acquire(0)
    open_journal(tmp_path, own_lock=False).close()
    assert lock.held
    lock.release()


def test_a_lock_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"store\.lock cannot be used: No such file"):
        StoreLock(tmp_path / "missing" / "store.lock").acquire(0)
