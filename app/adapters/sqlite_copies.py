"""Rolling copies of the store: one a day, the last seven are kept, never the only good one lost."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.adapters.sqlite_schema import APPLICATION_ID, BACKUPS_NAME, copy_into

log = logging.getLogger(__name__)

KEPT = 7
EVERY = timedelta(days=1)

_DAILY = "timekept-day-"
_STAMP = "%Y%m%dT%H%M%SZ"


def copy_is_due(folder: Path, now: datetime) -> bool:
    """Whether the last daily copy of the store in `folder` is older than a day, or there is none.

    One from a time that is still to come, as after a clock was set back, does not count.
    """
    made = [at for at, _path in _daily(folder) if at <= now]
    return not made or now - made[0] >= EVERY


def make_copy(connection: sqlite3.Connection, folder: Path, now: datetime) -> Path | None:
    """Make today's copy through a connection that nobody else uses, and let go of the oldest.

    None, and a line in the log, when it did not work: life goes on without. Raises SQLite's error
    when the store itself cannot be read.
    """
    try:
        copy = copy_into(connection, folder, f"{_DAILY}{now.strftime(_STAMP)}.db")
        _let_go(folder, copy)
    except (OSError, sqlite3.Error) as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        log.warning("No copy of the store was made today: %s.", error)
        return None
    return copy


def newest_good(folder: Path, newest_version: int) -> tuple[Path, datetime] | None:
    """The newest copy of any kind that is whole and that this program can read."""
    with suppress(OSError):
        for path in sorted((folder / BACKUPS_NAME).glob("timekept-*.db"), key=_made_at)[::-1]:
            if is_good(path, newest_version):
                return path, _made_at(path)
    return None


def is_good(path: Path, newest_version: int) -> bool:
    """Whether a copy is whole, ours, and not of a newer program."""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as connection:
            ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except (OSError, sqlite3.Error):
        return False
    return bool(ours and 1 <= version <= newest_version and found == "ok")


def _let_go(folder: Path, newest: Path) -> None:
    """Remove the daily copies beyond the last seven, once the newest is known to be good."""
    beyond = [path for _at, path in _daily(folder) if path != newest][KEPT - 1 :]
    if beyond and is_good(newest, 1 << 31):
        for path in beyond:
            path.unlink(missing_ok=True)


def _daily(folder: Path) -> list[tuple[datetime, Path]]:
    """The daily copies, the newest first."""
    try:
        paths = list((folder / BACKUPS_NAME).glob(f"{_DAILY}*.db"))
    except OSError:
        return []
    return sorted(((_made_at(path), path) for path in paths), reverse=True)


def _made_at(path: Path) -> datetime:
    """When a copy was made, by its name, which no copying of files changes."""
    try:
        return datetime.strptime(path.stem.rpartition("-")[2], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
