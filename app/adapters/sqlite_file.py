"""Opening the store's file: private, whole, ours, not newer than us, durable at each commit."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from app.adapters.sqlite_ending import Ending
from app.adapters.sqlite_errors import broken
from app.adapters.sqlite_loading import load
from app.adapters.sqlite_schema import (
    APPLICATION_ID,
    STEPS,
    Step,
    bring_up_to_date,
    check_all,
    check_whole,
    make_durable,
    refuse_newer,
)
from app.ports.journal import JournalError
from app.words import _

if TYPE_CHECKING:
    from app.adapters.sqlite_log import Log

DATABASE_NAME = "timekept.sqlite3"

# The header of an SQLite file: https://www.sqlite.org/fileformat.html#the_database_header
_HEADER_BYTES = 100
MAGIC = b"SQLite format 3\x00"

CHECKED_AT_ONCE_BYTES = 16 * 1024 * 1024
"""A store up to this size is looked through before it is used when its last holder did not end well
(25 ms); a bigger one meanwhile, since the tray icon is waited for: 100,000 entries are 110 MB.
"""


def open_store(
    path: Path,
    wait_seconds: float,
    steps: Sequence[Step] = STEPS,
    *,
    ending: Ending = Ending.WELL,
    same_boot: bool = False,
) -> sqlite3.Connection:
    """Open the store at `path` for writing, making it or bringing it up to date where needed.

    `ending` is how its last holder ended, `same_boot` whether the machine ran on since. Raises
    JournalNewer and JournalBroken before anything is written, and SQLite's and the system's own
    errors. The caller holds the store's lock.
    """
    log = path.with_name(path.name + "-wal")
    # A log with something in it says that the last process did not get to close the store.
    closed_well = ending not in (Ending.OPEN, Ending.SUSPECT) and not (
        log.exists() and log.stat().st_size
    )
    if path.exists() or log.exists():
        _look_at_header(path, closed_well, steps)
        if not closed_well:
            _look_at_log(path, ending, same_boot)
        _close_to_others(path)
    else:
        _make(path, steps)
    if not closed_well or ending is Ending.SUSPECT_CLOSED:
        _look_inside(path, wait_seconds, ending, len(steps))
    connection = connect(path, wait_seconds)
    try:
        bring_up_to_date(connection, path, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def read_log_of(path: Path, ending: Ending, same_boot: bool) -> Log:
    """The log of a store, in the light of how its last holder ended. Raises OSError."""
    # Late: hardly any opening needs it, and start-up is measured.
    from app.adapters.sqlite_log import read_log

    should_be_there = ending in (Ending.OPEN, Ending.SUSPECT)
    return read_log(path, should_be_there=should_be_there, same_boot=same_boot)


def connect(path: Path, wait_seconds: float, *, query_only: bool = False) -> sqlite3.Connection:
    """A connection to the store, set up as all of them are.

    Threads may hand it to each other but must not use it at the same time.
    """
    connection = sqlite3.connect(
        path, timeout=wait_seconds, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA foreign_keys = ON")
        if query_only:
            connection.execute("PRAGMA query_only = ON")
        else:
            connection.execute("PRAGMA journal_mode = WAL")
            # The log is flushed at each commit: what was said to be done outlives a power cut.
            connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def _look_at_header(path: Path, closed_well: bool, steps: Sequence[Step]) -> None:
    """Refuse what must not be touched, before SQLite touches it."""
    if not path.exists():
        # SQLite would begin anew and throw the log away, which is all that is left.
        raise broken(path, _("it is missing, and its log is not"))
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
        size_bytes = os.fstat(file.fileno()).st_size
    if not header:
        raise broken(path, _("it is empty"))
    if len(header) < _HEADER_BYTES or not header.startswith(MAGIC):
        raise broken(path, _("it is not a database"))
    if _number(header, 68) != APPLICATION_ID:
        from app.adapters.sqlite_repair import is_ours

        if is_ours(path, steps):
            raise broken(path, _("its header is damaged"))
        raise JournalError(
            _(
                "{file} is another program's database. It was left as it is: move it away, and "
                "Timekept begins with an empty store."
            ).format(file=path)
        )
    refuse_newer(path, _number(header, 60), len(steps))
    if _number(header, 60) < 1:
        raise broken(path, _("its header is damaged"))
    page_bytes = int.from_bytes(header[16:18], "big")
    page_bytes = 65536 if page_bytes == 1 else page_bytes
    if closed_well and int.from_bytes(header[28:32], "big") * page_bytes > size_bytes:
        raise broken(path, _("its end is missing"))


def _look_at_log(path: Path, ending: Ending, same_boot: bool) -> None:
    """SQLite takes a log up to its first bad frame and forgets the rest in silence: look first."""
    log = read_log_of(path, ending, same_boot)
    if log.lost:
        raise broken(path, _("the newest changes in its log are missing"))
    if log.bad_frames:
        raise broken(path, _("its log is damaged"))


def _look_inside(path: Path, wait_seconds: float, ending: Ending, newest: int) -> None:
    """See whether the store can be used. Through a connection that cannot write, so that a log that
    belongs to a damaged file is not copied into it.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(
        sqlite3.connect(uri, timeout=wait_seconds, isolation_level=None, uri=True)
    ) as connection:
        if ending in (Ending.SUSPECT, Ending.SUSPECT_CLOSED):
            check_all(connection, path)
        elif path.stat().st_size <= CHECKED_AT_ONCE_BYTES:
            check_whole(connection, path)
        if connection.execute("PRAGMA user_version").fetchone()[0] == newest:
            load(connection, path)


def _number(header: bytes, offset: int) -> int:
    return int.from_bytes(header[offset : offset + 4], "big", signed=True)


def _make(path: Path, steps: Sequence[Step]) -> None:
    """Make an empty store under another name: a file with the right name is never half of one."""
    unfinished = path.with_name(path.name + ".unfinished")
    for leftover in (unfinished, unfinished.with_name(unfinished.name + "-journal")):
        leftover.unlink(missing_ok=True)
    # SQLite would let others read the file; its log and index take after it.
    os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(unfinished, isolation_level=None)
    try:
        bring_up_to_date(connection, path, steps)
    finally:
        connection.close()
    unfinished.replace(path)
    make_durable(path.parent)


def _close_to_others(path: Path) -> None:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) != 0o600:
        path.chmod(0o600)
