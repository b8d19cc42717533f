"""The store's tables, made by numbered steps, with a copy of an existing store before each."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from app.adapters.sqlite_errors import broken
from app.ports.journal import JournalNewer
from app.words import _

APPLICATION_ID = 0x54696D65
"""Stands in the file's header and says that it is ours ("Time" in ASCII)."""

BACKUPS_NAME = "backups"

# The document column holds the whole record; the columns before it are what queries need of it, and
# are written with it, never alone. A subject's attempt stands in its own table and nowhere else.
_FIRST = (
    """
    CREATE TABLE account (
        name TEXT NOT NULL PRIMARY KEY,
        doc TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE subject (
        id TEXT NOT NULL PRIMARY KEY,
        account TEXT NOT NULL,
        remote_id TEXT,
        started_at INTEGER NOT NULL,  -- seconds since 1970, UTC, of what is meant
        stopped_at INTEGER,           -- NULL while it runs
        deleted INTEGER NOT NULL,
        live INTEGER NOT NULL,        -- runs, waits, is out, doubtful or held: loaded at start
        long INTEGER NOT NULL,        -- runs, or is longer than a day
        order_ INTEGER NOT NULL,
        item_key TEXT,                -- the item's id, folded for searching
        comment TEXT NOT NULL,
        search TEXT NOT NULL,         -- item, project and comment, folded for searching
        doc TEXT NOT NULL
    )
    """,
    # A remote id belongs to one subject, whatever happens.
    """
    CREATE UNIQUE INDEX subject_remote ON subject (account, remote_id)
        WHERE remote_id IS NOT NULL
    """,
    "CREATE INDEX subject_started ON subject (started_at, account) WHERE deleted = 0",
    "CREATE INDEX subject_long ON subject (started_at) WHERE long = 1 AND deleted = 0",
    "CREATE INDEX subject_live ON subject (order_) WHERE live = 1",
    "CREATE INDEX subject_order ON subject (order_)",
    """
    CREATE INDEX subject_item ON subject (item_key, started_at)
        WHERE item_key IS NOT NULL AND deleted = 0
    """,
    """
    CREATE TABLE attempt (
        subject_id TEXT NOT NULL PRIMARY KEY REFERENCES subject (id),
        doc TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE ghost (
        id TEXT NOT NULL PRIMARY KEY,
        subject_id TEXT NOT NULL,
        account TEXT NOT NULL,
        concluded_at INTEGER NOT NULL,
        doc TEXT NOT NULL
    )
    """,
    "CREATE INDEX ghost_account ON ghost (account, subject_id)",
    """
    CREATE TABLE absence (
        id TEXT NOT NULL PRIMARY KEY,
        subject_id TEXT NOT NULL,
        from_at INTEGER NOT NULL,
        open INTEGER NOT NULL,
        doc TEXT NOT NULL
    )
    """,
    "CREATE INDEX absence_open ON absence (from_at) WHERE open = 1",
    """
    CREATE TABLE check_ (
        id TEXT NOT NULL PRIMARY KEY,
        account TEXT NOT NULL,
        asked_at INTEGER NOT NULL,
        open INTEGER NOT NULL,
        doc TEXT NOT NULL
    )
    """,
    "CREATE INDEX check_open ON check_ (asked_at) WHERE open = 1",
    """
    CREATE TABLE ledger (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        account TEXT NOT NULL,
        subject_id TEXT NOT NULL,
        what TEXT NOT NULL,
        detail TEXT NOT NULL
    )
    """,
    "CREATE INDEX ledger_subject ON ledger (subject_id)",
    """
    CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
    BEGIN SELECT raise(ABORT, 'the ledger only grows'); END
    """,
    """
    CREATE TRIGGER ledger_is_never_pruned BEFORE DELETE ON ledger
    BEGIN SELECT raise(ABORT, 'the ledger only grows'); END
    """,
    """
    CREATE TABLE work_item (
        account TEXT NOT NULL,
        id TEXT NOT NULL,
        title TEXT NOT NULL,
        project TEXT NOT NULL,
        key TEXT NOT NULL,            -- the id, folded for searching
        search TEXT NOT NULL,
        PRIMARY KEY (account, id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE activity_type (
        account TEXT NOT NULL,
        place INTEGER NOT NULL,
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        is_default INTEGER NOT NULL,
        PRIMARY KEY (account, place)
    ) WITHOUT ROWID
    """,
    f"PRAGMA application_id = {APPLICATION_ID}",
)

