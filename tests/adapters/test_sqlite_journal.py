"""The SQLite journal: the contract, and what only a file on a disk can go through."""

from __future__ import annotations

import itertools
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.adapters.sqlite_file import DATABASE_NAME
from app.adapters.sqlite_journal import SqliteJournal, open_journal
from app.adapters.sqlite_rows import decode
from app.core.decision import AddLedgerLine, Row, SaveSubject
from app.core.model import Ghost, LedgerLine
from app.core.remote import WorkItem
from app.ports.journal import Journal, JournalBroken, JournalError, JournalFull
from tests.adapters.journal_contract import JournalContract
from tests.adapters.journal_rows import NINE, attempt, entry, ids, minutes, saved

ROOT = Path(__file__).parents[2]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    with closing(open_journal(tmp_path / "data")) as journal:
        yield journal


def plain(folder: Path) -> closing[sqlite3.Connection]:
    """The store's file, looked at from outside."""
    return closing(sqlite3.connect(folder / DATABASE_NAME, isolation_level=None))


class TestSqliteJournal(JournalContract):
    @pytest.fixture
    def journal(self, tmp_path: Path) -> Iterator[SqliteJournal]:
        with closing(open_journal(tmp_path / "data")) as journal:
            yield journal

    def ghost_rows(self, journal: SqliteJournal) -> list[Ghost]:
        with plain(journal._path.parent) as outside:
            found = outside.execute("SELECT id, doc FROM ghost").fetchall()
        return [decode(Ghost, "ghost", *row) for row in found]


def test_what_was_committed_is_there_the_next_time(tmp_path: Path) -> None:
    subject = entry("a", attempt=attempt())
    with closing(open_journal(tmp_path)) as first:
        first.commit(saved(subject, live=True))
    with closing(open_journal(tmp_path)) as second:
        assert second.load().subjects == (subject,)


def test_the_files_are_the_users_alone(tmp_path: Path) -> None:
    folder = tmp_path / "below" / "data"
    with closing(open_journal(folder)) as journal:
        journal.commit(saved(entry("a")))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(modes) >= {DATABASE_NAME, f"{DATABASE_NAME}-wal", "store.lock"}
    assert set(modes.values()) == {0o600}


def test_a_file_that_others_can_read_is_closed_to_them(tmp_path: Path) -> None:
    open_journal(tmp_path).close()
    (tmp_path / DATABASE_NAME).chmod(0o644)
    open_journal(tmp_path).close()
    assert stat.S_IMODE((tmp_path / DATABASE_NAME).stat().st_mode) == 0o600


def test_every_commit_is_flushed_and_the_schema_is_not_trusted(journal: SqliteJournal) -> None:
    def setting(name: str) -> object:
        return journal._connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert setting("journal_mode") == "wal"
    assert setting("synchronous") == 2
    assert setting("foreign_keys") == 1
    assert setting("trusted_schema") == 0
    assert setting("busy_timeout") == 5000


# --- other threads -------------------------------------------------------------------------------


def test_a_reader_sees_every_commit_and_writes_nothing(journal: SqliteJournal) -> None:
    with closing(journal.reader()) as reader:
        journal.commit(saved(entry("a")))
        assert ids(reader.entries(NINE, NINE + minutes(1))) == ["a"]
        journal.commit(saved(entry("b")))
        assert reader.subject("b") == entry("b")
        with pytest.raises(JournalError, match="readonly"):
            reader.commit(saved(entry("c")))
    assert journal.subject("c") is None


def test_a_reader_serves_another_thread_while_this_one_writes(journal: SqliteJournal) -> None:
    reader = journal.reader()
    done = threading.Event()
    seen: list[int] = []

    def read() -> None:
        with closing(reader):
            while not done.is_set():
                seen.append(len(reader.entries(NINE, NINE + minutes(1000))))
            seen.append(len(reader.entries(NINE, NINE + minutes(1000))))

    thread = threading.Thread(target=read)
    thread.start()
    for number in range(50):
        journal.commit(saved(entry(f"s{number}", number)))
    done.set()
    thread.join(30)
    assert seen == sorted(seen)
    assert seen[-1] == 50


