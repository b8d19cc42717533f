"""What SQLite and the system say becomes the trouble that the journal's port names."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from app.adapters.sqlite_errors import naming_trouble
from app.ports.journal import JournalBroken, JournalError, JournalFull, JournalLocked

PATH = Path("/somewhere/timekept.sqlite3")


@pytest.mark.parametrize(
    "code, kind",
    [
        (sqlite3.SQLITE_FULL, JournalFull),
        # What a tmpfs without a free page gave when an existing store was opened.
        (sqlite3.SQLITE_IOERR_SHMSIZE, JournalFull),
        (sqlite3.SQLITE_IOERR_WRITE, JournalError),
        (sqlite3.SQLITE_CORRUPT, JournalBroken),
        (sqlite3.SQLITE_CORRUPT_INDEX, JournalBroken),
        (sqlite3.SQLITE_NOTADB, JournalBroken),
        (sqlite3.SQLITE_BUSY, JournalLocked),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, JournalLocked),
        (sqlite3.SQLITE_READONLY, JournalError),
        (None, JournalError),
    ],
)
def test_sqlite_is_named(code: int | None, kind: type[JournalError]) -> None:
    error = sqlite3.OperationalError("its words")
    if code is not None:
        error.sqlite_errorcode = code
    with pytest.raises(JournalError, match="/somewhere") as caught, naming_trouble(PATH):
        raise error
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    "number, kind",
    [
        (errno.ENOSPC, JournalFull),
        (errno.EDQUOT, JournalFull),
        (errno.EACCES, JournalError),
        (errno.EROFS, JournalError),
    ],
)
def test_the_system_is_named(number: int, kind: type[JournalError]) -> None:
    with pytest.raises(JournalError, match="/somewhere") as caught, naming_trouble(PATH):
        raise OSError(number, "its words")
    assert type(caught.value) is kind


def test_what_is_named_already_stays() -> None:
    with pytest.raises(JournalLocked, match="mine"), naming_trouble(PATH):
        raise JournalLocked("mine")
