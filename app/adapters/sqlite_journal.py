"""The journal in one SQLite file: a transaction per decision, durable when it returns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.adapters import sqlite_ghosts, sqlite_subjects
from app.adapters.sqlite_ending import EndNote, boot_id
from app.adapters.sqlite_errors import naming_trouble
from app.adapters.sqlite_file import DATABASE_NAME, connect
from app.adapters.sqlite_loading import load
from app.adapters.sqlite_opening import Opening
from app.adapters.sqlite_rows import (
    Statement,
    fold,
    ledger_line_of,
    searchable,
    statements,
)
from app.adapters.sqlite_schema import STEPS, Step
from app.adapters.store_lock import LOCK_NAME, StoreLock
from app.core.decision import Row
from app.core.history import GhostsWanted, History
from app.core.model import Ghost, LedgerLine, Subject
from app.core.remote import ActivityType, WorkItem
from app.ports.journal import Journal, JournalBroken, Loaded, RecentItem

if TYPE_CHECKING:
    from app.adapters.sqlite_upkeep import Upkeep
    from app.core.restoring import Repair

_KEEP_WORK_ITEM = """
    INSERT INTO work_item (account, id, title, project, key, search) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (account, id) DO UPDATE SET title = excluded.title, project = excluded.project,
        key = excluded.key, search = excluded.search
"""
_KEEP_ACTIVITY_TYPE = """
    INSERT INTO activity_type (account, place, id, name, is_default) VALUES (?, ?, ?, ?, ?)
