"""Opening a store that is not as it should be, and bringing an older one up to date."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from app.adapters.sqlite_file import DATABASE_NAME
from app.adapters.sqlite_journal import open_journal
from app.adapters.sqlite_rows import encode, epoch
from app.adapters.sqlite_schema import STEPS, Step
from app.core.decision import SaveGhost
from app.core.history import GhostsWanted
from app.core.remote import WriteKind
from app.ports.journal import JournalBroken, JournalError, JournalFull, JournalNewer
from tests.adapters.journal_ghosts import ghost
from tests.adapters.journal_rows import NINE, entry, ids, minutes, saved

SECOND: Step = (
    "CREATE TABLE extra (subject_id TEXT NOT NULL)",
    "INSERT INTO extra SELECT id FROM subject",
)
LATER_STEPS = (*STEPS, SECOND)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with a hundred entries, closed."""
    with closing(open_journal(tmp_path)) as journal:
        journal.commit(saved(*(entry(f"s{n:03}", n, n + 1, comment="x" * 500) for n in range(100))))
    return tmp_path / DATABASE_NAME


def contents(folder: Path) -> dict[str, bytes]:
    """Everything in a folder but the lock, which whoever opens it must take first."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "store.lock"
    }


def tamper(store: Path, statement: str) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        connection.execute(statement)


def test_another_programs_database_is_refused_and_left_as_it_is(store: Path) -> None:
    store.unlink()
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
        connection.execute("PRAGMA user_version = 1")
    before = contents(store.parent)
    with pytest.raises(JournalError, match="another program's database") as caught:
        open_journal(store.parent)
    assert not isinstance(caught.value, JournalBroken)
    assert contents(store.parent) == before
    # Nor does it keep the lock.
    store.unlink()
    open_journal(store.parent, wait_seconds=0).close()


def test_a_newer_store_is_refused_and_not_touched(store: Path) -> None:
    tamper(store, "PRAGMA user_version = 99")
    before = contents(store.parent)
    with pytest.raises(JournalNewer, match="please update Timekept"):
        open_journal(store.parent)
    assert contents(store.parent) == before


def test_a_newer_store_is_known_by_its_log_too(store: Path, tmp_path: Path) -> None:
    """Its writer was killed before the new version went from the log into the file."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 99")
        for path in store.parent.glob(f"{DATABASE_NAME}*"):
            shutil.copy(path, elsewhere)
    with pytest.raises(JournalNewer):
        open_journal(elsewhere)


def test_what_was_left_of_a_first_start_is_no_hindrance(tmp_path: Path) -> None:
    for name in ("", "-journal"):
        (tmp_path / f"{DATABASE_NAME}.unfinished{name}").write_bytes(b"half")
    with closing(open_journal(tmp_path)) as journal:
        journal.commit(saved(entry("a")))
    assert {path.name for path in tmp_path.iterdir()} == {DATABASE_NAME, "store.lock"}


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="cannot be used"):
        open_journal(tmp_path / "file" / "data")


# --- steps ---------------------------------------------------------------------------------------


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_a_new_store_has_every_step_and_no_copy(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path, steps=LATER_STEPS)) as journal:
        journal.commit(saved(entry("a")))
    assert version_of(tmp_path / DATABASE_NAME) == len(LATER_STEPS)
    assert not (tmp_path / "backups").exists()


def test_ghosts_of_the_first_version_are_found_like_new_ones(tmp_path: Path) -> None:
    """Their columns are filled from what was kept of them."""
    kept = [
        ghost("create", offset_minutes=120, committed_at=NINE + minutes(7)),
        ghost("edit", WriteKind.EDIT, remote_id="7"),
    ]
    columns = "id, kind, remote_id, started_at, wall_at, committed_at"
    with closing(open_journal(tmp_path)) as journal:
        journal.commit([SaveGhost(it) for it in kept])
        new = journal._connection.execute(f"SELECT {columns} FROM ghost ORDER BY id").fetchall()
    old = tmp_path / "old"
    open_journal(old, steps=STEPS[:1]).close()
    with closing(sqlite3.connect(old / DATABASE_NAME)) as connection, connection:
        for it in kept:
            values = (it.id, it.subject_id, it.account, epoch(it.concluded_at), encode(it))
            connection.execute("INSERT INTO ghost VALUES (?, ?, ?, ?, ?)", values)
    with closing(open_journal(old)) as journal:
        told = journal._connection.execute(f"SELECT {columns} FROM ghost ORDER BY id").fetchall()
        assert told == new
        assert journal.ghosts(GhostsWanted("a", remote_ids=frozenset({"7"}))) == (kept[1],)


