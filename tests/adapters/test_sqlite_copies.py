"""The copies of each day, and what a repair takes out of the newest one."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.adapters.sqlite_copies import KEPT, copy_is_due
from app.adapters.sqlite_file import DATABASE_NAME
from app.adapters.sqlite_journal import open_journal
from app.adapters.sqlite_schema import STEPS
from app.core.decision import AddLedgerLine, SaveAccount
from app.core.model import HoldReason, LedgerLine
from app.ports.journal import JournalBroken
from tests.adapters.damaged_store import (
    ROOT,
    WORK,
    cut,
    ids_of,
    pages_of_subjects,
    told,
    unsent,
    zero_page,
)
from tests.adapters.journal_rows import NINE, entry, minutes, saved

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def copy_now(folder: Path, now: datetime) -> Path | None:
    with closing(open_journal(folder)) as journal:
        return journal.upkeep().copy_if_due(now)


def copies(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "backups").iterdir())


# --- making them ---------------------------------------------------------------------------------


def test_there_is_one_copy_a_day(tmp_path: Path) -> None:
    first = copy_now(tmp_path, NOW)
    assert first is not None
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    assert copy_now(tmp_path, NOW + DAY / 2) is None
    assert copy_now(tmp_path, NOW + DAY) is not None
    assert len(copies(tmp_path)) == 2
    # After the clock was set back there is one all the same.
    assert copy_is_due(tmp_path, NOW - DAY)


def test_a_copy_has_what_was_committed_last_and_is_whole(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as journal:
        journal.commit(saved(entry("late")))
        copy = journal.upkeep().copy_if_due(NOW)
        assert copy is not None
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT id FROM subject").fetchall() == [("late",)]


def test_seven_are_kept_and_those_before_a_step_for_good(tmp_path: Path) -> None:
    open_journal(tmp_path).close()
    open_journal(tmp_path, steps=(*STEPS, ("CREATE TABLE extra (a)",))).close()
    (before_step,) = copies(tmp_path)
    with sqlite3.connect(tmp_path / DATABASE_NAME) as connection:
        connection.execute("DROP TABLE extra")
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")
    connection.close()
    made = [copy_now(tmp_path, NOW + DAY * day) for day in range(KEPT + 3)]
    kept = [path.name for path in made[3:] if path is not None]
    assert len(kept) == KEPT
    assert copies(tmp_path) == sorted([before_step, *kept])


def test_the_only_good_one_stays_when_the_new_one_is_not_good(tmp_path: Path) -> None:
    made = [copy_now(tmp_path, NOW + DAY * day) for day in range(KEPT)]
    # A copy of a store that says it is another program's is none that a repair could use.
    with closing(open_journal(tmp_path)) as journal:
        journal._connection.execute("PRAGMA application_id = 7")
        assert journal.upkeep().copy_if_due(NOW + DAY * KEPT) is not None
    assert {path.name for path in made if path is not None} <= set(copies(tmp_path))


def test_a_command_copies_only_a_small_store_that_is_a_day_old(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as journal:
        upkeep = journal.upkeep()
        assert upkeep.copy_if_due(NOW, cheap=True) is None
        journal.commit([AddLedgerLine(LedgerLine(NOW, "local", "", "account-added"))])
        assert upkeep.copy_if_due(NOW + DAY / 2, cheap=True) is None
        big = journal._connection
        assert upkeep.copy_if_due(NOW + DAY, cheap=True) is not None
        big.execute("CREATE TABLE big AS SELECT zeroblob(9000000) AS zeros")
        big.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert upkeep.copy_if_due(NOW + DAY * 3, cheap=True) is None
        assert upkeep.copy_if_due(NOW + DAY * 3) is not None


_COPY_ON_A_FULL_DISK = """
import logging, resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from app.adapters.sqlite_journal import open_journal
logging.basicConfig(level=logging.WARNING)
journal = open_journal(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, -1))
print(journal.upkeep().copy_if_due(datetime.now(UTC)))
journal.close()
"""


def test_a_full_disk_is_a_line_in_the_log(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as journal:
        journal.commit(saved(*(told(number) for number in range(50))))
    done = subprocess.run(
        [sys.executable, "-c", _COPY_ON_A_FULL_DISK, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "None\n"), done.stderr
    assert "No copy of the store was made today" in done.stderr
    assert "Traceback" not in done.stderr
    assert copies(tmp_path) == []


def test_one_that_was_ended_leaves_nothing(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as journal:
        upkeep = journal.upkeep()
        upkeep.end()
        assert upkeep.copy_if_due(NOW) is None
    assert not (tmp_path / "backups").exists() or copies(tmp_path) == []


def test_a_copy_finds_damage_for_the_next_start(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as journal:
        journal.commit(saved(*(told(number) for number in range(50))))
    store = tmp_path / DATABASE_NAME
    zero_page(store, min(pages_of_subjects(store)["told-0030"]))
    with closing(open_journal(tmp_path)) as journal:
        assert journal.repair is None
        upkeep = journal.upkeep()
        with pytest.raises(JournalBroken):
            upkeep.copy_if_due(NOW)
    with closing(open_journal(tmp_path)) as journal:
        assert journal.repair is not None


def test_the_look_through_everything_finds_damage(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as journal:
        journal.commit(saved(*(told(number) for number in range(9))))
        journal.upkeep().look_through()
        journal._connection.execute("UPDATE subject SET doc = '{' WHERE id = 'told-0003'")
        with pytest.raises(JournalBroken, match="subject"):
            journal.upkeep().look_through()
    with closing(open_journal(tmp_path)) as journal:
        assert journal.repair is not None
        assert "told-0003" not in ids_of(journal)


# --- taking from them ----------------------------------------------------------------------------


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A store that was copied, and went on after that."""
    with closing(open_journal(tmp_path)) as journal:
        running = replace(entry("runs", 3000, None, account="Work"), order=99)
        journal.commit(
            [
                SaveAccount(WORK),
                *saved(*(told(number) for number in range(40))),
                *saved(unsent(1), unsent(2), running, live=True),
            ]
        )
        assert journal.upkeep().copy_if_due(NOW) is not None
        later = replace(told(50), id="later", remote_id="later")
        newer = replace(told(7), meant=replace(told(7).meant, comment="newer"))
        after = replace(entry("after", 3060, 3090, account="Work"), acknowledged=None)
        journal.commit(saved(later, newer))
        journal.commit(saved(unsent(3), after, live=True))
    return tmp_path / DATABASE_NAME