def test_a_connection_may_go_on_in_another_thread(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    failed: list[BaseException] = []

    def use() -> None:
        try:
            journal.commit(saved(entry("a")))
            journal.close()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join(30)
    assert not failed
    with closing(open_journal(tmp_path, wait_seconds=0)) as again:
        assert again.subject("a") is not None


# --- what goes wrong -----------------------------------------------------------------------------


def test_a_full_disk_changes_nothing_and_passes(journal: SqliteJournal) -> None:
    journal.commit(saved(entry("a"), live=True))
    before = journal.load()
    pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
    journal._connection.execute(f"PRAGMA max_page_count = {pages + 2}").fetchone()
    rows: list[Row] = [
        *saved(entry("a", comment="edited"), live=True),
        *saved(*(entry(f"n{n}", comment="x" * 3000) for n in range(20)), live=True),
    ]
    with pytest.raises(JournalFull, match="disk is full"):
        journal.commit(rows)
    assert journal.load() == before
    journal._connection.execute("PRAGMA max_page_count = 100000").fetchone()
    journal.commit(rows)
    assert len(journal.load().subjects) == 21


WRITES_UNTIL_REFUSED = """
import resource, signal, sys
from pathlib import Path
from app.adapters.sqlite_journal import open_journal
from app.ports.journal import JournalError
from tests.adapters.journal_rows import entry, saved

journal = open_journal(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
done = 0
try:
    while done < 1000:
        journal.commit(saved(entry(f"s{done}", comment="x" * 2000), live=True))
        done += 1
except JournalError as error:
    print(error, file=sys.stderr)
assert len(journal.load().subjects) == done
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.commit(saved(entry("after"), live=True))
journal.close()
print(done)
"""


def test_a_system_that_writes_no_more_changes_nothing_and_passes(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WRITES_UNTIL_REFUSED, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    done = int(ended.stdout)
    assert 0 < done < 1000
    with closing(open_journal(tmp_path)) as journal:
        assert ids(journal.load().subjects) == [*(f"s{n}" for n in range(done)), "after"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    commits=st.lists(
        st.tuples(
            st.lists(st.integers(0, 9), min_size=1, max_size=6),
            st.none() | st.integers(1, 2500),
        ),
        max_size=8,
    )
)
def test_a_commit_that_fails_inside_leaves_all_or_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    commits: list[tuple[list[int], int | None]],
) -> None:
    """SQLite is told to give up after so many steps of its machine, wherever that is."""
    folder = tmp_path_factory.mktemp("store")
    meant: dict[str, str] = {}
    lines = 0
    with closing(open_journal(folder)) as journal:
        for number, (numbers, give_up_after) in enumerate(commits):
            new = {f"s{n}": f"{number}" for n in numbers}
            rows: list[Row] = [
                *saved(*(entry(name, comment=text) for name, text in new.items()), live=True),
                AddLedgerLine(LedgerLine(NINE, "local", "", "told", {"commit": str(number)})),
            ]
            if give_up_after is not None:
                # Once only: taking back what was begun is no part of what fails.
                answers = itertools.chain([1], itertools.repeat(0))
                journal._connection.set_progress_handler(answers.__next__, give_up_after)
            try:
                journal.commit(rows)
            except JournalError:
                assert give_up_after is not None
            else:
                meant.update(new)
                lines += 1
            journal._connection.set_progress_handler(None, 0)
            kept = {subject.id: subject.meant.comment for subject in journal.load().subjects}
            assert kept == meant
            assert len(journal.ledger(100)) == lines
    with closing(open_journal(folder)) as journal:
        assert {s.id: s.meant.comment for s in journal.load().subjects} == meant


def test_a_row_that_cannot_be_read_is_named(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.commit(saved(entry("bad"), entry("good"), entry("doubt", attempt=attempt())))
    with plain(tmp_path / "data") as outside:
        outside.execute("UPDATE subject SET doc = json_set(doc, '$.order', 'x') WHERE id = 'bad'")
        outside.execute("UPDATE attempt SET doc = '{}' WHERE subject_id = 'doubt'")
    with pytest.raises(JournalBroken, match="bad in table subject"):
        journal.subject("bad")
    with pytest.raises(JournalBroken, match="doubt in table attempt"):
        journal.subject("doubt")
    assert journal.subject("good") == entry("good")


def test_the_ledger_cannot_be_changed(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.commit([AddLedgerLine(LedgerLine(NINE, "local", "a", "started"))])
    with plain(tmp_path / "data") as outside:
        for statement in ("UPDATE ledger SET what = 'x'", "DELETE FROM ledger"):
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                outside.execute(statement)
    assert journal.ledger(1)[0].what == "started"


@pytest.mark.parametrize(
    "row",
    [
        SaveSubject(entry("a", comment="half a \ud83d character"), True),
        SaveSubject(entry("a", order=2**70), True),
        AddLedgerLine(LedgerLine(datetime(2026, 3, 2, 9), "local", "a", "naive")),
    ],
)
def test_what_the_store_cannot_hold_is_refused(journal: SqliteJournal, row: Row) -> None:
    with pytest.raises(JournalError, match="cannot hold this"):
        journal.commit([*saved(entry("b")), row])
    assert journal.subject("b") is None
    journal.commit(saved(entry("b")))


def test_half_a_character_is_no_end_of_the_world(journal: SqliteJournal) -> None:
    with pytest.raises(JournalError):
        journal.keep_work_items("a", [WorkItem("1"), WorkItem("2", "\udcff")])
    with pytest.raises(JournalError):
        journal.search("\udcff", 5)
    assert journal.work_items("a", "", 5) == ()


def test_a_closed_journal_says_so(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.close()
    journal.close()
    with pytest.raises(JournalError, match="closed"):
        journal.load()


def test_another_program_in_the_middle_of_writing_is_named(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path, wait_seconds=0.05)) as journal, plain(tmp_path) as outside:
        outside.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match=r"keeps .* locked"):
            journal.commit(saved(entry("a")))
        outside.execute("COMMIT")
        journal.commit(saved(entry("a")))
        assert journal.subject("a") is not None


def test_a_journal_is_a_journal(journal: SqliteJournal) -> None:
    as_port: Journal = journal
    assert as_port.load().sequence == 0
    assert as_port.recents(1, NINE, NINE + timedelta(days=1)) == ()
