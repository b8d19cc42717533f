"""What is done for a store beside its use: the look through all of it, and the copy of the day."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from app.adapters.sqlite_check import damage
from app.adapters.sqlite_copies import EVERY, copy_is_due, make_copy
from app.adapters.sqlite_ending import EndNote
from app.adapters.sqlite_errors import broken, naming_trouble
from app.ports.journal import JournalBroken, JournalError

CHEAP_BYTES = 8 * 1024 * 1024
"""A store up to this size is copied by a command: 25 ms, once a day."""


class Upkeep:
    """One thread's work on a store that another one uses; `end` is for any thread.

    Each task opens the store for itself, reading only. Damage is noted, so that the next opening
    looks through everything and repairs it.
    """

    def __init__(self, path: Path, note: EndNote) -> None:
        """Name the store; nothing is opened yet."""
        self._path = path
        self._note = note
        self._connection: sqlite3.Connection | None = None
        self._ended = False

    def look_through(self) -> None:
        """See whether all of it can be read. Raises JournalBroken, and JournalError when ended."""
        with self._open() as connection:
            found = damage(connection)
            if found:
                raise broken(self._path, found)

    def copy_if_due(self, now: datetime, *, cheap: bool = False) -> Path | None:
        """Make the day's copy if the last one is older than a day; the copy.

        With `cheap` only of a small store that has been there for a day. A copy that cannot be made
        is a line in the log. Raises JournalBroken when it is the store that cannot be read.
        """
        try:
            if not copy_is_due(self._path.parent, now):
                return None
            if cheap and self._path.stat().st_size > CHEAP_BYTES:
                return None
            with self._open() as connection:
                if cheap and not _is_a_day_old(connection, now):
                    return None
                return make_copy(connection, self._path.parent, now)
        except JournalBroken:
            raise
        except (JournalError, OSError):
            # It was ended, or nothing can be written: tomorrow is another day.
            return None

    def end(self) -> None:
        """Break off what goes on and begin nothing more."""
        self._ended = True
        connection = self._connection
        if connection is not None:
            connection.interrupt()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with naming_trouble(self._path):
            # Not `query_only`, under which no copy is made; nothing here writes to the store.
            connection = sqlite3.connect(
                self._path, timeout=5.0, isolation_level=None, check_same_thread=False
            )
        self._connection = connection
        try:
            with naming_trouble(self._path):
                if self._ended:
                    raise JournalError
                yield connection
        except JournalBroken:
            self._note.met_damage()
            raise
        finally:
            self._connection = None
            connection.close()


def _is_a_day_old(connection: sqlite3.Connection, now: datetime) -> bool:
    """By the first line of its ledger: a store of today has nothing to go back to."""
    first = connection.execute("SELECT at FROM ledger ORDER BY id LIMIT 1").fetchone()
    return first is not None and now - datetime.fromtimestamp(first[0], now.tzinfo) >= EVERY