# What a ghost is found by when its row comes up: the row's start, on the wall too, or its id.
_GHOSTS_FOUND = (
    "ALTER TABLE ghost ADD COLUMN kind TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE ghost ADD COLUMN remote_id TEXT",
    "ALTER TABLE ghost ADD COLUMN started_at INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE ghost ADD COLUMN wall_at INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE ghost ADD COLUMN committed_at INTEGER NOT NULL DEFAULT 0",
    """
    UPDATE ghost SET
        kind = json_extract(doc, '$.attempt.write.kind'),
        remote_id = json_extract(doc, '$.attempt.write.remote_id'),
        started_at = CAST(strftime(
            '%s', json_extract(doc, '$.attempt.write.facts.started_at')) AS INTEGER),
        committed_at = CAST(strftime('%s', json_extract(doc, '$.attempt.committed_at')) AS INTEGER)
    """,
    """
    UPDATE ghost SET wall_at = started_at
        + 60 * coalesce(json_extract(doc, '$.attempt.write.facts.offset_minutes'), 0)
    """,
    "CREATE INDEX ghost_started ON ghost (account, started_at)",
    "CREATE INDEX ghost_wall ON ghost (account, wall_at)",
    "CREATE INDEX ghost_remote ON ghost (account, remote_id) WHERE remote_id IS NOT NULL",
    "CREATE INDEX ghost_start ON ghost (account, concluded_at) WHERE kind = 'start'",
)

Step = Sequence[str]

STEPS: tuple[Step, ...] = (_FIRST, _GHOSTS_FOUND)
"""Step N brings a store of version N to version N + 1. A published step is never changed."""


def refuse_newer(path: Path, version: int, newest: int = len(STEPS)) -> None:
    """Raise JournalNewer for a version that this program does not know."""
    if version > newest:
        raise JournalNewer(
            _(
                "The store {file} was written by a newer Timekept (its version is {version}, this "
                "program knows {newest}). It was not touched: please update Timekept."
            ).format(file=path, version=version, newest=newest)
        )


def bring_up_to_date(
    connection: sqlite3.Connection, path: Path, steps: Sequence[Step] = STEPS
) -> None:
    """Take the steps that the store has not taken, each in one transaction.

    Raises JournalNewer, JournalBroken for a store that is not whole, and SQLite's errors.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version == len(steps):
        return
    refuse_newer(path, version, len(steps))
    if version > 0:
        check_whole(connection, path)
    for number in range(version, len(steps)):
        if version > 0:
            copy_aside(connection, path, number)
        _take(connection, steps[number], number + 1)


def check_whole(connection: sqlite3.Connection, path: Path) -> None:
    """Have SQLite look through the whole file. Raises JournalBroken; a big file takes time."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise broken(path, str(found).splitlines()[-1])


def check_all(connection: sqlite3.Connection, path: Path) -> None:
    """Look through everything: pages, indexes, the form of the tables, and that every document can
    be read. Raises JournalBroken; 100,000 entries take about two seconds.
    """
    from app.adapters.sqlite_check import damage

    found = damage(connection)
    if found:
        raise broken(path, found)


def copy_aside(connection: sqlite3.Connection, path: Path, version: int) -> Path:
    """Copy the store into `backups/` before a step; returns the copy's path."""
    made_at = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return copy_into(connection, path.parent, f"timekept-v{version}-{made_at}.db")


def copy_into(connection: sqlite3.Connection, folder: Path, name: str) -> Path:
    """Copy the store in `folder` into `backups/`, durable and for the user alone; the copy's path.

    Raises OSError and SQLite's errors; nothing of the copy is left then.
    """
    backups = folder / BACKUPS_NAME
    backups.mkdir(mode=0o700, exist_ok=True)
    copy = backups / name
    unfinished = copy.with_suffix(".unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        # An empty file with the right mode first: SQLite would make one that others may read.
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        connection.execute("VACUUM INTO ?", (str(unfinished),))
        make_durable(unfinished)
        unfinished.replace(copy)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
    make_durable(backups)
    make_durable(folder)
    return copy


def _take(connection: sqlite3.Connection, step: Step, version: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in step:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def make_durable(path: Path) -> None:
    """Flush a file to the disk, or a folder, which makes the names in it durable."""
    if path.is_dir() and os.name != "posix":
        return
    fd = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