def test_an_older_store_is_copied_and_brought_up_to_date(store: Path) -> None:
    with closing(open_journal(store.parent, steps=LATER_STEPS)) as journal:
        assert len(journal.entries(NINE, NINE + minutes(1000))) == 100
        found = journal._connection.execute("SELECT count(*) FROM extra").fetchone()
        assert found == (100,)
    assert version_of(store) == len(LATER_STEPS)
    (copy,) = (store.parent / "backups").iterdir()
    assert copy.name.startswith(f"timekept-v{len(STEPS)}-20")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    # The copy is a whole store of the old version.
    put_back = store.parent / "put back"
    put_back.mkdir()
    shutil.copy(copy, put_back / DATABASE_NAME)
    with closing(open_journal(put_back)) as journal:
        assert len(journal.entries(NINE, NINE + minutes(1000))) == 100
    open_journal(store.parent, steps=LATER_STEPS).close()
    assert len(list((store.parent / "backups").iterdir())) == 1


def test_the_copy_has_what_stands_in_the_log_alone(store: Path, tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    killed.mkdir()
    with closing(open_journal(store.parent)) as journal:
        journal.commit(saved(entry("late")))
        for path in store.parent.glob(f"{DATABASE_NAME}*"):
            shutil.copy(path, killed)
    open_journal(killed, steps=LATER_STEPS).close()
    (copy,) = (killed / "backups").iterdir()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT 1 FROM subject WHERE id = 'late'").fetchone()


def test_there_is_a_copy_before_each_step(store: Path) -> None:
    third: Step = ("DROP TABLE extra",)
    open_journal(store.parent, steps=(*LATER_STEPS, third)).close()
    versions = sorted(path.name[:11] for path in (store.parent / "backups").iterdir())
    assert versions == [f"timekept-v{len(STEPS)}", f"timekept-v{len(LATER_STEPS)}"]
    assert version_of(store) == len(LATER_STEPS) + 1


def test_a_step_that_fails_leaves_the_store_as_it_was(store: Path) -> None:
    wrong: Step = (*SECOND, "INSERT INTO nowhere VALUES (1)")
    with pytest.raises(JournalError, match="nowhere"):
        open_journal(store.parent, steps=(*STEPS, wrong))
    assert version_of(store) == len(STEPS)
    with closing(open_journal(store.parent)) as journal:
        assert ids(journal.entries(NINE, NINE + minutes(1))) == ["s000"]
        assert not journal._connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'extra'"
        ).fetchone()


def test_without_room_for_the_step_nothing_changes(store: Path) -> None:
    too_much: Step = (
        "PRAGMA max_page_count = 1",
        "CREATE TABLE extra (a)",
        """
        INSERT INTO extra WITH RECURSIVE n (i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 99)
        SELECT zeroblob(4000) FROM n
        """,
    )
    with pytest.raises(JournalFull):
        open_journal(store.parent, steps=(*STEPS, too_much))
    assert version_of(store) == len(STEPS)
    assert len(list((store.parent / "backups").glob("*.db"))) == 1


def test_a_damaged_store_is_repaired_before_it_is_stepped(store: Path) -> None:
    with store.open("r+b") as file:
        file.seek(4096 * 5)
        file.write(b"\xff" * 4096)
    with closing(open_journal(store.parent, steps=LATER_STEPS)) as journal:
        assert journal.repair is not None
        assert journal.entries(NINE, NINE + minutes(1000))
    assert version_of(store) == len(LATER_STEPS)
