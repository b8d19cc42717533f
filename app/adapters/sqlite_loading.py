"""What a start needs of the store: the live rows, the open questions, the accounts."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from app.adapters import sqlite_subjects
from app.adapters.sqlite_errors import broken
from app.adapters.sqlite_rows import decode
from app.core.model import Absence, Account, Check, Subject
from app.core.state import LastTrack
from app.ports.journal import Loaded


def load(connection: sqlite3.Connection, path: Path) -> Loaded:
    """Read it; the cost does not grow with the history.

    Raises JournalBroken where it cannot be read, also for a table or index that is not there: the
    questions themselves are right. And SQLite's errors.
    """
    run = connection.execute
    try:
        accounts = run("SELECT name, doc FROM account ORDER BY rowid")
        absences = run("SELECT id, doc FROM absence WHERE open = 1 ORDER BY from_at, id")
        checks = run("SELECT id, doc FROM check_ WHERE open = 1 ORDER BY asked_at, id")
        last = sqlite_subjects.last_stopped(connection)
        return Loaded(
            accounts=tuple(decode(Account, "account", *row) for row in accounts),
            subjects=sqlite_subjects.live(connection),
            absences=tuple(decode(Absence, "absence", *row) for row in absences),
            checks=tuple(decode(Check, "check_", *row) for row in checks),
            last=None if last is None else _last_track(last),
            sequence=run("SELECT max(order_) FROM subject").fetchone()[0] or 0,
        )
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        raise broken(path, str(error)) from error


def _last_track(subject: Subject) -> LastTrack:
    meant = subject.meant
    return LastTrack(
        account=subject.account,
        item=meant.item,
        comment=meant.comment,
        activity=meant.activity,
        tags=meant.tags,
        billable=meant.billable,
        started_at=meant.started_at,
        stopped_at=meant.stopped_at,
    )