"""
_LEDGER = "SELECT id, at, account, subject_id, what, detail FROM ledger"


def open_journal(
    folder: Path,
    *,
    wait_seconds: float = 5.0,
    own_lock: bool = True,
    steps: Sequence[Step] = STEPS,
) -> SqliteJournal:
    """Open the store in `folder`, making both where they are missing.

    Waits at most `wait_seconds` for another process to let the store go; without `own_lock` the
    caller holds `store.lock` already. Raises JournalLocked, JournalNewer, JournalBroken,
    JournalFull or JournalError; the store is then as it was.
    """
    path = folder / DATABASE_NAME
    with naming_trouble(path):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = StoreLock(folder / LOCK_NAME) if own_lock else None
    if lock is not None:
        lock.acquire(wait_seconds)
    try:
        opening = Opening(path, wait_seconds, steps, EndNote(lock, boot_id()))
        connection, repair = opening.open()
        return SqliteJournal(connection, opening, lock, repair)
    except BaseException:
        if lock is not None:
            lock.release()
        raise


class SqliteJournal:
    """`app.ports.journal.Journal` over one connection.

    Any thread may use it, one at a time; another thread that reads meanwhile takes a `reader`.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        opening: Opening,
        lock: StoreLock | None = None,
        repair: Repair | None = None,
        *,
        reads_only: bool = False,
    ) -> None:
        """Take over an open connection, and the lock that goes with it; see `open_journal`."""
        self._connection = connection
        self._opening = opening
        self._path = opening.path
        self._lock = lock
        self._reads_only = reads_only
        self.repair = repair
        """The repair that opening this store took; None when it was whole."""

    def reader(self) -> Journal:
        """A second connection for another thread; writing through it raises JournalError."""
        with self._trouble():
            connection = connect(self._path, self._opening.wait_seconds, query_only=True)
        return SqliteJournal(connection, self._opening, reads_only=True)

    def load(self) -> Loaded:
        """What the state is built from at start; its cost does not grow with the history.

        A store that shows only now that it is damaged is repaired: nobody else reads it yet.
        """
        with naming_trouble(self._path):
            try:
                with naming_trouble(self._path):
                    return load(self._connection, self._path)
            except JournalBroken as damage:
                if self._reads_only:
                    raise
                self._connection.close()
                self._connection, self.repair = self._opening.mend(damage)
                return load(self._connection, self._path)

    def commit(self, rows: Sequence[Row]) -> None:
        """Write all rows in one durable transaction, or raise JournalError and write none."""
        with self._trouble():
            wanted = statements(rows)
        if wanted:
            self._write(wanted)

    def history(self, wanted: History) -> tuple[Subject, ...]:
        """The stored subjects a decision asks for, each once, by start.

        By id and by remote id deleted ones are there too, by span they are not. A span without an
        end goes on forever, and the newest entry that starts before it comes along.
        """
        with self._trouble():
            return sqlite_subjects.wanted(self._connection, wanted)

    def ghosts(self, wanted: GhostsWanted) -> tuple[Ghost, ...]:
        """The ghosts that a view may show, with all others of their subjects, oldest first."""
        with self._trouble():
            return sqlite_ghosts.wanted(self._connection, wanted)

    def subject(self, subject_id: str) -> Subject | None:
        """One subject by its id, or by an unambiguous beginning of it; else None."""
        with self._trouble():
            return sqlite_subjects.named(self._connection, subject_id)

    def entries(
        self, from_at: datetime, to_at: datetime, account: str | None = None
    ) -> tuple[Subject, ...]:
        """Subjects that overlap the half-open span, by start; deleted ones are left out."""
        with self._trouble():
            return sqlite_subjects.overlapping(self._connection, from_at, to_at, account)

    def recents(self, limit: int, today_from_at: datetime, now: datetime) -> tuple[RecentItem, ...]:
        """The last things worked on, newest first, each pair of item and comment once."""
        # Late, as in what follows: nobody looks anything up before the tray icon is there.
        from app.adapters import sqlite_search

        with self._trouble():
            today = self.entries(today_from_at, now)
            return sqlite_search.recents(self._connection, limit, today, today_from_at, now)

    def search(self, text: str, limit: int, account: str | None = None) -> tuple[RecentItem, ...]:
        """History that has every word of `text`: first by the item's id, then newest first."""
        from app.adapters import sqlite_search

        with self._trouble():
            return sqlite_search.search(self._connection, text, limit, account)

    def work_items(self, account: str, text: str, limit: int) -> tuple[WorkItem, ...]:
        """Items of the account's catalogue that have every word; exact ids first."""
        from app.adapters import sqlite_search

        with self._trouble():
            return sqlite_search.work_items(self._connection, account, text, limit)

    def keep_work_items(self, account: str, items: Sequence[WorkItem]) -> None:
        """Remember what a provider's catalogue said; what it said before stays."""
        self._write(
            (
                _KEEP_WORK_ITEM,
                (account, it.id, it.title, it.project, fold(it.id), searchable(it, "")),
            )
            for it in items
        )

    def activity_types(self, account: str) -> tuple[ActivityType, ...]:
        """The activity types an account had when last asked, in the provider's order."""
        question = "SELECT id, name, is_default FROM activity_type WHERE account = ? ORDER BY place"
        with self._trouble():
            found = self._connection.execute(question, (account,))
            return tuple(ActivityType(id, name, bool(default)) for id, name, default in found)

    def keep_activity_types(self, account: str, types: Sequence[ActivityType]) -> None:
        """Remember an account's activity types, replacing the older list."""
        forget: Statement = ("DELETE FROM activity_type WHERE account = ?", (account,))
        keep: list[Statement] = [
            (_KEEP_ACTIVITY_TYPE, (account, place, it.id, it.name, it.is_default))
            for place, it in enumerate(types)
        ]
        self._write([forget, *keep])

    def ledger(self, limit: int, subject_id: str | None = None) -> tuple[LedgerLine, ...]:
        """The newest decisions first."""
        with self._trouble():
            if subject_id is None:
                found = self._connection.execute(f"{_LEDGER} ORDER BY id DESC LIMIT ?", (limit,))
            else:
                found = self._connection.execute(
                    f"{_LEDGER} WHERE subject_id = ? ORDER BY id DESC LIMIT ?", (subject_id, limit)
                )
            return tuple(ledger_line_of(row) for row in found)

    @property
    def looked_through(self) -> bool:
        """False when its last holder did not end well, and it is too big to have been looked
        through at the opening: `upkeep` does it then.
        """
        return self._opening.looked_through

    def upkeep(self) -> Upkeep:
        """What is done for the store beside its use, by another thread."""
        from app.adapters.sqlite_upkeep import Upkeep

        return Upkeep(self._path, self._opening.note)

    def close(self) -> None:
        """Let go of the store; afterwards another process may have it."""
        note = self._opening.note
        if not self._reads_only:
            note.closing()
        try:
            with self._trouble():
                self._connection.close()
            if not self._reads_only:
                note.closed()
        finally:
            if self._lock is not None:
                self._lock.release()

    # --- within ----------------------------------------------------------------------------------

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        """Name trouble, and leave a note where it is damage: the next start repairs it."""
        try:
            with naming_trouble(self._path):
                yield
        except JournalBroken:
            self._opening.note.met_damage()
            raise

    def _write(self, wanted: Iterable[Statement]) -> None:
        with self._trouble(), self._transaction():
            for statement, values in wanted:
                self._connection.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing: the commit is flushed to the disk before this ends."""
        run = self._connection.execute
        try:
            run("BEGIN IMMEDIATE")
            yield
            run("COMMIT")
        except BaseException:
            # SQLite takes some failures back by itself. What failed is what the caller is told.
            with suppress(sqlite3.Error):
                if self._connection.in_transaction:
                    run("ROLLBACK")
            raise
