"""What SQLite and the file system say, named as the journal's port names trouble."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.adapters.store_lock import trouble_with_file
from app.ports.journal import JournalBroken, JournalError, JournalFull, JournalLocked
from app.words import _

_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
# What Python's module says of bytes that are no text.
_NO_TEXT = "Could not decode to UTF-8"
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


@contextmanager
def naming_trouble(path: Path) -> Iterator[None]:
    """Turn errors about the store at `path` into JournalError and its kinds."""
    try:
        yield
    except sqlite3.Error as error:
        raise _named(path, error) from error
    except OSError as error:
        raise trouble_with_file(path, error) from error
    except (ValueError, OverflowError) as error:
        # Half a character, a number of more than 64 bits, an instant without a zone.
        raise JournalError(
            _("The store cannot hold this: {reason}.").format(reason=error)
        ) from error


def broken(path: Path, reason: str) -> JournalBroken:
    """A store that cannot be read: which one, why, and what the user can do."""
    return JournalBroken(
        _(
            "The store {file} is damaged ({reason}). Nothing was changed. Timekept repairs it at "
            "its next start, and keeps the damaged file."
        ).format(file=path, reason=reason),
        reason,
    )


def _named(path: Path, error: sqlite3.Error) -> JournalError:
    # The low byte is the kind, the rest says where; errors of the module itself have no code.
    extended = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    code = extended & 0xFF
    if code in _BROKEN or str(error).startswith(_NO_TEXT):
        return broken(path, str(error).partition(" with text")[0])
    # Opening makes the log's index first, and says it so when there is no room for it.
    if code == sqlite3.SQLITE_FULL or extended == sqlite3.SQLITE_IOERR_SHMSIZE:
        return JournalFull(
            _(
                "The disk is full: {file} cannot grow. The last change was not made; everything "
                "before it is safe."
            ).format(file=path)
        )
    if code in _LOCKED:
        return JournalLocked(_("Another program keeps {file} locked.").format(file=path))
    return JournalError(
        _("The store {file} did not take it: {reason}. Nothing was changed.").format(
            file=path, reason=error
        )
    )