def test_everything_comes_out_of_the_copy_where_nothing_else_is_left(copied: Path) -> None:
    cut(copied, 0)
    with closing(open_journal(copied.parent)) as journal:
        loaded = journal.load()
        repair = journal.repair
    assert repair is not None
    assert repair.copy_at == NOW
    assert repair.from_copy == repair.carried
    assert [account.name for account in loaded.accounts] == ["Work"]
    live = {subject.id: subject for subject in loaded.subjects}
    assert live.keys() == {"unsent-1", "unsent-2", "runs"}
    for subject in live.values():
        assert subject.hold is not None
        assert subject.hold.reason is HoldReason.RESTORED
    assert repair.asked == 3


def test_what_is_newer_wins_and_what_is_missing_comes_from_the_copy(copied: Path) -> None:
    where = pages_of_subjects(copied)
    lost_page = min(where["unsent-1"])
    lost = {subject_id for subject_id, pages in where.items() if lost_page in pages}
    assert "told-0007" not in lost
    zero_page(copied, lost_page)
    (copied.parent / "store.lock").write_text("suspect-closed")
    with closing(open_journal(copied.parent)) as journal:
        live = {subject.id: subject for subject in journal.load().subjects}
        ids = ids_of(journal)
        newer = journal.subject("told-0007")
        runs = journal.subject("runs")
        repair = journal.repair
    assert repair is not None
    in_copy = {*(f"told-{number:04}" for number in range(40)), "unsent-1", "unsent-2", "runs"}
    assert ids == (where.keys() - lost) | in_copy
    assert newer is not None
    assert newer.meant.comment == "newer"
    assert sum(repair.from_copy.values()) == len(lost & in_copy)
    for subject_id in lost & {"unsent-1", "unsent-2"}:
        hold = live[subject_id].hold
        assert hold is not None
        assert hold.reason is HoldReason.RESTORED
    assert runs is not None
    if "runs" in lost and "after" not in lost:
        assert runs.meant.stopped_at == NINE + minutes(3060)


def test_a_copy_that_is_damaged_itself_is_passed_over(copied: Path) -> None:
    with closing(open_journal(copied.parent)) as journal:
        second = journal.upkeep().copy_if_due(NOW + DAY)
    assert second is not None
    cut(second, 5000)
    cut(copied, 0)
    with closing(open_journal(copied.parent)) as journal:
        assert journal.repair is not None
        assert journal.repair.copy_at == NOW
        assert "later" not in ids_of(journal)


def test_a_newer_programs_copy_is_passed_over(copied: Path) -> None:
    (copy,) = (copied.parent / "backups").iterdir()
    newer = copy.with_name(copy.name.replace("20261120", "20261121"))
    shutil.copy(copy, newer)
    with closing(sqlite3.connect(newer, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = newer.read_bytes()
    cut(copied, 0)
    with closing(open_journal(copied.parent)) as journal:
        assert journal.repair is not None
        assert journal.repair.copy == str(copy)
    assert newer.read_bytes() == before


def test_a_repair_without_room_changes_nothing(copied: Path) -> None:
    zero_page(copied, 1)
    before = {p.name: p.read_bytes() for p in copied.parent.iterdir() if p.suffix == ".sqlite3"}
    done = subprocess.run(
        [sys.executable, "-c", _OPEN_ON_A_FULL_DISK, str(copied.parent)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    # A limit on the size of files is an error of the disk to SQLite.
    assert done.stdout.startswith("Journal"), done.stdout + done.stderr
    after = {p.name: p.read_bytes() for p in copied.parent.iterdir() if p.suffix == ".sqlite3"}
    assert after == before
    assert not list(copied.parent.glob("*unfinished*"))
    with closing(open_journal(copied.parent)) as journal:
        assert journal.repair is not None


_OPEN_ON_A_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from app.adapters.sqlite_journal import open_journal
from app.ports.journal import JournalError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, -1))
try:
    open_journal(Path(sys.argv[1]))
except JournalError as error:
    print(type(error).__name__)
"""
